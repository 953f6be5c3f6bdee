"""Why a peer's answer differs: the reading of the request that gives its number.

A cause is never guessed. Each is a change to the request under which the reference
rule arrives at the peer's figure; where none does, the peer is probed for the rate
it used.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import combinations

from benchmarks.peers import Peer
from benchmarks.request import Request
from benchmarks.traffic import LAST
from pricing.book import PriceBook
from pricing.errors import PricingError
from pricing.money import usd
from pricing.vocabulary import TOKEN_METERS, Meter

#: Relative; a peer that adds binary floats is allowed their noise.
SAME = Decimal("1e-9")

Change = Callable[[Request], Request]


@dataclass(slots=True)
class Difference:
    """The requests on which a peer's answer differs for one cause.

    Attributes:
        first: Day of the first of them; requests come in time order.
        example: The first of them, with both answers in US dollars.
    """

    requests: int
    first: str
    last: str
    example: str


@dataclass(slots=True)
class Comparison:
    """How one peer's answers compare with ours.

    Attributes:
        differences: By cause.
    """

    peer: str
    requests: int = 0
    equal: int = 0
    both_refuse: int = 0
    differences: dict[str, Difference] = field(default_factory=dict)


def compare(
    peer: Peer, requests: list[Request], costs: list[int | None], book: PriceBook
) -> Comparison:
    """Compare a peer's answers with the stored ones."""
    comparison = Comparison(peer.name)
    for request, cost in zip(requests, costs, strict=True):
        comparison.requests += 1
        answer, refusal = _ask(peer, request)
        ours = None if cost is None else usd(cost)
        if answer is None and ours is None:
            comparison.both_refuse += 1
        elif answer is not None and ours is not None and _same(answer, ours):
            comparison.equal += 1
        else:
            cause = _cause(peer, request, ours, answer, refusal, book)
            day = request.at.date().isoformat()
            known = comparison.differences.setdefault(
                cause, Difference(0, day, day, _example(request, ours, answer))
            )
            known.requests += 1
            known.last = day
    return comparison


def _ask(peer: Peer, request: Request) -> tuple[Decimal | None, str]:
    try:
        return peer.prepare(request)(), ""
    except peer.refusals as error:
        return None, type(error).__name__


def _cause(
    peer: Peer,
    request: Request,
    ours: Decimal | None,
    answer: Decimal | None,
    refusal: str,
    book: PriceBook,
) -> str:
    if answer is None:
        return f"peer has no price: {refusal}"
    if ours is None:
        return f"Ratecard refuses ({_reason(request, book)}), peer gives a price"
    for names, changed in _readings(request):
        cost = _cost(changed, book)
        if cost is not None and _same(answer, cost):
            return "peer " + ", and ".join(names)
    return _other_rates(peer, request, answer, book)


# ------------------------------------------------------------------- readings


def _today(request: Request) -> Request:
    return replace(request, at=LAST)


def _standard(request: Request) -> Request:
    return replace(request, tier="standard")


def _no_region(request: Request) -> Request:
    return replace(request, region="global")


def _no_tools(request: Request) -> Request:
    usage = replace(request.usage, web_search=None, file_search=None, container=None)
    return replace(request, usage=usage)


def _short(request: Request) -> Request:
    return replace(request, usage=replace(request.usage, input_tokens=0))


def _moved(meter: Meter) -> Change:
    def move(request: Request) -> Request:
        quantity = request.quantity(meter)
        rest = request.quantity(Meter.UNCACHED_INPUT) + quantity
        moved = {meter: 0, Meter.UNCACHED_INPUT: rest}
        return replace(request, usage=replace(request.usage, **moved))

    return move


def _dropped(meter: Meter) -> Change:
    def drop(request: Request) -> Request:
        return replace(request, usage=replace(request.usage, **{meter: 0}))

    return drop


READINGS: dict[str, Change] = {
    "knows only one price, the latest": _today,
    "prices the tier as standard": _standard,
    "leaves the region out": _no_region,
    "leaves tool calls out": _no_tools,
    "prices a long prompt as a short one": _short,
    "bills cache reads as uncached input": _moved(Meter.CACHE_READ),
    "bills cache writes as uncached input": _moved(Meter.CACHE_WRITE),
    "does not bill cache reads": _dropped(Meter.CACHE_READ),
    "does not bill cache writes": _dropped(Meter.CACHE_WRITE),
}
MOST_AT_ONCE = 4


def _readings(request: Request) -> Iterator[tuple[tuple[str, ...], Request]]:
    """Yield changed requests, those with the fewest changes first."""
    apart = {n: change for n, change in READINGS.items() if change(request) != request}
    for size in range(1, MOST_AT_ONCE + 1):
        for names in combinations(apart, size):
            changed = request
            for name in names:
                changed = apart[name](changed)
            yield names, changed


def _cost(request: Request, book: PriceBook) -> Decimal | None:
    try:
        return usd(request.cost_pico(book))
    except PricingError:
        return None


def _reason(request: Request, book: PriceBook) -> str:
    try:
        request.cost_pico(book)
    except PricingError as error:
        return error.reason.value
    return "priced by the rule"


# --------------------------------------------------------------------- probes


def _other_rates(peer: Peer, request: Request, answer: Decimal, book: PriceBook) -> str:
    """Add one token to each meter in turn: the answer moves by the peer's rate."""
    told = []
    for meter in TOKEN_METERS:
        if quantity := request.quantity(meter):
            prompt = request.usage.input_tokens or 0
            grown = {meter: quantity + 1}
            if meter is not Meter.OUTPUT:
                grown["input_tokens"] = prompt + 1
            more = replace(request, usage=replace(request.usage, **grown))
            theirs, _ = _ask(peer, more)
            before, after = _cost(request, book), _cost(more, book)
            if theirs is None or before is None or after is None:
                continue
            rate, own = (theirs - answer) * 10**6, (after - before) * 10**6
            if abs(rate - own) > own * Decimal("1e-4"):
                told.append(f"{meter} at ${rate:.4f} and not ${own:.4f} per million")
    where = f"{request.model_raw} {request.tier}"
    return f"peer has other rates for {where}: " + (", ".join(told) or "not found")


def _same(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= SAME * max(abs(one), abs(other))


def _example(request: Request, ours: Decimal | None, answer: Decimal | None) -> str:
    used = ", ".join(f"{meter} {count:,}" for meter, count in request.usage.items())
    where = f"{request.model_raw} {request.tier} {request.region} {request.at:%Y-%m-%d}"
    return f"{where}: {used}: Ratecard {ours}, peer {answer}"
