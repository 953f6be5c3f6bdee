"""Rating and report SQL means the same to other engines.

Every statement that a report or an export runs is caught as it runs, translated to Spark and
back, and run again: the rows are the same.
"""

import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from app.contract_ledger import contract_answer, contract_ledger
from app.contract_report import Savings
from app.dimensions import dimensions
from app.exports import charges
from app.ledger import Question, answer, unpriced
from app.scope import Scope
from app.whatif.cells import cells_of, needs_of
from app.zone import zone_of
from models.policy.terms import Action, Policy, Predicate, Rule
from pricing.bulk import sql
from tests.contracts import contract_of
from tests.stored_usage import BOOK, warehouse_of

ROOT = Path(__file__).parents[1]
# Filled in as they run, and tested there.
FRAMES = {
    "charges",
    "condensed_usage",
    "contract_usage",
    "contracted_usage",
    "grouped_usage",
    "whatif_candidates",
    "whatif_cells",
    "whatif_classes",
    "whatif_events",
    "whatif_lever",
    "whatif_lever_lines",
    "whatif_numbered",
    "whatif_priced",
    "whatif_ruled",
    "whatif_session_events",
    "whatif_shares",
    "whatif_summed",
    "whatif_ways",
    "whatif_decided",
}
QUERIES = [
    path
    for path in sorted([*ROOT.glob("app/sql/*.sql"), *ROOT.glob("pricing/sql/*.sql")])
    if path.stem not in FRAMES
]

#: What engines lack or read differently without saying so.
FOREIGN = (
    exp.Div, exp.IntDiv, exp.Qualify, exp.PercentileCont, exp.PercentileDisc, exp.Quantile,
    exp.ApproxQuantile, exp.TimeToStr, exp.Pivot,
)  # fmt: skip
FOREIGN_TYPES = {exp.DataType.Type[name] for name in ("DOUBLE", "FLOAT", "INT128", "UINT128")}

WHERE = (("team", ("red", "(none)")), ("context_band", ("short", "long")), ("tag:env", ("x",)))
BERLIN = {
    "since": datetime(2026, 1, 1),
    "until": datetime(2026, 12, 1),
    "zone": zone_of("Europe/Berlin"),
}


class Caught:
    """A connection that keeps the selects it runs, with their parameters."""

    def __init__(self, con):
        self.con = con
        self.selects = []

    def execute(self, text, parameters=None):
        if copied := re.fullmatch(r"copy \((.*)\) to '.*' \(.*\)", text, re.DOTALL):
            self.selects.append((copied[1], parameters))
        elif text.lstrip().startswith(("with", "select")) and "information_schema" not in text:
            self.selects.append((text, parameters))
        return self.con.execute(text, parameters)

    def __getattr__(self, name):
        return getattr(self.con, name)


@pytest.fixture(scope="module")
def con():
    events = [
        {
            "event_ts": datetime(2026, month, 28, 22, 30 + month),
            "model_raw": model,
            "service_tier": tier,
            "uncached_input_tokens": 900 * month,
            "cache_read_tokens": month,
            "output_tokens": 7,
            "web_search_calls": 1,
            "team": team,
            "tags": '{"env": "x"}',
        }
        for month in (1, 3, 5, 10)
        for model in ("acme-large", "acme-small", "mystery")
        for tier in ("standard", "batch", "unknown")
        for team in ("red", None)
    ]
    with warehouse_of(events) as connection:
        yield connection


def under_contract(con, folder):
    """Report under a contract, and the way there from list prices."""
    contract = contract_of(
        folder, "rates: [{name: all, percent_off: 7}]\nmarkups: [{name: m, percent: 3, on: list}]\n"
    )
    question = Question(tuple(dimensions("team,month")), **BERLIN)
    ledger = contract_ledger(con, BOOK, question, contract)
    contract_answer(con, BOOK, question, ledger)
    Savings(con, BOOK, question, ledger)
    list(charges.write(con, BOOK, question, folder, "csv", ledger.scope, ledger))


def report(by, **more):
    return lambda con, _: answer(con, BOOK, Question(tuple(dimensions(by)), **more))


