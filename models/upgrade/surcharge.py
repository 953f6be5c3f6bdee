"""A price book without the surcharge on long prompts, to price the same usage with and without."""

from dataclasses import replace
from datetime import datetime

from pricing.book import PriceBook
from pricing.published import END, Entry
from pricing.vocabulary import ContextBand


def without_surcharge(book: PriceBook) -> PriceBook:
    """Return a book in which a long prompt costs per token what a short one does.

    What has no long price has none here either, so that the same usage is priced.
    """
    kept = [e for e in book.entries if e.band is not ContextBand.LONG or e.withdrawn_at is not None]
    return replace(book, entries=(*kept, *_flattened(book)))


def _flattened(book: PriceBook) -> list[Entry]:
    """Return the long entries at the rates of the short ones that hold meanwhile."""
    pieces: list[Entry] = []
    for (provider, model, tier, band), timeline in book.timelines.items():
        if band is not ContextBand.LONG:
            continue
        short = book.timelines.get((provider, model, tier, ContextBand.SHORT), ())
        ends = [entry.effective_from for entry in timeline[1:]] + [END]
        for entry, end in zip(timeline, ends, strict=True):
            pieces += _pieces(entry, short, end)
    return pieces


def _pieces(entry: Entry, short: tuple[Entry, ...], end: datetime) -> list[Entry]:
    changes = [e.effective_from for e in short if entry.effective_from < e.effective_from < end]
    return [_at(entry, short, start) for start in [entry.effective_from, *changes]]


def _at(entry: Entry, short: tuple[Entry, ...], start: datetime) -> Entry:
    holding = [each for each in short if each.effective_from <= start]
    rates = holding[-1].rates if holding and entry.rates and holding[-1].rates else entry.rates
    return replace(entry, effective_from=start, rates=rates)
