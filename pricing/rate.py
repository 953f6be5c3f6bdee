"""The rating rule: quantities times rates. This file is the specification.

`rate` is exact and explains itself; `sql/find_rate.sql` and
`sql/rated_usage.sql` say the same in bulk. tests/test_pricing_twins.py holds
them to the last digit.
"""

from dataclasses import dataclass
from decimal import Decimal

from pricing.book import PriceVersion
from pricing.errors import MissingRateError
from pricing.money import usd
from pricing.usage import Usage
from pricing.vocabulary import Meter

__all__ = ["Charge", "MissingRateError", "RatedUsage", "rate"]


@dataclass(frozen=True, slots=True)
class Charge:
    """One line of a bill: some units of one meter at one rate."""

    meter: Meter
    quantity: int
    pico_usd_per_unit: int

    @property
    def amount_pico(self) -> int:
        """Amount in pico-dollars: a product, never a quotient."""
        return self.quantity * self.pico_usd_per_unit

    @property
    def amount_usd(self) -> Decimal:
        """Exact amount in US dollars. Rounding is left to whoever prints it."""
        return usd(self.amount_pico)


@dataclass(frozen=True, slots=True)
class RatedUsage:
    """A request's charges, with the price version they were taken from."""

    price: PriceVersion
    charges: tuple[Charge, ...]

    @property
    def cost_pico(self) -> int:
        """Sum of the charges in pico-dollars."""
        return sum(charge.amount_pico for charge in self.charges)

    @property
    def cost_usd(self) -> Decimal:
        """Sum of the charges in US dollars, exact."""
        return usd(self.cost_pico)


def rate(usage: Usage, price: PriceVersion) -> RatedUsage:
    """Charge one request's usage at one price version.

    Long context is a cliff, not a slope: the version's band was chosen by the
    size of the whole prompt, and its rates apply to every token of the request.

    Args:
        usage: Disjoint quantities, in tokens, calls and sessions.
        price: Rates in pico-dollars per unit, regional uplift included.

    Returns:
        One charge per meter that was used, in the order of `Meter`.

    Raises:
        MissingRateError: a used meter has no rate, or something was used that is no meter. It
            is never taken as free.

    Example:
        1,000,000 output tokens at $10 per million are one charge of $10.
    """
    if usage.unmetered:
        raise MissingRateError(f"{price.price_version}: used in a unit that has no rate")
    charges = tuple(
        Charge(meter, quantity, price.pico_usd_per_unit(meter)) for meter, quantity in usage.items()
    )
    return RatedUsage(price, charges)
