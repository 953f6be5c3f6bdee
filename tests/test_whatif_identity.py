"""Replayed as logged, traffic costs what the ledger says, to the pico-dollar."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dimensions import NONE, dimensions
from app.ledger import MEASURES, Question, answer, scope_for
from app.pricing_basis import TIERS, Basis
from app.scope import GRAINS
from app.whatif.cells import Needs, cells_of
from app.whatif.replay import replay
from ingest.warehouse import Warehouse
from models.policy.assumptions import Assumptions
from models.policy.terms import Action, Policy, Rule, Scenario
from models.replay.translate import UNCHANGED, cost_pico
from pricing.load import load_price_book
from tests.loaded_logs import load
from tests.stored_usage import BOOK, store, warehouse_of
from tests.test_app_ledger import EDGES, batches, columns

GOLDEN = Path(__file__).parent / "golden"
#: Nothing is asked for; and what is logged is asked for once more.
AS_LOGGED = (
    Policy("nothing", ()),
    Policy("all", (Rule("all", None, Action()),)),
)


@pytest.fixture(scope="module")
def con():
    with warehouse_of([]) as connection:
        yield connection


def assert_identical(con, book, question, basis, needs, policy):
    """Hold a replay as logged against the ledger, in total and by every shared dimension."""
    asked = replace(
        question,
        by=tuple(dimensions("team,model,service_tier")),
        prices_on=basis.prices_on,
        assume_tier=basis.assume_tier,
    )
    scope = scope_for(con, asked)
    cells = cells_of(con, book, asked, scope, needs)
    found = replay(cells, book, Scenario(policy, Assumptions()), basis)
    ledger = answer(con, basis.book, asked, scope)

    costed = cost_pico(found.groups, [UNCHANGED] * len(found.groups))
    costs, requests = defaultdict(int), defaultdict(int)
    for group, cost in zip(found.groups, costed, strict=True):
        assert group.cache_kept == 1
        assert cost == (group.logged_pico or 0) == group.parts.total_pico
        key = (group.team or NONE, group.model_from, group.tier_from)
        costs[key] += cost
        requests[key] += group.requests
    expected, counted = defaultdict(int), defaultdict(int)
    for team, model, tier, *measures in ledger.rows:
        key = (team or NONE, model, tier)
        expected[key] += int(measures[MEASURES.index("cost_pico")] or 0)
        counted[key] += int(measures[MEASURES.index("requests")])
    assert dict(costs) == dict(expected)
    assert dict(requests) == dict(counted)
    unpriced = ledger.total("unpriced_requests") or 0
    assert sum(group.unpriced for group in found.groups) == unpriced
    assert sum(found.unpriced.values()) == unpriced
    assert set(found.kept) <= {"not_billable"}
    return found


@settings(max_examples=40)
@given(
    batch=batches,
    prices_on=st.none() | st.sampled_from(EDGES),
    assume_tier=st.none() | st.sampled_from(TIERS),
    known=st.none() | st.sampled_from(EDGES),
    weeks=st.booleans(),
    caps=st.sampled_from([(), (100,)]),
    policy=st.sampled_from(AS_LOGGED),
)
def test_awkward_events_cost_what_they_cost(  # noqa: PLR0917  drawn by name
    con, batch, prices_on, assume_tier, known, weeks, caps, policy
):
    store(con, [
        columns(event) | {"event_ts": at, "session": session}
        for k, event in enumerate(batch)
        for at, session in ((event["event_ts"], f"s{k % 3}"), (EDGES[k % len(EDGES)], None))
    ])  # fmt: skip
    book = BOOK.as_known(known.replace(tzinfo=UTC)) if known else BOOK
    basis = Basis(book, prices_on, assume_tier, "")
    needs = Needs(labels=frozenset({"team"}), weeks=weeks, caps=caps)

    assert_identical(con, BOOK, Question(), basis, needs, policy)


@pytest.fixture(scope="module")
def every_log(tmp_path_factory):
    """A database of a sample of every source."""
    warehouse = Warehouse(tmp_path_factory.mktemp("every") / "usage.duckdb")
    load(warehouse, *sorted(GOLDEN.glob("*/sample.*")))
    with warehouse.reading() as con:
        yield con


@pytest.mark.parametrize("grain", GRAINS)
@pytest.mark.parametrize("prices_on", [None, datetime(2026, 9, 1)])
def test_every_kind_of_log_costs_what_it_costs(every_log, grain, prices_on):
    book = load_price_book()
    needs = Needs(labels=frozenset({"team"}))
    for policy in AS_LOGGED:
        found = assert_identical(
            every_log,
            book,
            Question(grain=grain),
            Basis(book, prices_on, "batch", ""),
            needs,
            policy,
        )
        assert found.groups


def test_filters_hold_as_in_a_report(con):
    store(con, [
        {"model_raw": "acme-large", "team": team, "output_tokens": 7, "uncached_input_tokens": size,
         "event_ts": datetime(2026, 2, day)}
        for team in ("red", "green") for size in (10, 1001) for day in (1, 2, 3)
    ])  # fmt: skip
    question = Question(
        since=datetime(2026, 2, 2), until=datetime(2026, 2, 3),
        where=(("team", ("red",)), ("context_band", ("long",))),
    )  # fmt: skip

    found = assert_identical(
        con, BOOK, question, Basis(BOOK, None, None, ""),
        Needs(labels=frozenset({"team"})), AS_LOGGED[0],
    )  # fmt: skip

    [group] = found.groups
    assert (group.requests, group.team, group.band_to) == (1, "red", "long")


def test_nothing_is_replayed_as_nothing(con):
    store(con, [])
    basis = Basis(BOOK, None, None, "")

    assert assert_identical(con, BOOK, Question(), basis, Needs(), AS_LOGGED[1]).groups == ()
