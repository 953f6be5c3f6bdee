"""What looks odd in a price book: no fault, and worth a second look."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from pricing.book import PriceBook
from pricing.diff import Side
from pricing.money import PICO_PER_USD
from pricing.published import Entry
from pricing.vocabulary import TOKEN_METERS, ContextBand, Meter, ServiceTier

_PER = PICO_PER_USD["1M tokens"]


@dataclass(frozen=True, slots=True)
class Oddity:
    """One thing to look at.

    Attributes:
        kind: ``batch_not_half``, ``cached_above_input``, ``long_below_short``,
            ``priority_below_standard``, ``past_shutdown``, ``differs_from_feed`` or
            ``source_stale``.
        where: The price version, model or source it is about.
        what: What is odd, with the figures.
    """

    kind: str
    where: str
    what: str


def oddities(book: PriceBook) -> Iterator[Oddity]:
    """Yield what is odd about the entries themselves, in the order of the table."""
    for entry in book.entries:
        if entry.withdrawn_at is None and entry.rates:
            yield from _of_entry(entry, book)


def _of_entry(entry: Entry, book: PriceBook) -> Iterator[Oddity]:
    cached, given = entry.rates.get(Meter.CACHE_READ), entry.rates.get(Meter.UNCACHED_INPUT)
    if cached is not None and given is not None and cached > given:
        what = f"cached input {_usd(cached)} is above input {_usd(given)}"
        yield Oddity("cached_above_input", entry.price_version, what)
    standard = _beside(entry, book, ServiceTier.STANDARD, entry.band)
    if standard and entry.tier is ServiceTier.BATCH:
        yield from _not_half(entry, standard)
    if standard and entry.tier is ServiceTier.PRIORITY:
        yield from _below(entry, standard, "priority_below_standard", "standard's")
    if entry.band is ContextBand.LONG:
        short = _beside(entry, book, entry.tier, ContextBand.SHORT)
        if short:
            yield from _below(entry, short, "long_below_short", "the short band's")


def _beside(entry: Entry, book: PriceBook, tier: ServiceTier, band: ContextBand) -> Entry | None:
    """Return the entry of another cell of the model when this one began."""
    return Side(book, entry.effective_from).entry((entry.provider, entry.model, tier, band))


def _not_half(entry: Entry, standard: Entry) -> Iterator[Oddity]:
    for meter, rate, whole in _shared(entry, standard):
        if rate * 2 != whole:
            what = f"{meter} {_usd(rate)} is not half of standard's {_usd(whole)}"
            yield Oddity("batch_not_half", entry.price_version, what)


def _below(entry: Entry, other: Entry, kind: str, whose: str) -> Iterator[Oddity]:
    for meter, rate, base in _shared(entry, other):
        if rate < base:
            what = f"{meter} {_usd(rate)} is below {whose} {_usd(base)}"
            yield Oddity(kind, entry.price_version, what)


def _shared(one: Entry, other: Entry) -> Iterator[tuple[str, int, int]]:
    for meter in TOKEN_METERS:
        rate, base = one.rates.get(meter), other.rates.get(meter)
        if rate is not None and base is not None:
            yield meter.value.replace("_", " "), rate, base


def _usd(pico: int) -> str:
    text = f"{Decimal(pico) / _PER:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
