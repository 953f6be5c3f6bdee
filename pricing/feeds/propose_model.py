"""From a list's model that the book lacks to a model of a table, with all that a table must say."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pricing.book import PriceBook
from pricing.feeds.compare import Comparison
from pricing.feeds.matching import bare
from pricing.feeds.observation import Listing, maker_of
from pricing.feeds.proposed import (
    BASIS,
    CannotSayError,
    DisagreeError,
    Place,
    ProposedEntry,
    ProposedModel,
    Said,
    confidence_of,
    is_named,
    rate_text,
    settled,
    sources_of,
)
from pricing.load_rates import WITHOUT_RATE
from pricing.load_words import name as checked_name
from pricing.published import instant_text
from pricing.vocabulary import PRICED_TIERS, TOKEN_METERS, ContextBand, Meter, ServiceTier

_SNAPSHOT = re.compile(r"(?P<model>.+)-20\d\d-?[01]\d-?[0-3]\d")
_SAID_NOTHING = "no public list that was read has a price"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one list says of a new model; several listings where it has dated snapshots."""

    feed: str
    listing: Listing


@dataclass(frozen=True, slots=True)
class _Draft:
    """A new model as its lists describe it."""

    provider: str
    model: str
    seen: Sequence[_Seen]
    ids: Sequence[str]
    today: datetime
    released: datetime
    prefer: str | None

    @property
    def answers(self) -> bool:
        """Whether it has an output rate anywhere; embeddings have none."""
        rates = (rate for each in self.seen for rate in each.listing.rates)
        return any(rate.meter is Meter.OUTPUT for rate in rates)

    def above(self) -> int | None:
        """Return the one prompt length at which prices change."""
        told = {
            each.feed: {rate.above for rate in each.listing.rates if rate.above is not None}
            for each in self.seen
        }
        preferred = [steps for feed, steps in told.items() if is_named(feed, self.prefer)]
        every = set().union(*(preferred or told.values()))
        if len(every) > 1:
            steps = ", ".join(f"{step:,}" for step in sorted(every))
            raise CannotSayError(f"prices change at several prompt lengths: {steps}")
        return every.pop() if every else None


def new_models(
    comparisons: Sequence[Comparison],
    book: PriceBook,
    dates: tuple[datetime, datetime | None],
    prefer: str | None,
) -> Iterator[tuple[list[Place], ProposedModel | str]]:
    """Yield each model that the book lacks, as it could be appended, or why it could not.

    With it go the places of all its ids.

    Args:
        comparisons: Each with the listings that are new.
        book: What there is.
        dates: Today, and the user's own date for the release if there is one.
        prefer: The list that counts where lists disagree.
    """
    today, effective_from = dates
    other_units = {sold for each in comparisons for sold in each.matches.other_units}
    for (provider, model), (seen, ids) in _gathered(comparisons, book).items():
        places: list[Place] = [(provider, each, None, None, None) for each in ids]
        if (provider, model) in other_units:
            yield places, "a list says that it answers in audio, images or by the second"
            continue
        released = effective_from or _released(seen, today)
        draft = _Draft(provider, model, seen, ids, today, released, prefer)
        try:
            yield places, _model(draft)
        except (CannotSayError, DisagreeError) as reason:
            yield places, str(reason)


def _gathered(
    comparisons: Iterable[Comparison], book: PriceBook
) -> dict[tuple[str, str], tuple[list[_Seen], list[str]]]:
    """Gather what lists say of each new model; a snapshot of the same price is another id of it.

    An id means one model: the one of that very name, else the first that claims it.
    """
    found: dict[tuple[str, str], tuple[list[_Seen], list[str]]] = {}
    for comparison in comparisons:
        listings = {
            (listing.provider or maker_of(listing.key), bare(listing.key)): listing
            for listing in comparison.matches.new
        }
        for (provider, model), listing in listings.items():
            snapshot = _SNAPSHOT.fullmatch(model)
            whole = listings.get((provider, snapshot["model"])) if snapshot else None
            name = model
            if snapshot and whole is not None and _prices(whole) == _prices(listing):
                name = snapshot["model"]
            seen, ids = found.setdefault((provider, name), ([], [name]))
            if name == model:
                seen.append(_Seen(comparison.feed.source, listing))
            others = [each for each in (model, *listing.names) if each.startswith(name)]
            ids += [each for each in others if (provider, each) not in book.model_ids]
    whose = {(sold[0], sold[1]): sold for sold in found}
    for sold, (_, ids) in found.items():
        for each in ids:
            whose.setdefault((sold[0], each), sold)
    return {
        sold: (seen, [each for each in dict.fromkeys(ids) if whose[sold[0], each] == sold])
        for sold, (seen, ids) in found.items()
        if seen
    }


def _prices(listing: Listing) -> set[tuple[object, ...]]:
    return {(r.tier, r.above, r.meter, r.usd, r.starts, r.ends) for r in listing.rates}


