"""Gateways: pages of their APIs, one request in several logs, keys of the user's own."""

import json
from decimal import Decimal
from itertools import permutations

import pytest

from ingest.warehouse import Warehouse
from tests.loaded_logs import event, events, load, rows, write_lines

HOUR = 1788256800  # 2026-09-01 10:00 UTC


def generation(key: str, **changes) -> dict:
    """Return an object of OpenRouter's /generation."""
    return {
        "id": f"gen-{key}",
        "created_at": "2026-09-01T10:00:00Z",
        "model": "openai/gpt-5.4",
        "provider_name": "OpenAI",
        "total_cost": 0.002,
        "tokens_prompt": 90,
        "tokens_completion": 9,
        "native_tokens_prompt": 100,
        "native_tokens_completion": 10,
        "native_tokens_cached": 40,
        "is_byok": False,
    } | changes


def openrouter_body(key: str, **changes) -> dict:
    return {
        "id": f"gen-{key}",
        "object": "chat.completion",
        "created": HOUR,
        "model": "openai/gpt-5.4",
        "provider": "OpenAI",
        "service_tier": "flex",
        "usage": {
            "prompt_tokens": 100,
            "prompt_tokens_details": {"cached_tokens": 40, "cache_write_tokens": 8},
            "completion_tokens": 10,
            "total_tokens": 110,
            "cost": 0.002,
            "is_byok": False,
        },
    } | changes


DAY = {"date": "2026-09-01", "endpoint_id": "e-1", "model_permaslug": "openai/gpt-5.4"}
CLOUDFLARE = {
    "created_at": "2026-09-01T10:00:00Z",
    "provider": "openai",
    "model": "gpt-5.4",
    "tokens_in": 9,
    "tokens_out": 1,
    "cached": False,
    "success": True,
    "metadata": '{"team": "ops"}',
}


