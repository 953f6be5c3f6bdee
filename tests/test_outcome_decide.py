"""Break-evens: closed forms against root finding, and the figures derived from measurements."""

import numpy as np
import pytest
from scipy.optimize import brentq

from models.outcome.caps import best_logged_cap, best_lognormal_cap, lognormal_cap
from models.outcome.checked import OutcomeError
from models.outcome.decide import (
    break_even_output,
    break_even_repair,
    break_even_turns,
    cost_ratio,
    output_needed,
    payback_months,
    pays_on_api_cost,
    success_needed,
    turns_needed,
)
from models.outcome.review import delay_cost, repair_cost, review_cost


@pytest.mark.parametrize(
    ("share", "needed"), [(0.6, 0.167), (0.7, 0.286), (0.8, 0.375), (1.0, 0.5)]
)
def test_break_even_output_when_prices_double(share, needed):
    assert break_even_output(share, 2, 2).value == pytest.approx(needed, abs=5e-4)
    assert break_even_output(share, 2, 2).value == pytest.approx(1 - 1 / (2 * share))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.5])
def test_no_output_reduction_pays_for_a_doubled_price_of_input(share):
    found = break_even_output(share, 2, 2)

    assert found.value is None
    assert "no output" in found.reason or f"{200 * (1 - share):.0f} %" in found.reason


def test_where_no_output_is_short_enough_fewer_turns_may_be():
    reason = break_even_output(0.3, 2, 2, output=0.75).reason

    assert "input alone costs 140 %" in reason
    assert "turns per task must fall to 0.39" in reason
    assert "turns" not in break_even_output(0.5, 2, 2).reason


def test_break_even_output_is_the_root_of_the_cost_ratio():
    rng = np.random.default_rng(11)
    share, nu = rng.uniform(0.01, 1, 1000), rng.uniform(0.3, 1.6, 1000)
    rho_in, rho_out = rng.uniform(0.2, 6, 1000), rng.uniform(0.2, 6, 1000)
    closed = output_needed(share, rho_in, rho_out, nu)
    exists = 0
    for i in range(1000):
        args = (share[i], rho_in[i], rho_out[i], nu[i])
        without = cost_ratio(*args, 0.0)
        if without >= 1:
            assert np.isnan(closed[i])
            continue
        exists += 1
        root = brentq(lambda eps, args=args: cost_ratio(*args, eps) - 1, 0, 1e4)
        assert closed[i] == pytest.approx(root, rel=1e-9, abs=1e-9)
    assert 100 < exists < 900


def test_break_even_turns_is_the_root_of_the_cost_ratio():
    nu = turns_needed(0.3, 2, 2, 0.8)

    assert cost_ratio(0.3, 2, 2, nu, 0.8) == pytest.approx(1)
    assert nu == pytest.approx((1 / 2 - 0.3 * 0.8) / 0.7)
    assert break_even_turns(0.9, 2, 2).value is None
    assert "output alone costs 180 %" in break_even_turns(0.9, 2, 2).reason
    assert break_even_turns(1.0, 0.5, 0.5).value is None


def test_cost_ratio_of_unchanged_tokens_is_the_price_ratio():
    assert cost_ratio(0.37, 2, 2) == pytest.approx(2)


# Median completion tokens of those who switched from the one model to the other, by prompt size.
BUCKETS = [
    (1_000, 121, 129),
    (6_000, 140, 213),
    (17_500, 211, 143),
    (37_500, 185, 150),
    (89_000, 188, 136),
    (150_000, 215, 143),
]


def test_measured_completions_leave_a_doubled_price_doubled():
    """At $2.50, $0.25 and $15 per million and then twice that, nothing or 80 % cached."""
    ratios = []
    for prompt, before, after in BUCKETS:
        for cached in (0.0, 0.8):
            read = prompt * (2.5 * (1 - cached) + 0.25 * cached)
            share = before * 15 / (read + before * 15)
            ratios.append(cost_ratio(share, 2, 2, 1, after / before))

    assert min(ratios) == pytest.approx(1.87, abs=0.005)
    assert max(ratios) == pytest.approx(2.35, abs=0.005)


@pytest.mark.parametrize(
    ("cost_a", "cost_b", "p_a", "p_b", "usd", "digits"),
    [
        (0.632, 1.508, 0.756, 0.782, 34, 0),
        (0.40, 1.17, 0.738, 0.780, 18, 0),
        (0.470, 0.916, 0.704, 0.834, 3.4, 1),
        (0.35, 1.11, 0.725, 0.804, 9.6, 1),
        (0.477, 0.657, 0.841, 0.879, 4.7, 1),
        (5.65, 7.23, 0.52, 0.67, 10.5, 1),
    ],
)
def test_repair_cost_at_which_measured_upgrades_pay(cost_a, cost_b, p_a, p_b, usd, digits):
    found = break_even_repair(cost_a, cost_b, p_a, p_b)

    assert found.pays == "at least"
    assert round(found.usd, digits) == usd
    assert success_needed(cost_a, cost_b, p_a, found.usd).value == pytest.approx(p_b)


