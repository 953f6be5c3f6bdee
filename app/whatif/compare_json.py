"""A comparison for machines. Keys are stable; costs are exact decimal text, rates are numbers."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.money import usd_text
from app.whatif.amounts import exact
from app.whatif.commitment import commitment_json
from models.compare.option import Comparison, Interval, Option, Part, Success
from models.compare.summary import (
    cost_per_success,
    interval,
    payback_months,
    saving,
    total_saving,
)

if TYPE_CHECKING:
    from app.output import Cell
    from app.whatif.ask import Prepared

_PLACES = 6
_QUALITY_COLUMNS = ("success", "cost_per_success_usd", "people_usd")
COLUMNS = (
    "option", "kind", "baseline", "made_for", "requests", "moved_requests", "unpriced_requests",
    "cost_usd", "cost_usd_p10", "cost_usd_p50", "cost_usd_p90", "cost_usd_per_month",
    "saving_against", "saving_usd", "saving_usd_p10", "saving_usd_p50", "saving_usd_p90",
    "saving_share", "p_saves", *_QUALITY_COLUMNS,
)  # fmt: skip


def json_of(comparison: Comparison, prepared: "Prepared") -> dict[str, Any]:
    """Return everything a comparison found."""
    return {
        "period": _period(comparison, prepared),
        "prices": prepared.whatif.prices,
        "draws": comparison.draws,
        "seed": comparison.seed,
        "options": [_option(each, comparison) for each in comparison.options],
        "why_no_quality": comparison.why_no_quality,
        "frontier_of": comparison.frontier_of or None,
        "frontier": [
            {
                "option": each.option,
                "cost_usd": exact(each.cost_usd),
                "success": _rate(each.success),
                "on_frontier": each.on_frontier,
                "non_dominated": _rate(each.non_dominated),
                "is_bound": each.is_bound,
            }
            for each in comparison.frontier
        ],
        "hull": [
            {"cost_usd": exact(each.cost_usd), "success": _rate(each.success)}
            for each in comparison.hull
        ],
        "budget": _budget(comparison),
        "tornado": {
            name: [
                {
                    "parameter": bar.parameter,
                    "words": bar.words,
                    "cost_usd_at_p10": exact(bar.at_p10),
                    "cost_usd_at_p90": exact(bar.at_p90),
                    "rank_correlation": _rate(bar.rank_correlation),
                }
                for bar in bars
            ]
            for name, bars in comparison.tornado.items()
        },
        "workloads": [
            {"workload": each.workload, "by": each.by, "requests": each.requests}
            for each in prepared.coverage
        ],
        "warnings": list(comparison.warnings),
    }


def json_lines(value: dict[str, Any]) -> str:
    """Write JSON as text, the same for the same value."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def rows_of(comparison: Comparison) -> tuple[Sequence[str], list[list["Cell"]]]:
    """Return a row for each option, for CSV."""
    return COLUMNS, [_row(each, comparison) for each in comparison.options]


def _period(comparison: Comparison, prepared: "Prepared") -> dict[str, Any]:
    period = prepared.period
    return {
        "from": period.first.isoformat() + "Z",
        "to": period.last.isoformat() + "Z",
        "days": round(comparison.days, _PLACES),
        "months": round(comparison.months, _PLACES),
    }


def _option(option: Option, comparison: Comparison) -> dict[str, Any]:
    return {
        "name": option.name,
        "kind": option.kind,
        "baseline": option.baseline_of,
        "made_for": option.made_for,
        "model": option.model or None,
        "requests": option.requests,
        "moved_requests": option.moved,
        "unpriced_requests": option.unpriced,
        "tasks": round(option.tasks, 3),
        "cost_usd": usd_text(option.cost_pico),
        **_usd("cost_usd", interval(option.cost_usd)),
        "cost_usd_per_month": _a_month(option, comparison),
        "savings": [
            _saving(option, each, comparison)
            for each in comparison.baselines_of(option)
            if each is not option
        ],
        "success": _success(option.success),
        "cost_per_success_usd": _money(cost_per_success(option)),
        "people_usd": _money(option.people_usd),
        "one_off_usd": exact(option.one_off_usd),
        "payback_months": _number(payback_months(option, comparison.today, comparison.months)),
        "kept_requests": dict(option.kept),
        "cache_method_requests": dict(option.cache),
        "requests_by_model": dict(option.mix),
        "commitments": [
            commitment_json(each) for each in comparison.commitments.get(option.name, ())
        ],
        "rules": [
            {
                "number": rule.number,
                "name": rule.name,
                "requests": rule.requests,
                "today_usd": usd_text(rule.today_pico),
                "cost_usd": usd_text(rule.cost_pico),
            }
            for rule in option.rules
        ],
        "workloads": [_part(part) for part in option.parts],
        "parameters": [_used(each) for each in option.parameters],
        "warnings": list(option.warnings),
    }


