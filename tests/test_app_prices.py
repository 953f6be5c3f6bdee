"""The price book as it is shown, on a made-up table with awkward edges."""

import csv
import io
import json
from pathlib import Path

import pytest

from app.cli import run
from app.price_rows import TIERS
from pricing.vocabulary import PRICED_TIERS
from tests.loaded_logs import spend_log, write_lines

TABLE = str(Path(__file__).parent / "prices.yaml")


def rows(capsys, *words):
    assert run(["prices", *words, "--prices", TABLE, "--format", "csv"]) == 0
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


def test_the_tiers_one_can_name_are_those_a_price_can_have():
    assert tuple(PRICED_TIERS) == TIERS


def test_an_id_that_two_providers_sell_is_two_products(capsys):
    assert run(["prices", "show", "acme-small", "--prices", TABLE]) == 0
    shown = capsys.readouterr().out

    assert "acme/acme-small" in shown
    assert "zenith/acme-small" in shown
    assert {row["provider"] for row in rows(capsys, "show", "acme-small")} == {"acme", "zenith"}
    assert {row["provider"] for row in rows(capsys, "list", "--model", "acme-small", "--all")} == {
        "acme",
        "zenith",
    }


@pytest.mark.parametrize(
    ("on", "starts", "cost"),
    [
        ("2025-12-31", [], []),
        ("2026-03-10T14:29:59", ["2026-01-01"], ["2.5"]),
        ("2026-03-10T14:30:00", ["2026-03-10T14:30:00Z"], ["2"]),
        ("2026-05-31T23:59:59", ["2026-05-01"], ["0.000005"]),
        ("2026-06-01", [], []),  # a promotion ended, and what follows nobody has said
    ],
)
def test_prices_in_force_at_an_instant(capsys, on, starts, cost):
    found = rows(capsys, "list", "--model", "acme-large", "--tier", "standard", "--on", on)
    short = [row for row in found if row["context_band"] == "short"]

    assert [row["effective_from"] for row in short] == starts
    assert [row["input"] for row in short] == cost


def test_an_empty_list_says_when_prices_begin(capsys):
    words = ["list", "--model", "acme-large", "--on", "2025-12-31"]
    assert run(["prices", *words, "--prices", TABLE]) == 0
    assert "the first begins on 2026-01-01" in capsys.readouterr().err


def test_an_entry_ends_where_the_next_begins_and_says_when_to_the_second(capsys):
    found = rows(capsys, "list", "--model", "acme-large", "--tier", "standard", "--all")
    ends = {(row["context_band"], row["effective_from"]): row["effective_to"] for row in found}

    assert ends == {
        ("short", "2026-01-01"): "2026-03-10T14:30:00Z",
        ("short", "2026-03-10T14:30:00Z"): "2026-05-01",
        ("short", "2026-05-01"): "2026-06-01",
        ("long", "2026-01-01"): "2026-03-10T14:30:00.000001Z",
        ("long", "2026-03-10T14:30:00.000001Z"): "",
    }


def test_a_withdrawn_price_is_on_record_and_never_in_force(capsys):
    rise = ("list", "--model", "acme", "--tier", "priority")
    status = {row["effective_from"]: row["status"] for row in rows(capsys, *rise, "--all")}

    assert status["2026-05-20"] == "withdrawn"
    assert {row["input"] for row in rows(capsys, *rise, "--on", "2026-05-21")} == {
        "5",
        "not offered",
    }


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["show", "acme-larg"], "no model 'acme-larg'; did you mean acme-large"),
        (["list", "--model", "zzz"], "no model 'zzz'"),
        (["list", "--tier", "gold"], "'gold' is not one of"),
        (["list", "--on", "tomorrow"], "'tomorrow' is not a date"),
        (["list", "--prices", "nowhere.yaml"], "nowhere.yaml is not a file"),
    ],
)
def test_what_is_not_there_is_said(capsys, words, says):
    assert run(["prices", *words, *([] if "--prices" in words else ["--prices", TABLE])]) == 2
    out, err = capsys.readouterr()

    assert out == ""
    assert says in err


def test_every_fault_is_listed_and_counted(tmp_path, capsys):
    broken = tmp_path / "broken.yaml"
    text = Path(TABLE).read_text("utf-8")
    broken.write_text(text.replace("input: 2.50,", "input: -2.50,").replace("scale]", "scales]"))

    assert run(["prices", "check", str(broken)]) == 2
    out, err = capsys.readouterr()
    lines = out.splitlines()

    assert len(lines) > 1
    assert all(line.startswith(f"{broken}:") for line in lines)
    assert err == f"ratecard: {len(lines)} faults in {broken}; mend what is listed above\n"


def test_the_shipped_table_is_without_fault(capsys):
    assert run(["prices", "check"]) == 0
    assert "no fault\n" in capsys.readouterr().out


