"""From the workloads of a move to the report on it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from models.compare.option import Used
from models.compare.parameter_words import unit_of, words_of
from models.outcome.decide import payback_months
from models.upgrade.matrix import matrix_of
from models.upgrade.notes import notes_on_all
from models.upgrade.recommend import recommend
from models.upgrade.report import UpgradeReport, UpgradeRow
from models.upgrade.row import row_of
from models.upgrade.total import month_saved, total_row

if TYPE_CHECKING:
    from app.pricing_basis import Basis
    from app.whatif.ask import Prepared
    from app.whatif.upgrade_replays import Replays
    from models.policy.terms import Scenario
    from models.replay.parameters import Parameter
    from models.upgrade.work import Work

#: Below this the cost of a move is that of the models' tokens, not of their prices.
_DEARER, _CHEAPER = 1.02, 0.98


def report_of(
    prepared: "Prepared",
    basis: "Basis",
    move: "Scenario",
    found: "Replays",
    works: "Sequence[Work]",
    beside: "tuple[tuple[Parameter, ...], tuple[str, ...]]",
) -> UpgradeReport:
    """Return the report on a move.

    Args:
        prepared: What it was asked of.
        basis: The prices of both sides.
        move: Policy and assumptions.
        found: The usage replayed.
        works: Its workloads, the dearest first.
        beside: The parameters it rests on, and warnings.
    """
    months = prepared.period.months
    models = found.moving[0].model_from, found.moving[0].model_to
    rows = sorted(
        (row_of(work, months) for work in works),
        key=lambda row: -abs(row.month_more_usd),
    )
    total = replace(
        total_row(works, months),
        kept=found.kept(),
        notes=notes_on_all(prepared.evidence.claims, models),
    )
    one_off = move.assumptions.one_off_usd or None
    saved, repaired = month_saved(works, months)
    start = _start(prepared, models[1])
    return UpgradeReport(
        from_model=models[0],
        to_model=models[1],
        effort=move.policy.rules[0].use.effort,
        days=Decimal(str(round(prepared.period.days, 6))),
        direction=_direction(total),
        spend_share=found.old_pico / found.total_pico if found.total_pico else 0.0,
        already_requests=found.already_requests,
        already_pico=found.already_pico,
        rows=tuple(rows),
        total=total,
        matrix=matrix_of(prepared.evidence.matrix, rows, models),
        recommendation=recommend(rows, total, models[1], start),
        one_off_usd=one_off,
        payback_months=_payback(one_off, saved),
        payback_of="API cost and repairs" if repaired else "API cost alone",
        contract=_contract(prepared, found, total, models),
        parameters=tuple(map(_used, beside[0])),
        words=_words(prepared, basis),
        warnings=beside[1],
    )


def _direction(total: UpgradeRow) -> str:
    ratio = total.ratio_point or 1.0
    if ratio > _DEARER:
        return "upgrade"
    return "downgrade" if ratio < _CHEAPER else "move"


def _payback(one_off: Decimal | None, saving: float) -> float | None:
    if one_off is None or saving <= 0:
        return None
    return payback_months(float(one_off), saving)


def _contract(
    prepared: "Prepared", found: "Replays", total: UpgradeRow, models: tuple[str, str]
) -> tuple[str, ...]:
    """Return what the commitments of a contract make of the move."""
    from app.whatif.commitment import commitment_words, committed

    then = Counter(found.by_model)
    then[models[0]] -= total.cost_now_pico
    then[models[1]] += total.cost_then_pico
    effects = committed(prepared, found.by_model, then)
    start = prepared.whatif.renewal
    told = [
        replace(each, over=each.over or (start is not None and start >= each.until.date()))
        for each in effects
    ]
    return tuple(commitment_words(f"Moving to {models[1]}", each) for each in told)


def _start(prepared: "Prepared", model: str) -> str:
    """Say when the move can begin: on the day asked for, or at the contract's renewal."""
    day, contract = prepared.whatif.renewal, prepared.whatif.contract
    if day is not None:
        return f"The move can begin on {day:%-d %b %Y}."
    renewal = contract.renewal or contract.period.until if contract else None
    if renewal is None or renewal.replace(tzinfo=None) <= prepared.period.last:
        return ""
    return (
        f"The contract can be renewed on {renewal:%-d %b %Y}: terms for {model} can be agreed from "
        "then on; --start names the day of the move."
    )


def _used(each: "Parameter") -> Used:
    spread = each.spread
    return Used(
        each.name, float(spread.p10), float(spread.p50), float(spread.p90),
        unit_of(each.name, each.kind), each.grade, each.source, words_of(each.name),
    )  # fmt: skip


def _words(prepared: "Prepared", basis: "Basis") -> str:
    period, whatif = prepared.period, prepared.whatif
    return (
        f"{period.first:%-d %b %Y} to {period.last:%-d %b %Y} (UTC, {period.days:.0f} days); "
        f"{basis.words}; {whatif.draws:,} draws, seed {whatif.seed}; a month is 30.4 days"
    )
