"""The budget optimum: hulls against a solver, both ends, ties, and what cannot be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.optimise.budget import Knapsack, best_for_budget
from models.optimise.constrained import Limits, best_within
from models.optimise.hull import mixed_quality, upper_hull
from models.optimise.segments import InfeasibleError, OptimiseError, Option, Segment


def drawn(seed, segments, options=5, requests=1):
    rng = np.random.default_rng(seed)
    return [
        Segment(
            f"s{i}",
            int(rng.integers(1, requests + 1)),
            tuple(
                Option(f"o{j}", cost, quality)
                for j, (cost, quality) in enumerate(
                    zip(rng.lognormal(-3, 1, options), rng.random(options), strict=True)
                )
            ),
            value=rng.uniform(0.5, 2),
        )
        for i in range(segments)
    ]


def ends(segments):
    low = sum(s.requests * min(o.cost for o in s.options) for s in segments)
    high = sum(s.requests * max(o.cost for o in s.options) for s in segments)
    return low, high


def test_the_hull_leaves_out_what_a_mix_beats():
    costs, qualities = [1, 2, 3, 4, 5], [0.1, 0.5, 0.6, 0.9, 0.8]

    assert upper_hull(costs, qualities) == [0, 1, 3]


def test_the_hull_of_equals_and_of_points_on_a_line():
    assert upper_hull([1, 1, 1], [0.5, 0.7, 0.7]) == [1]
    assert upper_hull([0, 1, 2, 3], [0, 1, 2, 3]) == [0, 3]
    assert upper_hull([2], [0.3]) == [0]
    assert upper_hull([1, 2], [0.9, 0.3]) == [0]


points = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=12)


@given(points)
def test_no_point_lies_above_the_hull(drawn):
    costs, qualities = [c for c, _ in drawn], [q for _, q in drawn]

    assert np.all(mixed_quality(costs, qualities, costs) >= np.array(qualities) - 1e-9)
    assert np.isnan(mixed_quality(costs, qualities, min(costs) - 1))


@pytest.mark.parametrize("size", [1, 5, 40, 200])
@pytest.mark.parametrize("requests", [1, 7])
def test_relaxed_is_above_exact_is_above_whole_requests(size, requests):
    for seed in range(4):
        segments = drawn(seed, size, requests=requests)
        low, high = ends(segments)
        budget = low + (0.05 + 0.2 * seed) * (high - low)
        relaxed = best_for_budget(segments, budget)
        exact = best_within(segments, Limits(budget=budget), whole_requests=True)
        whole = best_for_budget(segments, budget, whole_requests=True)

        assert relaxed.quality >= exact.quality - 1e-6
        assert exact.quality >= whole.quality - 1e-6
        assert whole.quality >= relaxed.quality - whole.gap - 1e-9
        assert max(relaxed.cost, whole.cost) <= budget * (1 + 1e-9)
        again = best_within(segments, Limits(budget=budget))
        assert again.quality == pytest.approx(relaxed.quality, rel=1e-7)


def test_at_most_one_segment_is_split():
    segments = drawn(3, 60, requests=1000)
    plan = best_for_budget(segments, sum(ends(segments)) / 2)

    names = [choice.segment for choice in plan.choices]
    assert len(names) <= len(segments) + 1
    for segment in segments:
        there = [choice for choice in plan.choices if choice.segment == segment.name]
        assert sum(choice.share for choice in there) == pytest.approx(1)
        assert sum(choice.requests for choice in there) == pytest.approx(segment.requests)


SMALL = Option("small", 1.0, 0.5)
LARGE = Option("large", 3.0, 0.9)
TEN = [Segment("chat", 10, (SMALL, LARGE))]


@pytest.mark.parametrize(
    ("budget", "quality", "shadow"), [(10, 5, 0.2), (20, 7, 0.2), (30, 9, 0), (99, 9, 0)]
)
def test_both_ends_of_the_budget(budget, quality, shadow):
    plan = best_for_budget(TEN, budget)

    assert plan.quality == pytest.approx(quality)
    assert plan.cost == pytest.approx(min(budget, 30))
    assert plan.shadow_price == pytest.approx(shadow)


def test_the_shadow_price_is_what_one_more_dollar_buys():
    knapsack = Knapsack(drawn(9, 30, requests=1000))
    low, high = ends(knapsack.segments)
    budget = low + 0.3 * (high - low)

    plan, more = knapsack.best(budget), knapsack.best(budget + 1e-6)

    assert (more.quality - plan.quality) / 1e-6 == pytest.approx(plan.shadow_price, rel=1e-3)


def test_whole_requests_fill_what_is_left_with_later_steps():
    segments = [*TEN, Segment("tags", 5, (Option("small", 0.0, 0.0), Option("mid", 0.4, 0.07)))]

    plan = best_for_budget(segments, 15, whole_requests=True)

    assert {(c.segment, c.option): c.requests for c in plan.choices} == {
        ("chat", "small"): 8,
        ("chat", "large"): 2,
        ("tags", "small"): 3,
        ("tags", "mid"): 2,
    }
    assert plan.gap == pytest.approx(0.4)


def test_a_budget_below_the_cheapest_options_is_refused_with_both_amounts():
    with pytest.raises(InfeasibleError, match=r"cost 10, more than the budget of 9\.5"):
        best_for_budget(TEN, 9.5)


def test_identical_options_and_ties_give_the_first_named():
    same = Segment("s", 4, (Option("a", 1, 0.5), Option("b", 1, 0.5)))

    plan = best_for_budget([same], 10)

    assert [(c.option, c.requests) for c in plan.choices] == [("a", 4)]
    twins = [Segment("x", 2, (SMALL, LARGE)), Segment("y", 2, (SMALL, LARGE))]
    assert best_for_budget(twins, 8) == best_for_budget(twins, 8)
    assert best_for_budget(twins, 8).quality == pytest.approx(2.8)


def test_the_curve_holds_every_optimum():
    knapsack = Knapsack(drawn(4, 25, requests=50))
    curve = knapsack.curve()

    assert np.all(np.diff(curve.shadow_price) <= 1e-9)
    for at in (0.0, 0.2, 0.7, 1.0):
        budget = curve.cost[0] + at * (curve.cost[-1] - curve.cost[0])
        on_curve = np.interp(budget, curve.cost, curve.quality)
        assert knapsack.best(budget).quality == pytest.approx(on_curve)


def test_a_plan_for_a_value_is_the_argmax_of_every_segment_and_lies_on_the_curve():
    knapsack = Knapsack(drawn(5, 40, requests=20))
    for value in (0.0, 0.01, 0.1, 1.0, 100.0):
        plan = knapsack.for_value(value)
        best = sum(
            s.requests * max(value * s.value * o.quality - o.cost for o in s.options)
            for s in knapsack.segments
        )
        assert value * plan.quality - plan.cost == pytest.approx(best)
        assert knapsack.best(plan.cost).quality == pytest.approx(plan.quality)
        assert value == 0 or plan.shadow_price == 1 / value


def test_the_greedy_gap_to_the_exact_optimum_is_small():
    segments = drawn(1, 200)
    low, high = ends(segments)
    budget = low + 0.3 * (high - low)

    exact = best_within(segments, Limits(budget=budget), whole_requests=True)
    whole = best_for_budget(segments, budget, whole_requests=True)

    assert 1 - whole.quality / exact.quality < 1e-3


def test_unknown_qualities_and_segments_without_options_are_refused():
    with pytest.raises(OptimiseError, match="chat, option x"):
        best_for_budget([Segment("chat", 1, (Option("x", 1, float("nan")),))], 5)
    with pytest.raises(OptimiseError, match="no option"):
        best_for_budget([Segment("chat", 1, ())], 5)
    with pytest.raises(OptimiseError):
        Knapsack(TEN).for_value(-1)


def test_no_segments_cost_nothing():
    assert best_for_budget([Segment("none", 0, (SMALL,))], 0).choices == ()


option_lists = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=4)


@given(
    st.lists(st.tuples(st.integers(1, 4), option_lists), min_size=1, max_size=4), st.integers(0, 60)
)
def test_the_order_of_solutions_holds_with_ties_and_equal_options(drawn, above):
    segments = [
        Segment(str(i), n, tuple(Option(str(j), c, q) for j, (c, q) in enumerate(options)))
        for i, (n, options) in enumerate(drawn)
    ]
    budget = ends(segments)[0] + above / 4

    relaxed = best_for_budget(segments, budget)
    exact = best_within(segments, Limits(budget=budget), whole_requests=True)
    whole = best_for_budget(segments, budget, whole_requests=True)

    assert relaxed.quality >= exact.quality - 1e-6
    assert exact.quality >= whole.quality - 1e-6
    assert whole.quality >= relaxed.quality - whole.gap - 1e-9
    assert max(relaxed.cost, whole.cost) <= budget + 1e-6
    for segment in segments:
        used = [c.requests for c in whole.choices if c.segment == segment.name]
        assert sum(used) == segment.requests
        assert all(n == int(n) > 0 for n in used)


def test_a_budget_that_is_no_number_is_refused():
    with pytest.raises(OptimiseError, match="budget"):
        best_for_budget(TEN, float("nan"))
    assert best_for_budget(TEN, float("inf")).quality == pytest.approx(9)
