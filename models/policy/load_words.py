"""The single values of a policy: numbers, shares, durations, ranges. Each refuses in words."""

import re
from decimal import Decimal

from models.policy.terms import Value

_WHOLE = re.compile(r"(?P<digits>[0-9]{1,12}|[0-9]{1,3}(_[0-9]{3})+)(?P<unit>[kKM]?)", re.ASCII)
_DECIMAL = re.compile(r"(?=\.?[0-9])(?P<whole>[0-9]{0,12})(\.[0-9]{1,6})?", re.ASCII)
_TIMES = {"": 1, "k": 1_000, "K": 1_000, "M": 1_000_000}
_WAIT = re.compile(r"(?P<count>[0-9]{1,9})\s*(?P<unit>s|min|h|d)?", re.ASCII)
_SECONDS = {None: 1, "s": 1, "min": 60, "h": 3600, "d": 86_400}
_BOUND = re.compile(r"(?P<sign>>=|<=|>|<)\s*(?P<number>.+)")
_FLAGS = {"true": True, "yes": True, "false": False, "no": False}
_MOST_TRIES = 20
Bounds = tuple[Value, Value]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def whole(text: str) -> int:
    """Read a whole number; 10_000, 10k and 1M are understood."""
    found = _WHOLE.fullmatch(text)
    if not found:
        raise ValueError(f"not a whole number: {text!r}; write one such as 10000 or 10k")
    return int(found["digits"].replace("_", "")) * _TIMES[found["unit"]]


def tokens(text: str) -> int:
    """Read a number of tokens, at least one."""
    if not (found := whole(text)):
        raise ValueError("must be at least 1")
    return found


def tries(text: str) -> int:
    """Read a number of attempts, 1 to 20."""
    found = whole(text)
    if not 1 <= found <= _MOST_TRIES:
        raise ValueError(f"{text}: write 1 to {_MOST_TRIES}")
    return found


def decimal(text: str) -> Decimal:
    """Read a number of zero or more with at most six places."""
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"not a number: {text!r}; write one such as 12 or 0.85")
    return Decimal(text)


def ratio(text: str) -> Decimal:
    """Read a factor above zero."""
    if not (found := decimal(text)):
        raise ValueError("must be more than 0")
    return found


def share(text: str) -> Decimal:
    """Read a share of 0 to 1."""
    found = decimal(text)
    if found > 1:
        raise ValueError(f"{text} is more than 1; write a share such as 0.3 for 30 percent")
    return found


def some_share(text: str) -> Decimal:
    """Read a share above 0, up to 1."""
    if not (found := share(text)):
        raise ValueError("must be more than 0; leave the rule out instead")
    return found


def carried_over(text: str) -> Decimal:
    """Read how far a difference between benchmarks carries over, 0 to 1.2."""
    found = decimal(text)
    if found > Decimal("1.2"):
        raise ValueError(f"{text}: write 0 to 1.2")
    return found


def seconds(text: str) -> int:
    """Read a duration in seconds; 15min, 24h and 1d are understood."""
    found = _WAIT.fullmatch(text)
    if not found:
        raise ValueError(f"not a duration: {text!r}; write seconds, or 15min, 24h, 1d")
    return int(found["count"]) * _SECONDS[found["unit"]]


def flag(text: str) -> bool:
    """Read yes or no."""
    if text.lower() not in _FLAGS:
        raise ValueError(f"{text!r} is none of {', '.join(_FLAGS)}")
    return _FLAGS[text.lower()]


def whole_range(text: str) -> Bounds:
    """Read `>= 10k`, `> 10k`, `< 2000`, `<= 2000`, `10000..50000` or a single whole number.

    Returns:
        The first number inside and the first no longer inside; None is open.
    """
    if found := _BOUND.fullmatch(text):
        number = whole(found["number"])
        after = number + (found["sign"] in {">", "<="})
        return (after, None) if found["sign"].startswith(">") else (None, _not_zero(after, text))
    if ".." in text:
        lo, hi = _ends(text)
        return _ordered(whole(lo) if lo else None, whole(hi) if hi else None, text)
    number = whole(text)
    return number, number + 1


def wait_range(text: str) -> Bounds:
    """Read durations as `whole_range` reads numbers."""
    return whole_range(re.sub(r"[0-9]+\s*(s|min|h|d)\b", lambda m: str(seconds(m[0])), text))


def share_range(text: str) -> Bounds:
    """Read `>= 0.5`, `< 0.5` or `0.2..0.8`."""
    if (found := _BOUND.fullmatch(text)) and found["sign"] in {">=", "<"}:
        number = share(found["number"])
        return (number, None) if found["sign"] == ">=" else (None, _not_zero(number, text))
    if ".." in text:
        lo, hi = _ends(text)
        return _ordered(share(lo) if lo else None, share(hi) if hi else None, text)
    raise ValueError(f"not a range of shares: {text!r}; write >= 0.5, < 0.5 or 0.2..0.8")


def hours(text: str) -> Bounds:
    """Read `8-18`, the first hour inside and the first outside, or a single hour.

    `22-6` runs over midnight.
    """
    found = re.fullmatch(r"([0-9]{1,2})(?:\s*-\s*([0-9]{1,2}))?", text, re.ASCII)
    first = int(found[1]) if found else 24
    until = int(found[2]) if found and found[2] else first + 1
    if first > 23 or until > 24 or first == until:  # noqa: PLR2004 (hours of a day)
        raise ValueError(f"not hours of the day: {text!r}; write 8-18, 22-6 or 9")
    return (first, 24) if until == 0 else (first, until)


def days(text: str) -> tuple[str, ...]:
    """Read a day of the week, or `mon-fri`; `sat-mon` runs over the weekend."""
    first, dash, last = text.lower().replace(" ", "").partition("-")
    if first not in DAYS or (dash and last not in DAYS):
        raise ValueError(f"{text!r} is none of {', '.join(DAYS)}; or write mon-fri")
    start, end = DAYS.index(first), DAYS.index(last if dash else first)
    return tuple(DAYS[k % 7] for k in range(start, end + 1 if end >= start else end + 8))


def _ends(text: str) -> tuple[str, str]:
    lo, _, hi = text.partition("..")
    if not lo.strip() and not hi.strip():
        raise ValueError(f"{text!r} has no end; write a range such as 10000..50000")
    return lo.strip(), hi.strip()


def _ordered(lo: Value, hi: Value, text: str) -> Bounds:
    if isinstance(lo, int | Decimal) and isinstance(hi, int | Decimal) and lo >= hi:
        raise ValueError(f"{text}: nothing lies in it; the second number is outside the range")
    return lo, (hi if hi is None else _not_zero(hi, text))


def _not_zero(number: Value, text: str) -> Value:
    if not number:
        raise ValueError(f"{text}: nothing is below 0")
    return number
