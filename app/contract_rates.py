"""List and negotiated rates of a day, side by side."""

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from app.money import RATE_UNITS, usd_text
from app.price_rows import in_force
from pricing.contract.calendar import Range
from pricing.contract.rates import contracted_rate, covers, term_for
from pricing.contract.usage import Cell
from pricing.errors import PricingError

if TYPE_CHECKING:
    from app.output import Cell as OutputCell
    from pricing.book import PriceBook
    from pricing.contract.terms import Contract
    from pricing.published import Entry

COLUMNS = (
    "provider", "model", "service_tier", "context_band", "meter", "list_usd", "contracted_usd",
    "per", "term",
)  # fmt: skip


def rate_rows(contract: "Contract", book: "PriceBook", at: datetime) -> "list[list[OutputCell]]":
    """Return every rate that usage under a contract has at an instant, under ``COLUMNS``."""
    return [
        row
        for entry in book.entries
        if entry.reason is None and in_force(book, entry, at)
        for biller in contract.providers
        for row in _rows(contract, book, entry, biller, at)
    ]


def _rows(
    contract: "Contract", book: "PriceBook", entry: "Entry", biller: str, at: datetime
) -> "Iterator[list[OutputCell]]":
    model = book.models[entry.provider, entry.model]
    long = (model.long_context_above or 0) + 1 if entry.band == "long" else 0
    try:
        price = book.find(entry.provider, entry.model, entry.tier, at=at, input_tokens=long)
    except PricingError:
        return
    cell = Cell(
        (0, biller, 0), biller, entry.provider, entry.model, entry.tier, entry.band,
        Range(at, at), Fraction(1), {}, price.rates,
    )  # fmt: skip
    sold_by = biller == entry.provider or biller not in book.providers
    if not (covers(contract, cell) and sold_by):
        return
    for meter, rate in price.rates.items():
        term = term_for(contract, cell, meter)
        per, units = RATE_UNITS[meter.unit]
        yield [
            biller, entry.model, entry.tier.value, entry.band.value, meter.value,
            usd_text(rate * units), usd_text(contracted_rate(term, cell, meter) * units), per,
            term.name if term else None,
        ]  # fmt: skip
