"""Draws in short: three percentiles, the chance of a saving, the chance of the frontier."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from models.optimise.frontier import non_dominated
from models.uncertainty.distributions import Array


@dataclass(frozen=True, slots=True)
class Interval:
    """The 10th, 50th and 90th percentile of draws."""

    p10: float
    p50: float
    p90: float


def interval(draws: ArrayLike) -> Interval:
    """Return the three percentiles of draws, linear between neighbours."""
    low, middle, high = np.quantile(np.asarray(draws, np.float64), [0.1, 0.5, 0.9]).tolist()
    return Interval(low, middle, high)


def chance_above(draws: ArrayLike, than: ArrayLike = 0.0) -> float:
    """Return the share of draws above a number: of savings above 0, the chance that it pays."""
    above = np.asarray(draws, np.float64) > np.asarray(than, np.float64)
    return np.mean(above).item()


def frontier_chance(costs: ArrayLike, qualities: ArrayLike) -> Array:
    """Return for each policy the share of draws in which no other one dominates it.

    Args:
        costs: US dollars, a row per draw and a column per policy.
        qualities: Likewise.
    """
    return np.asarray(non_dominated(costs, qualities).mean(axis=0), dtype=np.float64)
