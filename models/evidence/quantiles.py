"""Quantiles of what is uncertain: from uniform numbers to values, with numpy arrays throughout."""

from typing import TYPE_CHECKING

import numpy as np

from models.policy.assumptions import Spread

if TYPE_CHECKING:
    Array = np.ndarray[tuple[int], np.dtype[np.float64]]

#: The 90th percentile of the standard normal distribution.
Z90 = 1.2815515655446004

_TINY = 1e-9


def normal(uniform: "Array") -> "Array":
    """Return standard normal quantiles."""
    from scipy.special import ndtri  # noqa: PLC0415 - slow to import

    return np.asarray(ndtri(np.clip(uniform, _TINY, 1 - _TINY)))


def truncated_normal(uniform: "Array", mean: float, sd: float, low: float, high: float) -> "Array":
    """Return quantiles of a normal distribution cut off at ``low`` and ``high``."""
    from scipy.special import ndtr, ndtri  # noqa: PLC0415 - slow to import

    if not sd:
        return np.full_like(uniform, min(max(mean, low), high))
    below, above = ndtr((low - mean) / sd), ndtr((high - mean) / sd)
    return np.asarray(mean + sd * ndtri(below + uniform * (above - below)))


def beta(uniform: "Array", right: float, wrong: float) -> "Array":
    """Return quantiles of a beta distribution."""
    from scipy.special import betaincinv  # noqa: PLC0415 - slow to import

    return np.asarray(betaincinv(right, wrong, uniform))


def spread_logit(z: "Array", spread: Spread) -> "Array":
    """Return the logit of a share with a logit-normal spread, two halves of different width.

    Args:
        z: Standard normal numbers.
        spread: Of a share strictly between 0 and 1, unless it is exact.
    """
    low, middle, high = (logit(float(each)) for each in (spread.p10, spread.p50, spread.p90))
    return np.asarray(middle + z / Z90 * np.where(z < 0, middle - low, high - middle))


def logit(share: float) -> float:
    """Return log(p / (1 - p)), for 0 and 1 that of a share just beside."""
    inside = min(max(share, _TINY), 1 - _TINY)
    return float(np.log(inside / (1 - inside)))


def share(logits: "Array") -> "Array":
    """Return the share of which these are the logits."""
    from scipy.special import expit  # noqa: PLC0415 - slow to import

    return np.asarray(expit(logits))
