"""No text of a prompt or an answer, and no key, gets into the database or beside it."""

import hashlib
import json
import tempfile
from pathlib import Path

import duckdb
import pytest

from app.cli import run
from ingest.load import load_paths
from ingest.source import all_sources
from ingest.warehouse import Warehouse
from tests.canaries import CANARY, SONG, SPEECH, choir, sung_csv, sung_json
from tests.loaded_logs import BOOK, as_bytes, chat, events, load, response, spend_log, write_lines

GOLDEN = Path(__file__).parent / "golden"
PRICES = str(Path(__file__).parent / "prices.yaml")
SAMPLES = [
    sample for source in all_sources() for sample in sorted((GOLDEN / source.name).glob("sample.*"))
]
KEY = "sk-canary-proj-0123456789abcdef"

#: What a user may have put a key into.
LABELS = {"project", "team", "user_id", "api_key", "workload", "account", "tags", "endpoint"}


def sample_id(sample: Path) -> str:
    return f"{sample.parent.name}/{sample.name}"


def kept_file(sample: Path) -> str:
    return f"{sample.parent.name}/kept{sample.suffix.replace('.', '_')}.txt"


def stored_texts(path: Path) -> str:
    """Return every text of every table, and the raw bytes of the file."""
    with duckdb.connect(str(path), read_only=True) as con:
        tables = [
            row[0] for row in con.execute("select table_name from duckdb_tables()").fetchall()
        ]
        rows = [con.execute(f"from {table}").fetchall() for table in tables]
    return repr(rows) + path.read_bytes().decode("latin-1")


def staged_rows(folder: Path) -> list[dict]:
    """Return every record that was claimed, in the folder of a running load."""
    found = []
    with duckdb.connect() as con:
        for path in folder.rglob("*.parquet"):
            part = con.sql(f"from read_parquet('{path}')")
            claimed = part.filter("claimed") if "claimed" in part.columns else part
            found += [dict(zip(part.columns, row, strict=True)) for row in claimed.fetchall()]
    return found


def staged_texts(folder: Path) -> str:
    return repr(staged_rows(folder))


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    found = tmp_path / "temporary"
    found.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(found))
    return found


@pytest.mark.parametrize("sample", SAMPLES, ids=sample_id)
def test_the_texts_that_are_kept_of_a_log_are_these(sample, tmp_path, folder, golden):
    """Of every place of a sample: what is put there, is it found again, and in which column?"""
    places, content = sung_csv(sample) if sample.suffix == ".csv" else sung_json(sample)
    log = tmp_path / sample.name
    log.write_bytes(content)
    warehouse = Warehouse(tmp_path / "usage.duckdb")
    kept: dict[int, dict[str, None]] = {}
    for loaded in load_paths([str(log)], warehouse, BOOK):
        assert loaded.accounting
        for row in staged_rows(folder):
            for column, value in row.items():
                for number in SONG.findall(str(value)):
                    kept.setdefault(int(number), {}).setdefault(column)
                assert column not in LABELS or f"sk-{CANARY}" not in str(value)

    with warehouse.reading() as con:
        assert CANARY not in repr(con.execute("from quarantine").fetchall())
        assert CANARY not in repr(con.execute("select not_usage_why from ingest_file").fetchall())
    spoken = [place for n in kept if (place := places[n]).rpartition(".")[2] in SPEECH]
    assert spoken == []
    told = [f"{places[n]} -> {', '.join(sorted(columns))}" for n, columns in sorted(kept.items())]
    golden(kept_file(sample), "\n".join(told) + "\n")


def test_nothing_else_is_written_anywhere(tmp_path, folder, capsys):
    """All samples at once, through the command line to an export."""
    logs = tmp_path / "logs"
    for sample in SAMPLES:
        if sample.suffix != ".csv":
            told = (GOLDEN / kept_file(sample)).read_text("utf-8").splitlines()
            singing = choir(sample, {line.partition(" -> ")[0] for line in told})
            broken_off = [as_bytes(record)[:-30] for record in singing]
            write_lines(logs / f"{sample.parent.name}.jsonl", *singing, *broken_off)
    write_lines(
        logs / "others.jsonl",
        {"object": "file"},
        f"CSV: {CANARY}",
        f'["{CANARY}"]',
        {"object": "other", "text": CANARY},
        {"object": f"A {CANARY} in the mine."},
        {"response": chat("0"), "usage": {CANARY: CANARY}},
    )
    db, out = str(tmp_path / "usage.duckdb"), tmp_path / "out"
    asked = ["--db", db, "--prices", PRICES]

    assert sum(log.read_text("utf-8").count(CANARY) for log in logs.iterdir()) > 5000
    assert run(["load", str(logs), *asked, "--format", "json"]) == 0
    said = capsys.readouterr()
    became = {Path(each["path"]).stem: each for each in json.loads(said.out)}
    unclaimed = [name for name in stored_sources() if not became[name]["events"]]
    assert unclaimed == []
    for form in ("csv", "json"):
        assert run(["export", "charges", "-o", str(out / form), "--format", form, *asked]) == 0
    assert run(["load", "--quarantine", *asked]) == 0
    assert run(["report", "--by", "model,source,user,tag:env,series", *asked]) in {0, 2}

    assert list(folder.iterdir()) == []
    written = [path for path in tmp_path.rglob("*") if path.is_file() and logs not in path.parents]
    assert len(written) > 2
    for path in written:
        assert CANARY not in path.read_bytes().decode("latin-1"), path
    assert CANARY not in stored_texts(Path(db))
    assert CANARY not in repr((said, capsys.readouterr()))


