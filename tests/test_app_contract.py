"""Contracts over a database: the same bill as by hand, and reports that add up to it."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings

from app.cli import run
from app.contract_ledger import CONTRACT_MEASURES, contract_answer, contract_ledger
from app.contract_report import Savings, contract_rows, contract_table
from app.demo import contract_text
from app.dimensions import dimensions
from app.exports import charges
from app.ledger import MEASURES, Question, answer
from app.zone import zone_of
from pricing.contract.load import CONTRACT_KEYS, load_contract
from pricing.contract.load_fx import INVOICE_KEYS
from pricing.contract.load_lines import (
    COMMITMENT_KEYS,
    CREDIT_KEYS,
    MARKUP_KEYS,
    PROVISIONED_KEYS,
    VOLUME_KEYS,
)
from pricing.contract.load_rates import RATE_KEYS
from pricing.contract.load_reach import METER_WORDS, REACH_KEYS
from pricing.contract.statement import bill
from pricing.load import load_price_book
from pricing.vocabulary import Meter
from tests.contracts import BOOK, HEAD, cells_of, contract_of, instant, used
from tests.drawn_contracts import contracts, uses
from tests.stored_usage import warehouse_of

EVERYTHING = """
rates:
  - {name: all, percent_off: 12.5}
  - {name: large, models: [acme-large], tiers: [standard], context: short,
     rates: {input: 1.77, output: 11.11}, effective_from: 2026-03-10T14:30:00Z}
excluded: [{meters: [tools]}]
provisioned:
  - {name: ptu, models: [acme-large], tiers: [batch], cost: 3, per: day, units: 2}
volume_tiers:
  - {name: growth, kind: whole_volume, measure: spend, period: quarter,
     steps: [{from: 0.5, percent_off: 3}, {from: 2, percent_off: 7}]}
