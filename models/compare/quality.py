"""Options by cost and expected success: frontier, hull, and what stands in the way of both."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.compare.option import FrontierPoint, HullPoint, Option, Part
from models.optimise.budget import Knapsack
from models.optimise.frontier import non_dominated
from models.optimise.segments import Option as Choice
from models.optimise.segments import Segment

_PICO_PER_USD = 10**12

#: Draws that differ in less differ in nothing but rounding.
_PLACES_USD, _PLACES_SUCCESS = 6, 9

#: Baselines that are no choice anybody could make for one workload.
NO_CHOICE = frozenset({"random", "zero_router", "oracle"})


@dataclass(frozen=True, slots=True)
class Measured:
    """The part of the traffic for which options can be compared on quality.

    Attributes:
        workloads: Whose success is known under today's mix and every scenario.
        options: Those whose success is known on all of these.
        of: Which part of the traffic that is, in words; empty where it is all.
        why_not: Why nothing or not all can be compared; None where all can.
    """

    workloads: tuple[str, ...]
    options: tuple[Option, ...]
    of: str
    why_not: str | None


def measured(options: Sequence[Option]) -> Measured:
    """Return what can be compared on quality.

    Args:
        options: Today's mix first.
    """
    must = [each for each in options if each.kind == "scenario" or each is options[0]]
    counted = [part for part in options[0].parts if part.counted]
    known = [
        part.workload
        for part in counted
        if all(_part(option, part.workload).success is not None for option in must)
    ]
    requests = sum(part.counted for part in counted if part.workload in known)
    total = options[0].counted or 1
    why_not = None if len(known) == len(counted) else _why(must, known)
    of = (
        f"Of the workloads whose success is known alone: {', '.join(known)}, "
        f"{100 * requests / total:.0f}% of the requests."
        if known and why_not
        else ""
    )
    whole = tuple(
        option
        for option in options
        if known
        and option.made_for is None
        and all(_part(option, name).success is not None for name in known)
    )
    return Measured(tuple(known), whole, of, why_not)


def _part(option: Option, workload: str) -> Part:
    for part in option.parts:
        if part.workload == workload:
            return part
    return Part(workload, 0, 0, 0, np.zeros_like(option.cost_usd))


def _why(must: Sequence[Option], known: Sequence[str]) -> str:
    missing = [
        part.workload for part in must[0].parts if part.counted and part.workload not in known
    ]
    listed = ", ".join(missing[:5]) + (
        f" and {len(missing) - 5} more" if len(missing) > 5 else ""  # noqa: PLR2004
    )
    only = "they are compared on cost only" if known else "the options are compared on cost only"
    return (
        f"The success of models is unknown for {listed}: {only}. A benchmark is no success rate of "
        "yours; state your own under `success`, or import an evaluation with: ratecard evidence "
        "import FILE."
    )


def frontier(found: Measured) -> tuple[FrontierPoint, ...]:
    """Return the options by cost and expected success, with how often none beats them.

    What nobody can choose, as knowing every answer, is shown and beats nobody.
    """
    if not found.workloads:
        return ()
    choices = [option for option in found.options if option.baseline_of not in NO_CHOICE]
    sums = [_sums(option, found.workloads) for option in choices]
    now = non_dominated([each[0] for each in sums], [each[1] for each in sums])
    draws = non_dominated(
        np.stack([each[2] for each in sums], axis=-1), np.stack([each[3] for each in sums], axis=-1)
    )
    points = [
        FrontierPoint(option.name, cost, success, often.item(), bool(on))
        for option, (cost, success, _, _), on, often in zip(
            choices, sums, now, draws.mean(axis=0), strict=True
        )
    ]
    bounds = [option for option in found.options if option.baseline_of in NO_CHOICE]
    points += [
        FrontierPoint(option.name, *_sums(option, found.workloads)[:2], 0.0, False, is_bound=True)
        for option in bounds
    ]
    return tuple(points)


def _sums(option: Option, workloads: Sequence[str]) -> tuple[float, float, np.ndarray, np.ndarray]:
    """Return cost in US dollars and success over some workloads, at the medians and in draws."""
    parts = [_part(option, name) for name in workloads]
    tasks = sum(part.tasks for part in parts) or 1
    known = [(part, part.success) for part in parts if part.success is not None]
    return (
        sum(part.cost_pico for part in parts) / _PICO_PER_USD,
        sum(part.tasks * success.point for part, success in known) / tasks,
        np.round(np.sum([part.cost_usd for part in parts], axis=0), _PLACES_USD),
        np.round(
            np.sum([part.tasks * success.draws for part, success in known], axis=0) / tasks,
            _PLACES_SUCCESS,
        ),
    )


def segments(found: Measured, *, singles: bool = False) -> list[Segment]:
    """Return each workload with the options it can choose from.

    Args:
        found: What can be compared.
        singles: Only options of one model, for limits by model.
    """
    return [
        Segment(
            name,
            _part(found.options[0], name).whole_tasks,
            tuple(_choices(found.options, name, singles=singles)),
        )
        for name in found.workloads
        if _part(found.options[0], name).counted
    ]


def _choices(options: Sequence[Option], workload: str, *, singles: bool) -> list[Choice]:
    choices = []
    for option in options:
        part = _part(option, workload)
        unfit = option.baseline_of in NO_CHOICE or (singles and not option.model)
        if unfit or part.success is None or not part.counted:
            continue
        usd = part.cost_pico / _PICO_PER_USD / part.whole_tasks
        choices.append(Choice(option.name, max(usd, 0.0), part.success.point, option.model))
    return choices


def hull(found: Measured) -> tuple[HullPoint, ...]:
    """Return the best expected success for every cost, any workload at any option."""
    choices = [each for each in segments(found) if each.options]
    tasks = sum(each.requests for each in choices)
    if not tasks:
        return ()
    curve = Knapsack(choices).curve()
    return tuple(
        HullPoint(usd, quality / tasks)
        for usd, quality in zip(curve.cost.tolist(), curve.quality.tolist(), strict=True)
    )
