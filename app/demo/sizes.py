"""Token sizes: lognormal, with the stated mean kept.

A table of quantiles stands for the distribution, and what a draw misses of the mean
is owed to the next ones. So any run of requests has nearly the stated mean, and a
story told in dollars is true for forty requests as well as for four million.
"""

from bisect import bisect_right
from functools import cache
from itertools import accumulate
from math import exp
from statistics import NormalDist

CELLS = 4_096
#: Of what is owed, the part that the next draw pays.
PAID_BACK = 1 / 3


class Sizes:
    """Draws sizes of one distribution, one after the other."""

    def __init__(self, mean: int, sigma: float, shortest: int = 0, longest: int = 10**9) -> None:
        self._mean = mean
        self._table = lognormal(mean, sigma, shortest, longest)
        self._owed = 0.0

    def draw(self, at: float) -> int:
        """Return the size at a quantile in [0, 1), and some of the debt."""
        drawn = self._table[int(at * CELLS)] + int(self._owed * PAID_BACK)
        size = min(max(drawn, self._table[0]), self._table[-1])
        self._owed += self._mean - size
        return size


@cache
def lognormal(mean: int, sigma: float, shortest: int = 0, longest: int = 10**9) -> tuple[int, ...]:
    """Return ``CELLS`` sizes in rising order with the given mean.

    Args:
        mean: Of all sizes, in tokens; kept to half a token.
        sigma: Spread of the logarithm of what exceeds ``shortest``.
        shortest: The least size.
        longest: The greatest size; what would exceed it is cut.
    """
    normal = NormalDist()
    quantiles = [exp(sigma * normal.inv_cdf((cell + 0.5) / CELLS)) for cell in range(CELLS)]
    room = longest - shortest
    factor = _factor(quantiles, room, mean - shortest)
    sizes = [max(1, shortest + round(min(factor * q, room))) for q in quantiles]
    return _exact(sizes, mean * CELLS)


def _factor(quantiles: list[float], room: int, mean: int) -> float:
    """Return what to multiply by, so that the cut quantiles have the mean."""
    below = [0.0, *accumulate(quantiles)]
    low, high = 0.0, 100.0 * room
    for _ in range(200):
        middle = (low + high) / 2
        whole = bisect_right(quantiles, room / middle)
        total = middle * below[whole] + (CELLS - whole) * room
        low, high = (middle, high) if total < mean * CELLS else (low, middle)
    return high


def _exact(sizes: list[int], total: int) -> tuple[int, ...]:
    """Spread the rounding error over the middle of the table."""
    missing = total - sum(sizes)
    step = 1 if missing > 0 else -1
    start = CELLS // 4
    for n in range(abs(missing)):
        sizes[start + n % (CELLS // 2)] += step
    return tuple(sizes)
