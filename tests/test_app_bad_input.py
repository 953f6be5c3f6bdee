"""What a user is told of a file that is damaged, odd or no log; the rest still loads."""

import csv
import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections import Counter
from pathlib import Path

import duckdb
import pytest
import zstandard

import ingest.documents
import ingest.load
import ingest.records
import ingest.repair
from app.cli import run
from tests.loaded_logs import as_bytes, chat, spend_log, write_lines

GOLDEN = Path(__file__).parent / "golden"
PRICES = str(Path(__file__).parent / "prices.yaml")
RATECARD = Path(sys.executable).with_name("ratecard")


def sample(name: str) -> bytes:
    return (GOLDEN / name).read_bytes()


#: A log of every way to be read: in bulk, as a table, taken apart, with a state, as one document.
LOGS = {
    "chat.jsonl": b"".join(as_bytes(chat(f"{n}")) + b"\n" for n in range(60)),
    "spend.csv": sample("litellm_spend_logs/sample.csv"),
    "spans.jsonl": sample("otel_genai/sample.jsonl"),
    "session.jsonl": sample("codex_rollout/sample.jsonl"),
    "page.json": json.dumps(
        json.loads(sample("openai_usage/sample.jsonl").splitlines()[0]), indent=1
    ).encode(),
}


@pytest.fixture
def ask(tmp_path, capsys):
    """Load something; return the exit code, what became of each file, and what was said."""

    def loaded(*words, db="usage.duckdb"):
        asked = ["--db", str(tmp_path / db), "--prices", PRICES, "--format", "csv"]
        code = run(["load", *map(str, words), *asked])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        became = {
            Path(row.pop("path")).name: row for row in csv.DictReader(io.StringIO(out, newline=""))
        }
        return code, became, err.splitlines()

    return loaded


@pytest.fixture
def reasons(tmp_path, capsys):
    """Return the reasons for the quarantined lines, by line."""

    def listed(db="usage.duckdb"):
        assert run(["load", "--quarantine", "--db", str(tmp_path / db), "--format", "csv"]) == 0
        return {
            int(row["line"]): row["reason"]
            for row in csv.DictReader(io.StringIO(capsys.readouterr().out))
        }

    return listed


def refusals(said: list[str]) -> list[str]:
    """Return the sentences on inputs that were not read, without the count of them."""
    told = [line.removeprefix("ratecard: ") for line in said if line.startswith("ratecard: ")]
    return [line for line in told if "inputs could not be read" not in line]


# ---------------------------------------------------------------- damaged and odd files


def middle_changed(content: bytes) -> bytes:
    half = len(content) // 2
    return content[:half] + bytes([content[half] ^ 0xFF]) + content[half + 1 :]


def swapped(name: str) -> str:
    return name.rpartition(".")[0] + (".json" if name.endswith(".csv") else ".csv")