credits: [{name: welcome, amount: 0.75, models: [acme-small], expires: 2026-04-01}]
markups: [{name: gateway, percent: 1.1, on: billed}]
commitments: [{name: promise, amount: 4000, period: year, true_up: month}]
"""

TIMES = [
    "2026-01-20", "2026-02-10T12:00:01", "2026-03-10T14:29:59.999999", "2026-03-10T14:30:00",
    "2026-04-19", "2026-05-09T23:59:59",
]  # fmt: skip
TEAMS = ["red", "green", None]


def event_of(k, when):
    """Return one of many events that have everything a contract may ask for."""
    model = ("acme-large", "acme-small", "acme-large", "mystery")[k % 4]
    return {
        "event_id": f"e{k}",
        "event_ts": datetime.fromisoformat(when),
        "model_raw": model,
        "service_tier": ("standard", "standard", "batch", "standard", "standard")[k % 5],
        "region": ("global", "eu")[k % 2] if model == "acme-large" else "global",
        "team": TEAMS[k % 3],
        "uncached_input_tokens": 7 + 41 * k,
        "cache_read_tokens": k if model == "acme-large" else None,
        "output_tokens": 12_345 * k,
        "web_search_calls": k % 3,
        "billing": "notional" if k % 11 == 10 else "metered",
    }


EVENTS = [event_of(k, TIMES[k % len(TIMES)]) for k in range(60)]


@pytest.fixture(scope="module")
def con():
    with warehouse_of(EVENTS) as connection:
        yield connection


@pytest.fixture
def contract(tmp_path):
    return contract_of(tmp_path, EVERYTHING)


def as_used(event):
    """Return an event as the specification takes it."""
    use = used(
        event["event_ts"].isoformat(),
        event["output_tokens"],
        event["model_raw"],
        event["service_tier"],
        event["region"],
        uncached_input=event["uncached_input_tokens"],
        cache_read=event["cache_read_tokens"] or 0,
        web_search=event["web_search_calls"],
    )
    prompt = event["uncached_input_tokens"] + (event["cache_read_tokens"] or 0)
    return {**use, "long": prompt > 1_000}


def test_the_bill_of_a_database_is_the_bill_of_its_events(con, contract):
    ledger = contract_ledger(con, BOOK, Question(), contract)
    under = [as_used(event) for event in EVENTS if event["billing"] == "metered"]

    by_hand = bill(contract, cells_of(contract, under), instant("2026-05-10"))

    made = ledger.statement
    assert made.lines
    assert made.through == instant("2026-05-10")
    assert (made.list_pico, made.contracted_pico) == (by_hand.list_pico, by_hand.contracted_pico)
    assert made.total_pico == by_hand.total_pico
    assert [(x.month, x.cause, x.name, x.usd_pico) for x in made.lines] == [
        (x.month, x.cause, x.name, x.usd_pico) for x in by_hand.lines
    ]


def stored(k, use):
    """Return a drawn use as an event."""
    event = {
        "event_id": f"u{k}",
        "event_ts": use["at"].replace(tzinfo=None),
        "model_raw": use["model"],
        "service_tier": use["tier"],
        "region": use["region"],
    }
    return event | {meter.event_column: n for meter, n in use["quantities"].items()}


@settings(max_examples=25, deadline=None)
@given(contracts, uses)
def test_any_contract_bills_a_database_as_its_events(drawn, used_up):
    """Prompts of up to a thousand tokens are short, longer ones long, as in the price table."""
    for use in used_up:
        use["long"] = (
            use["model"] == "acme-large" and use["quantities"][Meter.UNCACHED_INPUT] > 1_000
        )
    with warehouse_of([stored(k, use) for k, use in enumerate(used_up)]) as fresh:
        ledger = contract_ledger(fresh, BOOK, Question(), drawn)
        found = contract_answer(fresh, BOOK, Question(), ledger)
    made = ledger.statement

    by_hand = bill(drawn, cells_of(drawn, used_up), made.through)

    assert made.total_pico == by_hand.total_pico
    assert [line.usd_pico for line in made.lines] == [line.usd_pico for line in by_hand.lines]
    if found.rows and found.rows[0][-1] is not None:
        outside = costs(found)[0] - made.list_pico
        assert costs(found)[2] == made.total_pico - made.unspread_pico + outside


GROUPINGS = ["", "team", "model,service_tier,context_band", "month,region,billing", "hour", "week"]


def costs(found):
    """Return the sums of the three costs."""
    width = len(found.keys)
    places = [
        width + CONTRACT_MEASURES.index(name)
        for name in ("cost_pico", "contracted_pico", "effective_pico")
    ]
    return [sum(int(row[k]) for row in found.rows if row[k] is not None) for k in places]


@pytest.mark.parametrize("by", GROUPINGS)
def test_rows_add_up_to_the_statement_however_they_are_grouped(con, contract, by):
    question = Question(by=tuple(dimensions(by)), zone=zone_of("Europe/Berlin"))
    ledger = contract_ledger(con, BOOK, question, contract)
    made = ledger.statement

    listed, contracted, effective = costs(contract_answer(con, BOOK, question, ledger))

    assert listed == answer(con, BOOK, question).total("cost_pico")
    outside = listed - made.list_pico
    assert contracted == made.contracted_pico + outside
    assert effective == made.total_pico - made.unspread_pico + outside


def test_other_columns_are_those_of_a_report_without_a_contract(con, contract):
    question = Question(by=tuple(dimensions("model,team")))
    ledger = contract_ledger(con, BOOK, question, contract)

    found = contract_answer(con, BOOK, question, ledger)

    plain = answer(con, BOOK, question)
    width = len(plain.keys) + len(MEASURES)
    assert [row[:width] for row in found.rows] == plain.rows


def test_filters_change_which_rows_are_shown_and_not_what_they_cost(con, contract):
    by_team = Question(by=tuple(dimensions("team")))
    ledger = contract_ledger(con, BOOK, by_team, contract)
    whole = {row[0]: row for row in contract_answer(con, BOOK, by_team, ledger).rows}
    red = replace(by_team, where=(("team", ("red",)),))

    ledger = contract_ledger(con, BOOK, red, contract)
    [row] = contract_answer(con, BOOK, red, ledger).rows

    assert row[:-1] == whole["red"][:-1]
    assert abs(row[-1] - whole["red"][-1]) <= 1  # rounded among other rows


@pytest.mark.parametrize("by", ["", "team", "month,model", "hour"])
def test_savings_lead_from_list_to_effective_cost(con, contract, by):
    question = Question(by=tuple(dimensions(by)), zone=zone_of("Europe/Berlin"))
    ledger = contract_ledger(con, BOOK, question, contract)

    way = Savings(con, BOOK, question, ledger)

    assert way.groups
    for _, steps in way.groups:
        assert steps[0][0], steps[-1][0] == ("list_cost", "effective_cost")
        assert sum(pico for _, _, pico in steps[:-1]) == steps[-1][2]
    ends = [steps[-1][2] for _, steps in way.groups]
    assert sum(ends) == costs(contract_answer(con, BOOK, question, ledger))[2]
    causes = {cause for _, steps in way.groups for cause, _, _ in steps[1:-1]}
    assert causes == {
        "negotiated_rate", "provisioned", "volume_tier", "credit", "markup", "commitment_shortfall",
    }  # fmt: skip


def test_subscriptions_are_under_no_contract(con, contract):
    question = Question(by=tuple(dimensions("billing")))
    ledger = contract_ledger(con, BOOK, question, contract)

    rows = contract_answer(con, BOOK, question, ledger).rows

    [notional] = [row for row in rows if row[0] == "notional"]
    at = 1 + CONTRACT_MEASURES.index("cost_pico")
    assert notional[at] == notional[-1] == notional[-2]


def test_prices_of_a_day_are_the_contracts_of_that_day_too(con, contract):
    """In February the fixed rate for acme-large did not hold yet."""
    question = Question(prices_on=datetime(2026, 2, 15), where=(("model", ("acme-large",)),))
    ledger = contract_ledger(con, BOOK, question, contract)

    assert {atom.term for atom in ledger.statement.atoms} <= {"all", None}


def test_a_contract_nobody_used(con, tmp_path):
    later = HEAD.replace("2026-02", "2030-02").replace("2027", "2031")
    unused = contract_of(
        tmp_path, "markups: [{name: desk, fixed: 10, percent: 1, on: list}]\n", later
    )
    question = Question(by=tuple(dimensions("team")))
    ledger = contract_ledger(con, BOOK, question, unused)

    listed, contracted, effective = costs(contract_answer(con, BOOK, question, ledger))

    assert listed == contracted == effective
    assert ledger.statement.lines == []


def test_columns_of_a_table_add_up_and_uncovered_rows_look_alike(con, contract):
    question = Question(by=tuple(dimensions("month,team")))
    ledger = contract_ledger(con, BOOK, question, contract)
    found = contract_answer(con, BOOK, question, ledger)

    *rows, total = (
        line.replace(",", "").split() for line in contract_table(found).splitlines()[2:]
    )

    january = [row for row in rows if row[0] == "2026-01"]
    assert january
    assert all(len(set(row[-4:-1])) == 1 for row in january)
    for k in (-4, -3, -2):
        assert sum(Decimal(row[k]) for row in rows) == Decimal(total[k])
    assert contract_rows(found)[0][-3:] == [
        "list_cost_usd", "contracted_cost_usd", "effective_cost_usd",
    ]  # fmt: skip


def test_a_report_of_one_event_has_its_share(tmp_path):
    """Two events of $1 and $3, a markup of $10 a month: $2.50 and $7.50."""
    day = datetime(2026, 2, 10)
    events = [
        {"event_ts": day, "team": team, "output_tokens": n * 800_000}
        for team, n in (("red", 1), ("green", 3))
    ]
    contract = contract_of(tmp_path, "markups: [{name: desk, fixed: 10}]\n")
    question = Question(by=tuple(dimensions("team")))
    with warehouse_of(events) as con:
        ledger = contract_ledger(con, BOOK, question, contract)
        rows = contract_answer(con, BOOK, question, ledger).rows

    assert [(row[0], row[-1] / 10**12) for row in rows] == [("green", 10.5), ("red", 3.5)]


@pytest.mark.parametrize("form", ["csv", "json"])
def test_charges_under_a_contract_add_up(con, contract, tmp_path, form):
    question = Question()
    ledger = contract_ledger(con, BOOK, question, contract)
    whole = costs(contract_answer(con, BOOK, question, ledger))

    [written] = charges.write(con, BOOK, question, tmp_path, form, ledger.scope, ledger)

    with written.path.open() as file:
        rows = json.load(file) if form == "json" else list(csv.DictReader(file))
    names = ("amount_usd", "contracted_amount_usd", "effective_amount_usd")
    sums = [sum(Decimal(r[name]) * 10**12 for r in rows if r[name]) for name in names]
    assert sums[:2] == whole[:2]
    assert abs(sums[2] - whole[2]) <= len(rows)  # each charge is rounded


def test_charges_without_a_contract_are_as_they_were(con, tmp_path):
    [written] = charges.write(con, BOOK, Question(), tmp_path, "csv")

    with written.path.open() as file:
        assert "contracted_amount_usd" not in file.readline()


@pytest.fixture(scope="module")
def shipped():
    return load_price_book()


RESOLD = """
contract: shop-2026
parties: {customer: us, vendor: OpenAI, reseller: Shop}
providers: [openrouter]
list_of: openai
currency: USD
period: {from: 2026-06-01, to: 2027-06-01}
rates: [{name: all, percent_off: 10}]
markups: [{name: shop, percent: 5, on: list}]
"""


def test_a_resellers_contract_is_on_what_it_bills_of_the_vendors_list(tmp_path, shipped):
    """$3 of OpenAI's list are 2.70 and a markup of 0.15; other vendors and bills stay as is."""
    sold = [("openrouter", "openai/gpt-5.5"), ("openrouter", "anthropic/claude-opus-4.7")]
    events = [
        {
            "event_ts": datetime(2026, 6, 10),
            "provider": provider,
            "model_raw": model,
            "output_tokens": 100_000,
            "uncached_input_tokens": 0,
        }
        for provider, model in (*sold, ("openai", "gpt-5.5"))
    ]
    (tmp_path / "c.yaml").write_text(RESOLD)
    contract = load_contract(tmp_path / "c.yaml", shipped)
    question = Question(by=tuple(dimensions("provider,model")))
    with warehouse_of(events, shipped) as con:
        ledger = contract_ledger(con, shipped, question, contract)
        rows = contract_answer(con, shipped, question, ledger).rows

    assert {row[:2]: row[-1] for row in rows} == {
        ("openai", "gpt-5.5"): 3 * 10**12,
        ("openrouter", "claude-opus-4-7"): 25 * 10**11,
        ("openrouter", "gpt-5.5"): 285 * 10**10,
    }