def stored_sources() -> list[str]:
    return [source.name for source in all_sources() if source.stores == "usage_event"]


def test_a_key_is_stored_as_a_short_hash_wherever_it_stands(tmp_path, folder):
    digest = hashlib.sha256(KEY.encode()).hexdigest()
    log = write_lines(
        tmp_path / "log.jsonl",
        {"response": chat("0"), "api_key": KEY},
        spend_log("1", api_key=KEY),
        spend_log("2", api_key=digest),
        spend_log("3", api_key=digest, metadata={"user_api_key": KEY}, user=KEY, team_id=KEY),
        {"response": chat("4"), "metadata": {"api_key": KEY, "authorization": f"Bearer {KEY}"}},
        {"response": chat("5"), "tags": [f"key:{KEY}", KEY], "key_alias": KEY},
        {"body": response("6", metadata={"note": f"called with {KEY}"}), "user": KEY},
        {"body": chat("7"), "headers": {"authorization": f"Bearer {KEY}"}, "project": KEY},
        spend_log("8", api_key=KEY, prompt_tokens=-1),
        {"object": "other", "api_key": KEY},
        f'{{"api_key": "{KEY}", ',
    )
    warehouse = Warehouse(tmp_path / "usage.duckdb")

    for _ in load_paths([str(log)], warehouse, BOOK):
        assert KEY not in staged_texts(folder)

    assert KEY not in stored_texts(warehouse.path)
    keys = {each["event_id"][-1]: each["api_key"] for each in events(warehouse)}
    assert {keys[n] for n in "0123"} == {f"key-{digest[:12]}"}


def test_a_key_that_looks_like_nothing_in_particular_is_hashed(tmp_path):
    warehouse = Warehouse(tmp_path / "usage.duckdb")
    load(warehouse, write_lines(tmp_path / "log.jsonl", {"response": chat("0"), "api_key": CANARY}))

    assert CANARY not in stored_texts(warehouse.path)


def test_words_that_contain_the_mark_of_a_key_are_kept(tmp_path):
    warehouse = Warehouse(tmp_path / "usage.duckdb")
    line = {"response": chat("0"), "team": "task-force-one-two-three", "project": "sk-8"}
    load(warehouse, write_lines(tmp_path / "log.jsonl", line))

    [found] = events(warehouse, "team, project")
    assert found == {"team": "task-force-one-two-three", "project": "sk-8"}


def test_a_reason_quotes_no_text_but_a_word(tmp_path):
    warehouse = Warehouse(tmp_path / "usage.duckdb")
    log = write_lines(tmp_path / "log.jsonl", chat("0"), {"object": f"A {CANARY} in the mine."})

    load(warehouse, log)

    assert CANARY not in stored_texts(warehouse.path)


def test_a_key_in_a_path_or_in_a_header_among_the_labels_is_not_stored(tmp_path):
    google, opaque = f"AIza{'Sy0123456789' * 3}", "eyJhbGciOiJIUzI1NiJ9.canary"
    [sample, *_] = (GOLDEN / "helicone" / "sample.jsonl").read_text("utf-8").splitlines()
    path = "/v1beta/models/gemini-2.5-pro:generateContent"
    warehouse = Warehouse(tmp_path / "usage.duckdb")
    labels = {"metadata": {"key": google, "headers": f"authorization: Bearer {opaque}"}}
    log = write_lines(
        tmp_path / "log.jsonl",
        json.loads(sample) | {"request_path": f"{path}?key={google}"},
        {"response": chat("0")} | labels,
    )

    load(warehouse, log)

    assert google[4:] not in stored_texts(warehouse.path)
    assert opaque not in stored_texts(warehouse.path)
    assert [each["endpoint"] for each in events(warehouse)] == ["chat", path]
