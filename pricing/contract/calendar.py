"""The calendar of a contract: its months and periods, and spans within which nothing changes."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from pricing.contract.words import Every

_MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}


class Range(NamedTuple):
    """A half-open range of UTC time."""

    since: datetime
    until: datetime

    def covers(self, at: datetime) -> bool:
        """Tell whether an instant lies in it."""
        return self.since <= at < self.until

    def within(self, other: "Range") -> bool:
        """Tell whether it lies in another range."""
        return other.since <= self.since and self.until <= other.until


def periods(every: Every, whole: Range) -> list[Range]:
    """Divide a range into months, or into quarters or years counted from its first month.

    The first and the last are cut by the ends of the range.
    """
    if every is Every.TERM:
        return [whole]
    step = _MONTHS[every]
    edges = [whole.since]
    at = _month_start(whole.since, step)
    while at < whole.until:
        edges.append(at)
        at = _month_start(at, step)
    return [Range(*pair) for pair in pairwise([*edges, whole.until])]


def period_of(every: Every, whole: Range, at: datetime) -> Range:
    """Return the period that holds an instant of the range."""
    found = periods(every, whole)
    return found[bisect_right([each.since for each in found], at) - 1]


def spans(whole: Range, edges: Iterable[datetime]) -> list[Range]:
    """Cut a range at its months and at every edge inside it."""
    cuts = {each.since for each in periods(Every.MONTH, whole)}
    cuts |= {edge for edge in edges if whole.covers(edge)}
    return [Range(*pair) for pair in pairwise([*sorted(cuts), whole.until])]


def _month_start(at: datetime, later: int) -> datetime:
    """Return the first moment of the month so many months later."""
    months = at.year * 12 + at.month - 1 + later
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=at.tzinfo)