# ---------------------------------------------------------------- the command line

INPUTS = Path(__file__).parent / "golden" / "cli"
SMALL = """
contract: small-2026
parties: {customer: us, vendor: Acme}
providers: [acme]
currency: USD
period: {from: 2026-01-01, to: 2027-01-01}
rates: [{name: all, percent_off: 10}]
markups: [{name: gateway, percent: 5, on: contracted}]
commitments: [{name: promise, amount: 100, period: year}]
credits: [{name: welcome, amount: 0.0001}]
"""


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    """A folder with a loaded database and a contract."""
    folder = tmp_path_factory.mktemp("contract")
    text = (INPUTS / "prices.yaml").read_text("utf-8")
    vendor = next(line.split()[-1] for line in text.splitlines() if "- provider:" in line)
    (folder / "c.yaml").write_text(SMALL.replace("[acme]", f"[{vendor}]"))
    words = ["load", str(INPUTS / "logs"), "--db", str(folder / "db"), "-o", str(folder / "out")]
    assert run([*words, "--prices", str(INPUTS / "prices.yaml")]) == 0
    return folder


def call(there, capsys, *words):
    more = ["--db", str(there / "db")] if "check" not in words and "show" not in words else []
    code = run([*words, "--prices", str(INPUTS / "prices.yaml"), *more])
    out, err = capsys.readouterr()
    return code, out, err


