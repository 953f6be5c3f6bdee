"""What a public price list says, beside what the book says, rate by rate.

The list is compared at an instant, and at the start of every later price that it announces.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from pricing.book import PriceBook
from pricing.feeds.matching import Matches, Sold, bare, folded, matched
from pricing.feeds.observation import Feed, Listing, Observation, maker_of, plain
from pricing.load_rates import AS_INPUT
from pricing.published import Entry
from pricing.vocabulary import TOKEN_METERS, ContextBand, Meter, ServiceTier


class Verdict(StrEnum):
    """How a rate of a list stands to the book."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NO_RATE = "no rate in book"
    NEW_MODEL = "model not in book"
    NOT_IN_FEED = "not in feed"
    THRESHOLD = "other threshold"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rate of one list, or one rate of the book that the list lacks.

    Attributes:
        model: Canonical id; of a new model, the list's id without its prefix.
        band: None for a threshold, which is the border of a band.
        meter: None where a whole cell or a threshold is meant.
        feed: Source that an entry would cite, such as ``litellm@1.109.1``.
        at: The instant that was compared.
        starts: When the list says the rate began, if it does.
        ours: US dollars per million tokens in the book; None without a rate. Of a threshold,
            tokens.
        word: What the book says in place of a rate.
        theirs: The same of the list.
        aside: Another id of the list, that says otherwise than the first; never proposed.
        inherited: Not written for this model, tier or length; never proposed alone.
    """

    provider: str
    model: str
    tier: ServiceTier
    band: ContextBand | None
    meter: Meter | None
    feed: str
    raw_key: str
    at: datetime
    starts: datetime | None
    ours: Decimal | None
    word: str
    theirs: Decimal | None
    verdict: Verdict
    aside: bool = False
    inherited: bool = False

    @property
    def change_percent(self) -> Decimal | None:
        """How much more the list says, in per cent with one decimal."""
        if self.ours is None or self.theirs is None or self.band is None or not self.ours:
            return None
        return ((self.theirs / self.ours - 1) * 100).quantize(Decimal("0.1"))


@dataclass(frozen=True, slots=True)
class Comparison:
    """A feed beside the book."""

    feed: Feed
    matches: Matches
    findings: tuple[Finding, ...]

    def count(self, verdict: Verdict) -> int:
        """Return how many rates stand so, those left aside that the list does not write."""
        written = (finding for finding in self.findings if not finding.inherited)
        return sum(finding.verdict is verdict for finding in written)


def compare(
    feed: Feed, book: PriceBook, at: datetime, *, providers: Collection[str] = ()
) -> Comparison:
    """Compare a feed with the book.

    Args:
        feed: What was read.
        book: The book, overlay included.
        at: Instant, with its UTC offset, whose prices are compared.
        providers: Providers to compare beside those whose own models the book has.
    """
    matches = matched(feed, book, providers)
    findings: list[Finding] = []
    for sold, listings in matches.known.items():
        findings += _known(feed, book, sold, listings, at)
    for listing in matches.new:
        findings += _new(feed, listing, at)
    return Comparison(feed, matches, tuple(findings))


def differing(feeds: Iterable[Feed], book: PriceBook, at: datetime) -> list[Finding]:
    """Return the rates of the book that any feed has otherwise at an instant.

    Rates that a list leaves to its own rules, and those the book has no rate for, are not among
    them.
    """
    return [
        finding
        for feed in feeds
        for finding in compare(feed, book, at).findings
        if finding.verdict is Verdict.DIFFERS and not finding.inherited and finding.at == at
    ]


def entry_at(
    book: PriceBook, sold: Sold, tier: ServiceTier, band: ContextBand, at: datetime
) -> Entry | None:
    """Return the entry of a cell that holds at an instant, a cell without a price included."""
    timeline = book.timelines.get((*sold, tier, band), ())
    started = [entry for entry in timeline if entry.effective_from <= at]
    if not started:
        return None
    last = started[-1]
    return last if last.effective_to is None or at < last.effective_to else None


def usd_of(pico: int) -> Decimal:
    """Return a rate of the book in US dollars per million tokens."""
    return plain(Decimal(pico).scaleb(-6))


def _known(
    feed: Feed, book: PriceBook, sold: Sold, listings: Sequence[Listing], at: datetime
) -> Iterator[Finding]:
    """Compare a model of the book with the listings that speak of it, from its release on."""
    rates = [
        replace(rate, inherited=True) if folded(listing, sold, book) else rate
        for listing in listings
        for rate in listing.rates
    ]
    own = [rate for rate in rates if not rate.inherited]
    later = {rate.starts for rate in own if rate.starts is not None and rate.starts > at}
    yield from _thresholds(feed, book, sold, [rate for rate in rates if rate.applies(at)], at)
    released = book.models[sold].released
    for moment in sorted(moment for moment in {at} | later if moment >= released):
        changed = {(rate.tier, rate.above) for rate in own if rate.starts == moment}
        first: dict[tuple[ServiceTier, int | None, Meter], Observation] = {}
        for rate in rates:
            asked = moment == at or (rate.tier, rate.above) in changed
            if asked and rate.applies(moment) and _same_band(book, sold, rate):
                said = first.setdefault((rate.tier, rate.above, rate.meter), rate)
                if said is rate or said.usd != rate.usd:
                    yield _beside(feed, book, sold, rate, moment, aside=said is not rate)
        if moment == at:
            yield from _lacking(feed, book, sold, first.values(), at)


def band_of(rate: Observation) -> ContextBand:
    """Return the band of a rate, of a model whose bands meet where the list's do."""
    return ContextBand.SHORT if rate.above is None else ContextBand.LONG


