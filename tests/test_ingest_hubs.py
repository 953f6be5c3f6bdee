"""Hubs and ledgers: money of their own, rows without a key, sums that overlap."""

import json
from decimal import Decimal
from itertools import permutations

import pytest

from ingest.warehouse import Warehouse
from tests.loaded_logs import event, events, load, rows, write_lines

HOUR = 1788256800  # 2026-09-01 10:00 UTC


def hub_row(key: str, other: dict | None = None, **changes) -> dict:
    """Return a row of a hub's logs."""
    return {
        "id": 1,
        "user_id": 7,
        "created_at": HOUR,
        "type": 2,
        "username": "ana",
        "token_id": 3,
        "token_name": "desk",
        "model_name": "gpt-5.4",
        "quota": 500,
        "prompt_tokens": 100,
        "completion_tokens": 10,
        "channel": 4,
        "request_id": key,
        "other": json.dumps({"frt": 812.0} | (other or {})),
    } | changes


def ledger(key: str, kind: str, source: str | None, event: dict, **payload) -> dict:
    """Return a row of LiteLLM's accounting ledger."""
    return {
        "event_id": key,
        "kind": kind,
        "source_event_id": source,
        "schema_version": 1,
        "payload_hash": "5e",
        "occurred_at": "2026-09-01T10:00:00Z",
        "payload": {"event": {"dimensions": [{"name": "provider", "value": "openai"}]} | event}
        | payload,
    }


DAILY = {
    "date": "2026-09-01",
    "api_key": "5e" * 32,
    "model": "gpt-5.4",
    "custom_llm_provider": "openai",
    "prompt_tokens": "1000",
    "completion_tokens": "100",
    "spend": 0.5,
    "api_requests": "5",
    "successful_requests": "5",
    "failed_requests": "0",
}


@pytest.mark.parametrize(
    "data",
    [
        {"page": 1, "items": [hub_row("A"), hub_row("B")]},
        {"page": 1, "data": [hub_row("A"), hub_row("B")]},
        [hub_row("A"), hub_row("B")],
    ],
)
def test_a_page_of_a_hubs_api_is_taken_apart(data, tmp_path):
    log = tmp_path / "page.json"
    log.write_text(json.dumps({"success": True, "data": data}, indent=2), encoding="utf-8")
    warehouse = Warehouse(tmp_path / "w.duckdb")
    load(warehouse, log)

    assert [each["event_id"] for each in events(warehouse)] == ["newapi:A", "newapi:B"]


def test_a_hubs_row_is_known_again_whatever_number_an_export_gives_it(tmp_path):
    kept = [hub_row("", id=9), hub_row("", {"frt": 640.0}, id=10)]
    again = [row | {"id": n} for n, row in enumerate(kept)]
    warehouse = Warehouse(tmp_path / "w.duckdb")
    load(warehouse, write_lines(tmp_path / "admin.jsonl", *kept))
    [loaded] = load(warehouse, write_lines(tmp_path / "own.jsonl", *again))

    assert len(events(warehouse)) == 2
    assert loaded.accounting.duplicates == 2


def test_the_hubs_money_is_quota_over_half_a_million_less_refunds(tmp_path):
    task = {"model_name": "video-1", "prompt_tokens": 0, "completion_tokens": 0}
    warehouse = Warehouse(tmp_path / "w.duckdb")
    load(warehouse, write_lines(
        tmp_path / "log.jsonl",
        hub_row("A", quota=1859),
        hub_row("B", quota=20000, **task),
        hub_row("C", {"actual_quota": 26000}, quota=6000, **task),
        hub_row("D", quota=26000, type=6, **task),
        hub_row("E", quota=50000, type=1),
    ))  # fmt: skip

    found = rows(
        warehouse, "select grain, stated_cost_kind, stated_cost_usd, requests from usage_event"
    )
    assert {kind for _, kind, _, _ in found} == {"hub"}
    assert sum(cost for _, _, cost, _ in found) == Decimal(1859) / 500000
    assert sum(requests for *_, requests in found) == 2
    assert sorted(grain for grain, *_ in found) == ["adjustment"] * 2 + ["request"] * 2


