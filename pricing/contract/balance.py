"""Where a contract's commitments and credits stand at the end of the logs."""

from collections.abc import Iterator
from dataclasses import dataclass

from pricing.contract.bill import Bill
from pricing.contract.calendar import Range, periods
from pricing.contract.commitment import spent
from pricing.contract.credit import remaining
from pricing.contract.usage import GRAIN

_PICO = 10**12


@dataclass(frozen=True, slots=True)
class Balance:
    """A commitment in one of its periods, or a credit.

    Attributes:
        kind: ``commitment`` or ``credit``.
        amount_pico, used_pico: In the contract's currency, times 10^12.
        state: ``open``, ``met`` or ``short``; of a credit ``open``, ``used`` or ``expired``.
    """

    kind: str
    name: str
    period: Range
    amount_pico: int
    used_pico: int
    state: str


def balances(bill: Bill) -> Iterator[Balance]:
    """Yield each commitment's periods that the logs reach, then each credit."""
    if not bill.months:
        return
    reached = Range(bill.months[0].since, bill.months[-1].until)
    for term in sorted(bill.contract.commitments, key=lambda term: term.name):
        for period in periods(term.every, bill.contract.period):
            if period.until <= reached.since or period.since >= reached.until:
                continue
            amount, used = int(term.amount * _PICO), round(spent(bill, term, period) / GRAIN)
            over = "met" if used >= amount else "short"
            state = over if over == "met" or period.until <= bill.through else "open"
            yield Balance("commitment", term.name, period, amount, used, state)
    for credit in sorted(bill.contract.credits, key=lambda credit: credit.name):
        amount = int(credit.amount * _PICO)
        left = round(remaining(bill, credit) / GRAIN)
        expired = credit.reach.period.until <= bill.through
        state = "used" if left <= 0 else "expired" if expired else "open"
        yield Balance("credit", credit.name, credit.reach.period, amount, amount - left, state)
