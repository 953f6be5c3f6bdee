"""The Pareto frontier: what nothing else beats on both cost and quality."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def non_dominated(costs: ArrayLike, qualities: ArrayLike) -> NDArray[np.bool_]:
    """Return which of the last axis' points no other one dominates.

    One point dominates another where it costs no more and is no worse, and is better in one of
    the two. Equal points do not dominate each other.

    Args:
        costs: US dollars; any leading axes, such as draws, are separate contests.
        qualities: Likewise. A point whose quality is not a number is not on the frontier.
    """
    cost, quality = np.broadcast_arrays(
        np.asarray(costs, dtype=np.float64), np.asarray(qualities, dtype=np.float64)
    )
    kept = np.asarray(~np.isnan(quality) & ~np.isnan(cost))
    for i in range(cost.shape[-1]):
        other_cost, other_quality = cost[..., i, None], quality[..., i, None]
        no_worse = (other_cost <= cost) & (other_quality >= quality)
        kept &= ~(no_worse & ((other_cost < cost) | (other_quality > quality)))
    return kept


def frontier(costs: ArrayLike, qualities: ArrayLike) -> list[int]:
    """Return the places of the points on the frontier, from the cheapest up."""
    cost = np.asarray(costs, dtype=np.float64)
    quality = np.asarray(qualities, dtype=np.float64)
    places = np.flatnonzero(non_dominated(cost, quality))
    return sorted(places.tolist(), key=lambda i: (cost[i], -quality[i], i))
