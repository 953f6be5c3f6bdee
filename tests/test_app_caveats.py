"""What is said beside the figures: what is left out, merged, not billed, or priced with doubt."""

import csv
import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.caveats import caveats, has_caveats
from app.cli import run
from app.dimensions import dimensions
from app.explanation import explain
from app.ledger import Question, scope_for
from ingest.stamp import ensure_book
from ingest.warehouse import Warehouse
from pricing.errors import PricingError
from pricing.rate import rate
from pricing.usage import Usage
from pricing.vocabulary import Meter
from tests.stored_usage import BOOK, store, warehouse_of

FIRST = datetime(2026, 3, 1)
DAY = "openai_usage completions 1d by model"
HOUR = "openai_usage completions 1h by model"
PRICES = str(Path(__file__).parent / "prices.yaml")


@pytest.fixture(scope="module")
def con():
    with warehouse_of([]) as connection:
        yield connection


def logged(at=FIRST, tokens=100, **more):
    return {"event_ts": at, "uncached_input_tokens": tokens, "endpoint": "chat", **more}


def bucket(at=FIRST, tokens=100, series=DAY, **more):
    return {
        "event_ts": at, "uncached_input_tokens": tokens, "input_tokens": 0, "grain": "bucket",
        "series": series, "endpoint": "completions", **more,
    }  # fmt: skip


def said(con, events, grain="auto", by="", **more):
    store(con, events)
    question = Question(tuple(dimensions(by)), grain=grain, **more)
    found = caveats(con, BOOK, question, scope_for(con, question))
    return [(each.words, each.instead) for each in found]


# ---------------------------------------------------------------- left out


def test_nothing_is_said_where_nothing_is_out_of_the_ordinary(con):
    assert said(con, [logged(), logged(tokens=None)]) == []
    assert not has_caveats(con)


LOGS = "completions of 1 day: request logs are counted, usage buckets of the same traffic are not"


def test_buckets_left_out_say_what_the_logs_hold_of_them_and_how_to_count_them(con):
    """Logs of one team beside the buckets of everybody."""
    events = [logged(tokens=30, team="red"), bucket(tokens=900)]

    assert said(con, events) == [
        (f"acme {LOGS}; the logs hold 3.3% of the buckets' tokens", "bucket")
    ]
    words = (
        "acme completions of 1 day: usage buckets are counted, the request logs (1 request) are "
        "not; the logs hold 3.3% of the buckets' tokens"
    )
    assert said(con, events, "bucket") == [(words, "auto")]


def test_days_that_are_hardly_logged_are_counted_though_the_whole_is_not_bad(con):
    days = [FIRST + timedelta(days=k) for k in range(3)]
    events = [logged(day, size) for day, size in zip(days, (900, 900, 10), strict=True)]
    [(words, _)] = said(con, [*events, *(bucket(day, 1000) for day in days)])

    assert words.endswith("the logs hold 60% of the buckets' tokens, less than half on 1 day")


def test_buckets_that_only_they_hold_are_missed_when_logs_alone_are_asked_for(con):
    events = [
        logged(),
        bucket(),
        bucket(FIRST + timedelta(days=1), 700),
        bucket(FIRST + timedelta(days=1), 700, HOUR),
    ]

    alone = (
        "acme completions of 1 day: no request logs, and the usage buckets (700 tokens) are not "
        "counted"
    )
    assert said(con, events, "request") == [
        (alone, "auto"),
        (f"acme {LOGS}; the logs hold 100% of the buckets' tokens", "bucket"),
    ]


def test_pulls_of_the_same_usage_are_named(con):
    words = f"completions of 1 day: of pulls of the same usage '{HOUR}' is counted, '{DAY}' not"
    assert said(con, [bucket(), bucket(series=HOUR)]) == [(f"acme {words}", None)]


