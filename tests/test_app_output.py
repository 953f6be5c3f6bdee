"""Rows as table, CSV, JSON and Parquet: the same rows, and nothing a program would run."""

import csv
import io
import json
from datetime import UTC, datetime
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import UserError
from app.output import csv_text, json_text, neutral, table_text, write_rows

COLUMNS = ("model", "requests", "cost_usd")
ROWS = [["gpt-x", 12_345, "0.000000000001"], ["(none)", 0, None], ["zürich, ch", 1, "123456.5"]]

texts = st.text(st.characters(codec="utf-8"), max_size=20)


def test_a_table_for_people():
    assert table_text(
        COLUMNS, [["gpt-x", 12_345, Decimal("0.50")], ["y", 0, None]]
    ).splitlines() == [
        "model      requests    cost usd",
        "-------  ----------  ----------",
        "gpt-x        12,345        0.50",
        "y                 0           -",
    ]


def test_an_empty_table_has_its_headings():
    assert "requests" in table_text(COLUMNS, [])


@given(st.lists(st.tuples(texts, st.integers(), texts), max_size=8))
def test_csv_holds_the_rows_with_an_apostrophe_at_most(rows):
    names, *found = csv.reader(io.StringIO(csv_text(COLUMNS, rows), newline=""))

    assert tuple(names) == COLUMNS
    assert found == [[neutral(a), str(b), neutral(c)] for a, b, c in rows]


@given(st.lists(st.tuples(texts, st.integers(), st.none() | texts), max_size=8))
def test_json_holds_the_rows_as_they_are(rows):
    found = json.loads(json_text(COLUMNS, rows))

    assert found == [dict(zip(COLUMNS, row, strict=True)) for row in rows]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_cell_that_a_spreadsheet_would_run_is_text(start):
    evil = f"{start}cmd|' /C calc'!A0"
    [_, [cell]] = csv.reader(io.StringIO(csv_text(["team"], [[evil]]), newline=""))

    assert cell == "'" + evil
    assert json.loads(json_text(["team"], [[evil]])) == [{"team": evil}]


def test_a_heading_that_a_spreadsheet_would_run_is_text():
    assert csv_text(["=1+1"], []) == "'=1+1\n"


def test_numbers_stay_numbers():
    rows = [[-1, Decimal("-0.50"), True, None]]

    assert csv_text("abcd", rows) == "a,b,c,d\n-1,-0.50,true,\n"
    assert json.loads(json_text("abcd", rows)) == [{"a": -1, "b": "-0.50", "c": True, "d": None}]


def test_a_decimal_is_never_written_with_an_exponent():
    tiny = Decimal("1E-12")

    assert json.loads(json_text(["usd"], [[tiny]])) == [{"usd": "0.000000000001"}]
    assert csv_text(["usd"], [[tiny]]) == "usd\n0.000000000001\n"


def test_an_instant_says_that_it_is_utc():
    at = datetime(2026, 8, 21, 17)

    assert json.loads(json_text(["at"], [[at]])) == [{"at": "2026-08-21T17:00:00Z"}]


def test_a_label_cannot_drive_the_terminal():
    shown = table_text(["team"], [["\x1b[31mred\a"], ["two\nlines"], ["tab\tbed"], ["Zoë 東京"]])

    assert "\x1b" not in shown
    assert [line.strip() for line in shown.splitlines()[2:]] == [
        r"\x1b[31mred\x07",
        r"two\nlines",
        r"tab\tbed",
        "Zoë 東京",
    ]


def test_a_file_name_that_is_no_utf8_can_be_shown(capsys):
    write_rows(["path"], [["day\udcff.jsonl"]], "json")

    assert json.loads(capsys.readouterr().out) == [{"path": "day\udcff.jsonl"}]


def test_parquet_holds_exact_dollars(tmp_path):
    path = tmp_path / "report.parquet"
    write_rows(COLUMNS, ROWS, "parquet", path)
    found = duckdb.connect().execute("from read_parquet(?)", [str(path)])

    assert [(name, str(kind)) for name, kind, *_ in found.description] == [
        ("model", "VARCHAR"),
        ("requests", "BIGINT"),
        ("cost_usd", "DECIMAL(38,12)"),
    ]
    assert found.fetchall() == [
        ("gpt-x", 12_345, Decimal("0.000000000001")),
        ("(none)", 0, None),
        ("zürich, ch", 1, Decimal("123456.5")),
    ]


@pytest.mark.parametrize("rows", [[], [["x", 1, None]]], ids=["no rows", "no price"])
def test_parquet_keeps_the_type_of_dollars_without_any(tmp_path, rows):
    path = tmp_path / "report.parquet"
    write_rows(COLUMNS, rows, "parquet", path)
    found = duckdb.connect().execute(
        "select typeof(max(cost_usd)) from read_parquet(?)", [str(path)]
    )

    assert found.fetchone() == ("DECIMAL(38,12)",)


@pytest.mark.parametrize("form", ["table", "csv", "json", "parquet"])
def test_a_file_holds_what_stdout_would(tmp_path, capsysbinary, form):
    write_rows(COLUMNS, ROWS, form)
    shown = capsysbinary.readouterr()
    write_rows(COLUMNS, ROWS, form, tmp_path / "out")

    assert (tmp_path / "out").read_bytes() == shown.out
    assert shown.err == b""
    assert capsysbinary.readouterr().out == b""


def test_parquet_is_not_thrown_at_a_terminal(monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)

    with pytest.raises(UserError, match="-o FILE"):
        write_rows(COLUMNS, ROWS, "parquet")


def test_an_instant_in_a_table_is_readable():
    assert "2026-08-21 17:00:00" in table_text(["at"], [[datetime(2026, 8, 21, 17, tzinfo=UTC)]])
