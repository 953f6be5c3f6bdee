"""Below a commitment nothing is saved, and nothing costs more, until renewal."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.commitment.effect import effects
from pricing.contract.calendar import Range
from pricing.contract.reach import Reach
from pricing.contract.terms import Commitment, Contract
from pricing.contract.words import Every

USD = 10**12
NOW = datetime(2026, 10, 1)
YEAR = Range(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


def contract(amount, every=Every.MONTH, *, models=(), renewal=None, **more):
    term = Commitment("floor", Reach(YEAR, models), Decimal(amount), every, Every.MONTH, **more)
    return Contract(
        contract="c", customer="x", vendor="openai", reseller=None, providers=("openai",),
        list_of=None, currency="usd", period=YEAR, renewal=renewal, commitments=(term,),
    )  # fmt: skip


def effect(terms, today, option, months=1.0, now=NOW):
    spend = [{model: usd * USD for model, usd in each.items()} for each in (today, option)]
    (found,) = effects(terms, *spend, months, now)
    return found


@pytest.mark.parametrize(
    ("promised", "today", "option", "worth", "locked", "absorbed"),
    [
        (100, 150, 120, 30, 0, 0),  # above it all along
        (100, 150, 60, 50, 40, 0),  # falls below it
        (100, 80, 30, 0, 50, 0),  # below it already: nothing is saved
        (100, 60, 90, 0, 0, 30),  # dearer, and what was promised pays for it
        (100, 60, 130, -30, 0, 40),  # dearer beyond it
        (100, 130, 150, -20, 0, 0),
    ],
)
def test_what_a_change_is_worth_until_renewal(promised, today, option, worth, locked, absorbed):
    found = effect(contract(promised), {"gpt-5.4": today}, {"gpt-5.5": option})

    assert (found.worth_pico, found.locked_pico, found.absorbed_pico) == (
        worth * USD, locked * USD, absorbed * USD,
    )  # fmt: skip


def test_a_quarter_or_a_year_is_taken_by_the_month():
    quarter = effect(contract(300, Every.QUARTER), {"m": 200}, {"m": 100}, months=2.0)
    year = effect(contract(1200, Every.YEAR), {"m": 200}, {"m": 100}, months=2.0)

    assert quarter.promised_pico == year.promised_pico == 100 * USD
    assert (quarter.today_pico, quarter.option_pico) == (100 * USD, 50 * USD)
    assert quarter.locked_pico == 50 * USD


def test_models_that_a_commitment_does_not_cover_do_not_count():
    terms = contract(100, models=("gpt-5.5*",))
    found = effect(terms, {"gpt-5.4": 500, "gpt-5.5": 120}, {"gpt-5.4": 590})

    assert (found.today_pico, found.option_pico) == (120 * USD, 0)
    assert (found.worth_pico, found.locked_pico) == (20 * USD, 100 * USD)


def test_half_a_shortfall_locks_half():
    terms = contract(100, shortfall_percent=Decimal(50))

    assert effect(terms, {"m": 100}, {"m": 60}).worth_pico == 20 * USD


def test_the_renewal_is_its_own_day_or_the_end_and_may_be_past():
    renewal = datetime(2026, 9, 1, tzinfo=UTC)

    assert effect(contract(100), {"m": 1}, {"m": 1}).until == datetime(2027, 1, 1)
    assert not effect(contract(100), {"m": 1}, {"m": 1}).over
    assert effect(contract(100, renewal=renewal), {"m": 1}, {"m": 1}).over


def test_a_commitment_that_is_not_in_force_says_nothing():
    assert not list(effects(contract(100), {"m": USD}, {}, 1.0, datetime(2027, 1, 1)))


@given(*(st.integers(0, 500) for _ in range(3)), st.integers(0, 100))
def test_parts_of_a_change_add_up(promised, today, option, percent):
    terms = contract(promised, shortfall_percent=Decimal(percent))
    found = effect(terms, {"m": today}, {"m": option})

    assert found.saved_pico == found.worth_pico + found.locked_pico - found.absorbed_pico
    assert min(found.locked_pico, found.absorbed_pico) == 0
    assert found.billed_option_pico >= found.option_pico
