"""Provisioned throughput: a flat cost, and usage that bills nothing because it is covered."""

from datetime import timedelta
from fractions import Fraction
from operator import attrgetter

from pricing.contract.bill import Bill, Posting
from pricing.contract.calendar import Range
from pricing.contract.terms import Provisioned
from pricing.contract.usage import GRAIN, Atom
from pricing.contract.words import Cause, Part

_PICO = 10**12
#: What the line of the flat cost says, beside the term's name.
FLAT = "flat cost"

_LENGTHS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}


def post_provisioned(bill: Bill, month: Range) -> None:
    """Post each unit's flat cost and take off what it covers, both over the covered usage."""
    for term in sorted(bill.contract.provisioned, key=attrgetter("name")):
        covered = bill.within(term.reach, Part.PROVISIONED, month)
        share = _share(term, covered)
        taken = -share * sum(atom.net for atom in covered)
        bill.post(
            Posting(
                month, Cause.PROVISIONED, term.name, taken, covered, attrgetter("net"),
                "covered usage", ("net", "metered", "spend"), at_most=True,
            )
        )  # fmt: skip
        flat = Fraction(term.cost) * Fraction(term.units) * _held(bill, term, month)
        weight = attrgetter("contracted")
        bill.post(
            Posting(
                month, Cause.PROVISIONED, term.name, flat * _PICO * GRAIN, covered, weight, FLAT
            )
        )


def _share(term: Provisioned, covered: list[Atom]) -> Fraction:
    """Return the share of the usage that is covered: all of it, up to the month's tokens."""
    tokens = sum(atom.quantity for atom in covered if not atom.meter.is_tool)
    if term.monthly_tokens is None or tokens <= term.monthly_tokens:
        return Fraction(1)
    return Fraction(term.monthly_tokens, tokens)


def _held(bill: Bill, term: Provisioned, month: Range) -> int:
    """Return for how many months, days or hours of a month it is billed.

    A month in which it is held at all is billed in whole; days and hours count as far as the
    logs reach.
    """
    since = max(month.since, term.reach.period.since)
    until = min(month.until, term.reach.period.until)
    if until <= since:
        return 0
    if term.per not in _LENGTHS:
        return 1
    length = _LENGTHS[term.per]
    return max(-(-(min(until, bill.through) - since) // length), 0)
