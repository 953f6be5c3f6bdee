"""Published figures of routing, from small data written to have the published accuracies."""

import numpy as np
import pytest

from models.optimise.hull import upper_hull
from models.routing_metrics.mixes import (
    average_quality,
    frontier_cost_of_pass,
    oracle,
    zero_router,
)
from models.routing_metrics.pair import (
    RoutingCurve,
    RoutingError,
    average_gap_recovered,
    calls_needed,
    gap_recovered,
    lift_over_mixing,
    optimal_curve,
    random_at_rate,
    random_curve,
    threshold_curve,
)


def outcomes(both, weak_only, strong_only, neither):
    """Return whether the weak and the strong model get each item right."""
    counts = [both, weak_only, strong_only, neither]
    return np.repeat([True, True, False, False], counts), np.repeat(
        [True, False, True, False], counts
    )


# Items after decontamination; percent right: weak, strong, either.
MMLU = outcomes(8816, 742, 2496, 1983)
GSM8K = outcomes(739, 94, 382, 92)
PUBLISHED = [(MMLU, 14037, 68.0915, 80.5870, 85.8730), (GSM8K, 1307, 63.7337, 85.7689, 92.9610)]


@pytest.mark.parametrize(("data", "items", "weak", "strong", "either"), PUBLISHED)
def test_the_data_have_the_published_accuracies(data, items, weak, strong, either):
    assert len(data[0]) == items
    assert round(100 * data[0].mean(), 4) == weak
    assert round(100 * data[1].mean(), 4) == strong
    best = oracle([0.24, 24.7], np.column_stack(data))
    assert round(100 * best.quality, 4) == either


@pytest.mark.parametrize("data", [MMLU, GSM8K], ids=["mmlu", "gsm8k"])
def test_a_random_router_recovers_half_of_the_gap(data):
    """Published: APGR 0.500 and 0.497, 0.497 and 0.501 again; CPT50 50 %, CPT80 80 %."""
    rng = np.random.default_rng(0)
    curves = [threshold_curve(rng.random(len(data[0])), *data) for _ in range(60)]
    averages = np.array([average_gap_recovered(curve) for curve in curves])

    assert averages.mean() == pytest.approx(0.5, abs=3 * averages.std() / np.sqrt(60) + 5e-4)
    assert averages.mean() - 3 * averages.std() < 0.497
    assert averages.mean() + 3 * averages.std() > 0.501
    for part, published in ((0.5, (0.4903, 0.5007)), (0.8, (0.7808, 0.8008))):
        needed = np.array([calls_needed(curve, part) for curve in curves])
        assert needed.mean() == pytest.approx(part, abs=3 * needed.std() / np.sqrt(60) + 0.005)
        assert all(abs(value - part) < 3 * needed.std() for value in published)
    first = curves[0]
    np.testing.assert_allclose(first.share, np.linspace(0, 1, 11), atol=1e-3)
    assert first.recovered[[0, -1]].tolist() == [0, 1]


def test_the_expected_random_router_is_the_straight_line():
    curve = random_curve(0.68, 0.81)

    assert average_gap_recovered(curve) == pytest.approx(0.5)
    assert calls_needed(curve, 0.5) == pytest.approx(0.5)
    assert calls_needed(curve, 0.8) == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("data", "at_ten", "best", "cpt50", "cpt80", "share"),
    [
        (MMLU, 78.0915, 85.8730, 0.0625, 0.1000, 2496 / 14037),
        (GSM8K, 73.7337, 92.9610, 0.1102, 0.1763, 382 / 1307),
    ],
    ids=["mmlu", "gsm8k"],
)
def test_the_optimal_curve_spends_strong_calls_where_only_they_help(
    data, at_ten, best, cpt50, cpt80, share
):
    curve = optimal_curve(*data)

    percent = 100 * curve.quality
    assert percent[0] == pytest.approx(100 * data[0].mean())
    assert percent[1] == pytest.approx(at_ten, abs=5e-5)
    assert percent[3:] == pytest.approx(best, abs=5e-5)
    fine = optimal_curve(*data, bins=100_000)
    assert calls_needed(fine, 0.5) == pytest.approx(cpt50, abs=1e-4)
    assert calls_needed(fine, 0.8) == pytest.approx(cpt80, abs=1e-4)
    assert average_gap_recovered(curve) > 1.1
    assert oracle([1, 9], np.column_stack(data)).share[1] == pytest.approx(share)


def test_a_router_that_scores_right_is_the_optimal_one_until_it_has_to_waste_calls():
    weak, strong = GSM8K
    scores = (strong.astype(int) - weak.astype(int)) + np.random.default_rng(1).random(1307) / 2
    curve, best = threshold_curve(scores, weak, strong), optimal_curve(weak, strong)

    np.testing.assert_allclose(curve.quality[:3], best.quality[:3], atol=1e-3)
    assert curve.quality[-1] == strong.mean()


def test_escalating_always_is_worse_than_mixing_by_what_the_cheap_calls_cost():
    """Costs: weak model 1, verifier 1, strong model 50. Published: -3.92 %."""
    weak, strong = GSM8K
    always = (1 + 1 + 50, strong.mean())

    lift = lift_over_mixing(always, (1, weak.mean()), (50, strong.mean()))

    assert 100 * lift == pytest.approx(-3.92, abs=0.005)
    assert lift == pytest.approx(49 / 51 - 1)


