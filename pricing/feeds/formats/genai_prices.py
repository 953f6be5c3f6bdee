"""genai-prices' data.json, and what its package holds: dated prices, and variants for tiers.

A variant overlays the price of its day key by key, so a key it leaves out keeps the standard rate:
that is the list's own rule, and such a rate is observed as inherited.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from pricing.feeds.observation import (
    Listing,
    Observation,
    day,
    mapping,
    provider_word,
    tokens,
    usd_per_million,
    windows,
)
from pricing.vocabulary import Meter, ServiceTier

NAME = "genai-prices"
WHAT = "genai-prices' data.json"
HOME = "https://github.com/pydantic/genai-prices"

_METERS = {
    "input_mtok": Meter.UNCACHED_INPUT,
    "cache_read_mtok": Meter.CACHE_READ,
    "cache_write_mtok": Meter.CACHE_WRITE,
    "cache_write_5m_mtok": Meter.CACHE_WRITE,
    "cache_write_1h_mtok": Meter.CACHE_WRITE_LONG,
    "output_mtok": Meter.OUTPUT,
}
#: The words of a request that select a variant. Anthropic's speed is ultrafast in the book.
_CONTEXTS = {
    ServiceTier.BATCH: (("processing", "batch"),),
    ServiceTier.FLEX: (("service_tier", "flex"),),
    ServiceTier.PRIORITY: (("service_tier", "priority"), ("service_tier", "fast")),
    ServiceTier.ULTRAFAST: (("service_tier", "ultrafast"), ("speed", "fast")),
}
_OTHER_UNITS = ("output_audio_mtok", "output_image_mtok", "output_video_mtok", "audio_hours")

Prices = Mapping[str, Any]


class _Dated(NamedTuple):
    """Prices from a day on; None: from the beginning."""

    starts: datetime | None
    prices: Prices


def recognises(document: object) -> bool:
    """Whether it is a list of providers with models that have a ``match``."""
    providers = document.get("providers") if isinstance(document, dict) else document
    return isinstance(providers, list) and any(
        isinstance(provider, dict)
        and isinstance(provider.get("models"), list)
        and any("match" in mapping(model) for model in provider["models"])
        for provider in providers
    )


def listings(document: Any, place: str) -> Iterator[Listing]:
    """Yield what the list says of each model of each provider."""
    del place
    for provider in document["providers"] if isinstance(document, dict) else document:
        models = mapping(provider).get("models")
        for model in models if isinstance(models, list) else ():
            if isinstance(mapping(model).get("id"), str):
                yield _listing(provider_word(str(provider.get("id", ""))), model)


def _listing(provider: str, model: Mapping[str, Any]) -> Listing:
    standard = _dated(model.get("prices"))
    match = mapping(model.get("match"))
    return Listing(
        provider,
        model["id"],
        tuple(_rates(model["id"], standard, model.get("price_variants"))),
        names=tuple(_equal(match)),
        fits=_fitting(match),
        context_tokens=tokens(model.get("context_window")),
        other_units=any(name in price.prices for price in standard for name in _OTHER_UNITS),
    )


def _dated(prices: object) -> list[_Dated]:
    """Return the prices by their start; those of a time of day are left out."""
    if isinstance(prices, dict):
        return [_Dated(None, prices)]
    found = []
    for each in prices if isinstance(prices, list) else ():
        constraint = mapping(mapping(each).get("constraint"))
        starts = day(constraint.get("start_date"))
        if starts is not None or not constraint:
            found.append(_Dated(starts, mapping(mapping(each).get("prices"))))
    return found


def _rates(model: str, standard: Sequence[_Dated], variants: object) -> Iterator[Observation]:
    listed = variants if isinstance(variants, list) else []
    yield from _of_tier(f"{model}: prices", ServiceTier.STANDARD, standard, None)
    for tier, contexts in _CONTEXTS.items():
        for context in contexts:
            chosen = [
                dated
                for each in listed
                if mapping(mapping(each).get("when")) == dict([context])
                for dated in _dated([each])
            ]
            if chosen:
                where = f"{model}: price_variants.{'='.join(context)}"
                yield from _of_tier(where, tier, standard, chosen)
                break


def _of_tier(
    where: str, tier: ServiceTier, standard: Sequence[_Dated], own: Sequence[_Dated] | None
) -> Iterator[Observation]:
    """Yield the rates of a tier over time; without ``own`` prices it is the standard one."""
    changes = {price.starts for price in (*standard, *(own or ()))}
    moments = sorted(changes, key=lambda start: (start is not None, start or 0))
    series: dict[tuple[int | None, str, bool], list[tuple[datetime | None, Decimal | None]]] = {}
    for moment in moments:
        for cell in series.values():
            cell.append((moment, None))
        for key, usd in _at(moment, standard, own).items():
            cell = series.setdefault(key, [(moment, None)])
            cell[-1] = (moment, usd)
    for (above, name, inherited), steps in series.items():
        for starts, ends, usd in windows(steps):
            raw_key = f"{where}.{name}" + (f" above {above}" if above else "")
            yield Observation(tier, above, _METERS[name], usd, raw_key, starts, ends, inherited)


def _at(
    moment: datetime | None, standard: Sequence[_Dated], own: Sequence[_Dated] | None
) -> dict[tuple[int | None, str, bool], Decimal]:
    """Return the rates of a moment by prompt length and key, and whether they are inherited."""
    active = [price.prices for price in standard if _begun(price, moment)]
    base = active[-1] if active else {}
    if own is None:
        return _by_length(base, {})
    first: dict[str, Any] = {}
    chosen = [price.prices for price in own if _begun(price, moment)]
    for prices in reversed(chosen):
        first |= prices
    return _by_length(first, base) if chosen else {}


def _begun(price: _Dated, moment: datetime | None) -> bool:
    return price.starts is None or (moment is not None and price.starts <= moment)


def _by_length(own: Prices, base: Prices) -> dict[tuple[int | None, str, bool], Decimal]:
    """Return the rates of each prompt length that the tier's own prices tell apart."""
    steps = {
        start
        for name in _METERS
        for each in mapping(own.get(name)).get("tiers") or ()
        if (start := tokens(mapping(each).get("start")))
    }
    found = {}
    for above in (None, *sorted(steps)):
        for name in _METERS:
            written = name in own
            price, for_length = _of_length((own if written else base).get(name), above)
            usd = usd_per_million(price, 1)
            if usd is not None:
                inherited = not written or (above is not None and not for_length)
                found[above, name, inherited] = usd
    return found


