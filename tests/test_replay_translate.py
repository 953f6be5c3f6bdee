"""What becomes of tokens, by hand; and the draws, which say the same in floats."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from models.replay.draws import cost_draws
from models.replay.factors import FactorModel, GroupFactors, Term
from models.replay.groups import Bin, Group, Parts
from models.replay.translate import UNCHANGED, Factors, cost_pico, kept_share, truncated

DOLLAR = 10**12
PARTS = Parts(
    uncached_pico=100 * DOLLAR,
    cached_pico=10 * DOLLAR,
    cached_as_uncached_pico=100 * DOLLAR,
    write_pico=4 * DOLLAR,
    write_long_pico=2 * DOLLAR,
    write_premium_pico=20 * DOLLAR,
    output_pico=200 * DOLLAR,
    reasoning_pico=50 * DOLLAR,
    tools_pico=1 * DOLLAR,
)
GROUP = Group(
    rule=1, workload="chat", team="", model_from="a", model_to="b", tier_from="standard",
    tier_to="standard", effort_from="", effort_to="", regime="<2k", agentic=False,
    band_to="short", week=None, billing="metered", events=10, requests=10, input_tokens=1000,
    cached_tokens=100, output_tokens=400, reasoning_tokens=100, logged_pico=5, parts=PARTS,
)  # fmt: skip
NO_REASONING = replace(GROUP, reasoning_tokens=0, parts=replace(PARTS, reasoning_pico=0))
CAPPED = replace(
    NO_REASONING,
    cap=50,
    truncated=2,
    bins=(
        Bin(events=8, output_tokens=240, output_pico=120 * DOLLAR, at_cap_pico=200 * DOLLAR),
        Bin(events=2, output_tokens=160, output_pico=80 * DOLLAR, at_cap_pico=50 * DOLLAR),
    ),
)
TO_FLEX = replace(
    GROUP, tier_to="flex", spill=Parts(*(2 * getattr(PARTS, name) for name in Parts.__slots__))
)
TO_BATCH = replace(GROUP, tier_to="batch", cache_kept=0.5)

CASES = {
    "nothing changes": (GROUP, Factors(), 317),
    "output ratio": (GROUP, Factors(eps=Fraction(1, 2)), 217),
    "turns": (GROUP, Factors(nu=Fraction(3, 2)), 375),
    "another tokenizer": (GROUP, Factors(kappa=Fraction(11, 10)), Fraction(3286, 10)),
    "effort is of reasoning": (GROUP, Factors(effort=Fraction(2)), 367),
    "effort is of all output": (NO_REASONING, Factors(effort=Fraction(2)), 517),
    "half the cache is lost": (GROUP, Factors(kept=Fraction(1, 2)), 362),
    "as much as was replayed": (replace(GROUP, cache_kept=0.25), Factors(), Fraction(3845, 10)),
    "stated before replayed": (replace(GROUP, cache_kept=0.25), Factors(kept=Fraction(1)), 317),
    "batch keeps less": (TO_BATCH, Factors(gamma=Fraction(1, 2)), Fraction(3845, 10)),
    "batch as logged": (replace(TO_BATCH, tier_from="batch"), Factors(gamma=Fraction(1, 2)), 362),
    "writes are new": (GROUP, Factors(written=Fraction(1, 4)), 322),
    "flex spills over": (TO_FLEX, Factors(phi=Fraction(1, 10)), Fraction(3487, 10)),
    "cap": (CAPPED, Factors(), 287),
    "cap and less output": (CAPPED, Factors(eps=Fraction(1, 2)), 217),
    "cap and more output": (CAPPED, Factors(eps=Fraction(2)), 367),
    "unpriced": (replace(GROUP, parts=Parts(), logged_pico=None), Factors(eps=Fraction(2)), 0),
}


@pytest.mark.parametrize("name", CASES)
def test_a_group_by_hand(name):
    group, factors, dollars = CASES[name]

    assert cost_pico([group], [factors]) == [dollars * DOLLAR]


def as_model(factors):
    """Return a model whose draws are certain, with one parameter per factor that is given."""
    given = {
        name: getattr(factors, name)
        for name in Factors.__slots__
        if getattr(factors, name) != getattr(UNCHANGED, name)
    }
    terms = GroupFactors(**{name: Term(name) for name in given})
    return FactorModel((), (terms,)), {name: np.full(3, float(x)) for name, x in given.items()}


@pytest.mark.parametrize("name", CASES)
def test_draws_say_the_same(name):
    group, factors, dollars = CASES[name]
    model, draws = as_model(factors)

    costs = cost_draws([group], model, draws)

    assert costs.shape == (3 if draws else 1, 1)
    assert costs == pytest.approx(np.full(costs.shape, float(dollars)), rel=1e-12)


def test_draws_add_up_by_column_and_invert():
    model = FactorModel(
        (), (GroupFactors(eps=Term("x")), GroupFactors(eps=Term("x", inverse=True)))
    )
    draws = {"x": np.array([1.0, 2.0])}

    apart = cost_draws([GROUP, GROUP], model, draws, [0, 1], 2)
    together = cost_draws([GROUP, GROUP], model, draws)

    assert apart.tolist() == [[317.0, 317.0], [517.0, 217.0]]
    assert together.tolist() == [[634.0], [734.0]]


def test_a_cost_is_rounded_once_half_even():
    parts = Parts(output_pico=1)
    groups = [replace(NO_REASONING, parts=parts)] * 2

    assert cost_pico(groups, [Factors(eps=Fraction(1, 2)), Factors(eps=Fraction(3, 2))]) == [0, 2]


def test_answers_that_end_at_the_cap():
    assert truncated(GROUP, UNCHANGED) == 0
    assert truncated(CAPPED, UNCHANGED) == 2
    assert truncated(CAPPED, Factors(eps=Fraction(2))) == 10
    assert truncated(CAPPED, Factors(eps=Fraction(1, 2))) == 0


def test_what_a_batch_keeps():
    assert kept_share(TO_BATCH, Factors(gamma=Fraction(1, 2))) == Fraction(1, 4)
    assert kept_share(replace(TO_BATCH, tier_from="batch"), Factors()) == Fraction(1, 2)
