"""Parquet files: their columns as the text and JSON that sources read, and their rows as lines."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from ingest.records import Line

_MAGIC = b"PAR1"
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
    with _opened() as con:
        try:
            found = con.execute(f"describe select * from {_table(path)}").fetchall()
        except duckdb.Error as error:
            raise ParquetError(str(error).splitlines()[0]) from None
    return {str(row[0]): str(row[1]) for row in found}


def parquet_rows(path: Path) -> int:
    """Return how many rows a file has."""
    with _opened() as con:
        row = con.execute(
            "select coalesce(sum(num_rows), 0) from parquet_file_metadata(?)", [str(path)]
        ).fetchone()
    return int(row[0]) if row else 0


def parquet_lines(path: Path, rows: Sequence[int] | None = None) -> Iterator[Line]:
    """Yield rows as JSON objects, each with its number from 1; it lies at no byte of its own.

    Args:
        path: The file.
        rows: 0-based numbers of the rows wanted; None for all.
    """
    columns = parquet_columns(path)
    cells = ", ".join(f"{_quoted(name)} := {_finite(name, columns[name])}" for name in columns)
    wanted = f"where file_row_number in ({', '.join(map(str, rows))})" if rows is not None else ""
    if rows is not None and not rows:
        return
    with _opened() as con:
        con.execute(
            f"select file_row_number, cast(to_json(struct_pack({cells})) as varchar) "
            f"from {_table(path, numbered=True)} {wanted} order by file_row_number"
        )
        while batch := con.fetchmany(_BATCH):
            for number, text in batch:
                content = str(text).encode()
                yield Line(int(number) + 1, 0, len(content), content)


def parquet_relation(path: Path, columns: dict[str, str]) -> str:
    """Return SQL that yields ``columns``, one row a row of the file, in its order."""
    present = parquet_columns(path)
    cells = ", ".join(
        f"{_cell(name, present[name], kind) if name in present else f'cast(null as {kind})'} "
        f"as {_quoted(name)}"
        for name, kind in columns.items()
    )
    return f"(select {cells} from {_table(path)})"


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


def _table(path: Path, *, numbered: bool = False) -> str:
    quoted = str(path).replace("'", "''")
    counted = ", file_row_number = true" if numbered else ""
    return f"read_parquet('{quoted}', hive_partitioning = false{counted})"


def _opened() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": "2"})
    con.execute("set TimeZone = 'UTC'")
    return con


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
