"""Langfuse's default-model-prices.json: tiers with conditions, dollars a token.

A tier whose conditions say anything but the length of the prompt and the service tier is left out.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pricing.feeds.observation import (
    Listing,
    Observation,
    maker_of,
    provider_word,
    tokens,
    usd_per_million,
)
from pricing.vocabulary import Meter, ServiceTier

NAME = "langfuse"
WHAT = "Langfuse's default-model-prices.json"
HOME = "https://github.com/langfuse/langfuse"

#: Several names of one meter, as several SDKs report it; the first that is there counts.
_METERS = {
    Meter.UNCACHED_INPUT: ("input", "input_tokens", "prompt_token_count", "total"),
    Meter.CACHE_READ: (
        "input_cached_tokens", "input_cache_read", "cache_read_input_tokens",
        "cached_content_token_count",
    ),
    Meter.CACHE_WRITE: (
        "input_cache_creation", "cache_creation_input_tokens", "input_cache_creation_5m",
        "input_cache_write", "input_cache_write_tokens",
    ),
    Meter.CACHE_WRITE_LONG: ("input_cache_creation_1h",),
    Meter.OUTPUT: ("output", "output_tokens", "candidates_token_count"),
}  # fmt: skip
_TIERS = {
    "priority": ServiceTier.PRIORITY,
    "fast": ServiceTier.PRIORITY,
    "flex": ServiceTier.FLEX,
    "ultrafast": ServiceTier.ULTRAFAST,
    "batch": ServiceTier.BATCH,
}
#: The prefix an id may have, as in ``(?i)^(openai/)?(gpt-4o)$`` or ``(?i)^(google(ai)?/)?(...``.
_VENDOR = re.compile(r"\(\?i\)\^\((?P<vendor>[a-z]+)(?:\([a-z]+\)\?)?\\?/\)\?")


class _Held(NamedTuple):
    """What the conditions of a tier come to."""

    tier: ServiceTier
    above: int | None


def recognises(document: object) -> bool:
    """Whether it is a list of models with a ``matchPattern`` each."""
    return (
        isinstance(document, list)
        and bool(document)
        and isinstance(document[0], dict)
        and "modelName" in document[0]
        and "matchPattern" in document[0]
    )


def listings(document: Any, place: str) -> Iterator[Listing]:
    """Yield what the list says of each model."""
    del place
    for model in document:
        if isinstance(model, dict) and isinstance(model.get("modelName"), str):
            key = model["modelName"]
            pattern = str(model.get("matchPattern", ""))
            vendor = _VENDOR.match(pattern)
            provider = provider_word(vendor["vendor"]) if vendor else maker_of(key)
            yield Listing(provider, key, tuple(_rates(key, model)))


def _rates(key: str, model: Mapping[str, Any]) -> Iterator[Observation]:
    tiers = model.get("pricingTiers")
    if not isinstance(tiers, list):
        yield from _of_prices(key, model.get("prices"), _Held(ServiceTier.STANDARD, None))
        return
    for tier in tiers:
        if isinstance(tier, dict) and (held := _held(tier.get("conditions"))) is not None:
            where = f"{key}: {tier.get('name', 'tier')}"
            yield from _of_prices(where, tier.get("prices"), held)


def _held(conditions: object) -> _Held | None:
    service, above = ServiceTier.STANDARD, None
    for condition in conditions if isinstance(conditions, list) else ():
        if not isinstance(condition, dict):
            return None
        operator, limit = condition.get("operator"), tokens(condition.get("value"))
        about = str(condition.get("usageDetailPattern", ""))
        if limit and operator in ("gt", "gte") and ("input" in about or "prompt" in about):
            above = limit if operator == "gt" else limit - 1
        elif condition.get("key") == "service_tier" and operator == "in":
            named = {_TIERS.get(str(value)) for value in condition.get("values") or ()}
            if len(named) != 1 or (known := named.pop()) is None:
                return None
            service = known
        else:
            return None
    return _Held(service, above)


def _of_prices(where: str, prices: object, held: _Held) -> Iterator[Observation]:
    if not isinstance(prices, dict):
        return
    for meter, names in _METERS.items():
        name = next((each for each in names if each in prices), None)
        usd = usd_per_million(prices[name], 10**6) if name else None
        if usd is not None:
            yield Observation(held.tier, held.above, meter, usd, f"{where}: {name}")
