"""What scripts rely on: exit codes, stdout and stderr, the keys of JSON, files, quiet pipes."""

import csv
import io
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from app.cli import run
from app.options import FORMATS

ROOT = Path(__file__).parents[1]
RATECARD = Path(sys.executable).with_name("ratecard")
INPUTS = Path(__file__).parent / "golden" / "cli"
PRICES = str(INPUTS / "prices.yaml")

REPORT_KEYS = [
    "requests", "input_tokens", "uncached_input_tokens", "cache_read_tokens", "cache_write_tokens",
    "output_tokens", "reasoning_tokens", "cost_usd", "unpriced_requests",
]  # fmt: skip
GROUPS = [
    "day", "week", "month", "hour", "provider", "model", "service_tier", "context_band", "project",
    "team", "user", "api_key", "source", "workload", "tag:env",
]  # fmt: skip
LOAD_KEYS = ["path", "source", "lines", "events", "duplicates", "not_usage", "quarantined"]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """The logs of the goldens, loaded."""
    path = tmp_path_factory.mktemp("cli") / "usage.duckdb"
    words = ["load", str(INPUTS / "logs"), "--db", str(path), "--prices", PRICES]
    assert run([*words, "-o", str(path.with_suffix(".txt"))]) == 0
    return path


@pytest.fixture(autouse=True)
def here(database, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RATECARD_DB", str(database))


@pytest.fixture
def ask(capsys):
    """Run a command that succeeds and return what it wrote on stdout."""

    def written(*words, code=0):
        assert run([*words, "--prices", PRICES]) == code
        return capsys.readouterr().out

    return written


# ---------------------------------------------------------------- JSON


def test_the_keys_of_a_report(ask):
    """Group keys, then these, in this order; what is added comes after."""
    [first, *_] = json.loads(ask("report", "--by", ",".join(GROUPS), "--format", "json"))

    assert list(first)[: len(GROUPS) + len(REPORT_KEYS)] == [*GROUPS, *REPORT_KEYS]


def test_the_keys_of_a_load(ask):
    logs, db = str(INPUTS / "logs"), "fresh.duckdb"
    found = json.loads(ask("load", logs, "--db", db, "--format", "json"))

    assert [list(each)[: len(LOAD_KEYS)] for each in found] == [LOAD_KEYS] * 4
    for each in found:
        parts = ("events", "duplicates", "not_usage", "quarantined")
        assert each["lines"] == sum(each[part] for part in parts)


def test_every_row_of_a_report_has_the_same_keys_and_whole_numbers(ask):
    for by in ("model,service_tier", *GROUPS):
        rows = json.loads(ask("report", "--by", by, "--format", "json"))
        for row in rows:
            assert list(row) == list(rows[0])
            for key in set(REPORT_KEYS) - {"cost_usd"}:
                assert type(row[key]) is int


def test_cost_is_exact_text_and_null_only_where_nothing_could_be_priced(ask):
    for by in ("model", "team,service_tier", "unpriced_reason", "day"):
        for row in json.loads(ask("report", "--by", by, "--format", "json")):
            all_unpriced = row["unpriced_requests"] >= row["requests"] > 0
            if row["cost_usd"] is None:
                assert all_unpriced, row
            else:
                assert isinstance(row["cost_usd"], str)
                assert f"{Decimal(row['cost_usd']):f}" == row["cost_usd"]


@pytest.mark.parametrize("by", ["model", "team", "tag:env", "day", "source,region"])
def test_every_grouping_adds_up_to_the_total(ask, by):
    [total] = json.loads(ask("report", "--by", "", "--format", "json"))
    rows = json.loads(ask("report", "--by", by, "--format", "json"))

    for key in REPORT_KEYS:
        if key == "cost_usd":
            parts = sum(Decimal(row[key]) for row in rows if row[key] is not None)
            assert parts == Decimal(total[key])
        else:
            assert sum(row[key] for row in rows) == total[key]


# ---------------------------------------------------------------- formats


@pytest.mark.parametrize(
    "by", ["model,service_tier", "team,tag:env", "hour", "unpriced_reason", ""]
)
def test_csv_json_and_parquet_hold_the_same(ask, by):
    words = ("report", "--by", by, "--format")
    objects = json.loads(ask(*words, "json"))
    rows = list(csv.DictReader(io.StringIO(ask(*words, "csv"), newline="")))
    ask(*words, "parquet", "-o", "report.parquet")
    frame = duckdb.connect().execute("from 'report.parquet'")
    names = [column[0] for column in frame.description]
    stored = [dict(zip(names, row, strict=True)) for row in frame.fetchall()]

    assert [list(row) for row in rows] == [list(each) for each in objects]
    for row, each, kept in zip(rows, objects, stored, strict=True):
        for key, value in each.items():
            cell = "" if value is None else str(value)
            assert row[key] in {cell, f"'{cell}"}
            same = Decimal(value) if key == "cost_usd" and value is not None else value
            assert kept[key] == same


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "words",
    [
        ["report"],
        ["explain", "resp_05"],
        ["prices", "list", "--on", "2026-03-11"],
        ["prices", "show", "large"],
        ["load", "--quarantine"],
        ["load", str(INPUTS / "logs" / "chat.jsonl"), "--dry-run"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_a_file_holds_what_stdout_would(capsysbinary, words, form):
    assert run([*words, "--prices", PRICES, "--format", form]) == 0
    shown = capsysbinary.readouterr().out
    assert run([*words, "--prices", PRICES, "--format", form, "-o", "out"]) == 0

    assert capsysbinary.readouterr().out == b""
    assert Path("out").read_bytes() == shown != b""


@pytest.mark.parametrize(
    "words",
    [
        ["report", "--by", "team,project,user,api_key,workload,tag:env"],
        ["load", "--quarantine"],
        ["export", "charges", "-o", "out"],
    ],
    ids=lambda words: words[0],
)
def test_no_cell_of_a_csv_is_a_formula(ask, words):
    text = ask(*words, "--format", "csv")
    if words[0] == "export":
        text = Path("out/charges.csv").read_text("utf-8")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    text_cells = [cell for cell in cells if not cell.lstrip("-").replace(".", "").isdigit()]

    assert [cell for cell in text_cells if cell[:1] in {*"=+-@\t\r\n"} - {""}] == []
    if words[0] != "load":
        assert any("HYPERLINK" in cell for cell in cells)


def test_an_evil_file_name_is_no_formula_in_the_quarantine_list(ask):
    Path("=1+1.jsonl").write_text("{broken\n")
    ask("load", "=1+1.jsonl", "--db", "evil.duckdb")
    text = ask("load", "--quarantine", "--db", "evil.duckdb", "--format", "csv")

    assert text.splitlines()[1].startswith("'=1+1.jsonl,1,")


def test_an_export_in_parquet_holds_exact_decimals(ask):
    ask("export", "charges", "-o", "out", "--format", "parquet")
    [total] = json.loads(ask("report", "--by", "", "--format", "json"))
    found = (
        duckdb.connect()
        .execute("select typeof(any_value(amount_usd)), sum(amount_usd) from 'out/charges.parquet'")
        .fetchone()
    )

    assert found == ("DECIMAL(38,12)", Decimal(total["cost_usd"]))


def test_an_export_is_the_same_bytes_every_time(ask, capsys):
    for form in ("csv", "json", "parquet"):
        ask("export", "charges", "-o", "one", "--format", form)
        ask("export", "charges", "-o", "two", "--format", form)
        name = f"charges.{form}"
        assert Path("one", name).read_bytes() == Path("two", name).read_bytes()


# ---------------------------------------------------------------- stdout, stderr, exit codes


def test_stdout_is_data_and_stderr_is_talk(capsys):
    assert run(["report", "--prices", PRICES, "--format", "json"]) == 0
    out, err = capsys.readouterr()

    json.loads(out)
    assert "requests have no price" in err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["report"], 0),
        (["report", "--strict"], 1),
        (["report", "--strict", "--where", "model=small"], 0),
        (["load", str(INPUTS / "logs"), "--dry-run"], 0),
        (["load", str(INPUTS / "logs" / "chat.jsonl"), "--dry-run", "--strict"], 1),
        (["load", str(INPUTS / "logs"), "--db", "x.duckdb", "--strict"], 1),
        (["load", str(INPUTS / "logs" / "nowhere.jsonl")], 2),
    ],
    ids=lambda words: " ".join(words).replace(str(INPUTS), "") if isinstance(words, list) else "",
)
def test_exit_codes(capsys, words, code):
    assert run([*words, "--prices", PRICES]) == code


