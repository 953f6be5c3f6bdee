"""Prices a bill may have been made at instead: named, and counted only where the sums are exact.

A guess is a price of the price table for another date, tier, meter, context band or region. It
counts when it gives the amount to the last digit, no guess of another cause does, and so many
guesses would hardly have hit the amount by chance.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from models.reconcile.causes import Cause
from models.reconcile.exact import ZERO, percent, usd
from models.reconcile.list_prices import ListPrices, Priced, PriceDate
from pricing.vocabulary import GLOBAL_REGION, PRICED_TIERS, TOOL_METERS, ContextBand

#: A set of guesses counts when it would fit by chance less often than once in so many times.
_ONE_IN = 100

#: Meters that may have been billed as another: in words, from, to.
_METERS = (
    ("cached input billed as input", {"cache_read"}, "uncached_input"),
    ("input billed as cached input", {"uncached_input"}, "cache_read"),
    ("cache writes billed as input", {"cache_write", "cache_write_long"}, "uncached_input"),
)


class Piece(NamedTuple):
    """A quantity and the list price it is expected at.

    Attributes:
        rate: Pico-dollars per unit.
        logged: Whether the logs hold it.
        band_open: Whether its context band may be another.
    """

    quantity: Decimal
    priced: Priced
    rate: int
    logged: bool = True
    band_open: bool = True

    @property
    def cost(self) -> Decimal:
        """In US dollars."""
        return usd(self.quantity * self.rate)


class Instead(NamedTuple):
    """Another price: why, in words, and what a piece would cost per unit (None: no such price)."""

    cause: Cause
    words: str
    rate: Callable[[Piece], int | None]

    def change(self, pieces: Iterable[Piece]) -> Decimal | None:
        """Return what it adds to the cost of pieces, in US dollars; None without such a price."""
        pico = ZERO
        for piece in pieces:
            rate = self.rate(piece)
            if rate is None:
                return None
            pico += piece.quantity * (rate - piece.rate)
        return usd(pico)


class Guess(NamedTuple):
    """What a price would add to each of several amounts, in US dollars."""

    cause: Cause
    words: str
    changes: tuple[Decimal, ...]


class Verdict(NamedTuple):
    """The guess that counts, or None; and the words of all that fit."""

    counts: Guess | None
    words: str


def judged(
    guesses: Iterable[Guess], rests: Sequence[Decimal], bounds: Sequence[Decimal]
) -> Verdict:
    """Return the guess that explains what is left of each amount, if one does.

    Args:
        guesses: All that are tried.
        rests: What is left of each amount.
        bounds: How much of each may be rounding.
    """
    tried = [guess for guess in guesses if any(guess.changes)]
    fitting = [
        guess
        for guess in tried
        if all(
            abs(rest - change) <= bound
            for rest, change, bound in zip(rests, guess.changes, bounds, strict=True)
        )
    ]
    luck = len(tried) * 2 * sum(bounds, ZERO) * _ONE_IN
    unlikely = luck <= sum((abs(rest) for rest in rests), ZERO)
    one_cause = len({guess.cause for guess in fitting}) == 1
    words = " or ".join(dict.fromkeys(guess.words for guess in fitting))
    return Verdict(fitting[0] if unlikely and one_cause else None, words)


def shares_of(rest: Decimal, pieces: Sequence[Piece], prices: Iterable[Instead]) -> Iterator[str]:
    """Say how much of the pieces would explain a rest at another price: nothing of it is proven."""
    shares: dict[str, list[str]] = {}
    for instead in prices:
        change = instead.change(pieces) or ZERO
        if change and (change > 0) == (rest > 0) and abs(change) >= abs(rest):
            shares.setdefault(f"{percent(rest, change, 1)} %", []).append(instead.words)
    for part, words in shares.items():
        yield f"{part} of it {' or '.join(words)}"


def rate_note(billed: Decimal, listed: Decimal, words: str) -> str:
    """Say what an amount is of the list price, and what it is consistent with."""
    said = f"{percent(billed, listed, 2).normalize():f} % of list" if listed else "listed as free"
    return f"{said}; consistent with: {words}" if words else said


def instead_of(prices: ListPrices, pieces: Sequence[Piece], *, tiers: bool) -> Iterator[Instead]:
    """Yield every other price that pieces may have been billed at.

    Args:
        prices: The price table.
        pieces: Of one model or several.
        tiers: Whether the bill leaves the tier open.
    """
    yield Instead(Cause.UNIT_PRICE, "billed at list", lambda piece: prices.listed(piece.priced))
    yield from _dates(prices, pieces)
    models = dict.fromkeys((piece.priced.vendor, piece.priced.model) for piece in pieces)
    if tiers:
        yield from _tiers(prices, pieces)
    for band in ContextBand:
        rate = partial(_banded, prices, str(band))
        yield Instead(Cause.CONTEXT_BAND, f"billed as {band} context", rate)
    for words, given, billed in _METERS:
        rate = partial(_metered, prices, given, billed)
        yield Instead(Cause.CACHED_SHARE, words, rate)
    uplifted = [region for model in models if (region := prices.uplift_region(*model))]
    for region in dict.fromkeys([*uplifted[:1], GLOBAL_REGION] if uplifted else ()):
        words = "without" if region == GLOBAL_REGION else "with"
        rate = partial(_changed, prices, ("region", region))
        yield Instead(Cause.REGION, f"billed {words} the regional uplift", rate)


def _dates(prices: ListPrices, pieces: Sequence[Piece]) -> Iterator[Instead]:
    """Yield the prices of other dates, each once: a date that changes nothing is no other."""
    seen: set[tuple[int | None, ...]] = set()
    dates = dict.fromkeys(date for piece in pieces for date in prices.dates(piece.priced))
    for date in dates:
        rate = partial(_on_date, prices, date)
        rates = tuple(rate(piece) for piece in pieces)
        if rates not in seen:
            yield Instead(Cause.PRICE_VERSION, f"billed at the price of {date}", rate)
        seen.add(rates)


def _tiers(prices: ListPrices, pieces: Sequence[Piece]) -> Iterator[Instead]:
    """Yield the prices of other tiers; tiers of one price together."""
    same: dict[tuple[int | None, ...], list[str]] = {}
    for tier in PRICED_TIERS:
        rates = tuple(_changed(prices, ("tier", tier), piece) for piece in pieces)
        if None not in rates:
            same.setdefault(rates, []).append(str(tier))
    for names in same.values():
        rate = partial(_changed, prices, ("tier", names[0]))
        yield Instead(Cause.TIER, f"billed as {' or '.join(names)}", rate)


def _changed(prices: ListPrices, change: tuple[str, str], piece: Piece) -> int | None:
    if piece.priced.meter in TOOL_METERS:
        return piece.rate
    field, value = change
    return prices.rate(Priced(**{**piece.priced._asdict(), field: str(value)}))


def _on_date(prices: ListPrices, date: PriceDate, piece: Piece) -> int | None:
    return prices.rate_of_date(piece.priced, date)


def _banded(prices: ListPrices, band: str, piece: Piece) -> int | None:
    if not piece.band_open or prices.threshold(piece.priced.vendor, piece.priced.model) is None:
        return piece.rate
    return _changed(prices, ("band", band), piece)


def _metered(prices: ListPrices, given: set[str], billed: str, piece: Piece) -> int | None:
    if piece.priced.meter not in given:
        return piece.rate
    return _changed(prices, ("meter", billed), piece)
