"""Cells under a policy cost what each event costs under it, by the specification."""

from collections import Counter, defaultdict
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ledger import Question
from app.pricing_basis import TIERS, Basis
from app.scope import Scope
from app.whatif.cells import cells_of, needs_of
from app.whatif.replay import replay
from app.whatif.replay_moves import sold_by
from models.policy.assumptions import Assumptions
from models.policy.evaluate import assign
from models.policy.terms import Action, Condition, Policy, Predicate, Rule, Scenario
from models.replay.groups import AGENTIC_REQUESTS
from models.replay.limits import accepts, input_limit
from pricing.errors import PricingError
from pricing.names import meaning
from pricing.rate import rate
from pricing.usage import Usage
from pricing.vocabulary import Meter
from tests.stored_usage import BOOK, store, warehouse_of
from tests.test_app_ledger import EDGES, events

EFFORTS = st.sampled_from([None, "low", "high"])
SESSIONS = st.sampled_from([None, None, "s1", "s2"])
many = st.lists(
    st.tuples(events, EFFORTS, SESSIONS, st.sampled_from([0, 99, 100, 101, 999, 1000, 1001, 5000])),
    min_size=1, max_size=30,
)  # fmt: skip


def tried(field, *choices):
    return st.sampled_from([Predicate(field, op, values) for op, values in choices])


predicates = st.one_of(
    tried("team", ("in", ("red",)), ("in", ("(none)", "gr*"))),
    tried("model", ("in", ("acme-large",)), ("in", ("acme-*",))),
    tried("service_tier", ("in", ("standard", "unknown"))),
    tried("effort", ("in", ("low", "(none)"))),
    tried("tag:env", ("in", ("red",))),
    tried("input_tokens", ("between", (None, 1000)), ("between", (999, 500_000))),
    tried("output_tokens", ("between", (100, None))),
    tried("cached_share", ("between", (Decimal("0.5"), None)), ("between", (None, Decimal("0.1")))),
    tried("hour", ("between", (22, 6)), ("between", (9, 17))),
    tried("weekday", ("in", ("mon", "sun"))),
    tried("session_requests", ("between", (2, None))),
    tried("tools", ("is", (1,)), ("is", (0,))),
    tried("workload", ("in", ("other",))),
    tried("latency_seconds", ("between", (900, None))),
)  # fmt: skip
conditions = st.none() | st.recursive(
    predicates,
    lambda inner: st.builds(
        Condition, st.sampled_from(["all", "any"]),
        st.lists(inner, min_size=1, max_size=3).map(tuple),
    )
    | st.builds(lambda part: Condition("not", (part,)), inner),
    max_leaves=4,
)  # fmt: skip
actions = st.builds(
    Action,
    model=st.sampled_from([None, "acme-large", "acme-small", "acme-odd", "plain-one"]),
    tier=st.sampled_from([None, None, "standard", "batch", "flex", "priority"]),
    effort=EFFORTS,
    region=st.sampled_from([None, None, "eu", "global"]),
    share=st.sampled_from([None, None, Decimal("0.5"), Decimal("0.25")]),
    cap=st.sampled_from([None, None, 100]),
)
policies = st.builds(
    lambda pairs, sticky: Policy(
        "drawn",
        tuple(Rule(f"r{k}", when, use) for k, (when, use) in enumerate(pairs)),
        sticky=sticky,
    ),
    st.lists(st.tuples(conditions, actions), min_size=1, max_size=3),
    st.sampled_from(["request", "session"]),
)  # fmt: skip


@pytest.fixture(scope="module")
def con():
    with warehouse_of([]) as connection:
        yield connection


def rows_of(batch):
    """Return what is stored of drawn events."""
    rows = []
    for k, (event, effort, session, output) in enumerate(batch):
        provider, model_raw = event["name"]
        kept = {key: value for key, value in event.items() if key != "name"}
        rows.append(kept | {
            "event_id": f"e{k}", "provider": provider, "model_raw": model_raw, "effort": effort,
            "session": session, "output_tokens": output,
        })  # fmt: skip
    return rows


def requests_of(rows, tier, sizes, latency):
    """Return events as the policy's specification takes them."""
    found = []
    for row in rows:
        meant = meaning(row["provider"], row["model_raw"], BOOK)
        at = row["event_ts"]
        env = {'{"env":"red"}': "red"}.get(row["tags"])
        tools = sum(row[meter.event_column] or 0 for meter in Meter if meter.is_tool)
        found.append(row | {
            "model": meant.model if meant else row["model_raw"],
            "service_tier": tier(row), "workload": "other", "tag:env": env,
            "cached_tokens": row["cache_read_tokens"], "hour": at.hour,
            "weekday": f"{at:%a}".lower(), "tools": tools > 0,
            "session_requests": sizes.get(row["session"]), "latency_seconds": latency,
        })  # fmt: skip
    return found


