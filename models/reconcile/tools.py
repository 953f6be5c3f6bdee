"""Tools and storage: billed apart from any model, and told by few logs."""

from collections.abc import Iterable
from decimal import Decimal

from models.reconcile.bill import BilledLine
from models.reconcile.causes import Cause, Evidence
from models.reconcile.exact import ZERO
from models.reconcile.logged import Logged
from models.reconcile.postings import Place, Postings, place_of


def settle_tools(lines: Iterable[BilledLine], uses: Iterable[Logged], post: Postings) -> None:
    """Post tool lines beside the calls that the logs tell of."""
    billed: dict[Place, list[BilledLine]] = {}
    logged: dict[Place, list[Logged]] = {}
    for line in lines:
        billed.setdefault(place_of(line), []).append(line)
    for use in uses:
        logged.setdefault(place_of(use), []).append(use)
        post.compute(place_of(use), use.cost)
    for place in dict.fromkeys((*billed, *logged)):
        of_bill, of_logs = billed.get(place, []), logged.get(place, [])
        rest = sum((line.amount for line in of_bill), ZERO) - sum((u.cost for u in of_logs), ZERO)
        if abs(rest) <= sum((line.half_unit for line in of_bill), ZERO):
            post.part(place, Cause.ROUNDING, rest, Evidence.BOUNDED)
            continue
        post.part(place, Cause.TOOLS, rest, note=_note(of_bill, of_logs))
        for each in of_bill if not of_logs else of_logs if not of_bill else ():
            post.alone(each, Cause.TOOLS)


def _note(lines: list[BilledLine], uses: list[Logged]) -> str:
    called = sum((use.quantity for use in uses), ZERO)
    told = [line.quantity for line in lines]
    billed = _count(sum((each or ZERO for each in told), ZERO)) if None not in told else "not told"
    return f"billed {billed}, logged {_count(called)}"


def _count(quantity: Decimal) -> str:
    return f"{quantity:f}".rstrip("0").rstrip(".") if quantity % 1 else f"{quantity:.0f}"
