"""Every line becomes something, in any order, any split and any number of times."""

import gzip
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.warehouse import Warehouse
from tests.loaded_logs import as_bytes, chat, events, load, response, rows, spend_log, write_lines

# A load takes a good part of a second; an example holds many lines instead.
EXAMPLES = settings.default.max_examples // 16
FILE_OBJECT = {"object": "file", "id": "file-1"}  # a line of no source lets any file be read
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Drawn:
    """A line, and what must become of it: an event of this id, not usage, or a reason."""

    content: bytes
    event_id: str | None = None
    not_usage: bool = False

    def _repr_pretty_(self, printer, _cycle) -> None:
        printer.text(repr(self.content[:80]))

    @property
    def quarantined(self) -> bool:
        return self.event_id is None and not self.not_usage


def usage(line: dict | bytes | str, event_id: str) -> Drawn:
    return Drawn(as_bytes(line), event_id=event_id)


def batch(key: str, body: dict) -> dict:
    return {"id": f"batch_req_{key}", "custom_id": key, "response": {"body": body}, "error": None}


# Records of few ids: that several lines claim one is the rule here. What a record says beside
# its id varies, and which of two is kept must not depend on which came first.
ids = st.sampled_from("abc")
tokens = st.sampled_from([7, 100])
hosts = st.sampled_from(["https://api.openai.com/v1", "https://eu.api.openai.com/v1", None])
labels = st.fixed_dictionaries(
    {"base_url": hosts, "team": st.sampled_from(["one", "two", None])},
    optional={"metadata": st.sampled_from([{"user": "ana"}, {"user": "ben", "n": 1}, {}])},
)
tiers = st.sampled_from(["default", None])
pricing_bases = st.sampled_from(["flex", "priority", "default", None])
times = st.sampled_from([1788256800, "2026-09-01T10:00:00Z"])


@st.composite
def good_lines(draw) -> Drawn:
    key, given_, out = draw(ids), draw(tokens), draw(tokens)
    tier, said, basis = draw(tiers), draw(labels), draw(pricing_bases)
    plain = chat(key, given_, out, service_tier=tier, created=draw(times))
    full = response(key, given_, out, service_tier=tier, status=draw(statuses))
    full["usage"]["input_tokens_details"] = {"cached_tokens": draw(st.sampled_from([0, given_]))}
    makers: list[Callable[[], Drawn]] = [
        lambda: usage(plain | {"team": said["team"]}, plain["id"]),
        lambda: usage({"response": plain} | said, plain["id"]),
        lambda: usage({"body": plain} | said, plain["id"]),
        lambda: usage({"response": {"body": plain}} | said, plain["id"]),
        lambda: usage(full, full["id"]),
        lambda: usage({"response": {"body": full}} | said, full["id"]),
        # What is not known to have been used is usage, too.
        lambda: usage(plain | {"object": "chat.completion.chunk", "usage": None}, plain["id"]),
        lambda: usage(full | {"status": "queued", "usage": None}, full["id"]),
        lambda: usage(batch(key, plain), plain["id"]),
        lambda: usage(batch(key, full), full["id"]),
        lambda: usage(spend_log(key, given_ + 1, out), f"lite-{key}"),
        lambda: usage(spend_log(key, given_ + 1, out, metadata=None), f"lite-{key}"),
        # The gateway's row of the same request: it has the body's id.
        lambda: usage(
            spend_log(
                key,
                given_,
                out,
                request_id=plain["id"],
                team_id=said["team"],
                spend=out / 1000,
                metadata={"cost_breakdown": {"service_tier": basis, "input_cost": 1}},
            ),
            plain["id"],
        ),
    ]
    return draw(st.sampled_from(makers))()


statuses = st.sampled_from(["completed", "incomplete", "in_progress"])

NOT_USAGE = [
    Drawn(as_bytes(line), not_usage=True)
    for line in (
        {"error": {"message": "No.", "type": "server_error"}},
        {"response": {"status_code": 429, "body": {"error": {"message": "No."}}}},
        {"object": "batch", "id": "batch_1", "usage": {"input_tokens": 10}},
        {"type": "response.output_text.delta", "delta": "Ber"},
        {"id": "batch_req_1", "custom_id": "a", "response": None, "error": {"code": "expired"}},
        spend_log("a", 0, 0, spend=0.0),
        FILE_OBJECT,
    )
]

USAGE = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}


def counted(**changes) -> dict:
    return chat("broken", usage={**USAGE, **changes})


