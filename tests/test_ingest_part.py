"""What the rows of a log have in common is told once; a row that says otherwise loses nothing."""

import csv
import gzip
import io
import json

import pytest

from ingest.part import PartWriter
from ingest.warehouse import Warehouse
from tests.loaded_logs import as_bytes, chat, load, response, rows, spend_log, write_lines

COUNT = 600
EVENTS = "select * exclude (file_id, line) from usage_event order by event_id"
WHERE = "select event_id, line from usage_event order by event_id"


@pytest.fixture
def warehouse(tmp_path) -> Warehouse:
    return Warehouse(tmp_path / "usage.duckdb")


@pytest.fixture(autouse=True)
def _small(monkeypatch) -> None:
    monkeypatch.setattr("ingest.part._LARGE_BYTES", 0)
    monkeypatch.setattr("ingest.part._LOOK", 400)
    monkeypatch.setattr("ingest.part._ENOUGH", 100)
    monkeypatch.setattr("ingest.part._MANY_UNUSUAL", 200)


@pytest.fixture
def written(monkeypatch) -> list:
    """What was written of each piece."""
    found = []
    write = PartWriter.write

    def noted(*args, **kwargs):
        found.append(write(*args, **kwargs))
        return found[-1]

    monkeypatch.setattr(PartWriter, "write", noted)
    return found


def told_row_by_row(monkeypatch, tmp_path, path) -> list:
    """Load a log without telling anything once."""
    with monkeypatch.context() as plain:
        plain.setattr("ingest.part._ENOUGH", 10**9)
        other = Warehouse(tmp_path / "other.duckdb")
        [_] = load(other, path)
    return [rows(other, EVENTS), rows(other, WHERE)]


def test_columns_that_are_alike_are_not_written(warehouse, written, tmp_path, monkeypatch):
    path = tmp_path / "log.jsonl"
    write_lines(
        path, *(response(f"{n:03}", given=n + 20, team=f"team-{n % 7}") for n in range(COUNT))
    )

    [loaded] = load(warehouse, path)

    [part] = written
    shared = dict(part.shared)
    assert shared["provider"] == "cast('openai' as VARCHAR)"
    assert shared["container_sessions"] == "cast(null as BIGINT)"
    assert not {"team", "input_tokens", "event_id"} & shared.keys()
    assert loaded.accounting.events == COUNT
    assert [rows(warehouse, EVENTS), rows(warehouse, WHERE)] == told_row_by_row(
        monkeypatch, tmp_path, path
    )


def bare(body: dict, **labels) -> dict:
    """A body with labels among its fields."""
    return body | labels


def wrapped(body: dict, **labels) -> dict:
    """A body inside a line that has the labels."""
    return {"response": body} | labels


@pytest.mark.parametrize("place", [bare, wrapped])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("unusual", [1, 40, 300], ids=["one", "few", "many"])
def test_rows_that_say_otherwise_are_read_all_the_same(
    warehouse, written, tmp_path, monkeypatch, unusual, packed, place
):
    path = tmp_path / "log.jsonl"
    ordinary = [place(response(f"{n:03}", given=n + 20)) for n in range(COUNT)]
    other = [
        place(
            response(f"x{n:03}", service_tier="priority", status="incomplete"),
            user="ana",
            url="https://eu.api.openai.com/v1/responses",
        )
        for n in range(unusual)
    ]
    noise = [b'{"cut": ', {"id": "file-1", "object": "file"}, place(response("y", given=-1))]
    write_lines(path, *ordinary, *noise, *other, *ordinary[:10])
    if packed:
        path.write_bytes(gzip.compress(path.read_bytes()))

    [loaded] = load(warehouse, path)

    found = loaded.accounting
    assert (found.events, found.duplicates) == (COUNT + unusual, 10)
    assert (found.not_usage, found.quarantined) == (1, 2)
    told = {name for name, _ in written[0].shared}
    if unusual < 300:
        assert {"provider", "region", "user_id"} <= told or not packed
    elif packed:
        # Only the beginning could be looked at, and many rows turned out to be unlike it.
        assert not told
    else:
        assert "provider" in told
        assert not told & {"region", "user_id", "status"}
    assert [rows(warehouse, EVENTS), rows(warehouse, WHERE)] == told_row_by_row(
        monkeypatch, tmp_path, path
    )
    asked = "select count(*), min(region), min(service_tier) from usage_event where user_id = 'ana'"
    assert rows(warehouse, asked) == [(unusual, "eu", "priority")]


def test_a_mixed_log_in_which_one_source_is_rare(warehouse, tmp_path, monkeypatch):
    path = tmp_path / "log.jsonl"
    lines = [response(f"{n:03}") for n in range(COUNT)]
    lines[50:50] = [chat("a"), chat("b", user="ana")]
    lines += [chat(f"{n:03}", service_tier="flex") for n in range(COUNT)]
    write_lines(path, *lines)

    [loaded] = load(warehouse, path)

    assert loaded.accounting.events == 2 * COUNT + 2
    assert [rows(warehouse, EVENTS), rows(warehouse, WHERE)] == told_row_by_row(
        monkeypatch, tmp_path, path
    )


def test_a_record_without_usage_that_has_what_no_other_has_counts_once(
    warehouse, tmp_path, monkeypatch
):
    path = tmp_path / "log.jsonl"
    logs = [spend_log(f"{n:03}") for n in range(COUNT)]
    failed = spend_log("failed", prompt=0, completion=0, spend=0, status="failure")
    logs[299] = failed | {"session_id": "s-1", "team_id": "crew"}
    write_lines(path, *logs)

    [loaded] = load(warehouse, path)

    assert loaded.error is None
    assert (loaded.accounting.events, loaded.accounting.not_usage) == (COUNT - 1, 1)
    assert [rows(warehouse, EVENTS), rows(warehouse, WHERE)] == told_row_by_row(
        monkeypatch, tmp_path, path
    )


@pytest.mark.parametrize("form", ["csv", "document"])
def test_tables_and_documents_too(warehouse, written, tmp_path, monkeypatch, form):
    logs = [spend_log(f"{n:03}", spend=n / 1e6) for n in range(COUNT)]
    logs[-3] |= {"custom_llm_provider": "azure", "user": "ana", "status": "failure"}
    if form == "csv":
        text = io.StringIO()
        table = csv.DictWriter(text, logs[0] | logs[-3])
        table.writeheader()
        table.writerows(
            {
                name: json.dumps(value) if isinstance(value, (dict, list)) else value
                for name, value in each.items()
            }
            for each in logs
        )
        path = tmp_path / "log.csv"
        path.write_text(text.getvalue(), "utf-8")
    else:
        path = tmp_path / "log.json"
        path.write_bytes(b"[\n" + b",\n ".join(map(as_bytes, logs)) + b"\n]")

    [loaded] = load(warehouse, path)

    assert any(each.shared for each in written)
    assert loaded.accounting.events == COUNT
    assert [rows(warehouse, EVENTS), rows(warehouse, WHERE)] == told_row_by_row(
        monkeypatch, tmp_path, path
    )
