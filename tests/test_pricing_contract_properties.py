"""What holds of every contract: parts add up, order does not matter, tiers have sharp edges."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.contract.reach import Reach
from pricing.contract.statement import bill, causes, effective_rate
from pricing.contract.terms import (
    Contract,
    RateTerm,
    Step,
    VolumeTiers,
)
from pricing.contract.usage import GRAIN, distribute
from pricing.contract.volume import percent_at, taken_off
from pricing.contract.words import Every, VolumeKind, VolumeMeasure
from tests.contracts import cells_of, used
from tests.drawn_contracts import THROUGH, YEAR, contracts, uses


@settings(max_examples=150, deadline=None)
@given(contracts, uses, st.sampled_from(THROUGH))
def test_parts_add_up_exactly(contract, used_up, through):
    statement = bill(contract, cells_of(contract, used_up), through)

    spread = statement.total_pico - statement.unspread_pico
    assert sum(atom.effective for atom in statement.atoms) == spread * GRAIN
    for atom in statement.atoms:
        assert atom.list_pico * GRAIN + sum(causes(atom).values()) == atom.effective
    by_month = sum(
        sum(atom.contracted_pico for atom in statement.in_month(month))
        + sum(line.usd_pico for line in statement.lines if line.month == month)
        for month in statement.months
    )
    assert by_month == statement.total_pico


@settings(max_examples=100, deadline=None)
@given(contracts, uses, st.sampled_from(THROUGH), st.randoms(use_true_random=False))
def test_order_does_not_matter(contract, used_up, through, dice):
    def shuffled(items):
        found = list(items)
        dice.shuffle(found)
        return tuple(found)

    parts = (
        "rates", "excluded", "provisioned", "volume_tiers", "credits", "markups", "commitments",
    )  # fmt: skip
    other = replace(contract, **{part: shuffled(getattr(contract, part)) for part in parts})

    one = bill(contract, cells_of(contract, used_up), through)
    two = bill(other, cells_of(other, shuffled(used_up)), through)

    assert one.lines == two.lines
    assert [each.parts for each in one.atoms] == [each.parts for each in two.atoms]
    assert one.balances == two.balances


@settings(max_examples=50, deadline=None)
@given(contracts, uses)
def test_zero_percent_off_is_the_list(contract, used_up):
    nothing = RateTerm("nothing", Reach(YEAR), Decimal(0))
    bare = replace(
        contract, rates=(nothing,), provisioned=(), volume_tiers=(), credits=(), markups=(),
        commitments=(), paid={}, invoice=None,
    )  # fmt: skip

    statement = bill(bare, cells_of(bare, used_up), YEAR.until)

    assert statement.lines == []
    assert statement.list_pico == statement.contracted_pico == statement.total_pico
    for atom in statement.atoms:
        assert effective_rate(atom) == (atom.cell.rates[atom.meter], 0)


@settings(max_examples=100, deadline=None)
@given(contracts, uses, st.sampled_from(THROUGH))
def test_an_effective_rate_gives_its_cost_back_to_the_pico_dollar(contract, used_up, through):
    statement = bill(contract, cells_of(contract, used_up), through)

    total = 0
    for atom in statement.atoms:
        whole, part = effective_rate(atom)
        total += atom.quantity * (whole * GRAIN + part)
    assert round(Fraction(total, GRAIN)) == statement.total_pico - statement.unspread_pico


@settings(max_examples=100, deadline=None)
@given(contracts, uses, st.sampled_from(THROUGH))
def test_credits_pay_no_more_than_they_are(contract, used_up, through):
    statement = bill(contract, cells_of(contract, used_up), through)

    for balance in statement.balances:
        if balance.kind == "credit":
            assert 0 <= balance.used_pico <= balance.amount_pico


# ---------------------------------------------------------------- tiers at their edges

TINY = Fraction(1, 10**12)
rising = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 40)),
    min_size=1,
    max_size=4,
    unique_by=lambda s: s[0],
).map(
    lambda found: tuple(
        Step(Decimal(start), Decimal(percent))
        for (start, _), percent in zip(sorted(found), sorted(p for _, p in found), strict=True)
    )
)


@given(rising, st.data())
def test_where_discounts_rise_marginal_takes_off_no_more_than_whole_volume(tiers, data):
    edges = [Fraction(step.start) + nudge for step in tiers for nudge in (-TINY, 0, TINY)]
    volume = max(data.draw(st.sampled_from([*edges, Fraction(60)])), Fraction(0))

    marginal = taken_off(tiers, volume)

    assert 0 <= marginal <= percent_at(tiers, volume) / 100 * volume


@given(rising, st.data())
def test_a_marginal_discount_has_no_cliff_and_a_whole_volume_one_has(tiers, data):
    step = data.draw(st.sampled_from(tiers))
    edge = Fraction(step.start)

    assert taken_off(tiers, edge + TINY) - taken_off(tiers, edge) == TINY * (
        Fraction(step.percent_off) / 100
    )
    assert percent_at(tiers, edge) == step.percent_off  # the start of a step is inside it
    below = percent_at(tiers, edge - TINY)
    assert below == max((s.percent_off for s in tiers if s.start < step.start), default=0)


@given(st.integers(-(10**40), 10**40), st.lists(st.integers(0, 10**30), min_size=1, max_size=9))
def test_shares_add_up_and_are_off_by_less_than_one(total, weights):
    if not any(weights):
        weights[0] = 1
    shares = distribute(total, weights)

    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(total * weight, sum(weights))) < 1


@pytest.mark.parametrize("kind", VolumeKind)
def test_a_tier_is_reached_by_the_pico_dollar(kind):
    tiers = VolumeTiers(
        "t", Reach(YEAR), kind, VolumeMeasure.SPEND, Every.MONTH, (Step(Decimal(10), Decimal(50)),)
    )
    contract = Contract(
        "c", "us", "Acme", None, ("acme",), None, "USD", YEAR, volume_tiers=(tiers,)
    )

    def discount(tokens):
        statement = bill(contract, cells_of(contract, [used("2026-02-10", tokens)]), YEAR.until)
        return -sum(line.usd_pico for line in statement.lines)

    assert discount(7_999_999) == 0
    at_edge = 0 if kind is VolumeKind.MARGINAL else 5 * 10**12
    assert discount(8_000_000) == at_edge
    assert discount(8_000_001) == at_edge + 625_000
