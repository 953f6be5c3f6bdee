"""A reconciliation as people read it: the balance, the waterfall of causes, and what is alone."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from typing import Any

from app.money import places_for, rounded_parts
from app.output import Cell, table_text
from app.reconciliation.rows import span_words
from models.reconcile.bill import Span
from models.reconcile.causes import Cause
from models.reconcile.exact import usd
from models.reconcile.settle import Reconciliation
from models.reconcile.summary import Balance, balances, overall

_NONE = "(none)"
_CENT = Decimal("0.01")
_MOST_NOTES = 2
_SHOWN = ("billed_usd", "charged_usd", "computed_usd", "difference_usd", "accuracy_percent")
_MOST_ALONE = 20


def text_of(found: Reconciliation, by: str, time: Span, band_risk_pico: Decimal) -> str:
    """Lay a reconciliation out: groups, waterfall, and lines without a counterpart."""
    total = overall(found.post)
    places = places_for(_pico(total.billed))
    parts = [
        _groups(found, by, total, places),
        "",
        _waterfall(found, total, time, band_risk_pico, places),
    ]
    if found.post.unmatched:
        parts += ["", _alone(found, places)]
    return "\n".join(parts)


def _groups(found: Reconciliation, by: str, total: Balance, places: int) -> str:
    groups = balances(found.post, by)
    rows: list[list[Cell]] = [
        [_words(by, key), *_shown(balance, places), _main_causes(balance)]
        for key, balance in groups.items()
    ]
    if len(groups) > 1:
        rows.append(["total", *_shown(total, places), ""])
    names = [by, *_SHOWN, "because"]
    if all(each.charged == each.billed for each in groups.values()):
        charged = names.index("charged_usd")
        rows = [[*row[:charged], *row[charged + 1 :]] for row in rows]
        names.remove("charged_usd")
    return table_text(names, rows)


def _words(by: str, key: Any) -> str:
    if by == "day":
        return span_words(key)
    return _NONE if key is None else str(key)


def _shown(balance: Balance, places: int) -> list[Cell]:
    """Return the amounts so that computed and difference add up to billed as shown."""
    computed, difference = rounded_parts(
        [_pico(balance.computed), _pico(balance.difference)], places
    )
    billed = (computed or Decimal(0)) + (difference or Decimal(0))
    [charged] = rounded_parts([_pico(balance.charged)], places)
    accuracy = balance.accuracy_percent
    percent = None if accuracy is None else accuracy.quantize(_CENT, ROUND_DOWN)
    return [billed, charged, computed, difference, percent]


def _main_causes(balance: Balance) -> str:
    """Name the causes of a group, the largest first."""
    causes = [(cause, each.amount) for cause, each in balance.causes.items() if each.amount]
    causes.sort(key=lambda each: -abs(each[1]))
    return ", ".join(cause.words for cause, _ in causes)


def _waterfall(
    found: Reconciliation, total: Balance, time: Span, band_risk_pico: Decimal, places: int
) -> str:
    causes = [cause for cause in Cause if cause in total.causes]
    amounts = [total.computed, *(total.causes[cause].amount for cause in causes)]
    shown = rounded_parts([_pico(amount) for amount in amounts], places)
    bounds = {
        Cause.CONTEXT_BAND: usd(band_risk_pico),
        Cause.ROUNDING: found.post.rounding_bound,
    }
    rows: list[list[Cell]] = [["computed from the logs", shown[0], "", ""]]
    for cause, amount in zip(causes, shown[1:], strict=True):
        each = total.causes[cause]
        notes = [note for note in each.notes if note]
        more = f", and {len(notes) - _MOST_NOTES} more" if len(notes) > _MOST_NOTES else ""
        said = "; ".join(notes[:_MOST_NOTES]) + more
        if bounds.get(cause):
            said = "; ".join(filter(None, [said, f"at most {bounds[cause].normalize():f}"]))
        rows.append([f"+ {cause.words}", amount, each.evidence.value, said])
    rows.append(["= billed", sum((each or Decimal(0) for each in shown), Decimal(0)), "", ""])
    return table_text([f"waterfall {span_words(time)}", "usd", "evidence", "note"], rows)


def _alone(found: Reconciliation, places: int) -> str:
    """List the largest lines that stand on one side only."""
    unit = Decimal(1).scaleb(-places)
    alone = sorted(found.post.unmatched, key=lambda each: -abs(each.amount))
    rows: list[list[Cell]] = [
        [
            each.side,
            span_words(each.place.span),
            each.place.project or _NONE,
            each.text,
            each.amount.quantize(unit, ROUND_HALF_EVEN),
            each.cause.words,
        ]
        for each in alone[:_MOST_ALONE]
    ]
    text = table_text(["only_in", "day", "project", "line_item", "usd", "counted_as"], rows)
    rest = len(alone) - _MOST_ALONE
    return f"{text}\n(and {rest} more; all are in --format csv)" if rest > 0 else text


def _pico(amount: Decimal) -> int:
    return int((amount.scaleb(12)).to_integral_value(ROUND_HALF_EVEN))
