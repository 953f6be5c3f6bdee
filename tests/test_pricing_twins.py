"""The rule one request at a time and the rule in SQL agree to the last digit.

Times, sizes and words are drawn from the price book's own edges and from right
beside them: a uniform draw almost never lands there, and that is where an
off-by-one hides.
"""

from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.bulk import install_rates, sql
from pricing.errors import PricingError
from pricing.load import load_price_book
from pricing.names import resolve
from pricing.rate import rate
from pricing.usage import Usage
from pricing.vocabulary import Meter

BOOK = load_price_book(Path(__file__).parent / "prices.yaml")
KNOWN_IN_MAY = BOOK.as_known(datetime(2026, 5, 10, tzinfo=UTC))

MICROSECOND = timedelta(microseconds=1)
EDGES = (
    {entry.effective_from for entry in BOOK.entries}
    | {entry.effective_to for entry in BOOK.entries if entry.effective_to}
    | {tool.effective_from for tool in BOOK.tools}
)
TIMES = sorted({edge + step for edge in EDGES for step in (-MICROSECOND, 0 * MICROSECOND)})
THRESHOLDS = {m.long_context_above for m in BOOK.models.values() if m.long_context_above}
SIZES = [None, 0, *sorted({t + step for t in THRESHOLDS for step in (-1, 0, 1, 2)})]
NAMES = [
    *sorted(BOOK.model_ids),
    ("acme", "acme/acme-large"),
    ("acme", "mystery"),
    ("zenith", "acme-large"),
    ("nobody", "acme-large"),
]
TIERS = [
    "standard", "batch", "flex", "priority", "ultrafast", "scale", "unknown", "fast",
    None,
]  # fmt: skip
REGIONS = ["global", "eu", "us", "moon", "atlantis", None]

COLUMNS = {
    "event_id": "INTEGER",
    "provider": "VARCHAR",
    "model_raw": "VARCHAR",
    "service_tier": "VARCHAR",
    "region": "VARCHAR",
    "event_ts": "TIMESTAMP",
    "input_tokens": "BIGINT",
    "billable": "BOOLEAN",
    **{meter.event_column: "BIGINT" for meter in Meter},
    "usage_missing": "BOOLEAN",
    "other_units": "VARCHAR",
}


def fill(con, table, declared, rows):
    """Create a table from rows; an array per column, as row by row is slow."""
    kinds = ", ".join(f"{name} {kind}" for name, kind in declared.items())
    con.execute(f"create or replace temp table {table} ({kinds})")
    columns = ", ".join(f"unnest(?::{kind}[])" for kind in declared.values())
    values = [list(column) for column in zip(*rows, strict=True)]
    con.execute(f"insert into {table} select {columns}", values)


@pytest.fixture(scope="module")
def con():
    with duckdb.connect() as connection:
        known = [(p, raw, resolve(p, raw, BOOK), p) for p, raw in NAMES]
        text = dict.fromkeys(("provider", "model_raw", "model", "vendor"), "VARCHAR")
        fill(connection, "model_name", text, [name for name in known if name[2]])
        install_rates(connection, BOOK)
        yield connection


def in_bulk(con, requests, missing=False, other_units=None):
    """Rate requests by the SQL twin: cost, reason, price version, charges."""
    rows = [(number, *request, missing, other_units) for number, request in enumerate(requests)]
    fill(con, "logged", COLUMNS, rows)
    con.execute("create or replace temp view usage as from logged")
    con.execute(f"create or replace temp table found as {sql('find_rate')}")
    con.execute(
        "create or replace temp view usage as"
        " select logged.*, found.rate_id from logged left join found using (event_id)"
    )
    costs = ", ".join(meter.cost_column for meter in Meter)
    return con.execute(
        f"select cost_pico, unpriced_reason, price_version, {costs}"
        f" from ({sql('rated_usage')}) order by event_id"
    ).fetchall()


def one_by_one(request, book=BOOK, unmetered=False):
    """Rate one request by the specification, in the same words."""
    provider, raw, tier, region, at, input_tokens, billable, *used = request
    no_charges = (None,) * len(Meter)
    if not billable:
        return (0, None, None, *(0 for _ in Meter))
    usage = Usage(*used, input_tokens=input_tokens, unmetered=unmetered)
    try:
        price = book.find(
            provider,
            resolve(provider, raw, book) or raw,
            tier or "unknown",
            at=at.replace(tzinfo=UTC),
            input_tokens=input_tokens,
            region=region or "global",
        )
        rated = rate(usage, price)
    except PricingError as refusal:
        return (None, refusal.reason.value, *no_charges)
    charges = dict.fromkeys(Meter, 0)
    charges |= {charge.meter: charge.amount_pico for charge in rated.charges}
    return (rated.cost_pico, None, rated.price.price_version, *charges.values())


def assert_twins(con, requests, book=BOOK):
    answers = in_bulk(con, requests)
    assert len(answers) == len(requests)  # a row is never lost and never doubled
    for request, answer in zip(requests, answers, strict=True):
        expected = one_by_one(request, book)
        if expected[0] is None:  # a refused cell still names the entry that says so
            assert (answer[0], answer[1], *answer[3:]) == expected, request
        else:
            assert answer == expected, request


def instants():
    return [time.replace(tzinfo=None) for time in TIMES]


