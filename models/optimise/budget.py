"""The most successes for a budget: a multiple-choice knapsack by its increments.

Along each segment's convex hull every step up costs more and brings more, less and less per
dollar. Taking all segments' steps in the order of what they bring per dollar until the budget is
used is the optimum of the relaxed problem (Sinha and Zoltners, Operations Research 27, 1979); at
most one step is taken in part. In whole requests at most that one request's gain is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isnan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.optimise.hull import upper_hull
from models.optimise.segments import (
    InfeasibleError,
    OptimiseError,
    Plan,
    Segment,
    checked_segments,
    planned,
)

#: What rounding may put a sum of costs above the same sum in another order.
_ROUNDING = 1e-9


class Step(NamedTuple):
    """A step up a segment's hull, for each of its requests.

    Attributes:
        segment: Place of the segment.
        level: Which step of the segment it is, from 1.
        cost: More US dollars per request.
        gain: More weighted successes per request.
    """

    segment: int
    level: int
    cost: float
    gain: float

    @property
    def per_dollar(self) -> float:
        """Successes that a dollar buys here."""
        return self.gain / self.cost


@dataclass(frozen=True, slots=True)
class Curve:
    """The best quality for every budget: straight between these points.

    Attributes:
        cost: US dollars, from every segment's cheapest option to the last step that brings more.
        quality: Expected weighted successes at each.
        shadow_price: Successes that the next dollar buys, from each point on; 0 at the last.
    """

    cost: NDArray[np.float64]
    quality: NDArray[np.float64]
    shadow_price: NDArray[np.float64]


class Knapsack:
    """Segments prepared for any number of budgets."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.segments = checked_segments(segments)
        self.hulls = [_hull(segment) for segment in self.segments]
        self.steps = sorted(
            _steps(self.segments, self.hulls), key=lambda step: (-step.per_dollar, step[:2])
        )

    def curve(self) -> Curve:
        """Return the best quality for every budget."""
        bottom = self._counts([0] * len(self.segments))
        cheapest = planned(self.segments, bottom)
        requests = [self.segments[step.segment].requests for step in self.steps]
        more = np.array([n * s.cost for n, s in zip(requests, self.steps, strict=True)])
        gain = np.array([n * s.gain for n, s in zip(requests, self.steps, strict=True)])
        return Curve(
            cost=cheapest.cost + np.concatenate([[0.0], np.cumsum(more)]),
            quality=cheapest.quality + np.concatenate([[0.0], np.cumsum(gain)]),
            shadow_price=np.array([step.per_dollar for step in self.steps] + [0.0]),
        )

    def best(self, budget: float, *, whole_requests: bool = False) -> Plan:
        """Return the plan with the most successes that a budget allows.

        Args:
            budget: US dollars for all segments together.
            whole_requests: Split segments between whole requests only, and fill what is left of
                the budget with later steps.

        Raises:
            InfeasibleError: the cheapest options cost more than the budget.
            OptimiseError: the budget is not a number.
        """
        if isnan(budget):
            raise OptimiseError("the budget is not a number")
        levels = [[segment.requests * 1.0] for segment in self.segments]
        least = planned(self.segments, self._counts([0] * len(self.segments))).cost
        left = budget - least
        if left < -_ROUNDING * abs(least):
            raise InfeasibleError(
                f"the cheapest options cost {least:.6g}, more than the budget of {budget:.6g}"
            )
        shadow = gap = 0.0
        for step in self.steps:
            reached = levels[step.segment]
            if len(reached) < step.level:
                continue  # a step below was not taken
            want = min(reached[-1], max(left, 0.0) / step.cost)
            taken = _whole(want) if whole_requests else want
            if taken < reached[-1] - _ROUNDING and not shadow:
                shadow, gap = step.per_dollar, step.gain if whole_requests else 0.0
            reached.append(taken)
            left -= taken * step.cost
            if shadow and not whole_requests:
                break
        return planned(self.segments, self._by_option(levels), shadow, gap)

    def for_value(self, value: float) -> Plan:
        """Return the plan that maximises ``value`` x quality - cost: each takes what pays for it.

        Args:
            value: US dollars that one success is worth; its inverse is the shadow price.

        Raises:
            OptimiseError: the value is negative.
        """
        if value < 0:
            raise OptimiseError(f"a success must not be worth less than nothing, is {value:g}")
        reached = [0] * len(self.segments)
        for step in self.steps:
            if step.gain * value > step.cost:
                reached[step.segment] = step.level
        shadow = 1 / value if value else 0.0
        return planned(self.segments, self._counts(reached), shadow)

    def _counts(self, levels: Sequence[int]) -> list[list[float]]:
        """Return requests per option with each segment at one step of its hull."""
        counts = []
        for segment, hull, level in zip(self.segments, self.hulls, levels, strict=True):
            row = [0.0] * len(segment.options)
            row[hull[level]] = segment.requests
            counts.append(row)
        return counts

    def _by_option(self, levels: Sequence[Sequence[float]]) -> list[list[float]]:
        """Return requests per option, given how many reached each step of the hull."""
        counts = []
        for segment, hull, reached in zip(self.segments, self.hulls, levels, strict=True):
            row = [0.0] * len(segment.options)
            for level, here in enumerate(reached):
                above = reached[level + 1] if level + 1 < len(reached) else 0.0
                row[hull[level]] = here - above
            counts.append(row)
        return counts


def best_for_budget(
    segments: Sequence[Segment], budget: float, *, whole_requests: bool = False
) -> Plan:
    """Return the plan with the most successes that a budget allows; see ``Knapsack.best``."""
    return Knapsack(segments).best(budget, whole_requests=whole_requests)


def _hull(segment: Segment) -> list[int]:
    costs = [option.cost for option in segment.options]
    return upper_hull(costs, [option.quality for option in segment.options])


def _steps(segments: Sequence[Segment], hulls: Sequence[Sequence[int]]) -> list[Step]:
    steps = []
    for place, (segment, hull) in enumerate(zip(segments, hulls, strict=True)):
        on_hull = [segment.options[i] for i in hull] if segment.value else []
        for level, (low, high) in enumerate(pairwise(on_hull), 1):
            gain = (high.quality - low.quality) * segment.value
            steps.append(Step(place, level, high.cost - low.cost, gain))
    return steps


def _whole(count: float) -> float:
    """Return whole requests, where rounding may have taken a trifle from the last one."""
    return float(int(count * (1 + _ROUNDING) + _ROUNDING))
