"""A reconciliation summed up: by day, line item or project, over all, and by cause."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from models.reconcile.causes import Cause, Evidence, weakest
from models.reconcile.exact import ZERO, exactly, percent
from models.reconcile.postings import Part, Place, Postings

#: Places of the accuracy in percent.
_PLACES = 4

#: What a reconciliation can be divided by, and the key of a place.
KEYS: dict[str, Callable[[Place], Any]] = {
    "day": lambda place: place.span,
    "line_item": lambda place: place.label,
    "project": lambda place: place.project,
}


@dataclass(slots=True)
class CauseSum:
    """What a cause makes up."""

    amount: Decimal = ZERO
    evidence: Evidence = Evidence.EXACT
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Balance:
    """A bill beside the logs, of a day or another part, or over all.

    ``computed`` plus the causes is ``billed``, exactly.
    """

    billed: Decimal = ZERO
    computed: Decimal = ZERO
    causes: dict[Cause, CauseSum] = field(default_factory=dict)

    @property
    def difference(self) -> Decimal:
        """What the bill is higher than the logs."""
        with exactly():
            return self.billed - self.computed

    @property
    def charged(self) -> Decimal:
        """What was billed for usage: before taxes, credits, discounts and exchange rates."""
        with exactly():
            rest = (each.amount for cause, each in self.causes.items() if not cause.is_charge)
            return self.billed - sum(rest, ZERO)

    @property
    def accuracy_percent(self) -> Decimal | None:
        """How close the logs come to the charges; 100 only where they agree to the last digit.

        0 where they are off by the charges or more; None where nothing was charged.
        """
        with exactly():
            off = abs(self.charged - self.computed)
        if not off:
            return Decimal(100)
        if not self.charged:
            return None
        accuracy = Decimal(100) - percent(off, abs(self.charged), _PLACES)
        return max(min(accuracy, Decimal(100) - Decimal(1).scaleb(-_PLACES)), ZERO)

    def is_off_by_more_than(self, tolerance_percent: Decimal) -> bool:
        """Whether charges and logs differ by more than so many percent of the charges."""
        with exactly():
            off = abs(self.charged - self.computed)
            return off * 100 > tolerance_percent * abs(self.charged)


def balances(post: Postings, by: str) -> dict[Any, Balance]:
    """Return the balances by ``day``, ``line_item`` or ``project``, in order."""
    key = KEYS[by]
    found: dict[Any, Balance] = {}
    with exactly():
        for place, amount in post.billed:
            found.setdefault(key(place), Balance()).billed += amount
        for place, amount in post.computed:
            found.setdefault(key(place), Balance()).computed += amount
        for part in post.parts:
            _add(found.setdefault(key(part.place), Balance()), part)
    ordered = sorted(found, key=lambda each: (each is None, each or ""))
    return {each: found[each] for each in ordered}


def overall(post: Postings) -> Balance:
    """Return the balance over everything."""
    total = Balance()
    with exactly():
        total.billed = _sum(amount for _, amount in post.billed)
        total.computed = _sum(amount for _, amount in post.computed)
        for part in post.parts:
            _add(total, part)
    return total


def _add(balance: Balance, part: Part) -> None:
    under = balance.causes.setdefault(part.cause, CauseSum())
    under.amount += part.amount
    under.evidence = weakest([under.evidence, part.evidence]) if under.notes else part.evidence
    if part.note not in under.notes:
        under.notes.append(part.note)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
