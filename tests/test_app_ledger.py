"""Reports cost what their events cost: by the stamps, by another book, and one by one.

Events are drawn on the edges of a made-up book and beside them; sums are compared to the
pico-dollar with ``pricing/rate.py``, the specification.
"""

import json
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dimensions import dimensions
from app.errors import UserError
from app.explanation import explain
from app.ledger import MEASURES, Question, answer, unpriced
from app.pricing_basis import TIERS
from ingest.stamp import ensure_book, stamped_digest
from pricing.errors import PricingError
from pricing.load import load_price_book
from pricing.names import resolve
from pricing.rate import rate
from pricing.usage import Usage
from pricing.vocabulary import Meter
from tests.stored_usage import BOOK, store, warehouse_of

#: A model of one's own, and the price on one's invoice in place of the list's.
OVERLAY = """
sources:
  invoice: {what: our invoice, locator: a folder, kind: made_up}
models:
  - model: mystery
    provider: acme
    ids: [mystery]
    released: 2026-01-01
    shutdown: none
    limits: {context: none, input: none, output: none}
    long_context_above: none
    regional_uplift: yes
    prices:
      - {tier: standard, context: short, effective_from: 2026-01-01, status: active,
         rates: {input: 7, cached_input: input, cache_write_30m: not_offered,
                 cache_write_12h: not_offered, output: 11},
         basis: release, known_at: 2026-01-01, sources: [invoice], confidence: high}
      - {tier: [batch, flex, priority, ultrafast, scale], context: short,
         effective_from: 2026-01-01, not_offered: "never", status: active,
         basis: release, known_at: 2026-01-01, sources: [invoice], confidence: high}
  - model: acme-small
    provider: acme
    prices:
      - {tier: standard, context: short, effective_from: "2026-02-01T09:00:00Z", status: active,
         rates: {input: 0.1, cached_input: 0.01, cache_write_30m: 0.3, cache_write_12h: not_offered,
                 output: 0.625},
         basis: announced, known_at: 2026-02-01, sources: [invoice], confidence: high}
"""

MICROSECOND = timedelta(microseconds=1)
EDGES = sorted({entry.effective_from.replace(tzinfo=None) for entry in BOOK.entries})
NAMES = [
    *sorted(BOOK.model_ids),
    ("acme", "acme/acme-large"),
    ("acme", "mystery"),
    ("zenith", "acme-large"),
    ("nobody", "acme-large"),
]
LABELS = st.sampled_from([None, "red", "green", "", "O'Neil", "(none)"])


def renamed(book):
    """Return an equal book that nothing recognises as the one of the stamps."""
    twin = replace(book)
    twin.__dict__["digest"] = "another"
    return twin


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """Books that a database is not stamped under, by how a user names them."""
    overlay = tmp_path_factory.mktemp("books") / "overlay.yaml"
    overlay.write_text(OVERLAY, "utf-8")
    goldens = Path(__file__).parent / "golden" / "cli" / "prices.yaml"
    return {
        "the same under another digest": renamed(BOOK),
        "--prices-as-of": BOOK.as_known(datetime(2026, 5, 10, tzinfo=UTC)),
        "--price-overlay": load_price_book(Path(__file__).parent / "prices.yaml", overlay=overlay),
        "--prices": load_price_book(goldens),
    }


@pytest.fixture(scope="module")
def con():
    with warehouse_of([]) as connection:
        yield connection


# ---------------------------------------------------------------- events, and what they cost

counts = st.none() | st.sampled_from([0, 1, 999, 1000]) | st.integers(0, 3_000_000)
events = st.fixed_dictionaries(
    {
        "name": st.sampled_from(NAMES),
        "service_tier": st.sampled_from([*TIERS, "standard", "ultrafast", "unknown", "unknown"]),
        "region": st.sampled_from(["global", "global", "eu", "moon"]),
        "event_ts": st.sampled_from([e + d for e in EDGES for d in (-MICROSECOND, 0 * MICROSECOND)])
        | st.datetimes(datetime(2025, 12, 1), datetime(2026, 7, 1)),
        "input_tokens": st.sampled_from([None, 0, 999, 1000, 1001]) | st.integers(0, 10**6),
        "billable": st.sampled_from([True, True, True, False]),
        "requests": st.sampled_from([1, 1, 1, 0]),
        "team": LABELS,
        "tags": st.sampled_from([None, '{"env":"red"}', '{"env":null}', '{"a b":"O\'Neil"}']),
        **{meter.event_column: counts for meter in Meter},
    }
)
batches = st.lists(events, min_size=1, max_size=30)


def columns(event):
    provider, model_raw = event["name"]
    kept = {key: value for key, value in event.items() if key != "name"}
    return {"provider": provider, "model_raw": model_raw, **kept}