def lattice():
    for (provider, raw), tier, region, at, size in product(
        NAMES, TIERS, REGIONS, instants(), SIZES
    ):
        yield (
            provider,
            raw,
            tier,
            region,
            at,
            size,
            True,
            *(7, 5, None, 0, 3, 1, 0, 2),
        )


def test_every_combination_of_edges(con):
    assert_twins(con, list(lattice()))


@pytest.mark.parametrize("unused", [0, None])
def test_every_meter_alone_at_every_price(con, unused):
    sold = [("acme", "acme-large"), ("acme", "acme-odd"), ("plain", "plain-one")]
    events = [
        (
            *name,
            tier,
            "eu",
            at,
            size,
            True,
            *(1 if m is used else unused for m in Meter),
        )
        for name, tier, at, size, used in product(
            sold, TIERS, instants(), [1000, 1001], [*Meter, "none"]
        )
    ]

    assert_twins(con, events)


def test_what_is_not_billable_costs_nothing_whatever_else_is_wrong(con):
    events = [(*event[:6], False, *event[7:]) for event in lattice()][::97]

    assert_twins(con, events)


def test_usage_in_a_unit_that_is_no_meter_refuses_the_request(con):
    events = list(lattice())[::31]
    answers = in_bulk(con, events, other_units='{"images": 3}')
    expected = [one_by_one(event, unmetered=True) for event in events]

    assert [answer[:2] for answer in answers] == [each[:2] for each in expected]
    assert {each[1] for each in expected} >= {"meter_without_rate", "tier_unknown"}


def test_a_request_without_its_usage_is_unpriced_whatever_else_is_wrong(con):
    events = [event for event in list(lattice())[::97] if event[6]]
    answers = in_bulk(con, events, missing=True)

    assert {answer[:2] for answer in answers} == {(None, "usage_missing")}


def test_a_book_as_it_was_known(con):
    try:
        install_rates(con, KNOWN_IN_MAY)
        some = [request for request in lattice() if request[2:4] == ("priority", "us")]
        assert_twins(con, some, KNOWN_IN_MAY)
    finally:
        install_rates(con, BOOK)


tokens = st.none() | st.sampled_from([0, 1, 999, 1000, 1001]) | st.integers(0, 2_000_000)
requests = st.builds(
    lambda name, *rest: (*name, *rest),
    st.sampled_from(NAMES),
    st.sampled_from(TIERS),
    st.sampled_from(REGIONS),
    st.sampled_from(instants()) | st.datetimes(datetime(2025, 12, 1), datetime(2027, 1, 1)),
    st.sampled_from(SIZES) | st.integers(0, 1_000_000),
    st.sampled_from([True, True, True, False]),
    *[tokens for _ in Meter],
)


@settings(max_examples=60)
@given(batch=st.lists(requests, min_size=20, max_size=60))
def test_sql_and_python_agree_to_the_last_digit(con, batch):
    assert_twins(con, batch)


def test_an_event_without_an_instant_has_no_price_at_its_date(con):
    event = (
        "acme",
        "acme-large",
        "standard",
        "eu",
        None,
        10,
        True,
        *(1 for _ in Meter),
    )

    assert in_bulk(con, [event])[0][:2] == (None, "no_price_at_date")


def test_a_refused_cell_names_the_entry_that_refuses(con):
    at = datetime(2026, 2, 1)
    event = ("acme", "acme-large", "flex", "eu", at, 10, True, *(1 for _ in Meter))
    [answer] = in_bulk(con, [event])

    assert answer[1:3] == ("tier_not_offered", "acme/acme-large/flex/short@2026-01-01")


def test_a_word_that_is_missing_means_its_default(con):
    at = datetime(2026, 2, 1)
    priced = ("acme", "acme-large", "standard", "global", at, 10, True, 1, *[0] * 7)
    unsaid = [*priced[:3], None, at, 10, None, 1, *[0] * 7]
    unknown = [*priced[:2], "unknown", *priced[3:]]
    tierless = [*priced[:2], None, *priced[3:]]
    in_bulk(con, [priced, unsaid, unknown, tierless])
    found = con.execute("select rate_id from found order by event_id").fetchall()

    assert found[0] == found[1]
    assert found[2] == found[3]


def test_the_canonical_model_is_found_and_an_unknown_one_stays_as_logged(con):
    at = datetime(2026, 2, 1)
    logged = ["acme", "acme-large-2026-01-01", "mystery"]
    in_bulk(con, [("acme", raw, "batch", "eu", at, 1, True, *[1] * 8) for raw in logged])
    found = con.execute("select model from found order by event_id").fetchall()

    assert found == [("acme-large",), ("acme-large",), ("mystery",)]


def test_a_rate_id_of_another_book_is_unpriced_and_not_lost(con):
    at = datetime(2026, 2, 1)
    event = ("acme", "acme-large", "standard", "eu", at, 10, True, *[1] * 8)
    in_bulk(con, [event])
    con.execute("update found set rate_id = 999999")
    rated = con.execute(
        f"select cost_pico, output_cost_pico, unpriced_reason from ({sql('rated_usage')})"
    )

    assert rated.fetchall() == [(None, None, "no_price_at_date")]


def test_a_count_that_would_overflow_raises_and_is_never_wrong(con):
    at = datetime(2026, 2, 1)
    event = ("acme", "acme-large", "standard", None, at, 10, True, 2**62, *[0] * 7)

    with pytest.raises(duckdb.OutOfRangeException):
        in_bulk(con, [event])
