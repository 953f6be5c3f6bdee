"""What the provider says it charged: every decimal, every line item, and of two pulls the later."""

import json
import os
from decimal import Decimal
from itertools import permutations

import pytest

from ingest.warehouse import Warehouse
from tests.admin_pages import bucket, completions, cost, page, pulled
from tests.loaded_logs import events, load, rows, write_lines


@pytest.fixture
def warehouse(tmp_path):
    return Warehouse(tmp_path / "usage.duckdb")


def costs_page(*results: dict, day: int = 0) -> dict:
    return page(bucket(day, *results))


def stored(warehouse, columns="line_item, amount"):
    return rows(warehouse, f"select {columns} from provider_cost order by all")


# ---------------------------------------------------------------- money


WRITTEN = {
    "0.06": "0.06",
    "1.23e-05": "0.0000123",
    "5E-7": "0.0000005",
    '"0.0038359800000000000000000000"': "0.00383598",
    "0.34090000000000000": "0.3409",
    "0.123456789012345678": "0.123456789012345678",  # more than a float can hold
    "12345678901234567.25": "12345678901234567.25",
    "-2.5": "-2.5",
    "7": "7",
    "0": "0",
}


def test_an_amount_is_kept_as_written(warehouse, tmp_path):
    named = [cost(f"AMOUNT {n}", f"item {n}") for n in range(len(WRITTEN))]
    text = json.dumps(costs_page(*named))
    for n, written in enumerate(WRITTEN):
        text = text.replace(f'"AMOUNT {n}"', written)
    load(warehouse, write_lines(tmp_path / "costs.jsonl", text))

    assert [amount for _, amount in stored(warehouse)] == list(map(Decimal, WRITTEN.values()))


def test_money_is_no_usage(warehouse, tmp_path):
    log = [costs_page(cost(0.5, "gpt-5.4, input"), cost(0.25)), page(bucket(0, completions(9, 1)))]
    [loaded] = load(warehouse, write_lines(tmp_path / "both.jsonl", *log))

    assert [each["source"] for each in events(warehouse)] == ["openai_usage"]
    assert loaded.accounting.not_usage_why == {"a cost row, kept in provider_cost": 2}
    assert stored(warehouse) == [("gpt-5.4, input", Decimal("0.5")), (None, Decimal("0.25"))]


# ---------------------------------------------------------------- line items


PARSED = {
    "gpt-5.5-2026-04-23, input": (None, "gpt-5.5-2026-04-23", None, "uncached_input", False),
    "gpt-5.3-codex, cached input": (None, "gpt-5.3-codex", None, "cache_read", False),
    "gpt-5.6-luna, cache writes": (None, "gpt-5.6-luna", None, "cache_write", False),
    "gpt-5.6-luna, cache writes - 12hr": (None, "gpt-5.6-luna", None, "cache_write_long", False),
    "priority | gpt-5.6, output, long context": ("priority", "gpt-5.6", None, "output", True),
    "flex | gpt-5-mini, input": ("flex", "gpt-5-mini", None, "uncached_input", False),
    "Batch | gpt-5-mini, output": ("batch", "gpt-5-mini", None, "output", False),
    "batch api | gpt-5-mini, output": ("batch", "gpt-5-mini", None, "output", False),
    "tidal | gpt-5-mini, output": ("tidal", "gpt-5-mini", None, "output", False),
    "gpt-realtime-1.5 audio, output": (None, "gpt-realtime-1.5", "audio", "output", False),
    "gpt-image-2 image, cached input": (None, "gpt-image-2", "image", "cache_read", False),
    "flex | gpt-image-2 text, input": ("flex", "gpt-image-2", "text", "uncached_input", False),
    "ft-gpt-4o-2024-08-06, input": (None, "ft-gpt-4o-2024-08-06", None, "uncached_input", False),
    "web search tool calls": (None, None, None, "web_search", None),
    "Vector storage": (None, None, None, "vector_storage", None),
    "whisper": (None, "whisper", None, None, None),
}  # fmt: skip

NOT_UNDERSTOOD = [
    "", "input_tokens", "gpt-5.4", "gpt-5.4, tides", "gpt-5.4, input, tidal",
    "gpt-5.4 video, input", "a, b, input", "Credit note: late ferry", "| gpt-5.4, input",
    "x" * 4000,
]  # fmt: skip


