"""What caches keep when traffic is spread over models in another way.

Caches are per model and prefix. The more often a prefix comes by, the likelier it is still there.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from models.replay.groups import CacheKept, Group

#: A rule, a workload and the model its requests go to.
Key = tuple[int, str, str]

#: Largest cached share of a prompt where nobody measured one.
_ALL = 1.0


def hit_share(hit: float, part: float) -> float:
    """Return the share of cacheable tokens that is found when only a part of the traffic is left.

    Exact for requests that come at random: 1 - (1 - h)^part. Where they come in bursts more is
    found, so that this is the least.

    Args:
        hit: Share found when all traffic went to one model, 0 to 1.
        part: Share of that traffic that stays together, 0 to 1.
    """
    return 1.0 - float((1.0 - hit) ** part)


class HitShares:
    """How much of its cache traffic keeps that goes from one model to another, by the formula."""

    def __init__(self, groups: Sequence[Group], largest: Mapping[str, float]) -> None:
        """Count the traffic.

        Args:
            groups: All replayed traffic.
            largest: By workload the cached share that a prompt reaches at most.
        """
        self._before: dict[tuple[str, str], int] = defaultdict(int)
        self._after: dict[tuple[str, str], int] = defaultdict(int)
        tokens: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for group in groups:
            self._before[group.workload, group.model_from] += group.requests
            self._after[group.workload, group.model_to] += group.requests
            tokens[group.workload][0] += group.cached_tokens
            tokens[group.workload][1] += group.input_tokens
        self._hit = {
            workload: min(cached / (whole * largest.get(workload, _ALL)), 1.0) if cached else 0.0
            for workload, (cached, whole) in tokens.items()
        }

    def part(self, workload: str, old: str, new: str) -> float:
        """Return the share of the traffic of the old model that meets again at the new one."""
        before = self._before[workload, old]
        return min(1.0, self._after[workload, new] / before) if before else 1.0

    def kept(self, workload: str, old: str, new: str) -> float:
        """Return the share of the cached tokens of the old model that is found at the new one."""
        hit = self._hit.get(workload, 0.0)
        return hit_share(hit, self.part(workload, old, new)) / hit if hit else 1.0


def kept_by_formula(
    groups: Sequence[Group], shares: HitShares, measured: Sequence[CacheKept]
) -> tuple[CacheKept, ...]:
    """Return what stays cached of each rule, workload and model, measured where it was.

    Args:
        groups: Replayed traffic.
        shares: Of the same traffic.
        measured: What a replay of sessions found.
    """
    found = {(each.rule, each.workload, each.model_to): each for each in measured}
    alike: dict[Key, list[Group]] = defaultdict(list)
    for group in groups:
        alike[group.rule, group.workload, group.model_to].append(group)
    for key, members in alike.items():
        if key not in found:
            found[key] = _estimate(key, members, shares)
    return tuple(found[key] for key in sorted(found))


def _estimate(key: Key, members: Sequence[Group], shares: HitShares) -> CacheKept:
    cached = sum(each.cached_tokens for each in members)
    parts = [shares.part(each.workload, each.model_from, each.model_to) for each in members]
    moved = any(each.model_from != each.model_to for each in members)
    if not cached or not (moved or any(part < 1.0 for part in parts)):
        return CacheKept(*key, kept=1.0, method="unchanged")
    kept = sum(
        each.cached_tokens * shares.kept(each.workload, each.model_from, each.model_to)
        for each in members
    )
    return CacheKept(
        *key,
        kept=round(kept / cached, 6),
        method="formula",
        requests=sum(each.requests for each in members),
        cached_tokens=cached,
    )
