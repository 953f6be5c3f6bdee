"""The second rate: what a contract makes of a list rate, rounded once to one pico-dollar.

Of several terms that reach a meter the most specific one applies, alone: the one that names the
model most closely, then the one that says most besides. Terms never add up.
"""

from datetime import datetime
from fractions import Fraction

from pricing.contract.terms import Contract, RateTerm
from pricing.contract.usage import Cell
from pricing.contract.words import Part
from pricing.vocabulary import Meter


def covers(contract: Contract, cell: Cell) -> bool:
    """Tell whether usage is under a contract at all."""
    return cell.billed_by in contract.providers and contract.list_of in (None, cell.vendor)


def takes_part(contract: Contract, part: Part, cell: Cell, meter: Meter) -> bool:
    """Tell whether usage under the contract is not excluded from a part of it."""
    return not any(
        part in each.out_of
        and each.reach.holds(cell, meter)
        and each.reach.period.covers(cell.span.since)
        for each in contract.excluded
    )


def term_for(
    contract: Contract, cell: Cell, meter: Meter, *, at: datetime | None = None
) -> RateTerm | None:
    """Return the one term that rates a meter of a cell, or None where the list does.

    Args:
        contract: Without terms that tie, as `load` sees to.
        cell: The usage.
        meter: One of its meters.
        at: Whose terms apply, instead of those of the usage's own time.
    """
    if not takes_part(contract, Part.RATES, cell, meter):
        return None
    when = at or cell.span.since
    reached = [
        term
        for term in contract.rates
        if term.reach.period.covers(when)
        and term.reach.holds(cell, meter)
        and (term.percent_off is not None or meter in term.rates)
    ]
    return max(reached, key=lambda term: term.specificity(cell.model), default=None)


def contracted_rate(term: RateTerm | None, cell: Cell, meter: Meter) -> int:
    """Return pico-dollars per unit under a term; the list's without one.

    Example:
        15 percent off 2,500,000 is 2,125,000.
    """
    listed = cell.rates[meter]
    if term is None:
        return listed
    if term.percent_off is not None:
        return round(listed * (1 - Fraction(term.percent_off) / 100))
    uplifted = term.regional_uplift and not meter.is_tool
    return round(term.rates[meter] * (cell.uplift if uplifted else Fraction(1)))
