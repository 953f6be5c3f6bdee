"""A bill in the making: usage, and the lines that are posted on it.

A line is rounded as the invoice says, and its amount is divided over the usage it belongs to in
proportion to a weight, in whole numbers that add up to it. A line whose usage cost nothing is
divided by list cost, then by quantity; one without any usage is kept apart.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from operator import attrgetter

from pricing.contract.calendar import Range, periods
from pricing.contract.currency import usd_per_unit
from pricing.contract.rates import takes_part
from pricing.contract.reach import Reach
from pricing.contract.rounding import invoiced
from pricing.contract.terms import Contract
from pricing.contract.usage import FX_UNIT, GRAIN, Atom, distribute
from pricing.contract.words import Cause, Every, Part

Weight = Callable[[Atom], int]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a month's invoice.

    Attributes:
        month: Whose invoice it is on.
        name: As the contract calls it.
        detail: Which of several lines of one term, or "".
        amount: In the contract's currency and `GRAIN`.
        usd_pico: In pico-dollars.
        spread: Whether it was divided over usage; False where there was none.
    """

    month: Range
    cause: Cause
    name: str
    detail: str
    amount: int
    usd_pico: int
    spread: bool


@dataclass(frozen=True, slots=True)
class Posting:
    """A line before it is on the bill.

    Attributes:
        amount: In the contract's currency and `GRAIN`.
        over: The usage it belongs to.
        weight: In proportion to which it is divided.
        changes: The sums of an atom that a share is added to.
        on: The usage of the month whose sums change; without it, all that it belongs to.
        at_most: Whether rounding must not make it larger.
    """

    month: Range
    cause: Cause
    name: str
    amount: int | Fraction
    over: Sequence[Atom]
    weight: Weight
    detail: str = ""
    changes: tuple[str, ...] = ()
    on: Sequence[Atom] | None = None
    at_most: bool = False


class Bill:
    """The months of a contract that usage is known of.

    Attributes:
        through: The logs end here: nothing later is known.
        months: From the first with usage to the one the logs end in.
    """

    def __init__(self, contract: Contract, atoms: Sequence[Atom], through: datetime) -> None:
        """Start with usage alone: what is left to pay of it is its contracted cost."""
        self.contract = contract
        self.through = through
        self.lines: list[Line] = []
        self.atoms = sorted(atoms, key=lambda atom: (atom.cell.key, atom.meter))
        begun = sorted({atom.cell.span.since for atom in atoms})
        self.months = [
            month
            for month in periods(Every.MONTH, contract.period)
            if begun
            and month.until > begun[0]
            and (month.since < through or month.since <= begun[-1])
        ]
        self._used = {month: self._used_in(month) for month in self.months}
        self._reached: dict[tuple[Reach, Part, Range], list[Atom]] = {}
        for atom in self.atoms:
            atom.net = atom.metered = atom.spend = atom.contracted

    def _used_in(self, month: Range) -> list[Atom]:
        return [atom for atom in self.atoms if atom.cell.span.within(month)]

    def begins_in(self, period: Range) -> bool:
        """Tell whether the first known usage lies in a period."""
        return bool(self.months) and period.covers(self.months[0].since)

    def in_stretch(self, stretch: Range) -> list[Atom]:
        """Return the usage of some months."""
        months = [month for month in self.months if month.within(stretch)]
        return [atom for month in months for atom in self._used[month]]

    def within(self, reach: Reach, part: Part, stretch: Range) -> list[Atom]:
        """Return the usage of some months that a term of a part of the contract applies to."""
        months = [month for month in self.months if month.within(stretch)]
        return [atom for month in months for atom in self._reach(reach, part, month)]

    def _reach(self, reach: Reach, part: Part, month: Range) -> list[Atom]:
        key = (reach, part, month)
        if key not in self._reached:
            self._reached[key] = [
                atom
                for atom in self._used[month]
                if reach.period.covers(atom.cell.span.since)
                and reach.holds(atom.cell, atom.meter)
                and takes_part(self.contract, part, atom.cell, atom.meter)
            ]
        return self._reached[key]

    def invoice_so_far(self, month: Range) -> int:
        """Return what a month's invoice adds up to after the lines so far, in `GRAIN`."""
        usage = sum(atom.contracted for atom in self.in_stretch(month))
        return usage + sum(line.amount for line in self.lines if line.month == month)

    def posted(
        self, cause: Cause, stretch: Range, name: str | None = None, detail: str | None = None
    ) -> int:
        """Return what was billed in a stretch for a cause, in `GRAIN`."""
        return sum(
            line.amount
            for line in self.lines
            if line.cause is cause
            and line.month.within(stretch)
            and name in (None, line.name)
            and detail in (None, line.detail)
        )

    def post(self, posting: Posting) -> None:
        """Round a line as the invoice says and divide it."""
        rule = self.contract.invoice
        amount = GRAIN * invoiced(rule, posting.amount, at_most=posting.at_most)
        weights = _weights(posting.over, posting.weight)
        self._add(posting, amount, self._usd_pico(posting, amount, weights), weights)
        changed = posting.over if posting.on is None else posting.on
        weights = _weights(changed, posting.weight)
        if posting.changes and weights:
            for atom, share in zip(changed, distribute(amount, weights), strict=True):
                for each in posting.changes:
                    setattr(atom, each, getattr(atom, each) + share)

    def post_exactly(self, posting: Posting) -> None:
        """Post a line without rounding it."""
        weights = _weights(posting.over, posting.weight)
        amount = int(posting.amount)
        self._add(posting, amount, self._usd_pico(posting, amount, weights), weights)

    def post_usd(self, posting: Posting, usd_pico: int) -> None:
        """Post what costs dollars and is on no invoice."""
        self._add(posting, 0, usd_pico, _weights(posting.over, posting.weight))

    def _add(self, of: Posting, amount: int, usd: int, weights: list[int] | None) -> None:
        if not amount and not usd:
            return
        spread = weights is not None
        self.lines.append(Line(of.month, of.cause, of.name, of.detail, amount, usd, spread))
        if weights is None:
            return
        in_usd = [each * atom.usd_per for each, atom in zip(weights, of.over, strict=True)]
        key = (of.cause, of.name)
        for atom, share in zip(of.over, distribute(usd * GRAIN, in_usd), strict=True):
            if share:
                atom.parts[key] = atom.parts.get(key, 0) + share

    def _usd_pico(self, of: Posting, amount: int, weights: list[int] | None) -> int:
        """Return a line in dollars, at the rates of the usage it is divided over."""
        if weights is None:
            rate = Fraction(usd_per_unit(self.contract, of.month.until - datetime.resolution))
        else:
            pairs = zip(weights, of.over, strict=True)
            rate = Fraction(sum(each * atom.usd_per for each, atom in pairs), sum(weights))
        return round(amount * rate / (FX_UNIT * GRAIN))


def _weights(over: Sequence[Atom], weight: Weight) -> list[int] | None:
    """Return what a line is divided by, or None where nothing was used."""
    for each in (weight, *_FALLBACKS):
        weights = [max(each(atom), 0) for atom in over]
        if any(weights):
            return weights
    return None


_FALLBACKS: tuple[Weight, ...] = tuple(map(attrgetter, ("contracted", "list_pico", "quantity")))
