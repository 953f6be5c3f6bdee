"""Exact money: integer pico-dollars inside, Decimal dollars at the edge.

One pico-dollar is 10^-12 USD, so a rate in USD per 1M tokens times 10^6 is
pico-dollars per token: $2.50 per 1M is 2,500,000 and $0.13 is 130,000.
"""

import re
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

#: Pico-dollars per unit in one US dollar per so many units.
PICO_PER_USD = {
    "1M tokens": 1_000_000,
    "1K calls": 1_000_000_000,
    "session": 1_000_000_000_000,
    "hour": 1_000_000_000_000,
    "GB day": 1_000_000_000_000,
    "1M token hours": 1_000_000,
}

#: A rate above this is a slip of the pen, and might overflow a BIGINT product:
#: $10,000 per 1M tokens, $10 per call, session, hour or GB day.
HIGHEST_PICO = {
    "1M tokens": 10_000_000_000,
    "1K calls": 10_000_000_000_000,
    "session": 10_000_000_000_000,
    "hour": 10_000_000_000_000,
    "GB day": 10_000_000_000_000,
    "1M token hours": 10_000_000_000,
}

_PLAIN_DECIMAL = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)


@lru_cache(maxsize=4096)
def pico_from_text(text: str, per: str) -> int:
    """Read a published rate, in USD per `per`, as pico-dollars per unit.

    Raises:
        ValueError: it is not a plain decimal number, is finer than one
            pico-dollar, or is too high to be a price. The message says which.

    Example:
        "0.13" per "1M tokens" is 130,000.
    """
    if re.fullmatch(r"-[0-9.]+", text):
        raise ValueError(f"a price cannot be negative: {text}")
    if not _PLAIN_DECIMAL.fullmatch(text):
        raise ValueError(f"not a price: {text!r}; write a plain number such as 2.50")
    pico = Fraction(text) * PICO_PER_USD[per]
    if pico.denominator != 1:
        raise ValueError(f"finer than one pico-dollar: {text} per {per}")
    if pico > HIGHEST_PICO[per]:
        raise ValueError(f"too high to be a price: {text} per {per}")
    return int(pico)


def usd(pico: int) -> Decimal:
    """Return pico-dollars as exact US dollars."""
    with localcontext(prec=60):
        return Decimal(pico).scaleb(-12)
