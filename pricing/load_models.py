"""The models of a price table, each with its prices."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from pricing.load_entries import ENTRY_KEYS, PlacedEntry, read_entries
from pricing.load_words import count, instant, name, one_of, sentence, unless_none, yes_no
from pricing.load_yaml import Place, Section
from pricing.published import BEGINNING, Model
from pricing.vocabulary import ContextBand, ServiceTier

MODEL_KEYS = (
    "model", "provider", "ids", "released", "released_basis", "limits", "shutdown",
    "long_context_above", "regional_uplift", "note", "prices",
)  # fmt: skip
LIMIT_KEYS = ("context", "input", "output")
#: How a release is known; without a word, as a release.
RELEASED_BASES = ("release", "first_seen")

#: Until the table is read, so that a bad threshold does not hide other faults.
_SOME_THRESHOLD = 1


@dataclass(slots=True)
class PlacedModel:
    """A model, its entries, and the line it stands on.

    Attributes:
        cells_known: Which cells the prices ought to cover and which they do can be
            told; not so when a line that says it has a fault.
    """

    model: Model
    place: Place
    cells_known: bool
    entries: list[PlacedEntry] = field(default_factory=list)


def read_model(section: Section, known: PlacedModel | None) -> PlacedModel | None:
    """Read one item of `models`.

    Args:
        section: The item.
        known: The same model in the table that is being laid over; what the item
            does not say stays as it was.
    """
    before = len(section.faults.found)
    model = _read_facts(section, None if known is None else known.model)
    if model is None:
        return None
    placed = PlacedModel(model, section.place, cells_known=len(section.faults.found) == before)
    for item in section.sections("prices", ENTRY_KEYS) if "prices" in section else []:
        entries = read_entries(item, model)
        placed.entries += entries
        placed.cells_known = placed.cells_known and bool(entries)
    if "prices" not in section and known is None:
        section.faults.add(section.place, "prices is missing")
        placed.cells_known = False
    if known is not None:
        placed.entries = _laid_over(known.entries, placed.entries)
        placed.cells_known = placed.cells_known and known.cells_known
    return placed


def _read_facts(section: Section, known: Model | None) -> Model | None:
    provider = section.value("provider", name)
    model = section.value("model", name)
    if provider is None or model is None:
        return None
    fresh = Model(provider, model, (model,), BEGINNING, _SOME_THRESHOLD, regional_uplift=False)
    facts = known or fresh

    def said(key: str) -> bool:
        return known is None or key in section

    if said("ids"):
        listed = section.values("ids", name) or []
        facts = replace(facts, ids=tuple(dict.fromkeys((*facts.ids, *listed))))
        if known is None and listed and model not in listed:
            section.faults.add(section.at("ids"), f"ids: {model} itself is not listed")
    if said("released"):
        facts = _with_release(section, facts)
    if said("long_context_above"):
        limit = section.value("long_context_above", unless_none(count))
        above = _SOME_THRESHOLD if limit is None else limit
        facts = replace(facts, long_context_above=None if above == "none" else above)
    if said("regional_uplift"):
        eligible = section.value("regional_uplift", yes_no)
        facts = replace(facts, regional_uplift=eligible is True)
    if said("shutdown"):
        shutdown = section.value("shutdown", unless_none(instant))
        known_end = shutdown if isinstance(shutdown, datetime) else None
        facts = replace(facts, shutdown=known_end)
    if "note" in section:
        section.value("note", sentence)
    return _with_limits(section, facts) if said("limits") else facts


def _with_release(section: Section, facts: Model) -> Model:
    released = section.value("released", instant)
    basis = RELEASED_BASES[0]
    if "released_basis" in section:
        basis = section.value("released_basis", one_of(RELEASED_BASES)) or basis
    return replace(facts, released=released or BEGINNING, released_basis=basis)


def _with_limits(section: Section, facts: Model) -> Model:
    limits = section.section("limits", LIMIT_KEYS)
    if limits is None:
        return facts
    read = {key: limits.value(key, unless_none(count)) for key in LIMIT_KEYS}
    tokens = {key: size if isinstance(size, int) else None for key, size in read.items()}
    return replace(
        facts,
        context_tokens=tokens["context"],
        input_limit=tokens["input"],
        output_limit=tokens["output"],
    )


def _laid_over(below: list[PlacedEntry], above: list[PlacedEntry]) -> list[PlacedEntry]:
    """Add entries; one for the same cell and instant takes the other's place."""
    said = {_key(placed) for placed in above}
    return [placed for placed in below if _key(placed) not in said] + above


def _key(placed: PlacedEntry) -> tuple[ServiceTier, ContextBand, datetime | None]:
    start = None if placed.entry is None else placed.entry.effective_from
    return placed.tier, placed.band, start
