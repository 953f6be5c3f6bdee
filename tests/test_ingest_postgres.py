"""A gateway's database, read from a real PostgreSQL server: what is needed, and no row twice."""

import importlib
import json
import sys
from datetime import timedelta

import pytest

from app.cli import run
from ingest.fetched import Before, FetchError
from ingest.postgres import GatewayLogs
from ingest.postgres_address import parse_address
from ingest.warehouse import Warehouse
from tests.loaded_logs import events, load, rows, spend_log, write_lines
from tests.postgres_server import PASSWORD, USER, running

pytestmark = pytest.mark.postgres

SPEND_LOGS = """
create table "LiteLLM_SpendLogs" (
    request_id text primary key, call_type text not null, api_key text not null default '',
    spend double precision not null default 0, total_tokens integer not null default 0,
    prompt_tokens integer not null default 0, completion_tokens integer not null default 0,
    "startTime" timestamp(3) not null, "endTime" timestamp(3) not null,
    model text not null default '', custom_llm_provider text default '', "user" text default '',
    metadata jsonb default '{}', cache_hit text default '', request_tags jsonb default '[]',
    status text, messages jsonb default '{}', response jsonb default '{}',
    proxy_server_request jsonb default '{}')
"""
HUB_LOGS = """
create table logs (
    id bigserial primary key, user_id bigint, created_at bigint, type bigint, content text,
    username text default '', token_name text default '', model_name text default '',
    quota bigint default 0, prompt_tokens bigint default 0, completion_tokens bigint default 0,
    use_time bigint default 0, is_stream boolean, channel_id bigint, token_id bigint default 0,
    "group" text, ip text default '', other text, request_id varchar(64) default '')
"""


@pytest.fixture(scope="session")
def server():
    with running() as started:
        yield started


@pytest.fixture
def database(server):
    """An empty database."""
    server.run("drop database if exists gateway with (force)", "create database gateway")
    return Database(server)


@pytest.fixture
def litellm(database):
    """The database of a LiteLLM proxy."""
    database.run(SPEND_LOGS)
    return database


@pytest.fixture
def warehouse(tmp_path):
    return Warehouse(tmp_path / "usage.duckdb")


class Database:
    """A gateway's database on the server."""

    def __init__(self, server):
        self.server = server
        self.url = server.url("gateway")
        self.shown = f"postgresql://127.0.0.1:{server.port}/gateway"

    def run(self, *statements):
        self.server.run(*statements, database="gateway")

    def add(self, *records, table='"LiteLLM_SpendLogs"'):
        """Insert rows, as the gateway does."""
        for record in records:
            body = json.dumps(record).replace("'", "''")
            names = ", ".join(f'"{name}"' for name in record)
            self.run(
                f"insert into {table} ({names}) "
                f"select {names} from jsonb_populate_record(null::{table}, '{body}')"
            )


def at(minute: int, key: str = "", **changes) -> dict:
    """Return a row that began at a minute after nine."""
    time = f"2026-03-01T{9 + minute // 60:02}:{minute % 60:02}:00.250"
    return spend_log(key or f"{minute}", startTime=time, endTime=time, **changes)


def counts(loaded):
    found = loaded.accounting
    return found.lines, found.events, found.duplicates


def ids(warehouse):
    return [each["event_id"].removeprefix("lite-") for each in events(warehouse, "event_id")]


# ---------------------------------------------------------------- what is read


