"""Which assumption matters: each one at its 10th and 90th percentile, the others at the median."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from models.uncertainty.distributions import Array, Distribution
from models.uncertainty.intervals import interval


@dataclass(frozen=True, slots=True)
class Bar:
    """What one parameter does to the result.

    Attributes:
        name: The parameter.
        at_low: Its 10th percentile; None for what is not one number.
        at_high: Its 90th percentile, likewise.
        low: The result at its 10th percentile.
        high: The result at its 90th percentile.
        rank_correlation: Spearman's, over the draws; None where there are none.
    """

    name: str
    at_low: float | None
    at_high: float | None
    low: float
    high: float
    rank_correlation: float | None = None

    @property
    def width(self) -> float:
        """How far the result moves."""
        return abs(self.high - self.low)


def tornado(
    result: Callable[[Mapping[str, Array]], Array],
    distributions: Mapping[str, Distribution],
    draws: Mapping[str, Array] | None = None,
    outcome: ArrayLike | None = None,
) -> tuple[Bar, ...]:
    """Return a bar for each parameter, the widest first.

    Args:
        result: The result of parameters' values, for arrays of them at once.
        distributions: The parameters.
        draws: Their draws, for rank correlations.
        outcome: The result of those draws.
    """
    names = list(distributions)
    marks = {
        name: distribution.quantile(np.array([0.1, 0.5, 0.9]))
        for name, distribution in distributions.items()
    }
    points = {name: np.full(2 * len(names), marks[name][1]) for name in names}
    for place, name in enumerate(names):
        points[name][2 * place : 2 * place + 2] = marks[name][[0, 2]]
    values = np.broadcast_to(np.asarray(result(points), np.float64), (2 * len(names),)).tolist()
    bars = []
    for place, name in enumerate(names):
        low, _, high = marks[name].tolist()
        correlation = None
        if draws is not None and outcome is not None:
            correlation = rank_correlation(draws[name], outcome)
        at_low, at_high = values[2 * place : 2 * place + 2]
        bars.append(Bar(name, low, high, at_low, at_high, correlation))
    return widest_first(bars)


def bar_of_draws(name: str, results: ArrayLike) -> Bar:
    """Return the bar of what is not one number, from results in which it alone was drawn.

    The weeks of the log are such a parameter: its ends are the results' own percentiles.
    """
    span = interval(results)
    return Bar(name, None, None, span.p10, span.p90)


def widest_first(bars: list[Bar]) -> tuple[Bar, ...]:
    """Return bars in the order of a tornado; equally wide ones by name."""
    return tuple(sorted(bars, key=lambda bar: (-bar.width, bar.name)))


def rank_correlation(draws: ArrayLike, outcome: ArrayLike) -> float:
    """Return Spearman's rank correlation; 0 where one of the two does not vary."""
    a, b = (
        pl.Series(np.asarray(values, np.float64)).rank("average").to_numpy()
        for values in (draws, outcome)
    )
    a, b = a - a.mean(), b - b.mean()
    spread = np.sqrt((a @ a) * (b @ b))
    return ((a @ b) / spread).item() if spread > 0 else 0.0
