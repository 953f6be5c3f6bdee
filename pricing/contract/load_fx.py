"""Exchange rates and the rounding of an invoice, as a contract writes them."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from pricing.contract.calendar import Range
from pricing.contract.load_words import amount, month, more_than_nothing
from pricing.contract.terms import FxRate, InvoiceRule
from pricing.load_words import instant, one_of, sentence
from pricing.load_yaml import Section

FX_KEYS = ("from", "to", "usd", "source")
PAID_KEYS = ("month", "usd", "source")
INVOICE_KEYS = ("round_to", "rounding", "minimum_line")

ROUNDINGS = ("half_even", "half_up", "up", "down")


def read_fx(items: Iterable[Section]) -> tuple[FxRate, ...]:
    """Read `fx`: dollars for one unit of the currency, from each date on."""
    found: list[tuple[FxRate, Section]] = []
    for item in items:
        since = item.value("from", instant)
        until = item.value("to", instant) if "to" in item else None
        usd = item.value("usd", more_than_nothing)
        if "source" in item:
            item.value("source", sentence)
        if since and until and until <= since:
            item.faults.add(item.at("to"), "to is not later than from")
        elif since and usd:
            found.append((FxRate(since, until, usd), item))
    found.sort(key=lambda pair: pair[0].since)
    for (earlier, _), (later, item) in pairwise(found):
        if later.since == earlier.since:
            item.faults.add(item.at("from"), f"from: a second rate from {later.since:%Y-%m-%d}")
    return tuple(rate for rate, _ in found)


def read_paid(items: Iterable[Section], period: Range) -> dict[datetime, Decimal]:
    """Read `paid`: dollars that a unit of the currency cost when a month's invoice was paid."""
    paid: dict[datetime, Decimal] = {}
    for item in items:
        first, usd = item.value("month", month), item.value("usd", more_than_nothing)
        if "source" in item:
            item.value("source", sentence)
        if first is None or usd is None:
            continue
        if first in paid:
            item.faults.add(item.at("month"), f"month: {first:%Y-%m} is given twice")
        if first >= period.until or first < period.since.replace(day=1):
            item.faults.add(item.at("month"), "month lies outside the period of the contract")
        paid[first] = usd
    return paid


def read_invoice(section: Section | None) -> InvoiceRule | None:
    """Read `invoice`: the unit lines are rounded to, how, and the least a usage line bills."""
    if section is None:
        return None
    unit = section.value("round_to", more_than_nothing)
    rounding = (
        section.value("rounding", one_of(ROUNDINGS)) if "rounding" in section else "half_even"
    )
    least = section.value("minimum_line", amount) if "minimum_line" in section else None
    if unit and least and least % unit:
        message = f"minimum_line: {least} is no multiple of {unit}, the unit of a line"
        section.faults.add(section.at("minimum_line"), message)
    if unit is None or rounding is None:
        return None
    return InvoiceRule(unit, rounding, least or Decimal(0))
