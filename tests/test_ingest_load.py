"""What may be named, in which form it may be, and what is said of what cannot be read."""

import csv
import gzip
import io
import json
import sys
from datetime import datetime

import pytest
import zstandard

from ingest import records
from ingest.inputs import InputError
from ingest.warehouse import Warehouse
from tests.loaded_logs import as_bytes, chat, events, load, response, rows, spend_log, write_lines

LINES = [chat("a"), response("b"), {"response": chat("c"), "team": "one"}, b'{"cut": ', chat("a")]
PLACES = "select line, byte_offset, byte_length from quarantine order by line"
CONTENT = b"".join(as_bytes(line) + b"\n" for line in LINES)


@pytest.fixture
def warehouse(tmp_path) -> Warehouse:
    return Warehouse(tmp_path / "usage.duckdb")


@pytest.fixture
def folder(tmp_path):
    found = tmp_path / "logs"
    found.mkdir()
    return found


def counts(loaded) -> tuple[int, int, int, int]:
    found = loaded.accounting
    assert found.lines == found.events + found.duplicates + found.not_usage + found.quarantined
    return (found.events, found.duplicates, found.not_usage, found.quarantined)


def from_stdin(monkeypatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_the_same_file_again_is_a_repetition(warehouse, folder):
    path = folder / "log.jsonl"
    path.write_bytes(CONTENT)

    [first], [again] = load(warehouse, path), load(warehouse, path)

    assert (counts(first), first.repeated) == ((3, 1, 0, 1), False)
    assert (counts(again), again.repeated) == ((0, 4, 0, 1), True)
    assert rows(warehouse, "select count(*) from ingest_file") == [(1,)]


def test_the_same_content_under_any_name_and_compression_is_a_repetition(warehouse, folder):
    (folder / "1.jsonl").write_bytes(CONTENT)
    (folder / "2 copy.log").write_bytes(CONTENT)
    (folder / "3.jsonl.gz").write_bytes(gzip.compress(CONTENT))
    (folder / "4.json.zst").write_bytes(zstandard.compress(CONTENT))
    (folder / "5 compressed, and does not say so.jsonl").write_bytes(gzip.compress(CONTENT))

    found = load(warehouse, folder)

    assert [each.repeated for each in found] == [False, True, True, True, True]
    assert [counts(each) for each in found[1:]] == [(0, 4, 0, 1)] * 4
    assert len(events(warehouse)) == 3


@pytest.mark.parametrize(
    "compressed",
    [
        gzip.compress(CONTENT),
        gzip.compress(CONTENT[:200]) + gzip.compress(CONTENT[200:]),
        zstandard.compress(CONTENT),
        zstandard.compress(CONTENT[:200]) + zstandard.compress(CONTENT[200:]),
    ],
    ids=["gzip", "gzip in two members", "zstd", "zstd in two frames"],
)
def test_a_compressed_file_gives_what_the_plain_one_gives(warehouse, folder, tmp_path, compressed):
    (folder / "log").write_bytes(compressed)
    plain = Warehouse(tmp_path / "plain.duckdb")
    (folder / "log.jsonl").write_bytes(CONTENT)

    [found] = load(warehouse, folder / "log")
    load(plain, folder / "log.jsonl")

    assert counts(found) == (3, 1, 0, 1)
    assert events(warehouse) == events(plain)
    assert rows(warehouse, PLACES) == rows(plain, PLACES)


def test_an_overlapping_export_adds_what_is_new(warehouse, folder):
    write_lines(folder / "1.jsonl", *[chat(str(n)) for n in range(10)])
    write_lines(folder / "2.jsonl", *[chat(str(n)) for n in range(5, 15)])

    assert [counts(each) for each in load(warehouse, folder)] == [(10, 0, 0, 0), (5, 5, 0, 0)]


def test_folders_patterns_and_files_are_each_read_once(warehouse, folder):
    write_lines(folder / "a.jsonl", chat("a"))
    write_lines(folder / "deep" / "er" / "b.jsonl", chat("b"))
    write_lines(folder / "notes.txt", "not a log")

    found = load(
        warehouse, folder, folder / "*.jsonl", folder / "**" / "b.jsonl", folder / "a.jsonl"
    )

    assert [each.path for each in found] == [
        str(folder / "a.jsonl"),
        str(folder / "deep" / "er" / "b.jsonl"),
    ]


def test_standard_input_is_read_as_a_file_is(warehouse, folder, monkeypatch):
    from_stdin(monkeypatch, CONTENT)
    [found] = load(warehouse, "-")
    (folder / "log.jsonl").write_bytes(CONTENT)
    [again] = load(warehouse, folder / "log.jsonl")

    assert (found.path, counts(found)) == ("-", (3, 1, 0, 1))
    assert again.repeated
    [(line, offset, length)] = rows(
        warehouse, "select line, byte_offset, byte_length from quarantine"
    )
    assert (line, CONTENT[offset : offset + length]) == (4, b'{"cut": ')


def test_standard_input_in_several_pieces(warehouse, monkeypatch):
    monkeypatch.setattr("ingest.piece.PIECE_BYTES", 2_000)
    lines = [chat(str(n)) if n % 7 else b"broken" for n in range(1, 60)]
    from_stdin(monkeypatch, b"\n".join(map(as_bytes, lines)))

    [found] = load(warehouse, "-")

    assert counts(found) == (51, 0, 0, 8)
    assert [line for (line,) in rows(warehouse, "select line from quarantine order by line")] == [
        7, 14, 21, 28, 35, 42, 49, 56,
    ]  # fmt: skip
    stored = rows(warehouse, "select line from usage_event order by line")
    assert [line for (line,) in stored] == [n for n in range(1, 60) if n % 7]


DOCUMENTS = {
    "an array": json.dumps([chat("a"), response("b"), chat("a")]),
    "an indented array": json.dumps([chat("a"), response("b"), chat("a")], indent=2),
    "an array of a record a line": "[\n"
    + ",\n".join(map(json.dumps, [chat("a"), response("b"), chat("a")]))
    + "\n]",
    "indented objects": "\n".join(
        json.dumps(each, indent=2) for each in (chat("a"), response("b"), chat("a"))
    ),
}


@pytest.mark.parametrize("text", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_json_document_is_its_records(warehouse, folder, text):
    (folder / "log.json").write_text(text)

    [found] = load(warehouse, folder)

    assert counts(found) == (2, 1, 0, 0)
    assert rows(warehouse, "select line from usage_event order by line") == [(1,), (2,)]


def test_one_indented_object_is_a_record(warehouse, folder):
    (folder / "log.json").write_text(json.dumps(chat("a"), indent=4))

    assert [counts(each) for each in load(warehouse, folder)] == [(1, 0, 0, 0)]


def test_a_broken_record_of_a_document_has_its_place(warehouse, folder):
    content = json.dumps([chat("a"), chat("b", usage=None), 12, chat("c")], indent=1).encode()
    (folder / "log.json").write_bytes(content[:-20])

    [found] = load(warehouse, folder)

    assert counts(found) == (1, 0, 0, 3)
    places = rows(warehouse, PLACES)
    shown = [content[offset : offset + length] for _, offset, length in places]
    assert [line for line, *_ in places] == [2, 3, 4]
    assert json.loads(shown[0])["id"] == "chatcmpl-b"
    assert shown[1] == b"12"
    assert shown[2].split()[:3] == [b"{", b'"id":', b'"chatcmpl-c",']


def test_lines_that_a_logger_cut_short_are_lines_all_the_same(warehouse, folder):
    cut = [as_bytes(chat(f"cut{n}"))[:100] for n in range(3)]
    write_lines(folder / "log.jsonl", chat("a"), *cut, chat("b"))

    assert [counts(each) for each in load(warehouse, folder)] == [(2, 0, 0, 3)]


def table(*records: dict, index: bool = False) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([""] * index + list(records[0]))
    for n, record in enumerate(records):
        cells = [json.dumps(v) if isinstance(v, dict | list) else v for v in record.values()]
        writer.writerow([n] * index + cells)
    return text.getvalue().encode()


def test_csv_cells_may_hold_line_breaks(warehouse, folder):
    content = table(
        spend_log("a", messages="one"),
        spend_log("b", messages='two\n"lines", and\n\nmore'),
        spend_log("c", -5, messages="four"),
    )
    (folder / "rows.csv").write_bytes(content)

    [found] = load(warehouse, folder)

    assert counts(found) == (2, 0, 0, 1)
    assert rows(warehouse, "select line from usage_event order by line") == [(2,), (3,)]
    [(line, offset, length)] = rows(
        warehouse, "select line, byte_offset, byte_length from quarantine"
    )
    assert (line, content[offset : offset + length][:6]) == (7, b"lite-c")


def test_a_broken_csv_row_leaves_the_others_as_they_are(warehouse, folder, tmp_path):
    whole = Warehouse(tmp_path / "whole.duckdb")
    good = [spend_log(key, metadata={"cost_breakdown": {"service_tier": "flex"}}) for key in "abc"]
    (tmp_path / "whole.csv").write_bytes(table(*good))
    (folder / "rows.csv").write_bytes(table(*good) + b"three,cells,only\n")

    load(whole, tmp_path / "whole.csv")
    [found] = load(warehouse, folder)

    assert counts(found) == (3, 0, 0, 1)
    assert events(warehouse) == events(whole)
    assert {each["service_tier"] for each in events(warehouse)} == {"flex"}


@pytest.mark.parametrize(
    "content",
    [
        table(spend_log("a"), spend_log("b"), index=True),
        table(spend_log("a", note=1), spend_log("b", note=2)).replace(b"note", b"model", 1),
    ],
    ids=["an index column", "a repeated name"],
)
def test_csv_headers_may_be_odd(warehouse, folder, content):
    (folder / "rows.csv").write_bytes(content)

    [found] = load(warehouse, folder)

    assert found.accounting.lines == 2


def test_a_csv_of_nothing_but_broken_rows(warehouse, folder):
    header = table(spend_log("a")).split(b"\n")[0]
    (folder / "rows.csv").write_bytes(header + b"\na,b\nc,d\n")

    assert [counts(each) for each in load(warehouse, folder)] == [(0, 0, 0, 2)]


def test_a_csv_of_a_header_and_blank_lines(warehouse, folder):
    header = table(spend_log("a")).split(b"\n")[0]
    (folder / "rows.csv").write_bytes(header + b"\n\n\n")

    assert [counts(each) for each in load(warehouse, folder)] == [(0, 0, 0, 0)]


def test_source_forces_one_source(warehouse, folder):
    write_lines(folder / "log.jsonl", chat("a"), spend_log("b"))

    [found] = load(warehouse, folder, source="openai_chat")

    assert counts(found) == (1, 0, 0, 1)
    with pytest.raises(InputError, match=r"there is no source 'openai'; the sources are: \w+, "):
        load(warehouse, folder, source="openai")


NOT_JSON = "{} is neither JSON lines, JSON, Parquet, nor a CSV of columns"
NOT_OURS = (
    "{0}: no source claims its records; it has level, msg. See `ratecard sources`, or describe the "
    "columns in a file for --map (`ratecard load --suggest-map {0}` proposes one)"
)
OTHER_TABLE = "{}: no source claims its records; it has day, tokens. See `ratecard sources`"
LONG = b"".join(as_bytes(chat(f"{n}{n * 7919 % 104729}")) + b"\n" for n in range(4000))
UNREADABLE = {
    "empty.jsonl": (b"", "{} is empty"),
    "blank.jsonl": (b"\n \n", "{} is empty"),
    "empty.jsonl.gz": (gzip.compress(b""), "{} is empty"),
    "other.jsonl": (b'{"level": "info", "msg": "up"}\n', NOT_OURS),
    "words.log": (b"Listening on port 4000\n", NOT_JSON),
    "other.csv": (b"day,tokens\n1,2\n", OTHER_TABLE),
    "cut.jsonl.gz": (gzip.compress(LONG)[:-2000], "{} is cut off: "),
    "bad.jsonl.gz": (b"\x1f\x8b\x08\x00" + b"nonsense" * 9, "{} is cut off: "),
    "bad.jsonl.zst": (b"\x28\xb5\x2f\xfd" + b"nonsense" * 9, "{} is damaged: "),
}


def test_what_cannot_be_read_says_why_and_the_rest_is_read(warehouse, folder):
    for name, (content, _) in UNREADABLE.items():
        (folder / name).write_bytes(content)
    write_lines(folder / "log.jsonl", chat("a"))

    found = {each.path.removeprefix(f"{folder}/"): each for each in load(warehouse, folder)}

    assert counts(found.pop("log.jsonl")) == (1, 0, 0, 0)
    assert found.keys() == UNREADABLE.keys()
    for name, (_, sentence) in UNREADABLE.items():
        assert found[name].accounting is None
        assert found[name].error.startswith(sentence.format(folder / name))
        assert "\n" not in found[name].error


def test_a_zstd_file_that_broke_off_is_not_taken_for_whole(warehouse, folder):
    (folder / "cut.jsonl.zst").write_bytes(zstandard.compress(LONG)[:-2000])

    [found] = load(warehouse, folder)

    assert found.error.startswith(f"{folder}/cut.jsonl.zst is cut off: ")
    assert not warehouse.exists


def test_names_that_stand_for_nothing(warehouse, folder):
    with pytest.raises(InputError, match=r"missing.jsonl does not exist; name a file"):
        load(warehouse, folder / "missing.jsonl")
    with pytest.raises(InputError, match=r"no.*\.jsonl does not exist"):
        load(warehouse, folder / "no*.jsonl")
    with pytest.raises(InputError, match=r"logs holds no \.jsonl, \.json, \.csv or \.parquet file"):
        load(warehouse, folder)


def test_nothing_on_standard_input(warehouse, monkeypatch):
    from_stdin(monkeypatch, b"")
    [found] = load(warehouse, "-")

    assert found.error == "standard input is empty"
    assert not warehouse.exists


def test_an_export_without_rows_has_no_lines(warehouse, folder):
    (folder / "rows.json").write_text("[]")

    [found] = load(warehouse, folder)

    assert found.accounting is None or found.accounting.lines == 0


def test_a_dry_run_stores_nothing(warehouse, folder):
    (folder / "log.jsonl").write_bytes(CONTENT)

    [found] = load(warehouse, folder, dry_run=True)

    assert counts(found) == (3, 1, 0, 1)
    assert not warehouse.exists


def test_a_line_too_long_to_read_is_quarantined(warehouse, folder, monkeypatch):
    monkeypatch.setattr(records, "LONGEST_LINE_BYTES", 36_000_000)
    long = chat("long", note="x" * 37_000_000)
    slow = chat("slow", note="x" * 35_000_000)  # too long to be read in bulk
    path = write_lines(folder / "log.jsonl", chat("a"), slow, long, b"broken", chat("b"))

    [found] = load(warehouse, path)

    assert counts(found) == (3, 0, 0, 2)
    reasons = rows(warehouse, "select line, reason from quarantine order by line")
    assert reasons == [
        (3, "line longer than 100 MB"),
        (4, "broken JSON at character 1: Expecting value"),
    ]
    content = path.read_bytes()
    shown = [content[at : at + length] for _, at, length in rows(warehouse, PLACES)]
    assert shown == [as_bytes(long), b"broken"]


def test_a_source_that_the_beginning_does_not_show_is_read_too(warehouse, folder):
    lines = [chat(str(n)) for n in range(500)] + [response(str(n)) for n in range(20)]

    [found] = load(warehouse, write_lines(folder / "log.jsonl", *lines))

    assert counts(found) == (520, 0, 0, 0)
    assert rows(
        warehouse, "select min(line), max(line) from usage_event where endpoint = 'responses'"
    ) == [(501, 520)]


def test_a_line_that_two_sources_claim_is_refused(warehouse, folder):
    both = chat("both") | spend_log("both")
    path = write_lines(folder / "log.jsonl", chat("a"), spend_log("b"), both)

    [found] = load(warehouse, path)

    assert counts(found) == (2, 0, 0, 1)
    [(reason,)] = rows(warehouse, "select reason from quarantine")
    assert reason == "claimed by litellm_spend_logs and openai_chat: use --source"


def test_of_two_bodies_in_a_line_the_outer_one_is_read_once(warehouse, folder):
    two = {"response": chat("r"), "body": chat("b")}
    path = write_lines(folder / "log.jsonl", {"response": chat("a")}, {"body": chat("c")}, two)

    [found] = load(warehouse, path)

    assert counts(found) == (3, 0, 0, 0)
    ids = [each["event_id"][-1] for each in events(warehouse)]
    assert ids == ["a", "c", "r"]


def test_the_same_content_read_in_another_way_is_read_again(warehouse, folder):
    path = write_lines(folder / "mixed.jsonl", chat("a", service_tier=None), spend_log("b"))

    [only] = load(warehouse, path, source="litellm_spend_logs")
    [both] = load(warehouse, path)
    [declared] = load(warehouse, path, tier="flex")
    [again] = load(warehouse, path, tier="flex")

    assert counts(only) == (1, 0, 0, 1)
    assert counts(both) == (1, 1, 0, 0)
    assert (counts(declared), declared.repeated) == ((1, 1, 0, 0), False)
    assert again.repeated
    tiers = {each["event_id"]: each["service_tier"] for each in events(warehouse)}
    assert tiers["chatcmpl-a"] == "flex"
    assert rows(warehouse, "select sum(events) from ingest_file") == [(2,)]


@pytest.mark.parametrize("packed", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_standard_input_may_be_compressed(warehouse, folder, monkeypatch, packed):
    (folder / "plain.jsonl").write_bytes(CONTENT)
    from_stdin(monkeypatch, packed(CONTENT))

    [piped], [plain] = load(warehouse, "-"), load(warehouse, folder / "plain.jsonl")

    assert counts(piped) == (3, 1, 0, 1)
    assert plain.repeated


def test_lines_that_state_no_time_have_the_declared_one(warehouse, folder):
    body = {
        "object": "list", "data": [], "model": "text-embedding-3-small",
        "usage": {"prompt_tokens": 8, "total_tokens": 8},
    }  # fmt: skip
    log = write_lines(folder / "log.jsonl", body, {"ts": "2026-03-02T09:00:00Z", "response": body})
    [undated] = load(warehouse, log)
    [dated] = load(warehouse, log, time="2026-03-01T00:00:00")

    assert (undated.accounting.events, undated.accounting.quarantined) == (1, 1)
    assert (dated.accounting.events, dated.accounting.duplicates) == (1, 1)
    assert rows(warehouse, "select line, event_ts from usage_event order by line") == [
        (1, datetime(2026, 3, 1)),
        (2, datetime(2026, 3, 2, 9)),
    ]
