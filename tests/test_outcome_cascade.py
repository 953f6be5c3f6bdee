"""Cascades with correlated failures, final checks and routers, against simulation."""

import numpy as np
import pytest

from models.outcome.cascade import RANGE_AFTER_FAILURE, USUAL_AFTER_FAILURE, cascade, frechet, joint
from models.outcome.checked import OutcomeError
from models.outcome.router import routed
from models.outcome.verification import Verification, benefit, break_even_escaped_error, check

N = 200_000


@pytest.mark.parametrize(
    ("pa", "pb", "pb0"), [(0.75, 0.78, 0.24), (0.5, 0.9, 0.85), (0.37, 0.39, 0.07)]
)
@pytest.mark.parametrize(("keeps", "lets_pass"), [(0.9, 0.3), (1.0, 0.0), (0.6, 0.6)])
def test_a_cascade_agrees_with_simulation(pa, pb, pb0, keeps, lets_pass):
    closed = cascade((0.2, pa), (1.0, pb), (0.05, keeps, lets_pass), pb0)

    rng = np.random.default_rng(5)
    first = rng.random(N) < pa
    both = joint(pa, pb, pb0)
    second = rng.random(N) < np.where(first, both.after_success, both.after_failure)
    accepted = rng.random(N) < np.where(first, keeps, lets_pass)
    correct = np.where(accepted, first, second)
    cost = 0.25 + ~accepted * 1.0
    for drawn, value in (
        (second, pb),
        (correct, closed.correct),
        (cost, closed.cost),
        (accepted, closed.accepted),
        (accepted & ~first, closed.accepted_wrong),
    ):
        assert abs(drawn.mean() - value) <= 3.5 * drawn.std() / np.sqrt(N) + 1e-12
    assert closed.saving == pytest.approx(1.0 - closed.cost)


def test_a_perfect_verifier_gives_the_union_of_both_models():
    closed = cascade((1, 0.7), (5, 0.8), (0, 1, 0), 0.5)

    assert closed.correct == pytest.approx(0.7 + 0.3 * 0.5)
    assert closed.cost == pytest.approx(1 + 0.3 * 5)


@pytest.mark.parametrize(
    ("pa", "pb", "b_only", "after_failure"),
    [(0.756, 0.782, 0.058, 0.24), (0.704, 0.834, 0.159, 0.54), (0.841, 0.879, 0.07, 0.44),
     (0.373, 0.388, 0.045, 0.07)],
)  # fmt: skip
def test_measured_pairs_of_models_lie_within_the_bounds(pa, pb, b_only, after_failure):
    """Same tasks solved by two models: how many of one's failures the other solves."""
    measured = b_only / (1 - pa)
    low, high = frechet(pa, pb)

    assert measured == pytest.approx(after_failure, abs=0.005)
    assert low <= measured <= high
    assert measured < pb - 0.25
    assert RANGE_AFTER_FAILURE[0] <= measured + 0.005
    assert measured - 0.005 <= RANGE_AFTER_FAILURE[1]
    assert joint(pa, pb, measured).notes == ()


def test_what_the_bounds_rule_out_is_moved_and_said():
    both = joint(0.5, 0.9)

    assert both.after_failure == pytest.approx(0.8)
    assert both.after_success == pytest.approx(1.0)
    assert "0.35" in both.notes[0]
    assert "0.8" in both.notes[0]
    assert joint(0.9, 0.9).after_failure == pytest.approx(USUAL_AFTER_FAILURE)


def test_bounds_of_draws_are_kept_in_every_draw():
    rng = np.random.default_rng(2)
    pa, pb = rng.random(2000), rng.random(2000)

    both = joint(pa, pb, rng.random(2000))

    total = pa * both.after_success + (1 - pa) * both.after_failure
    np.testing.assert_allclose(total, pb, atol=1e-9)
    assert np.all((both.after_success >= 0) & (both.after_success <= 1))
    assert "% of the draws" in both.notes[0]


@pytest.mark.parametrize("pa", [0.0, 1.0])
def test_a_first_model_that_never_or_always_succeeds(pa):
    closed = cascade((1, pa), (5, 0.6), (0, 1, 0))

    assert closed.correct == pytest.approx(max(pa, 0.6))


def test_a_cascade_is_worth_it_where_little_is_escalated():
    assert cascade((1, 0.9), (10, 0.95), (1, 0.95, 0.1)).saving > 0
    assert cascade((1, 0.1), (10, 0.95), (1, 0.95, 0.1)).saving < 0


CHECK = Verification(cost=0.60, detects=0.7, false_flags=0.05, caught=8, rework=1.5)


def test_break_even_of_a_final_check():
    value = break_even_escaped_error(0.86, CHECK)

    assert value == pytest.approx(14.78, abs=0.005)
    assert benefit(0.86, value, CHECK) == pytest.approx(0, abs=1e-12)
    assert benefit(0.86, value + 1, CHECK) == pytest.approx(0.14 * 0.7)


def test_a_check_that_finds_nothing_never_pays():
    assert break_even_escaped_error(1.0, CHECK) == np.inf


def test_a_final_check_agrees_with_simulation():
    rng = np.random.default_rng(8)
    correct = rng.random(N) < 0.86
    flagged = rng.random(N) < np.where(correct, 0.05, 0.7)
    without = ~correct * 30.0
    cost = 0.60 + np.where(flagged, np.where(correct, 1.5, 8), ~correct * 30.0)
    gain = without - cost

    closed = benefit(0.86, 30, CHECK)

    assert abs(gain.mean() - closed) <= 3 * gain.std() / np.sqrt(N)
    found = check(0.86, 0.14, CHECK)
    assert abs((flagged & ~correct).mean() - found.caught) <= 3 * 0.3 / np.sqrt(N)
    assert found.caught + found.escaped == pytest.approx(0.14)
    assert found.check_usd + found.handling_usd + found.escaped * 30 == pytest.approx(
        0.14 * 30 - closed
    )


def test_half_of_the_answers_checked_is_half_of_everything():
    half = Verification(0.60, 0.7, 0.05, 8, 1.5, share=0.5)

    assert check(0.8, 0.2, half).caught == pytest.approx(check(0.8, 0.2, CHECK).caught / 2)
    assert check(0.8, 0.2, half).check_usd == pytest.approx(0.3)


def test_a_router_mixes_costs_and_qualities_by_its_mistakes():
    shares, confusion = [0.7, 0.3], [[0.9, 0.1], [0.2, 0.8]]
    costs, success = [[1, 10], [2, 12]], [[0.95, 0.97], [0.4, 0.9]]

    mix = routed(shares, confusion, costs, success, 0.01)

    assert mix.cost == pytest.approx(0.01 + 0.7 * (0.9 + 1) + 0.3 * (0.4 + 9.6))
    assert mix.correct == pytest.approx(0.7 * (0.855 + 0.097) + 0.3 * (0.08 + 0.72))
    assert mix.misrouted == pytest.approx(0.07 + 0.06)


def test_a_router_whose_rows_do_not_add_up_is_refused():
    with pytest.raises(OutcomeError, match="row"):
        routed([0.5, 0.5], [[0.9, 0.2], [0, 1]], [[1, 1], [1, 1]], [[1, 1], [1, 1]])
    with pytest.raises(OutcomeError, match="shares"):
        routed([0.5, 0.4], [[1, 0], [0, 1]], [[1, 1], [1, 1]], [[1, 1], [1, 1]])
