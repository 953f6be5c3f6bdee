"""Exact decimals: whatever would have to be rounded raises instead of being a little wrong."""

from contextlib import AbstractContextManager
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, localcontext

_EXACT = Context(prec=120, traps=[Inexact])
_FREE = Context(prec=120, rounding=ROUND_HALF_EVEN)

#: The places a part of an amount is cut to where it does not come out even.
_PLACES = Decimal(1).scaleb(-18)

ZERO = Decimal(0)


def exactly() -> AbstractContextManager[Context]:
    """Within it sums and products are exact, or raise."""
    return localcontext(_EXACT)


def usd(pico_usd: Decimal) -> Decimal:
    """Return pico-dollars as dollars."""
    return pico_usd.scaleb(-12, _EXACT)


def share(amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """Return the part of an amount that falls to a part of a quantity; all of it for the whole."""
    if part == whole:
        return amount
    return _FREE.divide(_FREE.multiply(amount, part), whole).quantize(_PLACES, context=_FREE)


def percent(part: Decimal, whole: Decimal, places: int) -> Decimal:
    """Return a ratio in percent, rounded: for people, never for sums."""
    ratio = _FREE.divide(_FREE.multiply(part, Decimal(100)), whole)
    return ratio.quantize(Decimal(1).scaleb(-places), context=_FREE)