@pytest.mark.parametrize(
    ("source", "container", "keys"),
    [
        ("openrouter_generations", {"data": generation("A")}, ["gen-A"]),
        (
            "openrouter_activity",
            {"data": [DAY | {"requests": n, "prompt_tokens": n, "completion_tokens": n,
                             "endpoint_id": f"e-{n}"} for n in (1, 2)]},
            [f"openrouter_activity:2026-09-01:e-{n}:openai/gpt-5.4" for n in (1, 2)],
        ),
        (
            "cloudflare_ai_gateway",
            {"success": True, "result": [CLOUDFLARE | {"id": "L1"}]},
            ["cloudflare:L1"],
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("indented", [False, True])
def test_a_page_of_an_api_is_taken_apart(source, container, keys, indented, tmp_path):
    log = tmp_path / "page.json"
    log.write_text(json.dumps(container, indent=2 if indented else None), encoding="utf-8")
    warehouse = Warehouse(tmp_path / "w.duckdb")
    [loaded] = load(warehouse, log)

    assert [each["event_id"] for each in events(warehouse)] == keys
    assert loaded.source == source


def test_labels_of_an_unfolded_record_are_kept(tmp_path):
    page = {"result": [CLOUDFLARE | {"id": "L1"}]}
    warehouse = Warehouse(tmp_path / "w.duckdb")
    load(warehouse, write_lines(tmp_path / "page.jsonl", page))

    assert event(warehouse, "L1")["team"] == "ops"


def test_a_body_a_generation_and_a_row_of_the_export_are_one_request(tmp_path):
    export = tmp_path / "activity.csv"
    export.write_text(
        "cost_total,generation_id,tokens_completion,tokens_prompt,created_at,model_permaslug\n"
        "0.002,gen-A,10,100,2026-09-01 10:00:00.000,openai/gpt-5.4\n",
        encoding="utf-8",
    )
    logs = [
        write_lines(tmp_path / "body.jsonl", openrouter_body("A")),
        write_lines(tmp_path / "generation.jsonl", {"data": generation("A", external_user="ana")}),
        export,
    ]
    found = []
    for n, order in enumerate(permutations(logs)):
        warehouse = Warehouse(tmp_path / f"{n}.duckdb")
        load(warehouse, *order)
        found.append(events(warehouse))

    assert found[1:] == found[:1] * 5
    [kept] = found[0]
    assert kept["source"] == "openrouter"
    assert kept["also_in"] == "openrouter_generations"
    assert (kept["service_tier"], kept["user_id"]) == ("flex", "ana")
    assert (kept["uncached_input_tokens"], kept["cache_write_tokens"]) == (52, 8)


def test_what_is_billed_is_what_the_vendor_counted(tmp_path):
    warehouse = Warehouse(tmp_path / "w.duckdb")
    load(warehouse, write_lines(tmp_path / "log.jsonl", generation("A")))

    found = event(warehouse, "gen-A")
    assert (found["input_tokens"], found["output_tokens"]) == (100, 10)


def test_with_the_users_own_key_the_vendor_bills(tmp_path):
    usage = openrouter_body("A")["usage"] | {
        "cost": 0,
        "is_byok": True,
        "cost_details": {"upstream_inference_cost": 0.0003253},
    }
    warehouse = Warehouse(tmp_path / "w.duckdb")
    load(warehouse, write_lines(tmp_path / "log.jsonl", openrouter_body("A", usage=usage)))

    found = event(warehouse, "gen-A")
    assert (found["billing"], found["stated_cost_kind"]) == ("byok", "upstream")
    assert found["stated_cost_usd"] == Decimal("0.0003253")


def test_a_day_that_is_pulled_again_replaces_itself(tmp_path):
    pages = [
        {"data": [DAY | {"requests": n, "prompt_tokens": 100 * n, "completion_tokens": n}]}
        for n in (5, 7)
    ]
    found = []
    for n, order in enumerate(permutations(pages)):
        warehouse = Warehouse(tmp_path / f"{n}.duckdb")
        load(warehouse, write_lines(tmp_path / f"{n}.jsonl", *order))
        found.append(rows(warehouse, "select requests, uncached_input_tokens from usage_event"))

    assert found == [[(7, 700)]] * 2


def test_a_row_of_api_management_and_the_body_are_one_request(tmp_path):
    row = {
        "TimeGenerated": "2026-09-01T10:00:00Z",
        "CorrelationId": "c-1",
        "RequestId": "chatcmpl-A",
        "DeploymentName": "desk",
        "ModelName": "gpt-5.4",
        "PromptTokens": 100,
        "CompletionTokens": 10,
        "TotalTokens": 110,
    }
    body = {
        "id": "chatcmpl-A",
        "object": "chat.completion",
        "created": HOUR,
        "model": "gpt-5.4",
        "prompt_filter_results": [],
        "usage": {
            "prompt_tokens": 100,
            "prompt_tokens_details": {"cached_tokens": 64},
            "completion_tokens": 10,
            "total_tokens": 110,
        },
    }
    warehouse = Warehouse(tmp_path / "w.duckdb")
    load(warehouse, write_lines(tmp_path / "apim.jsonl", row))
    load(warehouse, write_lines(tmp_path / "bodies.jsonl", body))

    found = event(warehouse, "chatcmpl-A")
    assert (found["provider"], found["gateway"]) == ("azure", "azure_apim")
    assert found["cache_read_tokens"] == 64
    assert found["tags"] == '{"deployment":"desk"}'


def test_an_access_log_with_unknown_names_is_not_taken_for_no_usage(tmp_path):
    line = {
        "start_time": "2026-09-01T10:00:00Z",
        "response_code": 200,
        "response_flags": "-",
        "x-request-id": "r-1",
        "x-envoy-origin-path": "/v1/chat/completions",
        "my_tokens": 12,
    }
    warehouse = Warehouse(tmp_path / "w.duckdb")
    load(warehouse, write_lines(tmp_path / "access.jsonl", line))

    [[reason]] = rows(warehouse, "select reason from quarantine")
    assert "mapping file" in reason