def price(row, book, tier, at, **other):
    """Return the cost of an event, or the reason why it has none."""
    used = row | other
    meters = {meter.value: used[meter.event_column] for meter in Meter}
    try:
        found = book.find(
            used["provider"], used["model"], tier, at=at.replace(tzinfo=UTC),
            input_tokens=row["input_tokens"], region=used["region"],
        )  # fmt: skip
        return rate(Usage(**meters, input_tokens=row["input_tokens"]), found).cost_pico, None
    except PricingError as refusal:
        return None, refusal.reason.value


def moved(row, use, *, tier, at, latency, agentic):  # noqa: C901, PLR0911  a list of reasons
    """Return the cost of an event under an action, or why it keeps what was logged."""
    vendor = meaning(row["provider"], row["model_raw"], BOOK).vendor
    other = {}
    if use.model is not None:
        sold = sold_by(BOOK, use.model, vendor)
        other = {"provider": sold.provider, "model": sold.model}
        if sold.model != row["model"]:
            if (row["input_tokens"] or 0) > (input_limit(sold) or 10**9):
                return None, "over_limit"
            if row["output_tokens"] > (sold.output_limit or 10**9):
                return None, "over_output_limit"
    assert accepts(other.get("model", row["model"]), use.effort or row["effort"] or "")
    if use.tier in {"batch", "flex"} and use.tier != tier:
        if use.tier == "batch" and agentic:
            return None, "agent_session"
        if latency is None:
            return None, "latency_unknown"
        if latency < {"batch": 86_400, "flex": 900}[use.tier]:
            return None, "cannot_wait"
    if use.model is None and use.tier is None and use.region is None:
        return price(row, BOOK, tier, at)
    if use.region is not None:
        other["region"] = use.region
    cost, why = price(row, BOOK, use.tier or tier, at, **other)
    written = (row["cache_write_tokens"] or 0) + (row["cache_write_long_tokens"] or 0)
    if cost is None and written:
        plain = {
            "uncached_input_tokens": (row["uncached_input_tokens"] or 0) + written,
            "cache_write_tokens": 0, "cache_write_long_tokens": 0,
        }  # fmt: skip
        cost, _ = price(row, BOOK, use.tier or tier, at, **other, **plain)
    return cost, why


@settings(max_examples=40)
@given(
    batch=many,
    policy=policies,
    prices_on=st.none() | st.sampled_from(EDGES),
    assume_tier=st.none() | st.sampled_from(TIERS),
    latency=st.sampled_from([None, 60, 900, 86_400]),
)
def test_what_moves_costs_what_each_event_would(
    con, batch, policy, prices_on, assume_tier, latency
):
    rows = rows_of(batch)
    store(con, rows)
    sizes = Counter()
    for row in rows:
        sizes[row["session"]] += row["requests"]
    del sizes[None]

    def tier(row):
        unknown = row["service_tier"] == "unknown"
        return assume_tier if unknown and assume_tier else row["service_tier"]

    requests = requests_of(rows, tier, sizes, latency)
    costs, kept, unpriced = defaultdict(int), Counter(), Counter()
    for row, number in zip(requests, assign(policy, requests), strict=True):
        at = prices_on or row["event_ts"]
        logged, why = (0, None) if not row["billable"] else price(row, BOOK, tier(row), at)
        if logged is None:
            unpriced[why] += 1
            continue
        cost = logged
        if number:
            if not row["billable"]:
                kept["not_billable"] += row["requests"]
            else:
                agentic = sizes.get(row["session"], 0) >= AGENTIC_REQUESTS
                cost, why = moved(
                    row, policy.rules[number - 1].use, tier=tier(row), at=at, latency=latency,
                    agentic=agentic,
                )  # fmt: skip
                if cost is None:
                    kept[why] += row["requests"]
                    cost = logged
        costs[number, row["model"]] += cost

    cells = cells_of(con, BOOK, Question(), Scope(None), needs_of([policy]))
    assumed = Assumptions(latency_seconds={} if latency is None else {"*": latency})
    found = replay(cells, BOOK, Scenario(policy, assumed), Basis(BOOK, prices_on, assume_tier, ""))
    replayed = defaultdict(int)
    for group in found.groups:
        if not group.unpriced:
            replayed[group.rule, group.model_from] += group.parts.total_pico

    assert found.unpriced == unpriced
    assert found.kept == +kept
    assert dict(replayed) == dict(costs)


def test_the_first_request_of_a_session_has_the_tier_that_is_assumed(con):
    tiers = ("unknown", "standard")
    store(con, [
        {"model_raw": "acme-small", "session": "s", "service_tier": tier, "output_tokens": 10,
         "event_ts": datetime(2026, 2, 10, 12, minute)}
        for minute, tier in enumerate(tiers)
    ])  # fmt: skip
    batch = Predicate("service_tier", "in", ("batch",))
    policy = Policy("p", (Rule("batch", batch, Action(model="acme-large")),), sticky="session")
    cells = cells_of(con, BOOK, Question(), Scope(None), needs_of([policy]))

    def taken(assumed):
        found = replay(cells, BOOK, Scenario(policy, Assumptions()), Basis(BOOK, None, assumed, ""))
        return sum(group.requests for group in found.groups if group.rule)

    assert (taken(None), taken("batch")) == (0, 2)
