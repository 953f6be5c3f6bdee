"""Portkey's pricing/PROVIDER.json: cents per token, by region, mode and prompt length.

Two blocks of one model can contradict each other. The finer one, ``custom_pricing``, counts; the
plain one is read for modes it does not have. Only the region ``default`` is read.
"""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from pricing.feeds.observation import (
    Listing,
    Observation,
    mapping,
    provider_word,
    tokens,
    usd_per_million,
)
from pricing.vocabulary import Meter, ServiceTier

NAME = "portkey"
WHAT = "Portkey's pricing/openai.json and the like"
HOME = "https://github.com/Portkey-AI/models"

_METERS = {
    "request_token": Meter.UNCACHED_INPUT,
    "cache_read_input_token": Meter.CACHE_READ,
    "cache_write_input_token": Meter.CACHE_WRITE,
    "response_token": Meter.OUTPUT,
}
_MODES = {
    "standard": ServiceTier.STANDARD,
    "batch": ServiceTier.BATCH,
    "flex": ServiceTier.FLEX,
    "priority": ServiceTier.PRIORITY,
    "ultrafast": ServiceTier.ULTRAFAST,
}
#: One cent a token is 10,000 dollars a million.
_CENT_PER_TOKEN = 10**4
_OTHER_UNITS = ("response_audio_token", "image", "video_seconds")


def recognises(document: object) -> bool:
    """Whether any model has a ``pricing_config``."""
    return isinstance(document, dict) and any(
        isinstance(model, dict) and "pricing_config" in model for model in document.values()
    )


def listings(document: Any, place: str) -> Iterator[Listing]:
    """Yield what the list says of each model; the file's name says whose they are."""
    provider = provider_word(PurePosixPath(place).name.partition(".")[0])
    for key, model in document.items():
        if key == "default" or not isinstance(model, dict):
            continue
        plain = mapping(mapping(model.get("pricing_config")).get("pay_as_you_go"))
        extra = mapping(plain.get("additional_units"))
        yield Listing(
            provider,
            key,
            tuple(_rates(key, model)),
            other_units=any(name in plain or name in extra for name in _OTHER_UNITS),
        )


def _rates(key: str, model: Mapping[str, Any]) -> list[Observation]:
    found = list(_custom(key, mapping(model.get("custom_pricing"))))
    finer = {rate.tier for rate in found}
    config = mapping(model.get("pricing_config"))
    coarser = {
        ServiceTier.STANDARD: ("pay_as_you_go", config.get("pay_as_you_go")),
        ServiceTier.BATCH: ("batch_config", config.get("batch_config", model.get("batch_config"))),
    }
    for tier, (name, block) in coarser.items():
        if tier not in finer:
            found += _of_block(f"{key}: {name}", mapping(block), tier, None)
    return found


def _custom(key: str, custom: Mapping[str, Any]) -> Iterator[Observation]:
    lengths = mapping(custom.get("context_tier_map"))
    above = {str(name): int(start) or None for start, name in lengths.items() if start.isdecimal()}
    regions = mapping(custom.get("regions"))
    group = next((name for name in regions if "default" in name.split(",")), "")
    modes = mapping(mapping(regions.get(group)).get("execution_modes"))
    for mode, described in modes.items():
        if (tier := _MODES.get(mode)) is None:
            continue
        where = f"{key}: custom_pricing.{mode}"
        contexts = mapping(mapping(described).get("context_tiers"))
        for length, block in contexts.items():
            if length in above:
                yield from _of_block(f"{where}.{length}", _paid(block), tier, above[length])
        if not contexts:
            yield from _of_block(where, _paid(described), tier, None)


def _paid(block: object) -> Mapping[str, Any]:
    return mapping(mapping(mapping(block).get("pricing_config")).get("pay_as_you_go"))


def _of_block(
    where: str, block: Mapping[str, Any], tier: ServiceTier, above: int | None
) -> Iterator[Observation]:
    named = [(name, block.get(name), meter) for name, meter in _METERS.items()]
    extra = mapping(block.get("additional_units"))
    named.append(("cache_write_1h", extra.get("cache_write_1h"), Meter.CACHE_WRITE_LONG))
    for name, priced, meter in named:
        usd = usd_per_million(mapping(priced).get("price"), _CENT_PER_TOKEN)
        if usd is not None:
            yield Observation(tier, tokens(above), meter, usd, f"{where}.{name}")