@pytest.mark.parametrize(
    ("model", "provider"),
    [
        ("gpt-5.4", "openai"),
        ("o3-mini", "openai"),
        ("claude-sonnet-4-6", "anthropic"),
        ("gemini-2.5-pro", "google"),
        ("anthropic/claude-sonnet-4-6", "anthropic"),
        ("gpt-oss-120b", "newapi"),
        ("text-embedding-004", "newapi"),
        ("deepseek-chat", "newapi"),
    ],
)
def test_the_vendor_behind_a_hub_is_said_only_where_the_model_makes_it_certain(
    model, provider, tmp_path
):
    warehouse = Warehouse(tmp_path / "w.duckdb")
    load(warehouse, write_lines(tmp_path / "log.jsonl", hub_row("A", model_name=model)))

    assert event(warehouse, "A")["provider"] == provider


def test_a_hubs_prompt_has_no_cache_in_it_for_claude(tmp_path):
    cached = {"cache_tokens": 60, "cache_creation_tokens": 20}
    warehouse = Warehouse(tmp_path / "w.duckdb")
    load(warehouse, write_lines(
        tmp_path / "log.jsonl",
        hub_row("A", cached),
        hub_row("B", cached | {"claude": True, "cache_creation_tokens_1h": 20}),
    ))  # fmt: skip

    counts = "input_tokens, uncached_input_tokens, cache_write_tokens, cache_write_long_tokens"
    assert rows(warehouse, f"select {counts} from usage_event order by event_id") == [
        (100, 20, 20, None),
        (180, 100, 0, 20),
    ]


def test_a_charge_of_the_ledger_goes_to_its_usage_whichever_comes_first(tmp_path):
    usage = ledger(
        "chatcmpl-A", "outbound_usage", None, {"outcome": "succeeded"},
        usage={"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
    )  # fmt: skip
    snapshot = {"model": "gpt-5.4", "provider": "openai", "total_cost": "0.00299"}
    charge = ledger("cost-A", "cost", "chatcmpl-A", {"snapshot": snapshot})
    found = []
    for n, order in enumerate(permutations([usage, charge])):
        warehouse = Warehouse(tmp_path / f"{n}.duckdb")
        for place, row in enumerate(order):
            load(warehouse, write_lines(tmp_path / f"{n}-{place}.jsonl", row))
        found.append(events(warehouse))

    assert found[0] == found[1]
    [kept] = found[0]
    assert (kept["output_tokens"], kept["usage_missing"]) == (10, False)
    assert kept["stated_cost_usd"] == Decimal("0.00299")


def test_tables_and_tags_that_count_one_request_each_are_series_of_their_own(tmp_path):
    owners = [{"user_id": "ana"}, {"team_id": "ops"}, {"organization_id": "o"}, {"tag": "a"},
              {"tag": "b"}, {"end_user_id": "e"}, {"agent_id": "g"}]  # fmt: skip
    warehouse = Warehouse(tmp_path / "w.duckdb")
    load(warehouse, write_lines(tmp_path / "daily.jsonl", *[DAILY | owner for owner in owners]))

    series = rows(warehouse, "select distinct series from usage_event where grain = 'bucket'")
    assert len(series) == len(owners)


def test_provisioned_capacity_is_money_and_no_bucket(tmp_path):
    flat = DAILY | {"team_id": "ops", "spend": 0, "ptu_flat_cost": 48.5, "api_requests": "0",
                    "prompt_tokens": "0", "completion_tokens": "0"}  # fmt: skip
    warehouse = Warehouse(tmp_path / "w.duckdb")
    load(warehouse, write_lines(tmp_path / "daily.jsonl", flat))

    found = rows(warehouse, "select grain, requests, stated_cost_usd from usage_event")
    assert found == [("adjustment", 0, Decimal("48.5"))]
