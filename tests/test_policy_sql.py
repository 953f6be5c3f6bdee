"""A policy as SQL takes the same requests as its specification in Python."""

from decimal import Decimal

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.policy.evaluate import MILLION, assign, place_of, rule_of
from models.policy.load import load_scenario
from models.policy.sql import Cut, assignment
from models.policy.terms import Action, Condition, Policy, Predicate, Rule
from models.workload.evaluate import workload_of
from models.workload.sql import workload_sql
from tests.drawn_policies import KNOWN, LABELS, many_requests, policies, rule_sets

KINDS = {
    **dict.fromkeys(LABELS, "varchar"),
    **dict.fromkeys(("input_tokens", "cached_tokens", "output_tokens"), "bigint"),
    **dict.fromkeys(("latency_seconds", "session_requests", "hour"), "bigint"),
    "tools": "boolean",
    "session": "varchar",
    "event_id": "varchar",
    "event_ts": "timestamp",
}
COLUMNS = {name: f'"{name.replace(chr(34), chr(34) * 2)}"' for name in KINDS}
TYPED = ", ".join(f"{COLUMNS[name]} {kind}" for name, kind in KINDS.items())
FILL = f"insert into request values ({', '.join('?' for _ in KINDS)})"


@pytest.fixture(scope="module")
def con():
    con = duckdb.connect()
    con.execute(f"create table request ({TYPED})")
    return con


def fill(con, requests):
    con.execute("delete from request")
    con.executemany(FILL, [[request.get(name) for name in KINDS] for request in requests])


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(policy=policies(), requests=many_requests)
def test_sql_takes_what_the_specification_takes(con, policy, requests):
    compiled = assignment(policy, COLUMNS)
    fill(con, requests)

    rows = con.execute(
        f"select event_id, rule from ({compiled.relation('request', COLUMNS)}) as assigned"
    ).fetchall()
    by_itself = con.execute(f"select event_id, {compiled.sql_case_rule} from request").fetchall()

    expected = assign(policy, requests)
    assert dict(rows) == {r["event_id"]: rule for r, rule in zip(requests, expected, strict=True)}
    assert dict(by_itself) == {r["event_id"]: rule_of(policy, r) for r in requests}


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(rules=rule_sets, requests=many_requests)
def test_workloads_in_sql_are_those_of_the_specification(con, rules, requests):
    compiled = workload_sql(rules, COLUMNS)
    fill(con, requests)

    rows = con.execute(
        f"select event_id, {compiled.workload}, {compiled.workload_by}, {compiled.rule} "
        "from request"
    ).fetchall()

    assert {row[0]: row[1:] for row in rows} == {
        r["event_id"]: workload_of(rules, r) for r in requests
    }


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(policy=policies(), requests=many_requests)
def test_requests_that_no_cut_parts_take_the_same_rule(policy, requests):
    """What cells may sum: equal labels, the same side of every cut, the same stretch."""
    compiled = assignment(policy, COLUMNS)
    cells = {}
    for request in requests:
        cell = [request.get(field) for field in compiled.labels]
        for cut in compiled.cuts:
            if cut.field == "cached_share":
                whole, cached = request["input_tokens"], request["cached_tokens"]
                known = bool(whole) and cached is not None
                cell += [known, *(known and cached >= point * whole for point in cut.points)]
            else:
                value = request[cut.field]
                cell += [value is None, *((value or 0) >= point for point in cut.points)]
        if compiled.place:
            place = Decimal(place_of(policy, request)) / MILLION
            cell += [place >= point for point in compiled.share_points]
        cells.setdefault(tuple(cell), set()).add(rule_of(policy, request))

    assert all(len(rules) == 1 for rules in cells.values())


def split(*rules, sticky="request", seed=7):
    found = [
        Rule(f"r{k}", when, Action(share=None if share is None else Decimal(share)))
        for k, (when, share) in enumerate(rules)
    ]
    return Policy("split", tuple(found), sticky=sticky, seed=seed)


RED = Condition("all", (Predicate("team", "in", ("red",)),))


