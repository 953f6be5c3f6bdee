"""Commitments: a spend that is promised, and what is billed where it falls short or goes beyond."""

from decimal import Decimal
from fractions import Fraction
from operator import attrgetter

from pricing.contract.bill import Bill, Posting
from pricing.contract.calendar import Range, period_of, periods
from pricing.contract.provisioned import FLAT
from pricing.contract.terms import Commitment
from pricing.contract.usage import GRAIN
from pricing.contract.words import Cause, Every, Part

_PICO = 10**12


def post_overage(bill: Bill, month: Range) -> None:
    """Bill usage beyond a commitment at list, where the contract says so.

    The month in which the commitment is passed is taken as even: what lies beyond has the
    month's average rates.
    """
    for term in sorted(bill.contract.commitments, key=attrgetter("name")):
        period = period_of(term.every, bill.contract.period, month.since)
        used = bill.within(term.reach, Part.COMMITMENTS, month)
        net = sum(atom.spend for atom in used)
        if not term.overage_at_list or net <= 0:
            continue
        now = spent(bill, term, Range(period.since, month.until))
        beyond = max(now - _grains(term.amount), Fraction(0))
        part = min(beyond / net, Fraction(1))
        more = part * (sum(atom.listed for atom in used) - net)
        weight = attrgetter("spend")
        bill.post(Posting(month, Cause.OVERAGE, term.name, more, used, weight, changes=("net",)))


def post_shortfalls(bill: Bill, month: Range) -> None:
    """Settle what each commitment is short of, in the months it is trued up in.

    What is short of the target to date is billed, less what was billed before: in the end a
    period bills the larger of its spend and its commitment. A line is spread over the usage since
    the settlement before.
    """
    for term in sorted(bill.contract.commitments, key=attrgetter("name")):
        period = period_of(term.every, bill.contract.period, month.since)
        settled = period_of(term.true_up, period, month.since)
        if settled.until != month.until or month.until > bill.through:
            continue
        to_date = Range(period.since, month.until)
        short = max(target(term, period, month) - spent(bill, term, to_date), Fraction(0))
        owed = short * Fraction(term.shortfall_percent) / 100
        billed = bill.posted(Cause.COMMITMENT_SHORTFALL, period, term.name)
        used = bill.within(term.reach, Part.COMMITMENTS, settled)
        stretch = f"{settled.since:%Y-%m-%d} to {settled.until:%Y-%m-%d}"
        bill.post(
            Posting(
                month, Cause.COMMITMENT_SHORTFALL, term.name, owed - billed, used,
                attrgetter("spend"), stretch,
            )
        )  # fmt: skip


def spent(bill: Bill, term: Commitment, stretch: Range) -> Fraction:
    """Return what counts towards a commitment from its period's start on, in `GRAIN`."""
    used = bill.within(term.reach, Part.COMMITMENTS, stretch)
    total = Fraction(sum(atom.spend for atom in used))
    if bill.begins_in(period_of(term.every, bill.contract.period, stretch.since)):
        total += _grains(term.used_before)
    if "credits" not in term.counts:
        total += sum(atom.credited for atom in used)
    if "provisioned" in term.counts:
        total += bill.posted(Cause.PROVISIONED, stretch, detail=FLAT)
    if "markups" in term.counts:
        total += bill.posted(Cause.MARKUP, stretch)
    return total


def target(term: Commitment, period: Range, month: Range) -> Fraction:
    """Return what ought to be spent of a period by the end of a month, in `GRAIN`."""
    months = periods(Every.MONTH, period)
    done = sum(each.until <= month.until for each in months)
    return _grains(term.amount) * Fraction(done, len(months))


def _grains(amount: Decimal) -> Fraction:
    return Fraction(amount) * _PICO * GRAIN