ODD = """
models:
  - model: acme-small
    provider: acme
    shutdown: 2026-02-01
  - model: acme-odd-one
    provider: acme
    ids: [acme-odd-one]
    released: 2026-01-01
    shutdown: none
    limits: {context: none, input: none, output: none}
    long_context_above: 1000
    regional_uplift: no
    prices:
      - {tier: standard, context: short, effective_from: 2026-01-01, status: active,
         rates: {input: 2, cached_input: 3, cache_write_30m: input, cache_write_12h: not_offered, output: 8},
         basis: release, known_at: 2026-01-01, sources: [list], confidence: high}
      - {tier: standard, context: long, effective_from: 2026-01-01, status: active,
         rates: {input: 4, cached_input: 1, cache_write_30m: input, cache_write_12h: not_offered, output: 7},
         basis: release, known_at: 2026-01-01, sources: [list], confidence: high}
      - {tier: batch, context: short, effective_from: 2026-01-01, status: active,
         rates: {input: 1, cached_input: 1.5, cache_write_30m: input, cache_write_12h: not_offered, output: 5},
         basis: release, known_at: 2026-01-01, sources: [list], confidence: high}
      - {tier: priority, context: short, effective_from: 2026-01-01, status: active,
         rates: {input: 1, cached_input: 3, cache_write_30m: input, cache_write_12h: not_offered, output: 16},
         basis: release, known_at: 2026-01-01, sources: [list], confidence: high}
      - {tier: [batch, priority], context: long, effective_from: 2026-01-01, status: active,
         not_offered: "made up", basis: release, known_at: 2026-01-01, sources: [list], confidence: low}
      - {tier: [flex, ultrafast, scale], context: [short, long], effective_from: 2026-01-01,
         status: active, not_offered: "made up", basis: release, known_at: 2026-01-01,
         sources: [list], confidence: low}
"""  # noqa: E501  the table's own width


def test_what_looks_odd_is_listed_with_its_figures(tmp_path, capsys):
    overlay, database = tmp_path / "odd.yaml", str(tmp_path / "usage.duckdb")
    overlay.write_text(ODD, encoding="utf-8")
    log = write_lines(
        tmp_path / "log.jsonl",
        *[spend_log(str(n), model="acme-small") for n in range(3)],  # on 2026-03-01
    )
    words = ["--price-overlay", str(overlay)]
    assert run(["load", str(log), "--db", database, "--prices", TABLE, *words]) == 0
    capsys.readouterr()
    words += [TABLE, "--db", database, "--format", "csv"]
    assert run(["prices", "check", *words]) == 0
    shown = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert run(["prices", "check", "--strict", *words]) == 1

    odd_one = "acme/acme-odd-one"
    found = {(row["kind"], row["where"], row["what"]) for row in shown}
    assert found >= {
        ("cached_above_input", f"{odd_one}/standard/short@2026-01-01",
         "cached input 3 is above input 2"),
        ("batch_not_half", f"{odd_one}/batch/short@2026-01-01",
         "output 5 is not half of standard's 8"),
        ("long_below_short", f"{odd_one}/standard/long@2026-01-01",
         "cache read 1 is below the short band's 3"),
        ("priority_below_standard", f"{odd_one}/priority/short@2026-01-01",
         "uncached input 1 is below standard's 2"),
        ("past_shutdown", "acme/acme-small",
         "was shut down on 2026-02-01 and used 3 times since, last on 2026-03-01"),
    }  # fmt: skip
    assert sum(row["where"].startswith(odd_one) and "batch" in row["where"] for row in shown) == 2


def test_a_public_list_that_says_otherwise_and_a_source_nobody_looked_at(tmp_path, capsys):
    feed = tmp_path / "model_prices.json"
    listed = {"input_cost_per_token": 4e-06, "output_cost_per_token": 3e-05, "mode": "chat"}
    feed.write_text(json.dumps({"gpt-5.5": listed | {"litellm_provider": "openai"}}), "utf-8")
    words = ["--feed", str(feed), "--stale-days", "36500", "--format", "json"]
    assert run(["prices", "check", *words, "--db", str(tmp_path / "no.duckdb")]) == 2
    capsys.readouterr()
    assert run(["prices", "check", *words]) == 0
    shown = json.loads(capsys.readouterr().out)
    differing = [row for row in shown if row["kind"] == "differs_from_feed"]

    assert [row["where"] for row in differing] == ["openai/gpt-5.5/standard/short"]
    assert differing[0]["what"].startswith("uncached input 5 is 4 in litellm@")
    assert not any(row["kind"] == "source_stale" for row in shown)

    assert run(["prices", "check", "--stale-days", "1", "--format", "json"]) == 0
    stale = [row for row in json.loads(capsys.readouterr().out) if row["kind"] == "source_stale"]
    assert {"openai/gpt-5.4", "openai/gpt-5.5"} <= {row["where"] for row in stale}
