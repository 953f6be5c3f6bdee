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
from app.ledger import Question, answer, unpriced
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


# ---------------------------------------------------------------- traps, one by one

DAY = "openai_usage completions 1d by model"
HOUR = "openai_usage completions 1h by model"


def series_counted(con, events, grain="auto", by="series"):
    return {key[-1]: tokens for key, tokens in counted(con, events, grain, by).items()}


def test_one_request_of_a_day_leaves_the_buckets_of_that_day_out_and_no_others(con):
    next_day = FIRST + timedelta(days=1)
    events = [logged(FIRST + timedelta(hours=23), 5), bucket(tokens=900), bucket(next_day, 700)]

    assert series_counted(con, events) == {"(none)": 5, DAY: 700}
    assert series_counted(con, events, "bucket") == {DAY: 1600}
    assert series_counted(con, events, "request") == {"(none)": 5}
    assert series_counted(con, events, None) == {"(none)": 5, DAY: 1600}


@pytest.mark.parametrize(
    "endpoint", ["chat", "responses", "completions", "acompletion", "/v1/responses"]
)
def test_completions_buckets_hold_every_way_to_ask_a_model(con, endpoint):
    assert counted(con, [logged(tokens=5, endpoint=endpoint), bucket(tokens=900)]) == 5


@pytest.mark.parametrize("endpoint", ["embeddings", "aembedding", "/v1/embeddings", None])
def test_embeddings_and_completions_never_overlap(con, endpoint):
    """Where a log names no endpoint the model does."""
    of_logs = logged(tokens=5, endpoint=endpoint, model_raw="text-embedding-3-small")
    embeddings = bucket(tokens=30, series="openai_usage embeddings 1d by model")

    assert counted(con, [of_logs, bucket(tokens=900)]) == 905
    assert counted(con, [of_logs, bucket(tokens=900), embeddings]) == 905
    assert counted(con, [of_logs, bucket(tokens=900), embeddings], "bucket") == 930


def test_of_pulls_of_a_day_the_fullest_counts_and_of_equal_ones_the_finest(con):
    assert series_counted(con, [bucket(tokens=90, series=HOUR), bucket(tokens=100)]) == {DAY: 100}
    assert series_counted(con, [bucket(tokens=100, series=HOUR), bucket(tokens=100)]) == {HOUR: 100}
    finer = f"{DAY},project_id"
    assert series_counted(con, [bucket(), bucket(series=finer)]) == {finer: 100}


def test_of_equal_pulls_the_one_that_answers_counts(con):
    by_project = f"{DAY},project_id"
    events = [bucket(series=HOUR), bucket(series=by_project, project="proj_a")]

    assert counted(con, events, by="project") == {("proj_a",): 100}
    assert counted(con, events, where=(("project", ("proj_a",)),)) == 100
    assert series_counted(con, events) == {HOUR: 100}


def test_a_pull_without_models_or_tiers_yields_to_one_that_can_be_priced(con):
    without = "openai_usage completions 1h by project_id"
    events = [bucket(tokens=101, series=without, model_raw=""), bucket(tokens=100)]
    assert series_counted(con, events) == {DAY: 100}

    events = [bucket(series=HOUR, service_tier="unknown"), bucket()]
    assert series_counted(con, events) == {DAY: 100}


def test_the_providers_own_buckets_come_before_a_gateways(con):
    of_users, of_tags = (f"litellm_daily 1d by {kind}" for kind in ("user", "tag"))
    gateways = [
        bucket(tokens=tokens, series=series, endpoint="chat", gateway="litellm")
        for series, tokens in ((of_users, 120), (of_tags, 300))
    ]

    assert series_counted(con, gateways) == {of_users: 120}
    assert series_counted(con, [*gateways, bucket()]) == {DAY: 100}
    assert series_counted(con, [*gateways, logged(tokens=7)]) == {"(none)": 7}


def test_a_plan_and_what_is_metered_do_not_know_each_other(con):
    events = [logged(tokens=5, billing="notional"), bucket(tokens=900)]

    assert counted(con, events) == counted(con, events, "bucket") == 905
    assert counted(con, [*events, logged(tokens=7)]) == 12


def test_what_a_gateways_cache_answered_is_in_no_bucket(con):
    events = [logged(tokens=5, billable=False), bucket(tokens=900)]
    assert counted(con, events) == counted(con, events, "bucket") == 905

    events.append(logged(tokens=7))
    assert counted(con, events, "bucket") == 905


