"""One option: the traffic under one set of choices, what it costs and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np

    from models.commitment.effect import Effect

Kind = Literal["baseline", "scenario", "single model"]


@dataclass(frozen=True, slots=True)
class Interval:
    """P10, median and P90 of draws, in the unit of what they measure."""

    p10: float
    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class Success:
    """A success rate, in [0, 1].

    Attributes:
        point: At the medians of all parameters.
        draws: One for each draw.
        source: ``evaluations`` (the user's own), ``scenario`` (stated by the user) or ``evidence``
            (prior evidence, transferred to the user's success rate of the present model).
        words: Whose figures, such as "your evaluation of 200 tasks".
    """

    point: float
    draws: "np.ndarray"
    source: str
    words: str


@dataclass(frozen=True, slots=True)
class RuleHits:
    """What one rule of a policy took; number 0 is what no rule took.

    Attributes:
        cost_pico: At the medians, in pico-dollars.
        today_pico: What the same requests cost with the logged choices.
    """

    number: int
    name: str
    requests: int
    cost_pico: int
    today_pico: int


@dataclass(frozen=True, slots=True)
class Used:
    """A parameter that figures rest on.

    Attributes:
        p10, p50, p90: Its spread, all equal where it is taken as known.
        unit: ``ratio``, ``share`` or ``USD``.
        grade: H, M, L or A (assumed), or "yours".
        source: Citation.
        words: What the parameter is, for people.
    """

    name: str
    p10: float
    p50: float
    p90: float
    unit: str
    grade: str
    source: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One workload under an option.

    Attributes:
        cost_pico: API cost at the medians for the whole period, in pico-dollars.
        cost_usd: The same in US dollars, one for each draw.
        success: None where it is unknown.
        people_usd: Review and repair by people at the medians; None where it is unknown.
        people_usd_draws: The same, one for each draw.
        moved: Requests whose model, tier, effort or region changed.
        unpriced: Requests without a price: in no cost and in no success rate.
        by_task: Requests that a task takes on average: 1 where each is a task of its own.
    """

    workload: str
    requests: int
    moved: int
    cost_pico: int
    cost_usd: "np.ndarray"
    success: Success | None = None
    people_usd: float | None = None
    people_usd_draws: "np.ndarray | None" = None
    unpriced: int = 0
    by_task: float = 1.0

    @property
    def counted(self) -> int:
        """Requests that cost and success are of."""
        return self.requests - self.unpriced

    @property
    def tasks(self) -> float:
        """What succeeds or fails: requests, or sessions of several."""
        return self.counted / self.by_task

    @property
    def whole_tasks(self) -> int:
        """The same as a whole number, at least one where there are requests."""
        return max(round(self.tasks), 1) if self.counted else 0


@dataclass(frozen=True, slots=True)
class Option:
    """The traffic under one set of choices.

    Attributes:
        name: As shown; a baseline's says what it is the strongest or cheapest of.
        baseline_of: Key of the baseline, such as ``today`` or ``always_cheapest``; None otherwise.
        model: The one model of it all; empty for a mix.
        mix: Requests by model.
        spend: API cost at the medians by model, in pico-dollars; what operators call counts with
            the model that answers first.
        made_for: Scenario whose rates or cost a baseline takes over; None for a shared one.
        cost_pico: API cost at the medians for the whole period, in pico-dollars.
        cost_usd: The same in US dollars, one for each draw.
        success: Weighted by tasks; None unless it is known for every workload.
        people_usd: Review and repair by people at the medians; None where it is unknown.
        parts: By workload.
        kept: Requests that kept their logged choices, by reason.
        unpriced: Requests without a price, in no cost.
        cache: How the share of cached input that stays was worked out: method to requests.
        made_of_tasks: How many tasks, where an option has no parts to tell.
    """

    name: str
    kind: Kind
    requests: int
    moved: int
    cost_pico: int
    cost_usd: "np.ndarray"
    parts: tuple[Part, ...]
    baseline_of: str | None = None
    made_for: str | None = None
    model: str = ""
    mix: Mapping[str, int] = field(default_factory=dict)
    spend: Mapping[str, int] = field(default_factory=dict)
    success: Success | None = None
    people_usd: float | None = None
    people_usd_draws: "np.ndarray | None" = None
    rules: tuple[RuleHits, ...] = ()
    kept: Mapping[str, int] = field(default_factory=dict)
    unpriced: int = 0
    cache: Mapping[str, int] = field(default_factory=dict)
    parameters: tuple[Used, ...] = ()
    one_off_usd: float = 0.0
    warnings: tuple[str, ...] = ()
    made_of_tasks: float = 0.0

    @property
    def counted(self) -> int:
        """Requests that cost and success are of."""
        return sum(part.counted for part in self.parts) if self.parts else self.requests

    @property
    def tasks(self) -> float:
        """What succeeds or fails: requests, or sessions of several."""
        return sum(part.tasks for part in self.parts) if self.parts else self.made_of_tasks


@dataclass(frozen=True, slots=True)
class Bar:
    """One parameter in a tornado: what the cost becomes at its P10 and P90, others at the median.

    Attributes:
        at_p10, at_p90: US dollars for the whole period.
        rank_correlation: Spearman, of the same draws.
        words: What the parameter is, for people.
    """

    parameter: str
    at_p10: float
    at_p90: float
    rank_correlation: float
    words: str = ""


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """A point of the frontier of cost and expected successes.

    Attributes:
        non_dominated: Share of draws in which no other option is both cheaper and better.
        is_bound: Whether nobody can choose it, as knowing every answer.
    """

    option: str
    cost_usd: float
    success: float
    non_dominated: float
    on_frontier: bool
    is_bound: bool = False


@dataclass(frozen=True, slots=True)
class HullPoint:
    """Best expected success that a cost buys, mixing models by workload."""

    cost_usd: float
    success: float


@dataclass(frozen=True, slots=True)
class BudgetOptimum:
    """The best choices within a budget.

    Attributes:
        budget_usd: For the whole period; None where only limits were given.
        cost_usd: What the choices cost, workloads that stay as they are included.
        successes: Expected, of `tasks`.
        choices: Workload to (option, share of its requests).
        successes_per_usd: Shadow price: what one more dollar buys; None with side constraints.
        words: The same as a sentence.
    """

    budget_usd: float | None
    cost_usd: float
    successes: float
    requests: int
    tasks: int
    choices: Mapping[str, tuple[tuple[str, float], ...]]
    successes_per_usd: float | None
    words: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Options side by side.

    Attributes:
        options: Today's mix first, then scenarios as given, baselines, single models.
        why_no_quality: What stands in the way of expected successes; None where all are known.
        frontier_of: Of which part of the traffic the frontier is, where it is not all.
        commitments: By the name of a scenario, what the contract's commitments make of it.
        tornado: By the name of a scenario, the widest bar first.
    """

    options: tuple[Option, ...]
    days: float
    months: float
    draws: int = 2048
    seed: int = 7
    frontier: tuple[FrontierPoint, ...] = ()
    hull: tuple[HullPoint, ...] = ()
    why_no_quality: str | None = None
    frontier_of: str = ""
    budget: BudgetOptimum | None = None
    tornado: Mapping[str, tuple[Bar, ...]] = field(default_factory=dict)
    commitments: "Mapping[str, tuple[Effect, ...]]" = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def today(self) -> Option:
        """The logged mix."""
        return self.options[0]

    def baselines_of(self, option: Option) -> tuple[Option, ...]:
        """Return the baselines that a scenario is held against: its own, else the shared ones."""
        own = {each.baseline_of for each in self.options if each.made_for == option.name}
        return tuple(
            each for each in self.options
            if each.baseline_of is not None
            and (each.made_for == option.name
                 or (each.made_for is None and each.baseline_of not in own))
        )  # fmt: skip

    def named(self, name: str) -> Option:
        """Return an option by name."""
        return next(each for each in self.options if each.name == name)
