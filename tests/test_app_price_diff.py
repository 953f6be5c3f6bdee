"""Two states of prices side by side, and what the change means for the usage that is loaded."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest

from app.cli import run
from tests.loaded_logs import chat, write_lines

SHIPPED_CHANGE = ["--on", "2026-08-20", "--then", "2026-08-21"]


def diff(capsys, *words) -> tuple[list[dict], str]:
    assert run(["prices", "diff", *words, "--format", "csv"]) == 0
    shown = capsys.readouterr()
    return list(csv.DictReader(io.StringIO(shown.out))), shown.err


@pytest.fixture
def loaded(tmp_path, capsys) -> str:
    """Two requests before the cut of 2026-08-21, one of them of another model."""
    usage = {"prompt_tokens": 1_000_000, "completion_tokens": 100_000, "total_tokens": 1_100_000}
    july = 1784505600  # 2026-07-20
    log = write_lines(
        tmp_path / "log.jsonl",
        chat("one", model="gpt-5.6-sol", created=july, usage=usage | {"prompt_tokens": 200_000,
             "total_tokens": 300_000}),
        chat("two", model="gpt-5.4", created=july, usage=usage),
    )  # fmt: skip
    database = str(tmp_path / "usage.duckdb")
    assert run(["load", str(log), "--db", database]) == 0
    capsys.readouterr()
    return database


def test_two_days_differ_by_what_changed_between_them(capsys, tmp_path):
    found, told = diff(capsys, *SHIPPED_CHANGE, "--db", str(tmp_path / "none.duckdb"))
    short = {
        row["meter"]: (row["old_usd"], row["new_usd"], row["change_percent"])
        for row in found
        if (row["service_tier"], row["context_band"]) == ("standard", "short")
    }

    assert {row["model"] for row in found} == {"gpt-5.6-sol"}
    assert {row["since"] for row in found} == {"2026-08-21"}
    assert short == {
        "uncached_input": ("5", "4", "-20"),
        "cache_read": ("0.5", "0.4", "-20"),
        "cache_write": ("6.25", "5", "-20"),
        "cache_write_long": ("not published", "10", ""),
        "output": ("30", "20", "-33"),
    }
    assert "name a database with --db" in told


def test_the_effect_is_that_of_all_loaded_usage_at_each_days_prices(capsys, loaded):
    found, told = diff(capsys, *SHIPPED_CHANGE, "--db", loaded)
    effects = [row["effect_usd"] for row in found if row["effect_usd"]]

    # 200,000 input at 5 then 4, 100,000 output at 30 then 20 USD per million.
    assert effects == ["-1.2"]
    assert "on the loaded usage that is -1.2 USD" in told


def test_what_was_not_known_yet_is_left_out_of_the_effect(capsys, loaded):
    found, told = diff(
        capsys, "--known", "2026-03-01", "--known-then", "2026-08-01", "--db", loaded
    )

    assert ("gpt-5.4", "no price", "2.5") in {
        (row["model"], row["old_usd"], row["new_usd"]) for row in found
    }
    assert "left out 2 requests that only one side prices in full" in told


def test_a_table_against_the_shipped_one(capsys, tmp_path):
    shipped = Path(__file__).parent.parent / "pricing_tables.yaml"
    text = shipped.read_text("utf-8")
    old = "rates: {input:  5.00, cached_input:  0.50, cache_write_30m:  input"
    assert old in text
    dearer = tmp_path / "dearer.yaml"
    dearer.write_text(text.replace(old, old.replace("5.00", "7.50"), 1), "utf-8")
    assert (
        run(["prices", "diff", str(dearer), "--format", "json", "--db", str(tmp_path / "x")]) == 0
    )
    found = json.loads(capsys.readouterr().out)

    changed = {(row["meter"], row["old_usd"], row["new_usd"]) for row in found}
    assert ("uncached_input", "7.5", "5") in changed
    assert ("cache_write", "7.5", "5") in changed  # it bills what input bills
    assert len({(row["model"], row["service_tier"], row["context_band"]) for row in found}) == 1
    assert Decimal(found[0]["change_percent"]) == -33


def test_nothing_differs_from_itself(capsys, tmp_path):
    found, told = diff(capsys, "--db", str(tmp_path / "none.duckdb"))

    assert found == []
    assert told.startswith("no rate differs")


SOL = {"model": "gpt-5.6-sol", "created": 1787356800}  # 2026-08-22, after the cut


@pytest.fixture
def one(tmp_path, capsys) -> list[str]:
    """A database of one request after the cut: 1,000 tokens in, 100 out."""
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
    log = write_lines(tmp_path / "one.jsonl", chat("one", usage=usage, service_tier=None, **SOL))
    words = ["--db", str(tmp_path / "one.duckdb")]
    assert run(["load", str(log), *words]) == 0
    capsys.readouterr()
    return words


@pytest.mark.parametrize(
    ("words", "cost"),
    [
        ([], "0.006"),  # 4 and 20 USD per million, as billed then
        (["--prices-on", "2026-07-20"], "0.008"),  # 5 and 30
        (["--prices-as-of", "2026-08-01"], "0.008"),  # the cut was not known
        (["--prices-on", "2026-07-20", "--prices-as-of", "2026-08-01"], "0.008"),
    ],
)
def test_every_command_prices_as_billed_as_on_a_day_and_as_known(
    capsys, tmp_path, one, words, cost
):
    words = [*one, *words, "--assume-tier", "standard", "--format", "json"]
    assert run(["report", *words]) == 0
    [row] = json.loads(capsys.readouterr().out)
    assert run(["explain", "chatcmpl-one", *words]) == 0
    charges = json.loads(capsys.readouterr().out)
    assert run(["export", "charges", "-o", str(tmp_path / "out"), *words]) == 0
    exported = json.loads(next((tmp_path / "out").glob("*.json")).read_text("utf-8"))

    assert row["cost_usd"] == cost
    assert sum(Decimal(charge["amount_usd"]) for charge in charges) == Decimal(cost)
    assert sum(Decimal(charge["amount_usd"]) for charge in exported) == Decimal(cost)


def test_a_tier_that_nobody_stated_leaves_it_unpriced_unless_it_is_assumed(capsys, one):
    assert run(["explain", "chatcmpl-one", *one]) == 0
    assert "tier_unknown" in capsys.readouterr().out
