"""Policies and requests drawn at random, with values close enough to meet each other."""

from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from models.policy.assumptions import Assumptions, Spread
from models.policy.known import EFFORTS, Known
from models.policy.load_conditions import denied, joined
from models.policy.terms import (
    Action,
    Cascade,
    Condition,
    Policy,
    Predicate,
    Rule,
    Scenario,
    Verification,
    Verifier,
)
from models.workload.rules import LabelMeaning, WorkloadRule, WorkloadRules

MODELS = ("gpt-5.4", "gpt-5.5", "gpt-5.4-mini", "o3")
KNOWN = Known(models={model: model for model in MODELS}, regions=("global", "eu"))

TEAMS = ("red", "re", "blue", "o'hara", "10", "(none)", "ré")
LABELS = {
    "model": (*MODELS, "gpt-5*"),
    "service_tier": ("standard", "batch", "flex"),
    "effort": (*EFFORTS, "(none)"),
    "team": (*TEAMS, "re*", "*", "o'*"),
    "tag:a b\"'c": ("x", "y", "(none)", "x*"),
    "weekday": ("mon", "tue", "sun"),
    "workload": ("chat", "code", "co*"),
}
EDGES = (0, 1, 999, 1000, 2000)

decimals = st.integers(0, 10**6).map(lambda n: Decimal(n) / 10**6)
edges = st.sampled_from(EDGES)


@st.composite
def ranges(draw, values):
    """Draw two ends, at most one of them open, with something between."""
    lo, hi = draw(st.none() | values), draw(st.none() | values)
    if lo is not None and hi is not None:
        lo, hi = min(lo, hi), max(lo, hi)
    if hi is not None and (not hi or lo == hi):
        hi = None
    return (0, None) if lo is None and hi is None else (lo, hi)


def labels(field):
    words = st.sampled_from(LABELS[field])
    chosen = st.lists(words, min_size=1, max_size=3, unique=True)
    return chosen.map(lambda found: Predicate(field, "in", tuple(found)))


hours = st.tuples(st.integers(0, 23), st.integers(1, 24)).filter(lambda ends: ends[0] != ends[1])
shares = st.sampled_from((Decimal("0.1"), Decimal("0.5"), Decimal("0.333333"), Decimal("0.9")))

predicates = st.one_of(
    st.sampled_from(sorted(LABELS)).flatmap(labels),
    st.sampled_from(("input_tokens", "output_tokens", "latency_seconds", "session_requests"))
    .flatmap(lambda name: ranges(edges).map(lambda ends: Predicate(name, "between", ends))),
    ranges(shares).map(lambda ends: Predicate("cached_share", "between", ends)),
    hours.map(lambda ends: Predicate("hour", "between", ends)),
    st.integers(0, 1).map(lambda flag: Predicate("tools", "is", (flag,))),
)  # fmt: skip

parts = st.recursive(
    predicates,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(("all", "any")), st.lists(inner, min_size=1, max_size=3)).map(
            lambda drawn: joined(*drawn)
        ),
        inner.map(denied),
    ),
    max_leaves=6,
)
conditions = parts.map(
    lambda part: part if isinstance(part, Condition) else Condition("all", (part,))
)

whens = st.none() | conditions
pieces = st.none() | st.sampled_from((Decimal("0.25"), Decimal("0.3"), Decimal("0.000001")))
names = st.text("abc déf'\":#0 ", min_size=1, max_size=12).map(str.strip).filter(bool)


@st.composite
def policies(draw):
    """Draw a policy whose rules need make no sense: a rule may hide the next."""
    found = draw(st.lists(st.tuples(whens, pieces), max_size=5))
    rules = [Rule(f"r{k}", when, Action(share=share)) for k, (when, share) in enumerate(found)]
    return Policy(
        "drawn",
        tuple(rules),
        sticky=draw(st.sampled_from(("session", "request"))),
        seed=draw(st.integers(0, 3)),
    )


_NOON = datetime(2026, 9, 1, 12)
maybe = st.none() | edges


