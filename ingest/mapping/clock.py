"""How the times of a mapped column are read, as SQL that gives UTC.

DuckDB needs no zone database: the offsets of a zone are written out as constants.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import duckdb

from ingest.mapping.words import ISO, TIME_UNITS

#: Times outside are refused by the frame; a day more on each side covers every zone.
_FIRST = datetime(2017, 12, 31, tzinfo=UTC)
_LAST = datetime(2100, 1, 2, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_END_OF_TIME = 4102444800000000

#: An ISO time that says its own offset, which then counts.
HAS_OFFSET = r":[0-9.]+ ?(Z|UTC|[+-][0-9:]+)$"


@dataclass(frozen=True, slots=True)
class Clock:
    """How a time is written.

    Attributes:
        form: ``iso``, a unit of ``TIME_UNITS``, or a pattern such as ``%d.%m.%Y %H:%M``.
        zone: Whose clock a time without an offset shows; None is UTC.
        since: What a number counts from.
    """

    form: str
    zone: tzinfo | None = None
    since: datetime = EPOCH

    def read(self, text: str) -> str:
        """Write SQL that reads a text; it gives UTC as text, unless ``local`` is still to come."""
        if self.form in TIME_UNITS:
            micros = f"try_cast(try_cast({text} as decimal(28, 9)) * {self._factor} as bigint)"
            if start := (self.since - EPOCH) // _MICROSECOND:
                micros = f"({micros} + {start})"
            return (
                f"case when {micros} between 0 and {_END_OF_TIME} "
                f"then cast(make_timestamp({micros}) as varchar) end"
            )
        if self.form == ISO:
            return text
        parsed = f"try_strptime({text}, {_quoted(self.form)})"
        return f"cast(cast({parsed} as timestamp) as varchar)"

    @property
    def is_local(self) -> bool:
        """Whether what ``read`` gives must still be shifted from the zone's clock."""
        return self.form not in TIME_UNITS and not self.says_offset and self.zone not in {None, UTC}

    def shifted(self, text: str, local: str) -> str:
        """Write SQL that shifts a zone's clock to UTC.

        An hour that the clock shows twice is taken as the first of the two.

        Args:
            text: SQL of what ``read`` gave.
            local: SQL of the same as a timestamp.
        """
        seconds = _offset_sql(offsets_of(self.zone or UTC), local)
        utc = f"cast({local} - to_seconds({seconds}) as varchar)"
        if self.form != ISO:
            return utc
        return f"case when regexp_matches({text}, '{HAS_OFFSET}') then {text} else {utc} end"

    @property
    def _factor(self) -> str:
        return TIME_UNITS[self.form]

    @property
    def says_offset(self) -> bool:
        """Whether every time says its own offset from UTC."""
        return self.form != ISO and "%z" in self.form


def zone_in(text: str) -> tzinfo:
    """Return the zone of an IANA name.

    Raises:
        ValueError: there is none.
    """
    if text.upper() == "UTC":
        return UTC
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"there is no time zone {text!r}; write UTC or a name such as Europe/Berlin"
        ) from None


def form_in(text: str) -> str:
    """Read the format of a time: a word, or a pattern.

    Raises:
        ValueError: it is neither.
    """
    if text == ISO or text in TIME_UNITS:
        return text
    words = ", ".join([ISO, *TIME_UNITS])
    if "%" not in text:
        raise ValueError(f"{text!r} is none of {words}, nor a pattern such as %d.%m.%Y %H:%M")
    if not re.search(r"%-?[yYGDs]|%c|%x", text):
        raise ValueError(f"the pattern {text!r} has no year (%Y)")
    try:
        duckdb.execute(f"select try_strptime('', {_quoted(text)})")
    except duckdb.Error:
        raise ValueError(f"the pattern {text!r} has a sign after % that means nothing") from None
    return text


@cache
def offsets_of(zone: tzinfo) -> tuple[tuple[datetime, int], ...]:
    """Return (up to this local time, offset from UTC in seconds); the last has no end.

    Example:
        Europe/Berlin begins (2018-03-25 03:00, 3600), (2018-10-28 03:00, 7200).
    """
    found, at = [], _FIRST
    offset = _offset(zone, at)
    while at < _LAST:
        following = at + timedelta(days=1)
        if (later := _offset(zone, following)) != offset:
            change = _change(zone, at, following)
            ends = change + timedelta(seconds=max(offset, later))
            found.append((ends.replace(tzinfo=None), offset))
            offset = later
        at = following
    return (*found, (_LAST.replace(tzinfo=None), offset))


def _offset(zone: tzinfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _change(zone: tzinfo, before: datetime, after: datetime) -> datetime:
    """Find the second at which the offset changes, by halving."""
    low, high = before, after
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        if _offset(zone, middle) == _offset(zone, before):
            low = middle
        else:
            high = middle
    return high


def _offset_sql(offsets: tuple[tuple[datetime, int], ...], local: str) -> str:
    """Write the choice of an offset as a tree, so that a time passes few comparisons."""
    if len(offsets) == 1:
        return str(offsets[0][1])
    half = len(offsets) // 2
    ends = offsets[half - 1][0]
    return (
        f"case when {local} < timestamp '{ends:%Y-%m-%d %H:%M:%S}' "
        f"then {_offset_sql(offsets[:half], local)} else {_offset_sql(offsets[half:], local)} end"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
