"""What rounding the lines of an invoice adds.

A usage line is one meter of one model at one service tier; its context bands and regions are
together on it.
"""

from collections import defaultdict
from operator import attrgetter

from pricing.contract.bill import Bill, Posting
from pricing.contract.calendar import Range
from pricing.contract.rounding import invoiced
from pricing.contract.usage import GRAIN, Atom
from pricing.contract.words import Cause

_PICO = 10**12

NAME = "invoice lines"


def round_lines(bill: Bill, month: Range) -> None:
    """Post what rounding each usage line adds."""
    rule = bill.contract.invoice
    if rule is None:
        return
    grouped: dict[tuple[str, ...], list[Atom]] = defaultdict(list)
    for atom in bill.in_stretch(month):
        cell = atom.cell
        grouped[cell.billed_by, cell.model, cell.tier, atom.meter].append(atom)
    for words, atoms in sorted(grouped.items()):
        exact = sum(atom.contracted for atom in atoms)
        rounded = invoiced(rule, exact)
        if exact > 0:
            rounded = max(rounded, int(rule.minimum_line * _PICO))
        if rounded * GRAIN != exact:
            bill.post_exactly(
                Posting(
                    month, Cause.ROUNDING, NAME, rounded * GRAIN - exact, atoms,
                    attrgetter("contracted"), "/".join(words),
                )
            )  # fmt: skip
