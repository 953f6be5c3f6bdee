"""The books of a reconciliation: what was billed, what was computed, and why they differ.

At every place (span, project, line item) what was billed less what was computed is the sum of the
parts posted there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from models.reconcile.bill import BilledLine, Span
from models.reconcile.causes import Cause, Evidence
from models.reconcile.exact import ZERO
from models.reconcile.logged import Logged


class Place(NamedTuple):
    """Where an amount belongs."""

    span: Span
    project: str | None
    label: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the difference, with its cause.

    Attributes:
        amount: US dollars; positive where the bill is higher than the logs.
        note: What the cause is, in this case.
    """

    place: Place
    cause: Cause
    amount: Decimal
    evidence: Evidence = Evidence.EXACT
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """What stands on one side only.

    Attributes:
        side: ``bill`` or ``logs``.
        text: The line item as printed, or as it would be.
        quantity: None where it is not told.
        cause: Where its amount is counted.
    """

    side: str
    place: Place
    text: str
    amount: Decimal
    quantity: Decimal | None
    cause: Cause


def place_of(each: BilledLine | Logged) -> Place:
    """Return where a billed line, or some usage, belongs."""
    return Place(each.span, each.project, each.label)


@dataclass(slots=True)
class Postings:
    """All that was posted."""

    billed: list[tuple[Place, Decimal]] = field(default_factory=list)
    computed: list[tuple[Place, Decimal]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    unmatched: list[Unmatched] = field(default_factory=list)
    rounding_bound: Decimal = ZERO

    def bill(self, line: BilledLine) -> None:
        """Post a line of the bill; the exchange rate's part is a cause at once."""
        place = place_of(line)
        self.billed.append((place, line.amount + line.exchange))
        self.rounding_bound += line.half_unit
        if line.exchange:
            note = "your rate instead of the bill's"
            self.part(place, Cause.CURRENCY, line.exchange, Evidence.STATED, note)

    def compute(self, place: Place, amount: Decimal) -> None:
        """Post what some usage costs."""
        self.computed.append((place, amount))

    def part(
        self,
        place: Place,
        cause: Cause,
        amount: Decimal,
        evidence: Evidence = Evidence.EXACT,
        note: str = "",
    ) -> None:
        """Post a part of the difference; nothing is no part."""
        if amount:
            self.parts.append(Part(place, cause, amount, evidence, note))

    def alone(self, each: BilledLine | Logged, cause: Cause, of: Decimal | None = None) -> None:
        """Note a line, or some usage, that has no counterpart; ``of`` is how much of the usage."""
        if isinstance(each, BilledLine):
            found = Unmatched("bill", place_of(each), each.text, each.amount, each.quantity, cause)
        else:
            quantity = each.quantity if of is None else of
            cost = each.cost_of(quantity)
            found = Unmatched("logs", place_of(each), each.label, cost, quantity, cause)
        self.unmatched.append(found)

    def gaps(self) -> Iterator[tuple[Place, Decimal]]:
        """Yield the places at which the parts do not add up to the difference: never any."""
        left: dict[Place, Decimal] = {}
        for sign, amounts in (
            (1, self.billed),
            (-1, self.computed),
            (-1, [(part.place, part.amount) for part in self.parts]),
        ):
            for place, amount in amounts:
                left[place] = left.get(place, ZERO) + sign * amount
        yield from ((place, amount) for place, amount in left.items() if amount)
