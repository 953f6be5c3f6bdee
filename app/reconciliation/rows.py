"""A reconciliation as rows for machines: one table, whose ``section`` says what a row is."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from app.output import Cell
from models.reconcile.bill import Span
from models.reconcile.causes import Cause
from models.reconcile.exact import usd
from models.reconcile.settle import Reconciliation
from models.reconcile.summary import Balance, CauseSum, balances, overall

COLUMNS = (
    "section", "from", "to", "project", "line_item", "cause", "evidence", "billed_usd",
    "charged_usd", "computed_usd", "difference_usd", "accuracy_percent", "amount_usd", "bound_usd",
    "side", "quantity", "note",
)  # fmt: skip

Row = dict[str, Cell]


def rows_of(
    found: Reconciliation, by: str, time: Span, band_risk_pico: Decimal
) -> tuple[tuple[str, ...], list[list[Cell]]]:
    """Return the columns and rows: the range, its causes, the groups, their causes, what is alone.

    Args:
        found: The reconciliation.
        by: ``day``, ``line_item`` or ``project``.
        time: What it is for.
        band_risk_pico: What buckets would cost more at most, were they long context.
    """
    total = overall(found.post)
    rows = [_time(time) | {"section": "range"} | _balance(total)]
    bounds = {Cause.CONTEXT_BAND: usd(band_risk_pico), Cause.ROUNDING: found.post.rounding_bound}
    for cause in Cause:
        row = _cause(cause, total.causes.get(cause, CauseSum()))
        if cause in bounds:
            row["bound_usd"] = plain(bounds[cause])
        rows.append(_time(time) | {"section": "cause"} | row)
    for key, balance in balances(found.post, by).items():
        keys = _key(by, key, time)
        rows.append(keys | {"section": "group"} | _balance(balance))
        rows += [
            keys | {"section": "group_cause"} | _cause(cause, balance.causes[cause])
            for cause in Cause
            if cause in balance.causes
        ]
    rows += _alone(found)
    return COLUMNS, [[row.get(column) for column in COLUMNS] for row in rows]


def plain(amount: Decimal | None) -> Decimal | None:
    """Return an exact decimal without needless zeros; None stays None."""
    if amount is None:
        return None
    text = f"{amount:f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text) + 0


def span_words(span: Span) -> str:
    """Write a day, or the first and last day of a longer time."""
    start, end = (f"{each:%Y-%m-%d}" for each in (span.start, span.end - timedelta(microseconds=1)))
    return start if start == end else f"{start} to {end}"


def _key(by: str, key: Any, time: Span) -> Row:
    match by:
        case "day":
            return _time(key)
        case _:
            return _time(time) | {by: key}


def _time(span: Span) -> Row:
    return {"from": _instant(span.start), "to": _instant(span.end)}


def _instant(at: datetime) -> str:
    return (
        f"{at:%Y-%m-%d}" if not (at.hour or at.minute or at.second) else f"{at:%Y-%m-%dT%H:%M:%SZ}"
    )


def _balance(balance: Balance) -> Row:
    return {
        "billed_usd": plain(balance.billed),
        "charged_usd": plain(balance.charged),
        "computed_usd": plain(balance.computed),
        "difference_usd": plain(balance.difference),
        "accuracy_percent": plain(balance.accuracy_percent),
    }


def _cause(cause: Cause, found: CauseSum) -> Row:
    notes = [note for note in found.notes if note]
    return {
        "cause": cause.value,
        "evidence": found.evidence.value if found.notes else None,
        "amount_usd": plain(found.amount),
        "note": "; ".join(notes) or None,
    }


def _alone(found: Reconciliation) -> Iterator[Row]:
    for each in found.post.unmatched:
        yield _time(each.place.span) | {
            "section": "unmatched",
            "project": each.place.project,
            "line_item": each.text,
            "cause": each.cause.value,
            "amount_usd": plain(each.amount),
            "side": each.side,
            "quantity": plain(each.quantity),
        }
