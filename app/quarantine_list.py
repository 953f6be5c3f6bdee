"""Lists quarantined lines, and prints them from the files that still hold them."""

from itertools import islice
from pathlib import Path

import click

from app.output import Cell, write_rows
from ingest.parquet_file import is_parquet, parquet_lines
from ingest.records import compression_of, opened
from ingest.warehouse import Warehouse

COLUMNS = ("path", "line", "byte_offset", "byte_length", "reason", "excerpt")

_QUERY = """
select path, line, byte_offset, byte_length, reason, excerpt
from quarantine join ingest_file using (file_id)
order by path, line
"""


def list_quarantine(warehouse: Warehouse, form: str, output: Path | None, *, show: bool) -> None:
    """Write the quarantined lines; with ``show``, print each line from its file instead.

    The database keeps no line, only where it is, so a file that moved cannot be shown.
    """
    with warehouse.reading() as con:
        rows: list[tuple[Cell, ...]] = con.execute(_QUERY).fetchall()
    if not show:
        write_rows(COLUMNS, rows, form, output)
        return
    for path, line, offset, length, reason, _ in rows:
        click.echo(f"# {path}, line {line}: {reason}", err=True)
        click.echo(_line(Path(str(path)), int(str(offset)), int(str(length)), int(str(line))))


def _line(path: Path, offset: int, length: int, line: int) -> str:
    if not path.is_file():
        return "(it is not a file here)" if ":/" in str(path) else f"({path} is no longer there)"
    if is_parquet(path):
        found = next(parquet_lines(path, [line - 1]), None)
        return ((found and found.content) or b"").decode("utf-8", "backslashreplace")
    with opened(path, compression_of(path)) as stream:
        if length:
            _skip(stream, offset)
            raw = stream.read(min(length, 10_000))
        else:
            raw = next(islice(stream, line - 1, line), b"").rstrip(b"\n")
    return raw.decode("utf-8", "backslashreplace")


def _skip(stream: object, count: int) -> None:
    read = stream.read  # type: ignore[attr-defined]
    while count:
        count -= len(read(min(count, 1 << 20))) or count