BROKEN = {
    "cut off": as_bytes(chat("broken"))[:-40],
    "cut to a brace": b"{",
    "not UTF-8": as_bytes(chat("broken")).replace(b"Berth", b"B\xffrth"),
    "NUL bytes": b"\x00\x00\x00",
    "a NUL within": as_bytes(chat("broken")).replace(b"Berth", b"B\x00rth"),
    "an array": as_bytes(json.dumps([chat("broken")])),
    "an empty array": b"[]",
    "a number": b"12",
    "a text": b'"text"',
    "null": b"null",
    "words": b"Listening on port 4000",
    "two on a line": as_bytes(chat("broken")) * 2,
    "a byte-order mark within": BOM + b"{}",
    "no such number": as_bytes(counted(prompt_tokens=float("nan"))),
    "infinite": as_bytes(chat("broken")).replace(b": 100,", b": 1e400,"),
    "a fraction": as_bytes(counted(prompt_tokens=100.5, total_tokens=110.5)),
    "a word": as_bytes(counted(prompt_tokens="many")),
    "a truth": as_bytes(counted(prompt_tokens=True)),
    "an object": as_bytes(counted(prompt_tokens={"a": 1})),
    "negative": as_bytes(counted(prompt_tokens=-100)),
    "too large": as_bytes(counted(prompt_tokens=10**30)),
    "contradicting": as_bytes(counted(total_tokens=111)),
    "more cached than given": as_bytes(counted(prompt_tokens_details={"cached_tokens": 101})),
    "no counts": as_bytes(chat("broken", usage={})),
    "usage is a list": as_bytes(chat("broken", usage=[1])),
    "no usage": as_bytes(chat("broken", usage=None)),
    "no id": as_bytes(chat("broken", id=None)),
    "no time": as_bytes(chat("broken", created=None)),
    "before its time": as_bytes(chat("broken", created=12)),
    "nobody's": as_bytes({"object": "other", "usage": USAGE}),
    "an empty object": b"{}",
    "text that is no JSON": as_bytes(spend_log("broken", metadata='{"a')),
    "nested too deeply": b'{"object": ' + b"[" * 5000 + b"]" * 5000 + b"}",
}

# Odd, and still good.
NESTED = b"[" * 300 + b"]" * 300
ODD = [
    usage(counted(prompt_tokens="100"), "chatcmpl-broken"),
    usage(counted(prompt_tokens=100.0), "chatcmpl-broken"),
    usage(as_bytes(chat("broken")).replace(b"Berth", b"B\\ud83d"), "chatcmpl-broken"),
    usage(b" \t" + as_bytes(chat("broken")) + b" ", "chatcmpl-broken"),
    usage(as_bytes(chat("broken"))[:-1] + b', "id": "again"}', "chatcmpl-broken"),
    usage(chat("broken", note=[[[[[[["deep"]]]]]]]), "chatcmpl-broken"),
    usage(
        as_bytes(chat("broken", note="0")).replace(b'"0"', b"[" * 300 + b"]" * 300),
        "chatcmpl-broken",
    ),
]

lines = (
    good_lines()
    | st.sampled_from(NOT_USAGE)
    | st.sampled_from([Drawn(content) for content in BROKEN.values()])
    | st.sampled_from(ODD)
)
logs = st.lists(lines, min_size=15, max_size=45)
endings = st.sampled_from([b"\n", b"\r\n", b"\n\n", b"\n  \n", b"\n\r\n"])


def write(path: Path, drawn: list[Drawn], ending: bytes = b"\n", start: bytes = b"") -> Path:
    content = start + ending.join(each.content for each in drawn)
    if path.suffix == ".gz":
        content = gzip.compress(content)
    if path.suffix == ".zst":
        content = zstandard.compress(content)
    path.write_bytes(content)
    return path


def physical_lines(content: bytes) -> list[tuple[int, bytes]]:
    """Return number and content of every line that is not blank, found without the reader."""
    numbered = enumerate(content.split(b"\n"), start=1)
    return [(number, line) for number, line in numbered if line.removeprefix(BOM).strip()]


@settings(max_examples=EXAMPLES * 2)
@given(logs, endings, st.sampled_from([b"", BOM]))
def test_every_line_is_accounted_for(drawn, ending, start):
    drawn = [Drawn(as_bytes(FILE_OBJECT), not_usage=True), *drawn]
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "log.jsonl", drawn, ending, start)
        warehouse = Warehouse(Path(folder) / "usage.duckdb")
        [loaded] = load(warehouse, path)
        content = path.read_bytes()
        refused = rows(
            warehouse, "select line, byte_offset, byte_length, reason from quarantine order by line"
        )
        stored = rows(warehouse, "select event_id, line from usage_event")

    found = loaded.accounting
    assert found.lines == len(drawn)
    assert found.events == len({each.event_id for each in drawn if each.event_id})
    assert found.events + found.duplicates == sum(1 for each in drawn if each.event_id)
    assert found.not_usage == sum(each.not_usage for each in drawn)
    assert sum(found.not_usage_why.values()) == found.not_usage
    assert found.quarantined == sum(each.quarantined for each in drawn)

    numbered = dict(zip([n for n, _ in physical_lines(content)], drawn, strict=True))
    assert [row[0] for row in refused] == [n for n, each in numbered.items() if each.quarantined]
    for line, offset, length, reason in refused:
        assert content[offset : offset + length].removesuffix(b"\r") == numbered[line].content
        assert reason
    assert all(numbered[line].event_id == event_id for event_id, line in stored)


