"""The period a page shows, and the one before it that it is compared with.

Days are of the reader's zone. Both ends are inclusive here, as people say them.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

THIS_MONTH, LAST_MONTH, THIRTY_DAYS, RANGE = "This month", "Last month", "30 days", "Range"
PRESETS = (THIS_MONTH, LAST_MONTH, THIRTY_DAYS, RANGE)

_DAY = timedelta(days=1)
_THIRTY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` to ``last``, both included.

    Attributes:
        year: The year that goes without saying.
    """

    first: date
    last: date
    year: int

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def name(self) -> str:
        """What to call it: September, 1–21 Oct, 21 Oct, 24 Jul – 21 Oct."""
        first, last = self.first, self.last
        year = "" if last.year == self.year else f" {last.year}"
        if first == last:
            return f"{first.day} {first:%b}{year}"
        if (first.year, first.month) == (last.year, last.month):
            if first.day == 1 and last.day == _month_days(last):
                return f"{last:%B}{year}"
            return f"{first.day}–{last.day} {last:%b}{year}"
        started = "" if first.year == last.year else f" {first.year}"
        return f"{first.day} {first:%b}{started} – {last.day} {last:%b}{year}"


def period_of(
    preset: str, anchor: date, chosen: tuple[date, date] | None, logs: tuple[date, date]
) -> Period:
    """Return the days of a preset.

    Args:
        preset: One of ``PRESETS``.
        anchor: The day that counts as today.
        chosen: First and last day of ``Range``; all logs when None.
        logs: First and last day of the logs.
    """
    month = anchor.replace(day=1)
    match preset:
        case "Last month":
            last = month - _DAY
            return Period(last.replace(day=1), last, anchor.year)
        case "30 days":
            return Period(anchor - _THIRTY + _DAY, anchor, anchor.year)
        case "Range":
            first, last = chosen or logs
            return Period(first, last, anchor.year)
        case _:
            return Period(month, anchor, anchor.year)


def before(period: Period) -> Period:
    """Return what a period is compared with: the same days of the month before, or as many days.

    A whole month is compared with the whole month before it.
    """
    first, last = period.first, period.last
    if first.day == 1 and (first.year, first.month) == (last.year, last.month):
        ended = first - _DAY
        whole = last.day == _month_days(last)
        until = ended if whole else ended.replace(day=min(last.day, ended.day))
        return Period(ended.replace(day=1), until, period.year)
    return Period(first - timedelta(days=period.days), first - _DAY, period.year)


def anchor_day(newest: date, today: date) -> date:
    """Return the day that counts as today: the newest of the logs, if that is past."""
    return min(newest, today)


def _month_days(day: date) -> int:
    return monthrange(day.year, day.month)[1]
