"""A classifier that sends each request to a model: its mistakes mix costs and qualities."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from models.outcome.checked import Array, Numbers, OutcomeError, amount, probability

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Routed:
    """What requests come to behind a router, per request.

    Attributes:
        cost: US dollars, the router's own call included.
        correct: Probability of a correct answer.
        misrouted: Share of requests that went elsewhere than their class belongs.
        misrouted_by_class: The same within each true class.
    """

    cost: Array
    correct: Array
    misrouted: Array
    misrouted_by_class: Array


def routed(
    shares: ArrayLike,
    confusion: ArrayLike,
    costs: ArrayLike,
    success: ArrayLike,
    router_cost: Numbers = 0.0,
) -> Routed:
    """Return the mix of costs and qualities that a router's confusion matrix leads to.

    ``cost = c_router + sum over t, a of w_t Q(a|t) c_ta``, and likewise for success.

    Args:
        shares: Share of each true class in the traffic, adding up to 1.
        confusion: Q(assigned | true): a row per true class, each adding up to 1. Class i belongs
            to route i.
        costs: US dollars per request of true class (row) on a route (column).
        success: Probability of a correct answer, likewise.
        router_cost: US dollars that the router takes for each request.

    Raises:
        OutcomeError: shares or rows that do not add up to 1, or impossible numbers.
    """
    weights = probability("share of a class", np.asarray(shares, dtype=np.float64))
    matrix = probability("confusion", np.asarray(confusion, dtype=np.float64))
    if abs(weights.sum() - 1) > _ROUNDING:
        raise OutcomeError(f"shares of the classes must add up to 1, are {weights.sum():g}")
    if np.abs(matrix.sum(axis=1) - 1).max() > _ROUNDING:
        raise OutcomeError("each row of the confusion matrix must add up to 1")
    mix = weights[:, None] * matrix
    right = probability("success", np.asarray(success, dtype=np.float64))
    spent = amount("cost of a route", np.asarray(costs, dtype=np.float64))
    wrong_route = 1 - np.diagonal(matrix)
    return Routed(
        cost=amount("cost of the router", router_cost) + (mix * spent).sum(),
        correct=(mix * right).sum(),
        misrouted=(weights * wrong_route).sum(),
        misrouted_by_class=wrong_route,
    )
