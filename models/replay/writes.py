"""How much is written to a cache of a model that bills writes, where the log shows none.

A cache that works by itself writes most of what is new. An opt-in cache writes what requests mark,
and who marks with care marks what is read again: at most as much as the log reads from a cache.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from models.policy.assumptions import Spread
from models.replay.groups import Group

#: Models whose requests say themselves what is cached, by how their names begin.
OPT_IN = ("claude",)

_PLACES = Decimal("0.0001")

#: Workload, old model, new model.
Way = tuple[str, str, str]


def is_opt_in(model: str) -> bool:
    """Whether a model caches only what a request asks it to; the name is without a provider."""
    return model.startswith(OPT_IN)


def way_of(group: Group) -> Way:
    """Return whose traffic is taken together."""
    return group.workload, group.model_from, group.model_to


def read_shares(groups: Sequence[Group]) -> Mapping[Way, Decimal]:
    """Return the logged cached input by the uncached input, at most 1, of each way that writes."""
    cached: Counter[Way] = Counter()
    uncached: Counter[Way] = Counter()
    for group in groups:
        if group.kept is None:
            cached[way_of(group)] += group.cached_tokens
            uncached[way_of(group)] += max(group.input_tokens - group.cached_tokens, 0)
    return {
        way: min(Decimal(cached[way]) / tokens, Decimal(1))
        for way, tokens in uncached.items()
        if tokens
    }


def scaled(share: Spread, part: Decimal) -> Spread:
    """Return a part of a share, to four places."""
    low, middle, high = (
        (each * part).quantize(_PLACES) for each in (share.p10, share.p50, share.p90)
    )
    return Spread(low, middle, high)
