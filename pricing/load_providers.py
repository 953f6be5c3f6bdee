"""The sources of a price table, and what a provider charges whatever the model."""

from dataclasses import dataclass, field

from pricing.load_entries import BASES, CONFIDENCES
from pricing.load_rates import WITHOUT_RATE
from pricing.load_tiers import TIER_KEYS, TierRule, read_tier_rule
from pricing.load_words import instant, multiplier, name, one_of, sentence
from pricing.load_yaml import Place, Section
from pricing.money import PICO_PER_USD, pico_from_text
from pricing.published import Provider, Source, ToolEntry
from pricing.vocabulary import TOOL_METERS, Meter

SOURCE_KEYS = ("what", "locator", "kind", "state", "checked")
PROVIDER_KEYS = ("provider", "regional_uplift", "tiers_without_price", "tools")
UPLIFT_KEYS = ("multiplier", "regions", "sources", "confidence", "note")
TOOL_KEYS = (
    "tool", "meter", "models", "price", "per", "effective_from", "basis", "known_at", "sources",
    "confidence", "note",
)  # fmt: skip
#: The units a tool fee is printed in.
TOOL_UNITS = tuple(unit for unit in PICO_PER_USD if unit != "1M tokens")


@dataclass(slots=True)
class PlacedProvider:
    """A provider, its tool fees and its tiers without a price, with the lines they stand on.

    Attributes:
        cited: Every source a line of the provider names.
    """

    provider: Provider
    place: Place
    tools: list[tuple[ToolEntry, Place]] = field(default_factory=list)
    cited: list[tuple[str, Place]] = field(default_factory=list)
    tiers: list[TierRule] = field(default_factory=list)


def read_sources(section: Section) -> dict[str, Source]:
    """Read the table of sources, by id."""
    sources: dict[str, Source] = {}
    for key in section.nodes:
        row = section.section(key, SOURCE_KEYS)
        if row is None:
            continue
        what, locator = row.value("what", sentence), row.value("locator", sentence)
        kind = row.value("kind", name)
        state = row.value("state", sentence) if "state" in row else ""
        checked = row.value("checked", instant) if "checked" in row else None
        sources[key] = Source(key, what or "", locator or "", kind or "", state or "", checked)
    return sources


def read_provider(section: Section, known: PlacedProvider | None) -> PlacedProvider | None:
    """Read one item of `providers`; what it does not say stays as in `known`."""
    who = section.value("provider", name)
    if who is None:
        return None
    fresh = PlacedProvider(Provider(who, multiplier("1"), ()), section.place)
    placed = known or fresh
    if known is None or "regional_uplift" in section:
        _read_uplift(section, placed)
    if "tiers_without_price" in section:
        rules = [
            read_tier_rule(item) for item in section.sections("tiers_without_price", TIER_KEYS)
        ]
        placed.tiers += [rule for rule in rules if rule is not None]
    if "tools" in section:
        read = [_read_tool(item, who) for item in section.sections("tools", TOOL_KEYS)]
        fees = [fee for fee in read if fee is not None]
        replaced = {(fee.tool, fee.effective_from) for fee, _ in fees}
        placed.tools = [
            (fee, place)
            for fee, place in placed.tools
            if (fee.tool, fee.effective_from) not in replaced
        ] + fees
    return placed


def _read_uplift(section: Section, placed: PlacedProvider) -> None:
    """Read what a named region costs; `none`: the provider has no such regions."""
    if section.peek("regional_uplift") == "none":
        return
    uplift = section.section("regional_uplift", UPLIFT_KEYS)
    if uplift is None:
        return
    factor = uplift.value("multiplier", multiplier)
    regions = uplift.values("regions", name) or []
    sources = uplift.values("sources", name) or []
    uplift.value("confidence", one_of(CONFIDENCES))
    placed.cited += [(source, uplift.at("sources")) for source in sources]
    who = placed.provider.provider
    placed.provider = Provider(who, factor or multiplier("1"), tuple(regions))


def _read_tool(section: Section, provider: str) -> tuple[ToolEntry, Place] | None:
    """Read one fee; None, and the faults noted, when anything is wrong."""
    before = len(section.faults.found)
    per = section.value("per", one_of(TOOL_UNITS)) or "session"
    price = _read_price(section, per)
    meter = section.value("meter", one_of((*TOOL_METERS, "none"))) or "none"
    models = section.values("models", name) if "models" in section else []
    tool = section.value("tool", name) or ""
    starts = section.value("effective_from", instant)
    basis = section.value("basis", one_of(BASES)) or ""
    known_at = section.value("known_at", instant)
    sources = section.values("sources", name) or []
    confidence = section.value("confidence", one_of(CONFIDENCES)) or ""
    note = section.value("note", sentence) if "note" in section else ""
    if meter != "none" and Meter(meter).unit not in per and "per" in section:
        message = f"per: {meter} is counted per {Meter(meter).unit}, not per {per}"
        section.faults.add(section.at("per"), message)
    if len(section.faults.found) > before or starts is None or known_at is None:
        return None
    fee = ToolEntry(
        provider=provider,
        tool=tool,
        meter=None if meter == "none" else Meter(meter),
        per=per,
        pico_per_unit=price,
        effective_from=starts,
        basis=basis,
        known_at=known_at,
        sources=tuple(sources),
        confidence=confidence,
        note=note or "",
        models=tuple(models or ()),
    )
    return fee, section.place


def _read_price(section: Section, per: str) -> int | None:
    """Read a fee; None where the table says that it cannot be told, or has a fault."""

    def checked(text: str) -> int | None:
        return None if text in WITHOUT_RATE else pico_from_text(text, per)

    return section.value("price", checked)