def test_rows_become_what_their_export_becomes(litellm, warehouse, tmp_path):
    logged = [
        at(0, api_key="5e" * 32, user="O'Hara \\ Söhne", request_tags=["a", "b"]),
        at(1, metadata={"user_api_key_alias": "quay", "usage_object": {
            "prompt_tokens_details": {"cached_tokens": 40}}}, prompt_tokens=100),
        at(2, spend=0.1 + 0.2, cache_hit="True"),
        at(3, "3-attempt-1", status="failure"),
        at(4, metadata=json.dumps({"cost_breakdown": {"service_tier": "flex"}})),
        at(5, prompt=0, completion=0, spend=0, status="failure"),
        at(6, prompt=0, completion=0, spend=0.5),
    ]  # fmt: skip
    litellm.add(*logged)
    exported = Warehouse(tmp_path / "exported.duckdb")

    [pulled] = load(warehouse, litellm.url)

    assert pulled.error is None
    assert (pulled.path, pulled.source) == (litellm.shown, "litellm_spend_logs")
    [beside] = load(exported, write_lines(tmp_path / "export.jsonl", *logged))
    assert counts(pulled) == counts(beside) == (7, 5, 0)
    assert events(warehouse) == events(exported)
    assert rows(warehouse, "select path from ingest_file") == [(litellm.shown,)]


def test_what_was_said_never_leaves_the_database(litellm, tmp_path):
    said = {"text": "canary"}
    litellm.add(
        at(0, messages=said, response=said, proxy_server_request=said,
           metadata={"requester_metadata": said, "usage_object": {"note": said}}),
        at(1, metadata=json.dumps({"status": "success", "requester_metadata": said})),
    )  # fmt: skip

    [fetched] = GatewayLogs(parse_address(litellm.url)).fetch(tmp_path, Before())

    text = fetched.path.read_text()
    assert "canary" not in text
    assert '"status":"success"' in text


def test_a_user_who_may_read_only_the_counts_is_enough(litellm, warehouse):
    litellm.add(at(0))
    litellm.run(
        "drop role if exists clerk",
        "create role clerk login password 'nine'",
        "grant select (request_id, call_type, total_tokens, prompt_tokens, completion_tokens, "
        'spend, model, custom_llm_provider, "startTime", "endTime") '
        'on "LiteLLM_SpendLogs" to clerk',
    )

    [done] = load(warehouse, litellm.server.url("gateway", "clerk", "nine"))

    assert counts(done) == (1, 1, 0)
    litellm.run("drop owned by clerk", "drop role clerk")


def test_nothing_can_be_written(litellm):
    logs = GatewayLogs(parse_address(litellm.url))

    with pytest.raises(FetchError, match="read-only transaction"), logs._reading() as cursor:
        cursor.execute('delete from "LiteLLM_SpendLogs"')


def test_a_table_of_an_older_version(database, warehouse):
    database.run(
        'create table "LiteLLM_SpendLogs" (request_id text, call_type text, spend float8, '
        'total_tokens int, prompt_tokens int, completion_tokens int, "startTime" timestamptz, '
        "model text, metadata json)"
    )
    young = {"api_key", "endTime", "custom_llm_provider", "cache_hit", "status"}
    old = {name: value for name, value in at(0).items() if name not in young}
    database.add(old | {"startTime": "2026-03-01T10:00:00+01:00"})

    [done] = load(warehouse, database.url)

    assert counts(done) == (1, 1, 0)
    assert str(events(warehouse, "event_ts")[0]["event_ts"]) == "2026-03-01 09:00:00"


def test_an_address_as_litellm_writes_it(litellm, warehouse):
    litellm.add(at(0))
    extra = "?schema=public&connection_limit=10&pool_timeout=60&sslmode=disable"

    [done] = load(warehouse, litellm.server.url("gateway", extra=extra))

    assert counts(done) == (1, 1, 0)