def test_a_check_that_fails_still_writes_the_report(capsys):
    assert run(["report", "--strict", "--prices", PRICES, "--format", "json"]) == 1
    out, err = capsys.readouterr()

    assert len(json.loads(out)) == 8
    assert err.splitlines()[-1] == "ratecard: --strict: 8 requests unpriced"


@pytest.fixture
def unusable():
    Path("text.duckdb").write_text("not a database, and longer than a header would be\n" * 100)
    Path("empty.duckdb").touch()
    with duckdb.connect("other.duckdb") as con:
        con.execute("create table t as select 1 as a")
    Path("broken.yaml").write_text("models: [\n")
    Path("faulty.yaml").write_text((INPUTS / "prices.yaml").read_text().replace("2.50", "-2.50"))
    Path("folder").mkdir()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("bogus", "No such command 'bogus'"),
        ("report --bogus", "No such option"),
        ("report --format xml", "'xml' is not one of"),
        ("report --by nonsense", "there is no 'nonsense' to group or filter by; use hour, day"),
        ("report --by model;drop", "there is no 'model;drop'"),
        ("report --by tag:", "there is no 'tag:'"),
        ("report --by tag:*", "name one, such as tag:environment"),
        ("report --where model", "write KEY=VALUE"),
        ("report --where nonsense=1", "there is no 'nonsense'"),
        ("report --where day=2026-03-01", "use --from and --to"),
        ("report --from yesterday", "'yesterday' is not a date"),
        ("report --to 2026-02-30", "'2026-02-30' is not a date"),
        ("report --from 2026-04-01 --to 2026-03-01", "--from 2026-04-01 is after --to 2026-03-01"),
        ("export charges -o out --from 2026-04-01 --to 2026-03-01", "is after --to 2026-03-01"),
        ("report --tz Mars/Olympus", "there is no time zone 'Mars/Olympus'"),
        ("report --prices-on never", "'never' is not a date"),
        ("report --prices-as-of never", "'never' is not a date"),
        ("report --assume-tier gold", "'gold' is not one of"),
        ("report --db nowhere.duckdb", "there is no database at nowhere.duckdb; load logs with"),
        ("report --db text.duckdb", "text.duckdb"),
        ("report --db other.duckdb", "other.duckdb"),
        ("report --db empty.duckdb", "empty.duckdb"),
        ("report --db folder", "folder"),
        ("report --prices nowhere.yaml", "nowhere.yaml is not a file"),
        ("report --prices broken.yaml", "broken.yaml"),
        ("report --prices faulty.yaml", "faulty.yaml:25:"),
        ("report --price-overlay nowhere.yaml", "nowhere.yaml is not a file"),
        ("report -o nowhere/out.csv", "nowhere/out.csv: no such file or directory"),
        ("explain", "Missing argument 'EVENT_ID'"),
        ("explain nobody", "there is no event 'nobody'"),
        ("export charges", "Missing option"),
        ("export nonsense -o out", "there is no export 'nonsense'; the exports are: charges"),
        ("export charges -o faulty.yaml", "faulty.yaml"),
        ("load", "name what to load"),
        ("load nowhere", "nowhere does not exist"),
        ("load nowhere/*.jsonl", "nowhere/*.jsonl"),
        ("load folder", "folder"),
        ("load broken.yaml --source nonsense", "there is no source 'nonsense'"),
        ("load broken.yaml --tier gold", "'gold' is not one of"),
        ("load --quarantine --db nowhere.duckdb", "there is no database"),
        ("prices nonsense", "No such command 'nonsense'"),
        ("prices show nonsense", "no model 'nonsense'"),
        ("prices check nowhere.yaml", "nowhere.yaml is not a file"),
        ("completion tcsh", "'tcsh' is not one of"),
        ("demo --days 0", "--days"),
        ("demo --dir folder/.. --events 1000", "holds something else"),
    ],
)
def test_what_a_user_gets_wrong_is_told_in_one_sentence(unusable, capsys, line, says):
    code = run(line.split())
    out, err = capsys.readouterr()

    assert code == 2
    assert says in err
    assert out == ""
    assert len(err.splitlines()) == 1
    assert err.startswith("ratecard: ")


