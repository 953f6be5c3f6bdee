"""The list prices that hold for what was used, on one day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import polars as pl

from app.dashboard.cube import sum_or_null
from app.dimensions import NONE
from pricing.book import PriceBook
from pricing.errors import PricingError
from pricing.vocabulary import Meter

#: Pico-dollars per token in dollars per million tokens.
_PICO_PER_USD_PER_MILLION = 10**6


@dataclass(frozen=True, slots=True)
class InForce:
    """Rates of one model and tier, in pico-dollars per token; None where it has none."""

    model: str
    service_tier: str
    input_pico: int | None
    cached_pico: int | None
    output_pico: int | None
    since: date
    price_version: str


def prices_in_force(cube: pl.DataFrame, book: PriceBook, day: date) -> list[InForce]:
    """Return the short-context prices on a day of each model and tier in use, dearest use first.

    Args:
        cube: The usage looked at.
        book: The prices.
        day: Prices at its last second, UTC.
    """
    used = (
        cube.filter(pl.col("unpriced_reason") == NONE)
        .group_by("provider", "model", "service_tier")
        .agg(sum_or_null(pl.col("cost_pico")).alias("cost_pico"))
        .sort("cost_pico", "model", "service_tier", descending=[True, False, False])
    )
    at = datetime.combine(day, time(23, 59, 59), UTC)
    found = []
    for provider, model, tier, _ in used.iter_rows():
        try:
            price = book.find(provider, model, tier, at=at, input_tokens=0)
        except PricingError:
            continue
        found.append(
            InForce(
                model,
                tier,
                price.rates.get(Meter.UNCACHED_INPUT),
                price.rates.get(Meter.CACHE_READ),
                price.rates.get(Meter.OUTPUT),
                price.effective_from.date(),
                price.price_version,
            )
        )
    return found


def finding(prices: list[InForce]) -> str:
    """Name the price that changed last."""
    if not prices:
        return "No price of the book was used"
    latest = max(prices, key=lambda price: price.since)
    count = "One price is" if len(prices) == 1 else f"{len(prices)} prices are"
    since = f"{latest.since.day} {latest.since:%B %Y}"
    return f"{count} in force; the newest is {latest.model}’s, since {since}"


def price_changes(cube: pl.DataFrame, book: PriceBook) -> list[tuple[date, str]]:
    """Return the days on which a price in use changed, with its model.

    A price that is the first of its model, tier and context is no change.
    """
    used = set(cube.select("model", "service_tier", "context_band").unique().rows())
    changes = set()
    for (_, model, tier, band), timeline in book.timelines.items():
        if (model, tier, band) in used:
            priced = [entry for entry in timeline if entry.rates]
            changes |= {(entry.effective_from.date(), model) for entry in priced[1:]}
    return sorted(changes)


def per_million(pico: int | None) -> str:
    """Write a rate as dollars per million tokens."""
    if pico is None:
        return "–"
    whole, part = divmod(pico, _PICO_PER_USD_PER_MILLION)
    places = f"{part:06d}".rstrip("0")
    return f"${whole}.{places:0<2}"
