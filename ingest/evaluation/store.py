"""Keeps the user's evaluations in the database, and reads them back."""

from collections.abc import Sequence
from dataclasses import astuple, fields
from datetime import UTC, datetime

import duckdb

from ingest.evaluation.read import Result

_TYPES = {
    "run": "integer[]",
    "passed": "boolean[]",
    "score": "decimal(7, 6)[]",
    "attempts": "integer[]",
    "input_tokens": "bigint[]",
    "output_tokens": "bigint[]",
    "turns": "integer[]",
    "cost_pico": "bigint[]",
}
_COLUMNS = [field.name for field in fields(Result)]
_KEY = "workload, task, model, effort, run"


def write_results(
    con: duckdb.DuckDBPyConnection, results: Sequence[Result], file: str
) -> tuple[int, int]:
    """Store results; a run of a task that is there already is replaced.

    Returns:
        How many were new, and how many were replaced.
    """
    now = datetime.now(UTC).replace(tzinfo=None)
    columns = [list(column) for column in zip(*map(astuple, results), strict=True)]
    unnested = ", ".join(f"unnest(?::{_TYPES.get(name, 'varchar[]')})" for name in _COLUMNS)
    con.execute("begin")
    before = _count(con)
    con.execute(
        f"insert or replace into evaluation ({', '.join(_COLUMNS)}, file, imported_at)"
        f" select {unnested}, ?, ?",
        [*columns, file, now],
    )
    new = _count(con) - before
    con.execute("commit")
    return new, len(results) - new


def read_stored(con: duckdb.DuckDBPyConnection) -> list[Result]:
    """Return all evaluations, in the order of their keys."""
    rows = con.execute(f"select {', '.join(_COLUMNS)} from evaluation order by {_KEY}").fetchall()
    return [Result(*row) for row in rows]


def _count(con: duckdb.DuckDBPyConnection) -> int:
    row = con.execute("select count(*) from evaluation").fetchone()
    return int(row[0]) if row else 0