@st.composite
def arrangements(draw) -> tuple[list[Drawn], list[tuple[str, list[Drawn]]]]:
    """A log, and the same lines in another order, some of them again, over several files."""
    drawn = draw(logs)
    again = draw(st.lists(st.sampled_from(drawn), max_size=10))
    mixed = draw(st.permutations([*drawn, *again]))
    cuts = sorted(draw(st.lists(st.integers(0, len(mixed)), min_size=1, max_size=2)))
    pieces = [mixed[a:b] for a, b in zip([0, *cuts], [*cuts, len(mixed)], strict=True)]
    suffixes = st.sampled_from([".jsonl", ".json", ".jsonl.gz", ".log.zst"])
    return drawn, [(f"{n}{draw(suffixes)}", piece) for n, piece in enumerate(pieces)]


@settings(max_examples=EXAMPLES)
@given(arrangements())
def test_order_split_and_repetition_change_nothing(arranged):
    drawn, pieces = arranged
    first = Drawn(as_bytes(FILE_OBJECT), not_usage=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "split").mkdir()
        once, split = Warehouse(folder / "once.duckdb"), Warehouse(folder / "split.duckdb")
        load(once, write(folder / "log.jsonl", [first, *drawn]))
        for file, piece in pieces:
            write(folder / "split" / file, [first, *piece])
        [*_] = load(split, folder / "split")
        again = load(split, folder / "split")

        assert events(split) == events(once)
        files = rows(
            split,
            "select lines, events, duplicates, not_usage, quarantined, "
            "(select count(*) from usage_event where usage_event.file_id = ingest_file.file_id), "
            "(select count(*) from quarantine where quarantine.file_id = ingest_file.file_id) "
            "from ingest_file",
        )

    for found in files:
        lines_, stored, duplicates, not_usage, quarantined, *there = found
        assert lines_ == stored + duplicates + not_usage + quarantined
        assert there == [stored, quarantined]
    assert all(loaded.repeated and loaded.accounting.events == 0 for loaded in again)


def test_of_two_equal_records_the_one_that_names_its_region_is_kept(tmp_path):
    eu = {"response": chat("a"), "base_url": "https://eu.api.openai.com/v1"}
    found = []
    for n, order in enumerate(([chat("a"), eu], [eu, chat("a")])):
        warehouse = Warehouse(tmp_path / f"{n}.duckdb")
        for k, line in enumerate(order):
            load(warehouse, write_lines(tmp_path / f"{n}-{k}.jsonl", line))
        found += rows(warehouse, "select region from usage_event")

    assert found == [("eu",), ("eu",)]


def test_every_way_a_line_can_be_broken_is_a_line_of_the_quarantine(tmp_path):
    warehouse = Warehouse(tmp_path / "usage.duckdb")
    [loaded] = load(warehouse, write_lines(tmp_path / "log.jsonl", FILE_OBJECT, *BROKEN.values()))

    assert loaded.accounting.quarantined == len(BROKEN)
    reasons = dict(rows(warehouse, "select line - 2, reason from quarantine"))
    told = {name: reasons[n] for n, name in enumerate(BROKEN)}
    assert told["negative"] == "negative token count"
    assert told["contradicting"] == "total tokens contradict input plus output"
    assert told["cut off"].endswith(": Unterminated string")
    assert told["nobody's"] == 'no source recognises this record (object "other")'
    assert json.dumps(told).count("not recognised when read again") == 0


def test_a_request_that_two_sources_logged_is_one_and_knows_what_either_knew(tmp_path):
    body = chat("a", service_tier=None)
    row = spend_log(
        "a", request_id=body["id"], team_id="harbour", spend=0.25,
        metadata={"cost_breakdown": {"service_tier": "flex", "input_cost": 1}},
    )  # fmt: skip
    found = []
    for n, order in enumerate(([body, row], [row, body], [row, row, body])):
        warehouse = Warehouse(tmp_path / f"{n}.duckdb")
        for k, line in enumerate(order):
            load(warehouse, write_lines(tmp_path / f"{n}-{k}.jsonl", FILE_OBJECT, line))
        found += rows(
            warehouse,
            "select source, also_in, service_tier, service_tier_source, gateway, team, "
            "stated_cost_usd, stated_cost_kind, input_tokens from usage_event",
        )

    merged = ("openai_chat", "litellm_spend_logs", "flex", "gateway", "litellm", "harbour")
    assert found == [(*merged, Decimal("0.25"), "gateway", 100)] * 3
