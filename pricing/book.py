"""The price book: find the one price that applied, or say why there is none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property
from hashlib import sha256

from pricing.errors import (
    BandUnknownError,
    MissingRateError,
    NoPriceAtDateError,
    RateNotPublishedError,
    RegionUnknownError,
    TierNotOfferedError,
    TierUnknownError,
    UnknownModelError,
)
from pricing.published import END, Entry, Model, Provider, Source, ToolEntry
from pricing.tool_fees import fees_for, rates_at
from pricing.vocabulary import (
    GLOBAL_REGION,
    PRICED_TIERS,
    ContextBand,
    Meter,
    ServiceTier,
    UnpricedReason,
)

Cell = tuple[str, str, ServiceTier, ContextBand]


@dataclass(frozen=True, slots=True)
class PriceVersion:
    """The rates of one request: an entry, read for a region and an instant.

    Attributes:
        effective_until: First instant at which the entry no longer holds.
        rates: Pico-dollars per unit, uplift included; a meter without a rate is
            absent.
    """

    entry: Entry
    region: str
    effective_until: datetime
    rates: Mapping[Meter, int]

    @property
    def price_version(self) -> str:
        """Id of the entry, such as openai/gpt-5.4/batch/short@2026-03-05."""
        return self.entry.price_version

    @property
    def effective_from(self) -> datetime:
        """First instant at which the entry holds."""
        return self.entry.effective_from

    def pico_usd_per_unit(self, meter: Meter) -> int:
        """Return the rate of a meter.

        Raises:
            MissingRateError: the table gives it none.
        """
        try:
            return self.rates[meter]
        except KeyError:
            raise MissingRateError(f"{self.price_version}: no rate for {meter}") from None


@dataclass(frozen=True)
class PriceBook:
    """Everything that is published, by what it applies to.

    Attributes:
        models: By provider and canonical model id.
        entries: In the order of the table, withdrawn ones included.
        names: Of a user's own: provider (or ``*``) and logged id to vendor and model.
    """

    sources: Mapping[str, Source]
    providers: Mapping[str, Provider]
    models: Mapping[tuple[str, str], Model]
    entries: tuple[Entry, ...]
    tools: tuple[ToolEntry, ...]
    names: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def find(
        self,
        provider: str,
        model: str,
        tier: ServiceTier | str,
        *,
        at: datetime,
        input_tokens: int | None,
        region: str = GLOBAL_REGION,
    ) -> PriceVersion:
        """Return the one price that applied.

        What is missing is reported in a fixed order: model, tier, region, prompt
        size, date, offer.

        Args:
            provider: Who bills, such as "openai".
            model: Canonical id; `names.resolve` makes one from a logged id.
            tier: The tier that served the request.
            at: Instant of the request, with its UTC offset.
            input_tokens: Size of the whole prompt, cached tokens included; None
                when not reported. It decides the band and nothing else.
            region: Processing region, "global" for none.

        Raises:
            PricingError: the subclass, and its `reason`, say what is missing.
            ValueError: `at` has no UTC offset.
        """
        if at.tzinfo is None:
            raise ValueError(f"an instant needs its UTC offset: {at}")
        sold = self.models.get((provider, model))
        if sold is None:
            raise UnknownModelError(f"no model {model!r} of {provider!r}")
        if tier not in PRICED_TIERS:
            raise TierUnknownError(f"{model}: not a known tier: {tier!r}")
        multiplier = self._multiplier(sold, region)
        band = _band(sold, input_tokens)
        entry, until = self._entry_at((provider, model, ServiceTier(tier), band), at)
        rates = {
            meter: _times(rate, multiplier)
            for meter, rate in entry.rates.items()
            if rate is not None
        }
        fees = rates_at(fees_for(self.tools, sold), at)
        rates |= {meter: fee for meter, fee in fees.items() if fee is not None}
        return PriceVersion(entry, region, until, rates)

    def as_known(self, at: datetime) -> "PriceBook":
        """Return the book as it stood at an instant: what was known, not what held.

        A later withdrawal is undone; a later entry is left out.
        """
        entries = tuple(
            replace(entry, withdrawn_at=None, status="scheduled")
            if entry.withdrawn_at is not None and entry.withdrawn_at > at
            else entry
            for entry in self.entries
            if entry.known_at <= at
        )
        tools = tuple(tool for tool in self.tools if tool.known_at <= at)
        return replace(self, entries=entries, tools=tools)

    def checked(self, entry: Entry) -> datetime | None:
        """Return the last day on which a source of an entry is known to have said so."""
        named = [self.sources.get(source.partition("@")[0]) for source in entry.sources]
        days = [source.checked for source in named if source and source.checked]
        return max(days, default=None)

    @cached_property
    def timelines(self) -> Mapping[Cell, tuple[Entry, ...]]:
        """The entries that hold for each cell, by start; withdrawn ones left out."""
        cells: dict[Cell, list[Entry]] = {}
        for entry in self.entries:
            if entry.withdrawn_at is None:
                cell = (entry.provider, entry.model, entry.tier, entry.band)
                cells.setdefault(cell, []).append(entry)
        return {
            cell: tuple(sorted(held, key=lambda e: (e.effective_from, e.known_at)))
            for cell, held in cells.items()
        }

    @cached_property
    def model_ids(self) -> Mapping[tuple[str, str], str]:
        """Canonical model by provider and any of its ids."""
        return {
            (provider, name): model.model
            for (provider, _), model in self.models.items()
            for name in model.ids
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hex, over everything that reaches a compiled rate."""
        parts: tuple[Iterable[object], ...] = (
            self.providers.values(),
            self.models.values(),
            map(_content, self.entries),
            self.tools,
            self.names.items(),
        )
        content = [sorted(map(repr, part)) for part in parts]
        return sha256(repr(content).encode()).hexdigest()

    def _multiplier(self, model: Model, region: str) -> Decimal:
        if region == GLOBAL_REGION:
            return Decimal(1)
        provider = self.providers[model.provider]
        if region not in provider.regions:
            raise RegionUnknownError(f"{model.provider}: not a known region: {region!r}")
        return provider.regional_multiplier if model.regional_uplift else Decimal(1)

    def _entry_at(self, cell: Cell, at: datetime) -> tuple[Entry, datetime]:
        timeline = self.timelines.get(cell, ())
        started = [entry for entry in timeline if entry.effective_from <= at]
        where = "/".join(cell)
        if not started:
            raise NoPriceAtDateError(f"{where}: no price yet at {at:%Y-%m-%d %H:%MZ}")
        entry = started[-1]
        following = timeline[len(started) :]
        until = following[0].effective_from if following else END
        if entry.effective_to is not None and entry.effective_to < until:
            until = entry.effective_to
        if at >= until:
            raise NoPriceAtDateError(f"{where}: no price known from {until:%Y-%m-%d} on")
        if entry.reason is UnpricedReason.TIER_NOT_OFFERED:
            raise TierNotOfferedError(f"{where}: not offered: {entry.why}")
        if entry.reason is UnpricedReason.RATE_NOT_PUBLISHED:
            raise RateNotPublishedError(f"{where}: not published: {entry.why}")
        return entry, until


def _content(entry: Entry) -> object:
    """Return an entry with its rates in one order, however the table wrote them."""
    rates, stated = dict(sorted(entry.rates.items())), dict(sorted(entry.stated.items()))
    return replace(entry, rates=rates, stated=stated)


def _band(model: Model, input_tokens: int | None) -> ContextBand:
    """Long is strictly more than the threshold; the whole request is repriced."""
    if model.long_context_above is None:
        return ContextBand.SHORT
    if input_tokens is None:
        raise BandUnknownError(f"{model.model}: the prompt size was not reported")
    long = input_tokens > model.long_context_above
    return ContextBand.LONG if long else ContextBand.SHORT


def _times(rate: int, multiplier: Decimal) -> int:
    """Multiply a rate, rounding half-even to one pico-dollar."""
    return int((rate * multiplier).to_integral_value(ROUND_HALF_EVEN))
