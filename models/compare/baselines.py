"""Baselines that a scenario must beat: random choice, mixing two models, knowing every answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models.compare.assemble import Row, overall
from models.compare.option import Option, Part, Success
from models.evidence.evaluations import Evaluation, of_workload
from models.outcome.checked import Array
from models.routing_metrics.mixes import oracle, zero_router

TODAY, CHEAPEST, STRONGEST = "today", "always_cheapest", "always_strongest"
RANDOM, ZERO, ORACLE = "random", "zero_router", "oracle"

_LEAST_TASKS = 5
_FEWEST_MODELS = 2

#: Workload and logged model.
Origin = tuple[str, str]


def moves_models(rows: Sequence[Row]) -> bool:
    """Whether any request goes to another model."""
    return any(row.flow.model_to != row.flow.model_from for row in rows)


def random_at_rates(name: str, rows: Sequence[Row], singles: Mapping[str, Sequence[Row]]) -> Option:
    """Return the option of moving as many requests of each model, picked at random.

    Tiers and efforts stay as logged; attempts, cascades and checks are left out.

    Args:
        name: Of the scenario.
        rows: Its flows.
        singles: By model the flows of sending everything there; all that the scenario moves to.
    """
    wanted, movable = _rates(rows), {model: _rates(flows) for model, flows in singles.items()}
    by_origin = {model: _by_origin(flows) for model, flows in singles.items()}
    found: dict[str, list[tuple[float, _Sum]]] = {}
    for (workload, model_from), logged in _staying(rows).items():
        picked = _picked(model_from, wanted[model_from], movable)
        taken = found.setdefault(workload, [])
        for model_to, share in picked.items():
            taken.append((share, by_origin[model_to][workload, model_from]))
        own = by_origin.get(model_from, {}).get((workload, model_from))
        # What stays costs what was logged; how good it is, its own model says.
        stays = replace(logged, success=own.success, draws=own.draws) if own else logged
        taken.append((1 - sum(picked.values()), stays))
    parts = tuple(_mixed(workload, found[workload]) for workload in sorted(found))
    return _baseline(f"random at the rates of {name}", RANDOM, name, parts)


def _picked(
    model_from: str,
    wanted: Mapping[str, float],
    movable: Mapping[str, Mapping[str, Mapping[str, float]]],
) -> dict[str, float]:
    """Return the shares of a model's requests that are sent elsewhere, to move as many as wanted.

    Some of those picked cannot move, so that more are picked.
    """
    picked: dict[str, float] = {}
    for model_to, share in wanted.items():
        can = movable.get(model_to, {}).get(model_from, {}).get(model_to, 0.0)
        if model_to != model_from and share and can:
            picked[model_to] = min(share / can, 1.0)
    total = sum(picked.values())
    return {model: share / max(total, 1.0) for model, share in picked.items()}


@dataclass(frozen=True, slots=True)
class _Sum:
    """Requests of one origin under one choice."""

    requests: int
    tasks: float
    pico: int
    usd: Array
    success: float | None
    draws: Array | None


def _rates(rows: Sequence[Row]) -> dict[str, dict[str, float]]:
    """Return by logged model the shares of its requests that go to each model."""
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        of = counts.setdefault(row.flow.model_from, {})
        of[row.flow.model_to] = of.get(row.flow.model_to, 0) + row.flow.priced
    return {
        model: {to: n / (sum(of.values()) or 1) for to, n in of.items()}
        for model, of in counts.items()
    }


def _staying(rows: Sequence[Row]) -> dict[Origin, _Sum]:
    """Return what was logged, by origin; success where a flow that stays knows it."""
    found: dict[Origin, _Sum] = {}
    for row in rows:
        key = (row.flow.workload, row.flow.model_from)
        found[key] = _plus(
            found.get(key),
            _Sum(row.flow.priced, row.tasks, row.flow.today_pico, row.today, None, None),
        )
    return found


def _by_origin(rows: Sequence[Row]) -> dict[Origin, _Sum]:
    found: dict[Origin, _Sum] = {}
    for row in rows:
        key = (row.flow.workload, row.flow.model_from)
        success = row.point.success
        this = _Sum(
            row.flow.priced,
            row.tasks,
            row.pico,
            row.drawn.api_usd,
            None if success is None else np.asarray(success).item(),
            None if row.drawn.success is None else np.asarray(row.drawn.success),
        )
        found[key] = _plus(found.get(key), this)
    return found


def _plus(one: _Sum | None, other: _Sum) -> _Sum:
    if one is None:
        return other
    requests, tasks = one.requests + other.requests, one.tasks + other.tasks
    success = draws = None
    if one.success is not None and other.success is not None and tasks:
        success = (one.tasks * one.success + other.tasks * other.success) / tasks
    if one.draws is not None and other.draws is not None and tasks:
        draws = (one.tasks * one.draws + other.tasks * other.draws) / tasks
    usd = one.usd + other.usd
    return _Sum(requests, tasks, one.pico + other.pico, usd, success, draws)


def _mixed(workload: str, taken: Sequence[tuple[float, _Sum]]) -> Part:
    requests = sum(share * each.requests for share, each in taken)
    tasks = sum(share * each.tasks for share, each in taken)
    success = None
    if tasks and all(each.success is not None for share, each in taken if share):
        weight = [share * each.tasks / tasks for share, each in taken]
        success = Success(
            sum(w * (each.success or 0.0) for w, (_, each) in zip(weight, taken, strict=True)),
            _weighed(weight, [each.draws for _, each in taken]),
            "scenario",
            "the same rates, mixed",
        )
    return Part(
        workload=workload,
        requests=round(requests),
        moved=0,
        cost_pico=round(sum(share * each.pico for share, each in taken)),
        cost_usd=np.sum([share * each.usd for share, each in taken], axis=0),
        success=success,
        by_task=requests / tasks if tasks else 1.0,
    )


def _weighed(weights: Sequence[float], draws: Sequence[Array | None]) -> Array:
    total = np.zeros(1)
    for weight, row in zip(weights, draws, strict=True):
        total = total if row is None else total + weight * row
    return total


def best_mix_at_cost(option: Option, singles: Sequence[Option]) -> Option | None:
    """Return the zero router: mixing two single models at random at the cost of a scenario.

    None where the success of the scenario or of two models is unknown, or where no mix is as cheap.
    """
    known = [(each, each.success) for each in singles if each.success is not None]
    if option.success is None or len(known) < _FEWEST_MODELS:
        return None
    qualities = [success.point for _, success in known]
    costs = [each.cost_pico / 1e12 for each, _ in known]
    point = zero_router(costs, qualities, option.cost_pico / 1e12).item()
    if np.isnan(point):
        return None
    drawn = np.array([
        zero_router(
            [each.cost_usd[k] for each, _ in known],
            [success.draws[k] for _, success in known],
            option.cost_usd[k],
        ).item()
        for k in range(len(option.cost_usd))
    ])  # fmt: skip
    drawn = np.where(np.isnan(drawn), point, drawn)
    return Option(
        name=f"best mix of two models at the cost of {option.name}",
        kind="baseline",
        requests=option.requests,
        moved=0,
        cost_pico=option.cost_pico,
        cost_usd=option.cost_usd,
        parts=(),
        baseline_of=ZERO,
        made_for=option.name,
        success=Success(point, drawn, "scenario", "the hull of single models"),
        made_of_tasks=option.tasks,
    )


def oracle_of(
    today: Option, singles: Mapping[str, Option], evaluations: Sequence[Evaluation]
) -> Option | None:
    """Return what a router that knows every outcome of the user's evaluations would do.

    Per task the cheapest model that is right, the cheapest of all where none is. Workloads without
    an evaluation of two models stay as they are. None where there is none at all.
    """
    parts, knows = [], []
    for part in today.parts:
        known = _oracle_part(part, singles, evaluations)
        knows += [part.workload] if known else []
        parts.append(known or part)
    if not knows:
        return None
    whole = len(knows) == sum(part.counted > 0 for part in today.parts)
    of = "" if whole else f", {', '.join(knows)} alone; the rest as today"
    name = f"oracle (knows every answer of your evaluations{of})"
    return _baseline(name, ORACLE, None, tuple(parts))


def _oracle_part(
    part: Part, singles: Mapping[str, Option], evaluations: Sequence[Evaluation]
) -> Part | None:
    mine = [each for each in of_workload(evaluations, part.workload) if each.model in singles]
    passed: dict[str, dict[str, bool]] = {}
    for each in sorted(mine, key=lambda run: run.run, reverse=True):
        passed.setdefault(each.task, {})[each.model] = each.passed
    models = sorted({each.model for each in mine})
    tasks = [outcomes for outcomes in passed.values() if len(outcomes) == len(models)]
    if len(models) < _FEWEST_MODELS or len(tasks) < _LEAST_TASKS or not part.counted:
        return None
    at = [_part(singles[model], part.workload) for model in models]
    costs = np.array([each.cost_pico / part.counted for each in at])
    found = oracle(costs, [[outcomes[model] for model in models] for outcomes in tasks])
    return Part(
        workload=part.workload,
        requests=part.requests,
        moved=0,
        cost_pico=round(sum(s * p.cost_pico for s, p in zip(found.share, at, strict=True))),
        cost_usd=np.sum([s * p.cost_usd for s, p in zip(found.share, at, strict=True)], axis=0),
        success=Success(
            found.quality,
            np.full(len(part.cost_usd), found.quality),
            "evaluations",
            f"your evaluation of {len(tasks)} tasks",
        ),
        unpriced=part.unpriced,
        by_task=part.by_task,
    )


def _part(option: Option, workload: str) -> Part:
    return next(part for part in option.parts if part.workload == workload)


def _baseline(name: str, key: str, made_for: str | None, parts: tuple[Part, ...]) -> Option:
    known: dict[str, Any] = overall(parts)
    return Option(
        name=name,
        kind="baseline",
        requests=sum(part.requests for part in parts),
        moved=0,
        cost_pico=sum(part.cost_pico for part in parts),
        cost_usd=np.sum([part.cost_usd for part in parts], axis=0),
        parts=parts,
        baseline_of=key,
        made_for=made_for,
        **known,
    )
