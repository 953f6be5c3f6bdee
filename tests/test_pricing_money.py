"""Text to pico-dollars and back, exact, or refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.money import pico_from_text, usd


@pytest.mark.parametrize(
    ("text", "per", "pico"),
    [
        ("2.50", "1M tokens", 2_500_000),
        ("0.13", "1M tokens", 130_000),
        ("0", "1M tokens", 0),
        ("0.000001", "1M tokens", 1),
        ("0.0000010", "1M tokens", 1),
        ("10000", "1M tokens", 10_000_000_000),
        ("10.00", "1K calls", 10_000_000_000),
        ("0.03", "session", 30_000_000_000),
    ],
)
def test_a_price_is_read_exactly(text, per, pico):
    assert pico_from_text(text, per) == pico


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nan", "not a price"),
        ("inf", "not a price"),
        ("1e3", "not a price"),
        ("abc", "not a price"),
        ("", "not a price"),
        ("1_000", "not a price"),
        ("1,5", "not a price"),
        ("+1", "not a price"),
        (".5", "not a price"),
        ("5.", "not a price"),
        ("1.5\n", "not a price"),
        ("٣", "not a price"),
        ("$5", "not a price"),
        ("0x10", "not a price"),
        ("-1", "negative"),
        ("-0.5", "negative"),
        ("0.0000001", "finer than one pico-dollar"),
        ("10000.000001", "too high"),
        ("1" * 70, "too high"),
        ("0." + "0" * 70 + "1", "finer"),
        ("1." + "0" * 70 + "1", "finer"),
    ],
)
def test_what_is_no_price_is_refused_in_words(text, says):
    with pytest.raises(ValueError, match=says):
        pico_from_text(text, "1M tokens")


@given(st.integers(0, 10**10))
def test_every_pico_dollar_survives_the_way_through_text(pico):
    text = f"{Decimal(pico).scaleb(-6):f}"

    assert pico_from_text(text, "1M tokens") == pico


@given(st.integers(-(2**63), 2**63))
def test_dollars_are_exact(pico):
    assert int(usd(pico).scaleb(12)) == pico
