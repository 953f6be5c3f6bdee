"""Which service tier a request may move to: what it can wait for decides."""

from collections.abc import Callable
from typing import NamedTuple

from models.policy.terms import CHEAPEST, TIER_WAITS
from pricing.vocabulary import ServiceTier

#: Of tiers with one price the earlier is taken: flex keeps the cache that batch may lose.
_OFFERED_TO_ALL = (ServiceTier.STANDARD, ServiceTier.FLEX, ServiceTier.BATCH)


class TierChoice(NamedTuple):
    """The tier a request is served at, and the one it was refused.

    Attributes:
        refused: What it would have taken if it could wait long enough, or if anybody knew; None
            where nothing was refused.
    """

    tier: str
    refused: str | None = None


def can_wait(tier: str, logged: str, latency_seconds: int | None) -> bool:
    """Whether a request may be served at a tier.

    Batch takes up to a day and flex minutes: a request moves there only if it is known to wait
    86,400 or 900 seconds, or was there already. Every other tier is always possible.
    """
    needed = TIER_WAITS.get(tier)
    known = latency_seconds is not None and needed is not None and latency_seconds >= needed
    return needed is None or tier == logged or known


def tier_for(
    wanted: str | None,
    logged: str,
    latency_seconds: int | None,
    price_at: Callable[[str], int | None],
) -> TierChoice:
    """Return the tier of a request under a rule.

    Args:
        wanted: Of the rule; None keeps the logged one, ``cheapest`` takes the least price.
        logged: The tier that served it.
        latency_seconds: How long it may wait; None is unknown.
        price_at: Any price of the new model at a tier, such as that of output; None where it is
            not sold.
    """
    if wanted is None:
        return TierChoice(logged)
    if wanted != CHEAPEST:
        possible = can_wait(wanted, logged, latency_seconds)
        return TierChoice(wanted) if possible else TierChoice(logged, wanted)
    tiers = dict.fromkeys((logged, *map(str, _OFFERED_TO_ALL)))
    prices = {tier: price for tier in tiers if (price := price_at(tier)) is not None}
    if not prices:
        return TierChoice(logged)
    least = min(prices, key=prices.__getitem__)
    here = {tier: p for tier, p in prices.items() if can_wait(tier, logged, latency_seconds)}
    if not here:
        return TierChoice(logged, least)
    chosen = min(here, key=here.__getitem__)
    return TierChoice(chosen, least if prices[least] < here[chosen] else None)