def test_shares_take_one_stretch_after_the_other():
    policy = split((None, "0.3"), (None, "0.5"), (None, None))
    requests = [{"event_id": f"r{k}", "event_ts": k} for k in range(4000)]
    found = assign(policy, requests)

    for request, rule in zip(requests, found, strict=True):
        place = place_of(policy, request)
        assert rule == (1 if place < 300_000 else 2 if place < 800_000 else 3)
    assert [found.count(rule) / 4000 for rule in (1, 2, 3)] == pytest.approx(
        [0.3, 0.5, 0.2], abs=0.03
    )


def test_a_share_is_one_of_what_matches_whatever_matched_before():
    """Red ones go on behind the first stretch, others begin at 0: a half of both."""
    policy = split((RED, "0.3"), (None, "0.5"))
    teams = {"red": [], "blue": []}
    for k in range(4000):
        team = ("red", "blue")[k % 2]
        teams[team].append(rule_of(policy, {"event_id": f"r{k}", "team": team}))

    assert [teams["red"].count(r) / 2000 for r in (1, 2)] == pytest.approx([0.3, 0.5], abs=0.04)
    assert [teams["blue"].count(r) / 2000 for r in (1, 2)] == pytest.approx([0, 0.5], abs=0.04)
    assert assignment(policy, COLUMNS).share_points == tuple(map(Decimal, ("0.3", "0.5", "0.8")))


def test_the_hash_never_changes():
    """A share that moved would change every scenario that anybody has saved."""
    alone = {"event_id": "chatcmpl-1", "session": "s1"}

    assert place_of(split((None, "0.5")), alone) == 106_630
    assert place_of(split((None, "0.5"), seed=8), alone) == 863_139
    assert place_of(split((None, "0.5"), sticky="session"), alone) == 306_074


def test_a_session_follows_its_first_request():
    short = Condition("all", (Predicate("input_tokens", "between", (None, 1000)),))
    policy = split((short, None), sticky="session")
    requests = [
        {"event_id": "b", "event_ts": 1, "session": "s", "input_tokens": 5000},
        {"event_id": "a", "event_ts": 0, "session": "s", "input_tokens": 10},
        {"event_id": "c", "event_ts": 0, "session": None, "input_tokens": 5000},
    ]

    assert assign(policy, requests) == [1, 1, 0]
    assert assign(split((short, None)), requests) == [0, 1, 0]


def test_a_policy_says_what_cells_must_keep():
    scenario = load_scenario(
        """
scenario: cells
policy:
  sticky: session
  rules:
    - name: a
      when: {input_tokens: 2000..10k, team: [red, blue], not: {cached_share: ">= 0.5"}, hour: 22-6}
      use: {model: gpt-5.5}
    - name: b
      when: {input_tokens: "> 64k", tools: yes}
      use: {model: gpt-5.4, share: 0.25}
""",
        "cells.yaml",
        KNOWN,
    )
    compiled = assignment(scenario.policy, COLUMNS)

    assert compiled.labels == ("team", "tools")
    assert compiled.cuts == (
        Cut("cached_share", (Decimal("0.5"),)),
        Cut("hour", (6, 22)),
        Cut("input_tokens", (2000, 10_000, 64_001)),
    )
    assert compiled.share_points == (Decimal("0.25"),)
    assert compiled.first_of_session


def test_a_policy_without_conditions_needs_no_look_at_sessions():
    compiled = assignment(split((None, "0.5"), sticky="session"), COLUMNS)

    assert not compiled.first_of_session
    assert not assignment(Policy("empty", ()), COLUMNS).fields


@given(st.text("a'\\\";-", max_size=6))
def test_a_label_is_never_read_as_sql(text):
    policy = split((Condition("all", (Predicate("team", "in", (f"x{text}",)),)), None))
    with duckdb.connect() as con:
        found = con.execute(
            f"select {assignment(policy, COLUMNS).sql_case_rule} "
            "from (select ? as team, 'e' as event_id)",
            [f"x{text}"],
        ).fetchone()

    assert found == (1,)
