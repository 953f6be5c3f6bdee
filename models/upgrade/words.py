"""Numbers as a sentence says them."""

from decimal import Decimal

from models.upgrade.report import Interval

_LARGE = 100
_SMALL = Decimal("0.995")
_TENTH = 0.1


def dollars(usd: float | Decimal) -> str:
    """Write an amount with as many digits as it deserves.

    Example:
        "$4,210", "$3.45", "$0.0485".
    """
    size = abs(Decimal(usd))
    sign = "−" if usd < 0 else ""
    if size >= _LARGE:
        return f"{sign}${size:,.0f}"
    if size >= _SMALL:
        return f"{sign}${size:,.2f}"
    return f"{sign}${size:.2g}" if size < 0.01 else f"{sign}${size:.3f}".rstrip("0")  # noqa: PLR2004  below a cent


def times(ratio: float) -> str:
    """Write a ratio.

    Example:
        "1.91×".
    """
    return f"{ratio:.2f}×"


def without_effort(ratio: float | None, before: str = ", ") -> str:
    """Say what the ratio is without a change of effort; nothing where the effort stays."""
    return "" if ratio is None else f"{before}{times(ratio)} without the change of effort"


def percent(share: float) -> str:
    """Write a share of 1.

    Example:
        "16%", "0.4%".
    """
    return f"{share:.0%}" if abs(share) >= _TENTH else f"{share * 100:.2g}%"


def points(gain: float) -> str:
    """Write a difference of shares in percentage points, small ones with more digits.

    Example:
        "+4.7 p.p.", "+0.04 p.p.".
    """
    size = gain * 100
    text = f"{size:+.1f}" if abs(size) >= _TENTH or not size else f"{size:+.1g}"
    return f"{text} p.p.".replace("-", "−")


def span(interval: Interval) -> str:
    """Write the range of a ratio.

    Example:
        "1.62× to 2.20×".
    """
    return f"{times(interval.p10)} to {times(interval.p90)}"


def monthly(usd: float, spread: Interval) -> str:
    """Write what a month costs more or less, with its range.

    Example:
        "$4,210 a month more ($3,100 to $5,400)".
    """
    low, high = spread.p10, spread.p90
    if usd >= 0:
        return f"{dollars(usd)} a month more ({dollars(low)} to {dollars(high)})"
    return f"{dollars(-usd)} a month less ({dollars(-high)} to {dollars(-low)})"


def listed(words: "list[str] | tuple[str, ...]", last: str = "and") -> str:
    """Join words as a sentence does.

    Example:
        "chat, agent and search".
    """
    if len(words) < 2:  # noqa: PLR2004  one word needs no joining
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