def test_a_hub(database, warehouse):
    database.run(HUB_LOGS)
    call = {
        "id": 1, "type": 2, "created_at": 1772355600, "model_name": "gpt-5.4", "quota": 900,
        "prompt_tokens": 100, "completion_tokens": 10, "request_id": "r-1", "content": "canary",
        "username": "ann", "token_name": "quay", "group": "vip", "is_stream": True,
        "other": json.dumps({"cache_tokens": 40, "model_ratio": 1.25}),
    }  # fmt: skip
    topup = {"id": 2, "type": 1, "created_at": 1772355601, "quota": 0, "content": "canary"}
    database.add(call, topup, table="logs")

    [done] = load(warehouse, database.url, source="newapi")

    assert (done.source, counts(done), done.accounting.not_usage) == ("newapi_logs", (2, 1, 0), 1)
    [found] = events(warehouse, "cache_read_tokens, output_tokens, user_id, event_ts")
    assert found["cache_read_tokens"] == 40
    assert str(found["event_ts"]) == "2026-03-01 09:00:00"
    assert b"canary" not in warehouse.path.read_bytes()
    database.add(call | {"id": 3, "created_at": 1772355000, "request_id": "r-3"}, table="logs")
    [again] = load(warehouse, database.url)
    assert counts(again) == (3, 1, 1)


# ---------------------------------------------------------------- from where the last load ended


def test_later_loads_read_what_is_new_and_an_hour_before_it(litellm, warehouse):
    litellm.add(at(0), at(70), at(100))
    assert counts(*load(warehouse, litellm.url)) == (3, 3, 0)
    litellm.add(at(5), at(50, "late"), at(130))

    [done] = load(warehouse, litellm.url)

    assert counts(done) == (4, 2, 2)
    assert "late" in ids(warehouse)
    assert "5" not in ids(warehouse)
    [wider] = load(warehouse, litellm.url, overlap=timedelta(hours=9))
    assert counts(wider) == (6, 1, 5)


def test_nothing_new_is_harmless(litellm, warehouse):
    litellm.add(at(0))
    load(warehouse, litellm.url)

    [again] = load(warehouse, litellm.url)

    assert again.repeated
    assert counts(again) == (1, 0, 1)


def test_an_empty_table_is_no_error(litellm, warehouse):
    [done] = load(warehouse, litellm.url)

    assert (done.error, counts(done)) == (None, (0, 0, 0))


