"""Reasoning effort and session, wherever a log states them."""

import duckdb
import pytest

from ingest import warehouse as schema
from ingest.warehouse import Warehouse
from tests.loaded_logs import chat, events, load, response, rows, write_lines

TRACE = "5b8efff798038103d269b633813fc60c"
LONG = "s" * 201
#: Hides what follows from the look at a file's beginning, so that it is read line by line.
NO_USAGE = [{"object": "file", "id": f"file-{n}"} for n in range(401)]


def told(tmp_path, *lines) -> list[tuple]:
    """Return effort and session of each event, read in bulk, and check the exact reading."""
    found = []
    # A file of spans is known by its beginning.
    hidden = [] if "resourceSpans" in lines[0] else NO_USAGE
    for name, before in (("bulk", []), ("single", hidden)):
        warehouse = Warehouse(tmp_path / f"{name}.duckdb")
        load(warehouse, write_lines(tmp_path / f"{name}.jsonl", *before, *lines))
        assert rows(warehouse, "select count(*) from quarantine") == [(0,)]
        found.append(rows(warehouse, "select effort, session from usage_event order by event_id"))
    in_bulk, one_by_one = found
    assert one_by_one == in_bulk
    return in_bulk


def span(**attributes) -> dict:
    values = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-5.4"} | attributes
    values |= {"gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 1}
    found = {
        "traceId": TRACE,
        "spanId": "eee19b7ec3c1b174",
        "startTimeUnixNano": "1788256800000000000",
        "endTimeUnixNano": "1788256801000000000",
        "attributes": [{"key": key, "value": {"stringValue": str(v)}} for key, v in values.items()],
    }
    return {"resourceSpans": [{"scopeSpans": [{"spans": [found]}]}]}


def observation(**changes) -> dict:
    return {
        "id": "o-1",
        "type": "GENERATION",
        "traceId": TRACE,
        "projectId": "p",
        "startTime": "2026-09-01T10:00:00.000Z",
        "model": "gpt-5.4",
        "usageDetails": {"input": 10, "output": 1, "total": 11},
    } | changes


def payload(**changes) -> dict:
    """Return a call as LiteLLM's storage loggers write it."""
    return {
        "id": "chatcmpl-1",
        "call_type": "acompletion",
        "startTime": 1788256800.5,
        "endTime": 1788256801.5,
        "model": "gpt-5.4",
        "custom_llm_provider": "openai",
        "prompt_tokens": 10,
        "completion_tokens": 1,
        "total_tokens": 11,
        "status": "success",
    } | changes


def hub(other: str) -> dict:
    counts = {"quota": 10, "prompt_tokens": 10, "completion_tokens": 1}
    return counts | {
        "type": 2,
        "created_at": 1788256800,
        "request_id": "r-1",
        "model_name": "gpt-5.4",
        "other": other,
    }


def batch(**changes) -> dict:
    answer = {"status_code": 200, "request_id": "r", "body": response("1", **changes)}
    return {"id": "b", "custom_id": "c", "response": answer, "error": None}


def helicone(**changes) -> dict:
    return {
        "request_id": "h-1",
        "request_created_at": "2026-09-01T10:00:00Z",
        "response_created_at": "2026-09-01T10:00:01Z",
        "response_status": 200,
        "provider": "OPENAI",
        "response_model": "gpt-5.4",
        "request_path": "https://api.openai.com/v1/chat/completions",
        "prompt_tokens": 10,
        "completion_tokens": 1,
    } | changes


def portkey(**changes) -> dict:
    return {
        "id": "pk-1",
        "trace_id": "t-1",
        "created_at": "2026-09-01T10:00:00Z",
        "ai_org": "openai",
        "ai_model": "gpt-5.4",
        "req_units": 10,
        "res_units": 1,
        "total_units": 11,
        "response_status_code": 200,
    } | changes


def asked(**request) -> dict:
    return {"request": {"messages": [{"role": "user", "content": "?"}]} | request}


REASONED = {"reasoning": {"effort": "high", "summary": None}}
CONVERSATION = {"conversation": {"id": "conv_1"}}

STATED = {
    "responses": (response("1", **REASONED, **CONVERSATION), ("high", "conv_1")),
    "responses, cache key": (response("1", prompt_cache_key="k-1"), (None, "k-1")),
    "responses, nothing": (
        response("1", reasoning={"effort": None}, conversation=None, previous_response_id="resp_0"),
        (None, None),
    ),
    "responses, wrapped": (
        {"response": response("1", **REASONED), "session_id": "s-1"},
        ("high", "s-1"),
    ),
    "a session before a cache key": (
        response("1", prompt_cache_key="k-1", metadata={"session_id": "s-1"}),
        (None, "s-1"),
    ),
    "chat, cache key": (chat("1", prompt_cache_key="k-1"), (None, "k-1")),
    "chat, beside its request": (
        {"response": chat("1"), **asked(reasoning_effort="high", prompt_cache_key="k-1")},
        ("high", "k-1"),
    ),
    "responses, beside its request": (
        {"body": response("1"), **asked(reasoning={"effort": "xhigh"})},
        ("xhigh", None),
    ),
    "a request as text": (
        {"response": chat("1"), "request": "POST /v1/chat/completions", "effort": "low"},
        ("low", None),
    ),
    "a request that says nothing": (
        {"response": chat("1"), **asked(reasoning="much", output_config=[])},
        (None, None),
    ),
    "labels of the line": (
        {"response": chat("1"), "reasoning_effort": "HIGH", "thread_id": "th-1"},
        ("high", "th-1"),
    ),
    "tags": (
        {"response": chat("1"), "tags": ["effort:minimal", "conversation_id:c-1"]},
        ("minimal", "c-1"),
    ),
    "metadata": (
        {"response": chat("1"), "metadata": {"effort": "max", "session": "s-1"}},
        ("max", "s-1"),
    ),
    "batch": (batch(**REASONED, prompt_cache_key="k-1"), ("high", "k-1")),
    "litellm payload": (
        payload(trace_id="t-1", model_parameters={"reasoning_effort": "low"}),
        ("low", "t-1"),
    ),
    "litellm payload, an object": (
        payload(model_parameters={"reasoning_effort": {"effort": "low", "summary": "auto"}}),
        ("low", None),
    ),
    "langfuse": (
        observation(sessionId="s-1", modelParameters={"reasoning_effort": "high"}),
        ("high", "s-1"),
    ),
    "langfuse, a trace": (
        observation(modelParameters={"reasoning": {"effort": "low"}}),
        ("low", TRACE),
    ),
    "spans": (
        span(**{"gen_ai.conversation.id": "c-1", "gen_ai.request.reasoning_effort": "high"}),
        ("high", "c-1"),
    ),
    "spans, a trace": (
        span(**{"gen_ai.openai.request.reasoning_effort": "low"}),
        ("low", TRACE),
    ),
    "helicone": (
        helicone(properties={"Helicone-Session-Id": "s-1"}, response_body=REASONED),
        ("high", "s-1"),
    ),
    "portkey": (portkey(), (None, "t-1")),
    "portkey, metadata": (portkey(metadata={"session": "s-1", "effort": "low"}), ("low", "s-1")),
    "hub": (hub('{"reasoning_effort":"high"}'), ("high", None)),
}


@pytest.mark.parametrize(("line", "expected"), STATED.values(), ids=STATED)
def test_effort_and_session_are_read_where_the_format_has_them(line, expected, tmp_path):
    assert told(tmp_path, line) == [expected]


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        ("Medium", "medium"),
        ("extra_high", "xhigh"),
        ("ultra-2", "ultra-2"),
        ("as much as you can", None),
        ("a" * 21, None),
        ("", None),
        (None, None),
    ],
)
def test_an_effort_that_is_no_word_is_none(stated, kept, tmp_path):
    assert told(tmp_path, response("1", reasoning={"effort": stated})) == [(kept, None)]


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        ("s" * 200, "s" * 200),
        (LONG, "session-74b5c10a8aca"),
        ("run sk-abcdefghijklmnop1234", "run sk-..."),
        ("", None),
    ],
)
def test_a_session_is_kept_short_and_without_keys(stated, kept, tmp_path):
    found = told(tmp_path, {"response": chat("1"), "session": stated})

    assert len(kept or "") <= 200
    assert found == [(None, kept)]


