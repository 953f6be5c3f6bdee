"""From what lists say otherwise to entries that could be appended: the past is never changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pricing.book import PriceBook
from pricing.feeds.compare import Comparison, Finding, Verdict, entry_at
from pricing.feeds.propose_model import new_models
from pricing.feeds.proposed import (
    CannotSayError,
    DisagreeError,
    Place,
    Plan,
    ProposedEntry,
    ProposedModel,
    Said,
    confidence_of,
    rate_text,
    settled,
    sources_of,
)
from pricing.load_rates import WITHOUT_RATE
from pricing.published import BEGINNING, Entry, instant_text
from pricing.vocabulary import TOKEN_METERS, ContextBand, Meter, ServiceTier

_COMPARED = (Verdict.AGREES, Verdict.DIFFERS, Verdict.NO_RATE)
_OTHERWISE = (Verdict.DIFFERS, Verdict.NO_RATE)


@dataclass(frozen=True, slots=True)
class Terms:
    """How entries are proposed.

    Attributes:
        at: The instant that was compared.
        today: First moment of the day that dates what has no date; also ``known_at``.
        effective_from: The user's own date for every entry, which may lie before existing ones.
        prefer: The list that counts where lists disagree.
    """

    at: datetime
    today: datetime
    effective_from: datetime | None = None
    prefer: str | None = None


def propose(comparisons: Sequence[Comparison], book: PriceBook, terms: Terms) -> Plan:
    """Propose entries for all that the lists say otherwise, and for models that are new."""
    refused: dict[Place, str] = {}
    starts: dict[Place, datetime] = {}
    found: dict[tuple[str, str], list[ProposedEntry]] = {}
    for place, findings in _by_place(comparisons).items():
        try:
            entries = _entries(findings, book, terms)
        except (CannotSayError, DisagreeError) as reason:
            refused[place] = str(reason)
            continue
        if entries:
            starts[place] = entries[-1].effective_from
            found.setdefault((place[0], place[1]), []).extend(entries)
    models = [ProposedModel(*sold, tuple(entries)) for sold, entries in found.items()]
    dates = (terms.today, terms.effective_from)
    for places, model in new_models(comparisons, book, dates, terms.prefer):
        if isinstance(model, str):
            refused |= dict.fromkeys(places, model)
        else:
            start = min(entry.effective_from for entry in model.entries)
            starts |= dict.fromkeys(places, start)
            models.append(model)
    cited = {source for model in models for entry in model.entries for source in entry.sources}
    feeds = tuple(each.feed for each in comparisons if each.feed.source in cited)
    fresh = tuple(sorted({model.provider for model in models} - set(book.providers)))
    return Plan(tuple(models), refused, starts, feeds, fresh)


def place_of(finding: Finding) -> Place:
    """Return where a finding's proposal, or refusal, stands in a plan."""
    if finding.verdict is Verdict.NEW_MODEL:
        return (finding.provider, finding.model, None, None, None)
    return (finding.provider, finding.model, finding.tier, finding.band, finding.at)


def _by_place(comparisons: Iterable[Comparison]) -> dict[Place, list[Finding]]:
    """Gather what is said of each cell where any list says otherwise in so many words."""
    found: dict[Place, list[Finding]] = {}
    for comparison in comparisons:
        for finding in comparison.findings:
            if finding.verdict in _COMPARED and not finding.aside:
                found.setdefault(place_of(finding), []).append(finding)
    return {
        place: findings
        for place, findings in found.items()
        if any(each.verdict in _OTHERWISE and not each.inherited for each in findings)
    }


def _entries(findings: Sequence[Finding], book: PriceBook, terms: Terms) -> list[ProposedEntry]:
    """Return the entry that says what the lists say, with one for a gap before it if need be."""
    first = findings[0]
    said: dict[Meter, list[Said]] = {}
    for each in findings:
        if each.meter is not None and each.theirs is not None:
            told = Said(each.feed, each.theirs, each.starts, each.inherited)
            said.setdefault(each.meter, []).append(told)
    agreed = {meter: settled(told, terms.prefer) for meter, told in said.items()}
    chosen = {meter: told for meter, told in agreed.items() if told}
    ours = {each.meter: each.ours for each in findings}
    changed = [told for meter, told in chosen.items() if told[0].usd != ours[meter]]
    if not changed or first.band is None:
        return []
    announced = first.at > terms.at
    if announced and all(each.starts != first.at for told in changed for each in told):
        return []  # no more than what differs today
    sold, cell = (first.provider, first.model), (first.tier, first.band)
    entry = entry_at(book, sold, *cell, first.at)
    plain = entry_at(book, sold, ServiceTier.STANDARD, ContextBand.SHORT, first.at)
    rates = _rates(entry, plain, chosen)
    start = _start(book, first, changed, terms)
    _check_past(book, first, start, terms)
    proposed = ProposedEntry(
        *cell,
        effective_from=start,
        status="scheduled" if start > terms.today else "active",
        known_at=terms.today,
        sources=sources_of(changed),
        confidence=confidence_of(changed),
        rates=rates,
    )
    return [*_gap(book, first, proposed), proposed]


