"""An upgrade report for machines. Keys are stable; costs are exact decimal text, rates numbers."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.money import usd_number, usd_text
from app.whatif.amounts import exact
from models.upgrade.report import Interval, UpgradeReport, UpgradeRow

if TYPE_CHECKING:
    from app.output import Cell

_PLACES = 6
COLUMNS = (
    "from_model", "to_model", "effort", "workload", "workload_by", "evidence_workload", "requests",
    "sessions", "kept_requests", "cost_now_usd", "cost_then_usd", "ratio", "ratio_p10",
    "ratio_p50", "ratio_p90", "month_now_usd", "month_more_usd", "month_difference_usd_p10",
    "month_difference_usd_p50", "month_difference_usd_p90", "output_share", "output_ratio",
    "turns_ratio", "output_break_even", "turns_break_even", "success_now", "success_then",
    "success_source", "success_at_parity", "points_needed", "repair_break_even_usd",
    "long_context_now_usd", "long_context_extra_usd", "lost_cache_extra_usd", "p_pays",
    "p_cheaper", "verdict", "sentence",
)  # fmt: skip


def json_of(
    reports: Sequence[UpgradeReport], failed: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return everything that reports of one old model found, and why other targets have none."""
    first = reports[0]
    return {
        "from_model": first.from_model,
        "effort": first.effort,
        "words": first.words,
        "days": _number(float(first.days)),
        "spend_share": _number(first.spend_share),
        "targets": [_report(each) for each in reports],
        "not_answered": [{"to_model": model, "why": why} for model, why in (failed or {}).items()],
    }


def rows_of(reports: Sequence[UpgradeReport]) -> tuple[Sequence[str], list[list["Cell"]]]:
    """Return a row for each target and workload, the total of a target last, for CSV."""
    rows = [_flat(report, row) for report in reports for row in [*report.rows, report.total]]
    return COLUMNS, rows


def _report(report: UpgradeReport) -> dict[str, Any]:
    found = report.recommendation
    return {
        "to_model": report.to_model,
        "direction": report.direction,
        "already_requests": report.already_requests,
        "already_usd": usd_text(report.already_pico),
        "workloads": [_row(row) for row in report.rows],
        "total": _row(report.total),
        "matrix": [
            {
                "kind": each.kind,
                "published": each.published,
                "evidence": each.evidence,
                "workloads": list(each.workloads),
                "own": each.own,
                "agrees": each.agrees,
                "why": each.why,
            }
            for each in report.matrix
        ],
        "recommendation": {
            "headline": found.headline,
            "move": list(found.move),
            "keep": list(found.keep),
            "measure": list(found.measure),
            "settled": list(found.settled),
            "checklist": list(found.checklist),
            "start": found.start or None,
        },
        "one_off_usd": None if report.one_off_usd is None else f"{report.one_off_usd:f}",
        "payback_months": _number(report.payback_months),
        "payback_of": report.payback_of,
        "contract": list(report.contract),
        "parameters": [
            {
                "name": each.name,
                "words": each.words,
                "p10": _number(each.p10),
                "p50": _number(each.p50),
                "p90": _number(each.p90),
                "unit": each.unit,
                "grade": each.grade,
                "source": each.source,
            }
            for each in report.parameters
        ],
        "warnings": list(report.warnings),
    }