def test_a_perfect_verifier_lifts():
    weak, strong = GSM8K
    escalated = ~weak
    router = (2 + 50 * escalated.mean(), (weak | strong).mean())

    assert lift_over_mixing(router, (1, weak.mean()), (50, strong.mean())) > 1


# 800 items: 546 right by the cheap model, 582 by the strong one, which repairs 64 and breaks 28.
MINI = outcomes(518, 28, 64, 190)
CHEAP, STRONG = (0.00029186, 546 / 800), (0.00079930, 582 / 800)


def test_counts_of_eight_hundred_items_hang_together():
    weak, strong = MINI
    assert (weak.sum(), strong.sum(), (weak | strong).sum()) == (546, 582, 610)

    best = oracle([CHEAP[0], STRONG[0]], np.column_stack(MINI))

    assert best.quality * 800 == pytest.approx(610)
    assert best.share == (736 / 800, 64 / 800)


@pytest.mark.parametrize(
    ("cost", "right", "above"), [(0.00068789, 577, True), (0.00067258, 576, True),
                                 (0.00078259, 576, False)],
    ids=["by task", "cascade", "learned"],
)  # fmt: skip
def test_a_router_must_beat_mixing_the_models_at_its_own_cost(cost, right, above):
    mixed = zero_router([CHEAP[0], STRONG[0]], [CHEAP[1], STRONG[1]], cost)

    assert (right / 800 > mixed) == above


def test_the_learned_router_loses_to_chance_at_its_own_rate():
    mean, sd = random_at_rate(767 / 800, *MINI)

    assert mean == pytest.approx(0.7252, abs=3 * sd / np.sqrt(100)), "a mean of 100 draws"
    assert sd == pytest.approx(0.00253, rel=0.2)
    assert 100 * (576 / 800 - mean) == pytest.approx(-0.52, abs=0.06)
    assert gap_recovered(576 / 800, CHEAP[1], STRONG[1]) == pytest.approx(30 / 36)


def test_chance_at_a_rate_agrees_with_simulation():
    rng = np.random.default_rng(2)
    picks = np.argsort(rng.random((2000, 800)), axis=1) < 300
    drawn = np.where(picks, MINI[1], MINI[0]).mean(axis=1)

    mean, sd = random_at_rate(300 / 800, *MINI)

    assert drawn.mean() == pytest.approx(mean, abs=3 * sd / np.sqrt(2000))
    assert drawn.std() == pytest.approx(sd, rel=0.06)


def test_calls_needed_are_the_least_on_a_curve_that_dips():
    curve = RoutingCurve(np.array([0, 0.25, 0.5, 1]), np.array([0, 0.6, 0.4, 1.0]), 0, 1)

    assert calls_needed(curve, 0.5) == pytest.approx(0.25 * 5 / 6)
    assert calls_needed(curve, 1.01) is None


def test_models_that_are_as_good_have_no_gap():
    with pytest.raises(RoutingError, match="no gap"):
        random_curve(0.7, 0.7)
    with pytest.raises(RoutingError, match="difference"):
        lift_over_mixing((2, 0.5), (1, 0.5), (1, 0.6))


def test_the_oracle_takes_the_cheapest_correct_else_the_cheapest():
    best = oracle([[3, 1, 2], [3, 1, 2], [1, 5, 9]], [[1, 0, 1], [0, 0, 0], [0, 1, 1]])

    assert best.cost == pytest.approx((2 + 1 + 5) / 3)
    assert best.quality == pytest.approx(2 / 3)
    assert best.share == pytest.approx((0, 2 / 3, 1 / 3))


# Accuracy and total dollars of models over ten data sets.
NAMED = {
    "deepseek-v3": (16.22, 43.32),
    "qwen3-235b": (21.94, 55.08),
    "qwen3-thinking": (119.95, 58.27),
    "gpt-5": (416.31, 65.62),
}


def test_published_pareto_models_lie_in_this_order_on_cost_and_quality():
    costs, quality = zip(*NAMED.values(), strict=True)

    assert upper_hull(costs, quality) == [0, 1, 2, 3]
    without = zero_router([16.22, 21.94, 416.31], [43.32, 55.08, 65.62], 119.95)
    assert without == pytest.approx(55.08 + (119.95 - 21.94) / (416.31 - 21.94) * 10.54)
    assert without < 58.27


def test_average_quality_of_the_paper_and_of_its_program():
    costs, quality = [1, 2, 4], [0.5, 0.7, 0.8]
    area = 0.6 + 2 * 0.75

    assert average_quality(costs, quality) == pytest.approx(area / 3)
    assert average_quality(costs, quality, variant="code") == pytest.approx(area / 4)


def test_average_quality_over_a_shared_range_stays_level_after_the_last_point():
    assert average_quality([1, 2], [0.5, 0.7], (1, 4)) == pytest.approx((0.6 + 1.4) / 3)
    below = average_quality([1, 2], [0.5, 0.7], (0.5, 2))
    assert below == pytest.approx((0.5 * (0.25 + 0.5) / 2 + 0.6) / 1.5)
    assert average_quality([1, 4], [0.7, 0.5]) == pytest.approx(0.7), "never falls"
    with pytest.raises(RoutingError, match="range"):
        average_quality([1], [0.5])


def test_cost_of_pass_is_averaged_over_problems_not_over_accuracy():
    costs, success = [0.1, 1.0], [[0.5, 1.0], [0.0, 0.5], [0.0, 0.0]]

    assert frontier_cost_of_pass(costs, success, 20) == pytest.approx((0.2 + 2 + 20) / 3)
    assert frontier_cost_of_pass(costs, success) == np.inf
