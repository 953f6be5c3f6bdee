"""A cap on output tokens: what it saves on long answers, and what the truncated ones cost.

A truncated answer is billed and usually useless. With output o, price p and cost F of a truncated
answer (another try, a person), a cap K brings ``p E[(o - K)+] - P(o > K) F`` per request. Its
derivative is zero where the hazard of the output's length, ``f(K) / P(o > K)``, is ``p / F``; the
maximum is where the hazard falls through that value.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from models.outcome.checked import OutcomeError, amount

#: Where a lognormal's hazard is looked for, in standard deviations of the log from the median.
_FROM, _TO = -8.0, 12.0


@dataclass(frozen=True, slots=True)
class Cap:
    """A cap on output tokens and what it does, per request.

    Attributes:
        tokens: The cap.
        truncated: Share of requests that it cuts off.
        saving_usd: What it brings, truncated answers paid.
        saving_share: The same as a share of what output costs without a cap.
    """

    tokens: float
    truncated: float
    saving_usd: float
    saving_share: float


def lognormal_cap(
    tokens: float, median: float, sigma: float, price: float, failure_usd: float
) -> Cap:
    """Return what a cap does to lognormal output lengths.

    Args:
        tokens: The cap.
        median: Median output tokens.
        sigma: Standard deviation of their logarithm.
        price: US dollars per output token.
        failure_usd: US dollars that a truncated answer costs.
    """
    from scipy.special import ndtr  # noqa: PLC0415 - slow to import, rarely needed

    z = np.log(tokens / median) / sigma
    mean = median * np.exp(sigma**2 / 2)
    truncated = ndtr(-z)
    cut = mean * ndtr(sigma - z) - tokens * truncated
    saving = price * cut - truncated * failure_usd
    return Cap(tokens, truncated.item(), saving.item(), (saving / (price * mean)).item())


def best_lognormal_cap(median: float, sigma: float, price: float, failure_usd: float) -> Cap | None:
    """Return the cap that saves the most on lognormal output lengths; None where none does.

    A truncated answer costs at least another answer: below that, answering at all does not pay,
    and the best cap is a local one.

    Args:
        median: Median output tokens.
        sigma: Standard deviation of their logarithm.
        price: US dollars per output token.
        failure_usd: US dollars that a truncated answer costs.

    Raises:
        OutcomeError: a parameter that is not above zero.
    """
    if min(median, sigma, price, failure_usd) <= 0:
        raise OutcomeError("median, sigma, price and cost of a truncated answer must be above 0")
    from scipy.optimize import brentq  # noqa: PLC0415
    from scipy.special import log_ndtr  # noqa: PLC0415

    wanted = np.log(price / failure_usd)

    def above(z: float) -> float:
        """Return the logarithm of hazard over price / cost, z deviations from the median."""
        density = -z * z / 2 - np.log(2 * np.pi) / 2 - np.log(median * sigma) - sigma * z
        excess: float = (density - log_ndtr(-z) - wanted).item()
        return excess

    grid = np.linspace(_FROM, _TO, 401)
    peak = max(grid, key=above)
    if above(peak) <= 0:
        return None
    far = _TO
    while above(far) > 0:
        far *= 2
    z = brentq(above, peak, far)
    cap = lognormal_cap(median * np.exp(sigma * z).item(), median, sigma, price, failure_usd)
    return cap if cap.saving_usd > 0 else None


def best_logged_cap(
    output_tokens: ArrayLike,
    requests: ArrayLike,
    price: float,
    failure_usd: float,
    percentiles: tuple[float, ...] = (50, 75, 90, 95, 98, 99, 99.5, 99.9),
) -> Cap | None:
    """Return the cap, among percentiles of logged lengths, that saves the most; None if none.

    Args:
        output_tokens: Logged lengths, one number per kind of request.
        requests: How many requests each stands for.
        price: US dollars per output token.
        failure_usd: US dollars that a truncated answer costs.
        percentiles: Candidates, as percentiles of the requests.
    """
    lengths = amount("output tokens", np.asarray(output_tokens, dtype=np.float64))
    counts = amount("requests", np.asarray(requests, dtype=np.float64))
    total, tokens = counts.sum(), (counts * lengths).sum()
    if tokens <= 0:
        return None
    order = np.argsort(lengths, kind="stable")
    reached = np.cumsum(counts[order]) / total
    caps = []
    for percentile in percentiles:
        at = min(int(np.searchsorted(reached, percentile / 100)), len(order) - 1)
        cap = lengths[order][at]
        over = np.maximum(lengths - cap, 0)
        truncated = (counts * (over > 0)).sum() / total
        saving = price * (counts * over).sum() / total - truncated * failure_usd
        share = saving * total / (price * tokens)
        caps.append(Cap(cap.item(), truncated.item(), saving.item(), share.item()))
    best = max(caps, key=lambda cap: cap.saving_usd)
    return best if best.saving_usd > 0 else None
