"""No traffic is added twice: of request logs and the buckets that sum them one side counts.

Traffic is drawn first; logs and pulls are what each of them saw of it. So what is counted can be
held against what was really used.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dimensions import dimensions
from app.ledger import Question, answer
from app.scope import GRAINS
from tests.stored_usage import BOOK, store, warehouse_of

FIRST = datetime(2026, 3, 1)
FAMILIES = {
    "completions": ("chat", "responses", "/v1/chat/completions", None),
    "embeddings": ("embeddings",),
}
WIDTHS = {"1d": 24, "1h": 1}


@pytest.fixture(scope="module")
def con():
    with warehouse_of([]) as connection:
        yield connection


def logged(at=FIRST, tokens=100, **more):
    return {"event_ts": at, "uncached_input_tokens": tokens, "endpoint": "chat", **more}


def bucket(at=FIRST, tokens=100, series="openai_usage completions 1d by model", **more):
    return {
        "event_ts": at, "uncached_input_tokens": tokens, "input_tokens": 0, "grain": "bucket",
        "series": series, "endpoint": series.split()[1], "source": "openai_usage", **more,
    }  # fmt: skip


def counted(con, events, grain="auto", by="", **more):
    """Return the input tokens that are counted, by key."""
    store(con, events)
    found = answer(con, BOOK, Question(tuple(dimensions(by)), grain=grain, **more))
    place = len(found.keys) + 1
    if not by:
        return int(found.rows[0][place]) if found.rows else 0
    return {row[: place - 1]: int(row[place]) for row in found.rows}


# ---------------------------------------------------------------- drawn traffic

calls = st.fixed_dictionaries(
    {
        "hour": st.integers(0, 47),
        "tokens": st.integers(1, 1000),
        "account": st.sampled_from(["here", "there"]),
        "family": st.sampled_from(list(FAMILIES)),
        "logged": st.booleans(),
        "spelling": st.integers(0, 3),
    }
)
pulls = st.fixed_dictionaries(
    {
        "width": st.sampled_from(list(WIDTHS)),
        "by": st.sampled_from(["model", "model,project_id", "batch,model"]),
        "account": st.sampled_from(["here", "there"]),
        "family": st.sampled_from(list(FAMILIES)),
        "hours": st.tuples(st.integers(0, 48), st.integers(0, 48)).map(sorted),
    }
)
traffic = st.lists(calls, max_size=25)
pulled = st.lists(
    pulls, max_size=5, unique_by=lambda p: (p["width"], p["by"], p["account"], p["family"])
)
labels = st.sampled_from([lambda _: None, lambda account: account])


def time_of(hour):
    return FIRST + timedelta(hours=hour)


def as_logs(used, label):
    return [
        logged(
            time_of(call["hour"]) + timedelta(minutes=7),
            call["tokens"],
            endpoint=(names := FAMILIES[call["family"]])[call["spelling"] % len(names)],
            account=label(call["account"]),
        )
        for call in used
        if call["logged"]
    ]


def as_buckets(used, pull, label):
    """Return what a pull says: the calls in its hours, summed by its width."""
    sums = defaultdict(int)
    first, last = pull["hours"]
    for call in used:
        mine = (call["family"], call["account"]) == (pull["family"], pull["account"])
        if mine and first <= call["hour"] < last:
            width = WIDTHS[pull["width"]]
            sums[call["hour"] // width * width] += call["tokens"]
    series = f"openai_usage {pull['family']} {pull['width']} by {pull['by']}"
    account = label(pull["account"])
    return [bucket(time_of(at), sums[at], series, account=account) for at in sorted(sums)]


def loaded(used, several, label, of_pulls=None):
    events = as_logs(used, label)
    for pull in several:
        events += as_buckets(used, pull, of_pulls or label)
    return events


@settings(max_examples=60)
@given(traffic, pulled, labels, labels, st.sampled_from(GRAINS))
def test_nothing_is_counted_twice(con, used, several, log_label, pull_label, grain):
    """Whoever names no account may be anybody: it is rather left out than added."""
    really = defaultdict(int)
    for call in used:
        really[time_of(call["hour"]).date(), call["family"]] += call["tokens"]
    store(con, loaded(used, several, log_label, pull_label))
    found = answer(con, BOOK, Question(tuple(dimensions("day,endpoint")), grain=grain))
    sums = defaultdict(int)
    for day, endpoint, _, tokens, *_ in found.rows:
        family = "embeddings" if endpoint == "embeddings" else "completions"
        sums[day.date(), family] += int(tokens)

    assert all(sums[key] <= really[key] for key in sums)


@settings(max_examples=60)
@given(traffic, pulled, st.randoms(use_true_random=False))
def test_of_each_day_and_account_the_logs_count_or_the_fullest_pull(con, used, several, chance):
    logs, held = defaultdict(int), defaultdict(lambda: [0])
    for call in used:
        day = time_of(call["hour"]).date()
        logs[day, call["account"], call["family"]] += call["tokens"] if call["logged"] else 0
    for pull in several:
        sums = defaultdict(int)
        for each in as_buckets(used, pull, lambda account: account):
            sums[each["event_ts"].date()] += each["uncached_input_tokens"]
        for day, tokens in sums.items():
            held[day, pull["account"], pull["family"]].append(tokens)
    keys = logs.keys() | held.keys()
    events = loaded(used, several, lambda account: account)
    chance.shuffle(events)

    assert counted(con, events) == sum(logs[key] or max(held[key]) for key in keys)
    assert counted(con, events, "bucket") == sum(max(held[key]) or logs[key] for key in keys)
    assert counted(con, events, "request") == sum(logs.values())


@settings(max_examples=30)
@given(traffic, pulled, st.integers(0, 48), st.sampled_from(["auto", "bucket"]))
def test_a_range_is_the_sum_of_its_parts(con, used, several, hour, grain):
    """What counts is decided by whole UTC days, whatever part of them is asked for."""
    events = loaded(used, several, lambda account: account)
    zone = ZoneInfo("Asia/Kolkata")
    cut = time_of(hour) - timedelta(minutes=30)
    whole = counted(con, events, grain)

    assert counted(con, events, grain, until=cut) + counted(con, events, grain, since=cut) == whole
    assert sum(counted(con, events, grain, "day,series", zone=zone).values()) == whole