def _released(seen: Sequence[_Seen], today: datetime) -> datetime:
    """Return the release that a list knows, else the first day of its price, else today."""
    known = [each.listing.released for each in seen if each.listing.released is not None]
    rates = [rate for each in seen for rate in each.listing.rates]
    plain = [rate.starts for rate in rates if rate.tier is ServiceTier.STANDARD] or [None]
    dated = [start for start in plain if start is not None]
    begun = [start for start in dated if start <= today]
    if known or begun:
        return min(known or begun)
    return today if None in plain else min(dated)


def _model(draft: _Draft) -> ProposedModel:
    above = draft.above()
    bands = [ContextBand.SHORT] if above is None else list(ContextBand)
    entries: list[ProposedEntry] = []
    for tier in PRICED_TIERS:
        for band in bands:
            entries += _cell(draft, tier, band)
    if not any(entry.rates for entry in entries):
        raise CannotSayError("the list has no input rate for it")
    for each in (draft.provider, *draft.ids):
        try:
            checked_name(each)
        except ValueError as error:
            raise CannotSayError(str(error)) from None
    return ProposedModel(draft.provider, draft.model, tuple(entries), _facts(draft, above))


def _facts(draft: _Draft, above: int | None) -> dict[str, str]:
    listings = [each.listing for each in draft.seen]
    announced = any(listing.released is not None for listing in listings)
    limits = {
        "context": next((li.context_tokens for li in listings if li.context_tokens), None),
        "input": next((li.input_limit for li in listings if li.input_limit), None),
        "output": next((li.output_limit for li in listings if li.output_limit), None),
    }
    ends = min((li.shutdown for li in listings if li.shutdown is not None), default=None)
    sizes = ", ".join(f"{key}: {size or 'none'}" for key, size in limits.items())
    return {
        "ids": f"[{', '.join(draft.ids)}]",
        "released": instant_text(draft.released),
        "released_basis": "release" if announced else BASIS,
        "shutdown": "none" if ends is None else instant_text(ends),
        "limits": f"{{{sizes}}}",
        "long_context_above": str(above or "none"),
        "regional_uplift": "yes" if any(li.regional_uplift for li in listings) else "no",
    }


def _cell(draft: _Draft, tier: ServiceTier, band: ContextBand) -> Iterator[ProposedEntry]:
    """Yield the entries of a cell from the release on, one for each change."""
    rates = [
        rate
        for each in draft.seen
        for rate in each.listing.rates
        if rate.tier is tier and (rate.above is None) == (band is ContextBand.SHORT)
    ]
    later = {
        moment
        for rate in rates
        for moment in (rate.starts, rate.ends)
        if moment is not None and moment > draft.released
    }
    before: dict[Meter, str] | None = None
    for moment in (draft.released, *sorted(later)):
        said = _said(draft, tier, band, moment)
        words = {meter: rate_text(each[0].usd) for meter, each in said.items()}
        if words != before:
            yield _entry(draft, (tier, band), moment, said)
        before = words


def _said(
    draft: _Draft, tier: ServiceTier, band: ContextBand, moment: datetime
) -> dict[Meter, list[Said]]:
    """Return who says which rate of a cell at a moment; what is inherited fills what is not.

    Of a day to come only those speak that announce something, where anybody does.
    """
    found: dict[Meter, list[Said]] = {}
    for each in draft.seen:
        for rate in each.listing.rates:
            short = (rate.above is None) == (band is ContextBand.SHORT)
            if rate.tier is tier and short and rate.applies(moment):
                told = Said(each.feed, rate.usd, rate.starts, rate.inherited)
                found.setdefault(rate.meter, []).append(told)
    for meter, said in found.items():
        announced = [each for each in said if each.starts and each.starts > draft.today]
        found[meter] = announced or said
    return {meter: settled(said, draft.prefer) or said[:1] for meter, said in found.items()}


def _entry(
    draft: _Draft,
    cell: tuple[ServiceTier, ContextBand],
    moment: datetime,
    said: dict[Meter, list[Said]],
) -> ProposedEntry:
    priced = Meter.UNCACHED_INPUT in said and (Meter.OUTPUT in said or not draft.answers)
    everyone = tuple(each.feed for each in draft.seen)
    word = WITHOUT_RATE[1 if draft.answers else 0]
    rates = {
        meter: rate_text(said[meter][0].usd) if meter in said else word for meter in TOKEN_METERS
    }
    return ProposedEntry(
        *cell,
        effective_from=moment,
        status="scheduled" if moment > draft.today else "active",
        known_at=draft.today,
        sources=sources_of(list(said.values())) if priced else everyone,
        confidence=confidence_of(list(said.values())) if priced else "low",
        rates=rates if priced else {},
        why="" if priced else _SAID_NOTHING,
    )