def _row(row: UpgradeRow) -> dict[str, Any]:
    return {
        "workload": row.workload,
        "workload_by": row.workload_by,
        "evidence_workload": row.evidence_workload,
        "requests": row.requests,
        "sessions": row.sessions,
        "kept_requests": dict(row.kept),
        "cost_now_usd": usd_text(row.cost_now_pico),
        "cost_then_usd": usd_text(row.cost_then_pico),
        "ratio": {"point": _number(row.ratio_point), **_interval(row.ratio)},
        "ratio_same_effort": _number(row.ratio_same_effort),
        "per_request_now_usd": exact(row.per_request_now_usd),
        "per_request_then_usd": _amounts(row.per_request_then_usd),
        "month_now_usd": exact(row.month_now_usd),
        "month_more_usd": exact(row.month_more_usd),
        "month_difference_usd": _amounts(row.month_difference_usd),
        "output_share": _number(row.output_share),
        "output_ratio": _number(row.output_ratio),
        "turns_ratio": _number(row.turns_ratio),
        "output_break_even": {
            "value": _number(row.output_break_even.value),
            "why": row.output_break_even.why,
        },
        "turns_break_even": {
            "value": _number(row.turns_break_even.value),
            "why": row.turns_break_even.why,
        },
        "success": _success(row),
        "gain_needed": {
            "success_at_parity": _number(row.gain_needed.parity),
            "points": _number(row.gain_needed.points),
            "repair_usd": _text(row.gain_needed.repair_usd),
            "words": row.gain_needed.words,
        },
        "repair_break_even_usd": _money(row.repair_break_even_usd),
        "repair_words": row.repair_words,
        "long_context_now_usd": usd_text(row.long_context_now_pico),
        "long_context_extra_usd": usd_text(row.long_context_extra_pico),
        "lost_cache_extra_usd": usd_text(row.lost_cache_extra_pico),
        "effort_note": row.effort_note or None,
        "evidence": [_evidence(each) for each in row.evidence],
        "notes": [
            {"id": note.id, "claim": note.claim, "finding": note.finding} for note in row.notes
        ],
        "p_pays": _number(row.p_pays),
        "p_cheaper": _number(row.p_cheaper),
        "verdict": row.verdict,
        "sentence": row.sentence,
    }


def _success(row: UpgradeRow) -> dict[str, Any]:
    found = row.success
    return {
        "now": _interval(found.now) if found.now else None,
        "then": _interval(found.then) if found.then else None,
        "source": found.source,
        "words": found.words,
        "pairs": found.pairs,
        "pairs_needed": found.pairs_needed,
        "pairs_needed_for": found.needed_for or None,
    }


def _evidence(each: Any) -> dict[str, Any]:
    return {
        "benchmark": each.benchmark,
        "group": each.group,
        "effort": each.effort,
        "from": _number(each.value_from),
        "to": _number(each.value_to),
        "unit": each.unit,
        "citation": each.citation,
        "grade": each.grade,
        "vendor": each.vendor,
        "used": each.used,
        "note": each.note or None,
    }


def _flat(report: UpgradeReport, row: UpgradeRow) -> list["Cell"]:
    ratio, month = row.ratio, row.month_difference_usd
    success = row.success
    return [
        report.from_model, report.to_model, report.effort, row.workload, row.workload_by,
        row.evidence_workload, row.requests, row.sessions, sum(row.kept.values()),
        usd_number(row.cost_now_pico), usd_number(row.cost_then_pico), _cell(row.ratio_point),
        *([None] * 3 if ratio is None else map(_cell, (ratio.p10, ratio.p50, ratio.p90))),
        Decimal(exact(row.month_now_usd)), Decimal(exact(row.month_more_usd)),
        *(Decimal(exact(each)) for each in (month.p10, month.p50, month.p90)),
        _cell(row.output_share), _cell(row.output_ratio), _cell(row.turns_ratio),
        _cell(row.output_break_even.value), _cell(row.turns_break_even.value),
        _cell(success.now.p50 if success.now else None),
        _cell(success.then.p50 if success.then else None), success.source,
        _cell(row.gain_needed.parity), _cell(row.gain_needed.points),
        None if row.repair_break_even_usd is None else Decimal(exact(row.repair_break_even_usd)),
        usd_number(row.long_context_now_pico), usd_number(row.long_context_extra_pico),
        usd_number(row.lost_cache_extra_pico), _cell(row.p_pays), _cell(row.p_cheaper),
        row.verdict, row.sentence,
    ]  # fmt: skip


def _interval(found: Interval | None) -> dict[str, float | None]:
    if found is None:
        return {"p10": None, "p50": None, "p90": None}
    return {"p10": _number(found.p10), "p50": _number(found.p50), "p90": _number(found.p90)}


def _amounts(found: Interval) -> dict[str, str]:
    return {"p10": exact(found.p10), "p50": exact(found.p50), "p90": exact(found.p90)}


def _number(value: float | None) -> float | None:
    return None if value is None else round(value, _PLACES) + 0.0


def _cell(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(_number(value)))


def _money(value: float | None) -> str | None:
    return None if value is None else exact(value)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
