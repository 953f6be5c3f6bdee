"""Charges: one row per event and meter, with its exact amount.

Written by DuckDB straight to the file, so that millions of rows pass through no memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

import duckdb

from app.ledger import Question, conditions, priced_events
from app.scope import Scope, statement
from pricing.book import PriceBook
from pricing.bulk import sql
from pricing.vocabulary import Meter

#: Columns whose text comes from a log or a price table, so that a spreadsheet might run it.
_TEXTS = (
    "event_id", "provider", "model", "region", "price_version", "project", "team", "user_id",
    "api_key", "workload", "account", "tags", "model_raw",
)  # fmt: skip

_OPTIONS = {
    "csv": "format csv, header true",
    "json": "format json, array true",
    "parquet": "format parquet, compression zstd",
}


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written."""

    path: Path
    rows: int
    sha256: str


def write(
    con: duckdb.DuckDBPyConnection,
    book: PriceBook,
    question: Question,
    folder: Path,
    form: str,
    scope: Scope | None = None,
) -> Iterator[Written]:
    """Write ``charges.<form>`` into a folder."""
    path = folder / f"charges.{form}"
    events = priced_events(con, book, question, scope)
    where, parameters = conditions(question)
    chosen = f"select * from {events}" + (f" where {' and '.join(where)}" if where else "")
    body = statement("charges").format(
        rates=", ".join(f"rates.{meter.rate_column}" for meter in Meter),
        meters=", ".join(_meter_row(meter) for meter in Meter),
        usd_rate=_usd("pico_per_unit", form),
        usd_amount=_usd("amount_pico", form),
    )
    query = (
        f"with usage as ({chosen}), rated as (select * from ({sql('rated_usage')})), "
        f"charge as ({body}) select {_cells(form)} from charge "
        "order by event_ts, event_id, meter"
    )
    target = str(path).replace("'", "''")
    row = con.execute(f"copy ({query}) to '{target}' ({_OPTIONS[form]})", parameters).fetchone()
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    yield Written(path, int(row[0]) if row else 0, digest)


def _meter_row(meter: Meter) -> str:
    return (
        f"('{meter.value}', '{meter.unit}', rated.{meter.event_column}, "
        f"rated.{meter.rate_column}, rated.{meter.value}_cost_pico)"
    )


def _usd(column: str, form: str) -> str:
    """Exact dollars by multiplication; JSON has no exact number, so there it is text."""
    exact = (
        f"cast(cast({column} as decimal(26, 0)) * cast(0.000000000001 as decimal(12, 12)) "
        "as decimal(38, 12))"
    )
    return f"cast({exact} as varchar)" if form == "json" else exact


def _cells(form: str) -> str:
    if form != "csv":
        return "*"
    starts = "('=', '+', '-', '@', chr(9), chr(10), chr(13))"
    neutral = ", ".join(
        f"case when left({name}, 1) in {starts} then '''' || {name} else {name} end as {name}"
        for name in _TEXTS
    )
    return f"* replace ({neutral})"
