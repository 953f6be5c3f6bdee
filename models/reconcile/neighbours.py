"""Requests around midnight: billed on one day, logged on the next one, or the other way round.

What is left on both sides moves only where it is the same quantity of every meter: then it is the
same requests.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import permutations

from models.reconcile.bill import Span
from models.reconcile.exact import ZERO
from models.reconcile.matching import Matched, OpenLine, OpenUse

#: Provider and model.
ModelKey = tuple[str, str]
#: Project, tier, context band.
_Kind = tuple[str | None, str, str]


def carry_over(groups: Mapping[tuple[Span, *ModelKey], Matched]) -> None:
    """Match what is left of a day with what is left of the day before or after."""
    by_model: dict[ModelKey, list[tuple[Span, Matched]]] = {}
    for (span, *model), matched in groups.items():
        if not matched.ties:
            by_model.setdefault((model[0], model[1]), []).append((span, matched))
    for days in by_model.values():
        for (billed_on, bill), (logged_on, log) in permutations(days, 2):
            if billed_on.end == logged_on.start or logged_on.end == billed_on.start:
                _carry(bill.lines, log.uses)


def _carry(lines: Iterable[OpenLine], uses: Iterable[OpenUse]) -> None:
    billed, logged = _lines_left(lines), _uses_left(uses)
    for kind, of_kind in billed.items():
        theirs = logged.get(kind, [])
        if _sums(of_kind) == _sums(theirs):
            for line in of_kind:
                for use in theirs:
                    if line.line.meter == use.use.meter:
                        line.take(use)


def _lines_left(lines: Iterable[OpenLine]) -> dict[_Kind, list[OpenLine]]:
    found: dict[_Kind, list[OpenLine]] = {}
    for each in lines:
        if each.left:
            key = (each.line.project, each.line.tier or "standard", each.line.band)
            found.setdefault(key, []).append(each)
    return found


def _uses_left(uses: Iterable[OpenUse]) -> dict[_Kind, list[OpenUse]]:
    found: dict[_Kind, list[OpenUse]] = {}
    for each in uses:
        if each.left and each.use.rate is not None:
            key = (each.use.project, each.use.tier, each.use.band or "short")
            found.setdefault(key, []).append(each)
    return found


def _sums(left: Iterable[OpenLine | OpenUse]) -> dict[str | None, Decimal]:
    sums: dict[str | None, Decimal] = {}
    for each in left:
        meter = each.line.meter if isinstance(each, OpenLine) else each.use.meter
        sums[meter] = sums.get(meter, ZERO) + each.left
    return sums
