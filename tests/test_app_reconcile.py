"""`ratecard reconcile`, from files to what it prints: goldens, exit codes, and what it refuses."""

import csv
import io
import json
import os
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from app.cli import run
from models.reconcile.causes import Cause
from tests.admin_pages import bucket, completions, cost, page
from tests.loaded_logs import chat, spend_log, write_lines

HERE = Path(__file__).parent / "golden" / "reconcile"
PRICES = str(HERE.parent / "cli" / "prices.yaml")

#: A golden file each: the usage that is loaded, and the words.
SHOWN = {
    "costs": ("usage.json", "costs.json"),
    "costs_line_items": ("usage.json", "costs.json --by line_item"),
    "costs_projects": ("usage.json", "costs.json --by project"),
    "costs_csv": ("usage.json", "costs.json --format csv"),
    "costs_json": ("usage.json", "costs.json --by line_item --format json"),
    "export": ("usage_export.csv", "cost_export.csv"),
    "export_json": ("usage_export.csv", "cost_export.csv --format json"),
    "invoice_yaml": ("usage.json", "invoice.yaml --fx EUR=1.1"),
    "invoice_csv": ("usage.json", "invoice.csv"),
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    for path in HERE.iterdir():
        shutil.copy(path, tmp_path)
    (tmp_path / "broken.json.gz").write_bytes(b"no archive")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RATECARD_DB", str(tmp_path / "usage.duckdb"))
    return tmp_path


@pytest.fixture
def ask(here, capsys):
    """Load usage, then reconcile; return what was written to stdout and to stderr."""

    def asked(words, *usage, code=0):
        for name in usage:
            assert run(["load", name, "--prices", PRICES]) == 0
        capsys.readouterr()
        assert run(["reconcile", *words.split(), "--prices", PRICES]) == code
        return capsys.readouterr()

    return asked


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_shown(golden, ask, name):
    usage, words = SHOWN[name]
    shown = ask(words, usage)

    golden(f"reconcile/{name}.txt", f"{shown.out}--- stderr\n{shown.err}")


def million(model, tier):
    """Return a bucket of a million tokens of input."""
    return completions(1_000_000, 0, model=model, batch=False, service_tier=tier)


def item(amount, line_item):
    """Return a cost of a million tokens."""
    return cost(amount, line_item, quantity=1_000_000, quantity_unit="tokens")


def sections(text):
    found = {}
    for row in json.loads(text):
        found.setdefault(row["section"], []).append(row)
    return found


@pytest.mark.parametrize("by", ["day", "line_item", "project"])
@pytest.mark.parametrize("bill", ["costs.json", "invoice.yaml", "invoice.csv", "cost_export.csv"])
def test_every_group_and_the_range_add_up_to_the_last_digit(ask, bill, by):
    usage = "usage_export.csv" if bill == "cost_export.csv" else "usage.json"
    found = sections(ask(f"{bill} --by {by} --format json", usage).out)
    [total] = found["range"]
    key = "from" if by == "day" else by

    def summed(rows, column):
        return sum((Decimal(row[column]) for row in rows), Decimal(0))

    assert [row["cause"] for row in found["cause"]] == [cause.value for cause in Cause]
    assert summed(found["cause"], "amount_usd") == Decimal(total["difference_usd"])
    for column in ("billed_usd", "charged_usd", "computed_usd", "difference_usd"):
        assert summed(found["group"], column) == Decimal(total[column])
    for group in found["group"]:
        causes = [row for row in found["group_cause"] if row[key] == group[key]]
        assert summed(causes, "amount_usd") == Decimal(group["difference_usd"])


def test_what_is_computed_is_what_a_report_says(ask, capsys):
    [total] = sections(ask("costs.json --format json", "usage.json").out)["range"]
    assert run(["report", "--by", "", "--format", "json", "--prices", PRICES]) == 0

    assert total["computed_usd"] == json.loads(capsys.readouterr().out)[0]["cost_usd"]


def test_csv_and_json_hold_the_same(ask):
    objects = json.loads(ask("costs.json --format json", "usage.json").out)
    rows = list(csv.DictReader(io.StringIO(ask("costs.json --format csv").out)))

    assert [list(row) for row in rows] == [list(each) for each in objects]
    for row, each in zip(rows, objects, strict=True):
        assert row == {key: value or "" for key, value in each.items()}


# ---------------------------------------------------------------- what is compared


def test_loaded_costs_need_no_file(ask):
    named = ask("costs.json --format json", "usage.json").out

    assert ask("--format json", "costs.json").out == named


def test_only_the_days_asked_for(ask):
    found = sections(
        ask("costs.json --from 2026-04-02 --to 2026-04-03 --format json", "usage.json").out
    )

    assert [row["from"] for row in found["group"]] == ["2026-04-02"]
    assert found["range"][0]["computed_usd"] == "2.305"


def test_usage_of_another_biller_is_not_on_this_bill(ask, here):
    when = "2026-04-01T09:00:00.000Z"
    more = {"model": "large", "custom_llm_provider": "azure", "startTime": when, "endTime": when}
    write_lines(here / "azure.jsonl", spend_log("a", **more))
    before = sections(ask("costs.json --format json", "usage.json").out)["range"]

    assert sections(ask("costs.json --format json", "azure.jsonl").out)["range"] == before


def test_the_bucket_of_a_day_that_is_not_over_ends_when_it_was_pulled(ask, here):
    start = 1788220800  # 2026-09-01
    usage = {"prompt_tokens": 1_000_000, "completion_tokens": 0, "total_tokens": 1_000_000}
    write_lines(
        here / "log.jsonl",
        chat("a", model="small", created=start + 3600, usage=usage),
        chat("b", model="small", created=start + 80_000, usage=usage),
    )
    costs = page(bucket(0, item(0.2, "small, input"), end_time=start + 43_200))
    write_lines(here / "today.jsonl", costs)
    [total] = sections(ask("today.jsonl --format json", "log.jsonl").out)["range"]

    assert (total["to"], total["difference_usd"]) == ("2026-09-01T12:00:00Z", "0")


def test_of_several_pulls_of_the_costs_the_one_that_tells_most_counts(ask, here):
    write_lines(here / "usage.jsonl", page(bucket(0, million("small", "default"))))
    write_lines(here / "sums.jsonl", page(bucket(0, cost(0.2))))
    write_lines(here / "items.jsonl", page(bucket(0, item(0.2, "small, input"))))
    shown = ask("sums.jsonl items.jsonl --format json", "usage.jsonl")
    [total] = sections(shown.out)["range"]

    assert (total["billed_usd"], total["difference_usd"]) == ("0.2", "0")
    assert (
        "of several pulls 'openai_costs 1d by line_item' counts, and 'openai_costs 1d'" in shown.err
    )


def test_pulls_that_differ_are_said(ask, here):
    write_lines(here / "sums.jsonl", page(bucket(0, cost(0.3))))
    write_lines(here / "items.jsonl", page(bucket(0, item(0.2, "small, input"))))
    shown = ask("sums.jsonl items.jsonl", "usage.json")

    assert "pulls of the same costs differ on 1 day; pull again" in shown.err


def test_rows_that_are_no_costs_are_said(ask, here):
    bad = cost("much", "small, output")
    write_lines(here / "costs.jsonl", page(bucket(0, item(0, "small, input"), bad)))
    shown = ask("costs.jsonl", "usage.json")

    assert "costs.jsonl: 1 row could not be read as costs" in shown.err


def test_projects_of_the_bill_alone_divide_nothing(ask, here):
    named = item(0.2, "small, input") | {"project_id": "proj_1"}
    write_lines(here / "costs.jsonl", page(bucket(0, named)))
    shown = ask("costs.jsonl --by project", "usage.json")

    assert "the usage names no project of the bill: they are compared without projects" in shown.err
    assert shown.out.splitlines()[2].startswith("(none)")


def test_context_band_of_buckets_has_its_bound(ask):
    found = sections(ask("costs.json --format json", "usage.json").out)
    [band] = [row for row in found["cause"] if row["cause"] == "context_band"]

    # Short to long: input 2 to 5, cached 0.2 to 0.5, output 8 to 15; batch has no long price.
    tokens = {"input": 600 + 600 + 400, "cached": 400 + 300, "output": 100 + 90 + 40}
    bound = tokens["input"] * 3 + tokens["cached"] * Decimal("0.3") + tokens["output"] * 7
    assert Decimal(band["bound_usd"]) == bound / 1000
    assert Decimal(band["amount_usd"]) == Decimal("0.15")


def test_an_assumed_tier_is_compared(ask, here):
    write_lines(here / "usage.jsonl", page(bucket(0, million("large", None))))
    write_lines(
        here / "costs.jsonl",
        page(bucket(0, item(5, "priority | large, input"))),
    )
    words = "costs.jsonl --format json"
    causes = sections(ask(words, "usage.jsonl").out)["group_cause"]
    assert [(row["cause"], row["amount_usd"]) for row in causes] == [("unpriced", "5")]

    causes = sections(ask(f"{words} --assume-tier standard").out)["group_cause"]
    assert [(row["cause"], row["amount_usd"]) for row in causes] == [("tier", "3")]
    assert causes[0]["note"] == "billed as priority, assumed as standard"


def test_everything_at_the_prices_of_a_day(ask):
    words = "costs.json --from 2026-04-03 --format json"
    causes = sections(ask(f"{words} --prices-on 2026-02-01", "usage.json").out)["group_cause"]

    assert {row["cause"] for row in causes} == {"unit_price"}  # of small, at 90 % of list


def test_a_contract_takes_the_place_of_the_list(ask):
    """Ten percent off explain 0.09 for what lists at 0.10; the day before lists as it did."""
    found = sections(ask("costs.json --contract contract.yaml --format json", "usage.json").out)
    causes = {row["cause"]: row["amount_usd"] for row in found["cause"]}

    assert found["range"][0]["computed_usd"] == "7.095"
    assert causes["unit_price"] == "0"
    assert causes["not_logged"] == "0.05"


def test_a_contract_that_was_not_applied(ask, here):
    costs = here / "costs.json"
    text = costs.read_text("utf-8")
    assert text.count("0.09") == 1
    costs.write_text(text.replace("0.09", "0.1"), "utf-8")
    found = sections(ask("costs.json --contract contract.yaml --format json", "usage.json").out)
    [unit_price] = [row for row in found["group_cause"] if row["cause"] == "unit_price"]

    assert (unit_price["amount_usd"], unit_price["note"]) == ("0.01", "billed at list")


# ---------------------------------------------------------------- exit codes and refusals


@pytest.mark.parametrize(
    ("tolerance", "code"), [("0", 1), ("10", 1), ("40", 0), ("99.9 %", 0), ("1000", 0)]
)
def test_above_the_tolerance_the_exit_code_is_1(here, capsys, tolerance, code):
    assert run(["load", "usage.json", "--prices", PRICES]) == 0
    words = ["reconcile", "costs.json", "--prices", PRICES, "--tolerance", tolerance]
    assert run(words) == code
    told = capsys.readouterr().err

    assert ("ratecard: --tolerance" in told) == (code == 1)


def test_what_ties_is_within_a_tolerance_of_nothing(ask):
    words = "cost_export.csv --from 2026-02-06 --to 2026-02-08 --tolerance 0"

    assert "100.00" in ask(words, "usage_export.csv").out


REFUSED = {
    "costs.json --tolerance much": "--tolerance much: write percent, such as 0.5",
    "costs.json --tolerance -1": "--tolerance -1: write percent, such as 0.5",
    "costs.json --fx EUR": "--fx EUR: write what a unit is in US dollars, such as EUR=1.08",
    "costs.json --fx EUR=0": "--fx EUR=0: write what a unit is in US dollars, such as EUR=1.08",
    "costs.json --from 2026-04-01T12:00": "a bill is by UTC days; name a date",
    "costs.json --from 2027-01-01": "there is one from 2026-04-01 to 2026-04-04",
    "costs.json invoice.csv": "state the same days, from 2026-04-01; name one of them",
    "usage.json": "usage.json holds no costs; name a page of the Costs API",
    "nowhere.json": "nowhere.json",
    "costs.json --contract nowhere.yaml": "nowhere.yaml is not a file; name a contract in YAML",
    "nowhere.yaml": "nowhere.yaml",
    "broken.json.gz": "broken.json.gz",
    "": "the database holds no bill; name a file with one, or fetch it with",
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_be_compared_is_said_in_a_sentence(ask, words):
    told = ask(words, "usage.json", code=2)

    assert told.out == ""
    assert REFUSED[words] in told.err
    assert told.err.splitlines()[-1].startswith("ratecard: ")


def test_another_currency_needs_an_exchange_rate(ask, here):
    invoice = here / "invoice.yaml"
    invoice.write_text(invoice.read_text("utf-8").replace("fx: 1.08\n", ""), "utf-8")

    assert (
        "say what that is in US dollars, such as --fx EUR=1.08"
        in ask("invoice.yaml", "usage.json", code=2).err
    )
    assert ask("invoice.yaml --fx eur=1.08").err


# ---------------------------------------------------------------- the real pair

SAMPLES = os.environ.get("RATECARD_SAMPLES")
EXPORTS = "openai_admin/dashboard_{}_export_2025-10.csv"


@pytest.mark.skipif(not SAMPLES, reason="RATECARD_SAMPLES names no folder of recorded logs")
def test_the_recorded_export_of_a_week(tmp_path, capsys):
    """At the shipped prices: three days tie, two are off, one was not exported."""
    [usage] = Path(SAMPLES).rglob(EXPORTS.format("completions_usage").partition("/")[2])
    [costs] = Path(SAMPLES).rglob(EXPORTS.format("cost").partition("/")[2])
    database = ["--db", str(tmp_path / "usage.duckdb")]
    assert run(["load", str(usage), *database]) == 0
    capsys.readouterr()
    assert run(["reconcile", str(costs), *database, "--format", "json"]) == 0
    found = sections(capsys.readouterr().out)
    days = {row["from"]: row for row in found["group"]}

    for day, amount in {"07": "0.569788", "10": "0.3409", "11": "0.072054"}.items():
        row = days[f"2025-10-{day}"]
        assert row["billed_usd"] == row["computed_usd"] == amount
        assert row["accuracy_percent"] == "100"
    assert days["2025-10-05"]["computed_usd"] == "0.24726"
    assert days["2025-10-06"]["computed_usd"] == "0.81584275"
    assert days["2025-10-06"]["billed_usd"] == "0.56177125"
    causes = {(row["from"], row["cause"]): row["amount_usd"] for row in found["group_cause"]}
    assert causes == {
        # A bucket of eight requests of the 6th is on the bill of the 5th, to the last digit.
        ("2025-10-05", "other_day"): "0.648614",
        ("2025-10-06", "other_day"): "-0.648614",
        ("2025-10-06", "residual"): "0.3945425",
        ("2025-10-08", "not_logged"): "0.5455665",
    }