@pytest.mark.parametrize("words", [[], ["prices"]], ids=["ratecard", "ratecard prices"])
def test_a_group_alone_shows_its_help(capsys, words):
    run(words)
    shown = "".join(capsys.readouterr())

    assert shown.startswith("Usage: ")
    assert "Commands:" in shown


def test_one_bad_input_does_not_stop_the_others(capsys):
    Path("good.jsonl").write_bytes((INPUTS / "logs" / "chat.jsonl").read_bytes())
    Path("bad.jsonl.gz").write_bytes(b"\x1f\x8b\x08 this is no gzip")
    code = run(["load", "bad.jsonl.gz", "good.jsonl", "--db", "x.duckdb", "--format", "json"])
    out, err = capsys.readouterr()

    assert code == 2
    assert [each["path"] for each in json.loads(out)] == ["good.jsonl"]
    assert "bad.jsonl.gz" in err
    assert "Traceback" not in err


def test_an_error_of_the_program_is_not_hidden(monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("app.options.book_from", broken)
    monkeypatch.setattr("app.commands.report.book_from", broken)

    with pytest.raises(ZeroDivisionError):
        run(["report"])


def test_stopping_is_quiet(monkeypatch, capsys):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("app.commands.report.book_from", stopped)

    assert run(["report"]) == 2
    assert capsys.readouterr().err.strip() == "ratecard: stopped"


def test_the_default_database_is_beside_the_user(monkeypatch, capsys):
    monkeypatch.delenv("RATECARD_DB")
    assert run(["load", str(INPUTS / "logs"), "--prices", PRICES]) == 0
    assert run(["report", "--prices", PRICES]) == 0

    assert Path("ratecard.duckdb").exists()


def test_a_database_with_nothing_loaded_reports_nothing(capsys):
    Path("nothing.jsonl").write_text('{"object": "file", "id": "f"}\n')
    assert run(["load", "nothing.jsonl", "--db", "x.duckdb"]) == 0
    capsys.readouterr()
    for by in ("", "model", "day,model", "hour", "context_band", "tag:x"):
        assert run(["report", "--by", by, "--db", "x.duckdb", "--format", "json"]) == 0
        assert capsys.readouterr().out == "[]\n"
    assert run(["export", "charges", "-o", "out", "--db", "x.duckdb"]) == 0
    assert len(Path("out/charges.csv").read_text().splitlines()) == 1


# ---------------------------------------------------------------- as a process


def process(line, *, db, **more):
    env = {**os.environ, "RATECARD_DB": str(db)}
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line.replace('ratecard', str(RATECARD), 1)}"],
        env=env, capture_output=True, text=True, check=False, **more,
    )  # fmt: skip