def test_a_label_stays_a_tag(tmp_path):
    warehouse = Warehouse(tmp_path / "tags.duckdb")
    load(warehouse, write_lines(tmp_path / "a.jsonl", response("1", metadata={"session": "s-1"})))

    [event] = events(warehouse, "session, tags")
    assert event == {"session": "s-1", "tags": '{"session":"s-1"}'}


@pytest.mark.parametrize("last_first", [False, True])
def test_of_many_logs_of_a_request_the_session_is_kept_and_not_the_trace(last_first, tmp_path):
    lines = [
        response("1", **REASONED),
        span(**{"gen_ai.response.id": "resp_1"}),
        observation(
            sessionId="s-1",
            metadata={"attributes": {"gen_ai.response.id": "resp_1"}},
        ),
    ]
    warehouse = Warehouse(tmp_path / "many.duckdb")
    for n, line in enumerate(reversed(lines) if last_first else lines):
        load(warehouse, write_lines(tmp_path / f"{n}.jsonl", line))

    [event] = events(warehouse, "event_id, effort, session")
    assert event == {"event_id": "resp_1", "effort": "high", "session": "s-1"}


def test_an_earlier_database_gets_the_columns_and_keeps_its_view(tmp_path, monkeypatch):
    path = tmp_path / "earlier.duckdb"
    every = schema._migrations()
    monkeypatch.setattr(schema, "_migrations", lambda: every[:5])
    with Warehouse(path).writing() as con:
        con.execute("create view rated_usage as select * from usage_event")
    monkeypatch.setattr(schema, "_migrations", lambda: every)

    Warehouse(path).bring_up_to_date()

    with duckdb.connect(str(path), read_only=True) as con:
        assert con.execute("select effort, session from rated_usage").fetchall() == []
