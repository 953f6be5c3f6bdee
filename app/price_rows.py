"""Entries of the price book as rows of a list."""

from datetime import datetime
from typing import TYPE_CHECKING

from app.errors import UserError

if TYPE_CHECKING:
    from app.output import Cell
    from pricing.book import PriceBook
    from pricing.published import Entry
    from pricing.vocabulary import Meter

#: Token rates of a list row, by the column that shows them.
_RATES = {
    "input": "uncached_input",
    "cached_input": "cache_read",
    "cache_write": "cache_write",
    "cache_write_long": "cache_write_long",
    "output": "output",
}

#: Tiers that a price can be published for; spelt out here, as help must not wait for imports.
TIERS = ("standard", "batch", "flex", "priority", "ultrafast", "scale")

COLUMNS = (
    "provider", "model", "service_tier", "context_band", *_RATES, "effective_from", "effective_to",
    "known_at", "status", "confidence",
)  # fmt: skip


def sold(book: "PriceBook", model: str) -> list[tuple[str, str]]:
    """Return who sells a model, and its canonical id there; the same id can be two products."""
    from pricing.names import resolve, suggest

    found = [
        (provider, name) for provider in book.providers if (name := resolve(provider, model, book))
    ]
    if found:
        return found
    near = suggest(model, book)
    hint = f"; did you mean {' or '.join(near)}?" if near else "; see: ratecard prices list"
    raise UserError(f"the price table has no model '{model}'{hint}")


def in_force(book: "PriceBook", entry: "Entry", at: datetime) -> bool:
    """Tell whether an entry is the one that applies at an instant."""
    timeline = book.timelines.get((entry.provider, entry.model, entry.tier, entry.band), ())
    started = [each for each in timeline if each.effective_from <= at]
    if not started or started[-1] is not entry:
        return False
    return entry.effective_to is None or at < entry.effective_to


def row_of(book: "PriceBook", entry: "Entry") -> list["Cell"]:
    """Return an entry under ``COLUMNS``."""
    from pricing.published import instant_text
    from pricing.vocabulary import Meter

    rates: list[Cell] = [_rate(entry, Meter(meter)) for meter in _RATES.values()]
    return [
        entry.provider,
        entry.model,
        entry.tier.value,
        entry.band.value,
        *rates,
        instant_text(entry.effective_from),
        _end(book, entry),
        instant_text(entry.known_at),
        entry.status,
        entry.confidence,
    ]


def _rate(entry: "Entry", meter: "Meter") -> str:
    from app.money import usd_text
    from pricing.vocabulary import UnpricedReason

    if entry.reason is not None:
        return "not offered" if entry.reason is UnpricedReason.TIER_NOT_OFFERED else "not published"
    rate = entry.rates.get(meter)
    if rate is None:
        return entry.stated.get(meter, "none").replace("_", " ")
    return usd_text(rate * 1_000_000) or ""


def _end(book: "PriceBook", entry: "Entry") -> str | None:
    from pricing.published import instant_text

    timeline = book.timelines.get((entry.provider, entry.model, entry.tier, entry.band), ())
    later = [each.effective_from for each in timeline if each.effective_from > entry.effective_from]
    ends = sorted([*later[:1], *([entry.effective_to] if entry.effective_to else [])])
    return instant_text(ends[0]) if ends else None
