"""Distributions by their quantiles: a draw is the quantile of a number between 0 and 1.

All but the last two are given by their 10th, 50th and 90th percentile. Where these are not
symmetric, each side of the median has its own width, so that all three percentiles are met
exactly and the median stays where it is.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Number = float | Decimal

#: Standard normal deviate of the 90th percentile.
Z90 = 1.2815515655446004

#: Where a share of 0 or 1 is put before its logit is taken, and nearer where others are near.
_EDGE = 1e-4
_NEARER = 0.1


class DistributionError(ValueError):
    """Percentiles that no such distribution has."""


class Distribution(Protocol):
    """What a number that is not known exactly may be."""

    def quantile(self, u: Array) -> Array:
        """Return the values below which shares ``u`` of the draws lie, each in (0, 1)."""
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """A number that is known."""

    value: float

    def quantile(self, u: Array) -> Array:
        """Return the value, once per draw."""
        return np.full(np.shape(u), self.value)


@dataclass(frozen=True, slots=True)
class LogNormal:
    """A ratio or an amount above zero: the logarithm is normal, on each side of the median."""

    p10: float
    p50: float
    p90: float

    def __post_init__(self) -> None:
        _ordered(self.p10, self.p50, self.p90)
        if self.p10 <= 0:
            raise DistributionError(f"an uncertain ratio must be above 0, has P10 {self.p10:g}")

    def quantile(self, u: Array) -> Array:
        """Return ``p50 exp(z s)``, with s of the side that z lies on."""
        below, above = np.log(self.p50 / self.p10), np.log(self.p90 / self.p50)
        return self.p50 * np.exp(_two_sided(u, below, above))


@dataclass(frozen=True, slots=True)
class LogitNormal:
    """A share or a probability: its logit is normal, on each side of the median."""

    p10: float
    p50: float
    p90: float

    def __post_init__(self) -> None:
        _ordered(self.p10, self.p50, self.p90)
        if self.p10 < 0 or self.p90 > 1:
            raise DistributionError(
                f"a share must lie between 0 and 1, has P10 {self.p10:g} and P90 {self.p90:g}"
            )

    def quantile(self, u: Array) -> Array:
        """Return the share whose logit is ``logit p50 + z s``; a side without width is p50."""
        low, middle, high = _logits(self.p10, self.p50, self.p90)
        shift = _two_sided(u, middle - low, high - middle)
        share = 1 / (1 + np.exp(-(middle + shift)))
        return np.where(shift == 0, self.p50, share)


@dataclass(frozen=True, slots=True)
class TruncatedNormal:
    """A normal number that is known to lie in a range."""

    mean: float
    sd: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if self.sd <= 0 or self.low >= self.high:
            raise DistributionError("a truncated normal needs a positive sd and low below high")

    def quantile(self, u: Array) -> Array:
        """Return ``mean + sd x Phi^-1(a + u (b - a))``, a and b being Phi at the range's ends."""
        from scipy.special import ndtr, ndtri  # noqa: PLC0415 - slow to import

        a, b = ndtr((self.low - self.mean) / self.sd), ndtr((self.high - self.mean) / self.sd)
        drawn = self.mean + self.sd * ndtri(a + u * (b - a))
        return np.asarray(np.clip(drawn, self.low, self.high), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class BetaPosterior:
    """A success rate after passes and failures, those of the prior counted in."""

    passes: float
    failures: float

    def __post_init__(self) -> None:
        if min(self.passes, self.failures) < 0 or self.passes + self.failures <= 0:
            raise DistributionError("a success rate needs passes or failures, none negative")

    @classmethod
    def updated(
        cls, prior: float, prior_weight: float, passes: float, trials: float
    ) -> "BetaPosterior":
        """Return the posterior ``Beta(n0 P + s, n0 (1 - P) + n - s)``.

        Args:
            prior: P, the success rate expected before.
            prior_weight: n0, how many trials that expectation is worth.
            passes: s, of the user's own trials.
            trials: n.
        """
        return cls(prior_weight * prior + passes, prior_weight * (1 - prior) + trials - passes)

    def quantile(self, u: Array) -> Array:
        """Return the inverse of the regularised incomplete beta function."""
        from scipy.special import betaincinv  # noqa: PLC0415 - slow to import

        if self.passes == 0 or self.failures == 0:
            return np.full(np.shape(u), 0.0 if self.passes == 0 else 1.0)
        return np.asarray(betaincinv(self.passes, self.failures, u))


def of_percentiles(
    kind: Literal["ratio", "share"], p10: Number, p50: Number, p90: Number
) -> Distribution:
    """Return the distribution of a ratio or a share; three equal percentiles are a known number.

    Raises:
        DistributionError: percentiles out of order, or out of the kind's range.
    """
    low, middle, high = np.asarray([p10, p50, p90], dtype=np.float64).tolist()
    if low == middle == high:
        return Fixed(middle)
    return LogNormal(low, middle, high) if kind == "ratio" else LogitNormal(low, middle, high)


def _two_sided(u: Array, below: float, above: float) -> Array:
    """Return normal deviates times the width of their side, widths given at P10 and P90."""
    from scipy.special import ndtri  # noqa: PLC0415 - slow to import

    z = np.asarray(ndtri(u), dtype=np.float64)
    return np.where(z < 0, z * (below / Z90), z * (above / Z90))


def _logits(*shares: float) -> list[float]:
    """Return log odds, those of 0 and 1 taken a little inside."""
    p = np.array(shares)
    low = min([_EDGE, *(_NEARER * p[p > 0])])
    high = min([_EDGE, *(_NEARER * (1 - p[p < 1]))])
    odds = np.where(p <= 0, low, p) / np.where(p >= 1, high, 1 - p)
    logits: list[float] = np.log(odds).tolist()
    return logits


def _ordered(p10: float, p50: float, p90: float) -> None:
    if not p10 <= p50 <= p90:
        raise DistributionError(f"percentiles must rise: {p10:g}, {p50:g}, {p90:g}")