def _rates(
    entry: Entry | None, plain: Entry | None, chosen: dict[Meter, list[Said]]
) -> dict[Meter, str]:
    """Return the words of the whole entry: what the lists say, and else what the book says.

    Args:
        entry: What the book has for the cell.
        plain: The plainest entry of the model, which says whether it has an output rate.
        chosen: What the lists say.
    """
    priced = entry is not None and entry.reason is None
    answers = plain is None or plain.rates.get(Meter.OUTPUT) is not None or not plain.rates
    needed = [Meter.UNCACHED_INPUT, *([Meter.OUTPUT] if answers else [])]
    if lacking := [meter for meter in needed if meter not in chosen and not priced]:
        raise CannotSayError(f"the list has no {lacking[0].value} rate for this cell")
    rates = {}
    for meter in TOKEN_METERS:
        if meter in chosen:
            rates[meter] = rate_text(chosen[meter][0].usd)
        elif priced and entry is not None:
            rates[meter] = entry.stated[meter]
        else:
            rates[meter] = WITHOUT_RATE[1]
    return rates


def _start(
    book: PriceBook, first: Finding, changed: Sequence[Sequence[Said]], terms: Terms
) -> datetime:
    """Return from when the entry holds: as announced, as the user or the lists date it, or today.

    A change that no list dates begins today, and so does an entry with such a change.
    """
    if first.at > terms.at:
        if terms.effective_from is not None:
            raise CannotSayError("announced for later; leave --effective-from out to propose it")
        return first.at
    if terms.effective_from is not None:
        return terms.effective_from
    begun = [e.effective_from for e in _timeline(book, first) if e.effective_from <= first.at]
    after = max(begun, default=BEGINNING)
    dated = [[said.starts for said in each if said.starts and said.starts > after]
             for each in changed]  # fmt: skip
    return max(min(starts, default=terms.today) for starts in dated)


def _check_past(book: PriceBook, first: Finding, start: datetime, terms: Terms) -> None:
    """Refuse an entry that would change what the book says of a day it speaks of already."""
    when = instant_text(start)
    released = book.models[first.provider, first.model].released
    if start < released:
        raise CannotSayError(f"{when} is before the model's release on {instant_text(released)}")
    cell = (first.provider, first.model, first.tier, first.band)
    for entry in book.entries:
        same_cell = (entry.provider, entry.model, entry.tier, entry.band) == cell
        if same_cell and entry.effective_from == start:
            raise CannotSayError(f"the book has an entry from {when}, which is never overridden")
    later = [each for each in _timeline(book, first) if each.effective_from > start]
    if later and terms.effective_from is None:
        following = instant_text(later[0].effective_from)
        raise CannotSayError(
            f"the book has an entry from {following}; --effective-from puts one before it"
        )
    begun = [each for each in _timeline(book, first) if each.effective_from < start]
    until = begun[-1].effective_to if begun else None
    if until is not None and until > start:
        raise CannotSayError(f"the book's price is announced until {instant_text(until)}")


def _gap(book: PriceBook, first: Finding, entry: ProposedEntry) -> list[ProposedEntry]:
    """Return what to say of the time between an announced end and the entry: that it is unknown."""
    begun = [e for e in _timeline(book, first) if e.effective_from < entry.effective_from]
    until = begun[-1].effective_to if begun else None
    if until is None or until >= entry.effective_from:
        return []
    why = (
        f"no list says what applied from {instant_text(until)}"
        f" to {instant_text(entry.effective_from)}"
    )
    return [
        ProposedEntry(
            entry.tier,
            entry.band,
            effective_from=until,
            status="active",
            known_at=entry.known_at,
            sources=entry.sources,
            confidence="low",
            why=why,
        )
    ]


def _timeline(book: PriceBook, first: Finding) -> Sequence[Entry]:
    if first.band is None:
        return ()
    return book.timelines.get((first.provider, first.model, first.tier, first.band), ())
