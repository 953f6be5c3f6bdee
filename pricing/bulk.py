"""The rule over a whole table: SQL text, and the rates it joins with.

DuckDB connections come from the caller; nothing here opens or closes one.
"""

import re
from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING

from pricing.compile import RATE_COLUMNS, RateRow, compile_rates

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from pricing.book import PriceBook


def sql(name: str) -> str:
    """Return the text of `pricing/sql/<name>.sql`, a select without a semicolon.

    Its relations (`usage`, `rates`, ...; see the header of each file) are resolved
    where it runs: by tables, views or CTEs of those names.
    """
    return files("pricing").joinpath("sql", f"{name}.sql").read_text("utf-8")


def install_rates(
    con: "DuckDBPyConnection",
    book: "PriceBook",
    table: str = "rates",
    *,
    temporary: bool = False,
) -> int:
    """Compile a book into a table, replacing what it held; return its rows.

    Args:
        con: An open connection that may write.
        book: The prices; store `book.digest` beside what is stamped with the ids.
        table: Plain name, or schema.name, of the table to create or replace.
        temporary: Make it a temporary table, which hides a stored one of its name.

    Raises:
        ValueError: `table` is not a plain name.
    """
    if not re.fullmatch(r"([A-Za-z_]\w*\.){0,2}[A-Za-z_]\w*", table):
        raise ValueError(f"not a plain table name: {table!r}")
    rows = compile_rates(book)
    declared = ", ".join(f"{name} {kind}" for name, kind in RATE_COLUMNS)
    kind_of_table = "temp table" if temporary else "table"
    con.execute(f"create or replace {kind_of_table} {table} ({declared})")
    con.execute(*_insertion(table, rows))
    return len(rows)


def _insertion(table: str, rows: Sequence[RateRow]) -> tuple[str, list[list[object]]]:
    """Return a statement that writes rows, and its arrays.

    Most rows repeat another in another region. What they share is handed over once, as it is the
    handing over that takes time.
    """
    kinds = dict(RATE_COLUMNS)
    own = [name for name in kinds if name in ("rate_id", "region")]
    shared = [name for name in kinds if name not in own]
    at = {name: number for number, name in enumerate(kinds)}
    numbers: dict[tuple[object, ...], int] = {}
    bodies = [
        numbers.setdefault(tuple(row[at[name]] for name in shared), len(numbers)) for row in rows
    ]
    arrays: list[list[object]] = [[row[at[name]] for row in rows] for name in own]
    arrays += [list(bodies), *map(list, zip(*numbers, strict=True)), list(numbers.values())]

    def unnested(names: Sequence[str]) -> str:
        columns = [f"unnest(?::{kinds[name]}[]) as {name}" for name in names]
        return f"select {', '.join(columns)}, unnest(?::INTEGER[]) as body"

    text = f"""
        insert into {table}
        select {", ".join(kinds)}
        from ({unnested(own)})
        join ({unnested(shared)}) using (body)
        order by rate_id"""
    return text, arrays