def test_report_in_json(there, capsys):
    code, out, err = call(
        there, capsys, "report", "--contract", str(there / "c.yaml"), "--format", "json"
    )

    assert code == 0
    for row in json.loads(out):
        assert row["cost_usd"] == row["effective_cost_usd"]
        if row["list_cost_usd"] is not None:
            assert Decimal(row["contracted_cost_usd"]) <= Decimal(row["list_cost_usd"])
    assert "contract small-2026" in err
    assert "cost_usd is the effective cost" in err


def test_savings_in_csv(there, capsys):
    code, out, _ = call(
        there, capsys, "report", "--savings", "--contract", str(there / "c.yaml"), "--format", "csv"
    )

    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    assert [row["cause"] for row in rows] == [
        "list_cost", "negotiated_rate", "credit", "markup", "effective_cost",
    ]  # fmt: skip
    amounts = [Decimal(row["amount_usd"]) for row in rows]
    assert sum(amounts[:-1]) == amounts[-1]


def test_a_statement_adds_up_in_every_format(there, capsys):
    code, out, err = call(
        there, capsys, "contract", "bill", str(there / "c.yaml"), "--format", "csv"
    )

    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    for month in {row["month"] for row in rows}:
        of_month = [row for row in rows if row["month"] == month]
        total = Decimal(of_month[-1]["amount_usd"])
        assert of_month[-1]["section"] == "total"
        assert sum(Decimal(row["amount_usd"]) for row in of_month[:-1]) == total
    assert "commitment 'promise' of 1 Jan 2026 to 1 Jan 2027: USD" in err

    code, out, _ = call(there, capsys, "contract", "bill", str(there / "c.yaml"))
    assert code == 0
    assert ", open, to 2026-" in out


