"""The upper convex hull of options: what a mix of two of them cannot beat."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: What rounding leaves of equal efficiencies.
_ROUNDING = 1e-12


def upper_hull(costs: Sequence[float], qualities: Sequence[float]) -> list[int]:
    """Return the places of the options on the upper convex hull, from the cheapest up.

    The first is the cheapest option (the best of those, and the first of equals). Along the hull
    cost and quality rise, and quality per cost falls strictly: what lies on a line between two
    others is left out. What follows the best quality is left out, since it only costs.
    """
    order = sorted(range(len(costs)), key=lambda i: (costs[i], -qualities[i], i))
    hull: list[int] = []
    for i in order:
        if hull and qualities[i] <= qualities[hull[-1]]:
            continue
        while len(hull) > 1 and _below(costs, qualities, hull[-2], hull[-1], i):
            hull.pop()
        hull.append(i)
    return hull


def _below(costs: Sequence[float], qualities: Sequence[float], a: int, b: int, c: int) -> bool:
    """Whether ``b`` lies on or below the line from ``a`` to ``c``."""
    to_b = (qualities[b] - qualities[a]) * (costs[c] - costs[a])
    to_c = (qualities[c] - qualities[a]) * (costs[b] - costs[a])
    return to_b <= to_c + _ROUNDING * abs(to_c)


def mixed_quality(
    costs: Sequence[float], qualities: Sequence[float], at: ArrayLike
) -> NDArray[np.float64]:
    """Return the best quality of a random mix of two options at given average costs.

    Not a number below the cheapest option; the best quality above the hull's end.
    """
    hull = upper_hull(costs, qualities)
    x, y = np.asarray(costs, np.float64)[hull], np.asarray(qualities, np.float64)[hull]
    where = np.asarray(at, dtype=np.float64)
    return np.asarray(np.interp(where, x, y, left=np.nan), dtype=np.float64)
