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
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


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
            _deliver(_bytes(csv_text(columns, rows)), output)
        case "json":
            _deliver(_bytes(json_text(columns, rows)), output)
        case "parquet":
            _deliver(_parquet(columns, rows, output), output)
        case _:
            text = table or table_text(columns, rows)
            _deliver(_bytes("\n".join(map(_printable, text.split("\n"))) + "\n"), output)


def write_text(text: str, output: Path | None = None) -> None:
    """Write text that is whole already, such as JSON or HTML, to a file or to stdout."""
    _deliver(_bytes(text), output)


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
    lines = _Lines()
    writer = csv.writer(lines)
    writer.writerow([neutral(column) for column in columns])
    writer.writerows([[_csv_cell(cell) for cell in row] for row in rows])
    return "".join(lines)


class _Lines(list[str]):
    """Takes rows that end in CR LF, which makes csv quote a cell with either; ends them in LF."""

    def write(self, line: str) -> None:
        self.append(line.removesuffix("\r\n") + "\n")


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
    if isinstance(cell, bool):
        return "true" if cell else "false"
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
    return _printable(str(cell))


def _printable(text: str) -> str:
    """Escape what would move the cursor or colour the terminal: labels come from logs."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )


def _parquet(columns: Sequence[str], rows: Sequence[Sequence[Cell]], output: Path | None) -> bytes:
    import polars as pl

    if output is None and sys.stdout.isatty():
        raise UserError("Parquet is not for a terminal; name a file with -o FILE")
    exact = pl.Decimal(38, 12)
    frame = pl.DataFrame(
        [
            pl.Series(name, [_decimal(row[k]) for row in rows], dtype=exact)
            if name.endswith("_usd")
            else pl.Series(name, [row[k] for row in rows], strict=False)
            for k, name in enumerate(columns)
        ]
    )
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def _decimal(cell: Cell) -> Decimal | None:
    return None if cell is None else Decimal(str(cell))


def _bytes(text: str) -> bytes:
    # The name of a file can hold bytes that are no UTF-8.
    return text.encode("utf-8", "backslashreplace")


def _deliver(content: bytes, output: Path | None) -> None:
    if output is not None:
        output.write_bytes(content)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