def _same_band(book: PriceBook, sold: Sold, rate: Observation) -> bool:
    return rate.above is None or rate.above == book.models[sold].long_context_above


def _beside(
    feed: Feed, book: PriceBook, sold: Sold, rate: Observation, at: datetime, *, aside: bool
) -> Finding:
    """Return a rate of the list beside what the book says of the same."""
    band = band_of(rate)
    entry = entry_at(book, sold, rate.tier, band, at)
    ours, word = (None, "no price at this date") if entry is None else stated(entry, rate.meter)
    verdict = Verdict.AGREES if ours == rate.usd else Verdict.DIFFERS
    return Finding(
        provider=sold[0],
        model=sold[1],
        tier=rate.tier,
        band=band,
        meter=rate.meter,
        feed=feed.source,
        raw_key=rate.raw_key,
        at=at,
        starts=rate.starts,
        ours=ours,
        word=word,
        theirs=rate.usd,
        verdict=Verdict.NO_RATE if ours is None else verdict,
        aside=aside,
        inherited=rate.inherited,
    )


def stated(entry: Entry, meter: Meter) -> tuple[Decimal | None, str]:
    """Return the rate of a meter, and the word that stands in its place or explains it."""
    if entry.reason is not None:
        return None, entry.reason.value.removeprefix("tier_").removeprefix("rate_")
    rate = entry.rates.get(meter)
    word = entry.stated.get(meter, "")
    return None if rate is None else usd_of(rate), word if not word[:1].isdigit() else ""


def _thresholds(
    feed: Feed, book: PriceBook, sold: Sold, rates: Iterable[Observation], at: datetime
) -> Iterator[Finding]:
    """Tell of prompt lengths at which the list changes price and the book does not."""
    ours = book.models[sold].long_context_above
    others = {rate.above: rate for rate in rates if not _same_band(book, sold, rate)}
    for above, rate in others.items():
        yield Finding(
            provider=sold[0],
            model=sold[1],
            tier=rate.tier,
            band=None,
            meter=None,
            feed=feed.source,
            raw_key=rate.raw_key,
            at=at,
            starts=rate.starts,
            ours=None if ours is None else Decimal(ours),
            word="one band" if ours is None else "",
            theirs=Decimal(above or 0),
            verdict=Verdict.THRESHOLD,
        )


def _lacking(
    feed: Feed, book: PriceBook, sold: Sold, said: Iterable[Observation], at: datetime
) -> Iterator[Finding]:
    """Tell of rates of the book that a list lacks, though it knows the model."""
    known = {(rate.tier, band_of(rate), rate.meter) for rate in said}
    cells = {cell[:2] for cell in known}
    for tier in ServiceTier:
        for band in book.models[sold].bands:
            entry = entry_at(book, sold, tier, band, at)
            priced = [] if entry is None else [m for m in TOKEN_METERS if _own_rate(entry, m)]
            if entry is None or not priced:
                continue
            whole = (tier, band) not in cells
            for meter in (None,) if whole else priced:
                if (tier, band, meter) not in known:
                    yield _lack(feed, entry, meter, at)


def _own_rate(entry: Entry, meter: Meter) -> bool:
    """Whether the book has a rate for the meter that is not just its input rate."""
    return entry.rates.get(meter) is not None and entry.stated.get(meter) != AS_INPUT


def _lack(feed: Feed, entry: Entry, meter: Meter | None, at: datetime) -> Finding:
    return Finding(
        provider=entry.provider,
        model=entry.model,
        tier=entry.tier,
        band=entry.band,
        meter=meter,
        feed=feed.source,
        raw_key="",
        at=at,
        starts=None,
        ours=None if meter is None else stated(entry, meter)[0],
        word="" if meter else "priced",
        theirs=None,
        verdict=Verdict.NOT_IN_FEED,
    )


def _new(feed: Feed, listing: Listing, at: datetime) -> Iterator[Finding]:
    """Tell of a model that the book does not have."""
    provider = listing.provider or maker_of(listing.key)
    for rate in listing.rates:
        later = rate.starts is not None and rate.starts > at
        if rate.applies(at) or later:
            yield Finding(
                provider=provider,
                model=bare(listing.key),
                tier=rate.tier,
                band=band_of(rate),
                meter=rate.meter,
                feed=feed.source,
                raw_key=rate.raw_key,
                at=rate.starts if rate.starts is not None and later else at,
                starts=rate.starts,
                ours=None,
                word="",
                theirs=rate.usd,
                verdict=Verdict.NEW_MODEL,
                inherited=rate.inherited,
            )
