"""llm-prices: three rates a model, with dates; a long prompt is a model of its own.

Read in every form it is published: the current prices, the historical ones, a vendor's file.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pricing.feeds.observation import Listing, Observation, day, provider_word, usd_per_million
from pricing.vocabulary import Meter, ServiceTier

NAME = "llm-prices"
WHAT = "llm-prices, current or historical"
HOME = "https://github.com/simonw/llm-prices"

_METERS = {
    "input": Meter.UNCACHED_INPUT,
    "input_cached": Meter.CACHE_READ,
    "output": Meter.OUTPUT,
}
_LONG = re.compile(r"(?P<model>.+)-(?P<above>\d{2,4})k")


def recognises(document: object) -> bool:
    """Whether it is a list of prices with vendors, or a vendor's price histories."""
    if not isinstance(document, dict):
        return False
    prices, models = document.get("prices"), document.get("models")
    if isinstance(prices, list):
        return bool(prices) and isinstance(prices[0], dict) and "vendor" in prices[0]
    return (
        isinstance(models, list)
        and bool(models)
        and isinstance(models[0], dict)
        and "price_history" in models[0]
    )


def listings(document: Any, place: str) -> Iterator[Listing]:
    """Yield what the list says of each model."""
    del place
    rows = list(_rows(document))
    known = {row["id"] for row in rows}
    found: dict[tuple[str, str], list[Observation]] = {}
    for row in rows:
        model, above = _length(row, known)
        vendor = provider_word(str(row.get("vendor", "")))
        found.setdefault((vendor, model), []).extend(_rates(row, above))
    for (vendor, model), rates in found.items():
        yield Listing(vendor, model, tuple(rates))


def _rows(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the published rows, whichever form they are published in."""
    if "prices" in document:
        rows = document["prices"]
    else:
        vendor = document.get("vendor", "")
        rows = [
            {"id": model.get("id"), "name": model.get("name"), "vendor": vendor, **price}
            for model in document["models"]
            if isinstance(model, dict)
            for price in model.get("price_history") or ()
            if isinstance(price, dict)
        ]
    yield from (row for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str))


def _length(row: Mapping[str, Any], known: set[str]) -> tuple[str, int | None]:
    """Tell the model of a row, and above which prompt length it holds.

    Example:
        "gpt-5.5-272k", named "GPT-5.5 >272k", is gpt-5.5 above 272,000 tokens.
    """
    found = _LONG.fullmatch(row["id"])
    if found and found["model"] in known and ">" in str(row.get("name", "")):
        return found["model"], int(found["above"]) * 1000
    return row["id"], None


def _rates(row: Mapping[str, Any], above: int | None) -> Iterator[Observation]:
    starts, ends = day(row.get("from_date")), day(row.get("to_date"))
    for key, meter in _METERS.items():
        if (usd := usd_per_million(row.get(key), 1)) is not None:
            raw_key = f"{row['id']}: {key}"
            yield Observation(ServiceTier.STANDARD, above, meter, usd, raw_key, starts, ends)
