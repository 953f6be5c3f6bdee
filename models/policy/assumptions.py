"""What a user may assume beside a policy; what is left out comes from evidence or is unknown."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal

#: Stands for every workload that is not named.
ALL = "*"

#: How few and how many draws intervals may rest on.
LEAST_DRAWS, MOST_DRAWS = 16, 1 << 16


@dataclass(frozen=True, slots=True)
class Spread:
    """An uncertain number by its 10th, 50th and 90th percentile; three equal ones are certain.

    Ratios and amounts are lognormal; shares and probabilities are logit-normal.
    """

    p10: Decimal
    p50: Decimal
    p90: Decimal

    @classmethod
    def exactly(cls, number: Decimal) -> "Spread":
        """Return a number without spread."""
        return cls(number, number, number)

    @property
    def is_exact(self) -> bool:
        """Whether there is no spread."""
        return self.p10 == self.p50 == self.p90


#: A spread for each workload; ``*`` is for those not named.
PerWorkload = Mapping[str, Spread]


def of_workload(values: PerWorkload, workload: str) -> Spread | None:
    """Return what is assumed for a workload: its own value, else that of ``*``, else None."""
    return values.get(workload, values.get(ALL))


@dataclass(frozen=True, slots=True)
class Assumptions:
    """All that may be set; an empty mapping or None is not set.

    Attributes:
        output_ratio: Output tokens under the new model by those under the old.
        turns_ratio: Requests a task takes, new by old.
        cache_kept: Share of the cached tokens that stay cached after a change of model.
        cache_in_batch: Share of the cached tokens that stay cached in batch.
        flex_spill: Share of flex requests that are repeated at the standard tier.
        cache_write_share: Share of uncached input that is written to the cache.
        success: Success rate by workload and model.
        human_repair_usd: What a failed task costs in US dollars.
        review_rate: Share of answers that a person looks at.
        review_cost_usd: What a look costs in US dollars.
        escaped_error_usd: What a wrong answer that nobody found costs in US dollars.
        detection: Share of failed attempts that are noticed.
        attempts_icc: How alike the attempts at one task are, 0 independent to 1 the same.
        latency_seconds: How long a workload's answers may take; a workload not named, and not
            ``*``, is taken from the workload rules.
        beta: How far a difference between benchmarks carries over, 0 to 1.2.
        one_off_usd: What the change itself costs in US dollars.
        draws: Of the simulation.
        seed: Of the draws.
    """

    output_ratio: PerWorkload = field(default_factory=dict)
    turns_ratio: PerWorkload = field(default_factory=dict)
    cache_kept: PerWorkload = field(default_factory=dict)
    cache_in_batch: PerWorkload = field(default_factory=dict)
    flex_spill: PerWorkload = field(default_factory=dict)
    cache_write_share: PerWorkload = field(default_factory=dict)
    success: Mapping[str, Mapping[str, Spread]] = field(default_factory=dict)
    human_repair_usd: PerWorkload = field(default_factory=dict)
    review_rate: PerWorkload = field(default_factory=dict)
    review_cost_usd: PerWorkload = field(default_factory=dict)
    escaped_error_usd: PerWorkload = field(default_factory=dict)
    detection: PerWorkload = field(default_factory=dict)
    attempts_icc: PerWorkload = field(default_factory=dict)
    latency_seconds: Mapping[str, int] = field(default_factory=dict)
    beta: Spread | None = None
    one_off_usd: Decimal = Decimal(0)
    draws: int = 2048
    seed: int = 7


def named_workloads(assumptions: Assumptions) -> list[str]:
    """Return the workloads that assumptions name, each once, in the order of their names."""
    values = (getattr(assumptions, each.name) for each in fields(assumptions))
    return sorted({name for each in values if isinstance(each, Mapping) for name in each} - {ALL})