@st.composite
def requests(draw):
    """Draw a request; whatever a log may lack is missing at times."""
    label = {field: draw(st.none() | st.sampled_from(LABELS[field][:4])) for field in LABELS}
    return {
        **{
            field: None if value and value.endswith("*") else value
            for field, value in label.items()
        },
        "team": draw(st.none() | st.sampled_from(TEAMS)),
        "input_tokens": draw(maybe),
        "cached_tokens": draw(maybe),
        "output_tokens": draw(maybe),
        "latency_seconds": draw(maybe),
        "session_requests": draw(maybe),
        "hour": draw(st.none() | st.integers(0, 23)),
        "tools": draw(st.none() | st.booleans()),
        "session": draw(st.none() | st.sampled_from(("one", "two"))),
        "event_ts": _NOON + timedelta(minutes=draw(st.integers(0, 2))),
    }


def with_ids(drawn):
    return [{**request, "event_id": f"e{k % 7}{k}"} for k, request in enumerate(drawn)]


many_requests = st.lists(requests(), min_size=1, max_size=12).map(with_ids)

# ---------------------------------------------------------------- scenarios

efforts = st.none() | st.sampled_from(EFFORTS)
models = st.none() | st.sampled_from(MODELS)
verifiers = st.builds(
    Verifier, decimals, decimals, st.none(), st.integers(1, 9000), decimals
) | st.builds(Verifier, decimals, decimals, st.sampled_from(MODELS))
cascades = st.builds(Cascade, st.sampled_from(MODELS), verifiers, efforts)
verifications = st.builds(
    Verification, decimals, decimals, models, st.integers(1, 9000), decimals, decimals,
    st.just(Decimal("0.5")),
)  # fmt: skip
actions = st.builds(
    Action, models, st.sampled_from((None, "batch", "cheapest")), efforts,
    st.sampled_from((None, "eu")), st.none() | st.integers(1, 10**6),
    st.sampled_from((None, Decimal("0.1"))), st.integers(1, 20), st.none(),
    st.none() | verifications,
) | st.builds(Action, cascade=cascades)  # fmt: skip

spreads = decimals.filter(bool).map(Spread.exactly) | st.lists(
    st.integers(1, 10**6 - 1).map(lambda n: Decimal(n) / 10**6), min_size=3, max_size=3
).map(lambda found: Spread(*sorted(found)))


def by_workload(values):
    return st.dictionaries(st.sampled_from(("*", "chat", "co de")), values, max_size=3)


assumptions = st.builds(
    Assumptions,
    output_ratio=by_workload(spreads),
    cache_kept=by_workload(spreads),
    human_repair_usd=by_workload(spreads),
    success=by_workload(st.dictionaries(st.sampled_from(MODELS), spreads, min_size=1)),
    latency_seconds=by_workload(st.integers(0, 10**6)),
    beta=st.none() | spreads,
    one_off_usd=decimals,
    draws=st.integers(16, 5000),
    seed=st.integers(0, 99),
)

_EVIDENCE = st.sampled_from((None, "agentic_coding"))
meanings = st.builds(
    LabelMeaning, st.lists(names, min_size=1, max_size=3).map(tuple), _EVIDENCE,
    st.none() | st.integers(0, 10**6), names,
)  # fmt: skip


def _told(part):
    return not ({"workload", "latency_seconds"} & fields_of(part))


def fields_of(part):
    if isinstance(part, Predicate):
        return {part.field}
    return {field for each in part.parts for field in fields_of(each)}


workload_rules = st.builds(
    WorkloadRule,
    st.sampled_from(("code", "chat", "docs")),
    conditions.filter(_told),
    st.just("agentic_coding"),
    st.just(60),
    names,
)
rule_sets = st.builds(
    WorkloadRules,
    st.lists(meanings, max_size=2).map(tuple),
    st.lists(workload_rules, max_size=3).map(tuple),
)


@st.composite
def scenarios(draw):
    """Draw a scenario that can be read: each rule is reached."""
    tests = draw(st.lists(conditions, max_size=3, unique=True))
    rules = [Rule(f"rule {k}", when, draw(actions)) for k, when in enumerate(tests)]
    if draw(st.booleans()):
        rules.append(Rule(draw(names), None, draw(actions)))
    policy = Policy(
        draw(names), tuple(rules), draw(names | st.just("")),
        draw(st.sampled_from(("session", "request"))), draw(st.integers(0, 10**6)),
    )  # fmt: skip
    return Scenario(policy, draw(assumptions), draw(st.none() | rule_sets), "x")