def test_requests_logged_without_usage_are_said_to_be_in_the_buckets(con):
    missing = logged(tokens=None, usage_missing=True)
    words = "of 1 day: usage buckets are counted in place of 1 request logged without usage"
    assert said(con, [missing, bucket()]) == [(f"acme completions {words}", None)]


def test_only_what_the_question_would_have_counted_is_said_to_be_left_out(con):
    events = [logged(team="red"), bucket()]

    assert said(con, events, where=(("team", ("red",)),)) == []
    assert said(con, events, since=FIRST + timedelta(days=1)) == []
    assert said(con, events, where=(("context_band", ("long",)),)) == []


def test_buckets_of_a_day_say_that_other_clocks_cannot_divide_them(con):
    words = "1 bucket of a whole UTC day cannot be divided"

    assert said(con, [bucket()], zone=UTC) == []
    assert words in said(con, [bucket()], zone=ZoneInfo("America/New_York"))[0][0]
    assert words in said(con, [bucket()], by="hour")[0][0]
    assert said(con, [bucket(series=HOUR)], by="hour") == []


# ---------------------------------------------------------------- merged, not metered


def test_merged_requests_are_counted_by_the_sources_that_logged_them(con):
    events = [logged(also_in="litellm_spend_logs")] * 2 + [logged(also_in="langfuse,otel_genai")]
    words = (
        "3 requests were logged by several sources and are counted once "
        "[openai_chat and litellm_spend_logs 2, openai_chat and langfuse and otel_genai 1]"
    )
    assert said(con, [*events, logged()]) == [(words, None)]


def test_what_nobody_bills_by_the_token_is_said_with_its_cost(con):
    events = [
        logged(tokens=5_000_000, billing="notional"),
        logged(tokens=10_000_000, billing="byok", gateway="openrouter"),
        logged(billing="byok", model_raw="mystery"),
        logged(billing="metered"),
    ]

    by_vendor, notional = (words for words, _ in said(con, events))
    assert by_vendor.startswith("$2.00 of the cost (2 requests) is billed by the vendor")
    mystery = said(con, [logged(billing="notional", model_raw="mystery")])
    assert mystery[0][0].startswith("1 request without a price is notional")
    assert notional.startswith("$1.00 of the cost (1 request) is notional")


# ---------------------------------------------------------------- the band of a bucket

EDGES = sorted({entry.effective_from.replace(tzinfo=None) for entry in BOOK.entries})
counts = st.none() | st.sampled_from([0, 1, 1000, 1001]) | st.integers(0, 3_000_000)
buckets = st.fixed_dictionaries(
    {
        "model_raw": st.sampled_from(["acme-large", "acme-large", "plain-one", "acme-small"]),
        "service_tier": st.sampled_from(["standard", "standard", "batch", "priority", "flex"]),
        "region": st.sampled_from(["global", "eu"]),
        "event_ts": st.sampled_from(
            [e + timedelta(microseconds=d) for e in EDGES for d in (-1, 0)]
        ),
        **{meter.event_column: counts for meter in Meter if not meter.is_tool},
    }
)


def whole(event):
    provider = "plain" if event["model_raw"] == "plain-one" else "acme"
    return event | {"provider": provider, "grain": "bucket", "input_tokens": 0, "series": DAY}


def priced(event, size, at):
    event = whole(event)
    try:
        price = BOOK.find(
            event["provider"], event["model_raw"], event["service_tier"], at=at.replace(tzinfo=UTC),
            input_tokens=size, region=event["region"],
        )  # fmt: skip
        meters = {meter.value: event.get(meter.event_column) for meter in Meter}
        return rate(Usage(**meters, input_tokens=size), price).cost_pico
    except PricingError as refusal:
        return refusal.reason.value


def at_risk(event, prices_on):
    """Return (tokens, how much more they would cost) of a bucket by the rule, or None."""
    at = prices_on or event["event_ts"]
    meters = [event[meter.event_column] or 0 for meter in Meter if not meter.is_tool]
    prompt, tokens = sum(meters[:-1]), sum(meters)
    short, long = priced(event, 0, at), priced(event, prompt, at)
    if event["model_raw"] == "acme-small" or isinstance(short, str) or prompt <= 1000:
        return None
    if long == "tier_not_offered":
        return None
    return tokens, None if isinstance(long, str) else long - short


