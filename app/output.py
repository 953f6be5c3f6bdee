"""Writes rows as a table, CSV, JSON or Parquet. stdout is data and nothing else."""

import csv
import io
import json
import sys
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.errors import UserError

Cell = str | int | Decimal | bool | datetime | date | list[str] | dict[str, Any] | None

#: A spreadsheet runs a cell that begins with one of these.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_rows(
    columns: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    form: str,
    output: Path | None = None,
    *,
    table: str | None = None,
) -> None:
    """Write rows in a format to a file, or to stdout.

    Args:
        columns: Names, also the keys of JSON.
        rows: Exact values.
        form: ``table``, ``csv``, ``json`` or ``parquet``.
        output: File to write; None for stdout.
        table: The text to show for ``table``, where it is more than the rows laid out.

    Raises:
        UserError: Parquet was asked for on a terminal.
    """
    match form:
        case "csv":
            _deliver(csv_text(columns, rows).encode(), output)
        case "json":
            _deliver(json_text(columns, rows).encode(), output)
        case "parquet":
            _deliver(_parquet(columns, rows, output), output)
        case _:
            _deliver(((table or table_text(columns, rows)) + "\n").encode(), output)


def table_text(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Lay rows out for people: numbers to the right, thousands separated."""
    from tabulate import tabulate

    numeric = [any(isinstance(row[k], int | Decimal) for row in rows) for k in range(len(columns))]
    shown = [[_shown(cell) for cell in row] for row in rows]
    return tabulate(
        shown,
        headers=[column.replace("_", " ") for column in columns],
        tablefmt="simple",
        colalign=["right" if each else "left" for each in numeric] if rows else None,
        disable_numparse=True,
    )


def csv_text(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Return CSV: machine numbers, and no cell that a spreadsheet would run."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([neutral(column) for column in columns])
    writer.writerows([[_csv_cell(cell) for cell in row] for row in rows])
    return buffer.getvalue()


def json_text(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Return a JSON array of objects, one a line."""
    objects = [
        json.dumps(dict(zip(columns, row, strict=True)), default=_json_cell, ensure_ascii=False)
        for row in rows
    ]
    return "[" + ",\n ".join(objects) + "]\n"


def neutral(text: str) -> str:
    """Return text with an apostrophe before what a spreadsheet would run."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def _csv_cell(cell: Cell) -> str | int | None:
    if isinstance(cell, str):
        return neutral(cell)
    if cell is None or isinstance(cell, int):
        return cell
    return str(_json_cell(cell))


def _json_cell(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.isoformat() + "Z"
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return str(cell)


def _shown(cell: Cell) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | Decimal):
        return f"{cell:,}"
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    return str(cell)


def _parquet(columns: Sequence[str], rows: Sequence[Sequence[Cell]], output: Path | None) -> bytes:
    import polars as pl

    if output is None and sys.stdout.isatty():
        raise UserError("Parquet is not for a terminal; name a file with -o FILE")
    frame = pl.DataFrame(
        {name: [row[k] for row in rows] for k, name in enumerate(columns)}, strict=False
    )
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def _deliver(content: bytes, output: Path | None) -> None:
    if output is not None:
        output.write_bytes(content)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