def one_by_one(event, book, assume_tier=None, prices_on=None):
    """Return the cost of an event, or None, and the reason; by the specification."""
    if not event["billable"]:
        return 0, None
    provider, raw = event["name"]
    tier = event["service_tier"]
    try:
        price = book.find(
            provider,
            resolve(provider, raw, book) or raw,
            assume_tier if assume_tier and tier == "unknown" else tier,
            at=(prices_on or event["event_ts"]).replace(tzinfo=UTC),
            input_tokens=event["input_tokens"],
            region=event["region"],
        )
        meters = {meter.value: event[meter.event_column] for meter in Meter}
        rated = rate(Usage(**meters, input_tokens=event["input_tokens"]), price)
    except PricingError as refusal:
        return None, refusal.reason.value
    return rated.cost_pico, None


KEYS = {
    "provider": lambda event, _: event["name"][0],
    "team": lambda event, _: "(none)" if event["team"] is None else event["team"],
    "region": lambda event, _: event["region"],
    "day": lambda event, _: event["event_ts"].replace(hour=0, minute=0, second=0, microsecond=0),
    "unpriced_reason": lambda _, reason: reason or "(none)",
}


def expected(batch, by, book, **assumed):
    """Return what a report should hold: per key the requests, cost and unpriced requests."""
    groups = defaultdict(lambda: [0, None, 0, 0])
    for event in batch:
        cost, reason = one_by_one(event, book, **assumed)
        group = groups[KEYS[by](event, reason)]
        group[0] += event["requests"]
        group[2] += 1 if reason else 0
        group[3] += event["output_tokens"] or 0
        if cost is not None:
            group[1] = (group[1] or 0) + cost
    return {key: tuple(group) for key, group in groups.items()}


def reported(con, by, book, **assumed):
    found = answer(con, book, Question(tuple(dimensions(by)), **assumed))
    kept = ("requests", "cost_pico", "unpriced_requests", "output_tokens")
    places = [1 + MEASURES.index(measure) for measure in kept]
    return {row[0]: tuple(row[place] for place in places) for row in found.rows}


# ---------------------------------------------------------------- the same, every way


@settings(max_examples=25)
@given(batch=batches, by=st.sampled_from(sorted(KEYS)))
def test_reports_by_stamp_cost_what_their_events_cost(con, batch, by):
    store(con, [columns(event) for event in batch])

    assert reported(con, by, BOOK) == expected(batch, by, BOOK)


@settings(max_examples=25)
@given(batch=batches)
def test_every_event_costs_what_the_rule_says(con, batch):
    store(con, [columns(event) for event in batch])
    rated = con.execute("select event_id, cost_pico, unpriced_reason from rated_usage").fetchall()

    assert {key: tuple(rest) for key, *rest in rated} == {
        f"e{k}": one_by_one(event, BOOK) for k, event in enumerate(batch)
    }


@settings(max_examples=20)
@given(
    batch=batches,
    by=st.sampled_from(sorted(KEYS)),
    which=st.sampled_from(
        ["the same under another digest", "--prices-as-of", "--price-overlay", "--prices"]
    ),
)
def test_reports_under_another_book_cost_what_it_says(con, books, batch, by, which):
    store(con, [columns(event) for event in batch])

    assert reported(con, by, books[which]) == expected(batch, by, books[which])


@settings(max_examples=20)
@given(
    batch=batches,
    by=st.sampled_from(sorted(KEYS)),
    assume_tier=st.none() | st.sampled_from(TIERS),
    prices_on=st.none()
    | st.sampled_from(EDGES)
    | st.sampled_from(EDGES).map(lambda e: e - MICROSECOND),
)
def test_assumptions_change_the_price_and_nothing_else(con, batch, by, assume_tier, prices_on):
    store(con, [columns(event) for event in batch])
    assumed = {"assume_tier": assume_tier, "prices_on": prices_on}

    assert reported(con, by, BOOK, **assumed) == expected(batch, by, BOOK, **assumed)


@settings(max_examples=6)
@given(batch=batches, which=st.sampled_from(["--prices-as-of", "--price-overlay", "--prices"]))
def test_a_database_stamped_anew_reports_as_one_stamped_at_first(books, batch, which):
    with warehouse_of([columns(event) for event in batch]) as con:
        con.execute("begin")
        assert ensure_book(con, books[which])
        con.execute("commit")

        assert stamped_digest(con) == books[which].digest
        assert reported(con, "team", books[which]) == expected(batch, "team", books[which])
        con.execute("begin")
        assert ensure_book(con, BOOK)
        con.execute("commit")

        assert reported(con, "team", BOOK) == expected(batch, "team", BOOK)


