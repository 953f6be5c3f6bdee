"""Stretches of time that were pulled, and what is left between them.

A span is half-open, in Unix seconds, and begins and ends where a bucket does.
"""

from collections.abc import Iterable, Iterator

Span = tuple[int, int]


def gaps(wanted: Span, covered: Iterable[Span]) -> Iterator[Span]:
    """Yield what of a span no other span covers, in order.

    Example:
        Of (0, 10), with (2, 4) and (3, 6) covered, (0, 2) and (6, 10) are left.
    """
    at, end = wanted
    for first, last in sorted(covered):
        if first > at:
            yield at, min(first, end)
        at = max(at, last)
        if at >= end:
            return
    yield at, end


def floor_to(seconds: int, width: int) -> int:
    """Return the start of the bucket that holds a moment."""
    return seconds - seconds % width


def ceil_to(seconds: int, width: int) -> int:
    """Return the end of the bucket that holds a moment; a bucket's start is its own end."""
    return seconds + -seconds % width
