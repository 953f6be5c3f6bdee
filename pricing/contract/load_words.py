"""The single values of a contract. Each refuses in words."""

import re
from datetime import datetime
from decimal import Decimal

from pricing.load_words import instant

_ALL, _MOST = 100, 1000
_DECIMAL = re.compile(r"[0-9]{1,15}(\.[0-9]{1,12})?", re.ASCII)


def amount(text: str) -> Decimal:
    """Read an amount of money or a volume, zero or more."""
    plain = text.replace("_", "") if re.fullmatch(r"[0-9]+(_[0-9]+)*(\.[0-9]+)?", text) else text
    if not _DECIMAL.fullmatch(plain):
        raise ValueError(f"not an amount: {text!r}; write a plain number such as 250000 or 0.01")
    return Decimal(plain)


def more_than_nothing(text: str) -> Decimal:
    """Read an amount above zero."""
    if not (found := amount(text)):
        raise ValueError("must be more than 0")
    return found


def tokens(text: str) -> int:
    """Read a number of tokens, at least one."""
    found = more_than_nothing(text)
    if found != int(found):
        raise ValueError(f"not a number of tokens: {text!r}")
    return int(found)


def percent(text: str) -> Decimal:
    """Read 0 to 100."""
    found = markup_percent(text)
    if found > _ALL:
        raise ValueError(f"more than 100 percent: {text}")
    return found


def markup_percent(text: str) -> Decimal:
    """Read 0 to 1000."""
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,6})?", text, re.ASCII) or Decimal(text) > _MOST:
        raise ValueError(f"not a percentage: {text!r}; write 15 for 15 percent")
    return Decimal(text)


def order(text: str) -> int:
    """Read a place in an order."""
    if not re.fullmatch(r"[0-9]{1,4}", text, re.ASCII):
        raise ValueError(f"not a place in an order: {text!r}; write 1, 2, 3")
    return int(text)


def currency(text: str) -> str:
    """Read the code of a currency."""
    if not re.fullmatch(r"[A-Z]{3}", text, re.ASCII):
        raise ValueError(f"not a currency: {text!r}; write its code, such as EUR")
    return text


def month(text: str) -> datetime:
    """Read a month as its first moment in UTC."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}", text, re.ASCII):
        raise ValueError(f"not a month: {text!r}; write 2026-08")
    return instant(f"{text}-01")
