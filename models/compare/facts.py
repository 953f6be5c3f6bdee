"""What scenarios state about the world rather than about a policy: it holds for every option.

How often a model succeeds, what a person's hour costs, what an escaped error does: these are the
same whichever policy routes a request. A scenario that is silent takes what another one states;
where two contradict each other, those that are silent, and the baselines, take neither.

What becomes of tokens and caches is a scenario's own; baselines take what all scenarios agree on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from models.policy.assumptions import Assumptions, Spread

#: By workload.
_PER_WORKLOAD = (
    "human_repair_usd", "review_rate", "review_cost_usd", "escaped_error_usd", "detection",
    "attempts_icc",
)  # fmt: skip

#: By workload, of tokens and caches.
_OF_TOKENS = (
    "output_ratio", "turns_ratio", "cache_kept", "cache_in_batch", "flex_spill",
    "cache_write_share",
)  # fmt: skip


def shared_facts(every: Sequence[Assumptions]) -> tuple[Assumptions, tuple[str, ...]]:
    """Return what scenarios agree on, and a sentence for each contradiction.

    The order of the scenarios makes no difference.
    """
    contradictions: set[str] = set()
    values: dict[str, Any] = {}
    for name in _PER_WORKLOAD:
        values[name] = _agreed([getattr(each, name) for each in every], name, contradictions)
    workloads = {workload for each in every for workload in each.success}
    values["success"] = {
        workload: _agreed(
            [each.success.get(workload, {}) for each in every],
            f"success at {workload}",
            contradictions,
        )
        for workload in sorted(workloads)
    }
    betas = {each.beta for each in every if each.beta is not None}
    if len(betas) > 1:
        contradictions.add("beta")
    values["beta"] = betas.pop() if len(betas) == 1 else None
    return replace(Assumptions(), **values), tuple(map(_sentence, sorted(contradictions)))


def with_tokens(shared: Assumptions, every: Sequence[Assumptions]) -> Assumptions:
    """Return shared facts with what all scenarios assume of tokens and caches, for baselines."""
    agreed = {
        name: getattr(every[0], name)
        for name in _OF_TOKENS
        if every and all(getattr(each, name) == getattr(every[0], name) for each in every)
    }
    return replace(shared, **agreed)


def tokens_apart(one: Assumptions, other: Assumptions) -> list[str]:
    """Return what two sets of assumptions say differently of tokens and caches."""
    return [name for name in _OF_TOKENS if getattr(one, name) != getattr(other, name)]


def with_facts(own: Assumptions, shared: Assumptions) -> Assumptions:
    """Return a scenario's assumptions, with shared facts where it states none."""
    values: dict[str, Any] = {
        name: {**getattr(shared, name), **getattr(own, name)} for name in _PER_WORKLOAD
    }
    workloads = (*shared.success, *own.success)
    values["success"] = {
        name: {**shared.success.get(name, {}), **own.success.get(name, {})} for name in workloads
    }
    return replace(own, beta=own.beta or shared.beta, **values)


def _agreed(
    stated: Sequence[Mapping[str, Spread]], name: str, contradictions: set[str]
) -> dict[str, Spread]:
    found: dict[str, Spread] = {}
    apart: set[str] = set()
    for values in stated:
        for key, spread in values.items():
            if found.setdefault(key, spread) != spread:
                apart.add(key)
    contradictions.update(f"{name} of {key}" for key in apart)
    return {key: spread for key, spread in sorted(found.items()) if key not in apart}


def _sentence(what: str) -> str:
    return (
        f"The scenarios state different values for {what.replace('_', ' ')}: each keeps its own, "
        "and the baselines take none."
    )
