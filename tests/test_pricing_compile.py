"""The compiled book: total, without overlap, and in a fixed order."""

from datetime import UTC, datetime
from itertools import pairwise, product
from pathlib import Path

import duckdb
import pytest

from pricing.bulk import install_rates, sql
from pricing.compile import ANY_SIZE, RATE_COLUMNS, SIZE_NOT_REPORTED, compile_rates
from pricing.load import load_price_book
from pricing.published import BEGINNING, END
from pricing.vocabulary import Meter, ServiceTier, UnpricedReason

NAMES = [name for name, _ in RATE_COLUMNS]
MADE_UP = load_price_book(Path(__file__).parent / "prices.yaml")
SHIPPED = load_price_book()
BOOKS = {
    "made up": MADE_UP,
    "made up, as known": MADE_UP.as_known(datetime(2026, 5, 10, tzinfo=UTC)),
    "shipped": SHIPPED,
    "shipped, as known": SHIPPED.as_known(datetime(2026, 5, 1, tzinfo=UTC)),
}


def rows_of(book):
    return [dict(zip(NAMES, row, strict=True)) for row in compile_rates(book)]


def covers_all(ranges, start, end):
    """Whether half-open ranges follow each other without gap or overlap."""
    ordered = sorted(ranges)
    joined = all(one[1] == two[0] for one, two in pairwise(ordered))
    return joined and (ordered[0][0], ordered[-1][1]) == (start, end)


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_every_tier_region_size_and_instant_has_exactly_one_row(book):
    cells = {}
    for row in rows_of(book)[10:]:
        key = (row["provider"], row["model"], row["service_tier"], row["region"])
        sizes = (row["input_tokens_from"], row["input_tokens_until"])
        times = (row["effective_from"], row["effective_until"])
        cells.setdefault(key, {}).setdefault(sizes, []).append(times)
    expected = {
        (model.provider, model.model, tier.value, region)
        for model in book.models.values()
        for tier, region in product(
            ServiceTier, ("global", *book.providers[model.provider].regions)
        )
    }
    beginning, end = BEGINNING.replace(tzinfo=None), END.replace(tzinfo=None)

    assert set(cells) == expected
    for key, by_size in cells.items():
        assert covers_all(by_size, SIZE_NOT_REPORTED, ANY_SIZE), key
        for size, times in by_size.items():
            assert covers_all(times, beginning, end), (key, size)


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_a_row_has_rates_or_a_reason(book):
    for row in rows_of(book):
        rates = [row[meter.rate_column] for meter in Meter]
        if row["unpriced_reason"]:
            assert rates == [None] * len(Meter)
        else:
            assert any(rate is not None for rate in rates)
            assert row["rate_id"] == 0 or row["price_version"]


def test_the_first_rows_stand_for_nothing_to_bill_and_for_the_reasons():
    first, *reasons = rows_of(MADE_UP)[:10]

    assert [first[meter.rate_column] for meter in Meter] == [0] * len(Meter)
    assert [(row["rate_id"], row["unpriced_reason"]) for row in reasons] == [
        (1, "unknown_model"),
        (2, "no_price_at_date"),
        (3, "tier_not_offered"),
        (4, "rate_not_published"),
        (5, "meter_without_rate"),
        (6, "tier_unknown"),
        (7, "band_unknown"),
        (8, "region_unknown"),
        (9, "usage_missing"),
    ]
    for row in (first, *reasons):
        assert {row["provider"], row["model"], row["effective_from"]} == {None}


def test_ids_are_numbered_from_100_and_stable():
    ids = [row["rate_id"] for row in rows_of(MADE_UP)]

    assert ids[10:] == list(range(100, 90 + len(ids)))
    assert compile_rates(MADE_UP) == compile_rates(MADE_UP)


def test_a_row_carries_where_its_price_comes_from():
    [row] = [
        row
        for row in rows_of(MADE_UP)
        if row["price_version"] == "acme/acme-large/standard/short@2026-05-01"
        and row["region"] == "eu"
    ]

    assert row["context_band"] == "short"
    assert row["effective_from"] == datetime(2026, 5, 1)
    assert row["effective_until"] == datetime(2026, 6, 1)
    assert (row["input_tokens_from"], row["input_tokens_until"]) == (0, 1001)
    assert row["output_pico"] == 1_100_000  # $1 per 1M, and a tenth more
    assert (row["status"], row["source"], row["confidence"]) == ("promo", "memo", "low")
    assert row["known_at"] == datetime(2026, 4, 20)


def test_an_installed_book_replaces_the_one_before():
    with duckdb.connect() as con:
        install_rates(con, SHIPPED)
        count = install_rates(con, MADE_UP)
        found = con.execute("select * from rates order by rate_id").fetchall()

    assert count == len(found)
    assert found == sorted(compile_rates(MADE_UP))


@pytest.mark.parametrize("name", ["rates; drop table x", "", "1rates", "a.b.c.d", 'a"b'])
def test_only_a_plain_name_is_installed_under(name):
    with duckdb.connect() as con, pytest.raises(ValueError, match="not a plain table"):
        install_rates(con, MADE_UP, name)


def test_a_book_can_be_installed_into_a_schema():
    with duckdb.connect() as con:
        con.execute("create schema other")
        install_rates(con, MADE_UP, "other.rates")

        assert con.execute("select count(*) > 9 from other.rates").fetchone() == (True,)


def test_the_queries_know_the_vocabulary():
    text = sql("find_rate")

    for tier in ServiceTier:
        assert f"'{tier}'" in text
    for meter in Meter:
        assert f"usage.{meter.event_column} " in text
        assert f"rates.{meter.rate_column} " in text
        assert f" as {meter.cost_column}" in sql("rated_usage")
    assert [reason.rate_id for reason in UnpricedReason] == list(range(1, 10))