def _of_length(price: Any, above: int | None) -> tuple[Any, bool]:
    """Return the rate for prompts just above a length, and whether it was written for it."""
    if not isinstance(price, dict):
        return price, False
    rate, exact = price.get("base"), False
    for each in price.get("tiers") or ():
        start = tokens(mapping(each).get("start"))
        if above is not None and start is not None and start <= above:
            rate, exact = mapping(each).get("price"), start == above
    return rate, exact


def _equal(match: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ids that a match names in full."""
    if isinstance(match.get("equals"), str):
        yield match["equals"]
    for clause in match.get("or") or ():
        yield from _equal(mapping(clause))


def _fitting(match: Mapping[str, Any]) -> Callable[[str], bool]:
    return lambda name: _fits(match, name.lower())


def _fits(match: Mapping[str, Any], name: str) -> bool:
    """Tell whether a match takes an id, its regular expressions left aside."""
    for rule, value in match.items():
        text = value.lower() if isinstance(value, str) else ""
        holds = {
            "equals": text == name,
            "starts_with": bool(text) and name.startswith(text),
            "ends_with": bool(text) and name.endswith(text),
            "contains": bool(text) and text in name,
        }
        clauses = value if isinstance(value, list) else []
        if rule == "or":
            return any(_fits(mapping(clause), name) for clause in clauses)
        if rule == "and":
            return bool(clauses) and all(_fits(mapping(clause), name) for clause in clauses)
        return holds.get(rule, False)
    return False
