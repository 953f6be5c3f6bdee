"""Requests that between them use every price of the book: each model, tier, band, date and meter.

Traffic shows how often a difference matters; this shows that none is missed.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from benchmarks.request import Request
from benchmarks.traffic import LAST
from pricing.book import PriceBook
from pricing.published import END, Entry, Model
from pricing.usage import Usage
from pricing.vocabulary import GLOBAL_REGION, TOKEN_METERS, ContextBand, Meter

SHORT_PROMPT = 10_000
OUTPUT = 700
CALLS = 3
MOST_REGIONS = 3


def lattice(book: PriceBook, most: int | None = None) -> list[Request]:
    """Return the requests in time order, or at most so many, evenly drawn."""
    requests = list(dict.fromkeys(_requests(book)))
    if most is not None:
        step = -(-len(requests) // most)
        requests = requests[::step]
    return sorted(requests, key=lambda request: (request.at, request.model_raw, request.tier))


def _requests(book: PriceBook) -> Iterator[Request]:
    for cell, timeline in book.timelines.items():
        model = book.models[cell[:2]]
        ends = [*(entry.effective_from for entry in timeline[1:]), END]
        for entry, end in zip(timeline, ends, strict=True):
            for at in _instants(entry, end):
                yield from _at(book, model, entry, at)
    for model in book.models.values():
        plain = _usage(SHORT_PROMPT, output=_outputs(book, model))
        for name in model.ids:
            yield Request(name, "standard", GLOBAL_REGION, LAST, plain, model.provider)


def _instants(entry: Entry, end: datetime) -> Iterator[datetime]:
    """Yield the first moment of a price, and its last before the traffic's end."""
    yield entry.effective_from
    last = min(end, entry.effective_to or END, LAST) - timedelta(seconds=1)
    if last > entry.effective_from:
        yield last


def _at(book: PriceBook, model: Model, entry: Entry, at: datetime) -> Iterator[Request]:
    outputs = _outputs(book, model)
    for prompt in _prompts(model, entry):
        plain = Request(
            model_raw=model.model,
            tier=entry.tier,
            region=GLOBAL_REGION,
            at=at,
            usage=_usage(prompt, output=outputs),
            provider=model.provider,
        )
        yield plain
        yield replace(plain, usage=_mixed(prompt, entry, outputs))
        if entry.reason is None:
            yield from _each_meter(plain, prompt, outputs)
            for region in book.providers[model.provider].regions[:MOST_REGIONS]:
                yield replace(plain, region=region)


def _prompts(model: Model, entry: Entry) -> Iterator[int]:
    """Yield prompts of the band, one of them at its edge."""
    if entry.band is ContextBand.SHORT:
        yield SHORT_PROMPT
    if (edge := model.long_context_above) is not None:
        yield edge if entry.band is ContextBand.SHORT else edge + 1


def _outputs(book: PriceBook, model: Model) -> int:
    """Embeddings have no output."""
    priced = [each.rates for each in book.entries if each.model == model.model and each.rates]
    sold = any(rates.get(Meter.OUTPUT) is not None for rates in priced)
    return OUTPUT if sold or not priced else 0


def _each_meter(plain: Request, prompt: int, outputs: int) -> Iterator[Request]:
    for meter in Meter:
        if meter.is_tool:
            yield replace(plain, usage=replace(plain.usage, **{meter: CALLS}))
        elif meter not in {Meter.UNCACHED_INPUT, Meter.OUTPUT}:
            yield replace(plain, usage=_usage(prompt, output=outputs, **{meter: prompt // 2}))


def _mixed(prompt: int, entry: Entry, outputs: int) -> Usage:
    """Use all meters of the entry at once; of one without a price, reads and writes."""
    rated = {meter for meter in TOKEN_METERS if entry.rates.get(meter) is not None}
    if entry.reason is not None:
        rated = {Meter.CACHE_READ, Meter.CACHE_WRITE}
    caches = rated - {Meter.UNCACHED_INPUT, Meter.OUTPUT}
    shares = {meter: prompt // (3 + place) for place, meter in enumerate(sorted(caches))}
    return _usage(prompt, output=outputs, **shares)


def _usage(prompt: int, output: int = OUTPUT, **cached: int) -> Usage:
    rest = prompt - sum(cached.values())
    return Usage(uncached_input=rest, output=output, input_tokens=prompt, **cached)