@settings(max_examples=20)
@given(batch=batches)
def test_an_explanation_adds_up_to_what_reports_show(con, batch):
    con.execute("delete from ingest_file")
    con.execute(
        "insert into ingest_file values (1, 'log', '', 0, '', '', current_date, 0, 0, 0, 0, 0, '')"
    )
    store(con, [columns(event) for event in batch])
    for k, event in enumerate(batch):
        found = explain(con, BOOK, f"e{k}")
        cost, reason = one_by_one(event, BOOK)
        if event["billable"]:
            assert (found.rated.cost_pico if found.rated else None, found.reason) == (cost, reason)
        else:
            assert (found.rated, found.reason) == (None, None)


@settings(max_examples=20)
@given(batch=batches)
def test_what_is_unpriced_is_listed_with_its_reason(con, batch):
    store(con, [columns(event) for event in batch])
    counted = defaultdict(int)
    for each in unpriced(con, BOOK, Question()):
        counted[each.reason] += each.requests
    reasons = [one_by_one(event, BOOK)[1] for event in batch]

    assert counted == {reason: reasons.count(reason) for reason in set(reasons) - {None}}


def test_asking_under_another_book_leaves_no_trace(books):
    event = {"model_raw": "acme-large", "output_tokens": 1000}
    with warehouse_of([event]) as con:
        before = answer(con, BOOK, Question())
        cheap = BOOK.as_known(datetime(2025, 12, 1, tzinfo=UTC))
        assert answer(con, cheap, Question()) != before

        assert answer(con, BOOK, Question()) == before


# ---------------------------------------------------------------- filters and keys


def requests_where(con, *where, **more):
    question = Question(where=where, **more)
    return answer(con, BOOK, question).total("requests") or 0


def test_filters_and_keys_read_the_same_column(con):
    labels = ("project", "team", "user_id", "api_key", "workload", "account", "endpoint", "gateway")
    store(con, [dict.fromkeys(labels, "red"), dict.fromkeys(labels, "O'Neil"), {}])
    for name in (
        "project",
        "team",
        "user",
        "api_key",
        "workload",
        "account",
        "endpoint",
        "gateway",
    ):
        rows = answer(con, BOOK, Question(tuple(dimensions(name)))).rows
        assert {row[0]: row[1] for row in rows} == {"red": 1, "O'Neil": 1, "(none)": 1}
        assert requests_where(con, (name, ("red",))) == 1
        assert requests_where(con, (name, ("O'Neil", "(none)"))) == 2
        assert requests_where(con, (name, ("red' or '1'='1",))) == 0


def test_filters_on_what_only_the_price_knows(con):
    store(
        con,
        [{"model_raw": "acme-large", "uncached_input_tokens": size} for size in (1, 1000, 1001)]
        + [{"model_raw": "acme-large", "service_tier": "unknown"}, {"model_raw": "mystery"}],
    )

    assert requests_where(con, ("context_band", ("short",))) == 2
    assert requests_where(con, ("context_band", ("long", "(none)"))) == 3
    assert requests_where(con, ("unpriced_reason", ("tier_unknown", "unknown_model"))) == 2
    assert requests_where(con, ("unpriced_reason", ("tier_unknown",)), assume_tier="standard") == 0
    assert (
        requests_where(con, ("price_version", ("acme/acme-large/standard/long@2026-01-01",))) == 1
    )


@pytest.mark.parametrize(
    "tag", ["env", "a b", "a.b", "it's", 'say "x"', "back\\slash", "$", "[0]", "ä", "a*b", "%"]
)
def test_any_tag_can_be_a_key(con, tag):
    store(con, [{"tags": json.dumps({tag: "red", "other": "green"})}, {"tags": None}, {}])
    rows = answer(con, BOOK, Question(tuple(dimensions(f"tag:{tag}")))).rows

    assert {row[0]: row[1] for row in rows} == {"red": 1, "(none)": 2}
    assert requests_where(con, (f"tag:{tag}", ("red",))) == 1


@pytest.mark.parametrize(
    "name", ["", "nonsense", "tag:", "tag:*", "model; drop table rates", "DAY"]
)
def test_what_is_no_key_is_refused(name):
    with pytest.raises(UserError):
        dimensions(f"model,{name}" if name else "nonsense,")


def test_a_key_named_twice_is_one():
    assert [each.name for each in dimensions(" model, team,model ,")] == ["model", "team"]


def test_times_are_no_filters(con):
    with pytest.raises(UserError, match="--from and --to"):
        requests_where(con, ("day", ("2026-01-01",)))


def test_sums_are_exact_where_a_float_and_a_bigint_would_not_be(con):
    """2^53 and one, and more pico-dollars than 64 bits hold."""
    many = 10**12
    store(con, [{"output_tokens": many, "input_tokens": 1}] * 50 + [{"output_tokens": 1}])
    cost = answer(con, BOOK, Question()).total("cost_pico")

    assert cost == (50 * many + 1) * 1_250_000
    assert cost > 2**63
