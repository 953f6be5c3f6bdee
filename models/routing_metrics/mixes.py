"""Baselines and measures for any number of models: oracle, zero router, AIQ, cost of pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.optimise.hull import mixed_quality, upper_hull
from models.routing_metrics.pair import RoutingError


@dataclass(frozen=True, slots=True)
class Oracle:
    """What a router that knows every outcome would do.

    Attributes:
        cost: Average US dollars per item.
        quality: Share of items that some model gets right.
        share: Per model: share of the items that it gets.
    """

    cost: float
    quality: float
    share: tuple[float, ...]


def oracle(costs: ArrayLike, correct: ArrayLike) -> Oracle:
    """Return the cheapest correct model for each item; the cheapest of all where none is.

    An upper bound, and a flattering one where answers can be right by chance.

    Args:
        costs: US dollars, a row per item and a column per model; or one row for all.
        correct: Whether each model's answer to each item is correct.
    """
    right = np.asarray(correct, dtype=bool)
    cost = np.broadcast_to(np.asarray(costs, dtype=np.float64), right.shape)
    solved = np.asarray(right.any(axis=1))
    payable = np.where(right | ~solved[:, None], cost, np.inf)
    picked = payable.argmin(axis=1)
    share = np.bincount(picked, minlength=right.shape[1]) / len(right)
    spent = np.take_along_axis(cost, picked[:, None], axis=1).mean()
    return Oracle(spent.item(), solved.mean().item(), tuple(share.tolist()))


def zero_router(
    costs: Sequence[float], qualities: Sequence[float], at: ArrayLike
) -> NDArray[np.float64]:
    """Return the quality of mixing single models at random, for given average costs.

    The hull of the models alone: a router that is not above it adds nothing (RouterBench, Hu et
    al., arXiv 2403.12031). Not a number below the cheapest model.
    """
    return mixed_quality(costs, qualities, at)


def average_quality(
    costs: Sequence[float],
    qualities: Sequence[float],
    within: tuple[float, float] | None = None,
    variant: Literal["paper", "code"] = "paper",
) -> float:
    """Return AIQ: quality along the router's non-decreasing hull, averaged over cost.

    ``1 / (c_max - c_min) x integral of the hull from c_min to c_max`` (RouterBench, Hu et al.,
    arXiv 2403.12031). Routers are comparable over one shared range only. Beyond its last point a
    hull stays level; below its first one it is mixed with doing nothing, at no cost and of no
    quality.

    Args:
        costs: Average US dollars of each setting of the router.
        qualities: Average quality of each.
        within: The shared range; the router's own where it is not given.
        variant: ``code`` is what the benchmark's own program computes: the integral from the
            hull's first point to the end of the range, divided by that end.

    Raises:
        RoutingError: the range is empty.
    """
    hull = upper_hull(costs, qualities)
    x = np.asarray(costs, dtype=np.float64)[hull]
    y = np.asarray(qualities, dtype=np.float64)[hull]
    low, high = within or (x[0].item(), np.max(costs).item())
    if not 0 <= low < high:
        raise RoutingError(f"no range of costs between {low:g} and {high:g}")
    if variant == "code":
        low, divisor = x[0].item(), high
    else:
        divisor = high - low
        if x[0] > 0:
            x, y = np.append(0.0, x), np.append(0.0, y)
    inside = (x > low) & (x < high)
    ends = np.interp([low, high], x, y)
    along = np.concatenate([[low], x[inside], [high]])
    height = np.concatenate([ends[:1], y[inside], ends[1:]])
    average: float = (np.trapezoid(height, along) / divisor).item()
    return average


def frontier_cost_of_pass(
    costs: ArrayLike, success: ArrayLike, person: ArrayLike = np.inf
) -> float:
    """Return the least expected cost of a correct answer, averaged over problems.

    Per problem the least of ``cost / success`` over the models and of a person's cost; infinite
    where nobody solves it (cost of pass, Erol et al., arXiv 2504.13359). It is not the mean cost
    over the mean success.

    Args:
        costs: US dollars per attempt, a row per problem and a column per model.
        success: Success rate of each on each problem.
        person: US dollars for a person's solution, per problem or for all.
    """
    rate = np.asarray(success, dtype=np.float64)
    cost = np.broadcast_to(np.asarray(costs, dtype=np.float64), rate.shape)
    passed = np.full(rate.shape, np.inf)
    np.divide(cost, rate, out=passed, where=rate > 0)
    least = np.minimum(passed.min(axis=1), np.asarray(person, dtype=np.float64))
    average: float = least.mean().item()
    return average
