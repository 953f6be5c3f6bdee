"""Time zones: a user's days as UTC ranges, and UTC instants as a user's days.

Ranges are half-open. A day of a zone is 23 or 25 hours long when its clock changes, so days
always add up to the range they divide.
"""

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.errors import UserError


def zone_of(name: str) -> tzinfo:
    """Return the zone of an IANA name.

    Raises:
        UserError: there is no such zone.
    """
    if name.upper() == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UserError(
            f"there is no time zone '{name}'; use a name such as Europe/Berlin"
        ) from None


def instant(text: str, zone: tzinfo) -> datetime:
    """Read a date or an ISO time as a naive UTC instant; a date is its first moment in the zone.

    Raises:
        UserError: it is neither.
    """
    try:
        if len(text) == len("2026-08-01"):
            local = datetime.combine(date.fromisoformat(text), time(), zone)
        else:
            local = datetime.fromisoformat(text)
            local = local if local.tzinfo else local.replace(tzinfo=zone)
    except ValueError:
        raise UserError(f"'{text}' is not a date; write 2026-08-01 or 2026-08-01T14:00") from None
    try:
        return local.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        raise UserError(f"{text} is beyond the calendar; leave the option out") from None


def period(
    since: str | None, until: str | None, zone: tzinfo
) -> tuple[datetime | None, datetime | None]:
    """Read ``--from`` and ``--to`` as naive UTC instants, half-open; None is open.

    Raises:
        UserError: one is no date, or they are the wrong way round.
    """
    first = instant(since, zone) if since else None
    last = instant(until, zone) if until else None
    if first is not None and last is not None and first > last:
        raise UserError(f"--from {since} is after --to {until}; exchange them")
    return first, last


def local_time_sql(zone: tzinfo, first: datetime, last: datetime) -> str:
    """Return SQL that shifts ``event_ts`` to the zone's clock, for UTC instants in [first, last].

    Offsets are written out as constants, so no engine needs a zone database of its own.
    """
    offsets = _offsets(zone, first, last)
    if len(offsets) == 1:
        seconds = offsets[0][1]
        return f"event_ts + interval '{seconds} seconds'" if seconds else "event_ts"
    cases = " ".join(
        f"when event_ts < timestamp '{until:%Y-%m-%d %H:%M:%S}' then interval '{seconds} seconds'"
        for (_, seconds), (until, _) in pairwise(offsets)
    )
    return f"event_ts + case {cases} else interval '{offsets[-1][1]} seconds' end"


def local_hour(starts: datetime, zone: tzinfo) -> datetime:
    """Return an hour of the zone's clock with its offset, which tells apart an hour shown twice.

    Args:
        starts: Naive UTC instant of the full hour, by the clock as it runs within that hour.
        zone: Whose clock.
    """
    # A change of the clock may lie between the full hour and the first event in it; the last
    # second of the hour is past it.
    last = starts + timedelta(hours=1) - timedelta(seconds=1)
    offset = timedelta(seconds=utc_offset_seconds(zone, last))
    return (starts + offset).replace(tzinfo=timezone(offset))


def utc_offset_seconds(zone: tzinfo, at: datetime) -> int:
    """Return the zone's offset from UTC at a naive UTC instant, in seconds."""
    offset = at.replace(tzinfo=UTC).astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _offsets(zone: tzinfo, first: datetime, last: datetime) -> list[tuple[datetime, int]]:
    """Return (from, offset in seconds) for each stretch of one offset."""
    found = [(first, utc_offset_seconds(zone, first))]
    at = first
    while at < last:
        following = min(at + timedelta(days=1), last)
        if utc_offset_seconds(zone, following) != found[-1][1]:
            change = _change(zone, at, following)
            found.append((change, utc_offset_seconds(zone, change)))
        at = following
    return found


def _change(zone: tzinfo, before: datetime, after: datetime) -> datetime:
    """Find the second at which the offset changes, by halving."""
    low, high = before, after
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        if utc_offset_seconds(zone, middle) == utc_offset_seconds(zone, before):
            low = middle
        else:
            high = middle
    return high
