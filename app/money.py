"""Pico-dollars as people and machines read them."""

from collections.abc import Sequence
from decimal import Decimal

from pricing.money import usd

__all__ = [
    "RATE_UNITS",
    "UNITS_PER",
    "places_for",
    "rounded_parts",
    "usd",
    "usd_number",
    "usd_text",
]

_PICO_PER_USD = 10**12

#: How many units a printed rate is for.
UNITS_PER = {
    "1M tokens": 1_000_000,
    "1K calls": 1_000,
    "session": 1,
    "hour": 1,
    "GB day": 1,
    "1M token hours": 1_000_000,
}

#: How a rate is printed, by the unit of its meter: the words, and how many units they are.
RATE_UNITS = {
    "token": ("1M tokens", 1_000_000),
    "call": ("1K calls", 1_000),
    "session": ("session", 1),
}


def usd_text(pico: int | None) -> str | None:
    """Return exact dollars as plain decimal text without needless zeros; None stays None.

    Example:
        2,100,000,000 pico-dollars are "0.0021".
    """
    if pico is None:
        return None
    text = f"{usd(pico):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def usd_number(pico: int | None) -> Decimal | None:
    """Return what `usd_text` writes as a number, which CSV may show with a minus sign."""
    text = usd_text(pico)
    return None if text is None else Decimal(text)


def rounded_parts(picos: Sequence[int | None], places: int) -> list[Decimal | None]:
    """Round parts for people so that they add up to their rounded total.

    Each part is cut, and the units still missing go to the parts that lost most
    (largest remainder). None stays None.

    Args:
        picos: Parts in pico-dollars.
        places: Decimal places to show.
    """
    unit = _PICO_PER_USD // 10**places
    known = [(k, pico) for k, pico in enumerate(picos) if pico is not None]
    total = sum(pico for _, pico in known)
    units = {k: pico // unit for k, pico in known}
    missing = (total + unit // 2) // unit - sum(units.values())
    by_loss = sorted(known, key=lambda part: part[1] % unit, reverse=True)
    for k, _ in by_loss[: max(missing, 0)]:
        units[k] += 1
    return [
        None if pico is None else Decimal(units[k]).scaleb(-places) for k, pico in enumerate(picos)
    ]


def places_for(total_pico: int | None) -> int:
    """Return how many decimal places a table of this total needs to say something."""
    if total_pico is None or abs(total_pico) >= 100 * _PICO_PER_USD:
        return 2
    return 4 if abs(total_pico) >= _PICO_PER_USD else 6
