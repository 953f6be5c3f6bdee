"""The most successes that a budget buys, workload by workload, and what one more dollar would."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models.compare.option import BudgetOptimum
from models.compare.quality import Measured, segments
from models.optimise.budget import best_for_budget
from models.optimise.constrained import Limits, best_within
from models.optimise.segments import InfeasibleError, OptimiseError, Plan, Segment

#: From so many requests on a tenth of a success is not shown.
_MANY = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the choices must keep to.

    Attributes:
        budget_usd: US dollars for the whole period.
        min_success: Workload to its least success rate.
        max_share: Model to its largest share of the tasks.
    """

    budget_usd: float | None = None
    min_success: Mapping[str, float] = field(default_factory=dict)
    max_share: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_asked(self) -> bool:
        """Whether anything is."""
        return self.budget_usd is not None or bool(self.min_success) or bool(self.max_share)


def budget_optimum(found: Measured, wanted: Wanted, elsewhere_usd: float = 0.0) -> BudgetOptimum:
    """Return the best choices.

    Args:
        found: What can be compared on quality.
        wanted: What they must keep to.
        elsewhere_usd: Cost of the workloads that cannot be compared: they stay as they are, and
            the budget pays for them too.

    Raises:
        OptimiseError: no choices keep to it, or the success of none is known.
    """
    choices = [each for each in segments(found, singles=bool(wanted.max_share)) if each.options]
    if not choices:
        raise OptimiseError(
            "a budget or a limit needs success rates: state them under `success`, or import an "
            "evaluation"
        )
    plan = _plan(choices, wanted, elsewhere_usd)
    solved = bool(wanted.min_success or wanted.max_share)
    shadow = None if solved else plan.shadow_price
    tasks = sum(each.requests for each in choices)
    names = {each.name for each in choices}
    parts = found.options[0].parts
    return BudgetOptimum(
        budget_usd=wanted.budget_usd,
        cost_usd=plan.cost + elsewhere_usd,
        successes=plan.quality,
        requests=sum(part.counted for part in parts if part.workload in names),
        tasks=tasks,
        choices=_by_workload(plan),
        successes_per_usd=shadow,
        words=_words(shadow, plan.quality, tasks),
    )


def _plan(choices: Sequence[Segment], wanted: Wanted, elsewhere_usd: float) -> Plan:
    left = None if wanted.budget_usd is None else wanted.budget_usd - elsewhere_usd
    if left is not None and not wanted.min_success and not wanted.max_share:
        if left < 0:
            raise InfeasibleError(
                f"the workloads of unknown success cost {elsewhere_usd:.2f} alone, more than the "
                f"budget of {wanted.budget_usd:.2f}"
            )
        return best_for_budget(choices, left)
    limits = Limits(budget=left, least_quality=wanted.min_success, most_share=wanted.max_share)
    # Without a budget money is no object, and what is wanted is the least of it.
    return best_within(choices, limits, cheapest=left is None)


def _by_workload(plan: Plan) -> Mapping[str, tuple[tuple[str, float], ...]]:
    found: dict[str, list[tuple[str, float]]] = {}
    for choice in plan.choices:
        found.setdefault(choice.segment, []).append((choice.option, choice.share))
    return {name: tuple(taken) for name, taken in found.items()}


def _words(shadow: float | None, successes: float, tasks: int) -> str:
    places = 0 if tasks >= _MANY else 1
    rate = f"{successes:,.{places}f} of {tasks:,} tasks succeed, {100 * successes / tasks:.1f}%"
    if shadow is None:
        return f"{rate}."
    if not shadow:
        return f"{rate}; one more dollar buys nothing more."
    if shadow >= 1:
        return f"{rate}; one more dollar buys {shadow:,.1f} successes."
    return (
        f"{rate}; one more dollar buys {shadow:.2g} successes: the next one costs "
        f"${1 / shadow:,.2f}."
    )
