"""The single values of a price table: dates, counts, words. Each refuses in words."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Literal, TypeVar

T = TypeVar("T")

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]{5,15}Z)?", re.ASCII)
_YEARS = range(2000, 2200)


@lru_cache(maxsize=4096)
def instant(text: str) -> datetime:
    """Read a bare date as its first moment in UTC, or a full UTC timestamp."""
    advice = f"not a date: {text!r}; write 2026-08-21 or 2026-08-21T17:00:00Z"
    if not _DATE.fullmatch(text):
        raise ValueError(advice)
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise ValueError(advice) from None
    if moment.year not in _YEARS:
        raise ValueError(f"not a believable year: {text}")
    return moment


def count(text: str) -> int:
    """Read a whole number of tokens, at least one."""
    if not re.fullmatch(r"[1-9][0-9]{0,11}", text, re.ASCII):
        raise ValueError(f"not a number of tokens: {text!r}")
    return int(text)


def multiplier(text: str) -> Decimal:
    """Read a factor between 1 and 10."""
    if not re.fullmatch(r"[0-9](\.[0-9]{1,6})?", text, re.ASCII) or Decimal(text) < 1:
        raise ValueError(f"not a factor: {text!r}; write a plain number such as 1.1")
    return Decimal(text)


def yes_no(text: str) -> bool:
    """Read `yes` or `no`."""
    return one_of(("yes", "no"))(text) == "yes"


def unless_none(read: Callable[[str], T]) -> Callable[[str], T | Literal["none"]]:
    """Let a value also be the word `none`."""

    def reader(text: str) -> T | Literal["none"]:
        return "none" if text == "none" else read(text)

    return reader


def one_of(words: Iterable[str]) -> Callable[[str], str]:
    """Return a reader that accepts only these words."""
    allowed = [str(word) for word in words]

    def reader(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"{text!r} is none of {', '.join(allowed)}")
        return text

    return reader


def name(text: str) -> str:
    """Read an id: letters, digits and the marks that ids use."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]*", text, re.ASCII):
        raise ValueError(f"not an id: {text!r}")
    return text


def sentence(text: str) -> str:
    """Read free text."""
    return text
