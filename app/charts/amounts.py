"""Amounts as people read them on a screen: short, signed, never more certain than they are."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal

from app.money import usd

MINUS = "−"

#: What stands where nothing is known; it is not 0.
UNKNOWN = "–"

_PICO_PER_USD = 10**12
_BELOW_TEN = Decimal("9.95")


def usd_short(pico: int | None) -> str:
    """Write dollars short: $1.24M, $63.2k, $7.90k, $410, $12.40, $0.0031.

    Example:
        63,240,000,000,000,000 pico-dollars are $63.2k.
    """
    if pico is None:
        return UNKNOWN
    sign = MINUS if pico < 0 else ""
    return f"{sign}${_size(abs(usd(pico)))}"


def usd_each(pico: int | None) -> str:
    """Write what one of many costs: a dollar and more as ever, below it four places: $0.0929."""
    if pico is None or abs(pico) >= _PICO_PER_USD:
        return usd_short(pico)
    amount = usd(pico)
    places = 4 if not pico else max(4, 1 - amount.adjusted())
    return f"${_rounded(amount, places):f}"


def usd_change(pico: int) -> str:
    """Write a change of dollars with its sign: +$410."""
    return usd_short(pico) if pico < 0 else f"+{usd_short(pico)}"


def usd_exact(pico: int | None) -> str:
    """Write dollars in full, without needless zeros beyond the cents."""
    if pico is None:
        return UNKNOWN
    cents = f"{usd(pico).normalize():f}"
    whole, _, places = cents.partition(".")
    sign, whole = (MINUS, whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}${int(whole):,}.{places:0<2}"


def _size(amount: Decimal) -> str:
    for limit, unit, places, word in (
        (Decimal(999_500), 1_000_000, 2, "M"),
        (Decimal(9_995), 1_000, 1, "k"),
        (Decimal("999.5"), 1_000, 2, "k"),
    ):
        if amount >= limit:
            return f"{_rounded(amount / unit, places)}{word}"
    if amount >= Decimal("99.995"):
        return f"{_rounded(amount, 0)}"
    if amount >= Decimal("0.00995") or not amount:
        return f"{_rounded(amount, 2)}"
    places = max(4, 1 - amount.adjusted())
    return f"{_rounded(amount, places):f}"


def count_short(count: int | None) -> str:
    """Write a count of tokens short: 12.4M, 1.2k, 950."""
    if count is None:
        return UNKNOWN
    for limit, unit, word in (
        (999_500_000, 10**9, "B"),
        (999_500, 10**6, "M"),
        (1_000, 10**3, "k"),
    ):
        if abs(count) >= limit:
            return f"{_rounded(Decimal(count) / unit, 1)}{word}"
    return f"{count}"


def count_full(count: int | None) -> str:
    """Write a count of requests in full: 24,800."""
    return UNKNOWN if count is None else f"{count:,}".replace("-", MINUS)


def percent(part: int, whole: int) -> str:
    """Write a share: whole, with one decimal below 10; never 0 or 100 unless it is.

    Example:
        2,604 of 37,000,000 are under 0.1%.
    """
    if not whole:
        return UNKNOWN
    share = Decimal(100) * part / whole
    if part and share < Decimal("0.05"):
        return "under 0.1%"
    text = _percent(share)
    return "over 99%" if text == "100%" and part != whole else text


def percent_change(now: int, before: int) -> str:
    """Write a relative change with its sign; from nothing there is none."""
    if not before:
        return "new"
    share = Decimal(100) * (now - before) / abs(before)
    if abs(share) >= Decimal("999.5"):
        return f"{_rounded(Decimal(now) / before, 0)}×"
    text = _percent(abs(share))
    if text == "0.0%":
        return "0%"
    return f"{MINUS if share < 0 else '+'}{text}"


def points_change(now: Decimal, before: Decimal) -> str:
    """Write a difference of two shares, in percentage points."""
    points = _rounded((now - before) * 100, 0)
    return f"{MINUS if points < 0 else '+'}{abs(points)} p.p." if points else "±0 p.p."


def coverage(part: int, whole: int) -> str:
    """Write how much is covered, rounded down: 99.97% is never 100%.

    Example:
        9,997 of 10,000 are 99.9%.
    """
    if not whole:
        return UNKNOWN
    share = (Decimal(100) * part / whole).quantize(Decimal("0.1"), ROUND_DOWN)
    if part in (0, whole):
        return "100%" if part else "0%"
    return f"{share}%"


def _percent(share: Decimal) -> str:
    places = 1 if share and abs(share) < _BELOW_TEN else 0
    return f"{_rounded(share, places)}%"


def _rounded(amount: Decimal, places: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
