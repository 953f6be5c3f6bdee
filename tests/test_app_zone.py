"""Days and hours of a zone: they add up, whatever its clock does."""

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dimensions import dimensions
from app.errors import UserError
from app.ledger import Question, answer
from app.zone import instant, local_time_sql, zone_of
from tests.stored_usage import BOOK, warehouse_of

#: By an hour twice a year on either side of the equator, by half an hour, never, at a quarter,
#: at midnight.
ZONES = [
    "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
    "America/St_Johns", "Pacific/Apia", "Africa/Cairo", "America/Santiago",
]  # fmt: skip

FIRST, LAST = datetime(2025, 1, 1), datetime(2027, 1, 1)
HALF_HOUR = timedelta(minutes=30)
SECOND = timedelta(seconds=1)


def local(at, zone):
    return at.replace(tzinfo=UTC).astimezone(zone)


def changes(zone):
    """Find by brute force when the clock changes, to the half hour."""
    found, at = [], FIRST
    while at < LAST:
        if local(at, zone).utcoffset() != local(at + HALF_HOUR, zone).utcoffset():
            found.append(at + HALF_HOUR)
        at += HALF_HOUR
    return found


NAMED = {name: zone_of(name) for name in ZONES}
CHANGES = {name: changes(zone) for name, zone in NAMED.items()}
BESIDE = sorted(
    {
        change + step
        for found in CHANGES.values()
        for change in found
        for step in (-HALF_HOUR, -SECOND, timedelta(), SECOND, HALF_HOUR, 2 * HALF_HOUR)
    }
)

instants = st.sampled_from(BESIDE) | st.datetimes(FIRST, LAST - SECOND)
zones = st.sampled_from(ZONES)


@pytest.mark.parametrize(
    ("name", "count"),
    [("Europe/Berlin", 4), ("Australia/Lord_Howe", 4), ("Asia/Kathmandu", 0), ("UTC", 0)],
)
def test_the_years_of_these_tests_hold_changes_of_the_clock(name, count):
    assert len(CHANGES[name]) == count


# ---------------------------------------------------------------- the clock in SQL


def clock_in_sql(name, at):
    expression = local_time_sql(NAMED[name], min(at), max(at))
    query = f"select event_ts, {expression} from (select unnest(?::timestamp[]) as event_ts)"
    return duckdb.connect().execute(query, [at]).fetchall()


@pytest.mark.parametrize("name", ZONES)
def test_the_clock_in_sql_is_the_zone_at_every_change(name):
    for at, shown in clock_in_sql(name, [FIRST, *BESIDE, LAST]):
        assert shown == local(at, NAMED[name]).replace(tzinfo=None), at


@settings(max_examples=30)
@given(zones, st.lists(instants, min_size=1, max_size=40))
def test_the_clock_in_sql_is_the_zone_at_any_instant(name, at):
    for moment, shown in clock_in_sql(name, at):
        assert shown == local(moment, NAMED[name]).replace(tzinfo=None)


# ---------------------------------------------------------------- days


@pytest.fixture(scope="module")
def usage():
    """A request each half hour of two years, each of another size."""
    steps = int((LAST - FIRST) / HALF_HOUR)
    with warehouse_of(
        [
            {
                "event_ts": FIRST + k * HALF_HOUR + timedelta(minutes=k % 15),
                "uncached_input_tokens": k,
            }
            for k in range(steps)
        ]
    ) as con:
        yield con


def ask(con, by="", zone="UTC", since=None, until=None):
    question = Question(tuple(dimensions(by)), since, until, NAMED[zone])
    return answer(con, BOOK, question)


@settings(max_examples=30)
@given(zones, st.sampled_from(["hour", "day", "week", "month"]), instants, instants)
def test_parts_add_up_to_the_range(usage, zone, part, one, other):
    since, until = min(one, other), max(one, other)
    total = ask(usage, "", zone, since, until)
    parts = ask(usage, part, zone, since, until)

    for measure in ("requests", "input_tokens", "cost_pico", "unpriced_requests"):
        assert parts.total(measure) == total.total(measure)


@settings(max_examples=30)
@given(zones, st.sampled_from(BESIDE), st.integers(1, 3))
def test_a_row_of_a_day_is_the_range_of_that_day(usage, zone, at, count):
    first = local(at, NAMED[zone]).date()
    days = [first + timedelta(days=k) for k in range(count + 1)]
    starts = [instant(day.isoformat(), NAMED[zone]) for day in days]
    rows = ask(usage, "day", zone, starts[0], starts[-1]).rows

    assert [row[0].date() for row in rows] == days[:-1]
    for row, since, until in zip(rows, starts, starts[1:], strict=False):
        assert row[1:] == ask(usage, "", zone, since, until).rows[0]


