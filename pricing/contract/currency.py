"""What a unit of the contract's currency costs in dollars."""

from datetime import datetime

from pricing.contract.terms import Contract
from pricing.contract.usage import FX_UNIT

USD = "USD"


class FxRateMissingError(Exception):
    """The contract gives no exchange rate for a day on which one is needed."""


def usd_per_unit(contract: Contract, at: datetime) -> int:
    """Return dollars for one unit of the contract's currency at an instant, times 10^12.

    Raises:
        FxRateMissingError: no rate is in force; none is ever assumed.
    """
    if contract.currency == USD:
        return FX_UNIT
    begun = [rate for rate in contract.fx if rate.since <= at]
    if not begun or (begun[-1].until is not None and at >= begun[-1].until):
        raise FxRateMissingError(
            f"contract {contract.contract} has no exchange rate of {contract.currency} on "
            f"{at:%Y-%m-%d}; add one under fx"
        )
    return int(begun[-1].usd * FX_UNIT)