def what_if(con, _):
    """Condense usage for a policy that asks for everything cells can be told apart by."""
    small = Predicate("input_tokens", "between", (None, 2000))
    policy = Policy("p", (Rule("r", small, Action(model="acme-small", share=Decimal("0.5"))),))
    needs = needs_of([policy], labels=frozenset({"team", "tag:env"}), zone=BERLIN["zone"])
    cells_of(con, BOOK, Question(**BERLIN, where=WHERE[:1]), Scope(None), needs)


ASKED = {
    "times": report("hour,day,week,month", **BERLIN),
    "labels": report("team,user,tag:env,tag:a b", where=WHERE),
    "what the price knows": report("model,context_band,price_version,unpriced_reason"),
    "total": report("", **BERLIN, where=WHERE),
    "other prices": report("model", assume_tier="standard", prices_on=datetime(2026, 3, 15)),
    "unpriced": lambda con, _: unpriced(con, BOOK, Question(**BERLIN)),
    "contract": under_contract,
    "what-if": what_if,
    "charges": lambda con, folder: list(
        charges.write(con, BOOK, Question(**BERLIN, where=WHERE[:2]), folder, "csv")
    ),
}


@pytest.mark.parametrize("name", ASKED)
def test_what_runs_says_the_same_in_spark(con, tmp_path, name):
    caught = Caught(con)
    ASKED[name](caught, tmp_path)
    assert caught.selects
    for text, parameters in caught.selects:
        spark = sqlglot.transpile(
            text, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
        )[0]
        back = sqlglot.transpile(spark, read="spark", write="duckdb")[0]

        rows = con.execute(text, parameters).fetchall()
        assert sorted(map(repr, con.execute(back, parameters).fetchall())) == sorted(
            map(repr, rows)
        )


@pytest.mark.parametrize("name", ASKED)
def test_what_runs_is_in_the_portable_subset(con, tmp_path, name):
    caught = Caught(con)
    ASKED[name](caught, tmp_path)
    for text, _ in caught.selects:
        assert_portable(text)


def assert_portable(text):
    tree = sqlglot.parse_one(text, read="duckdb")

    assert list(tree.find_all(*FOREIGN)) == []
    assert FOREIGN_TYPES & {kind.this for kind in tree.find_all(exp.DataType)} == set()
    for join in tree.find_all(exp.Join):
        assert join.args.get("method") != "ASOF"
    for group in tree.find_all(exp.Group):
        assert not group.args.get("all")


@pytest.mark.parametrize(
    "text",
    [
        "select a / b from t",
        "select a // b from t",
        "select a, sum(b) from t group by all",
        "select * from a asof join b on a.x >= b.x",
        "select a from t qualify row_number() over (order by a) = 1",
        "select cast(a as hugeint) from t",
        "select cast(a as double) from t",
        "select percentile_cont(0.5) within group (order by a) from t",
        "select quantile_cont(a, 0.5) from t",
        "select strftime(a, '%Y') from t",
    ],
)
def test_what_is_foreign_is_noticed(text):
    with pytest.raises(AssertionError):
        assert_portable(text)


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_every_query_can_be_read_and_translated(path):
    text = re.sub(r"\{\w+\}", "1", path.read_text("utf-8"))

    assert_portable(text)
    assert sqlglot.transpile(
        text, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
    )


@pytest.mark.parametrize("name", ["find_rate", "rated_usage"])
def test_the_rating_rule_says_the_same_in_spark(con, name):
    usage = "select * exclude (model, rate_id)" if name == "find_rate" else "select *"
    text = f"with usage as ({usage} from usage_event) select * from ({sql(name)})"
    spark = sqlglot.transpile(text, read="duckdb", write="spark")[0]
    back = sqlglot.transpile(spark, read="spark", write="duckdb")[0]
    rows = con.execute(text).fetchall()

    assert len(rows) == con.execute("select count(*) from usage_event").fetchone()[0]
    assert sorted(map(repr, con.execute(back).fetchall())) == sorted(map(repr, rows))
