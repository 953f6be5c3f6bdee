"""Usage as a contract sees it: what one list rate priced, of one biller, within one span."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from pricing.contract.calendar import Range
from pricing.contract.words import Cause
from pricing.vocabulary import ContextBand, Meter, ServiceTier

#: Shares of a line are whole numbers of 10^-18 pico-units, so that they add up without a fraction.
GRAIN = 10**18

#: Which cell: the list's rate, who bills, the number of the span.
Key = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """Priced usage that no term of the contract can tell apart.

    Attributes:
        billed_by: The provider that bills.
        span: Within it no term begins or ends.
        uplift: The regional factor that is in the list rates.
        quantities, rates: By meter; list rates in pico-dollars per unit.
    """

    key: Key
    billed_by: str
    vendor: str
    model: str
    tier: ServiceTier
    band: ContextBand
    span: Range
    uplift: Fraction
    quantities: Mapping[Meter, int]
    rates: Mapping[Meter, int]


@dataclass(slots=True)
class Atom:
    """One meter of a cell: what lines are spread over.

    Attributes:
        term: Name of the rate term that applies, or None.
        contracted, net: In the contract's currency and ``GRAIN``; net is what is left to pay of
            the usage after the lines so far.
        metered: Net of what provisioned throughput covers.
        spend: Net of volume tiers too.
        credited: What credits paid of it, negative.
        usd_per: Dollars per unit of the currency, times 10^12.
        parts: Shares of lines in dollars and ``GRAIN``, by cause and name.
    """

    cell: Cell
    meter: Meter
    quantity: int
    list_pico: int
    contracted_pico: int
    term: str | None
    contracted: int
    usd_per: int
    net: int = 0
    metered: int = 0
    spend: int = 0
    credited: int = 0
    parts: dict[tuple[Cause, str], int] = field(default_factory=dict)

    @property
    def effective(self) -> int:
        """Effective cost in pico-dollars and ``GRAIN``."""
        return self.contracted_pico * GRAIN + sum(self.parts.values())

    @property
    def listed(self) -> int:
        """List cost in the contract's currency and ``GRAIN``."""
        return in_currency(self.list_pico, self.usd_per)


#: Exchange rates are whole numbers of this.
FX_UNIT = 10**12


def in_currency(pico_usd: int, usd_per: int) -> int:
    """Return pico-dollars in a currency, in ``GRAIN``."""
    return round(Fraction(pico_usd * GRAIN * FX_UNIT, usd_per))


def distribute(total: int, weights: list[int]) -> list[int]:
    """Divide a whole number by weights so that the shares add up to it.

    Each share is cut to a whole number; what is missing goes to the shares that lost most, the
    earlier first. Weights are not negative and not all zero.
    """
    whole = sum(weights)
    cut = [divmod(total * weight, whole) for weight in weights]
    shares = [share for share, _ in cut]
    missing = total - sum(shares)
    by_loss = sorted(range(len(cut)), key=lambda k: -cut[k][1])
    for k in by_loss[:missing]:
        shares[k] += 1
    return shares


def whole_parts(parts: Sequence[int], total: int | None = None) -> list[int]:
    """Round parts in `GRAIN` to whole pico-units that add up.

    Args:
        parts: What to round.
        total: What they add up to; without it, their sum rounded.
    """
    cut = [divmod(part, GRAIN) for part in parts]
    whole = [each for each, _ in cut]
    wanted = round(Fraction(sum(parts), GRAIN)) if total is None else total
    missing = wanted - sum(whole)
    by_loss = sorted(range(len(cut)), key=lambda k: -cut[k][1])
    if missing < 0:
        by_loss.reverse()
    for k in range(abs(missing) if cut else 0):
        whole[by_loss[k % len(cut)]] += 1 if missing > 0 else -1
    return whole
