"""Edges of prices and limits, under the shipped prices and under a contract."""

from collections import defaultdict
from datetime import datetime

import pytest

from app.contract_ledger import CONTRACT_MEASURES, contract_answer, contract_ledger
from app.dimensions import dimensions
from app.ledger import Question
from app.pricing_basis import Basis
from app.scope import Scope
from app.whatif.cells import Needs, cells_of, needs_of
from app.whatif.replay import replay
from app.whatif.replay_contract import spans_of
from models.policy.assumptions import Assumptions
from models.policy.terms import Action, Policy, Rule, Scenario
from pricing.load import load_price_book
from tests.contracts import contract_of
from tests.stored_usage import BOOK, warehouse_of

SHIPPED = load_price_book()
WHEN = datetime(2026, 6, 1, 12)


def always(**use):
    return Policy("always", (Rule("all", None, Action(**use)),))


def replayed(events, policy, book=SHIPPED, prices_on=None, **latency):
    with warehouse_of(events, book) as con:
        cells = cells_of(con, book, Question(), Scope(None), needs_of([policy]))
    assumed = Assumptions(latency_seconds=latency)
    return replay(cells, book, Scenario(policy, assumed), Basis(book, prices_on, None, ""))


def event(size, cached=0, output=1000, **more):
    return {
        "provider": "openai", "model_raw": "gpt-5.4", "event_ts": WHEN,
        "uncached_input_tokens": size - cached, "cache_read_tokens": cached,
        "output_tokens": output, **more,
    }  # fmt: skip


@pytest.mark.parametrize(("size", "input_usd", "output_usd"), [(272_000, 5, 30), (272_001, 10, 45)])
def test_long_context_begins_above_the_threshold(size, input_usd, output_usd):
    [group] = replayed([event(size)], always(model="gpt-5.5")).groups

    assert group.parts.uncached_pico == size * input_usd * 10**6
    assert group.parts.output_pico == 1000 * output_usd * 10**6
    assert group.logged_pico * 2 == group.parts.total_pico


def test_pro_bills_cached_tokens_as_input():
    [group] = replayed([event(100_000, 50_048)], always(model="gpt-5.5-pro")).groups

    assert group.parts.cached_pico == group.parts.cached_as_uncached_pico == 50_048 * 30 * 10**6


def test_what_is_too_long_for_a_model_stays_where_it_is():
    events = [event(272_000), event(272_001), event(400_000)]

    found = replayed(events, always(model="gpt-5.4-mini"))

    assert found.kept == {"over_limit": 2}
    assert {(g.model_to, g.kept): g.requests for g in found.groups} == {
        ("gpt-5.4-mini", None): 1,
        ("gpt-5.4", "over_limit"): 2,
    }


def test_pro_takes_no_low_effort():
    events = [event(100, effort=effort) for effort in ("low", "medium", None)]

    found = replayed(events, always(model="gpt-5.5-pro"))
    told = replayed(events, always(model="gpt-5.5-pro", effort="high"))

    assert found.kept == {"effort_not_accepted": 1}
    assert "1 requests change their model and the log does not say" in found.warnings[0]
    assert told.kept == {}
    assert {group.effort_to for group in told.groups} == {"high"}


def test_a_model_without_a_price_yet_has_one_on_another_day():
    early = [event(100, event_ts=datetime(2026, 4, 1))]

    found = replayed(early, always(model="gpt-5.5"))
    later = replayed(early, always(model="gpt-5.5"), prices_on=WHEN)

    assert found.kept == {"no_price_at_date": 1}
    assert "--prices-on" in found.warnings[-1]
    assert [group.model_to for group in later.groups] == ["gpt-5.5"]


def test_the_cheapest_tier_is_what_a_request_can_wait_for():
    events = [event(5000, service_tier=tier) for tier in ("standard", "priority")]

    def tiers(**latency):
        found = replayed(events, always(tier="cheapest"), **latency)
        return {group.tier_to for group in found.groups}

    assert tiers() == {"standard"}
    assert tiers(other=900) == {"flex"}
    assert tiers(other=86_400) <= {"flex", "batch"}


def test_batch_does_not_take_a_session_of_an_agent():
    events = [event(100, session="s") for _ in range(10)] + [event(100)]

    found = replayed(events, always(tier="batch"), other=86_400)

    assert found.kept == {"agent_session": 10}


