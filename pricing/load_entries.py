"""One price of the table: a tier and band of a model, from one instant on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product

from pricing.load_rates import NO_PRICE_KEYS, read_rates, read_reason
from pricing.load_words import instant, name, one_of, sentence
from pricing.load_yaml import Place, Section
from pricing.published import Entry, Model
from pricing.vocabulary import PRICED_TIERS, ContextBand, ServiceTier

BASES = ("release", "announced", "assumed_from_release", "first_seen")
STATUSES = ("active", "promo", "scheduled", "withdrawn")
CONFIDENCES = ("high", "medium", "low")

ENTRY_KEYS = (
    "tier", "context", "effective_from", "effective_to", "basis", "known_at", "status",
    "withdrawn_at", "rates", *NO_PRICE_KEYS, "sources", "confidence", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlacedEntry:
    """An entry and its line. Without the entry: the line has a fault of its own."""

    place: Place
    tier: ServiceTier
    band: ContextBand
    entry: Entry | None


def read_entries(section: Section, model: Model) -> list[PlacedEntry]:
    """Read one item of `prices`, as one entry for each tier and band it names."""
    tiers = section.values("tier", one_of(PRICED_TIERS)) or []
    bands = section.values("context", one_of(ContextBand)) or []
    cells = [(ServiceTier(t), ContextBand(b)) for t, b in product(tiers, bands)]
    if ContextBand.LONG in bands and model.long_context_above is None:
        message = "the model has one band (long_context_above: none), write `short`"
        section.faults.add(section.at("context"), f"context: {message}")
    entry = _read_entry(section, model)
    if "rates" in section and len(cells) > 1:
        section.faults.add(section.at("rates"), "rates are for one tier and one context")
        entry = None
    return [
        PlacedEntry(
            section.place,
            tier,
            band,
            None if entry is None else replace(entry, tier=tier, band=band),
        )
        for tier, band in cells
    ]


def _read_entry(section: Section, model: Model) -> Entry | None:
    """Read all but the cells; None, and the faults noted, when anything is wrong."""
    before = len(section.faults.found)
    effective_from = section.value("effective_from", instant)
    known_at = section.value("known_at", instant)
    basis = section.value("basis", one_of(BASES))
    status = section.value("status", one_of(STATUSES))
    confidence = section.value("confidence", one_of(CONFIDENCES))
    sources = section.values("sources", name)
    rates, stated = read_rates(section) if "rates" in section else ({}, {})
    reason, why = read_reason(section)
    ends = _read_ends(section, effective_from, status)
    note = section.value("note", sentence) if "note" in section else ""
    if (
        effective_from is None
        or known_at is None
        or basis is None
        or status is None
        or confidence is None
        or sources is None
        or note is None
        or len(section.faults.found) > before
    ):
        return None
    return Entry(
        provider=model.provider,
        model=model.model,
        tier=ServiceTier.UNKNOWN,
        band=ContextBand.SHORT,
        effective_from=effective_from,
        effective_to=ends.get("effective_to"),
        basis=basis,
        known_at=known_at,
        status=status,
        withdrawn_at=ends.get("withdrawn_at"),
        rates=rates,
        stated=stated,
        reason=reason,
        why=why,
        sources=tuple(sources),
        confidence=confidence,
        note=note,
    )


def _read_ends(
    section: Section, start: datetime | None, status: str | None
) -> Mapping[str, datetime]:
    """Read the announced end and the withdrawal, where they are given."""
    ends: dict[str, datetime] = {}
    for key in ("effective_to", "withdrawn_at"):
        if key in section and (moment := section.value(key, instant)):
            ends[key] = moment
    end = ends.get("effective_to")
    if start and end and end <= start:
        message = "effective_to is not later than effective_from"
        section.faults.add(section.at("effective_to"), message)
    if (status == "withdrawn") != ("withdrawn_at" in section):
        message = "`status: withdrawn` and `withdrawn_at: <date>` go together"
        section.faults.add(section.at("status"), message)
    return ends
