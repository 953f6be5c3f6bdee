"""Invoices in YAML and CSV: what is read, and every way one can be wrong."""

import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.invoice import InvoiceError, is_invoice, read_invoice
from ingest.warehouse import Warehouse
from models.reconcile.line_item import LineItem, read_line_item
from tests.admin_pages import bucket, cost, page
from tests.loaded_logs import load, rows, write_lines
from tests.test_ingest_provider_cost import NOT_UNDERSTOOD, PARSED

HERE = Path(__file__).parent / "golden" / "reconcile"

HEADER = "kind,from,to,description,quantity,unit,amount,currency,project\n"
PERIOD = "period: {from: 2026-09-01, to: 2026-10-01}\n"
LINE = "lines:\n  - {description: tides, amount: 1.50}\n"


def yaml(tmp_path, text):
    path = tmp_path / "invoice.yaml"
    path.write_text(text, "utf-8")
    return path


def table(tmp_path, text):
    path = tmp_path / "invoice.csv"
    path.write_text(text, "utf-8")
    return path


def faults(path):
    with pytest.raises(InvoiceError) as caught:
        read_invoice(path)
    return [str(fault).removeprefix(f"{path}:") for fault in caught.value.faults]


def test_a_line_of_yaml_says_what_the_invoice_does_not():
    first, *_, discount, tax = read_invoice(HERE / "invoice.yaml")

    assert (first.start, first.end) == (datetime(2026, 4, 1), datetime(2026, 5, 1))
    assert (first.amount, first.places, first.quantity) == (Decimal("2.96"), 2, 1_600_000)
    assert (first.currency, first.fx, first.provider) == ("eur", Decimal("1.08"), "openai")
    assert (discount.kind, tax.kind) == ("discount", "tax")


def test_a_row_of_a_csv_stands_for_itself():
    lines = read_invoice(HERE / "invoice.csv")

    assert {line.currency for line in lines} == {"usd"}
    assert [line.project for line in lines[-3:]] == ["proj_quay", "proj_quay", None]
    assert (lines[-1].kind, lines[-1].amount) == ("credit", Decimal("-0.50"))
    assert lines[-2].quantity is None


def test_an_amount_keeps_its_places_and_is_no_float(tmp_path):
    path = yaml(tmp_path, PERIOD + LINE.replace("1.50", "0.123456789012345678"))

    [line] = read_invoice(path)
    assert (line.amount, line.places) == (Decimal("0.123456789012345678"), 18)


def test_a_line_may_have_a_period_a_currency_and_a_project_of_its_own(tmp_path):
    more = "from: 2026-09-02, to: 2026-09-03, currency: GBP, project: reef"
    text = f"{PERIOD}lines:\n  - {{description: tides, amount: 1, {more}}}\n"
    [line] = read_invoice(yaml(tmp_path, text))

    assert (line.start.day, line.end.day, line.currency, line.project) == (2, 3, "gbp", "reef")


def test_empty_rows_and_spaces_are_no_matter(tmp_path):
    path = table(
        tmp_path, f"{HEADER}\n, , , , , , , ,\nusage, 2026-09-01, 2026-09-02, tides,,, 1.5, usd,\n"
    )

    [line] = read_invoice(path)
    assert (line.amount, line.description) == (Decimal("1.5"), "tides")


WRONG_YAML = {
    "{": "not readable as YAML",
    PERIOD: "1: the invoice has no lines",
    PERIOD + "total: 1.50\n": "the lines add up to 0",
    PERIOD + LINE + "total: 1.51\n": "4: total: the lines add up to 1.50",
    LINE: "2: from is missing",
    "lines: tides\n": "lines: expected a list",
    PERIOD.replace("to: 2026-10-01", "to: 2026-09-01") + LINE: "the period ends before it begins",
    PERIOD.replace("2026-10-01", "2026-10-01T12:00:00Z") + LINE: "to: not a whole UTC day",
    PERIOD + LINE.replace("1.50", "1,50"): "unknown key",
    PERIOD + LINE.replace("1.50", "a lot"): "3: amount: not a decimal: 'a lot'",
    PERIOD + LINE.replace("1.50", "1e3"): "amount: not a decimal: '1e3'",
    PERIOD + LINE.replace("description: tides, ", ""): "3: description is missing",
    PERIOD + "currency: euros\n" + LINE: "currency: not a currency: 'euros'",
    PERIOD + "fx: 0\n" + LINE: "fx: not an exchange rate: '0'",
    PERIOD + LINE.replace("lines", "credits"): "3: a credit lowers the bill: write -1.50",
    PERIOD + LINE.replace("lines", "discounts"): "a discount lowers the bill: write -1.50",
    PERIOD + LINE.replace("lines", "line"): "unknown key 'line'; did you mean 'lines'?",
}