def test_repair_break_even_in_every_direction():
    assert break_even_repair(0.22, 0.28, 0.848, 0.848).pays == "never"
    assert break_even_repair(0.22, 0.28, 0.848, 0.7).pays == "never"
    assert break_even_repair(0.28, 0.22, 0.7, 0.848).pays == "always"
    assert break_even_repair(0.28, 0.28, 0.7, 0.7).pays == "always"
    cheaper = break_even_repair(1.0, 0.4, 0.9, 0.8)
    assert cheaper.pays == "at most"
    assert cheaper.usd == pytest.approx(6)


def test_pays_on_api_cost_alone():
    assert pays_on_api_cost(5.65, 7.23, 0.52, 0.67)
    assert not pays_on_api_cost(0.632, 1.508, 0.756, 0.782)
    assert not pays_on_api_cost(1, 2, 0.51, 1.0), "P_a above 1 / R rules it out"
    assert not pays_on_api_cost(1, 0.5, 0.0, 0.0)
    draws = pays_on_api_cost(1, np.array([1.0, 2.0]), 0.5, np.array([0.6, 0.9]))
    assert draws.tolist() == [True, False]


def test_success_needed_says_when_it_is_out_of_reach():
    assert success_needed(1, 2, 0.9, 5).value is None
    assert "110 %" in success_needed(1, 2, 0.9, 5).reason
    assert success_needed(1, 2, 0.9, 0).value is None


def test_payback():
    assert payback_months(6000, 1500) == 4
    assert payback_months(6000, 0) == np.inf
    assert payback_months(0, -5) == 0
    with pytest.raises(OutcomeError):
        payback_months(-1, 5)


@pytest.mark.parametrize(
    ("failure", "tokens", "truncated", "saved"),
    [(0.10, 6584, 0.023, 0.028), (0.50, 55759, None, 0.0003)],
)
def test_best_cap_of_lognormal_output(failure, tokens, truncated, saved):
    cap = best_lognormal_cap(600, 1.2, 30e-6, failure)

    assert cap.tokens == pytest.approx(tokens, rel=2e-3)
    assert cap.saving_share == pytest.approx(saved, rel=0.1)
    assert truncated is None or cap.truncated == pytest.approx(truncated, abs=5e-4)
    for other in (0.97, 1.03):
        beside = lognormal_cap(other * cap.tokens, 600, 1.2, 30e-6, failure)
        assert beside.saving_usd < cap.saving_usd


def test_a_cap_agrees_with_simulation():
    rng = np.random.default_rng(4)
    drawn = 600 * np.exp(1.2 * rng.standard_normal(400_000))
    gain = 30e-6 * np.maximum(drawn - 3000, 0) - (drawn > 3000) * 0.01

    cap = lognormal_cap(3000, 600, 1.2, 30e-6, 0.01)

    assert abs(gain.mean() - cap.saving_usd) <= 3 * gain.std() / np.sqrt(len(drawn))
    assert (drawn > 3000).mean() == pytest.approx(cap.truncated, abs=0.002)


def test_no_cap_saves_where_the_hazard_never_reaches_the_price():
    assert best_lognormal_cap(600, 1.2, 30e-6, 1e-9) is None
    with pytest.raises(OutcomeError):
        best_lognormal_cap(600, 1.2, 30e-6, 0)


def test_best_cap_of_logged_output():
    tokens, requests = [100, 200, 300, 50_000], [500, 300, 190, 10]

    cap = best_logged_cap(tokens, requests, 30e-6, 0.10)

    assert cap.tokens == 300
    assert cap.truncated == pytest.approx(0.01)
    assert cap.saving_usd == pytest.approx(0.01 * (49_700 * 30e-6 - 0.10))
    assert cap.saving_share == pytest.approx(cap.saving_usd * 1000 / (30e-6 * 667_000))
    assert best_logged_cap(tokens, requests, 30e-6, 10.0) is None
    assert best_logged_cap([0, 0], [1, 1], 30e-6, 0.1) is None


def test_hours_are_paid_by_the_minute():
    assert repair_cost(30, 80) == pytest.approx(40)
    assert review_cost(0.1, 4) == pytest.approx(0.4)
    assert delay_cost(1800, 10) == pytest.approx(5)
