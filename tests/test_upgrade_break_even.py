"""Break-evens, by hand and against root finding."""

from decimal import Decimal
from random import Random

import pytest

from models.outcome.decide import break_even_output
from models.upgrade.break_even import (
    gain_needed,
    output_break_even,
    repair_break_even,
    turns_break_even,
)
from models.upgrade.sums import Sums

DOLLAR = 10**12


def sums(share, *, price=2.0, turns=1.0, output=1.0, now=1000 * DOLLAR):
    """Return the sums of work whose output is a share of today's cost, every price times one."""
    input_unit = round(now * (1 - share) * price)
    output_unit = round(now * share * price)
    parts = (round(input_unit * turns), round(output_unit * output))
    return Sums(
        now=now,
        now_output=round(now * share),
        then=sum(parts),
        fixed=0,
        input_unit=input_unit,
        input=parts[0],
        output_unit=output_unit,
        output=parts[1],
    )


@pytest.mark.parametrize(
    ("share", "expected"), [(0.6, 1 / 6), (0.7, 2 / 7), (0.8, 0.375), (1.0, 0.5)]
)
def test_at_twice_the_price_output_must_shrink_to_1_minus_1_by_2s(share, expected):
    assert output_break_even(sums(share)).value == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("share", [0.0, 0.16, 0.3, 0.5])
def test_up_to_half_no_output_is_short_enough(share):
    found = output_break_even(sums(share))

    assert found.value is None
    assert found.why


def test_why_none_exists_names_the_share_and_what_input_costs():
    assert output_break_even(sums(0.16)).why == (
        "none exists: output is 16% of today's cost, and the input alone comes to 1.68× of all"
        " of it; turns must fall to 0.40×"
    )


def test_closed_form_is_the_root():
    """Bisect the cost ratio in a thousand random cases."""
    random = Random(7)
    for _ in range(1000):
        share, price = random.uniform(0.02, 0.98), random.uniform(0.2, 6)
        turns, output = random.uniform(0.7, 1.6), random.uniform(0.3, 1.6)
        found = output_break_even(sums(share, price=price, turns=turns, output=output)).value
        at_none = price * (1 - share) * turns
        if at_none >= 1:
            assert found is None
        else:
            assert found == pytest.approx(_root(at_none, price * share), rel=1e-6)


def test_the_same_as_from_shares_and_prices():
    found = output_break_even(sums(0.7, price=1.3, turns=1.1)).value

    assert found == pytest.approx(break_even_output(0.7, 1.3, 1.3, 1.1).value)


def test_turns_closed_form_is_the_root():
    random = Random(8)
    for _ in range(1000):
        share, price = random.uniform(0.02, 0.98), random.uniform(0.2, 6)
        output = random.uniform(0.3, 1.6)
        found = turns_break_even(sums(share, price=price, output=output)).value
        at_none = price * share * output
        if at_none >= 1:
            assert found is None
        else:
            assert found == pytest.approx(_root(at_none, price * (1 - share)), rel=1e-6)


def _root(fixed, slope, low=0.0, high=1e4):
    """Bisect for what the slope must be taken times for the ratio to be 1."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if fixed + slope * middle < 1 else (low, middle)
    return low


def test_output_that_alone_costs_more_has_no_break_even_in_turns():
    found = turns_break_even(sums(0.8))

    assert found.value is None
    assert "the output alone comes to 1.60× of today's cost" in found.why


def test_work_that_costs_nothing_has_no_break_even():
    nothing = Sums(0, 0, 0, 0, 0, 0, 0, 0)

    assert output_break_even(nothing).value is None
    assert turns_break_even(nothing).value is None


def test_work_without_output_or_input():
    assert "no output" in output_break_even(sums(0.0, price=0.5)).why
    assert "no input" in turns_break_even(sums(1.0, price=0.5)).why


def test_repair_cost_of_swe_bench():
    """OpenHands: $0.632 to $1.508 a task, success 0.756 to 0.782."""
    value, words = repair_break_even(1.508 - 0.632, 0.756, 0.782, "task")

    assert value == pytest.approx(33.7, abs=0.1)
    assert words == "pays where a failed task costs more than $33.69 to repair"


@pytest.mark.parametrize(
    ("difference", "now", "then", "words"),
    [
        (-1, 0.8, 0.8, "cheaper and no weaker: it pays at any repair cost"),
        (1, 0.8, 0.8, "dearer and no stronger: no repair cost makes it pay"),
        (-1, 0.8, 0.7, "pays where a failed session costs less than $10.00 to repair"),
    ],
)
def test_repair_cost_in_each_direction(difference, now, then, words):
    assert repair_break_even(difference, now, then, "session")[1] == words


def test_success_needed_at_equal_cost_of_a_success():
    assert gain_needed(1.25, 1.0, 0.6, None).parity == pytest.approx(0.75)


def test_no_success_is_enough_above_one_by_the_ratio():
    found = gain_needed(2.0, 1.0, 0.6, None)

    assert found.parity is None
    assert "no gain is enough" in found.words


def test_success_needed_at_a_repair_cost():
    found = gain_needed(2.0, 0.5, 0.9, Decimal(10))

    assert found.points == pytest.approx(5)
    assert "at $10.00 for a repair it needs +5.0 p.p." in found.words


def test_a_repair_cost_that_leaves_no_room():
    assert "more than there is room for" in gain_needed(2.0, 5.0, 0.9, Decimal(10)).words


def test_a_cheaper_model_may_fail_more_often():
    found = gain_needed(0.5, -0.5, 0.9, Decimal(10))

    assert found.points == pytest.approx(-5)
    assert found.words == (
        "on API cost alone success may fall from 90% to 45%; at $10.00 for a repair success may"
        " fall by 5.0 p.p."
    )


def test_gain_without_todays_success():
    assert "impossible where 50% or more succeeds now" in gain_needed(2.0, 1.0, None, None).words
    assert "may succeed 0.50× as often" in gain_needed(0.5, -1.0, None, None).words


def test_gain_without_cost():
    assert gain_needed(None, 0.0, 0.9, None).parity is None
