"""What traces say of calls that other logs have, too, and what of a trace is no call."""

import json

import pytest

from ingest.warehouse import Warehouse
from tests.loaded_logs import events, load, response, rows, write_lines
from tests.test_ingest_privacy import CANARY, stored_texts

ASKED = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.response.model": "gpt-5.4",
    "gen_ai.usage.input_tokens": 100,
    "gen_ai.usage.output_tokens": 10,
}


def attributes(given: dict) -> list:
    names = {str: "stringValue", int: "intValue", float: "doubleValue", bool: "boolValue"}
    return [{"key": key, "value": {names[type(value)]: value}} for key, value in given.items()]


def export(*spans: dict, scope: str = "some.instrumentation") -> dict:
    return {
        "resourceSpans": [
            {"resource": {}, "scopeSpans": [{"scope": {"name": scope}, "spans": list(spans)}]}
        ]
    }


def span(key: str, given: object, **changes) -> dict:
    listed = attributes(given) if isinstance(given, dict) else given
    return {
        "traceId": "5b8efff798038103d269b633813fc60c",
        "spanId": key,
        "startTimeUnixNano": "1788256800250000000",
        "endTimeUnixNano": "1788256800900000000",
        "attributes": listed,
    } | changes


@pytest.fixture
def warehouse(tmp_path) -> Warehouse:
    return Warehouse(tmp_path / "usage.duckdb")


def test_a_body_and_the_spans_of_a_client_and_a_gateway_are_one_request(warehouse, tmp_path):
    known = ASKED | {"gen_ai.response.id": "resp_0"}
    gateway = known | {"gen_ai.provider.name": "litellm", "service.name": "berths"}
    load(
        warehouse,
        write_lines(tmp_path / "body.jsonl", response("0")),
        write_lines(tmp_path / "spans.jsonl", export(span("1", known), span("2", gateway))),
    )

    [event] = events(warehouse, "*")
    assert (event["source"], event["gateway"]) == ("openai_responses", "litellm")
    assert (event["input_tokens"], event["workload"]) == (100, "berths")


def test_attributes_of_another_shape_are_left_out(warehouse, tmp_path):
    listed = attributes(ASKED)
    odd = [*listed, None, {"key": 7}, {"key": "gen_ai.usage.cost"}, {"key": "user.id", "value": 1}]
    spans = [span("1", listed), span("2", odd), span("3", None), span("4", "none")]
    [loaded] = load(warehouse, write_lines(tmp_path / "spans.jsonl", export(*spans)))

    assert (loaded.accounting.events, loaded.accounting.not_usage) == (2, 2)
    first, second = events(warehouse, "* exclude (event_id, line)")
    assert first == second


def test_metrics_and_log_records_are_said_to_be_no_usage(warehouse, tmp_path):
    log = write_lines(tmp_path / "signals.jsonl", {"resourceMetrics": []}, {"resourceLogs": []})
    [loaded] = load(warehouse, log)

    assert loaded.accounting.not_usage == 2
    [[why]] = rows(warehouse, "select not_usage_why from ingest_file")
    assert "OpenTelemetry metrics" in why
    assert "OpenTelemetry log records" in why


def test_a_trace_is_the_same_as_its_observations(warehouse, tmp_path):
    rows_of_trace = [
        {
            "id": str(n),
            "traceId": "t-1",
            "projectId": "harbour",
            "type": "GENERATION",
            "startTime": "2026-09-01T09:00:00.250Z",
            "model": "gpt-5.4",
            "usageDetails": {"input": 60, "input_cached_tokens": 40, "output": n, "total": 100 + n},
        }
        for n in range(5)
    ]
    trace = tmp_path / "trace.json"
    trace.write_text(json.dumps({"trace": {"id": "t-1"}, "observations": rows_of_trace}, indent=2))
    load(warehouse, trace)
    flat = Warehouse(tmp_path / "flat.duckdb")
    load(flat, write_lines(tmp_path / "rows.jsonl", *rows_of_trace))

    assert len(events(warehouse)) == 5
    assert events(warehouse, "* exclude line") == events(flat, "* exclude line")


def test_no_text_of_a_trace_is_stored(warehouse, tmp_path):
    sung = {
        "gen_ai.input.messages": f'[{{"role":"user","content":"{CANARY}"}}]',
        "gen_ai.prompt.0.content": CANARY,
        "gen_ai.response.finish_reasons": CANARY,
        "http.request.header.authorization": CANARY,
    }
    calls = export(
        span("1", ASKED | sung, status={"code": 2, "message": CANARY}, name=CANARY),
        span("2", sung, events=[{"name": CANARY}]),
    )
    observation = {
        "id": "1",
        "type": "GENERATION",
        "startTime": "2026-09-01T09:00:00.250Z",
        "model": "gpt-5.4",
        "statusMessage": CANARY,
        "input": CANARY,
        "metadata": {"attributes": {"output.value": {"id": CANARY}, "note": CANARY}},
        "usageDetails": {"input": 60, "output": 1, "total": 61},
    }
    trace = {"trace": {"input": CANARY, "metadata": CANARY}, "observations": [observation]}
    load(warehouse, write_lines(tmp_path / "spans.jsonl", calls))
    load(warehouse, write_lines(tmp_path / "traces.jsonl", trace, observation))

    assert len(events(warehouse)) == 2
    assert CANARY not in stored_texts(warehouse.path)
