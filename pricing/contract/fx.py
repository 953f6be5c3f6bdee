"""What paying an invoice in another currency cost beyond its dollars."""

from datetime import datetime
from fractions import Fraction
from operator import attrgetter

from pricing.contract.bill import Bill, Posting
from pricing.contract.calendar import Range
from pricing.contract.usage import GRAIN
from pricing.contract.words import Cause


def post_fx(bill: Bill, month: Range) -> None:
    """Post what paying a month's invoice cost beyond its dollars, where the contract knows it."""
    paid = bill.contract.paid.get(_first_of(month.since))
    if paid is None or month.until > bill.through:
        return
    in_dollars = sum(atom.contracted_pico for atom in bill.in_stretch(month))
    in_dollars += sum(line.usd_pico for line in bill.lines if line.month == month)
    cost = round(Fraction(bill.invoice_so_far(month), GRAIN) * Fraction(paid))
    name, used = f"paid in {bill.contract.currency}", bill.in_stretch(month)
    posting = Posting(month, Cause.FX, name, 0, used, attrgetter("contracted"))
    bill.post_usd(posting, cost - in_dollars)


def _first_of(at: datetime) -> datetime:
    return at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
