"""The price book as it is shown, on a made-up table with awkward edges."""

import csv
import io
from pathlib import Path

import pytest

from app.cli import run
from app.price_rows import TIERS
from pricing.vocabulary import PRICED_TIERS

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
    assert capsys.readouterr().out.endswith("no fault\n")