def test_corrections_of_money_are_never_left_out(con):
    events = [logged(tokens=5), bucket(), logged(tokens=None, grain="adjustment", requests=0)]
    store(con, events)
    for grain, left in (("auto", "bucket"), ("bucket", "request")):
        found = answer(con, BOOK, Question(tuple(dimensions("grain")), grain=grain)).rows
        assert {row[0] for row in found} == {"request", "bucket", "adjustment"} - {left}


def test_requests_logged_without_usage_are_in_the_buckets(con):
    missing = logged(tokens=None, usage_missing=True)
    assert series_counted(con, [missing, bucket(tokens=900)]) == {DAY: 900}
    assert counted(con, [missing, logged(tokens=5), bucket(tokens=900)]) == 5

    store(con, [missing, bucket(tokens=900)])
    assert unpriced(con, BOOK, Question()) == []


def test_a_gateways_row_for_a_batch_is_part_of_its_log(con):
    batch = {"grain": "bucket", "input_tokens": 0, "tokens": 50}

    assert counted(con, [logged(**batch), bucket(tokens=900)]) == 50
    assert counted(con, [logged(**batch), logged(tokens=5)]) == 55


def test_what_openrouter_sells_is_not_in_the_vendors_usage(con):
    sold = logged(tokens=5, gateway="openrouter")
    own_key = logged(tokens=7, gateway="openrouter", billing="byok")
    activity = bucket(
        tokens=60, series="openrouter_activity 1d by endpoint,model", endpoint=None,
        gateway="openrouter",
    )  # fmt: skip

    assert counted(con, [sold, bucket(tokens=900)]) == 905
    assert counted(con, [own_key, bucket(tokens=900)]) == 7
    assert counted(con, [sold, activity, bucket(tokens=900)]) == 905
    # A log that names no vendor may be of any.
    assert counted(con, [logged(tokens=5, provider="openrouter", gateway="litellm"), activity]) == 5


def test_who_names_no_account_may_be_any(con):
    mine, yours = logged(tokens=5, account="mine"), bucket(tokens=900, account="yours")

    assert counted(con, [mine, yours]) == 905
    assert counted(con, [mine, bucket(tokens=900)]) == 5
    assert counted(con, [logged(tokens=5), yours]) == 5
    pulls = [bucket(account="mine"), bucket(tokens=50, series=HOUR, account="yours")]
    assert counted(con, [logged(tokens=5), *pulls], "bucket") == 150


@pytest.mark.parametrize(
    ("endpoint", "column"),
    [
        ("web_search_calls", "web_search_calls"),
        ("file_search_calls", "file_search_calls"),
        ("code_interpreter_sessions", "container_sessions"),
    ],
)
def test_tool_calls_are_counted_where_they_are_told(con, endpoint, column):
    """A log that reports none has none; one that reports nothing leaves it to the buckets."""
    told = {column: 4}
    calls = bucket(tokens=None, series=f"openai_usage {endpoint} 1d", **told)
    events = [logged(tokens=5), bucket(tokens=900), calls]

    def number(events, grain):
        store(con, events)
        rows = answer(con, BOOK, Question(tuple(dimensions("series")), grain=grain)).rows
        chosen = {row[0] for row in rows}
        return f"openai_usage {endpoint} 1d" in chosen

    assert number(events, "auto")
    assert number(events, "bucket")
    assert not number([logged(tokens=5, **{column: 0}), *events], "auto")
    assert number([logged(tokens=5, **{column: 0}), *events], "bucket")
    assert not number([logged(tokens=5, **{column: 0}), calls], "bucket")


def test_filters_do_not_change_what_counts(con):
    """A team's buckets are nobody's: asked for a team, the answer is its requests or nothing."""
    events = [logged(tokens=5, team="red"), bucket(tokens=900)]

    assert counted(con, events, where=(("team", ("red",)),)) == 5
    assert counted(con, events, "bucket", where=(("team", ("red",)),)) == 0
    assert counted(con, events, where=(("grain", ("bucket",)),)) == 0
    assert counted(con, events, since=FIRST + timedelta(hours=1)) == 0


def test_other_prices_count_the_same(con):
    events = [logged(tokens=5), bucket(tokens=900), bucket(FIRST + timedelta(days=1), 700)]

    assert counted(con, events, prices_on=datetime(2026, 2, 2)) == 705
    assert counted(con, events, assume_tier="batch") == 705