@pytest.mark.parametrize("text", WRONG_YAML)
def test_what_is_wrong_in_yaml_is_said(tmp_path, text):
    found = faults(yaml(tmp_path, text))

    assert any(WRONG_YAML[text] in fault for fault in found), found


WRONG_CSV = {
    "usage,2026-09-01,2026-09-02,tides,,,much,usd,\n": "2: amount: not a decimal: 'much'",
    "usage,2026-09-01,2026-09-02,tides,,,,usd,\n": "2: amount is missing",
    "gift,2026-09-01,2026-09-02,tides,,,1,usd,\n": "kind: 'gift' is none of usage, credit",
    "usage,1 September,2026-09-02,tides,,,1,usd,\n": "from: not a date: '1 September'",
    "usage,2026-09-01,2026-09-02,tides,,,1,usd,,,\n": "2: more cells than columns",
    "credit,2026-09-01,2026-09-02,tides,,,1,usd,\n": "2: a credit lowers the bill: write -1",
}


@pytest.mark.parametrize("row", WRONG_CSV)
def test_what_is_wrong_in_a_csv_is_said(tmp_path, row):
    found = faults(table(tmp_path, HEADER + row))

    assert any(WRONG_CSV[row] in fault for fault in found), found


def test_a_csv_of_other_characters_is_said(tmp_path):
    path = tmp_path / "invoice.csv"
    path.write_bytes(HEADER.encode() + b"usage,2026-09-01,2026-09-02,\xff,,,1,usd,\n")

    assert "not readable as CSV" in faults(path)[0]


def test_an_unknown_column_is_said_once(tmp_path):
    row = "1,usage,2026-09-01,2026-09-02,tides,,,1,usd,\n"
    found = faults(table(tmp_path, f"colour,{HEADER}{row}{row}"))

    assert len(found) == 1
    assert found[0].startswith("1: unknown column 'colour'; the columns are kind,")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.yaml", "", True),
        ("a.YML", "", True),
        ("a.csv", HEADER, True),
        ("a.csv", "\ufeff" + HEADER, True),
        ("a.csv", "start_time,end_time,amount_value\n", False),
        ("a.csv", "", False),
        ("a.json", "{}", False),
    ],
)
def test_an_invoice_is_told_by_its_name_or_columns(tmp_path, name, text, expected):
    (tmp_path / name).write_text(text, "utf-8")

    assert is_invoice(tmp_path / name) is expected


# ---------------------------------------------------------------- line items


def test_line_items_of_invoices_are_read_as_those_of_the_costs_api(tmp_path):
    """The same words, read in Python here and in SQL there."""
    items = [*PARSED, *(item for item in NOT_UNDERSTOOD if item)]
    warehouse = Warehouse(tmp_path / "usage.duckdb")
    costs = page(bucket(0, *(cost(0.5, item) for item in items)))
    load(warehouse, write_lines(tmp_path / "costs.jsonl", costs))
    stored = rows(
        warehouse,
        "select line_item, parsed, model, service_tier, modality, meter, long_context "
        "from provider_cost",
    )

    assert len(stored) == len(items)
    for item, parsed, *found in stored:
        read = read_line_item(item)
        assert (read is not None) == parsed, item
        assert (read or LineItem()) == LineItem(*found), item


# ---------------------------------------------------------------- the document


def test_the_invoices_of_the_document_are_read(tmp_path):
    text = (Path(__file__).parents[1] / "docs" / "reconcile.md").read_text("utf-8")
    [shown] = re.findall(r"^```yaml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    [rows_shown] = re.findall(r"^```\n(kind,.*?)^```", text, re.DOTALL | re.MULTILINE)

    assert [line.kind for line in read_invoice(yaml(tmp_path, shown))][-2:] == ["discount", "tax"]
    assert [line.kind for line in read_invoice(table(tmp_path, rows_shown))] == ["usage", "credit"]
