"""Usage in short answers as the stored usage does, at any prices."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.condensed import condense
from app.dashboard.cube import MORE_DIMENSIONS, build_cube, cube_question
from app.ledger import scope_for
from app.scope import GRAINS, Scope
from ingest.warehouse import Warehouse
from pricing.load import load_price_book
from tests.loaded_logs import load
from tests.stored_usage import BOOK, store, warehouse_of
from tests.test_app_ledger import TIERS, batches, columns

GOLDEN = Path(__file__).parent / "golden"
ZONES = (UTC, ZoneInfo("Asia/Kolkata"), ZoneInfo("America/New_York"))
#: All instants at which a price may begin or end.
EDGES = sorted(
    edge.replace(tzinfo=None)
    for edge in (
        {entry.effective_from for entry in BOOK.entries}
        | {entry.effective_to for entry in BOOK.entries if entry.effective_to}
        | {tool.effective_from for tool in BOOK.tools}
    )
)
#: From an edge to what is on its other side, or on another day of another zone.
STEPS = [timedelta(0), -timedelta(microseconds=1), timedelta(hours=11), -timedelta(hours=9)]


@pytest.fixture(scope="module")
def con():
    with warehouse_of([]) as connection:
        yield connection


def assert_same(con, book, question, known, bases):
    """Hold both ways to a cube against each other, under a book and what was known of it."""
    scope = scope_for(con, question)
    small = condense(con, book, question, scope)
    keys = [each.name for each in question.by]
    # The book itself comes last, for its answer drops the other's rates, which hide the stamps'.
    for asked, used in product(bases, (book.as_known(known), book)):
        priced = replace(question, **asked)
        stored = build_cube(con, used, priced, scope).sort(keys)
        in_short = build_cube(small.cursor(), used, priced, Scope(None)).sort(keys)
        assert in_short.rows(named=True) == stored.rows(named=True)
    return small


bases = st.fixed_dictionaries(
    {
        "assume_tier": st.none() | st.sampled_from(TIERS),
        "prices_on": st.none() | st.sampled_from(EDGES),
    }
)


@settings(max_examples=25)
@given(
    batch=batches,
    edges=st.lists(st.sampled_from(EDGES), min_size=1, max_size=3),
    asked=bases,
    known=st.sampled_from(EDGES),
    zone=st.sampled_from(ZONES),
    more=st.sampled_from([(), ("user", "region"), ("grain", "source")]),
)
def test_a_cube_of_usage_in_short_is_that_of_the_usage(con, batch, edges, asked, known, zone, more):
    # Each event at several moments, so that there is something to sum and something to part.
    moments = [edge + step for edge in edges for step in STEPS]
    store(con, [
        columns(event) | {"event_ts": at}
        for event in batch for at in (event["event_ts"], *moments)
    ])  # fmt: skip

    assert_same(con, BOOK, cube_question(zone, None, more), known.replace(tzinfo=UTC), [{}, asked])


def test_events_alike_are_one_and_requests_without_a_count_stay():
    alike = [{"output_tokens": 10, "uncached_input_tokens": k, "requests": r} for k, r in
             ((1, 1), (2, 1), (999, 1), (1001, 1), (0, 1), (5, 0), (5, 0), (7, 3))]  # fmt: skip
    with warehouse_of([{"model_raw": "acme-large", **event} for event in alike]) as con:
        question = cube_question(UTC, None)
        known = datetime(2026, 5, 10, tzinfo=UTC)
        bases = [{}, {"assume_tier": "flex", "prices_on": datetime(2026, 2, 1)}]
        small = assert_same(con, BOOK, question, known, bases)

    rows = small.execute(
        "select requests, uncached_input_tokens, output_tokens from usage_event order by all"
    ).fetchall()
    assert rows == [(0, 5, 10), (0, 5, 10), (1, 0, 10), (1, 1001, 10), (6, 1009, 40)]


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 3, 10, 14, 30),  # a price changes
        datetime(2026, 3, 10, 14, 30, 0, 1),  # another, a microsecond later
        datetime(2026, 4, 15, 12),  # a fee changes
        datetime(2026, 3, 10, 18, 30),  # a day begins in Kolkata
        datetime(2026, 3, 10),  # a day begins
    ],
)  # fmt: skip
def test_what_a_moment_parts_stays_apart(at):
    usage = {"model_raw": "acme-large", "output_tokens": 10, "web_search_calls": 3}
    sizes = ({"uncached_input_tokens": 999}, {"uncached_input_tokens": 1001})
    moments = (at - timedelta(microseconds=1), at)
    events = [usage | size | {"event_ts": each} for each in moments for size in sizes]
    with warehouse_of(events) as con:
        known = datetime(2026, 5, 10, tzinfo=UTC)
        small = assert_same(con, BOOK, cube_question(ZONES[1], None), known, [{}])

    assert small.execute("select count(*) from usage_event").fetchone() == (4,)


@pytest.fixture(scope="module")
def every_log(tmp_path_factory):
    """A database of a sample of every source."""
    warehouse = Warehouse(tmp_path_factory.mktemp("every") / "usage.duckdb")
    samples = sorted(GOLDEN.glob("*/sample.*"))
    load(warehouse, *samples)
    with warehouse.reading() as con:
        assert con.execute("select count(*) from usage_event").fetchone()[0] > len(samples)
        yield con


@pytest.mark.parametrize("grain", GRAINS)
def test_every_kind_of_log_in_short_is_as_it_is(every_log, grain):
    known = datetime(2026, 8, 1, tzinfo=UTC)
    bases = [{"assume_tier": "batch", "prices_on": datetime(2026, 9, 1)}]
    for more in ((), MORE_DIMENSIONS):
        question = cube_question(ZONES[1], grain, more)
        assert_same(every_log, load_price_book(), question, known, bases)


def test_nothing_in_short_is_nothing():
    question = cube_question(UTC, None)
    with warehouse_of([]) as con:
        small = condense(con, BOOK, question, Scope(None))

    assert build_cube(small.cursor(), BOOK, question, Scope(None)).is_empty()