DAMAGED = {
    "gzip cut off": (lambda b: gzip.compress(b)[:-200], ".gz", "is cut off: copy it again"),
    "gzip changed": (lambda b: middle_changed(gzip.compress(b)), ".gz", "is damaged: "),
    "gzip, then words": (lambda b: gzip.compress(b) + b"and more", ".gz", "is damaged: "),
    "zstd cut off": (lambda b: zstandard.compress(b)[:-200], ".zst", "is cut off: copy it again"),
    "compressed twice": (
        lambda b: gzip.compress(gzip.compress(b)), ".gz", "is compressed twice: unpack it once",
    ),
    "UTF-16": (lambda b: b.decode().encode("utf-16"), "", "is UTF-16: save it as UTF-8"),
    "UTF-16, unmarked": (lambda b: b.decode().encode("utf-16-be"), "", "is UTF-16: save it as"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_file_is_one_sentence_and_the_rest_loads(damage, tmp_path, ask):
    change, suffix, sentence = DAMAGED[damage]
    folder = tmp_path / "logs"
    write_lines(folder / "good.jsonl", chat("good"))
    for name, content in LOGS.items():
        (folder / f"{name}{suffix}").write_bytes(change(content))

    code, became, said = ask(folder)

    assert code == 2
    assert became.keys() == {"good.jsonl"}
    assert became["good.jsonl"]["events"] == "1"
    told = refusals(said)
    assert len(told) == len(LOGS)
    for name, line in zip(sorted(LOGS), told, strict=True):
        assert line.startswith(f"{folder / name}{suffix} {sentence}")
    assert said[-1].startswith(f"ratecard: {len(LOGS)} of {len(LOGS) + 1} inputs could not be")


ODD = {
    "gzip under a plain name": gzip.compress,
    "zstd": zstandard.compress,
    "byte-order mark": lambda content: b"\xef\xbb\xbf" + content,
    "CRLF": lambda content: content.replace(b"\n", b"\r\n"),
    "no last newline": lambda content: content.rstrip(b"\n"),
    "blank lines": lambda content: content.replace(b"\n", b"\n\n"),
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> dict[str, dict]:
    """What the logs become as they are."""
    folder = tmp_path_factory.mktemp("plain")
    for name, content in LOGS.items():
        (folder / name).write_bytes(content)
    asked = ["--db", str(folder / "usage.duckdb"), "--prices", PRICES, "--format", "csv"]
    assert run(["load", str(folder), *asked, "-o", str(folder / "told.txt")]) == 0
    rows = csv.DictReader(io.StringIO((folder / "told.txt").read_text("utf-8")))
    return {Path(row.pop("path")).name: row for row in rows}


@pytest.mark.parametrize("oddity", [*ODD, "another suffix"])
def test_an_odd_file_loads_as_if_it_were_not(oddity, tmp_path, ask, plain):
    rename = swapped if oddity == "another suffix" else str
    for name, content in LOGS.items():
        (tmp_path / rename(name)).write_bytes(ODD.get(oddity, bytes)(content))

    code, became, said = ask(tmp_path)

    assert code == 0
    assert refusals(said) == []
    assert became == {rename(name): row for name, row in plain.items()}


def test_lines_that_end_in_cr_alone_are_read_as_json_and_refused_as_a_table(tmp_path, ask):
    for name, content in LOGS.items():
        (tmp_path / "logs").mkdir(exist_ok=True)
        (tmp_path / "logs" / name).write_bytes(content.replace(b"\n", b"\r"))

    code, became, said = ask(tmp_path / "logs")

    assert code == 2
    assert became.keys() == LOGS.keys() - {"spend.csv"}
    assert became["chat.jsonl"]["events"] == "60"
    ending = "ends its lines with CR alone: save it with LF or CRLF"
    assert refusals(said) == [f"{tmp_path / 'logs' / 'spend.csv'} {ending}"]


def test_a_file_that_breaks_off_loses_its_last_record_alone(tmp_path, ask, reasons):
    cut = {"chat.jsonl": 59, "spend.csv": 10, "page.json": 0}
    for name in cut:
        ends_at = LOGS[name].rindex(b'"', 0, -20) - 1
        (tmp_path / name).write_bytes(LOGS[name][:ends_at])

    code, became, said = ask(*[tmp_path / name for name in cut])

    assert code == 0
    assert {name: int(became[name]["events"]) for name in cut} == cut
    assert said[-1].endswith("could not be read; list them with: ratecard load --quarantine")
    assert "broken CSV: a quote that is never closed" in reasons().values()
    assert any(reason.startswith("broken JSON at character ") for reason in reasons().values())


# ---------------------------------------------------------------- no logs


def archive(kind) -> bytes:
    buffer = io.BytesIO()
    if kind is zipfile.ZipFile:
        with zipfile.ZipFile(buffer, "w") as book:
            book.writestr("xl/workbook.xml", "<workbook/>")
    else:
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            tar.addfile(tarfile.TarInfo("a.jsonl"), io.BytesIO())
    return buffer.getvalue()


EXPORT = "export what it holds as CSV, JSON lines or Parquet"
NO_LOGS = {
    "empty.jsonl": (b"", "is empty"),
    "empty.csv": (b"", "is empty"),
    "empty.json.gz": (gzip.compress(b""), "is empty"),
    "blanks.jsonl": (b"\n \n\t\r\n" * 50, "is empty"),
    "mark.csv": (b"\xef\xbb\xbf", "is empty"),
    "book.csv": (
        archive(zipfile.ZipFile),
        "is a ZIP archive or an Excel workbook: unpack it, or save the sheet as CSV",
    ),
    "logs.json": (archive(tarfile.TarFile), "is a tar archive: unpack it"),
    "picture.json": (b"\x89PNG\r\n\x1a\n" + bytes(900), "is an image: name a log"),
    "base.jsonl": (b"SQLite format 3\x00" + bytes(900), f"is a SQLite database: {EXPORT}"),
    "noise.jsonl": (bytes(range(256)) * 20, f"is no text: name a log, or {EXPORT}"),
    "array.json": (b"[\x00" + bytes(range(256)) * 20, f"is no text: name a log, or {EXPORT}"),
    "words.log": (
        b"Listening on port 4000\nReady\n" * 9,
        "is neither JSON lines, JSON, Parquet, nor a CSV of columns; see `ratecard sources`",
    ),
    "cut.parquet": (b"PAR1" + bytes(99), "is broken Parquet: No magic bytes found at end of file"),
}


def test_what_is_no_log_is_told_for_what_it_is(tmp_path, ask):
    folder = tmp_path / "logs"
    write_lines(folder / "good.jsonl", chat("good"))
    for name, (content, _) in NO_LOGS.items():
        (folder / name).write_bytes(content)

    code, became, said = ask(folder)

    assert code == 2
    assert became.keys() == {"good.jsonl"}
    assert refusals(said) == [f"{folder / name} {NO_LOGS[name][1]}" for name in sorted(NO_LOGS)]


def test_a_parquet_file_broken_within_is_one_sentence(tmp_path, ask):
    path = tmp_path / "spend.parquet"
    csv_file = GOLDEN / "litellm_spend_logs" / "sample.csv"
    duckdb.execute(f"copy (from read_csv('{csv_file}')) to '{path}' (compression uncompressed)")
    whole = path.read_bytes()
    path.write_bytes(whole[:300] + b"\xff" * 400 + whole[700:])

    code, _, said = ask(path)

    assert code == 2
    [told] = refusals(said)
    assert told.startswith(f"{path} is broken Parquet: Invalid")


def test_a_header_that_is_none_is_not_printed_at_length(tmp_path, ask):
    path = tmp_path / "words.csv"
    path.write_text("what was asked: " + "secret " * 50 + "\x1b[31m,and,more\n1,2,3\n")

    _, _, said = ask(path)

    [told] = refusals(said)
    assert "it has what was asked: secret secret secret sec..., and, more" in told
    assert "\x1b" not in told


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("cut.csv.gz", gzip.compress(LOGS["spend.csv"])[:-99], "is cut off: copy it again"),
        ("bad.csv.gz", middle_changed(gzip.compress(LOGS["spend.csv"])), "is damaged: "),
        ("book.xlsx", *NO_LOGS["book.csv"]),
        ("old.csv", LOGS["spend.csv"].replace(b"\n", b"\r"), "ends its lines with CR alone: "),
        ("empty.csv", b"", "holds no records to look at: no CSV, JSON or Parquet"),
    ],
)
def test_no_mapping_is_proposed_for_what_is_no_log(name, content, sentence, tmp_path, capsys):
    (tmp_path / name).write_bytes(content)

    assert run(["load", "--suggest-map", str(tmp_path / name)]) == 2
    assert capsys.readouterr().err.startswith(f"ratecard: {tmp_path / name} {sentence}")


# ---------------------------------------------------------------- lines and values

USAGE = as_bytes(chat("odd"))
VALUES = {
    "not a number": (b"NaN", "broken JSON: NaN is not a number"),
    "infinite": (b"-Infinity", "broken JSON: -Infinity is not a number"),
    "beyond numbers": (b"1e400", "input tokens are not a whole number"),
    "thousands": (b'"1,234"', "input tokens are not a whole number"),
    "fraction": (b"12.5", "input tokens are not a whole number"),
    "octal": (b"0100", "broken JSON at character 236: Expecting ',' delimiter"),
    "a list": (b"[100]", "input tokens are not a whole number"),
    "as text": (b'"100"', None),
    "as float": (b"1e2", None),
}


def test_odd_values_are_read_or_are_a_reason_each(tmp_path, ask, reasons):
    lines = [
        USAGE.replace(b'"prompt_tokens": 100', b'"prompt_tokens": ' + value).replace(
            b"chatcmpl-odd", b"chatcmpl-%d" % n
        )
        for n, (value, _) in enumerate(VALUES.values())
    ]
    twice = USAGE[:-1] + b', "id": "chatcmpl-again", "usage": {"prompt_tokens": 7}}'
    deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    write_lines(tmp_path / "log.jsonl", *lines, twice, deep, b"[" * 100_000, chat("last"))

    code, became, _ = ask(tmp_path / "log.jsonl")

    assert code == 0
    expected = {n: why for n, (_, why) in enumerate(VALUES.values(), 1) if why}
    n = len(VALUES)
    expected |= {n + 2: "JSON nested too deeply", n + 3: "JSON nested too deeply"}
    assert reasons() == expected
    assert became["log.jsonl"]["events"] == str(n + 4 - len(expected))


TIMES = {
    "2026-03-01T09:00:00Z": True,
    "2026-03-01 11:00:00+02": True,
    "2026-03-01T09:00:00.123456789Z": True,
    1772355600: True,
    "1772355600": True,
    1772355600123: True,
    "03/01/2026": False,
    "1 March 2026": False,
    "2026-02-30T00:00:00Z": False,
    "2026-03-01T25:00:00Z": False,
    "never": False,
    -1: False,
    1e300: False,
}


def test_times_of_many_forms_stand_beside_each_other(tmp_path, ask, reasons):
    lines = [spend_log(str(n), startTime=at, endTime=at) for n, at in enumerate(TIMES)]
    ask(write_lines(tmp_path / "log.jsonl", *lines))

    told = reasons()
    assert set(told) == {n for n, is_time in enumerate(TIMES.values(), 1) if not is_time}
    assert set(told.values()) <= {"no readable time", "time out of range"}


@pytest.fixture
def short_lines(monkeypatch):
    """A line of 2 MB is too long here for all but the quick way, which takes more."""
    for module in (ingest.records, ingest.repair, ingest.documents):
        monkeypatch.setattr(module, "LONGEST_LINE_BYTES", 2 << 20)
    old = csv.field_size_limit(2 << 20)
    yield
    csv.field_size_limit(old)


LONG = "x" * (40 << 20)


@pytest.mark.usefixtures("short_lines")
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_line_too_long_to_read_is_quarantined_wherever_it_stands(place, tmp_path, ask, reasons):
    records = [chat("0"), chat("1")]
    records.insert(place, chat("long", note=LONG))
    log = write_lines(tmp_path / "log.jsonl", *records)

    code, became, said = ask(log)

    assert code == 0
    assert (became["log.jsonl"]["lines"], became["log.jsonl"]["events"]) == ("3", "2")
    assert reasons() == {place + 1: "line longer than 2 MB"}
    assert len("".join(said)) < 300


@pytest.mark.usefixtures("short_lines")
def test_a_cell_or_a_record_of_an_array_too_long_to_read_is_a_reason(tmp_path, ask, reasons):
    header, row, *rest = LOGS["spend.csv"].splitlines(keepends=True)
    cells = row.rstrip(b"\n").rpartition(b",")[0]
    table = tmp_path / "spend.csv"
    table.write_bytes(b"".join([header, row, cells, b',"', LONG.encode(), b'"\n', *rest]))
    array = tmp_path / "array.json"
    array.write_bytes(json.dumps([chat("0"), chat("long", note=LONG)]).encode())

    code, became, _ = ask(table, array)

    assert code == 0
    assert became["spend.csv"]["events"] == "11"
    assert became["array.json"]["events"] == "1"
    assert {"broken CSV: a cell longer than 2 MB", "line longer than 2 MB"} <= {*reasons().values()}


@pytest.mark.slow
def test_a_line_of_200_mb_is_read_past_in_little_memory(tmp_path):
    log = write_lines(tmp_path / "log.jsonl", chat("0"), chat("1", note="x" * (200 << 20)))
    program = (
        "import resource, sys; from app.cli import run; code = run(sys.argv[1:]); "
        "print(code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    words = ["load", str(log), "--db", str(tmp_path / "usage.duckdb"), "--prices", PRICES]

    done = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, check=True
    )

    code, peak = done.stderr.splitlines()[-1].split()
    assert code == "0"
    assert int(peak) < 1_500_000  # kB
    assert "1 line could not be read" in done.stderr


# ---------------------------------------------------------------- names and places

NAMES = [
    "it's.jsonl", 'quo"te.jsonl', "semi;colon.jsonl", "new\nline.jsonl", "Umschläge-港.jsonl",
    "-dash.jsonl", "[ab].jsonl", "*.jsonl", "q?.jsonl", "%s{0}.jsonl", "a, b.jsonl",
    "model=gpt-5.4-nano/prompt_tokens=7/date=2020-01-01.jsonl", "a.jsonl", "b.jsonl",
    os.fsdecode(b"not-utf-8-\xff.jsonl"),
]  # fmt: skip


def test_a_file_of_any_name_is_read_as_itself_and_no_other(tmp_path, ask):
    """Patterns match other files, partitions name columns, quotes end a text."""
    folder = tmp_path / "logs"
    for n, name in enumerate(NAMES):
        write_lines(folder / name, chat(f"{n}", 1000 + n))

    code, became, _ = ask(folder)

    assert code == 0
    assert len(became) == len(NAMES)
    with duckdb.connect(str(tmp_path / "usage.duckdb"), read_only=True) as con:
        found = con.execute("select event_id, input_tokens, model_raw from usage_event").fetchall()
    assert set(found) == {(f"chatcmpl-{n}", 1000 + n, "gpt-5.4") for n in range(len(NAMES))}
    assert not [path for path in tmp_path.rglob("*") if path.is_symlink()]


def test_a_table_in_a_folder_that_names_its_columns_is_read_as_it_stands(tmp_path, ask):
    folder = tmp_path / "model=other" / "prompt_tokens=1"
    folder.mkdir(parents=True)
    (folder / "spend.csv").write_bytes(LOGS["spend.csv"])

    ask(folder)

    with duckdb.connect(str(tmp_path / "usage.duckdb"), read_only=True) as con:
        [[wrong]] = con.execute(
            "select count(*) from usage_event where model_raw = 'other' or input_tokens = 1"
        ).fetchall()
    assert wrong == 0


def test_a_link_to_nothing_is_said_and_a_pipe_in_a_folder_is_left_alone(tmp_path, ask):
    folder = tmp_path / "logs"
    write_lines(folder / "good.jsonl", chat("good"))
    (folder / "lost.jsonl").symlink_to(tmp_path / "nowhere")
    (folder / "round").symlink_to(folder)
    os.mkfifo(folder / "pipe.jsonl")

    code, became, said = ask(folder)

    assert (code, became.keys()) == (2, {"good.jsonl"})
    assert refusals(said) == [f"{folder / 'lost.jsonl'} is a link to nothing"]
    assert refusals(ask(folder / "lost.jsonl")[2]) == refusals(said)


def test_a_pipe_with_a_name_is_read_as_standard_input_is(tmp_path, ask):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    content = gzip.compress(LOGS["chat.jsonl"])
    writer = threading.Thread(target=pipe.write_bytes, args=[content], daemon=True)
    writer.start()

    code, became, _ = ask(pipe)

    writer.join()
    assert (code, became["pipe"]["events"]) == (0, "60")
    assert refusals(ask("/dev/null")[2]) == ["/dev/null is empty"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[1, 2]\n", "standard input is a JSON array; load it from a file, or send a record a"),
        (LOGS["spend.csv"], "standard input is not JSON lines; load it from a file, or send a"),
        (LOGS["page.json"], "standard input is not JSON lines; load it from a file, or send a"),
        (
            gzip.compress(LOGS["chat.jsonl"])[:-20],
            "- is cut off: copy it again once it is complete",
        ),
        (archive(zipfile.ZipFile), "standard input is a ZIP archive or an Excel workbook: "),
    ],
)
def test_standard_input_that_is_no_lines_of_json_is_refused(content, told, ask, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))

    code, _, said = ask("-")

    assert code == 2
    [line] = refusals(said)
    assert line.startswith(told)