@settings(max_examples=40)
@given(st.lists(buckets, max_size=6), st.none() | st.sampled_from(EDGES))
def test_the_largest_error_of_the_short_band_is_that_of_the_rule(con, drawn, prices_on):
    events = [
        whole(event) | {"series": f"{DAY},{k}", "account": str(k)} for k, event in enumerate(drawn)
    ]
    risks = [risk for event in drawn if (risk := at_risk(event, prices_on))]
    words = " ".join(words for words, _ in said(con, events, prices_on=prices_on))
    more = sum(risk[1] for risk in risks if risk[1] is not None)
    found = re.search(r"they would cost \$([\d.,]+) more", words)

    assert ("priced as short context" in words) == bool(risks)
    assert bool(found) == any(risk[1] is not None for risk in risks)
    if found:
        assert int(Decimal(found[1].replace(",", "")).scaleb(12)) == more
    assert ("not counting" in words) == (bool(found) and any(risk[1] is None for risk in risks))


# ---------------------------------------------------------------- one event


def test_an_event_says_what_is_peculiar_about_it():
    with warehouse_of([]) as con:
        con.execute(
            "insert into ingest_file values "
            "(1, 'log', '', 0, '', '', current_date, 0, 0, 0, 0, 0, '')"
        )
        events = [
            logged(tokens=5, also_in="litellm_spend_logs", billing="notional"),
            bucket(tokens=900, requests=12, billing="metered"),
            logged(tokens=7),
            logged(FIRST + timedelta(days=1), None, usage_missing=True, output_tokens=None),
            logged(FIRST + timedelta(days=1), 5, other_units='{"images": 3}'),
        ]
        store(con, events)
        plan, sums, _, missing, images = (explain(con, BOOK, f"e{k}") for k in range(5))

    assert plan.peculiarities == {"billing": "notional", "also in": "litellm_spend_logs"}
    assert sums.peculiarities == {
        "bucket": f"sums 12 requests of '{DAY}', taken as short context",
        "in reports": "left out: the request logs of that day are counted, and this bucket is not",
    }
    assert (missing.rated, missing.reason) == (None, "usage_missing")
    assert (images.rated, images.reason) == (None, "meter_without_rate")


# ---------------------------------------------------------------- commands


@pytest.fixture
def database(tmp_path, monkeypatch):
    path = tmp_path / "usage.duckdb"
    with Warehouse(path).writing() as con:
        con.execute("begin")
        ensure_book(con, BOOK)
        con.execute("commit")
        store(con, [logged(tokens=30, team="red"), bucket(tokens=900)])
    monkeypatch.setenv("RATECARD_DB", str(path))
    return path


@pytest.mark.parametrize(
    ("grain", "tokens", "words"),
    [
        ("auto", 30, "the logs hold 3.3% of the buckets' tokens; to count those: --grain bucket"),
        ("bucket", 900, "the request logs (1 request) are not"),
        ("request", 30, "to count those: --grain bucket"),
    ],
)
def test_reports_and_exports_count_the_same_grain_and_say_so(
    database, tmp_path, capsys, grain, tokens, words
):
    line = ["report", "--by", "grain", "--grain", grain, "--format", "json", "--prices", PRICES]
    assert run(line) == 0
    report = capsys.readouterr()
    assert sum(row["input_tokens"] for row in json.loads(report.out)) == tokens
    assert words in report.err

    folder = tmp_path / "out"
    assert run(["export", "charges", "-o", str(folder), "--grain", grain, "--prices", PRICES]) == 0
    assert words in capsys.readouterr().err
    charges = csv.DictReader((folder / "charges.csv").read_text("utf-8").splitlines())
    assert sum(int(row["quantity"]) for row in charges) == tokens
