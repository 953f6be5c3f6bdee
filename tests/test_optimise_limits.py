"""Plans under side constraints, and the frontier."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.optimise.constrained import Limits, best_within
from models.optimise.frontier import frontier, non_dominated
from models.optimise.segments import InfeasibleError, OptimiseError, Option, Segment

SMALL = Option("small", 1.0, 0.5)
LARGE = Option("large", 3.0, 0.9)
PRO = Option("pro", 30.0, 0.95)
SEGMENTS = [
    Segment("chat short", 60, (SMALL, LARGE, PRO), workload="chat"),
    Segment("chat long", 20, (SMALL, LARGE), workload="chat"),
    Segment("code", 20, (Option("small", 2, 0.2), Option("large", 5, 0.7)), workload="code"),
]


def used(plan, option):
    return sum(choice.requests for choice in plan.choices if choice.option == option)


def test_the_least_quality_of_a_workload_is_met_at_the_least_cost():
    plan = best_within(SEGMENTS, Limits(least_quality={"code": 0.45}), cheapest=True)

    code = {c.option: c.requests for c in plan.choices if c.segment == "code"}
    assert code == {"small": pytest.approx(10), "large": pytest.approx(10)}
    assert used(plan, "small") == pytest.approx(90)


def test_a_workload_is_held_to_its_average_over_its_segments():
    plan = best_within(SEGMENTS, Limits(least_quality={"chat": 0.6}), cheapest=True)

    chat = [c for c in plan.choices if c.segment.startswith("chat") and c.option == "large"]
    assert sum(c.requests for c in chat) == pytest.approx(20)


def test_the_share_and_the_requests_of_a_model_are_limited():
    plan = best_within(
        SEGMENTS, Limits(budget=1000, most_share={"large": 0.3}, most_requests={"pro": 5})
    )

    assert used(plan, "large") == pytest.approx(30)
    assert used(plan, "pro") == pytest.approx(5)
    assert plan.cost <= 1000 + 1e-6


def test_least_total_quality_at_the_least_cost_is_the_inverse_of_the_budget():
    best = best_within(SEGMENTS, Limits(budget=200))

    back = best_within(SEGMENTS, Limits(least_total_quality=best.quality / 100), cheapest=True)

    assert back.cost == pytest.approx(200, rel=1e-6)


def test_options_of_one_model_are_limited_together():
    fast = Option("large, fast", 6.0, 0.92, model="large")
    slow = Option("large, batch", 1.5, 0.9, model="large")
    plan = best_within(
        [Segment("chat", 10, (SMALL, fast, slow))], Limits(most_requests={"large": 4})
    )

    assert used(plan, "large, fast") + used(plan, "large, batch") == pytest.approx(4)


def test_whole_requests_are_whole():
    plan = best_within(SEGMENTS, Limits(budget=201.5), whole_requests=True)

    assert all(choice.requests == int(choice.requests) for choice in plan.choices)


def test_limits_that_cannot_be_kept_are_named():
    limits = Limits(budget=100, least_quality={"chat": 0.5}, most_share={"pro": 0.5})
    with pytest.raises(InfeasibleError, match=r"keeps to budget$"):
        best_within(SEGMENTS, limits)
    with pytest.raises(InfeasibleError, match="least quality"):
        best_within(SEGMENTS, Limits(least_quality={"code": 0.71}))
    both = Limits(least_quality={"code": 0.7}, most_share={"large": 0.1})
    with pytest.raises(InfeasibleError, match="least quality and most share together"):
        best_within(SEGMENTS, both)


def test_a_limit_on_what_is_not_there_is_refused():
    with pytest.raises(OptimiseError, match=r"'nano'.*large, pro, small"):
        best_within(SEGMENTS, Limits(most_share={"nano": 0.1}))
    with pytest.raises(OptimiseError, match="'legal'"):
        best_within(SEGMENTS, Limits(least_quality={"legal": 0.1}))


def test_the_frontier_keeps_what_nothing_beats():
    costs, qualities = [3, 1, 2, 2, 4], [0.9, 0.5, 0.7, 0.6, 0.9]

    assert frontier(costs, qualities) == [1, 2, 0]
    assert non_dominated(costs, qualities).tolist() == [True, True, True, False, False]


def test_equal_points_do_not_beat_each_other_and_unknown_quality_is_not_on_the_frontier():
    assert frontier([1, 1, 0.5], [0.5, 0.5, float("nan")]) == [0, 1]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12))
def test_the_frontier_agrees_with_its_definition(points):
    kept = non_dominated([c for c, _ in points], [q for _, q in points])

    for (cost, quality), on in zip(points, kept, strict=True):
        beaten = any(c <= cost and q >= quality and (c, q) != (cost, quality) for c, q in points)
        assert on != beaten


def test_every_draw_has_its_own_frontier():
    costs = np.array([[1.0, 2.0], [2.0, 1.0]])

    assert non_dominated(costs, np.array([0.5, 0.5])).tolist() == [[True, False], [False, True]]
