"""How a contract's invoices round an amount."""

from fractions import Fraction

from pricing.contract.terms import InvoiceRule
from pricing.contract.usage import GRAIN

_PICO = 10**12
_HALF = Fraction(1, 2)


def invoiced(rule: InvoiceRule | None, amount: int | Fraction, *, at_most: bool = False) -> int:
    """Return an amount as an invoice states it, in pico-units of the currency.

    Without a rule it is rounded half-even to one pico-unit.

    Args:
        rule: The contract's, or None.
        amount: In `GRAIN`.
        at_most: Cut it instead, so that it is not larger than it was.
    """
    unit = int(rule.unit * _PICO) if rule else 1
    exact = Fraction(amount) / (GRAIN * unit)
    mode = "down" if at_most else rule.rounding if rule else "half_even"
    return unit * _whole(exact, mode)


def _whole(exact: Fraction, mode: str) -> int:
    size = abs(exact)
    match mode:
        case "half_up":
            whole = int(size + _HALF)
        case "up":
            whole = -int(-size // 1)
        case "down":
            whole = int(size)
        case _:
            whole = round(size)
    return whole if exact >= 0 else -whole
