"""Volume tiers: a discount that grows with what a period has used.

The discount of a period to date is worked out anew each month, and the month's line is what it
has grown by: reaching a whole-volume tier gives back on the months before.
"""

from fractions import Fraction
from operator import attrgetter

from pricing.contract.bill import Bill, Posting
from pricing.contract.calendar import Range, period_of
from pricing.contract.terms import Step, VolumeTiers
from pricing.contract.usage import GRAIN, Atom
from pricing.contract.words import Cause, Part, VolumeKind, VolumeMeasure

_PICO = 10**12


def post_volume_tiers(bill: Bill, month: Range) -> None:
    """Post each volume discount, over the usage of its period to date."""
    for term in sorted(bill.contract.volume_tiers, key=attrgetter("name")):
        period = period_of(term.every, bill.contract.period, month.since)
        used = bill.within(term.reach, Part.VOLUME_TIERS, Range(period.since, month.until))
        before = term.used_before if bill.begins_in(period) else 0
        discount = discount_on(term, used, Fraction(before))
        given = bill.posted(Cause.VOLUME_TIER, period, term.name)
        bill.post(
            Posting(
                month, Cause.VOLUME_TIER, term.name, -discount - given, used,
                attrgetter("metered"), changes=("net", "spend"),
                on=bill.within(term.reach, Part.VOLUME_TIERS, month),
            )
        )  # fmt: skip


def discount_on(term: VolumeTiers, used: list[Atom], before: Fraction) -> Fraction:
    """Return the discount of a period to date, in `GRAIN`."""
    cost = sum(atom.metered for atom in used)
    if term.measure is VolumeMeasure.SPEND:
        scale, volume = Fraction(GRAIN * _PICO), Fraction(cost, GRAIN * _PICO)
    else:
        volume = sum(map(_metered_tokens, used), start=Fraction(0))
        scale = cost / volume if volume else Fraction(0)
    if term.kind is VolumeKind.WHOLE_VOLUME:
        return percent_at(term.steps, before + volume) / 100 * cost
    taken = taken_off(term.steps, before + volume) - taken_off(term.steps, before)
    return taken * scale


def percent_at(steps: tuple[Step, ...], volume: Fraction) -> Fraction:
    """Return the percent of the step a volume has reached; the start of a step is inside."""
    reached = [step for step in steps if step.start <= volume]
    return Fraction(reached[-1].percent_off) if reached else Fraction(0)


def taken_off(steps: tuple[Step, ...], volume: Fraction) -> Fraction:
    """Return what marginal steps take off a volume: each its percent of what lies within it.

    Example:
        With 5 % from 100 and 10 % from 200, a volume of 250 is reduced by 5 + 5.
    """
    total = Fraction(0)
    for k, step in enumerate(steps):
        end = Fraction(steps[k + 1].start) if k + 1 < len(steps) else volume
        inside = min(volume, end) - Fraction(step.start)
        total += max(inside, Fraction(0)) * Fraction(step.percent_off) / 100
    return total


def _metered_tokens(atom: Atom) -> Fraction:
    """Return the tokens that provisioned throughput does not cover."""
    if atom.meter.is_tool:
        return Fraction(0)
    billed = Fraction(atom.metered, atom.contracted) if atom.contracted else Fraction(1)
    return atom.quantity * billed
