"""Routing between a weak and a strong model: recovered gap, and calls that it takes.

As in RouteLLM (Ong et al., arXiv 2406.18665) and its evaluation code.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


class RoutingError(ValueError):
    """A measure that is not defined for what was given."""


@dataclass(frozen=True, slots=True)
class RoutingCurve:
    """Quality of a router by the share of calls that go to the strong model.

    Attributes:
        share: Shares of strong calls, rising.
        quality: Average quality at each.
        weak: Quality of the weak model alone.
        strong: Quality of the strong model alone.
    """

    share: Array
    quality: Array
    weak: float
    strong: float

    def __post_init__(self) -> None:
        if self.weak == self.strong:
            raise RoutingError("weak and strong model are as good: there is no gap to recover")
        if len(self.share) != len(self.quality) or np.any(np.diff(self.share) < 0):
            raise RoutingError("shares of strong calls must rise, with a quality each")

    @property
    def recovered(self) -> Array:
        """Recovered gap PGR at each point: ``(q - q_weak) / (q_strong - q_weak)``."""
        return gap_recovered(self.quality, self.weak, self.strong)


def gap_recovered(quality: ArrayLike, weak: float, strong: float) -> Array:
    """Return the performance gap recovered: 0 as the weak model, 1 as the strong one."""
    return (np.asarray(quality, dtype=np.float64) - weak) / (strong - weak)


def threshold_curve(
    win_rates: ArrayLike, weak_quality: ArrayLike, strong_quality: ArrayLike, bins: int = 10
) -> RoutingCurve:
    """Return a router's curve over thresholds at quantiles of its own scores.

    What scores at or above a threshold goes to the strong model; at the last threshold nothing
    does. ``bins`` equally sized bins give ``bins + 1`` points, from share 0 to 1.

    Args:
        win_rates: The router's score of each item: how likely the strong model is needed.
        weak_quality: Quality of the weak model's answer to each item.
        strong_quality: Likewise of the strong model's.
        bins: Number of bins.
    """
    scores = np.asarray(win_rates, dtype=np.float64)
    weak = np.asarray(weak_quality, dtype=np.float64)
    strong = np.asarray(strong_quality, dtype=np.float64)
    thresholds = np.quantile(scores, np.linspace(0, 1, bins + 1))
    sent = scores >= thresholds[:, None]
    sent[-1] = scores > thresholds[-1]
    share, quality = sent.mean(axis=1), np.where(sent, strong, weak).mean(axis=1)
    order = np.argsort(share, kind="stable")
    return RoutingCurve(share[order], quality[order], weak.mean().item(), strong.mean().item())


def random_curve(weak: float, strong: float, bins: int = 10) -> RoutingCurve:
    """Return the expected curve of sending calls to the strong model at random."""
    share = np.linspace(0, 1, bins + 1)
    return RoutingCurve(share, weak + share * (strong - weak), weak, strong)


def optimal_curve(
    weak_correct: ArrayLike, strong_correct: ArrayLike, bins: int = 10
) -> RoutingCurve:
    """Return the curve of knowing which items only the strong model gets right.

    Calls go to those items first; strong calls beyond them are not made, so quality stays at the
    best possible. Outcomes are right or wrong.
    """
    weak = np.asarray(weak_correct, dtype=bool)
    strong = np.asarray(strong_correct, dtype=bool)
    share = np.linspace(0, 1, bins + 1)
    gained = np.minimum(share, (strong & ~weak).mean())
    return RoutingCurve(share, weak.mean() + gained, weak.mean().item(), strong.mean().item())


def average_gap_recovered(curve: RoutingCurve) -> float:
    """Return APGR: the recovered gap, averaged over the share of strong calls by trapezoids."""
    over = np.trapezoid(np.ones_like(curve.share), curve.share)
    if over == 0:
        raise RoutingError("the curve has one share of strong calls only")
    return (np.trapezoid(curve.recovered, curve.share) / over).item()


def calls_needed(curve: RoutingCurve, recovered: float) -> float | None:
    """Return CPT: the least share of strong calls that recovers a part of the gap.

    Linear between the curve's points; None where the curve never gets there.

    Args:
        curve: A router's curve.
        recovered: Part of the gap: 0.5 for CPT(50 %).
    """
    reached = np.flatnonzero(curve.recovered >= recovered)
    if not len(reached):
        return None
    first = int(reached[0])
    shares: list[float] = curve.share.tolist()
    if first == 0:
        return shares[0]
    gaps: list[float] = curve.recovered.tolist()
    before, low = shares[first - 1], gaps[first - 1]
    return before + (recovered - low) / (gaps[first] - low) * (shares[first] - before)


def random_at_rate(
    rate: float, weak_quality: ArrayLike, strong_quality: ArrayLike
) -> tuple[float, float]:
    """Return mean and standard deviation of quality with a share of calls picked at random.

    The picks are without replacement: ``sd^2 = n (N - n) / (N - 1) var(d) / N^2`` with d the
    difference of the two qualities per item. What a router gains over this is its own merit.
    """
    weak = np.asarray(weak_quality, dtype=np.float64)
    gain = np.asarray(strong_quality, dtype=np.float64) - weak
    items = len(weak)
    if not 0 <= rate <= 1 or items == 0:
        raise RoutingError("the rate must lie between 0 and 1, over at least one item")
    picked = rate * items
    spread = picked * (items - picked) / max(items - 1, 1) * gain.var() / items**2
    return (weak.mean() + rate * gain.mean()).item(), np.sqrt(spread).item()


def lift_over_mixing(
    router: tuple[float, float], weak: tuple[float, float], strong: tuple[float, float]
) -> float:
    """Return the incremental benefit per cost (IBC) lift: above 0, better than mixing at random.

    ``(slope of the router - slope of weak to strong) / slope of weak to strong``, where a slope
    is quality gained per dollar over the weak model (AutoMix, Aggarwal et al., arXiv 2310.12963).
    The router's cost counts the weak call and its verifier on every request. Costs of 1, a
    verifier of 1 and 50 make always escalating -3.92 %.

    Args:
        router: Average cost and quality of the router.
        weak: Of the weak model alone.
        strong: Of the strong model alone.

    Raises:
        RoutingError: the strong model costs or brings nothing more, or the router costs as much
            as the weak model.
    """
    if strong[0] == weak[0] or router[0] == weak[0] or strong[1] == weak[1]:
        raise RoutingError("a lift needs a difference in cost and in quality to start from")
    base = (strong[1] - weak[1]) / (strong[0] - weak[0])
    slope = (router[1] - weak[1]) / (router[0] - weak[0])
    return (slope - base) / base