@pytest.mark.parametrize("size", [2, 3, 7])
def test_many_rows_come_in_pieces_and_none_is_lost(litellm, warehouse, monkeypatch, size):
    monkeypatch.setattr("ingest.postgres.ROWS", size)
    litellm.add(*[at(minute // 3, f"{minute}") for minute in range(7)])

    done = load(warehouse, litellm.url)

    assert sum(each.accounting.events for each in done) == 7
    assert sum(each.accounting.lines for each in done) == 7
    assert len(done) == -(-7 // size)
    assert len(ids(warehouse)) == 7


def test_what_was_stored_before_a_break_need_not_be_read_again(litellm, warehouse, monkeypatch):
    monkeypatch.setattr("ingest.postgres.ROWS", 1)
    litellm.add(at(0), at(90), at(180))
    load_module = importlib.import_module("ingest.load")
    stored = load_module.append
    calls = []

    def breaking(*arguments):
        calls.append(1)
        if len(calls) == 3:
            raise load_module.AccountingError("the third does not add up")
        return stored(*arguments)

    monkeypatch.setattr(load_module, "append", breaking)

    *_, broken = load(warehouse, litellm.url)

    assert "the third" in broken.error
    assert [str(row[0]) for row in rows(warehouse, "select latest from pull_mark")] == [
        "2026-03-01 10:30:00.250000"
    ]
    monkeypatch.undo()
    assert counts(*load(warehouse, litellm.url)) == (2, 1, 1)


def test_a_trial_moves_no_mark_and_reads_from_the_start(litellm, warehouse):
    litellm.add(at(0), at(90))
    load(warehouse, litellm.url)

    [trial] = load(warehouse, litellm.url, dry_run=True)

    assert counts(trial) == (2, 2, 0)


def test_a_clock_that_goes_ahead_hides_no_later_row(litellm, warehouse):
    litellm.add(spend_log("ahead", startTime="2199-01-01T00:00:00"))
    load(warehouse, litellm.url)
    litellm.run(
        'insert into "LiteLLM_SpendLogs" (request_id, call_type, "startTime", "endTime", '
        "total_tokens, prompt_tokens, spend, model) select 'lite-now', 'x', now() at time zone "
        "'UTC', now() at time zone 'UTC', 1, 1, 0.1, 'acme-large'"
    )

    load(warehouse, litellm.url)

    assert ids(warehouse) == ["ahead", "now"]


def test_each_database_has_a_mark_of_its_own(litellm, warehouse, server):
    litellm.add(at(90))
    load(warehouse, litellm.url)
    litellm.run("create schema other", SPEND_LOGS.replace('"LiteLLM', 'other."LiteLLM'))
    litellm.add(at(0, "elsewhere"), table='other."LiteLLM_SpendLogs"')

    [done] = load(warehouse, f"{litellm.url}?schema=other")

    assert counts(done) == (1, 1, 0)


# ---------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"password": "wrong:word"}, f'password authentication failed for user "{USER}"'),
        ({"user": "nobody"}, 'password authentication failed for user "nobody"'),
        ({"database": "none"}, 'database "none" does not exist'),
        ({"extra": "?schema=none"}, "has no table LiteLLM_SpendLogs nor logs, or the user may not"),
        ({"extra": "?sslmode=sometimes"}, "sslmode"),
        ({"extra": "?colour=blue"}, 'invalid URI query parameter: "colour"'),
    ],
)
def test_one_sentence_says_why_and_the_rest_is_loaded(
    litellm, warehouse, tmp_path, words, sentence
):
    url = litellm.server.url(**{"database": "gateway"} | words)
    beside = write_lines(tmp_path / "log.jsonl", spend_log("a"))

    done = load(warehouse, url, beside)

    assert sentence in done[0].error
    assert f"postgresql://127.0.0.1:{litellm.server.port}/" in done[0].error
    assert PASSWORD not in done[0].error
    assert "\n" not in done[0].error
    assert ids(warehouse) == ["a"]


def test_no_server_is_said(warehouse):
    [done] = load(warehouse, "postgresql://ann:s3cret@127.0.0.1:9/gateway")

    assert "Connection refused" in done.error
    assert "s3cret" not in done.error


def test_a_table_of_something_else(database, warehouse):
    database.run("create table logs (id int, created_at bigint, message text)")

    [done] = load(warehouse, database.url)

    assert "logs lacks quota, prompt_tokens, completion_tokens, type, or the user" in done.error
    assert done.error.endswith("is this the database of newapi?")


def test_two_gateways_in_one_database_are_not_guessed_at(litellm, warehouse):
    litellm.run(HUB_LOGS)
    litellm.add(at(0))

    [done] = load(warehouse, litellm.url)

    assert "has public.LiteLLM_SpendLogs and public.logs; choose with --source" in done.error
    assert counts(*load(warehouse, litellm.url, source="litellm")) == (1, 1, 0)


def test_a_source_that_is_no_gateway(litellm, warehouse):
    [done] = load(warehouse, litellm.url, source="openai_chat")

    assert done.error.endswith("is read with --source litellm or newapi, not with openai_chat")


def test_without_the_extra_its_name_is_said(litellm, warehouse, monkeypatch):
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql.dbapi", None)

    [done] = load(warehouse, litellm.url)

    assert done.error.endswith("install it with: make extras, or pip install '.[postgres]'")


# ---------------------------------------------------------------- the password


def test_the_password_is_nowhere(litellm, tmp_path, capsys):
    litellm.add(at(0))
    path = tmp_path / "usage.duckdb"

    assert run(["load", litellm.url, "--source", "litellm", "--db", str(path)]) == 0

    said = capsys.readouterr()
    assert litellm.shown in said.out
    for text in (PASSWORD, litellm.url.split(":")[2].split("@")[0]):
        assert text not in said.out + said.err
        assert text.encode() not in path.read_bytes()
