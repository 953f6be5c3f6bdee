"""Markups: what a gateway or reseller adds to the usage that goes through it."""

from fractions import Fraction
from operator import attrgetter

from pricing.contract.bill import Bill, Posting
from pricing.contract.calendar import Range
from pricing.contract.usage import GRAIN
from pricing.contract.words import Cause, MarkupBase, Part

_PICO = 10**12
_BASES = {
    MarkupBase.LIST: attrgetter("listed"),
    MarkupBase.CONTRACTED: attrgetter("contracted"),
    MarkupBase.BILLED: attrgetter("net"),
}


def post_markups(bill: Bill, month: Range) -> None:
    """Post each markup, over the usage it is a percentage of."""
    for term in sorted(bill.contract.markups, key=attrgetter("name")):
        marked = bill.within(term.reach, Part.MARKUPS, month)
        base = _BASES[term.on]
        amount = Fraction(term.percent) / 100 * sum(base(atom) for atom in marked)
        bill.post(
            Posting(month, Cause.MARKUP, term.name, amount, marked, base, f"percent of {term.on}")
        )
        held = term.reach.period
        if held.since < month.until and month.since < held.until:
            fixed = Fraction(term.fixed) * _PICO * GRAIN
            weight = attrgetter("contracted")
            bill.post(Posting(month, Cause.MARKUP, term.name, fixed, marked, weight, "fixed"))
