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


def kept_by_formula(
    groups: Sequence[Group], largest: Mapping[str, float], measured: Sequence[CacheKept]
) -> tuple[CacheKept, ...]:
    """Return what stays cached of each rule, workload and model, measured where it was.

    Args:
        groups: Replayed traffic.
        largest: By workload the cached share that a prompt reaches at most.
        measured: What a replay of sessions found.
    """
    found = {(each.rule, each.workload, each.model_to): each for each in measured}
    before: dict[tuple[str, str], int] = defaultdict(int)
    after: dict[tuple[str, str], int] = defaultdict(int)
    tokens: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    alike: dict[Key, list[Group]] = defaultdict(list)
    for group in groups:
        before[group.workload, group.model_from] += group.requests
        after[group.workload, group.model_to] += group.requests
        tokens[group.workload][0] += group.cached_tokens
        tokens[group.workload][1] += group.input_tokens
        alike[group.rule, group.workload, group.model_to].append(group)

    def part(group: Group) -> float:
        new, old = after[group.workload, group.model_to], before[group.workload, group.model_from]
        return min(1.0, new / old) if old else 1.0

    for key, members in alike.items():
        if key in found:
            continue
        cached, whole = tokens[key[1]]
        hit = cached / (whole * largest.get(key[1], _ALL)) if cached else 0.0
        found[key] = _estimate(key, members, min(hit, 1.0), [part(each) for each in members])
    return tuple(found[key] for key in sorted(found))


def _estimate(key: Key, members: Sequence[Group], hit: float, parts: Sequence[float]) -> CacheKept:
    cached = sum(each.cached_tokens for each in members)
    moved = any(each.model_from != each.model_to for each in members)
    if not cached or not hit or not (moved or any(part < 1.0 for part in parts)):
        return CacheKept(*key, kept=1.0, method="unchanged")
    kept = sum(
        each.cached_tokens * hit_share(hit, part) / hit
        for each, part in zip(members, parts, strict=True)
    )
    return CacheKept(
        *key,
        kept=round(kept / cached, 6),
        method="formula",
        requests=sum(each.requests for each in members),
        cached_tokens=cached,
    )
