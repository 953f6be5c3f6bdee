"""What every command prints for a small, made-up set of logs, word for word.

The logs, their prices and the texts are in ``tests/golden/cli``; ``--update-golden`` writes
the texts anew. The amounts are computed by hand in ``test_the_amounts_are_right``.
"""

import csv
import io
import json
import re
import shlex
import shutil
from contextlib import chdir
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from app.cli import run

INPUTS = Path(__file__).parent / "golden" / "cli"
DAYLIGHT = "--from 2026-03-28T22:00Z --tz Europe/Berlin"

#: A golden file each. What changes from day to day (today's prices, the place) is not shown.
SHOWN = {
    "load": "load logs --db fresh.duckdb",
    "load_csv": "load logs --db fresh.duckdb --format csv",
    "load_json": "load logs --db fresh.duckdb --format json",
    "load_again": "load logs",
    "load_one_source": "load logs/chat.jsonl --db fresh.duckdb --source openai_chat --dry-run",
    "quarantine": "load --quarantine",
    "quarantine_csv": "load --quarantine --format csv",
    "quarantine_json": "load --quarantine --format json",
    "quarantine_show": "load --quarantine --show",
    "report": "report",
    "report_csv": "report --format csv",
    "report_json": "report --format json",
    "report_total": "report --by '' --format json",
    "report_labels_csv": "report --by team,project,user,api_key,workload,tag:env --format csv",
    "report_labels": "report --by team,workload,tag:env",
    "report_bands": "report --by model,context_band,price_version",
    "report_reasons": "report --by unpriced_reason,model --format json",
    "report_regions": "report --by region,source,gateway,endpoint",
    "report_days": f"report --by day {DAYLIGHT}",
    "report_hours": f"report --by hour {DAYLIGHT} --format csv",
    "report_weeks": "report --by week,provider",
    "report_months": "report --by month,account",
    "report_where": "report --by model --where team=coding --where team=support --where user=ann",
    "report_assume_tier": "report --by service_tier --assume-tier standard",
    "report_prices_on": "report --by model --prices-on 2026-03-01",
    "report_prices_as_of": "report --by price_version --prices-as-of 2026-03-01 --format csv",
    "report_nothing": "report --from 2030-01-01",
    "report_nothing_json": "report --from 2030-01-01 --format json",
    "report_strict": "report --by model --where model=large-preview --strict",
    "explain": "explain resp_01",
    "explain_csv": "explain resp_01 --format csv",
    "explain_json": "explain resp_01 --format json",
    "explain_uplift_and_tool": "explain resp_05",
    "explain_stated_cost": "explain gw-01",
    "explain_cache_hit": "explain gw-02",
    "explain_unknown_model": "explain resp_10",
    "explain_tier_unknown": "explain resp_09",
    "explain_bucket": "explain gw-04_batch_cost",
    "explain_long_write": "explain resp_13",
    "prices_list": "prices list --on 2026-03-11",
    "prices_list_csv": "prices list --on 2026-03-11 --tier standard --format csv",
    "prices_list_json": "prices list --model small-2026-01-01 --all --format json",
    "prices_show": "prices show large",
    "prices_show_json": "prices show small --format json",
    "prices_check": "prices check prices.yaml",
    "prices_check_faults": "prices check faulty.yaml",
    "export_charges_csv": "export charges -o out",
    "export_charges_json": "export charges -o out --format json --from 2026-03-12 --to 2026-03-14",
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A folder with the inputs, and a database that holds them."""
    folder = tmp_path_factory.mktemp("cli")
    shutil.copytree(INPUTS / "logs", folder / "logs")
    shutil.copy(INPUTS / "prices.yaml", folder)
    broken = (INPUTS / "prices.yaml").read_text("utf-8")
    broken = broken.replace("input: 2.50", "input: -2.50").replace("[flex, ultra", "[flexx, ultra")
    (folder / "faulty.yaml").write_text(broken, "utf-8")
    with chdir(folder):
        load = "load logs --db usage.duckdb --prices prices.yaml -o loaded.txt"
        assert run(load.split()) == 0
    return folder


@pytest.fixture
def there(loaded, tmp_path, monkeypatch):
    """A copy of that folder, as the current one, with the database and prices as defaults."""
    for name in ("logs", "usage.duckdb", "prices.yaml", "faulty.yaml"):
        (shutil.copytree if name == "logs" else shutil.copy)(loaded / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RATECARD_DB", "usage.duckdb")
    return tmp_path


def typed(line):
    """Return the words of a command line, with the made-up prices where a command takes some."""
    words = shlex.split(line)
    return words if words[:2] == ["prices", "check"] else [*words, "--prices", "prices.yaml"]


@pytest.mark.parametrize("name", SHOWN)
def test_a_command_prints_what_its_golden_file_holds(name, there, capsys, golden):
    code = run(typed(SHOWN[name]))
    out, err = capsys.readouterr()
    shown = f"$ ratecard {SHOWN[name]}\n{out}"
    for written in sorted(there.glob("out/*")):
        shown += f"--- {written.relative_to(there)}\n{written.read_text('utf-8')}"
    shown += f"--- stderr\n{err}--- exit {code}\n"

    golden(f"cli/{name}.txt", shown)


def test_every_golden_file_has_its_command():
    assert {path.stem for path in INPUTS.glob("*.txt")} == set(SHOWN)


#: Micro-dollars of every event that has a price: tokens times USD per 1M tokens.
BY_HAND = {
    "resp_01": "300 * 2.50 + 600 * 0.25 + 100 * 3.125 + 200 * 10",
    "resp_02": "1000 * 5 + 1 * 0.5 + 100 * 15",  # one token above the threshold: all of it is long
    "resp_03": "400 * 2.50 + 100 * 10",  # the second before the cut
    "resp_04": "400 * 2 + 100 * 8",  # the second of the cut
    "resp_05": "400 * 2.2 + 100 * 8.8 + 2 * 10000",  # uplift on tokens, none on the two searches
    "resp_06": "100 * 5 + 10 * 20",  # priority
    "resp_12": "100 * 2 + 10 * 8",
    "resp_14": "250 * 2 + 250 * 0.2 + 20 * 8",  # the finished state, not the queued one
    **dict.fromkeys([f"resp_{k}" for k in range(16, 22)], "10 * 2 + 1 * 8"),
    "chatcmpl-01": "176 * 0.2 + 1024 * 0.02 + 300 * 1.25",
    "chatcmpl-02": "900 * 0.2",
    "chatcmpl-03": "904 * 0.2 + 4096 * 0.02 + 250 * 1.25",
    "chatcmpl-21": "700 * 1.25 + 100 * 0.125 + 50 * 5",  # batch, although the body says default
    "chatcmpl-23": "2000 * 0.1 + 100 * 0.625",
    "gw-01": "400 * 2 + 100 * 8",
    "gw-02": "400 * 0 + 100 * 0",  # answered by the gateway's cache
    "gw-03-attempt-1": "400 * 2",  # an earlier attempt that was billed
    "gw-03": "400 * 2 + 100 * 8",
    "gw-04_batch_cost": "9000 * 1.25 + 900 * 5",  # a whole batch: as short context
}

UNPRICED = {
    "resp_07": "tier_not_offered",
    "resp_08": "tier_not_offered",
    "resp_09": "tier_unknown",
    "resp_10": "unknown_model",
    "resp_11": "no_price_at_date",
    "resp_13": "meter_without_rate",
    "resp_15": "region_unknown",
    "chatcmpl-22": "rate_not_published",
}


def by_hand(formula):
    """Add up products in decimal, as on paper; in dollars."""
    products = [product.split(" * ") for product in formula.split(" + ")]
    return sum(Decimal(one) * Decimal(other) for one, other in products).scaleb(-6)


def machine(line, capsys):
    """Return the objects a command writes as JSON."""
    assert run(typed(f"{line} --format json")) == 0
    return json.loads(capsys.readouterr().out)


def test_the_amounts_are_right(there, capsys):
    assert run(typed("export charges -o out")) == 0
    charged, refused = {}, {}
    for row in csv.DictReader((there / "out" / "charges.csv").read_text("utf-8").splitlines()):
        if row["unpriced_reason"]:
            refused[row["event_id"]] = row["unpriced_reason"]
            assert row["amount_usd"] == ""
        else:
            charged.setdefault(row["event_id"], []).append(Decimal(row["amount_usd"]))
    [total] = machine("report --by ''", capsys)
    dollars = {event_id: by_hand(formula) for event_id, formula in BY_HAND.items()}

    assert {event_id: sum(amounts) for event_id, amounts in charged.items()} == dollars
    assert refused == UNPRICED
    assert Decimal(total["cost_usd"]) == sum(dollars.values()) == Decimal("0.0592669")
    assert total["unpriced_requests"] == len(UNPRICED)
    assert total["requests"] == len(BY_HAND) + len(UNPRICED) - 1  # an attempt is no request


@pytest.mark.parametrize(
    ("options", "difference"),
    [
        # resp_09 at 100 * 2 + 10 * 8
        ("--assume-tier standard", "280"),
        # 12 events lose the cut of 20 %: of resp_04, gw-01, gw-03 1600, of the attempt 800, of
        # resp_12 280, resp_14 710 and six of 28 comes a quarter more; resp_05 has 1.1 * 400 on top;
        # resp_11 gets a price, 10 * 2.5 + 1 * 10
        ("--prices-on 2026-03-01", "(3 * 1600 + 800 + 280 + 710 + 6 * 28) / 4 + 440 + 35"),
        # the same, but what was too early stays without a price
        ("--prices-as-of 2026-03-01", "(3 * 1600 + 800 + 280 + 710 + 6 * 28) / 4 + 440"),
    ],
)
def test_other_prices_change_the_total_by_what_they_should(there, capsys, options, difference):
    [total] = machine(f"report --by '' {options}", capsys)
    micro = Fraction(eval(difference))  # sums that stand above

    assert Fraction(total["cost_usd"]) - Fraction("0.0592669") == micro / 10**6


@pytest.mark.parametrize(
    "name", ["load", "report", "report_labels", "prices_list", "quarantine", "explain"]
)
def test_table_and_csv_agree(there, capsys, name):
    """Cell for cell where both have a column; people get thousands separated and dollars cut."""
    assert run(typed(f"{SHOWN[name]} --format csv")) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    (there / "fresh.duckdb").unlink(missing_ok=True)
    assert run(typed(SHOWN[name])) == 0
    lines = capsys.readouterr().out.splitlines()
    rule = next(k for k, line in enumerate(lines) if line.startswith("---"))
    starts = [dashes.start() for dashes in re.finditer("-+", lines[rule])]
    cuts = list(pairwise([*starts, None]))
    names = [lines[rule - 1][a:b].strip().replace(" ", "_") for a, b in cuts]

    assert len(lines) > rule + len(rows)
    for row, line in zip(rows, lines[rule + 1 :], strict=False):
        shown = dict(zip(names, [line[a:b].strip() for a, b in cuts], strict=True))
        for key, cell in shown.items():
            if key == "cost_usd" and cell != "-":
                assert abs(Decimal(cell) - Decimal(row[key])) < Decimal("0.000001")
            else:
                assert as_machine(cell) == row[key].removeprefix("'").strip(), key


def as_machine(cell):
    words = {"-": "", "yes": "true", "no": "false", r"\ttab": "tab"}
    return words.get(cell, cell.replace(",", "") if cell[:1].isdigit() else cell)
