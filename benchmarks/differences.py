"""Why a peer's answer differs: the reading of the request that gives its number.

A cause is never guessed. It is a change to the request under which the reference rule
arrives at the peer's figure, and which the peer itself does not see; where there is none,
the peer is probed for the rates it used, and they have to add up to its figure. What is
left is unexplained and counted as such.
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from benchmarks.peers import Peer
from benchmarks.probes import rates, told
from benchmarks.readings import AS_STANDARD, readings
from benchmarks.request import Request
from benchmarks.traffic import LAST
from pricing.book import PriceBook
from pricing.errors import PricingError
from pricing.money import usd

#: Relative; a peer that adds binary floats is allowed their noise.
SAME = Decimal("1e-9")

UNEXPLAINED = "unexplained"
OTHER_RATES = "has other rates"
ZERO = "answers zero"


@dataclass(slots=True)
class Difference:
    """The requests on which a peer's answer differs for the same causes.

    Attributes:
        refused: Why Ratecard has no price, or nothing if it has.
        causes: What the peer does, all of it at once.
        first: Day of the first of them; requests come in time order.
        example: The first of them, with both answers in US dollars.
        models: The models they are of.
        details: What differs where, with its requests: rates that are not ours.
    """

    refused: str
    causes: tuple[str, ...]
    first: str
    last: str
    example: str
    requests: int = 0
    models: list[str] = field(default_factory=list)
    details: dict[str, int] = field(default_factory=dict)

    def add(self, request: Request, day: str, detail: str) -> None:
        """Count a request."""
        self.requests += 1
        self.last = day
        if request.model_raw not in self.models:
            self.models.append(request.model_raw)
        if detail:
            self.details[detail] = self.details.get(detail, 0) + 1


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

    @property
    def unexplained(self) -> int:
        """Requests whose difference has no cause that was found."""
        return sum(
            each.requests for each in self.differences.values() if UNEXPLAINED in each.causes
        )


def compare(
    peer: Peer, requests: list[Request], costs: list[int | None], book: PriceBook
) -> Comparison:
    """Compare a peer's answers with given ones of ours, in pico-dollars."""
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
            refused = _reason(request, book) if ours is None else ""
            causes, detail = _causes(peer, request, answer, refusal, book)
            day = request.at.date().isoformat()
            known = comparison.differences.setdefault(
                _sentence(refused, causes),
                Difference(refused, causes, day, day, _example(request, ours, answer)),
            )
            known.add(request, day, detail)
    return comparison


def costs_by_rule(requests: list[Request], book: PriceBook) -> list[int | None]:
    """Price requests by the reference rule; None where it refuses."""
    costs: list[int | None] = []
    for request in requests:
        try:
            costs.append(request.cost_pico(book))
        except PricingError:
            costs.append(None)
    return costs


def _ask(peer: Peer, request: Request) -> tuple[Decimal | None, str]:
    try:
        return peer.prepare(request)(), ""
    except peer.refusals as error:
        return None, type(error).__name__


def _causes(
    peer: Peer, request: Request, answer: Decimal | None, refusal: str, book: PriceBook
) -> tuple[tuple[str, ...], str]:
    """Return what the peer does, and what there is to say of this request alone."""
    if answer is None:
        return (f"has no price: {refusal}",), ""
    if not answer:
        known, _ = _ask(peer, replace(request, tier="standard"))
        return (ZERO if known else f"{ZERO}, having no price of the model at all",), ""
    for read in readings(request, book):
        cost = _cost(read.request, book)
        if cost is None or not _same(answer, cost * read.factor):
            continue
        seen, _ = _ask(peer, read.asked)
        if seen is not None and _same(answer, seen * read.factor):
            return tuple(_dated(peer, request, says) for says in read.says), ""
    return _other_rates(peer, request, book)


def _dated(peer: Peer, request: Request, says: str) -> str:
    """Tell a tier that the peer did not know yet from one that it never knows."""
    if says != AS_STANDARD:
        return says
    today = replace(request, at=LAST)
    tier, _ = _ask(peer, today)
    standard, _ = _ask(peer, replace(today, tier="standard"))
    return says if tier == standard else f"{says} at that date, not today"


def _other_rates(peer: Peer, request: Request, book: PriceBook) -> tuple[tuple[str, ...], str]:
    where = f"{request.model_raw} {request.tier}"
    theirs = rates(lambda changed: _ask(peer, changed)[0], request)
    if theirs is None:
        return (UNEXPLAINED,), where
    ours = rates(lambda changed: _cost(changed, book), request)
    words = told(theirs, ours)
    return ((OTHER_RATES,), f"{where}: {words}") if words else ((UNEXPLAINED,), where)


def _sentence(refused: str, causes: tuple[str, ...]) -> str:
    peer = UNEXPLAINED if causes == (UNEXPLAINED,) else "peer " + ", and ".join(causes)
    return f"Ratecard has no price ({refused}); {peer}" if refused else peer


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


def _same(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= SAME * max(abs(one), abs(other))


def _example(request: Request, ours: Decimal | None, answer: Decimal | None) -> str:
    used = ", ".join(f"{meter} {count:,}" for meter, count in request.usage.items())
    where = f"{request.model_raw} {request.tier} {request.region} {request.at:%Y-%m-%d}"
    return f"{where}: {used}: Ratecard {ours}, peer {answer}"
