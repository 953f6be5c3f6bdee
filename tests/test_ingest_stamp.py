"""When the price book changes, what is stored is priced anew, and only where its price changed."""

from itertools import product
from pathlib import Path

import pytest

from ingest.stamp import stamped_digest
from ingest.warehouse import Warehouse
from pricing.load import load_price_book
from tests.loaded_logs import BOOK, load, rows, spend_log, write_lines

#: Another price of one tier from April on, and a name the table does not list.
OVERLAY = """
sources:
  invoice: {what: our invoice, locator: a folder, kind: made_up}
models:
  - model: acme-large
    provider: acme
    ids: [our-large]
    prices:
      - {tier: standard, context: short, effective_from: 2026-04-01, status: active,
         rates: {input: 1, cached_input: 0.1, cache_write_30m: 1.25, cache_write_12h: 2.5,
                 output: 6},
         basis: announced, known_at: 2026-04-01, sources: [invoice], confidence: high}
"""

MODELS = ("acme-large", "acme/acme-large", "acme-small", "our-large", "unheard-of")
TIMES = ("2026-02-10T00:00:00Z", "2026-03-31T23:59:59.999Z", "2026-04-01T00:00:00Z")
TIERS = (None, "batch", "flex")
PROMPTS = (10, 1001)
USAGE = [
    spend_log(
        f"{n}",
        prompt,
        model=model,
        endTime=time,
        metadata={"cost_breakdown": {"service_tier": tier}},
    )
    for n, (model, time, tier, prompt) in enumerate(product(MODELS, TIMES, TIERS, PROMPTS))
]
REPORT = (
    "select event_id, model, context_band, price_version, unpriced_reason, cost_pico "
    "from rated_usage order by event_id"
)


@pytest.fixture
def other_book(tmp_path):
    overlay = tmp_path / "ours.yaml"
    overlay.write_text(OVERLAY, encoding="utf-8")
    return load_price_book(Path(__file__).parent / "prices.yaml", overlay=overlay)


@pytest.fixture
def halves(tmp_path) -> tuple[Path, Path]:
    return (
        write_lines(tmp_path / "1.jsonl", *USAGE[::2]),
        write_lines(tmp_path / "2.jsonl", *USAGE[1::2]),
    )


def rate_ids(warehouse: Warehouse) -> dict[str, int]:
    return dict(rows(warehouse, "select event_id, rate_id from usage_event"))


def test_a_load_under_another_book_reprices_all_that_is_stored(tmp_path, other_book, halves):
    warehouse, fresh = Warehouse(tmp_path / "a.duckdb"), Warehouse(tmp_path / "b.duckdb")

    load(warehouse, halves[0])
    load(warehouse, halves[1], book=other_book)
    load(fresh, *halves, book=other_book)

    assert rows(warehouse, REPORT) == rows(fresh, REPORT)
    with warehouse.reading() as con:
        assert stamped_digest(con) == other_book.digest
    priced = "select count(*) from rated_usage where model = 'acme-large' and cost_pico > 0"
    assert rows(warehouse, priced)[0][0] > 20


def test_only_what_has_another_price_is_stamped_anew(tmp_path, other_book, halves):
    warehouse = Warehouse(tmp_path / "a.duckdb")
    load(warehouse, *halves)
    before, told = rate_ids(warehouse), {row[0]: row for row in rows(warehouse, REPORT)}

    more = write_lines(tmp_path / "3.jsonl", spend_log("more"))
    load(warehouse, more, book=other_book)

    after = rate_ids(warehouse)
    stamped = {key for key in before if before[key] != after[key]}
    changed = {row[0] for row in rows(warehouse, REPORT) if row[0] in told and told[row[0]] != row}
    # A price that ends earlier than it did is another row of the rates, at the same price.
    ended = "select event_id from usage_event where event_ts = '2026-03-31 23:59:59.999'"
    assert changed <= stamped <= changed | {key for (key,) in rows(warehouse, ended)}
    models = f"select distinct model_raw from usage_event where event_id in {tuple(stamped)}"
    assert {model for (model,) in rows(warehouse, models)} == {
        "acme-large",
        "acme/acme-large",
        "our-large",
    }


def test_and_back_again(tmp_path, other_book, halves):
    warehouse, fresh = Warehouse(tmp_path / "a.duckdb"), Warehouse(tmp_path / "b.duckdb")
    more = [write_lines(tmp_path / f"{n}.jsonl", spend_log(f"more {n}")) for n in (3, 4)]

    load(warehouse, *halves)
    load(warehouse, more[0], book=other_book)
    load(warehouse, more[1], book=BOOK)
    load(fresh, *halves, *more)

    assert rows(warehouse, REPORT) == rows(fresh, REPORT)
    everything = "select * exclude rate_id from rates order by all"
    assert rows(warehouse, everything) == rows(fresh, everything)


def test_every_stamp_is_a_row_of_the_rates(tmp_path, other_book, halves):
    warehouse = Warehouse(tmp_path / "a.duckdb")
    load(warehouse, halves[0])
    load(warehouse, halves[1], book=other_book)

    stray = "select count(*) from usage_event anti join rates using (rate_id)"
    assert rows(warehouse, stray) == [(0,)]
    assert rows(warehouse, "select count(*) - count(distinct rate_id) from rates") == [(0,)]


def test_a_file_that_is_there_already_changes_no_price(tmp_path, other_book, halves):
    warehouse = Warehouse(tmp_path / "a.duckdb")
    load(warehouse, halves[0])
    before = rows(warehouse, REPORT)

    [found] = load(warehouse, halves[0], book=other_book)

    assert found.repeated
    assert rows(warehouse, REPORT) == before
    with warehouse.reading() as con:
        assert stamped_digest(con) == BOOK.digest