@pytest.mark.parametrize("options", ["", "--format csv", "--format json", "--show"])
def test_a_closed_pipe_is_quiet(options, capsys):
    """More than a pipe holds, so that it breaks while rows are written."""
    Path("broken.jsonl").write_text('{"id": "cut\n' * 4_000)
    assert run(["load", "broken.jsonl", "--db", "broken.duckdb"]) == 0
    line = f"ratecard load --quarantine {options} 2>told | head -1"
    done = process(line, db="broken.duckdb")
    told = [line for line in Path("told").read_text().splitlines() if not line.startswith("# ")]

    assert len(done.stdout.splitlines()) == 1
    assert told == []
    assert done.returncode == 0  # a pipe that broke is no failure of ours


def test_a_pipe_that_nobody_reads_is_quiet(database):
    script = (
        "import os, sys\n"
        "read, write = os.pipe()\n"
        "os.close(read)\n"
        "os.dup2(write, 1)\n"
        "from app.cli import main\n"
        f"main(['report', '--prices', {PRICES!r}])\n"
    )
    env = {**os.environ, "RATECARD_DB": str(database)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, check=False
    )

    assert "Traceback" not in done.stderr
    assert "Broken" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_standard_input_and_a_pipe_show_no_progress(database):
    logs = INPUTS / "logs" / "chat.jsonl"
    line = f"ratecard load - --prices {PRICES} --format json < {logs}"
    done = process(line, db="piped.duckdb")

    assert done.returncode == 0, done.stderr
    assert [each["path"] for each in json.loads(done.stdout)] == ["-"]
    assert done.stderr == ("1 line could not be read; list them with: ratecard load --quarantine\n")


def test_help_imports_nothing_heavy():
    heavy = {"duckdb", "polars", "streamlit", "plotly", "yaml", "pandas", "numpy", "pyarrow"}
    code = (
        "import sys\n"
        "from app.cli import run\n"
        "for words in ([], ['report'], ['load'], ['prices'], ['prices', 'list'], ['export'],\n"
        "              ['explain'], ['demo'], ['completion']):\n"
        "    run([*words, '--help'])\n"
        "print(*sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert "Usage:" in done.stdout
    assert heavy & set(done.stderr.split()) == set()


def test_a_user_error_has_no_traceback_as_a_process(database):
    done = process("ratecard report --by nonsense", db=database)

    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


def test_a_report_of_nothing_says_what_there_is(capsys, tmp_path):
    words = ["report", "--where", "model=nope", "--prices", PRICES]
    assert run(words) == 0
    told = capsys.readouterr().err
    assert run(["load", str(INPUTS / "prices.yaml"), "--db", str(tmp_path / "none.duckdb")]) == 2

    assert "no usage matches; what is loaded reaches from 20" in told
