"""Parquet files: their columns as the text and JSON that sources read, and their rows as lines."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ingest.plain_name import plain_name
from ingest.records import Line

_MAGIC = b"PAR1"
#: Of what DuckDB says, the part before a name or a value.
_BEFORE_NAMES = re.compile(r"""[^'":]*""")
_BATCH = 1000
_NESTED = ("STRUCT", "MAP", "UNION")
_FLOATS = {"FLOAT", "DOUBLE"}


class ParquetError(ValueError):
    """A file that begins like Parquet and cannot be read as such; the message says why."""


def is_parquet(path: Path) -> bool:
    """Tell by a file's first bytes whether it is Parquet."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def parquet_columns(path: Path) -> dict[str, str]:
    """Return the columns of a file with their DuckDB types.

    Raises:
        ParquetError: it is broken.
    """
    with _opened(path) as (con, name):
        found = con.execute(f"describe select * from {_table(name)}").fetchall()
    return {str(row[0]): str(row[1]) for row in found}


def parquet_rows(path: Path) -> int:
    """Return how many rows a file has."""
    with _opened(path) as (con, name):
        row = con.execute(
            "select coalesce(sum(num_rows), 0) from parquet_file_metadata(?)", [name]
        ).fetchone()
    return int(row[0]) if row else 0


def parquet_lines(path: Path, rows: Sequence[int] | None = None) -> Iterator[Line]:
    """Yield rows as JSON objects, each with its number from 1; it lies at no byte of its own.

    Args:
        path: The file.
        rows: 0-based numbers of the rows wanted; None for all.

    Raises:
        ParquetError: it is broken.
    """
    columns = parquet_columns(path)
    cells = ", ".join(f"{_quoted(name)} := {_finite(name, columns[name])}" for name in columns)
    wanted = f"where file_row_number in ({', '.join(map(str, rows))})" if rows is not None else ""
    if rows is not None and not rows:
        return
    with _opened(path) as (con, name):
        con.execute(
            f"select file_row_number, cast(to_json(struct_pack({cells})) as varchar) "
            f"from {_table(name, numbered=True)} {wanted} order by file_row_number"
        )
        while batch := con.fetchmany(_BATCH):
            for number, text in batch:
                content = str(text).encode()
                yield Line(int(number) + 1, 0, len(content), content)


def parquet_relation(path: Path, name: str, columns: dict[str, str]) -> str:
    """Return SQL that yields ``columns``, one row a row of the file, in its order.

    Args:
        path: The file.
        name: What it is called in SQL.
        columns: What to read, and as which type.
    """
    present = parquet_columns(path)
    cells = ", ".join(
        f"{_cell(name, present[name], kind) if name in present else f'cast(null as {kind})'} "
        f"as {_quoted(name)}"
        for name, kind in columns.items()
    )
    return f"(select {cells} from {_table(name)})"


def _cell(name: str, given: str, kind: str) -> str:
    """A cell as the type a source reads: nested types by way of JSON, which texts may hold."""
    column = _finite(name, given)
    nested = given.startswith(_NESTED) or given.endswith("]")
    if kind == "VARCHAR":
        return f"cast(to_json({column}) as varchar)" if nested else f"cast({column} as varchar)"
    json = f"try_cast({column} as JSON)" if given == "VARCHAR" else f"to_json({column})"
    return json if kind == "JSON" else f"try_cast({json} as {kind})"


def _finite(name: str, given: str) -> str:
    """A column; what is no number in it is nothing, as frames write what is missing."""
    column = _quoted(name)
    return f"case when not isnan({column}) then {column} end" if given in _FLOATS else column


def _table(name: str, *, numbered: bool = False) -> str:
    quoted = name.replace("'", "''")
    counted = ", file_row_number = true" if numbered else ""
    return f"read_parquet('{quoted}', hive_partitioning = false{counted})"


@contextmanager
def _opened(path: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """Yield a DuckDB of its own, and the name it knows the file by.

    Raises:
        ParquetError: what is done with it shows that the file is broken.
    """
    with plain_name(path) as name, duckdb.connect(config={"threads": "2"}) as con:
        con.execute("set TimeZone = 'UTC'")
        try:
            yield con, name
        except duckdb.Error as error:
            told = str(error).splitlines()[0].partition(" Error: ")[2]
            raise ParquetError(_BEFORE_NAMES.match(told)[0].strip()) from None  # type: ignore[index]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
