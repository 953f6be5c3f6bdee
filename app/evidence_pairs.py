"""The user's own evaluations, a row for each pair of models that did the same tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from models.evidence.pairs import Paired, Ratio, paired

if TYPE_CHECKING:
    from models.evidence.evaluations import Evaluation

PAIRS = (
    "workload", "model_a", "effort_a", "model_b", "effort_b", "tasks", "success_a", "success_b",
    "both", "only_a", "only_b", "neither", "discordant", "gain", "gain_low", "gain_high",
    "p_value", "phi", "b_when_a_failed", "output_ratio", "input_ratio", "turns_ratio",
    "cost_ratio", "repair_break_even_usd", "repair_low_usd", "repair_high_usd",
    "more_tasks_needed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwnPair:
    """Two models, each at an effort, on the tasks of a workload."""

    workload: str
    effort_a: str
    effort_b: str
    result: Paired


def pairs_of(evaluations: Sequence["Evaluation"]) -> list[tuple[OwnPair, list[Any]]]:
    """Compare every two models, at every effort they ran at, within each workload."""
    found = []
    for workload in sorted({each.workload for each in evaluations}):
        mine = [each for each in evaluations if each.workload == workload]
        ways = sorted({(each.model, each.effort) for each in mine})
        for k, (a, effort_a) in enumerate(ways):
            for b, effort_b in ways[k + 1 :]:
                result = paired(mine, a, b, (effort_a, effort_b))
                if result is not None:
                    pair = OwnPair(workload, effort_a, effort_b, result)
                    found.append((pair, _row(pair)))
    return found


def told(found: Sequence[tuple[OwnPair, list[Any]]]) -> list[str]:
    """Say of each pair whether it is settled, and what is missing where it is not."""
    return [_told(pair) for pair, _ in found]


def laid_out(found: Sequence[tuple[OwnPair, list[Any]]]) -> str:
    """Lay out what people look at first; the other columns are in CSV and JSON."""
    from app.output import table_text

    columns = (
        "workload", "A", "B", "tasks", "A solves", "B solves", "only A", "only B", "gain",
        "95 % interval", "p", "output ratio", "cost ratio",
    )  # fmt: skip
    return table_text(columns, [_shown(pair) for pair, _ in found])


def _shown(pair: OwnPair) -> list[Any]:
    r = pair.result
    output, cost = _middle(r.output), _middle(r.cost)
    return [
        pair.workload or "any", _way(r.old, pair.effort_a), _way(r.new, pair.effort_b), r.tasks,
        f"{r.success_old:.1%}", f"{r.success_new:.1%}", f"{r.old_only:g}", f"{r.new_only:g}",
        f"{r.gain:+.3f}", f"{r.gain_low:+.3f} to {r.gain_high:+.3f}",
        None if r.p_value is None else f"{r.p_value:.3g}",
        output, cost,
    ]  # fmt: skip


def _told(pair: OwnPair) -> str:
    result = pair.result
    names = f"{_way(result.old, pair.effort_a)} and {_way(result.new, pair.effort_b)}"
    where = f" at {pair.workload}" if pair.workload else ""
    points = f"{result.gain * 100:+.1f} points".replace("-", "−")
    span = f"({result.gain_low * 100:+.1f} to {result.gain_high * 100:+.1f})".replace("-", "−")
    many = "task" if result.tasks == 1 else "tasks"
    said = f"{names}{where}: {points} {span} on {result.tasks:,} {many}"
    more = result.more_needed
    if more == 0:
        return said
    if more is None:
        return f"{said}: inconclusive, and no gain to work out how many more would settle it"
    return f"{said}: inconclusive, need {more:,} more that both do"


def _way(model: str, effort: str) -> str:
    return f"{model} ({effort})" if effort else model


def _row(pair: OwnPair) -> list[Any]:
    r = pair.result
    shares = (r.success_old, r.success_new)
    rest = (
        r.both, r.old_only, r.new_only, r.neither, r.discordant, r.gain, r.gain_low, r.gain_high,
        r.p_value, r.phi, r.rescue,
    )  # fmt: skip
    ratios = [None if each is None else each.p50 for each in (r.output, r.input, r.turns, r.cost)]
    return [
        pair.workload or None, r.old, pair.effort_a or None, r.new, pair.effort_b or None, r.tasks,
        *map(_number, (*shares, *rest, *ratios)),
        *map(_usd, (r.repair_usd, r.repair_low, r.repair_high)), r.more_needed,
    ]  # fmt: skip


def _number(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _usd(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value:.4f}")


def _middle(ratio: Ratio | None) -> str | None:
    return None if ratio is None else f"{ratio.p50:.3f}"
