"""What sessions keep cached under a policy: against a replay of each event by hand."""

import random
from collections import defaultdict
from datetime import datetime, timedelta

import pytest

from app.ledger import Question
from app.pricing_basis import Basis
from app.scope import Scope
from app.whatif import cache_sample
from app.whatif.cells import cells_of, needs_of
from app.whatif.replay import Detail, replay
from models.policy.assumptions import Assumptions
from models.policy.terms import Action, Policy, Predicate, Rule, Scenario
from tests.stored_usage import BOOK, store, warehouse_of

START = datetime(2026, 3, 1)
SMALL_ONES = Policy(
    "router",
    (
        Rule(
            "short", Predicate("output_tokens", "between", (None, 100)), Action(model="acme-large")
        ),
    ),
)


@pytest.fixture(scope="module")
def con():
    with warehouse_of([]) as connection:
        yield connection


def conversations(count):
    """Return events of sessions, some of which meet the cache of their predecessor."""
    drawn = random.Random(7)
    events, clocks = [], {}
    for k in range(count):
        session = f"s{drawn.randrange(count // 12 + 1)}"
        clocks[session] = clocks.get(session, START) + timedelta(
            seconds=drawn.choice((30, 500, 601))
        )
        prompt = drawn.choice((500, 900, 1024, 1500, 2000))
        cached = drawn.choice((0, 0, 128, 512, 300)) if prompt >= 1024 else 0
        events.append({
            "event_id": f"e{k:06d}", "session": session, "event_ts": clocks[session],
            "model_raw": drawn.choice(("acme-small", "acme-large")),
            "uncached_input_tokens": prompt - cached, "cache_read_tokens": cached,
            "output_tokens": drawn.choice((50, 150)),
        })  # fmt: skip
    return events


def kept_by_hand(events, move, ttl):
    """Walk through each session; return cached tokens as logged and as kept, by rule and model."""
    sessions = defaultdict(list)
    for event in sorted(events, key=lambda each: (each["event_ts"], each["event_id"])):
        sessions[event["session"]].append(event)
    found = defaultdict(lambda: [0, 0, 0, set()])
    for session, own in sessions.items():
        warm = sorted(e["cache_read_tokens"] for e in own if e["cache_read_tokens"])
        usual = warm[-(-9 * len(warm) // 10) - 1] if warm else 0
        last_from, last_to = {}, {}
        for k, event in enumerate(own):
            rule, model = move(event)
            cached, prompt = (
                event["cache_read_tokens"],
                event["cache_read_tokens"] + event["uncached_input_tokens"],
            )
            before_from = last_from.get(event["model_raw"])
            before_to = last_to.get(model)
            if before_from is not None and before_from == before_to:
                kept = cached
            elif before_to is None:
                # More requests meet at the larger model than were at the smaller: what came from
                # other sessions is there.
                kept = cached if before_from is None else 0
            elif prompt < 1024 or event["event_ts"] - own[before_to]["event_ts"] > ttl:
                kept = 0
            else:
                kept = min((cached or usual) // 128 * 128, prompt // 128 * 128)
            last_from[event["model_raw"]] = last_to[model] = k
            sums = found[rule, model]
            sums[0] += cached
            sums[1] += kept
            sums[2] += 1
            sums[3].add(session)
    return found


def replayed(con, policy, **detail):
    cells = cells_of(con, BOOK, Question(), Scope(None), needs_of([policy]))
    scenario = Scenario(policy, Assumptions())
    return cells, replay(
        cells, BOOK, scenario, Basis(BOOK, None, None, ""), detail=Detail(**detail)
    )


@pytest.mark.parametrize("ttl", [60, 600])
def test_sessions_are_replayed_as_by_hand(con, ttl):
    events = conversations(10_000)
    store(con, events)

    def move(event):
        return (1, "acme-large") if event["output_tokens"] < 100 else (0, event["model_raw"])

    by_hand = kept_by_hand(events, move, timedelta(seconds=ttl))
    cells, found = replayed(con, SMALL_ONES, ttl_seconds=ttl)

    assert (cells.events, cells.session_events) == (10_000, 10_000)
    assert {
        (each.rule, each.model_to): (each.cached_tokens, each.kept, each.requests, each.sessions)
        for each in found.cache
    } == {
        key: (cached, round(kept / cached, 6), requests, len(sessions))
        for key, (cached, kept, requests, sessions) in by_hand.items()
    }
    shares = {(g.rule, g.model_to): g.cache_kept for g in found.groups if g.cached_tokens}
    assert shares == {(c.rule, c.model_to): min(1.0, c.kept) for c in found.cache}


def always(model, *conditions):
    return Policy("move", (Rule("all", *(conditions or (None,)), Action(model=model)),))


def test_work_that_moves_whole_keeps_what_sessions_had_of_each_other(con):
    # Each session is one request, which read what another had written.
    def read(k):
        return 0 if k % 2 else 1500

    events = [
        {"event_id": f"e{k}", "session": f"s{k}", "event_ts": START + timedelta(seconds=k),
         "uncached_input_tokens": 2000 - read(k), "cache_read_tokens": read(k),
         "output_tokens": 50 + k % 10}
        for k in range(100)
    ]  # fmt: skip
    store(con, events)

    _, whole = replayed(con, always("acme-large"))
    a_tenth = Predicate("output_tokens", "between", (58, 59))
    _, some = replayed(con, always("acme-large", a_tenth))
    hit = 0.375  # of all input

    assert [each.kept for each in whole.cache] == [1.0]
    (moved,) = [each for each in some.cache if each.rule == 1]
    assert moved.kept == pytest.approx((1 - (1 - hit) ** 0.1) / hit, abs=1e-6)
    assert moved.kept < 0.2


def test_a_sample_is_of_whole_sessions_and_always_the_same(con, monkeypatch):
    events = conversations(2_000)
    store(con, events)
    monkeypatch.setattr(cache_sample, "MOST_EVENTS", 500)

    samples = []
    for _ in range(2):
        cells, _ = replayed(con, SMALL_ONES)
        samples.append(
            cells.con.execute("select session, place from session_event order by all").fetchall()
        )

    assert samples[0] == samples[1]
    assert 200 < len(samples[0]) <= 500
    sizes = defaultdict(int)
    for event in events:
        sizes[event["session"]] += 1
    taken = defaultdict(int)
    for session, _ in samples[0]:
        taken[session] += 1
    assert taken == {session: sizes[session] for session in taken}


def test_without_sessions_the_formula_tells(con):
    store(con, [event | {"session": None} for event in conversations(2_000)])

    cells, found = replayed(con, SMALL_ONES)

    assert (cells.sessions, cells.session_events) == (0, 0)
    methods = {(each.rule, each.model_to): (each.method, each.kept < 1) for each in found.cache}
    assert methods == {
        (0, "acme-large"): ("unchanged", False),  # others come, and none leaves
        (0, "acme-small"): ("formula", True),
        (1, "acme-large"): ("formula", False),  # the formula promises nothing of those who come
    }
    assert 0.1 < cells.largest_share["other"] <= 0.6
