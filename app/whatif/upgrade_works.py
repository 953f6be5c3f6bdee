"""Workloads under both models: their costs in parts and in draws, their success, their evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from app.whatif.upgrade_success import Move, known_success
from models.evidence.measured import measured
from models.policy.assumptions import of_workload
from models.replay.draws import cost_draws
from models.replay.factors import FactorModel, factor_model
from models.replay.groups import NOTHING, Group
from models.replay.translate import Factors, cost_pico
from models.uncertainty.draws import draw, uniform_column
from models.uncertainty.weeks import week_weights
from models.upgrade.notes import notes_for
from models.upgrade.sums import Sums, sums_of
from models.upgrade.words import listed
from models.upgrade.work import Work

if TYPE_CHECKING:
    from app.whatif.ask import Prepared
    from app.whatif.upgrade_replays import Replays
    from models.policy.assumptions import Assumptions
    from models.policy.terms import Scenario
    from models.replay.parameters import Parameter
    from models.uncertainty.distributions import Array


_PICO_PER_USD = 1e12

#: Below so many weeks of a log, weeks are not drawn.
FEWEST_WEEKS = 3

#: Efforts that models take by default, as far as vendors say.
_DEFAULTS = {"gpt-5.5": "medium"}


@dataclass(frozen=True, slots=True)
class _Usage:
    """All that moves, with what becomes of it.

    Attributes:
        then, more: US dollars by workload, one for each draw: under the new model, and more than
            now.
        tasks: Requests by session, by workload, where the log tells sessions.
    """

    replays: "Replays"
    factors: FactorModel
    point: Sequence[Factors]
    then: Mapping[str, "Array"]
    more: Mapping[str, "Array"]
    tasks: Mapping[str, float]


def works_of(
    prepared: "Prepared", found: "Replays", move: "Scenario", task: str
) -> tuple[list[Work], "tuple[Parameter, ...]", tuple[str, ...]]:
    """Return the workloads, the dearest first, the parameters they rest on, and warnings.

    Args:
        prepared: The usage and the evidence.
        found: It replayed.
        move: Policy and assumptions.
        task: What succeeds or fails: ``auto``, ``session`` or ``request``.
    """
    kinds = {name: prepared.workloads.evidence_of(name) for name in found.workloads}
    factors = factor_model(
        found.moving,
        prepared.evidence,
        move.assumptions,
        {name: measured(prepared.evaluations, name) for name in kinds},
        kinds,
    )
    then, more = _draws(prepared, found, factors)
    old = found.moving[0].model_from
    tasks = {} if task == "request" else requests_by_session(prepared, old)
    usage = _Usage(found, factors, factors.point(), then, more, tasks)
    works = [_work(prepared, usage, move, name, kind) for name, kind in kinds.items()]
    return works, factors.shown, factors.warnings


def _draws(
    prepared: "Prepared", found: "Replays", factors: FactorModel
) -> tuple[dict[str, "Array"], dict[str, "Array"]]:
    """Return the cost then and what it is more than now, by workload, in US dollars by draw.

    The weeks of the log could have been others, the same ones on both sides of a difference.
    """
    whatif, names = prepared.whatif, found.workloads
    weeks = found.weeks
    place = {
        (name, week): k * len(weeks) + n
        for k, name in enumerate(names)
        for n, week in enumerate(weeks)
    }
    columns = [place[group.workload, group.week] for group in found.moving]
    values = draw(factors.parameters, whatif.draws, whatif.seed)
    then = cost_draws(found.moving, factors, values, columns, len(place))
    now = np.zeros(len(place))
    for column, group in zip(columns, found.moving, strict=True):
        now[column] += (group.logged_pico or 0) / _PICO_PER_USD
    weights = _week_weights(weeks, whatif.draws, whatif.seed)
    by_name = {name: slice(k * len(weeks), (k + 1) * len(weeks)) for k, name in enumerate(names)}
    return (
        {name: then[:, part].sum(axis=1) for name, part in by_name.items()},
        {
            name: (weights * (then[:, part] - now[part])).sum(axis=1)
            for name, part in by_name.items()
        },
    )


def _week_weights(weeks: Sequence[date | None], draws: int, seed: int) -> "Array":
    """Return how often each week is in each draw; a few weeks say nothing of how weeks differ."""
    weights = np.ones((draws, len(weeks)))
    dated = [k for k, week in enumerate(weeks) if week is not None]
    if len(dated) >= FEWEST_WEEKS:
        weights[:, dated] = week_weights(len(dated), draws, seed)
    return weights


def _work(
    prepared: "Prepared", usage: _Usage, move: "Scenario", name: str, kind: str | None
) -> Work:
    places = usage.replays.of(name)
    groups = [usage.replays.moving[k] for k in places]
    old, new = groups[0].model_from, groups[0].model_to
    effort = move.policy.rules[0].use.effort
    known, evidence = known_success(prepared, Move(name, kind, old, new, effort), move.assumptions)
    sums = _sums(usage, name, places)
    requests = sum(group.requests for group in groups)
    by_session = usage.tasks.get(name)
    sessions = round(requests / by_session) if by_session else None
    repair, repairs = _repair(prepared, move.assumptions, name)
    return Work(
        workload=name,
        workload_by=_told_by(prepared, name),
        evidence_workload=kind,
        requests=requests,
        sessions=sessions,
        task="session" if sessions else "request",
        tasks=max(sessions or requests, 1),
        kept=usage.replays.kept(name),
        sums=sums,
        then_usd=usage.then[name],
        more_usd=usage.more[name],
        known=known,
        repair_usd=repair,
        repair_usd_draws=repairs,
        effort_note=_effort_note(groups, effort),
        evidence=evidence,
        notes=notes_for(
            prepared.evidence.claims, (old, new), kind, surcharged=bool(sums.long_then)
        ),
    )


def _sums(usage: _Usage, name: str, places: Sequence[int]) -> Sums:
    groups = [usage.replays.moving[k] for k in places]
    plain = [usage.replays.plain[k] for k in places]
    factors = [usage.point[k] for k in places]
    today = usage.replays.today.get(name, NOTHING)
    sums = sums_of(groups, factors, today.output_pico)
    return replace(
        sums,
        long_now=sums.now - sum(group.logged_pico or 0 for group in plain),
        long_then=sums.then - sum(cost_pico(plain, factors)),
        lost_cache=sums.then - _with_discount(usage, name, places),
    )


def _with_discount(usage: _Usage, name: str, places: Sequence[int]) -> int:
    """Return the cost then if cached input were as much cheaper as now and stayed cached."""
    today = usage.replays.today.get(name, NOTHING)
    groups = [usage.replays.moving[k] for k in places]
    if not today.cached_as_uncached_pico:
        return sum(cost_pico(groups, [usage.point[k] for k in places]))
    part = Fraction(today.cached_pico, today.cached_as_uncached_pico)
    cheaper = [_at_discount(group, part) for group in groups]
    kept = [replace(usage.point[k], kept=Fraction(1)) for k in places]
    return sum(cost_pico(cheaper, kept))


def _at_discount(group: Group, part: Fraction) -> Group:
    cached = round(group.parts.cached_as_uncached_pico * part)
    return replace(group, parts=replace(group.parts, cached_pico=cached))


def _repair(
    prepared: "Prepared", assumptions: "Assumptions", name: str
) -> "tuple[Decimal | None, Array | None]":
    """Return what a failed task costs, at the median and in draws; None where nobody says."""
    from models.uncertainty.distributions import of_percentiles

    spread = of_workload(assumptions.human_repair_usd, name)
    if spread is None:
        return None, None
    whatif = prepared.whatif
    if spread.is_exact:
        return spread.p50, np.full(whatif.draws, float(spread.p50))
    key = name if name in assumptions.human_repair_usd else "*"
    column = uniform_column(f"human_repair_usd:{key}", whatif.draws, whatif.seed)
    found = of_percentiles("ratio", spread.p10, spread.p50, spread.p90)
    return spread.p50, found.quantile(column)


def _effort_note(groups: Sequence[Group], effort: str | None) -> str:
    silent = sum(group.requests for group in groups if not group.effort_from)
    total = sum(group.requests for group in groups) or 1
    if not silent:
        unseen = {group.effort_from for group in groups if not group.reasoning_tokens} - {effort}
        if effort is None or not unseen:
            return ""
        return (
            f"no reasoning is logged at effort {listed(sorted(unseen))}, so what {effort} adds to "
            "it is taken of the whole answer: published factors of effort are of hard tasks"
        )
    part = "all" if silent == total else f"{100 * silent / total:.0f}%"
    models = {groups[0].model_from, groups[0].model_to}
    named = "".join(f" ({each}: {_DEFAULTS[each]})" for each in sorted(models & _DEFAULTS.keys()))
    told = (
        "the change to it is an assumption"
        if effort
        else f"models differ in the effort they take by default{named}, which changes cost and "
        "success by itself; name one with --effort"
    )
    return f"the reasoning effort of {part} of its requests is not logged: {told}"


def _told_by(prepared: "Prepared", name: str) -> str:
    by = {each.by for each in prepared.coverage if each.workload == name}
    return by.pop() if len(by) == 1 else "mixed"


def requests_by_session(prepared: "Prepared", model: str) -> dict[str, float]:
    """Return how many requests of a model a session has, by workload, from the sample.

    Only workloads are named whose sessions have more than one request on average.
    """
    cells = prepared.cells
    if not cells.session_events:
        return {}
    rows = (
        cells.con.cursor()
        .execute(
            "select cell.workload, count(*), count(distinct session_event.conversation) "
            "from session_event join cell on cell.cell = session_event.cell "
            "join price_class on price_class.class = cell.class where price_class.model = ? "
            "group by cell.workload order by cell.workload",
            [model],
        )
        .fetchall()
    )
    return {name: events / sessions for name, events, sessions in rows if events > sessions}
