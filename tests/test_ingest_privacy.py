"""No text of a prompt or an answer, and no key, gets into the database or beside it."""

import hashlib
import re
import tempfile
from pathlib import Path

import duckdb
import pytest

from ingest.envelope import LABELS
from ingest.load import load_paths
from ingest.records import lines
from ingest.repair import decoded
from ingest.source import all_sources
from ingest.warehouse import Warehouse
from tests.loaded_logs import BOOK, as_bytes, chat, events, load, response, spend_log, write_lines

GOLDEN = Path(__file__).parent / "golden"
CANARY = "canary"
KEY = "sk-canary-proj-0123456789abcdef"


#: Labels are stored with what a user writes into them.
USERS_OWN = {"tags", "request_tags", "spend_logs_metadata", "properties", "request_properties"}
READ = LABELS.keys() | {
    word
    for source in all_sources()
    for word in re.findall(r"[\w.-]+", " ".join((*source.reads, *source.reads.values())))
}


def sung(value, key: str = ""):
    """Put a canary into every text that no source reads."""
    if key in USERS_OWN or (key == "metadata" and "user_api_key_alias" not in (value or "")):
        return value
    if isinstance(value, dict):
        return {name: sung(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [sung(inner, key) for inner in value]
    return f"a {CANARY} sings: {value}" if isinstance(value, str) and key not in READ else value


def samples() -> list[dict]:
    found = []
    for source in all_sources():
        with (GOLDEN / source.name / "sample.jsonl").open("rb") as stream:
            found += [sung(decoded(line)) for line in lines(stream)]
    return found


def stored_texts(path: Path) -> str:
    """Return every text of every table, and the raw bytes of the file."""
    with duckdb.connect(str(path), read_only=True) as con:
        tables = [
            row[0] for row in con.execute("select table_name from duckdb_tables()").fetchall()
        ]
        rows = [con.execute(f"from {table}").fetchall() for table in tables]
    return repr(rows) + path.read_bytes().decode("latin-1")


def staged_texts(folder: Path) -> str:
    """Return every text of a record that was claimed, in the folder of a running load."""
    found = []
    with duckdb.connect() as con:
        for path in folder.rglob("*.parquet"):
            part = con.sql(f"from read_parquet('{path}')")
            claimed = part.filter("claimed") if "claimed" in part.columns else part
            found.append(repr(claimed.fetchall()))
    return "".join(found)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    found = tmp_path / "temporary"
    found.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(found))
    return found


def test_no_text_of_any_source_is_stored_or_staged(tmp_path, folder):
    logged = samples()
    log = write_lines(
        tmp_path / "log.jsonl",
        *logged,
        *[as_bytes(record)[:-30] for record in logged],  # broken off within the line
        *[{"usage": {}, **{k: v for k, v in record.items() if k != "object"}} for record in logged],
        f"CSV: {CANARY}",
        f'["{CANARY}"]',
        {"object": "other", "text": CANARY},
    )
    warehouse = Warehouse(tmp_path / "usage.duckdb")
    assert log.read_text("utf-8").count(CANARY) > 500

    for loaded in load_paths([str(log)], warehouse, BOOK):
        assert loaded.accounting.quarantined > 100
        assert CANARY not in staged_texts(folder)
        assert "chatcmpl-Gold001" in staged_texts(folder)

    assert list(folder.iterdir()) == []
    assert CANARY not in stored_texts(warehouse.path)
    assert "chatcmpl-Gold001" in stored_texts(warehouse.path)


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
