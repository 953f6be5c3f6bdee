"""Hand-computed bills at made-up prices."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from pricing.load import load_price_book
from pricing.rate import MissingRateError, rate
from pricing.usage import Usage
from pricing.vocabulary import Meter

BOOK = load_price_book(Path(__file__).parent / "prices.yaml")
FEBRUARY = datetime(2026, 2, 20, tzinfo=UTC)


def bill(
    model="acme-large",
    tier="standard",
    at=FEBRUARY,
    region="global",
    input_tokens=0,
    **meters,
):
    price = BOOK.find("acme", model, tier, at=at, input_tokens=input_tokens, region=region)
    return rate(Usage(**meters), price)


def amounts(rated):
    return {charge.meter: charge.amount_usd for charge in rated.charges}


def test_a_mixed_request():
    rated = bill(uncached_input=100, cache_read=800, cache_write=40, output=50)

    assert [(charge.meter, charge.amount_usd) for charge in rated.charges] == [
        (Meter.UNCACHED_INPUT, Decimal("0.00025")),  # 100 at $2.50 per 1M
        (Meter.CACHE_READ, Decimal("0.0002")),  # 800 at $0.25
        (Meter.CACHE_WRITE, Decimal("0.000125")),  # 40 at $3.125
        (Meter.OUTPUT, Decimal("0.00075")),  # 50 at $15
    ]
    assert rated.cost_pico == 1_325_000_000
    assert rated.cost_usd == Decimal("0.001325")
    assert rated.price.price_version == "acme/acme-large/standard/short@2026-01-01"


@pytest.mark.parametrize(
    ("prompt", "usd"),
    [(1000, "0.0025"), (1001, "0.005005")],  # 1000 at $2.50; 1001 at $5
    ids=["at the threshold", "one token above"],
)
def test_long_context_is_a_cliff(prompt, usd):
    [charge] = bill(input_tokens=prompt, uncached_input=prompt).charges

    assert charge.amount_usd == Decimal(usd)
    assert charge.quantity == prompt  # every token, not only those above


def test_the_band_is_that_of_the_whole_prompt_cached_tokens_included():
    rated = bill(input_tokens=1001, uncached_input=1, cache_read=1000)

    assert amounts(rated) == {
        Meter.UNCACHED_INPUT: Decimal("0.000005"),  # 1 at $5
        Meter.CACHE_READ: Decimal("0.0005"),  # 1000 at $0.50
    }


@pytest.mark.parametrize(
    ("at", "usd"),
    [
        (datetime(2026, 3, 10, 14, 29, 59, 999999, tzinfo=UTC), "2.50"),
        (datetime(2026, 3, 10, 14, 30, tzinfo=UTC), "2"),
        (datetime(2026, 4, 30, 23, 59, 59, 999999, tzinfo=UTC), "2"),
        (datetime(2026, 5, 1, tzinfo=UTC), "0.000005"),
    ],
)
def test_a_price_changes_at_its_instant(at, usd):
    assert bill(at=at, uncached_input=1_000_000).cost_usd == Decimal(usd)


def test_a_region_costs_a_tenth_more_on_tokens_and_nothing_more_on_tools():
    used = {"uncached_input": 1000, "output": 10, "web_search": 1, "container": 1}

    assert amounts(bill(region="eu", **used)) == {
        Meter.UNCACHED_INPUT: Decimal("0.00275"),  # 1000 at $2.75
        Meter.OUTPUT: Decimal("0.000165"),  # 10 at $16.50
        Meter.WEB_SEARCH: Decimal("0.01"),  # $10 per 1K
        Meter.CONTAINER: Decimal("0.03"),
    }


@pytest.mark.parametrize(
    ("meter", "pico"),
    [
        ("uncached_input", 6),  # 5 x 1.1 = 5.5, to the even 6
        ("cache_read", 16),  # 15 x 1.1 = 16.5, to the even 16
        ("cache_write", 28),  # 25 x 1.1 = 27.5, to the even 28
        ("cache_write_long", 38),  # 35 x 1.1 = 38.5, to the even 38
    ],
)
def test_an_uplifted_rate_rounds_half_even_to_one_pico_dollar(meter, pico):
    may = datetime(2026, 5, 2, tzinfo=UTC)

    assert bill(at=may, region="us", **{meter: 1}).cost_pico == pico


def test_a_model_without_uplift_costs_the_same_everywhere():
    here = bill(model="acme-small", output=1000)
    there = bill(model="acme-small", region="eu", output=1000)

    assert here.cost_usd == there.cost_usd == Decimal("0.00125")


def test_a_cached_token_without_a_discount_bills_as_input():
    april = datetime(2026, 4, 20, tzinfo=UTC)
    rated = bill(tier="flex", at=april, cache_read=10, cache_write_long=10)

    assert rated.cost_usd == Decimal("0.00002")  # 20 at the input rate, $1


@pytest.mark.parametrize(
    ("at", "usd"),
    [
        (datetime(2026, 4, 15, 11, 59, 59, 999999, tzinfo=UTC), "0.03"),
        (datetime(2026, 4, 15, 12, tzinfo=UTC), "0.024"),
    ],
)
def test_a_tool_fee_changes_at_its_own_instant(at, usd):
    assert bill(at=at, web_search=3).cost_usd == Decimal(usd)


@pytest.mark.parametrize(
    ("model", "meter"),
    [("acme-small", "cache_write"), ("acme-large", "cache_write_long")],
)
def test_a_meter_without_a_rate_is_refused_not_free(model, meter):
    with pytest.raises(MissingRateError, match=rf"no rate for {meter}"):
        bill(model=model, **{meter: 1})


def test_a_tool_used_before_it_had_a_fee_is_refused():
    january = datetime(2026, 1, 25, tzinfo=UTC)

    with pytest.raises(MissingRateError, match="file_search"):
        bill(at=january, file_search=1)


def test_a_meter_without_a_rate_that_was_not_used_is_no_matter():
    rated = bill(model="acme-small", cache_write=0, cache_write_long=None, output=1)

    assert [charge.meter for charge in rated.charges] == [Meter.OUTPUT]


def test_nothing_used_costs_nothing():
    assert bill().charges == ()
    assert bill().cost_pico == 0


@pytest.mark.parametrize("name", ["output", "web_search", "input_tokens"])
def test_a_negative_quantity_is_refused(name):
    with pytest.raises(ValueError, match=f"{name} is negative: -1"):
        Usage(**{name: -1})
