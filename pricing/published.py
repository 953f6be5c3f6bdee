"""What vendors have published: the statements a price book is made of.

All instants are UTC. Rates are pico-dollars per unit, before any regional uplift.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from pricing.vocabulary import ContextBand, Meter, ServiceTier, UnpricedReason

#: The open ends of a time range, both inside what a TIMESTAMP can hold.
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
END = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure can be looked up again.

    Attributes:
        checked: The last day it is known to have said so. None: not stated.
    """

    source: str
    what: str
    locator: str
    kind: str
    state: str = ""
    checked: datetime | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    """Rules a vendor applies to all its models.

    Attributes:
        regional_multiplier: Factor on token rates (never on tool fees) of
            eligible models in a named processing region.
        regions: The named processing regions; "global" is not among them.
    """

    provider: str
    regional_multiplier: Decimal
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A model as it is sold.

    Attributes:
        ids: Every id a log may call it by, the canonical one first.
        long_context_above: A prompt of strictly more tokens than this is long.
            None: the model has one band.
        shutdown: When the vendor ends it. None: no date announced.
        released_basis: How the release is known: "release", or "first_seen" where only the first
            sighting in public is.
    """

    provider: str
    model: str
    ids: tuple[str, ...]
    released: datetime
    long_context_above: int | None
    regional_uplift: bool
    context_tokens: int | None = None
    input_limit: int | None = None
    output_limit: int | None = None
    shutdown: datetime | None = None
    released_basis: str = "release"

    @property
    def bands(self) -> tuple[ContextBand, ...]:
        """The context bands the model is priced in."""
        one_band = self.long_context_above is None
        return (ContextBand.SHORT,) if one_band else tuple(ContextBand)


@dataclass(frozen=True, slots=True)
class Entry:
    """What holds for one tier and band of a model, from one instant on.

    Attributes:
        effective_to: An end that was announced. None: until a successor starts.
        withdrawn_at: When it became known that the entry does not hold after all.
            It stays on record and prices nothing.
        rates: Rate per token meter; None for a meter without one. Empty when
            `reason` says why the cell has no price.
        stated: The words of the table for each meter: "2.50", "input", ...
        why: The table's explanation of a cell without a price.
    """

    provider: str
    model: str
    tier: ServiceTier
    band: ContextBand
    effective_from: datetime
    effective_to: datetime | None
    basis: str
    known_at: datetime
    status: str
    withdrawn_at: datetime | None
    rates: Mapping[Meter, int | None]
    stated: Mapping[Meter, str]
    reason: UnpricedReason | None
    why: str
    sources: tuple[str, ...]
    confidence: str
    note: str = ""

    @property
    def price_version(self) -> str:
        """Id that a bill cites, such as openai/gpt-5.4/batch/short@2026-03-05."""
        cell = f"{self.provider}/{self.model}/{self.tier}/{self.band}"
        return f"{cell}@{instant_text(self.effective_from)}"


@dataclass(frozen=True, slots=True)
class ToolEntry:
    """A vendor's fee for a tool, from one instant on.

    Attributes:
        meter: The meter it rates. None: listed for the reader, billed by no meter.
        pico_per_unit: Pico-dollars per call or session. None: it cannot be told what these
            models bill.
        per: The unit the vendor prints, a key of `money.PICO_PER_USD`.
        models: The models it is for, before any fee for all. Empty: for all.
    """

    provider: str
    tool: str
    meter: Meter | None
    per: str
    pico_per_unit: int | None
    effective_from: datetime
    basis: str
    known_at: datetime
    sources: tuple[str, ...]
    confidence: str
    note: str = ""
    models: tuple[str, ...] = ()


def instant_text(instant: datetime) -> str:
    """Write an instant as the table does: a bare date at midnight UTC."""
    midnight = instant.replace(hour=0, minute=0, second=0, microsecond=0)
    if instant == midnight:
        return instant.date().isoformat()
    return instant.replace(tzinfo=None).isoformat() + "Z"
