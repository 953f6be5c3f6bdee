"""Levers: what the same requests could cost less by, each by itself and overlaps counted once."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cli import run
from app.ledger import Question, answer
from app.pricing_basis import Basis
from app.whatif.ask import WhatIf, prepare
from app.whatif.levers import levers_found
from app.whatif.levers_needs import lever_scenario
from models.policy.assumptions import Assumptions
from pricing.load import load_price_book
from pricing.vocabulary import Meter
from tests.loaded_logs import spend_log, write_lines
from tests.stored_usage import warehouse_of

BOOK = load_price_book()
MONDAY = datetime(2026, 8, 3, 9)
AT = "2026-08-03T09:00:00.000Z"


def used(model="gpt-5.4", **event):
    defaults = {"provider": "openai", "model_raw": model, "event_ts": MONDAY, "workload": "chat"}
    return defaults | event


def found(events, **assumed):
    with warehouse_of(events, BOOK) as con:
        whatif = WhatIf(Question(grain=None), Basis(BOOK, None, None, "list prices"))
        prepared = prepare(con, whatif, [lever_scenario(BOOK)])
        ledger = answer(con, BOOK, whatif.question).total("cost_pico")
    return levers_found(prepared, Assumptions(**assumed)), ledger


def lever(levers, name):
    return next(each for each in levers.levers if each.lever.name == name)


def test_what_can_wait_a_day_costs_half_in_a_batch():
    events = [used(uncached_input_tokens=1000, output_tokens=100) for _ in range(4)]
    levers, ledger = found(events, latency_seconds={"chat": 86_400})

    assert levers.cost_pico == ledger == 4 * (1000 * 2_500_000 + 100 * 15_000_000)
    assert lever(levers, "batch").counted_pico == ledger // 2
    assert lever(levers, "batch").where[0].requests == 4


def test_a_batch_loses_half_of_the_cache():
    levers, ledger = found(
        [used(uncached_input_tokens=1000, cache_read_tokens=2001)],
        latency_seconds={"chat": 86_400},
    )

    assert ledger - lever(levers, "batch").counted_pico == 2000 * 1_250_000 + 1001 * 130_000


def test_what_flex_refuses_is_paid_as_before():
    levers, ledger = found([used(uncached_input_tokens=1000)], latency_seconds={"chat": 900})

    assert lever(levers, "flex").counted_pico == ledger // 2 * 95 // 100


def test_buckets_are_left_out_and_counted():
    levers, _ = found([used(uncached_input_tokens=1000, grain="bucket", requests=7, series="s")])

    assert (levers.cost_pico, levers.bucketed) == (0, 7)


def test_an_overlap_is_counted_once():
    events = [used(uncached_input_tokens=1000, service_tier="priority")]
    levers, ledger = found(events, latency_seconds={"*": 86_400})
    batch, flex, standard = (
        lever(levers, name) for name in ("batch", "flex", "priority_to_standard")
    )

    # Priority is twice the price of standard, batch and flex are half of it.
    assert ledger == 1000 * 5_000_000
    assert batch.alone_pico == batch.counted_pico == ledger - 1000 * 1_250_000
    assert (flex.alone_pico, flex.counted_pico) == (batch.alone_pico * 95 // 100, 0)
    assert (standard.alone_pico, standard.counted_pico) == (ledger // 2, 0)
    assert levers.counted_pico == batch.alone_pico < levers.alone_pico


@pytest.mark.parametrize(
    ("seconds", "blocked"),
    [
        ({}, "nobody said how long its answers may take"),
        ({"chat": 60}, "its answers are needed sooner"),
        ({"chat": 86_399}, "its answers are needed sooner"),
    ],
)
def test_what_may_not_wait_is_blocked_and_says_how_much_it_is(seconds, blocked):
    levers, ledger = found(
        [used(workload="chat", uncached_input_tokens=1000)], latency_seconds=seconds
    )
    batch = lever(levers, "batch")

    assert batch.counted_pico == 0
    assert [(blocked in each.why, each.saving_pico) for each in batch.blocked] == [
        (True, ledger // 2)
    ]


def test_an_agents_session_is_not_put_into_a_batch():
    session = [used(session="s", uncached_input_tokens=1000) for _ in range(12)]
    levers, _ = found(session, latency_seconds={"chat": 86_400})

    assert lever(levers, "batch").counted_pico == 0
    assert "session" in lever(levers, "batch").blocked[0].why
    assert lever(levers, "flex").counted_pico > 0


@pytest.mark.parametrize(
    ("prompt", "saving"),
    [
        (272_000, None),  # not above
        (272_001, 272_001 * 5_000_000 - 272_000 * 2_500_000),
        (285_600, 285_600 * 5_000_000 - 272_000 * 2_500_000),
        (285_601, None),  # more than 5 % above
    ],
)
def test_a_prompt_just_above_the_threshold_is_trimmed_to_it(prompt, saving):
    levers, _ = found([used(uncached_input_tokens=prompt)])
    trim = lever(levers, "trim_long_context")

    assert trim.counted_pico == (saving or 0)
    assert bool(trim.blocked) == (prompt == 285_601)


def weeks_of(*shares, requests=100, prompt=4000):
    """Return a week of requests for each cached share in percent."""
    return [
        used(
            event_ts=MONDAY + timedelta(weeks=week, minutes=k),
            uncached_input_tokens=prompt * (100 - share) // 100,
            cache_read_tokens=prompt * share // 100,
            output_tokens=10,
        )
        for week, share in enumerate(shares)
        for k in range(requests)
    ]


def test_a_lost_cache_is_worth_what_its_best_week_had():
    levers, _ = found(weeks_of(60, 10))
    cache = lever(levers, "restore_cache")

    # 50 % of 4,000 tokens, 100 times, at a tenth of $2.50 per million.
    assert cache.counted_pico == 100 * 2000 * (2_500_000 - 250_000)
    assert cache.requests == 100


@pytest.mark.parametrize(
    "events",
    [
        weeks_of(60, 56),  # no gap to speak of
        weeks_of(60, 10, requests=99),  # too few to say that it was attained
        weeks_of(60, 10, prompt=1000),  # too short for a cache
    ],
)
def test_a_cached_share_that_nobody_attained_is_no_lever(events):
    levers, _ = found(events)

    assert lever(levers, "restore_cache").counted_pico == 0


def test_a_cap_says_what_it_cuts_and_below_what_it_pays():
    events = [used(output_tokens=100) for _ in range(1999)] + [used(output_tokens=100_000)]
    levers, _ = found(events)
    (cap,) = levers.caps

    assert (cap.truncated, cap.requests) == (1, 2000)
    assert 100 < cap.tokens < 200
    assert cap.saving_pico == cap.worth_below_pico == (100_000 - cap.tokens) * 15_000_000


def test_a_cheaper_model_is_named_and_in_no_sum():
    events = [used("gpt-5.4", uncached_input_tokens=1000, output_tokens=1000)]
    levers, ledger = found(events)
    (smaller,) = levers.smaller

    price = BOOK.find(
        "openai", smaller.model_to, "standard", at=MONDAY.replace(tzinfo=UTC), input_tokens=1000
    )
    cost = 1000 * sum(
        price.pico_usd_per_unit(each) for each in (Meter.UNCACHED_INPUT, Meter.OUTPUT)
    )
    assert smaller.model_from == "gpt-5.4"
    assert (smaller.cost_pico, smaller.saving_pico) == (cost, ledger - cost)
    assert 0 < cost < ledger
    assert levers.counted_pico == 0


def test_subscriptions_and_what_has_no_price_are_left_out_and_counted():
    events = [
        used(uncached_input_tokens=1000, billing="notional"),
        used("gpt-unheard-of", uncached_input_tokens=1000),
    ]
    levers, _ = found(events, latency_seconds={"*": 86_400})

    assert (levers.cost_pico, levers.notional_events, levers.unpriced) == (0, 1, 1)


requests = st.fixed_dictionaries({
    "model_raw": st.sampled_from(["gpt-5.4", "gpt-5.5", "gpt-5.5-pro", "gpt-5.6-sol"]),
    "service_tier": st.sampled_from(["standard", "batch", "flex", "priority"]),
    "uncached_input_tokens": st.sampled_from([0, 10, 3000, 280_000, 400_000]),
    "cache_read_tokens": st.sampled_from([0, 2000, 270_000]),
    "output_tokens": st.sampled_from([0, 7, 900]),
    "team": st.sampled_from([None, "red"]),
    "workload": st.sampled_from(["chat", "extraction", None]),
    "event_ts": st.sampled_from([MONDAY + timedelta(days=k) for k in (0, 9, 25)]),
})  # fmt: skip


@settings(max_examples=10)
@given(st.lists(requests, min_size=1, max_size=12))
def test_savings_add_up_and_none_is_below_zero(events):
    levers, ledger = found(
        [used(**each) for each in events], latency_seconds={"chat": 900, "extraction": 86_400}
    )

    assert levers.cost_pico == (ledger or 0)
    assert 0 <= levers.counted_pico <= levers.cost_pico
    for each in levers.levers:
        assert each.counted_pico <= max(each.alone_pico, each.counted_pico)
        assert min(each.alone_pico, each.counted_pico) >= 0
        assert sum(at.saving_pico for at in each.where) <= each.counted_pico


@pytest.fixture
def db(tmp_path, capsys):
    rows = [
        spend_log(str(k), model="gpt-5.4", custom_llm_provider="openai", startTime=AT, endTime=AT)
        for k in range(3)
    ]
    log = write_lines(tmp_path / "log.jsonl", *rows)
    assert run(["load", str(log), "--db", str(tmp_path / "u.duckdb")]) == 0
    capsys.readouterr()
    return str(tmp_path / "u.duckdb")


def test_one_answer_in_every_format(db, capsys, tmp_path):
    words = ["levers", "--db", db, "--wait", "*=86400", "--assume-tier", "standard"]
    assert run([*words, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert run([*words, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert run(words) == 0
    text = capsys.readouterr().out
    page = tmp_path / "levers.html"
    assert run([*words, "--format", "html", "-o", str(page)]) == 0

    batch = next(each for each in told["levers"] if each["lever"] == "batch")
    row = next(row for row in rows if (row["kind"], row["name"]) == ("lever", "batch"))
    assert float(batch["counted_usd"]) > 0
    assert row["saving_usd"] == batch["counted_usd"] == told["counted_usd"]
    assert "Send what can wait a day in batches" in text
    assert "Send what can wait a day in batches" in page.read_text()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--wait", "chat"], "write WORKLOAD=SECONDS"),
        (["--wait", "chat=soon"], "write WORKLOAD=SECONDS"),
        (["--wait", "caht=900"], "no request is of that workload"),
        (["--from", "2031-01-01"], "no usage"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(db, capsys, words, says):
    assert run(["levers", "--db", db, *words]) == 2
    said = capsys.readouterr().err

    assert says in said
    assert "Traceback" not in said