def test_a_line_item_is_parsed(warehouse, tmp_path):
    page_ = costs_page(*(cost(0.5, item) for item in PARSED))
    load(warehouse, write_lines(tmp_path / "costs.jsonl", page_))

    columns = "line_item, service_tier, model, modality, meter, long_context"
    found = {item: tuple(rest) for item, *rest in stored(warehouse, columns)}
    assert found == PARSED
    assert stored(warehouse, "distinct parsed") == [(True,)]


def test_a_line_item_that_is_not_understood_is_kept_with_its_money(warehouse, tmp_path):
    page_ = costs_page(*(cost(0.5, item) for item in NOT_UNDERSTOOD))
    load(warehouse, write_lines(tmp_path / "costs.jsonl", page_))

    columns = "line_item, amount, model, meter, parsed"
    expected = {(item, Decimal("0.5"), None, None, False) for item in NOT_UNDERSTOOD}
    assert set(stored(warehouse, columns)) == expected


# ---------------------------------------------------------------- pulled again


def test_the_later_pull_counts_whatever_the_order(tmp_path):
    by, endpoint = ["line_item"], "costs"
    item = "gpt-5.4, input"
    early = [cost(0.5, item), cost(0.9, item)]
    late = [cost(0.7, item)]  # one row less, and a credit
    logs = [
        write_lines(tmp_path / f"{n}.jsonl", *pages)
        for n, pages in enumerate(
            [
                [pulled("2026-09-02T12:00:00Z", by, bucket(0, *early), endpoint=endpoint)],
                [pulled("2026-09-03T12:00:00Z", by, bucket(0, *late), endpoint=endpoint)],
                [
                    pulled("2026-09-02T18:00:00Z", by, bucket(0, *early), endpoint=endpoint),
                    pulled("2026-09-03T12:00:00+00:00", by, bucket(0, *late), endpoint=endpoint),
                    pulled("2026-09-01T12:00:00Z", by, bucket(1, *early), endpoint=endpoint),
                ],
            ]
        )
    ]
    found = []
    for n, order in enumerate(permutations(logs)):
        warehouse = Warehouse(tmp_path / f"{n}.duckdb")
        load(warehouse, *order, order[0])
        found.append(stored(warehouse, "bucket_start, amount"))

    assert [amount for _, amount in found[0]] == [Decimal("0.7"), Decimal("0.5"), Decimal("0.9")]
    assert found == found[:1] * len(found)


def test_a_file_that_does_not_say_when_it_was_pulled_is_as_old_as_it_is(tmp_path):
    old = write_lines(tmp_path / "old.jsonl", costs_page(cost(0.9, "gpt-5.4, input")))
    new = write_lines(tmp_path / "new.jsonl", costs_page(cost(0.7, "gpt-5.4, input")))
    os.utime(old, (1788400000, 1788400000))
    os.utime(new, (1788500000.25, 1788500000.25))
    for n, order in enumerate([(old, new), (new, old)]):
        warehouse = Warehouse(tmp_path / f"{n}.duckdb")
        load(warehouse, *order)

        assert stored(warehouse) == [("gpt-5.4, input", Decimal("0.7"))]


def test_organisations_that_are_not_told_apart_by_project_stay_apart(warehouse, tmp_path):
    log = [costs_page(cost(0.5, organization_id=name)) for name in ("org-reef", "org-mole")]
    load(warehouse, write_lines(tmp_path / "costs.jsonl", *log))

    assert stored(warehouse, "organization_id, amount, series") == [
        (name, Decimal("0.5"), "openai_costs 1d") for name in ("org-mole", "org-reef")
    ]


def test_pulls_that_are_grouped_otherwise_are_another_series(warehouse, tmp_path):
    log = [costs_page(cost(1, "gpt-5.4, input"), cost(2, "gpt-5.4, output")), costs_page(cost(3))]
    load(warehouse, write_lines(tmp_path / "costs.jsonl", *log))

    by_series = "select series, sum(amount) from provider_cost group by series order by series"
    assert rows(warehouse, by_series) == [
        ("openai_costs 1d", Decimal(3)),
        ("openai_costs 1d by line_item", Decimal(3)),
    ]
