"""Asks a table as a whole what its rows do not say each by itself."""

from typing import Any

import duckdb

from ingest.bulk_read import csv_rows, header_of
from ingest.piece import FilePiece
from ingest.plain_name import plain_name
from ingest.rewrite import Rewriting
from ingest.told import Told


def told_by_table(
    con: duckdb.DuckDBPyConnection, piece: FilePiece, rewriting: Rewriting
) -> Told | None:
    """Return what a CSV says of its rows as a whole, or None where its rows must be rewritten.

    Raises:
        BulkReadError: the columns cannot be told apart.
        duckdb.Error: DuckDB cannot read the file.
    """
    teller = rewriting.teller
    if piece.form != "csv" or teller is None:
        return None
    header = header_of(piece)
    with plain_name(piece.path) as name:
        rows = csv_rows(piece, name, header)

        def ask(asked: str) -> tuple[Any, ...]:
            [answer] = con.execute(f"select {asked} from {rows}").fetchall()
            return tuple(answer)

        return teller.told(ask, header)
