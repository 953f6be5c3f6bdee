"""Money as people and machines read it: exact text, and parts that add up as shown."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.money import places_for, rounded_parts, usd_text

USD = 10**12

picos = st.integers(-(10**15), 10**18) | st.sampled_from([0, 1, USD // 2, USD - 1, USD, USD + 1])


@pytest.mark.parametrize(
    ("pico", "text"),
    [
        (2_100_000_000, "0.0021"),
        (0, "0"),
        (1, "0.000000000001"),
        (-1, "-0.000000000001"),
        (USD, "1"),
        (100 * USD, "100"),
        (123_456 * USD + 500_000_000_000, "123456.5"),
        (10**30, "1000000000000000000"),
    ],
)
def test_dollars_are_plain_text_without_needless_zeros(pico, text):
    assert usd_text(pico) == text


def test_no_price_is_no_text():
    assert usd_text(None) is None


@given(st.integers(-(10**37), 10**37))
def test_no_digit_is_lost_in_text(pico):
    text = usd_text(pico)

    assert Fraction(text) * USD == pico
    assert text.lstrip("-").replace(".", "").isdigit()


@given(st.lists(st.none() | picos, max_size=30), st.sampled_from([2, 4, 6]))
def test_parts_add_up_to_the_rounded_total(parts, places):
    shown = rounded_parts(parts, places)
    unit = Decimal(1).scaleb(-places)
    known = [(part, cell) for part, cell in zip(parts, shown, strict=True) if part is not None]
    total = Decimal(sum(part for part, _ in known)).scaleb(-12)

    assert [cell is None for cell in shown] == [part is None for part in parts]
    assert abs(sum(cell for _, cell in known) - total) <= unit / 2
    for part, cell in known:
        assert abs(cell - Decimal(part).scaleb(-12)) < unit
        assert -cell.as_tuple().exponent == places


@given(st.lists(picos, max_size=30))
def test_equal_parts_differ_by_one_unit_at_most_and_larger_ones_are_not_less(parts):
    shown = rounded_parts(parts, 2)
    ordered = [cell for _, cell in sorted(zip(parts, shown, strict=True))]

    assert ordered == sorted(ordered)


def test_three_thirds_are_one():
    third = USD // 3

    assert rounded_parts([third, third, third], 2) == [
        Decimal("0.34"),
        Decimal("0.33"),
        Decimal("0.33"),
    ]


def test_nothing_to_show_is_shown():
    assert rounded_parts([], 2) == []
    assert rounded_parts([None, None], 2) == [None, None]
    assert rounded_parts([0, None], 6) == [Decimal("0.000000"), None]


@pytest.mark.parametrize(
    ("pico", "places"),
    [(None, 2), (0, 6), (USD - 1, 6), (USD, 4), (-USD, 4), (100 * USD - 1, 4), (100 * USD, 2)],
)
def test_a_small_total_is_shown_finer(pico, places):
    assert places_for(pico) == places
