"""Credits: amounts that pay for usage until they are used up or expire."""

from fractions import Fraction
from operator import attrgetter

from pricing.contract.bill import Bill, Posting
from pricing.contract.calendar import Range
from pricing.contract.terms import Credit
from pricing.contract.usage import GRAIN
from pricing.contract.words import Cause, Part

_PICO = 10**12


def post_credits(bill: Bill, month: Range) -> None:
    """Let each credit pay what it can of the usage it applies to, never more than the invoice."""
    for credit in sorted(bill.contract.credits, key=_order):
        paid_for = bill.within(credit.reach, Part.CREDITS, month)
        owed = sum(max(atom.net, 0) for atom in paid_for)
        amount = min(remaining(bill, credit), owed, max(bill.invoice_so_far(month), 0))
        bill.post(
            Posting(
                month, Cause.CREDIT, credit.name, -amount, paid_for, attrgetter("net"),
                changes=("net", "credited"), at_most=True,
            )
        )  # fmt: skip


def remaining(bill: Bill, credit: Credit) -> int:
    """Return what is left of a credit, in `GRAIN`."""
    granted = int(Fraction(credit.amount - credit.used_before) * _PICO * GRAIN)
    return granted + bill.posted(Cause.CREDIT, bill.contract.period, credit.name)


def _order(credit: Credit) -> tuple[object, ...]:
    return (credit.order, credit.reach.period.until, credit.name)
