"""The peers, called as their documentation says, on the same requests.

What a call needs is built beforehand, so that only pricing is timed.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Protocol

from benchmarks.clock import Timings, interleaved
from benchmarks.litellm_peer import LiteLLM
from benchmarks.request import Request
from pricing.book import PriceBook
from pricing.errors import PricingError

Call = Callable[[], Decimal]


class Peer(Protocol):
    """Another library that prices one request at a time."""

    name: str
    #: What it raises for a model it does not have.
    refusals: tuple[type[Exception], ...]

    def prepare(self, request: Request) -> Call:
        """Return what prices the request; it raises where the peer refuses."""


class GenaiPrices:
    """``genai_prices.calc_price``: dated prices, with variants for tiers."""

    name = "genai-prices"
    refusals: tuple[type[Exception], ...] = (LookupError,)

    def __init__(self) -> None:
        import genai_prices

        self._price = genai_prices.calc_price
        self._usage = genai_prices.Usage

    def prepare(self, request: Request) -> Call:
        """Batch is a kind of processing here, other tiers are service tiers."""
        short, long = request.quantity("cache_write"), request.quantity("cache_write_long")
        at_anthropic = request.provider == "anthropic"
        lasting = {"cache_write_5m_tokens": short, "cache_write_1h_tokens": long}
        usage = self._usage(
            input_tokens=request.usage.input_tokens,
            cache_read_tokens=request.quantity("cache_read"),
            cache_write_tokens=short + long,
            **(lasting if at_anthropic else {}),
            output_tokens=request.quantity("output"),
            web_searches=request.quantity("web_search"),
            storage_searches=request.quantity("file_search"),
        )
        if request.tier == "batch":
            context = {"processing": "batch"}
        elif at_anthropic and request.tier == "ultrafast":
            context = {"speed": "fast"}
        else:
            context = {"service_tier": request.tier.replace("standard", "default")}

        def price() -> Decimal:
            return self._price(
                usage,
                request.model_raw,
                provider_id=request.provider,
                genai_request_timestamp=request.at,
                price_context=context,
            ).total_price

        return price


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast one request after the other is priced.

    Attributes:
        timings: By peer, and ``reference`` for the rule of ``pricing/rate.py``.
    """

    requests: int
    timings: dict[str, Timings]

    def per_second(self, name: str) -> float:
        """Return requests priced in a second, by the median round."""
        return self.requests / self.timings[name].wall_median


def pace(peers: list[Peer], requests: list[Request], book: PriceBook, rounds: int) -> Pace:
    """Time every peer on all requests it does not refuse."""
    subjects: dict[str, Callable[[], object]] = {}
    for peer in peers:
        calls = [peer.prepare(request) for request in requests]
        subjects[peer.name] = partial(_all, calls, peer.refusals)
    ours = [partial(request.cost_pico, book) for request in requests]
    subjects["reference"] = partial(_all, ours, (PricingError,))
    return Pace(len(requests), interleaved(subjects, rounds))


def _all(calls: Sequence[Callable[[], object]], refusals: tuple[type[Exception], ...]) -> None:
    for call in calls:
        with suppress(*refusals):
            call()


def installed() -> list[Peer]:
    """Return the peers of the bench extra that are here."""
    peers: list[Peer] = []
    for peer in (LiteLLM, GenaiPrices):
        try:
            peers.append(peer())
        except ImportError:
            continue
    return peers