def _saving(option: Option, baseline: Option, comparison: Comparison) -> dict[str, Any]:
    found = saving(option, baseline)
    total = total_saving(option, baseline)
    return {
        "against": baseline.name,
        "baseline": baseline.baseline_of,
        "saving_usd": usd_text(found.pico),
        **_usd("saving_usd", found.usd),
        "saving_usd_per_month": exact(found.pico / 10**12 / comparison.months),
        "saving_share": _number(found.share),
        "p_saves": _rate(found.probability),
        "with_people_usd_p50": None if total is None else exact(total.p50),
        "success_difference": _number(
            option.success.point - baseline.success.point
            if option.success and baseline.success
            else None
        ),
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "workload": part.workload,
        "requests": part.requests,
        "moved_requests": part.moved,
        "task": "session" if part.by_task > 1 else "request",
        "tasks": round(part.tasks, 3),
        "cost_usd": usd_text(part.cost_pico),
        **_usd("cost_usd", interval(part.cost_usd)),
        "success": _success(part.success),
        "people_usd": _money(part.people_usd),
    }


def _used(each: Any) -> dict[str, Any]:
    return {
        "name": each.name,
        "words": each.words,
        "p10": _rate(each.p10),
        "p50": _rate(each.p50),
        "p90": _rate(each.p90),
        "unit": each.unit,
        "grade": each.grade,
        "source": each.source,
    }


def _success(found: Success | None) -> dict[str, Any] | None:
    if found is None:
        return None
    spread = interval(found.draws)
    return {
        "point": _rate(found.point),
        "p10": _rate(spread.p10),
        "p50": _rate(spread.p50),
        "p90": _rate(spread.p90),
        "source": found.source,
        "words": found.words,
    }


def _budget(comparison: Comparison) -> dict[str, Any] | None:
    found = comparison.budget
    if found is None:
        return None
    return {
        "budget_usd": _money(found.budget_usd),
        "cost_usd": exact(found.cost_usd),
        "successes": round(found.successes, 3),
        "requests": found.requests,
        "tasks": found.tasks,
        "successes_per_usd": _number(found.successes_per_usd),
        "words": found.words,
        "choices": [
            {"workload": workload, "option": name, "share": _rate(share)}
            for workload, taken in found.choices.items()
            for name, share in taken
        ],
    }


def _row(option: Option, comparison: Comparison) -> list["Cell"]:
    from decimal import Decimal

    is_today = option is comparison.today
    found = saving(option, comparison.today)
    spread, each = interval(option.cost_usd), cost_per_success(option)
    saved: list[Cell] = [
        comparison.today.name,
        _decimal(usd_text(found.pico)),
        *(Decimal(exact(value)) for value in (found.usd.p10, found.usd.p50, found.usd.p90)),
        None if found.share is None else Decimal(str(round(found.share, _PLACES))),
        Decimal(str(_rate(found.probability))),
    ]
    quality = option.success and Decimal(str(_rate(option.success.point)))
    return [
        option.name, option.kind, option.baseline_of, option.made_for, option.requests,
        option.moved, option.unpriced, _decimal(usd_text(option.cost_pico)),
        *(Decimal(exact(value)) for value in (spread.p10, spread.p50, spread.p90)),
        Decimal(_a_month(option, comparison)),
        *([None] * len(saved) if is_today else saved),
        quality, _decimal(_money(each)), _decimal(_money(option.people_usd)),
    ]  # fmt: skip


def _a_month(option: Option, comparison: Comparison) -> str:
    return exact(option.cost_pico / 10**12 / comparison.months)


def _usd(name: str, found: Interval) -> dict[str, str]:
    return {
        f"{name}_p10": exact(found.p10),
        f"{name}_p50": exact(found.p50),
        f"{name}_p90": exact(found.p90),
    }


def _decimal(text: str | None) -> Any:
    from decimal import Decimal

    return None if text is None else Decimal(text)


def _money(amount: float | None) -> str | None:
    return None if amount is None else exact(amount)


def _number(value: float | None) -> float | None:
    return None if value is None else _rate(value)


def _rate(value: float) -> float:
    return round(value, _PLACES) + 0.0
