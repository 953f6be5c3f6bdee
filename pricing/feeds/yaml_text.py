"""Proposals in the YAML of a price table, written by hand so that a rate stays as it is printed."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from pricing.feeds.observation import Feed
from pricing.feeds.proposed import BASIS, Plan, ProposedEntry, ProposedModel
from pricing.load_rates import RATE_KEYS
from pricing.published import instant_text
from pricing.vocabulary import ContextBand, Meter, ServiceTier

#: What vendors call their retentions; others keep the first names.
_SHORT_RETENTION = {"anthropic": ("cache_write_5m", "cache_write_1h")}
_RETENTION = ("cache_write_30m", "cache_write_12h")


def overlay_text(plan: Plan, known_sources: Iterable[str]) -> str:
    """Return a plan as a file that can be laid over the table."""
    parts = [
        *block("sources", source_lines(plan, known_sources)),
        *block("providers", provider_lines(plan.providers)),
        *block("models", [line for model in plan.models for line in model_lines(model, 2)]),
    ]
    return "\n".join(parts or ["models: []"]).rstrip("\n") + "\n"


def block(key: str, lines: Sequence[str]) -> list[str]:
    """Return lines under a key at the margin, and a blank one; nothing for no lines."""
    return [f"{key}:", *lines, ""] if lines else []


def source_lines(plan: Plan, known: Iterable[str], indent: int = 2) -> list[str]:
    """Return the lines of the sources that a plan cites and a table lacks."""
    here = set(known)
    fresh = {feed.name: feed for feed in plan.feeds if feed.name not in here}
    days = [entry.known_at for model in plan.models for entry in model.entries]
    return [line for feed in fresh.values() for line in _source(feed, min(days), " " * indent)]


def provider_lines(providers: Iterable[str], indent: int = 2) -> list[str]:
    """Return the lines of providers that a table lacks."""
    return [f"{' ' * indent}- {{provider: {each}, regional_uplift: none}}" for each in providers]


def model_lines(model: ProposedModel, indent: int) -> Iterator[str]:
    """Yield the lines of an item of ``models``."""
    space = " " * indent
    yield f"{space}- model: {model.model}"
    yield f"{space}  provider: {model.provider}"
    for key, value in model.facts.items():
        yield f"{space}  {key}: {value}"
    yield f"{space}  prices:"
    yield from entry_lines(model.entries, model.provider, indent + 4)


def entry_lines(entries: Sequence[ProposedEntry], provider: str, indent: int) -> Iterator[str]:
    """Yield the lines of items of ``prices``; cells without a price share one where they can."""
    for group in _grouped(entries):
        yield from _entry(group, provider, " " * indent)


def _grouped(entries: Sequence[ProposedEntry]) -> list[list[ProposedEntry]]:
    """Put together the entries that say the same of several cells: that there is no price."""
    tiers: dict[tuple[object, ...], dict[ServiceTier, list[ProposedEntry]]] = {}
    for entry in entries:
        alone = (entry.tier, entry.band) if entry.rates else ()
        same = (entry.effective_from, entry.why, entry.sources, *alone)
        tiers.setdefault(same, {}).setdefault(entry.tier, []).append(entry)
    groups: list[list[ProposedEntry]] = []
    for by_tier in tiers.values():
        by_bands: dict[tuple[ContextBand, ...], list[ProposedEntry]] = {}
        for cells in by_tier.values():
            by_bands.setdefault(tuple(each.band for each in cells), []).extend(cells)
        groups += by_bands.values()
    return groups


def _entry(group: Sequence[ProposedEntry], provider: str, space: str) -> Iterator[str]:
    """Yield the lines of one item, for the cells of all these entries."""
    entry = group[0]
    starts = instant_text(entry.effective_from)
    tiers = _words(dict.fromkeys(each.tier.value for each in group))
    bands = _words(dict.fromkeys(each.band.value for each in group))
    yield (
        f"{space}- {{tier: {tiers}, context: {bands}, effective_from: {starts},"
        f" status: {entry.status},"
    )
    if entry.rates:
        keys = _rate_keys(provider)
        rates = ", ".join(f"{keys[meter]}: {text}" for meter, text in entry.rates.items())
        yield f"{space}   rates: {{{rates}}},"
    else:
        yield f"{space}   not_published: {quoted(entry.why)},"
    yield (
        f"{space}   basis: {BASIS}, known_at: {instant_text(entry.known_at)},"
        f" confidence: {entry.confidence},"
    )
    yield f"{space}   sources: [{', '.join(entry.sources)}]}}"


def _words(words: Iterable[str]) -> str:
    listed = list(words)
    return listed[0] if len(listed) == 1 else f"[{', '.join(listed)}]"


def quoted(text: str) -> str:
    """Return free text as a scalar that YAML reads back the same."""
    return json.dumps(visible(text), ensure_ascii=False)


def visible(text: str) -> str:
    """Return text on one line: what could end it, or move a cursor, becomes a question mark."""
    return "".join(each if each.isprintable() else "?" for each in text)


def _rate_keys(provider: str) -> dict[Meter, str]:
    default, extended = _SHORT_RETENTION.get(provider, _RETENTION)
    named = {meter: key for key, meter in reversed(RATE_KEYS.items())}
    return named | {Meter.CACHE_WRITE: default, Meter.CACHE_WRITE_LONG: extended}


def _source(feed: Feed, read: datetime, space: str) -> Iterator[str]:
    yield f"{space}{feed.name}:"
    yield f"{space}  what: {quoted(feed.what)}"
    yield f"{space}  locator: {quoted(feed.locator)}"
    yield f"{space}  state: {quoted(f'{feed.revision}, read {instant_text(read)}')}"
    yield f"{space}  kind: price_file"
