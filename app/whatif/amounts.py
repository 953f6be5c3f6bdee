"""Amounts, shares and ranges in the words of a report."""

from decimal import ROUND_HALF_EVEN, Decimal

from app.money import places_for, usd
from models.compare.option import Interval

_PICO_PER_USD = 10**12
_MINUS = "−"
UNKNOWN = "unknown"

_SURE = 0.995


def dollars(amount: float) -> str:
    """Write US dollars: $6,904, $12.40, $0.0031; a minus sign where they are negative."""
    return dollars_of(round(amount * _PICO_PER_USD))


def dollars_of(pico: int) -> str:
    """Write pico-dollars as `dollars` does."""
    amount = abs(usd(pico))
    places = 0 if amount >= 100 else 2 if amount >= Decimal("0.01") or not amount else 4  # noqa: PLR2004
    shown = amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
    sign = _MINUS if pico < 0 and shown else ""
    return f"{sign}${shown:,}"


def dollars_in_full(pico: int, beside: int | None = None) -> str:
    """Write pico-dollars as a report of usage shows them: $20,712.33.

    Args:
        pico: What is written.
        beside: An amount whose number of places it takes over.
    """
    amount = usd(pico)
    places = places_for(pico if beside is None else beside)
    shown = abs(amount).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
    return f"{_MINUS if pico < 0 else ''}${shown:,}"


def change(amount: float) -> str:
    """Write a change of US dollars with its sign."""
    text = dollars(amount)
    return text if text.startswith(_MINUS) or text == "$0.00" else f"+{text}"


def spread(found: Interval, per: float = 1.0) -> str:
    """Write a range of US dollars.

    Args:
        found: P10 and P90.
        per: What both are divided by, such as months.
    """
    low, high = dollars(found.p10 / per), dollars(found.p90 / per)
    return low if low == high else f"{low} to {high}"


def percent(share: float | None) -> str:
    """Write a share: 38%, 3.8%, and never 0% or 100% for what is almost that."""
    if share is None:
        return "–"
    size = abs(share)
    if 0 < size < 0.0005:  # noqa: PLR2004
        return "under 0.1%"
    places = 1 if 0 < size < 0.0995 else 0  # noqa: PLR2004
    shown = f"{100 * size:.{places}f}%"
    if shown == "100%" and size < 1:
        shown = "over 99%"
    return f"{_MINUS if share < 0 else ''}{shown}"


def chance(probability: float) -> str:
    """Write a probability from draws; none is certain but 0 and 1."""
    if probability in (0, 1):
        return "0%" if probability == 0 else "100%"
    if probability > _SURE:
        return "over 99%"
    return "under 1%" if probability < 1 - _SURE else f"{100 * probability:.0f}%"


def points(difference: float) -> str:
    """Write a difference of two rates in percentage points."""
    text = f"{abs(100 * difference):.1f}"
    if text == "0.0":
        return "±0 p.p."
    return f"{_MINUS if difference < 0 else '+'}{text} p.p."


def exact(amount: float) -> str:
    """Write US dollars of draws as decimal text for machines, to a millionth."""
    shown = f"{amount:.6f}".rstrip("0").rstrip(".")
    return "0" if shown in ("-0", "") else shown


def counted(count: int) -> str:
    """Write a count: 24,800."""
    return f"{count:,}"
