"""From a replayed scenario to the option that is shown: sums by workload and rule, and draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.compare.ends import FlowEnds
from models.compare.option import Kind, Option, Part, RuleHits, Success, Used
from models.compare.parameter_words import unit_of, words_of
from models.compare.played import Played
from models.compare.traffic import Flow, Values
from models.evidence.success import Rate
from models.outcome.checked import Array
from models.policy.assumptions import of_workload
from models.uncertainty.draws import columns

_KEPT_NAME = "as logged"
_PERCENTILES = (10, 50, 90)

#: How success is called that has several sources, the weakest first.
_WEAKEST = ("evidence", "evaluations", "scenario")
_GRADES = {"evidence": "M", "evaluations": "yours", "scenario": "yours"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """Draws that all options share.

    Attributes:
        values: By the name of the parameter.
        weights: How often each week is in each draw.
    """

    values: Values
    weights: Array


@dataclass(frozen=True, slots=True)
class Row:
    """A flow with what it comes to.

    Attributes:
        tasks: How many its priced requests are.
        pico: API cost at the medians, in pico-dollars.
        point: At the medians.
        today: Cost as logged in US dollars, draw by draw.
        drawn: Draw by draw.
    """

    flow: Flow
    tasks: float
    pico: int
    point: FlowEnds
    today: Array
    drawn: FlowEnds


def drawn_with(played: Played, draws: int, seed: int, weights: Array) -> Drawn:
    """Return the draws of a scenario: those of a name are the same in every scenario."""
    return Drawn(columns(played.distributions(), draws, seed), weights)


def rows_of(played: Played, drawn: Drawn) -> list[Row]:
    """Return what each flow of a scenario comes to."""
    today, ends = played.draws(drawn.values, drawn.weights)
    return [
        Row(flow, played.tasks(flow), pico, point, was, end)
        for flow, (pico, point), was, end in zip(
            played.traffic.flows, played.points(), today, ends, strict=True
        )
    ]


def option_of(
    name: str, kind: Kind, played: Played, rows: Sequence[Row], drawn: Drawn, **more: Any
) -> Option:
    """Return a replayed scenario as an option.

    Args:
        name: As shown.
        kind: What it is.
        played: What was replayed.
        rows: What its flows come to.
        drawn: The draws.
        more: Further attributes of the option.
    """
    flows = played.traffic.flows
    words = _sources(played.rates)
    workloads = sorted({flow.workload for flow in flows})
    parts = tuple(
        _part(each, [row for row in rows if row.flow.workload == each], words) for each in workloads
    )
    replayed = played.traffic.replayed
    return Option(
        name=name,
        kind=kind,
        requests=sum(flow.requests for flow in flows),
        moved=sum(flow.moved for flow in flows),
        cost_pico=sum(row.pico for row in rows),
        cost_usd=_sum([part.cost_usd for part in parts], len(drawn.weights)),
        parts=parts,
        mix=_mix(flows),
        spend=_spend(rows),
        **overall(parts),
        rules=_hits(played, rows),
        kept=dict(replayed.kept),
        unpriced=sum(replayed.unpriced.values()),
        cache=_cache(played),
        parameters=_used(played, drawn),
        warnings=(*replayed.warnings, *played.traffic.factors.warnings, *_cut(name, flows)),
        **more,
    )


def _part(workload: str, rows: Sequence[Row], words: Mapping[str, tuple[str, str]]) -> Part:
    requests = sum(row.flow.requests for row in rows)
    draws = len(rows[0].today)
    priced = sum(row.flow.priced for row in rows)
    people = [row.point.people_usd for row in rows if row.flow.priced]
    whole = None not in people and bool(people)
    return Part(
        workload=workload,
        requests=requests,
        moved=sum(row.flow.moved for row in rows),
        cost_pico=sum(row.pico for row in rows),
        cost_usd=_sum([row.drawn.api_usd for row in rows], draws),
        success=_success(rows, words.get(workload, ("scenario", ""))),
        people_usd=sum(np.asarray(each).item() for each in people) if whole else None,
        people_usd_draws=_sum([row.drawn.people_usd for row in rows], draws) if whole else None,
        unpriced=requests - priced,
        by_task=priced / (sum(row.tasks for row in rows) or 1.0) if priced else 1.0,
    )


def _success(rows: Sequence[Row], told: tuple[str, str]) -> Success | None:
    counted = [row for row in rows if row.flow.priced]
    if not counted or any(row.point.success is None for row in counted):
        return None
    tasks = sum(row.tasks for row in counted)
    share = [row.tasks / tasks for row in counted]
    point = sum(
        s * np.asarray(row.point.success).item() for s, row in zip(share, counted, strict=True)
    )
    draws = _sum(
        [s * np.asarray(row.drawn.success) for s, row in zip(share, counted, strict=True)],
        len(rows[0].today),
    )
    return Success(point, draws, *told)


def overall(parts: Sequence[Part]) -> dict[str, Any]:
    """Return success, weighted by tasks, and people's costs, where all parts know them."""
    counted = [part for part in parts if part.counted]
    tasks = sum(part.tasks for part in counted)
    found: dict[str, Any] = {}
    known = [part.success for part in counted if part.success is not None]
    if counted and len(known) == len(counted):
        share = [part.tasks / tasks for part in counted]
        weakest = min(known, key=lambda each: _WEAKEST.index(each.source))
        found["success"] = Success(
            sum(s * each.point for s, each in zip(share, known, strict=True)),
            np.sum([s * each.draws for s, each in zip(share, known, strict=True)], axis=0),
            weakest.source,
            weakest.words,
        )
    costs = [part.people_usd for part in counted if part.people_usd is not None]
    if costs and len(costs) == len(counted):
        found["people_usd"] = sum(costs)
        found["people_usd_draws"] = _sum(
            [part.people_usd_draws for part in counted], len(counted[0].cost_usd)
        )
    return found


