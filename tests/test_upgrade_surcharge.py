"""Prices without the surcharge on long prompts."""

from datetime import UTC, datetime

import pytest

from models.upgrade.surcharge import without_surcharge
from pricing.errors import PricingError
from pricing.load import load_price_book

BOOK = load_price_book()
FLAT = without_surcharge(BOOK)
LONG, SHORT = 300_000, 1_000


def rates(book, model, tier, tokens, day):
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    try:
        return book.find("openai", model, tier, at=at, input_tokens=tokens).rates
    except PricingError as error:
        return error.reason


@pytest.mark.parametrize("model", sorted(m for p, m in BOOK.models if p == "openai"))
@pytest.mark.parametrize("tier", ["standard", "batch", "flex", "priority"])
@pytest.mark.parametrize("day", ["2026-05-01", "2026-08-20", "2026-08-22", "2026-11-20"])
def test_a_long_prompt_costs_what_a_short_one_does_or_has_no_price_as_before(model, tier, day):
    long = rates(BOOK, model, tier, LONG, day)
    flat = rates(FLAT, model, tier, LONG, day)

    if isinstance(long, dict):
        assert flat == rates(BOOK, model, tier, SHORT, day)
    else:
        assert flat == long
    assert rates(FLAT, model, tier, SHORT, day) == rates(BOOK, model, tier, SHORT, day)


def test_there_is_a_surcharge_to_take_away():
    assert rates(BOOK, "gpt-5.4", "standard", LONG, "2026-08-01") != rates(
        FLAT, "gpt-5.4", "standard", LONG, "2026-08-01"
    )
