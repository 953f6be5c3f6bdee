"""What a contract says, term by term.

All instants are UTC and all ranges half-open. Amounts are in the contract's currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from pricing.contract.calendar import Range
from pricing.contract.reach import Reach
from pricing.contract.words import Every, MarkupBase, Part, VolumeKind, VolumeMeasure
from pricing.vocabulary import Meter


@dataclass(frozen=True, slots=True)
class RateTerm:
    """Negotiated rates: percent off list, or fixed ones.

    Attributes:
        percent_off: Off the list rate of each meter; None where rates are fixed.
        rates: Fixed pico-dollars per unit, before a regional uplift.
        regional_uplift: Whether the uplift of a named region comes on top of fixed rates.
    """

    name: str
    reach: Reach
    percent_off: Decimal | None
    rates: Mapping[Meter, int] = field(default_factory=dict)
    regional_uplift: bool = True

    def specificity(self, model: str) -> tuple[tuple[int, int], int]:
        """Return how specific the term is for a model: the model first, then what else is said."""
        return self.reach.closeness(model) or (0, 0), self.reach.said + bool(self.rates)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Usage that has no part in some parts of the contract."""

    reach: Reach
    out_of: frozenset[Part]


@dataclass(frozen=True, slots=True)
class Step:
    """From a volume on, percent off; the volume itself is inside."""

    start: Decimal
    percent_off: Decimal


@dataclass(frozen=True, slots=True)
class VolumeTiers:
    """A discount that grows with the volume of a period.

    Attributes:
        used_before: Volume of the first period before the logs begin.
    """

    name: str
    reach: Reach
    kind: VolumeKind
    measure: VolumeMeasure
    every: Every
    steps: tuple[Step, ...]
    used_before: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Provisioned:
    """Throughput at a flat cost; the usage it covers bills nothing else.

    Attributes:
        cost: Of one unit per hour, day or month.
        units: How many are held.
        monthly_tokens: How many tokens a month are covered; None for all.
    """

    name: str
    reach: Reach
    cost: Decimal
    per: str
    units: Decimal = Decimal(1)
    monthly_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """An amount that pays for usage until it is used up or expires.

    Attributes:
        order: Lower ones are used first; then what expires first, then by name.
        used_before: What was used before the logs begin.
    """

    name: str
    reach: Reach
    amount: Decimal
    order: int = 0
    used_before: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Commitment:
    """A spend that is promised for each period.

    Attributes:
        true_up: How often what is short is settled.
        shortfall_percent: How much of what is short is billed.
        overage_at_list: Whether usage beyond the amount loses the negotiated rates.
        counts: What counts beside metered usage: ``credits`` (usage they paid for),
            ``provisioned`` (flat costs), ``markups``.
        used_before: Spend of the first period before the logs begin.
    """

    name: str
    reach: Reach
    amount: Decimal
    every: Every
    true_up: Every
    shortfall_percent: Decimal = Decimal(100)
    overage_at_list: bool = False
    counts: frozenset[str] = frozenset({"credits"})
    used_before: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Markup:
    """What a gateway or reseller adds: a percentage, a fixed amount a month, or both."""

    name: str
    reach: Reach
    percent: Decimal = Decimal(0)
    on: MarkupBase = MarkupBase.BILLED
    fixed: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class FxRate:
    """US dollars for one unit of the contract's currency, in force from an instant on.

    Attributes:
        until: Its announced end; None: until the next begins.
    """

    since: datetime
    until: datetime | None
    usd: Decimal


@dataclass(frozen=True, slots=True)
class InvoiceRule:
    """How each line of an invoice is rounded.

    Attributes:
        unit: Lines are whole multiples of it.
        rounding: ``half_even``, ``half_up``, ``up`` or ``down``.
        minimum_line: A usage line that bills anything bills at least this.
    """

    unit: Decimal
    rounding: str
    minimum_line: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract.

    Attributes:
        providers: Who bills: usage of other providers is not under it.
        list_of: The vendor whose list is meant; None for whichever the usage has.
        reseller: Who stands between customer and vendor, or None.
        renewal: First day on which terms can change; None: the day after its end.
        fx: Rates at which usage in dollars is billed in the contract's currency.
        paid: What a unit of the currency cost when a month's invoice was paid, by the month's
            first day.
    """

    contract: str
    customer: str
    vendor: str
    reseller: str | None
    providers: tuple[str, ...]
    list_of: str | None
    currency: str
    period: Range
    renewal: datetime | None = None
    rates: tuple[RateTerm, ...] = ()
    excluded: tuple[Exclusion, ...] = ()
    provisioned: tuple[Provisioned, ...] = ()
    volume_tiers: tuple[VolumeTiers, ...] = ()
    credits: tuple[Credit, ...] = ()
    markups: tuple[Markup, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    fx: tuple[FxRate, ...] = ()
    paid: Mapping[datetime, Decimal] = field(default_factory=dict)
    invoice: InvoiceRule | None = None

    @property
    def edges(self) -> tuple[datetime, ...]:
        """Every instant at which something in it begins or ends."""
        parts = (
            self.rates, self.excluded, self.provisioned, self.volume_tiers, self.credits,
            self.markups, self.commitments,
        )  # fmt: skip
        ends = [edge for part in parts for term in part for edge in term.reach.period]
        dated = [edge for rate in self.fx for edge in (rate.since, rate.until) if edge]
        return tuple(sorted({*ends, *dated}))