def _hits(played: Played, rows: Sequence[Row]) -> tuple[RuleHits, ...]:
    names = [_KEPT_NAME, *(rule.name for rule in played.policy.rules)]
    if len(names) == 1:
        return ()
    return tuple(
        RuleHits(
            number,
            name,
            sum(row.flow.requests for row in rows if row.flow.rule == number),
            sum(row.pico for row in rows if row.flow.rule == number),
            sum(row.flow.today_pico for row in rows if row.flow.rule == number),
        )
        for number, name in enumerate(names)
    )


def _cut(name: str, flows: Sequence[Flow]) -> tuple[str, ...]:
    """Say how many answers a cap cuts off."""
    cut, capped = (
        sum(getattr(flow, count) for flow in flows if flow.truncated)
        for count in ("truncated", "priced")
    )
    said = f"Scenario {name} cuts off {cut:,} of {capped:,} answers at its cap: they are paid"
    return (f"{said}, and count as failed where success is known.",) if cut else ()


def _mix(flows: Sequence[Flow]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for flow in flows:
        counts[flow.model_to] = counts.get(flow.model_to, 0) + flow.requests
    return dict(sorted(counts.items()))


def _spend(rows: Sequence[Row]) -> dict[str, int]:
    spent: dict[str, int] = {}
    for row in rows:
        spent[row.flow.model_to] = spent.get(row.flow.model_to, 0) + row.pico
    return dict(sorted(spent.items()))


def _cache(played: Played) -> dict[str, int]:
    """Return requests whose cache was worked out by each method."""
    replayed = played.traffic.replayed
    stated = played.assumptions.cache_kept
    methods = {(each.rule, each.workload, each.model_to): each.method for each in replayed.cache}
    counts: dict[str, int] = {}
    for group in replayed.groups:
        method: str = methods.get((group.rule, group.workload, group.model_to), "unchanged")
        if method != "unchanged" and of_workload(stated, group.workload) is not None:
            method = "stated"
        counts[method] = counts.get(method, 0) + group.requests
    return dict(sorted(counts.items()))


def _used(played: Played, drawn: Drawn) -> tuple[Used, ...]:
    found = [
        Used(
            each.name, float(each.spread.p10), float(each.spread.p50), float(each.spread.p90),
            unit_of(each.name, each.kind), each.grade, each.source, words_of(each.name),
        )
        for each in played.parameters
    ]  # fmt: skip
    for workload, model, rate in played.rates:
        name = f"success:{workload}:{model}"
        low, middle, high = np.percentile(rate.draws(drawn.values), _PERCENTILES).tolist()
        grade = _GRADES[rate.source]
        found.append(Used(name, low, middle, high, "share", grade, rate.words, words_of(name)))
    return tuple(sorted(found, key=lambda each: each.name))


def _sources(rates: Sequence[tuple[str, str, Rate]]) -> dict[str, tuple[str, str]]:
    """Return by workload whose success rates these are, those of the weakest source."""
    found: dict[str, Rate] = {}
    for workload, _, rate in rates:
        first = found.setdefault(workload, rate)
        if _WEAKEST.index(rate.source) < _WEAKEST.index(first.source):
            found[workload] = rate
    return {workload: (rate.source, rate.words) for workload, rate in found.items()}


def _sum(rows: Sequence[Any], draws: int) -> Array:
    total = np.zeros(draws)
    for row in rows:
        total = total + (0.0 if row is None else row)
    return total
