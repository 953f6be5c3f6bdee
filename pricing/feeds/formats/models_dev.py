"""models.dev's api.json: providers, models, a cost with tiers of prompt length, and modes."""

from collections.abc import Iterator, Mapping
from typing import Any

from pricing.feeds.observation import (
    Listing,
    Observation,
    day,
    mapping,
    provider_word,
    tokens,
    usd_per_million,
)
from pricing.vocabulary import Meter, ServiceTier

NAME = "models-dev"
WHAT = "models.dev's api.json"
HOME = "https://models.dev/api.json"

_METERS = {
    "input": Meter.UNCACHED_INPUT,
    "cache_read": Meter.CACHE_READ,
    "cache_write": Meter.CACHE_WRITE,
    "output": Meter.OUTPUT,
}
_TIERS = {
    "priority": ServiceTier.PRIORITY,
    "fast": ServiceTier.PRIORITY,
    "flex": ServiceTier.FLEX,
    "ultrafast": ServiceTier.ULTRAFAST,
}
_TEXT = {"text"}


def recognises(document: object) -> bool:
    """Whether it maps providers to objects that map models."""
    return isinstance(document, dict) and any(
        isinstance(provider, dict)
        and isinstance(provider.get("models"), dict)
        and "litellm_provider" not in provider
        for provider in document.values()
    )


def listings(document: Any, place: str) -> Iterator[Listing]:
    """Yield what the list says of each model of each provider."""
    del place
    for provider, described in document.items():
        models = described.get("models") if isinstance(described, dict) else None
        for key, model in models.items() if isinstance(models, dict) else ():
            if isinstance(model, dict):
                yield _listing(provider_word(provider), key, model)


def _listing(provider: str, key: str, model: Mapping[str, Any]) -> Listing:
    limit = mapping(model.get("limit"))
    answers = mapping(model.get("modalities")).get("output")
    return Listing(
        provider,
        key,
        tuple(_rates(key, provider, model)),
        released=day(model.get("release_date")),
        context_tokens=tokens(limit.get("context")),
        input_limit=tokens(limit.get("input")),
        output_limit=tokens(limit.get("output")),
        other_units=isinstance(answers, list) and not set(map(str, answers)) <= _TEXT,
    )


def _rates(key: str, provider: str, model: Mapping[str, Any]) -> Iterator[Observation]:
    cost = mapping(model.get("cost"))
    yield from _of_cost(f"{key}: cost", cost, ServiceTier.STANDARD)
    modes = mapping(mapping(model.get("experimental")).get("modes"))
    for name, mode in modes.items():
        if (tier := _tier(name, provider, mapping(mode))) is not None:
            paid = mapping(mapping(mode).get("cost"))
            yield from _of_cost(f"{key}: experimental.modes.{name}.cost", paid, tier)


def _of_cost(where: str, cost: Mapping[str, Any], tier: ServiceTier) -> Iterator[Observation]:
    yield from _of_length(where, cost, tier, None)
    tiers = cost.get("tiers")
    if not tiers:  # the older form, of one length only
        older = mapping(cost.get("context_over_200k"))
        yield from _of_length(f"{where}.context_over_200k", older, tier, 200_000)
    for each in tiers if isinstance(tiers, list) else ():
        size = mapping(each)
        above = tokens(mapping(size.get("tier")).get("size"))
        above = above or tokens(mapping(size.get("context")).get("min"))
        if above is not None:
            yield from _of_length(f"{where}.tiers.{above}", size, tier, above)


def _of_length(
    where: str, cost: Mapping[str, Any], tier: ServiceTier, above: int | None
) -> Iterator[Observation]:
    for name, meter in _METERS.items():
        if (usd := usd_per_million(cost.get(name), 1)) is not None:
            yield Observation(tier, above, meter, usd, f"{where}.{name}")


def _tier(name: str, provider: str, mode: Mapping[str, Any]) -> ServiceTier | None:
    """Tell the tier of a mode: the one it asks for, else the one of its name.

    What Anthropic calls fast is ultrafast in the book, beside its tier priority.
    """
    body = mapping(mapping(mode.get("provider")).get("body"))
    asked = body.get("service_tier")
    if provider == "anthropic" and name == "fast":
        return ServiceTier.ULTRAFAST
    return _TIERS.get(asked if isinstance(asked, str) else name)
