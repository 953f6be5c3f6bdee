"""A scenario with a few assumptions set by hand, as sliders and forms set them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from models.policy.assumptions import ALL, Assumptions, PerWorkload, Spread
from models.policy.terms import Scenario
from models.workload.latency import latency_of
from models.workload.rules import WorkloadRules

#: Seconds after which an answer is wanted of work that can wait a day, and of work that cannot.
DAY, SOON = 86_400, 60


@dataclass(frozen=True, slots=True)
class ByHand:
    """What is set; None, or an empty mapping, leaves what the scenario says.

    Each is for all work, takes the place of everything that the scenario says of it, and is taken
    as certain.

    Attributes:
        output_ratio: Output tokens under the new model by those under the old.
        cache_kept: Share of the cached tokens that stay cached after a change of model.
        cache_in_batch: The same in batch.
        repair_usd: What a failed task costs to put right, in US dollars.
        success: Success rate by model.
        waits: By workload whether it can wait a day.
    """

    output_ratio: Decimal | None = None
    cache_kept: Decimal | None = None
    cache_in_batch: Decimal | None = None
    repair_usd: Decimal | None = None
    success: Mapping[str, Decimal] = field(default_factory=dict)
    waits: Mapping[str, bool] = field(default_factory=dict)


def laid_over(scenario: Scenario, by_hand: ByHand) -> Scenario:
    """Return a scenario with what is set by hand."""
    said = scenario.assumptions
    changed = replace(
        said,
        output_ratio=_for_all(by_hand.output_ratio, said.output_ratio),
        cache_kept=_for_all(by_hand.cache_kept, said.cache_kept),
        cache_in_batch=_for_all(by_hand.cache_in_batch, said.cache_in_batch),
        human_repair_usd=_for_all(by_hand.repair_usd, said.human_repair_usd),
        success=_success(by_hand.success, said.success),
        latency_seconds={**said.latency_seconds, **_latency(by_hand.waits)},
    )
    return replace(scenario, assumptions=changed)


def waits_a_day(workload: str, assumptions: Assumptions, rules: WorkloadRules) -> bool:
    """Tell whether work can wait a day, as a scenario and the workload rules have it."""
    seconds = latency_of(workload, assumptions, rules)
    return seconds is not None and seconds >= DAY


def _for_all(number: Decimal | None, said: PerWorkload) -> PerWorkload:
    return said if number is None else {ALL: Spread.exactly(number)}


def _success(
    by_hand: Mapping[str, Decimal], said: Mapping[str, Mapping[str, Spread]]
) -> Mapping[str, Mapping[str, Spread]]:
    """Return success rates by workload and model; a model set by hand is set for all work."""
    if not by_hand:
        return said
    kept = {
        workload: {model: spread for model, spread in rates.items() if model not in by_hand}
        for workload, rates in said.items()
    }
    of_all = {model: Spread.exactly(rate) for model, rate in by_hand.items()}
    merged = {**kept, ALL: {**kept.get(ALL, {}), **of_all}}
    return {workload: rates for workload, rates in merged.items() if rates}


def _latency(waits: Mapping[str, bool]) -> dict[str, int]:
    return {workload: DAY if can else SOON for workload, can in waits.items()}
