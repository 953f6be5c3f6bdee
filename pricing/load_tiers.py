"""Tiers that none of a provider's models has a price for, said once and not for each model."""

from collections.abc import Iterator
from dataclasses import dataclass

from pricing.load_entries import CONFIDENCES, PlacedEntry
from pricing.load_models import PlacedModel
from pricing.load_rates import NO_PRICE_KEYS, read_reason
from pricing.load_words import name, one_of
from pricing.load_yaml import Place, Section
from pricing.published import Entry
from pricing.vocabulary import PRICED_TIERS, ServiceTier, UnpricedReason

TIER_KEYS = ("tier", *NO_PRICE_KEYS, "sources", "confidence")


@dataclass(frozen=True, slots=True)
class TierRule:
    """Why the models of a provider have no price at some tiers.

    It holds for a model from its release on, unless the model's own prices say something for the
    tier from then on.
    """

    place: Place
    tiers: tuple[ServiceTier, ...]
    reason: UnpricedReason
    why: str
    sources: tuple[str, ...]
    confidence: str


def read_tier_rule(section: Section) -> TierRule | None:
    """Read one item of `tiers_without_price`; None, and the faults noted, when one is wrong."""
    before = len(section.faults.found)
    tiers = section.values("tier", one_of(PRICED_TIERS)) or []
    reason, why = read_reason(section)
    sources = section.values("sources", name) or []
    confidence = section.value("confidence", one_of(CONFIDENCES)) or ""
    if reason is None or len(section.faults.found) > before:
        return None
    return TierRule(
        section.place,
        tuple(ServiceTier(tier) for tier in tiers),
        reason,
        why,
        tuple(sources),
        confidence,
    )


def said_for_all(rule: TierRule, placed: PlacedModel) -> Iterator[PlacedEntry]:
    """Yield the entries of a rule for the cells of a model that say nothing from its release."""
    model = placed.model
    said = {
        (item.tier, item.band)
        for item in placed.entries
        if item.entry is None or item.entry.effective_from <= model.released
    }
    for tier in rule.tiers:
        for band in model.bands:
            if (tier, band) in said:
                continue
            entry = Entry(
                provider=model.provider,
                model=model.model,
                tier=tier,
                band=band,
                effective_from=model.released,
                effective_to=None,
                basis=model.released_basis,
                known_at=model.released,
                status="active",
                withdrawn_at=None,
                rates={},
                stated={},
                reason=rule.reason,
                why=rule.why,
                sources=rule.sources,
                confidence=rule.confidence,
            )
            yield PlacedEntry(rule.place, tier, band, entry)