def restricted() -> list[str]:
    """What makes root obey permissions."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root may read everything, and there is no setpriv to change that")
    taken = "-dac_override,-dac_read_search"
    return ["setpriv", "--inh-caps=-all", f"--bounding-set={taken}"]


def test_what_may_not_be_read_is_said_and_the_rest_loads(tmp_path):
    folder = tmp_path / "logs"
    for name in ("good.jsonl", "closed.jsonl", "cellar/a.jsonl", "unlisted/b.jsonl"):
        write_lines(folder / name, chat(name))
    closed = [folder / "closed.jsonl", folder / "cellar", folder / "unlisted"]
    for path, mode in zip(closed, (0o000, 0o000, 0o600), strict=True):
        path.chmod(mode)
    words = [RATECARD, "load", folder, "--db", tmp_path / "usage.duckdb", "--prices", PRICES]

    done = subprocess.run([*restricted(), *words], capture_output=True, text=True, check=False)

    for path in closed[1:]:
        path.chmod(0o700)
    assert done.returncode == 2
    assert refusals(done.stderr.splitlines()) == [
        f"{folder / name} cannot be read: permission denied"
        for name in ("closed.jsonl", "unlisted/b.jsonl", "cellar")
    ]
    assert "good.jsonl  openai_chat" in done.stdout


# ---------------------------------------------------------------- files that change, and many


def test_a_file_that_is_cut_or_written_while_it_is_read_is_not_taken_for_read(
    tmp_path, ask, monkeypatch
):
    log = write_lines(tmp_path / "log.jsonl", *[chat(f"{n}") for n in range(300)])
    whole = log.read_bytes()
    taken = ingest.load.fingerprint

    def meanwhile(path, compression):
        found = taken(path, compression)
        log.write_bytes(whole[: len(whole) // 2])
        return found

    with monkeypatch.context() as patched:
        patched.setattr(ingest.load, "fingerprint", meanwhile)
        code, became, _ = ask(log)
    row = Counter({name: int(n) for name, n in became["log.jsonl"].items() if n.isdigit()})
    log.write_bytes(whole)
    _, again, _ = ask(log)

    assert code == 0
    assert row.pop("lines") == row.total()
    assert again["log.jsonl"]["repeated"] == "false"
    assert row["events"] + int(again["log.jsonl"]["events"]) == 300


def test_many_small_files_are_a_row_each(tmp_path, ask):
    for n in range(25):
        write_lines(tmp_path / "logs" / f"{n}.jsonl", chat(f"{n}"))
    write_lines(tmp_path / "logs" / "7.jsonl", b"words")

    code, became, said = ask(tmp_path / "logs")

    assert (code, len(became), len(refusals(said))) == (2, 24, 1)