def test_flex_knows_what_it_costs_at_standard():
    [group] = replayed([event(5000, 1024)], always(tier="flex"), other=900).groups

    assert group.spill.total_pico == group.logged_pico
    assert group.parts.output_pico * 2 == group.spill.output_pico


def test_a_cap_counts_what_it_cuts():
    events = [event(100, output=size) for size in (10, 500, 501, 4000)]

    [group] = replayed(events, always(cap=500)).groups

    assert (group.truncated, group.cap) == (2, 500)
    assert sum(each.output_tokens for each in group.bins) == 5011
    over = [each for each in group.bins if each.output_tokens > 500 * each.events]
    assert [(each.events, each.at_cap_pico) for each in over] == [
        (1, 500 * 15 * 10**6),
        (1, 500 * 15 * 10**6),
    ]


def test_a_model_that_does_not_bill_writes_takes_them_as_input():
    write = {"model_raw": "acme-large", "cache_write_tokens": 300, "uncached_input_tokens": 200,
             "event_ts": datetime(2026, 3, 1)}  # fmt: skip

    [group] = replayed([write], always(model="acme-small"), BOOK).groups

    assert group.parts.uncached_pico == 500 * 200_000
    assert group.parts.write_pico == 0


def test_a_model_that_bills_writes_says_what_they_cost_more():
    plain = {"model_raw": "acme-small", "uncached_input_tokens": 1024,
             "event_ts": datetime(2026, 3, 15)}  # fmt: skip
    short = plain | {"uncached_input_tokens": 1023}

    found = replayed([plain, short], always(model="acme-large"), BOOK)

    # Long context: 4 dollars a million for input, 5 for what is written.
    assert sum(group.parts.write_premium_pico for group in found.groups) == 1024 * 10**6


def test_rates_of_a_contract_hold_for_what_was_and_what_would_be(tmp_path):
    contract = contract_of(
        tmp_path,
        "rates: [{name: all, percent_off: 10}, "
        "{name: small, models: [acme-small], percent_off: 30}]\n",
    )
    events = [
        {"model_raw": model, "uncached_input_tokens": 500, "output_tokens": 100, "event_ts": at,
         "billing": billing}
        for model in ("acme-large", "acme-small")
        for at in (datetime(2026, 2, 10), datetime(2026, 3, 20))
        for billing in ("metered", "notional")
    ]  # fmt: skip
    question = Question(by=tuple(dimensions("model")))
    basis = Basis(BOOK, None, None, "")
    instants = tuple(edge.replace(tzinfo=None) for span in spans_of(contract) for edge in span)
    with warehouse_of(events) as con:
        cells = cells_of(con, BOOK, question, Scope(None), Needs(instants=instants))
        ledger = contract_ledger(con, BOOK, question, contract)
        rows = contract_answer(con, BOOK, question, ledger).rows
    expected = {row[0]: row[1 + CONTRACT_MEASURES.index("contracted_pico")] for row in rows}

    as_logged = replay(cells, BOOK, Scenario(Policy("n", ()), Assumptions()), basis, contract)
    moved = replay(
        cells, BOOK, Scenario(always(model="acme-small"), Assumptions()), basis, contract
    )

    costs = defaultdict(int)
    for group in as_logged.groups:
        costs[group.model_from] += group.logged_pico
        assert group.parts.total_pico == group.logged_pico
    assert dict(costs) == expected
    listed = 500 * 200_000 + 100 * 1_250_000
    by_billing = {
        (g.model_from, g.billing): g.parts.total_pico for g in moved.groups if g.week.month == 2
    }
    assert by_billing == {
        ("acme-large", "metered"): listed * 7 // 10, ("acme-large", "notional"): listed,
        ("acme-small", "metered"): listed * 7 // 10, ("acme-small", "notional"): listed,
    }  # fmt: skip


def test_cells_made_for_less_are_refused():
    with warehouse_of([event(5)], SHIPPED) as con:
        cells = cells_of(con, SHIPPED, Question(), Scope(None), Needs(models=frozenset()))
    scenario = Scenario(always(model="gpt-5.5"), Assumptions())

    with pytest.raises(ValueError, match="always"):
        replay(cells, SHIPPED, scenario, Basis(SHIPPED, None, None, ""))
