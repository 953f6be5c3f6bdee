"""Retries: closed forms against simulation, and the figures that were published or derived."""

import numpy as np
import pytest
from scipy import special

from models.outcome.attempts import all_fail, attempts_until, cost_of_pass
from models.outcome.checked import OutcomeError

N = 200_000


def simulated(success, attempts, icc, detection, seed=1):
    """Return calls, correct, to human, wrong of N tasks, each with its own chance of success."""
    rng = np.random.default_rng(seed)
    spread = 1 / icc - 1 if icc else None
    chance = rng.beta(success * spread, (1 - success) * spread, N) if icc else np.full(N, success)
    open_, calls = np.ones(N, bool), np.zeros(N)
    correct, wrong = np.zeros(N, bool), np.zeros(N, bool)
    for _ in range(attempts):
        calls += open_
        solved = open_ & (rng.random(N) < chance)
        unseen = open_ & ~solved & (rng.random(N) >= detection)
        correct, wrong = correct | solved, wrong | unseen
        open_ &= ~solved & ~unseen
    return calls, correct, open_, wrong


@pytest.mark.parametrize("success", [0.1, 0.5, 0.75, 0.95])
@pytest.mark.parametrize("attempts", [1, 3, 6])
@pytest.mark.parametrize(("icc", "detection"), [(0, 1), (0, 0.6), (0.3, 0.8), (0.6, 1), (0.6, 0)])
def test_attempts_agree_with_simulation(success, attempts, icc, detection):
    expected = attempts_until(success, attempts, icc, detection)

    # 240 comparisons: at 3 sigma one of them would be out by chance.
    drawn = simulated(success, attempts, icc, detection)
    for part, closed in zip(
        drawn, (expected.calls, expected.correct, expected.to_human, expected.wrong), strict=True
    ):
        assert abs(part.mean() - closed) <= 3.5 * part.std() / np.sqrt(N) + 3 / N


def test_the_three_endings_add_up_to_one_for_arrays_of_draws():
    rng = np.random.default_rng(3)
    ends = attempts_until(rng.random(500), 4, rng.random(500), rng.random(500))

    np.testing.assert_allclose(ends.correct + ends.to_human + ends.wrong, 1, atol=1e-12)
    assert np.all((ends.calls >= 1) & (ends.calls <= 4))


def test_without_correlation_attempts_are_independent():
    p = np.linspace(0, 1, 21)
    for k in range(6):
        np.testing.assert_allclose(all_fail(p, k, 0.0), (1 - p) ** k, atol=1e-15)
        np.testing.assert_allclose(all_fail(p, k, 1e-12), (1 - p) ** k, atol=1e-9)


def test_with_full_correlation_only_the_first_attempt_decides():
    assert all_fail(0.75, 9, 1.0) == pytest.approx(0.25)


def test_all_fail_is_a_ratio_of_beta_functions():
    p, icc, k = 0.3, 0.42, 7
    a, b = p * (1 / icc - 1), (1 - p) * (1 / icc - 1)

    ratio = np.exp(special.betaln(a, b + k) - special.betaln(a, b))

    assert all_fail(p, k, icc) == pytest.approx(ratio, rel=1e-12)


def test_expected_calls_are_one_over_p_times_what_gets_solved():
    ends = attempts_until(0.3, 5, 0.0)

    assert ends.calls == pytest.approx((1 - 0.7**5) / 0.3)
    assert ends.correct == pytest.approx(1 - 0.7**5)


@pytest.mark.parametrize(("icc", "solved"), [(0.0, 0.984), (0.3, 0.929), (0.6, 0.858)])
def test_three_attempts_at_three_in_four(icc, solved):
    assert attempts_until(0.75, 3, icc).correct == pytest.approx(solved, abs=5e-4)


def test_independent_attempts_would_leave_nothing_unsolved():
    """A mean success of 25 % over 54 attempts; 41.7 % of the problems were never solved."""
    assert all_fail(0.25, 54, 0.0) == pytest.approx(1.8e-7, rel=0.01)
    assert all_fail(0.25, 54, 0.5) > 0.2


def test_undetected_failures_make_retries_useless():
    ends = attempts_until(0.6, 5, 0.2, 0.0)

    assert ends.calls == 1
    assert ends.correct == pytest.approx(0.6)
    assert ends.wrong == pytest.approx(0.4)


def test_cost_adds_calls_repair_and_escaped_errors():
    ends = attempts_until(0.5, 1, 0.0, 0.5)

    assert ends.cost(0.1, 8, 40) == pytest.approx(0.1 + 0.25 * 8 + 0.25 * 40)


def test_cost_of_pass():
    assert cost_of_pass(5.65, 0.52) == pytest.approx(10.87, abs=0.005)
    assert cost_of_pass(7.23, 0.67) == pytest.approx(10.79, abs=0.005)
    assert cost_of_pass(1, 0.0) == np.inf
    assert cost_of_pass(0.0, 0.5) == 0
    assert cost_of_pass(2, 1.0, 0.7) == 2


def test_cost_of_pass_with_correlated_attempts():
    p, icc = 0.6, 0.2
    a, b = p * (1 / icc - 1), (1 - p) * (1 / icc - 1)
    assert cost_of_pass(1, p, icc) == pytest.approx((a + b - 1) / (a - 1))
    assert cost_of_pass(1, p, icc) == pytest.approx(attempts_until(p, 4000, icc).calls, rel=2e-3)
    assert cost_of_pass(1, 0.5, 0.5) == np.inf


@pytest.mark.parametrize("bad", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(bad):
    with pytest.raises(OutcomeError, match="success"):
        attempts_until(np.array([0.5, bad]), 2)


def test_no_attempt_is_refused():
    with pytest.raises(OutcomeError, match="attempts"):
        attempts_until(0.5, 0)
