"""Scenarios side by side against named baselines: the one function behind CLI and dashboard."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from models.compare.option import Comparison

if TYPE_CHECKING:
    from app.whatif.ask import Prepared
    from models.compare.budget import Wanted
    from models.compare.option import BudgetOptimum, Option
    from models.compare.quality import Measured
    from models.policy.terms import Scenario

TODAY_NAME = "today's mix"


def compare(
    prepared: "Prepared", scenarios: "Sequence[Scenario]", wanted: "Wanted | None" = None
) -> Comparison:
    """Replay scenarios and baselines over the same usage with the same draws.

    Args:
        prepared: What was asked, and the usage.
        scenarios: In any order: none changes another's figures.
        wanted: Budget and limits of the best choices; None asks for none.

    Raises:
        OptimiseError: no choices keep to what is wanted.
    """
    from app.whatif.assumed import unknown_workloads
    from app.whatif.commitment import committed
    from app.whatif.compare_baselines import baselines
    from app.whatif.compare_replays import Stage
    from models.compare.hangs_on import bars_of
    from models.compare.quality import frontier, hull, measured

    stage = Stage(prepared, scenarios)
    today = stage.today(TODAY_NAME)
    played = [stage.play(scenario) for scenario in scenarios]
    options = [today, *(each.option for each in played)]
    options += baselines(stage, played)
    found = measured(options)
    comparison = Comparison(
        options=tuple(options),
        days=prepared.period.days,
        months=prepared.period.months,
        draws=prepared.whatif.draws,
        seed=prepared.whatif.seed,
        frontier=frontier(found),
        hull=hull(found),
        why_no_quality=found.why_not,
        frontier_of=found.of,
        tornado={
            each.option.name: bars_of(each.played, each.option, each.drawn) for each in played
        },
        commitments={
            each.option.name: committed(prepared, today.spend, each.option.spend) for each in played
        },
        warnings=(
            *dict.fromkeys(
                each for one in scenarios for each in unknown_workloads(prepared, one.assumptions)
            ),
            *stage.warnings(options),
        ),
    )
    if wanted is None or not wanted.is_asked:
        return comparison
    return replace(comparison, budget=_budget(found, wanted, today))


def _budget(found: "Measured", wanted: "Wanted", today: "Option") -> "BudgetOptimum":
    from models.compare.budget import budget_optimum

    elsewhere = sum(part.cost_pico for part in today.parts if part.workload not in found.workloads)
    return budget_optimum(found, wanted, elsewhere / 10**12)
