"""List prices as the bill and the logs are held against them, and those they might be instead."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import NamedTuple

from pricing.book import PriceBook
from pricing.errors import PricingError
from pricing.published import instant_text
from pricing.vocabulary import GLOBAL_REGION, ContextBand, Meter


class Priced(NamedTuple):
    """Everything the price of a unit depends on.

    Attributes:
        at: Naive UTC instant.
        biller: Who bills; a list price does not depend on it.
    """

    vendor: str
    model: str
    tier: str
    band: str
    meter: str
    region: str
    at: datetime
    biller: str = ""


class PriceDate(NamedTuple):
    """When a price began; whether it was called off before that."""

    at: datetime
    called_off: bool = False

    def __str__(self) -> str:
        """Write it as the price table does."""
        return instant_text(self.at.replace(tzinfo=UTC)) + (
            ", which was called off" if self.called_off else ""
        )


class ListPrices:
    """The rates of a price book, by what they depend on."""

    def __init__(self, book: PriceBook, on: datetime | None = None) -> None:
        """Use a book; ``on`` is the instant whose prices hold for everything, or None."""
        self.book = book
        self.on = on
        self._found: dict[Priced, int | None] = {}

    def rate(self, priced: Priced) -> int | None:
        """Return pico-dollars per unit, or None where there is no price."""
        return self.listed(priced)

    def listed(self, priced: Priced) -> int | None:
        """Return pico-dollars per unit on the list, whatever was negotiated."""
        if self.on is not None:
            priced = priced._replace(at=self.on)
        if priced not in self._found:
            self._found[priced] = _rate(self.book, priced)
        return self._found[priced]

    def dates(self, priced: Priced) -> Sequence[PriceDate]:
        """Return when the prices of a model's tier and band began, those called off among them."""
        return self._dates.get((priced.vendor, priced.model, priced.tier, priced.band), ())

    def rate_of_date(self, priced: Priced, date: PriceDate) -> int | None:
        """Return what a unit cost at another time."""
        book = self._with_withdrawn if date.called_off else self.book
        return _rate(book, priced._replace(at=date.at))

    def threshold(self, vendor: str, model: str) -> int | None:
        """Return the prompt size above which a model's context is long; None without one."""
        sold = self.book.models.get((vendor, model))
        return None if sold is None else sold.long_context_above

    def uplift_region(self, vendor: str, model: str) -> str | None:
        """Return a region in which a model costs more, or None."""
        sold = self.book.models.get((vendor, model))
        if sold is None or not sold.regional_uplift:
            return None
        return next(iter(self.book.providers[vendor].regions), None)

    @cached_property
    def _with_withdrawn(self) -> PriceBook:
        entries = tuple(replace(entry, withdrawn_at=None) for entry in self.book.entries)
        return replace(self.book, entries=entries)

    @cached_property
    def _dates(self) -> dict[tuple[str, str, str, str], tuple[PriceDate, ...]]:
        found: dict[tuple[str, str, str, str], set[PriceDate]] = {}
        for entry in self.book.entries:
            cell = (entry.provider, entry.model, str(entry.tier), str(entry.band))
            start = entry.effective_from.replace(tzinfo=None)
            called_off = entry.withdrawn_at is not None
            found.setdefault(cell, set()).add(PriceDate(start, called_off))
        return {cell: tuple(sorted(dates)) for cell, dates in found.items()}


def _rate(book: PriceBook, priced: Priced) -> int | None:
    sold = book.models.get((priced.vendor, priced.model))
    if sold is None or priced.meter not in set(Meter):
        return None
    threshold = sold.long_context_above
    if priced.band == ContextBand.LONG and threshold is None:
        return None
    size = threshold or 0
    try:
        found = book.find(
            priced.vendor,
            priced.model,
            priced.tier,
            at=priced.at.replace(tzinfo=UTC),
            input_tokens=size + 1 if priced.band == ContextBand.LONG else 0,
            region=priced.region or GLOBAL_REGION,
        )
    except PricingError:
        return None
    return found.rates.get(Meter(priced.meter))
