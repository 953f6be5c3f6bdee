"""LiteLLM's map of models: one flat key for each meter, prompt length and tier.

A key that is not there is not an observation: that LiteLLM then bills the standard key is a rule
of its program, not of the list.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pricing.feeds.observation import (
    Listing,
    Observation,
    day,
    mapping,
    plain,
    provider_word,
    tokens,
    usd_per_million,
)
from pricing.vocabulary import Meter, ServiceTier

NAME = "litellm"
WHAT = "LiteLLM's model_prices_and_context_window.json"
HOME = "https://github.com/BerriAI/litellm"

_METERS = {
    "input_cost_per_token": Meter.UNCACHED_INPUT,
    "output_cost_per_token": Meter.OUTPUT,
    "cache_read_input_token_cost": Meter.CACHE_READ,
    "cache_creation_input_token_cost": Meter.CACHE_WRITE,
}
_TIERS = {
    None: ServiceTier.STANDARD,
    "batches": ServiceTier.BATCH,
    "flex": ServiceTier.FLEX,
    "priority": ServiceTier.PRIORITY,
    "ultrafast": ServiceTier.ULTRAFAST,
}
_KEY = re.compile(
    rf"(?P<meter>{'|'.join(_METERS)})"
    r"(?P<kept>_above_\d+hr)?(?:_above_(?P<above>\d+)k_tokens)?(?P<late>_above_\d+hr)?"
    r"(?:_(?P<tier>batches|flex|priority|ultrafast))?"
)
_TEXT_MODES = (None, "chat", "completion", "responses", "embedding")
_OTHER_UNITS = re.compile(r"output_cost_per_(audio|image|video|second|pixel|character)")


def recognises(document: object) -> bool:
    """Whether any model says its ``litellm_provider``."""
    return isinstance(document, dict) and any(
        isinstance(model, dict) and "litellm_provider" in model for model in document.values()
    )


def listings(document: Any, place: str) -> Iterator[Listing]:
    """Yield what the list says of each model."""
    del place
    for key, model in document.items():
        if key == "sample_spec" or not isinstance(model, dict):
            continue
        provider = model.get("litellm_provider")
        if isinstance(provider, str):
            yield _listing(key, provider_word(provider), model)


def _listing(key: str, provider: str, model: Mapping[str, Any]) -> Listing:
    rates = [rate for name, value in model.items() if (rate := _rate(key, name, value))]
    rates += _fast(key, model, rates)
    uplift = any(name.startswith("regional_processing_uplift_multiplier") for name in model)
    return Listing(
        provider,
        key,
        tuple(rates),
        shutdown=day(model.get("deprecation_date")),
        input_limit=tokens(model.get("max_input_tokens")),
        output_limit=tokens(model.get("max_output_tokens")),
        regional_uplift=uplift or "us" in mapping(model.get("provider_specific_entry")),
        other_units=model.get("mode") not in _TEXT_MODES or any(map(_OTHER_UNITS.match, model)),
    )


def _rate(model: str, key: str, value: object) -> Observation | None:
    found = _KEY.fullmatch(key)
    usd = usd_per_million(value, 10**6) if found else None
    if found is None or usd is None:
        return None
    meter = _METERS[found["meter"]]
    if found["kept"] or found["late"]:
        meter = Meter.CACHE_WRITE_LONG if meter is Meter.CACHE_WRITE else meter
    above = int(found["above"]) * 1000 if found["above"] else None
    return Observation(_TIERS[found["tier"]], above, meter, usd, f"{model}: {key}")


def _fast(
    key: str, model: Mapping[str, Any], rates: Sequence[Observation]
) -> Iterator[Observation]:
    """Yield the rates of Anthropic's fast mode, which the list has as a factor on all of them.

    The book calls it ultrafast, beside Anthropic's tier priority.
    """
    times = usd_per_million(mapping(model.get("provider_specific_entry")).get("fast"), 1)
    for rate in rates:
        if times is not None and rate.tier is ServiceTier.STANDARD:
            yield replace(
                rate,
                tier=ServiceTier.ULTRAFAST,
                usd=plain(rate.usd * times),
                raw_key=f"{key}: provider_specific_entry.fast",
                inherited=True,
            )