@pytest.mark.parametrize(
    ("zone", "day", "half_hours"),
    [
        ("Europe/Berlin", "2026-03-28", 48),
        ("Europe/Berlin", "2026-03-29", 46),
        ("Europe/Berlin", "2026-10-25", 50),
        ("America/New_York", "2026-03-08", 46),
        ("America/New_York", "2026-11-01", 50),
        ("Australia/Lord_Howe", "2026-04-05", 49),
        ("Australia/Lord_Howe", "2026-10-04", 47),
        ("America/St_Johns", "2026-11-01", 50),
        ("Africa/Cairo", "2026-04-24", 46),
        ("Asia/Kathmandu", "2026-03-29", 48),
    ],
)
def test_a_day_is_as_long_as_its_clock_makes_it(usage, zone, day, half_hours):
    since = instant(day, NAMED[zone])
    rows = ask(usage, "day", zone, since - timedelta(days=3), since + timedelta(days=3)).rows
    requests = {f"{row[0]:%Y-%m-%d}": row[1] for row in rows}

    assert requests[day] == half_hours


# ---------------------------------------------------------------- hours


@settings(max_examples=30)
@given(zones, instants)
def test_an_hour_is_what_the_clock_showed_with_its_offset(usage, zone, at):
    since, until = at - timedelta(hours=4), at + timedelta(hours=4)
    logged = usage.execute(
        "select event_ts from usage_event where event_ts >= ? and event_ts < ?", [since, until]
    ).fetchall()
    shown = [local(moment, NAMED[zone]) for (moment,) in logged]
    expected = Counter((f"{clock:%Y-%m-%dT%H:00}", timezone(clock.utcoffset())) for clock in shown)
    rows = ask(usage, "hour", zone, since, until).rows
    found = {(f"{row[0]:%Y-%m-%dT%H:%M}", row[0].tzinfo): row[1] for row in rows}

    assert found == expected
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


@pytest.mark.parametrize(
    ("zone", "since", "hours"),
    [
        (
            "Europe/Berlin",
            datetime(2026, 10, 24, 23),
            {"01:00+02:00": 2, "02:00+02:00": 2, "02:00+01:00": 2, "03:00+01:00": 2},
        ),
        (
            "Europe/Berlin",
            datetime(2026, 3, 29, 0),
            {"01:00+01:00": 2, "03:00+02:00": 2, "04:00+02:00": 2, "05:00+02:00": 2},
        ),
        (  # back by half an hour: the second 01:00 lasts from 01:30 to 02:00
            "Australia/Lord_Howe",
            datetime(2026, 4, 4, 14),
            {"01:00+11:00": 2, "01:00+10:30": 1, "02:00+10:30": 2, "03:00+10:30": 2},
        ),
        (  # on by half an hour: 02:00 lasts from 02:30 to 03:00
            "Australia/Lord_Howe",
            datetime(2026, 10, 3, 14, 30),
            {"01:00+10:30": 2, "02:00+11:00": 1, "03:00+11:00": 2, "04:00+11:00": 2},
        ),
        (
            "Asia/Kathmandu",
            datetime(2026, 3, 29, 0, 15),
            {"06:00+05:45": 2, "07:00+05:45": 2, "08:00+05:45": 2, "09:00+05:45": 2},
        ),
    ],
)
def test_hours_where_the_clock_changes(zone, since, hours):
    until = since + sum(hours.values()) * HALF_HOUR
    times = [since + k * HALF_HOUR for k in range(int((until - since) / HALF_HOUR))]
    with warehouse_of([{"event_ts": at, "output_tokens": 1} for at in times]) as con:
        rows = ask(con, "hour", zone).rows

    assert [(row[0].isoformat(timespec="minutes")[11:], row[1]) for row in rows] == list(
        hours.items()
    )


# ---------------------------------------------------------------- what people write


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        ("2026-10-25", "UTC", "2026-10-25 00:00"),
        ("2026-10-25", "Europe/Berlin", "2026-10-24 22:00"),
        ("2026-10-26", "Europe/Berlin", "2026-10-25 23:00"),
        ("2026-04-24", "Africa/Cairo", "2026-04-23 22:00"),  # midnight is skipped
        ("2011-12-30", "Pacific/Apia", "2011-12-30 10:00"),  # the day is skipped
        ("2011-12-31", "Pacific/Apia", "2011-12-30 10:00"),
        ("2026-08-01T14:00", "Asia/Kathmandu", "2026-08-01 08:15"),
        ("2026-08-01T14:00Z", "Asia/Kathmandu", "2026-08-01 14:00"),
        ("2026-10-25T02:30+01:00", "Europe/Berlin", "2026-10-25 01:30"),
    ],
)
def test_a_date_is_its_first_moment_in_the_zone(text, zone, utc):
    assert f"{instant(text, zone_of(zone)):%Y-%m-%d %H:%M}" == utc


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-13-01", "2026-02-30", "01/02/2026", "2026-08-01T25:00", "20260801T"],
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(UserError, match="is not a date; write 2026-08-01"):
        instant(text, UTC)


@pytest.mark.parametrize(
    ("text", "zone"), [("0001-01-01", "Asia/Kathmandu"), ("9999-12-31T23:00", "America/New_York")]
)
def test_a_date_beyond_the_calendar_is_refused(text, zone):
    with pytest.raises(UserError, match="beyond the calendar"):
        instant(text, ZoneInfo(zone))


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "Europe", "../etc/localtime", "/etc/localtime", "CEST?", "a\0b"]
)
def test_what_is_no_zone_is_refused(name):
    with pytest.raises(UserError, match="there is no time zone"):
        zone_of(name)


def test_utc_needs_no_zone_database():
    assert zone_of("utc") is UTC
    assert local_time_sql(UTC, FIRST, LAST) == "event_ts"
