"""Over cells a policy takes the same requests as over each request by itself."""

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.ledger import Question, scope_for
from app.pricing_basis import Basis
from app.whatif.cells import cells_of
from app.whatif.needs import needs_of
from app.whatif.replay import replay
from models.policy.assumptions import Assumptions
from models.policy.evaluate import assign
from models.policy.load_words import DAYS
from models.policy.terms import Scenario
from models.workload.evaluate import workload_of
from models.workload.latency import latency_of
from models.workload.rules import WorkloadRules
from tests.drawn_policies import policies, rule_sets
from tests.stored_usage import BOOK, store, warehouse_of

SIZES = (0, 1, 999, 1000, 2000)
TAG = "a b\"'c"
ASSUMED = Assumptions(latency_seconds={"chat": 1000, "code": 5})


@st.composite
def events(draw):
    """Draw an event of ``usage_event``; whatever a log may lack is missing at times."""
    cached, rest = draw(st.sampled_from((0, 1, 500))), draw(st.sampled_from(SIZES))
    bucket = draw(st.integers(0, 5)) == 0
    tag = draw(st.none() | st.sampled_from(("x", "y", "(none)")))
    return {
        "event_ts": datetime(2026, 2, 8, 21) + timedelta(hours=draw(st.integers(0, 5))),
        "team": draw(st.none() | st.sampled_from(("red", "re", "o'hara"))),
        "effort": draw(st.none() | st.sampled_from(("none", "low"))),
        "workload": draw(st.none() | st.sampled_from(("chat", "code"))),
        "service_tier": draw(st.sampled_from(("standard", "batch"))),
        "session": None if bucket else draw(st.none() | st.sampled_from(("one", "two"))),
        "tags": None if tag is None else json.dumps({TAG: tag}),
        "grain": "bucket" if bucket else "request",
        "uncached_input_tokens": rest,
        "cache_read_tokens": cached,
        "input_tokens": 0 if bucket else rest + cached,
        "output_tokens": draw(st.sampled_from(SIZES)),
        "web_search_calls": draw(st.sampled_from((None, 0, 1))),
    }


def as_request(event, sizes, rules):
    """Return an event as the specification reads it."""
    bucket = event["grain"] == "bucket"
    tags = json.loads(event["tags"] or "{}")
    request = {
        **{name: event[name] for name in ("team", "effort", "workload", "service_tier")},
        **{name: event[name] for name in ("event_id", "event_ts", "session")},
        f"tag:{TAG}": tags.get(TAG),
        "model": "acme-small",
        "weekday": DAYS[event["event_ts"].weekday()],
        "hour": event["event_ts"].hour,
        "input_tokens": None if bucket else event["input_tokens"],
        "output_tokens": None if bucket else event["output_tokens"],
        "cached_tokens": event["cache_read_tokens"],
        "tools": bool(event["web_search_calls"]),
        "session_requests": sizes.get(event["session"]),
    }
    workload = workload_of(rules, request).workload
    latency = latency_of(workload, ASSUMED, rules)
    return request | {"workload": workload, "latency_seconds": latency}


@pytest.fixture(scope="module")
def con():
    with warehouse_of([]) as connection:
        yield connection


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    policy=policies(),
    drawn=st.lists(events(), min_size=1, max_size=8),
    rules=st.just(WorkloadRules()) | rule_sets,
)
def test_cells_go_where_their_requests_go(con, policy, drawn, rules):
    stored = [{**event, "event_id": f"e{k % 3}{k}"} for k, event in enumerate(drawn)]
    store(con, stored)
    sizes = Counter(event["session"] for event in stored if event["session"] is not None)
    requests = [as_request(event, sizes, rules) for event in stored]
    expected = Counter(
        (rule, request["workload"])
        for rule, request in zip(assign(policy, requests), requests, strict=True)
    )

    question = Question(grain=None)
    needs = needs_of([policy], rules)
    cells = cells_of(con, BOOK, question, scope_for(con, question), needs)
    scenario = Scenario(replace(policy, name="drawn"), ASSUMED, rules)
    found = Counter()
    for group in replay(cells, BOOK, scenario, Basis(BOOK, None, None, "")).groups:
        found[group.rule, group.workload] += group.requests

    assert found == expected
