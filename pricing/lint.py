"""What looks odd in a price book: no fault, and worth a second look."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pricing.book import PriceBook
from pricing.diff import Side
from pricing.feeds.compare import differing
from pricing.feeds.observation import Feed
from pricing.money import PICO_PER_USD
from pricing.published import Entry, instant_text
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


def stale(book: PriceBook, now: datetime, days: int) -> Iterator[Oddity]:
    """Yield the models whose prices in force no source has been seen to state for so many days.

    Args:
        book: The book.
        now: Instant, with its UTC offset, to count back from.
        days: How old the newest source of a price may be.
    """
    oldest: dict[tuple[str, str], tuple[datetime, str]] = {}
    for cell in book.timelines:
        entry = Side(book, now).entry(cell)
        seen = _last_seen(entry, book) if entry and entry.rates else None
        if seen:
            oldest[cell[:2]] = min(oldest.get(cell[:2], seen), seen)
    for (provider, model), (checked, source) in oldest.items():
        age = (now - checked).days
        if age > days:
            what = (
                f"the newest source of a price in force is {source}, checked on "
                f"{instant_text(checked)}, {age} days ago"
            )
            yield Oddity("source_stale", f"{provider}/{model}", what)


def _last_seen(entry: Entry, book: PriceBook) -> tuple[datetime, str] | None:
    dated = [
        (source.checked, source.source)
        for cited in entry.sources
        if (source := book.sources.get(cited.partition("@")[0])) and source.checked
    ]
    return max(dated, default=None)


def differing_from(feeds: Iterable[Feed], book: PriceBook, now: datetime) -> Iterator[Oddity]:
    """Yield the rates of the book that a public price list has otherwise."""
    for found in differing(feeds, book, now):
        meter = found.meter.value.replace("_", " ") if found.meter else "threshold"
        what = f"{meter} {found.ours or found.word} is {found.theirs} in {found.feed}"
        where = f"{found.provider}/{found.model}/{found.tier}/{found.band}"
        yield Oddity("differs_from_feed", where, what)


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
