"""How else a request can be read: changes under which a peer's figure may come out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from benchmarks.request import Request
from benchmarks.traffic import LAST
from pricing.book import PriceBook
from pricing.names import resolve
from pricing.published import Entry
from pricing.vocabulary import GLOBAL_REGION, TOKEN_METERS, ContextBand, Meter

Change = Callable[[Request, PriceBook], Request]

#: Larger than any threshold.
HUGE = 10**9

MOST_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a request otherwise.

    Attributes:
        factor: What the figure is multiplied by.
        blind: Whether a peer that reads so cannot see the change, and so has to answer
            the changed request alike, but for the factor.
    """

    says: str
    change: Change
    factor: Decimal = Decimal(1)
    blind: bool = True


@dataclass(frozen=True, slots=True)
class Read:
    """A request read otherwise, in one or more ways at once.

    Attributes:
        asked: The request with only the changes that a peer that reads so cannot see.
    """

    says: tuple[str, ...]
    request: Request
    asked: Request
    factor: Decimal


def readings(request: Request, book: PriceBook) -> Iterator[Read]:
    """Yield the readings that change the request, those with the fewest changes first."""
    apart = [each for each in READINGS if each.change(request, book) != request]
    for size in range(1, MOST_AT_ONCE + 1):
        for several in combinations(apart, size):
            changed = asked = request
            factor = Decimal(1)
            for each in several:
                changed = each.change(changed, book)
                asked = each.change(asked, book) if each.blind else asked
                factor *= each.factor
            yield Read(tuple(each.says for each in several), changed, asked, factor)


def _today(request: Request, _: PriceBook) -> Request:
    return replace(request, at=LAST)


def _standard(request: Request, _: PriceBook) -> Request:
    return replace(request, tier="standard")


def _batch(request: Request, _: PriceBook) -> Request:
    return replace(request, tier="standard") if request.tier == "batch" else request


def _priority(request: Request, _: PriceBook) -> Request:
    return replace(request, tier="priority") if request.tier == "ultrafast" else request


def _no_region(request: Request, _: PriceBook) -> Request:
    return replace(request, region=GLOBAL_REGION)


def _short(request: Request, book: PriceBook) -> Request:
    return _as_long_as(0, request, book)


def _long(request: Request, book: PriceBook) -> Request:
    return _as_long_as(HUGE, request, book)


def _as_long_as(prompt: int, request: Request, book: PriceBook) -> Request:
    """Nothing of the rule but the band looks at the size of the prompt."""
    model = book.models.get((request.provider, _model(request, book)))
    edge = model.long_context_above if model else None
    before = request.usage.input_tokens or 0
    if edge is None or (before > edge) == (prompt > edge):
        return request
    return replace(request, usage=replace(request.usage, input_tokens=prompt))


def _before(request: Request, book: PriceBook) -> Request:
    held = [each for each in _timeline(request, book) if each.effective_from <= request.at]
    return replace(request, at=held[-2].effective_from) if len(held) > 1 else request


def _after(request: Request, book: PriceBook) -> Request:
    to_come = [each for each in _timeline(request, book) if each.effective_from > request.at]
    return replace(request, at=to_come[0].effective_from) if to_come else request


def _timeline(request: Request, book: PriceBook) -> tuple[Entry, ...]:
    model = book.models.get((request.provider, _model(request, book)))
    if model is None:
        return ()
    edge, prompt = model.long_context_above, request.usage.input_tokens or 0
    band = ContextBand.LONG if edge is not None and prompt > edge else ContextBand.SHORT
    found = (
        timeline
        for (provider, name, tier, where), timeline in book.timelines.items()
        if (provider, name) == (model.provider, model.model)
        and (tier, where) == (request.tier, band)
    )
    return next(found, ())


def _model(request: Request, book: PriceBook) -> str:
    return resolve(request.provider, request.model_raw, book) or request.model_raw


def _moved(meter: Meter, to: Meter = Meter.UNCACHED_INPUT) -> Change:
    def move(request: Request, _: PriceBook) -> Request:
        moved = {meter: 0, to: request.quantity(to) + request.quantity(meter)}
        return replace(request, usage=replace(request.usage, **moved))

    return move


def _dropped(meter: Meter) -> Change:
    def drop(request: Request, _: PriceBook) -> Request:
        if not request.quantity(meter):
            return request
        return replace(request, usage=replace(request.usage, **{meter: 0}))

    return drop


def _once(meter: Meter) -> Change:
    def once(request: Request, _: PriceBook) -> Request:
        if request.quantity(meter) <= 1:
            return request
        return replace(request, usage=replace(request.usage, **{meter: 1}))

    return once


def _no_tokens(request: Request, _: PriceBook) -> Request:
    none = dict.fromkeys((meter for meter in TOKEN_METERS if request.quantity(meter)), 0)
    return replace(request, usage=replace(request.usage, **none))


AS_STANDARD = "prices the tier as standard"

READINGS = (
    Reading("knows only one price, the latest", _today),
    Reading(AS_STANDARD, _standard),
    Reading("takes half of standard for batch", _batch, Decimal("0.5")),
    Reading("prices ultrafast as priority", _priority),
    Reading("leaves the region out", _no_region),
    Reading("prices a long prompt as a short one", _short, blind=False),
    Reading("prices a short prompt as a long one", _long, blind=False),
    Reading("has the price that held before", _before, blind=False),
    Reading("has the price that comes later", _after, blind=False),
    Reading("bills cache reads as uncached input", _moved(Meter.CACHE_READ)),
    Reading("bills cache writes as uncached input", _moved(Meter.CACHE_WRITE)),
    Reading("bills long-lived writes as uncached input", _moved(Meter.CACHE_WRITE_LONG)),
    Reading(
        "bills long-lived writes as ordinary ones",
        _moved(Meter.CACHE_WRITE_LONG, Meter.CACHE_WRITE),
    ),
    Reading("does not bill output", _dropped(Meter.OUTPUT)),
    Reading("does not bill cache reads", _dropped(Meter.CACHE_READ)),
    Reading("does not bill cache writes", _dropped(Meter.CACHE_WRITE)),
    Reading("does not bill long-lived writes", _dropped(Meter.CACHE_WRITE_LONG)),
    Reading("leaves web searches out", _dropped(Meter.WEB_SEARCH)),
    Reading("bills several file searches as one", _once(Meter.FILE_SEARCH)),
    Reading("leaves file searches out", _dropped(Meter.FILE_SEARCH)),
    Reading("leaves containers out", _dropped(Meter.CONTAINER)),
    Reading("bills no tokens at all", _no_tokens),
)