def test_an_event_is_explained(there, capsys):
    path = str(there / "c.yaml")
    code, out, err = call(there, capsys, "explain", "resp_01", "--contract", path)
    assert code == 0
    assert "contracted usd    effective usd" in out
    assert "contract small-2026: effective_usd has a share of each of its lines" in err

    code, out, _ = call(there, capsys, "explain", "resp_01", "--contract", path, "--format", "json")
    for row in json.loads(out):
        assert Decimal(row["contracted_usd"]) == Decimal(row["amount_usd"]) * Decimal("0.9")
        assert row["term"] == "all"


def test_check_show_and_balance(there, capsys):
    path = str(there / "c.yaml")

    assert call(there, capsys, "contract", "check", path)[:2] == (
        0,
        "small-2026: rates 1, credits 1, markups 1, commitments 1: no fault\n",
    )
    code, out, _ = call(there, capsys, "contract", "show", path, "--on", "2026-06-01")
    assert code == 0
    assert "contract      small-2026" in out
    code, out, _ = call(there, capsys, "contract", "balance", path, "--format", "json")
    assert code == 0
    assert [(row["kind"], row["state"]) for row in json.loads(out)] == [
        ("commitment", "open"),
        ("credit", "used"),
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("report --savings", "--savings compares with list prices; name your contract"),
        ("report --contract nowhere.yaml", "nowhere.yaml is not a file; name a contract in YAML"),
        ("contract bill {c} --month 1999-01", "1999-01 has no usage under the contract"),
        ("contract bill {c} --month soon", "'soon-01' is not a date"),
        ("report --savings --by context_band --contract {c}", "savings cannot be grouped by"),
        ("contract check {bad}", "bad.yaml:2: unknown key 'contrat'; did you mean 'contract'?"),
        ("contract bill {eur}", "no exchange rate of EUR on 2026-"),
    ],
)
def test_what_cannot_be_done_is_said(there, capsys, words, message):
    text = (there / "c.yaml").read_text()
    (there / "bad.yaml").write_text(text.replace("contract:", "contrat:", 1))
    euros = text.replace("USD", "EUR") + "fx: [{from: 2026-12-30, usd: 1.1}]\n"
    (there / "eur.yaml").write_text(euros)
    named = {name: there / f"{name}.yaml" for name in ("c", "bad", "eur")}

    code, out, err = call(there, capsys, *words.format(**named).split())

    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


# ---------------------------------------------------------------- contracts that are shipped

DOCUMENTS = Path(__file__).parents[1] / "docs"


@pytest.mark.parametrize("path", sorted((DOCUMENTS / "contracts").glob("*.yaml")), ids=str)
def test_a_contract_to_copy_from_is_sound_and_has_one_of_everything(path, shipped):
    contract = load_contract(path, shipped)

    parts = ("rates", "excluded", "provisioned", "volume_tiers", "credits", "markups")
    assert all(getattr(contract, part) for part in (*parts, "commitments", "invoice", "renewal"))


def test_the_currencies_of_the_document_are_sound(tmp_path, shipped):
    [block] = re.findall(r"```yaml\n(.*?)```", (DOCUMENTS / "contracts.md").read_text(), re.DOTALL)
    sample = (DOCUMENTS / "contracts" / "acme-2026.yaml").read_text()
    (tmp_path / "eur.yaml").write_text(sample.replace("currency: USD\n", block))

    assert load_contract(tmp_path / "eur.yaml", shipped).currency == "EUR"


def test_the_document_names_every_key():
    text = (DOCUMENTS / "contracts.md").read_text()
    keys = {
        *CONTRACT_KEYS, *REACH_KEYS, *METER_WORDS, *VOLUME_KEYS, *PROVISIONED_KEYS, *CREDIT_KEYS,
        *MARKUP_KEYS, *COMMITMENT_KEYS, *INVOICE_KEYS, *RATE_KEYS,
    }  # fmt: skip

    synonyms = {"note", "cache_write_5m", "cache_write_1h"}
    assert [key for key in sorted(keys - synonyms) if key not in text] == []


@pytest.mark.parametrize("events", [1_000, 200_000, 37_000_000])
def test_the_demo_companys_contract_is_sound_at_every_scale(tmp_path, shipped, events):
    (tmp_path / "c.yaml").write_text(contract_text(events / 37_000_000))

    assert load_contract(tmp_path / "c.yaml", shipped).commitments
