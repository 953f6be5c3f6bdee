"""Charges: one row per event and meter, with its exact amount.

Written by DuckDB straight to the file, so that millions of rows pass through no memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

import duckdb

from app.contract_ledger import Ledger
from app.contract_sql import CONTRACT_AMOUNTS, contract_join
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

#: What a contract makes of a charge.
_AMOUNTS = ("contracted", "effective")

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
    ledger: Ledger | None = None,
) -> Iterator[Written]:
    """Write ``charges.<form>`` into a folder.

    Under a contract a charge has its contracted and its effective amount, too; the effective one
    is rounded to one pico-dollar.
    """
    path = folder / f"charges.{form}"
    events = priced_events(con, book, question, scope)
    where, parameters = conditions(question)
    chosen = f"select * from {events}" + (f" where {' and '.join(where)}" if where else "")
    body = statement("charges").format(
        meters=", ".join(_meter_row(meter, ledger) for meter in Meter),
        usd_rate=_usd("pico_per_unit", form),
        usd_amount=_usd("amount_pico", form),
        **_contract_parts(con, ledger, form),
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


def _contract_parts(
    con: duckdb.DuckDBPyConnection, ledger: Ledger | None, form: str
) -> dict[str, str]:
    """Return what a contract adds to the statement; nothing without one."""
    rates = ", ".join(f"rates.{meter.rate_column}" for meter in Meter)
    if ledger is None:
        return {"rates": rates, "contracted": "", "more": "", "more_names": "", "usd_more": ""}
    return {
        "rates": f"{rates}, {CONTRACT_AMOUNTS}",
        "contracted": contract_join(con, ledger.spans, ledger.statement.atoms, "rated"),
        "more": "".join(f", meters.{name}_pico" for name in _AMOUNTS),
        "more_names": "".join(f", {name}_pico" for name in _AMOUNTS),
        "usd_more": "".join(
            f"{_usd(f'{name}_pico', form)} as {name}_amount_usd, " for name in _AMOUNTS
        ),
    }


def _meter_row(meter: Meter, ledger: Ledger | None) -> str:
    cells = [
        f"'{meter}'", f"'{meter.unit}'", f"rated.{meter.event_column}",
        f"rated.{meter.rate_column}", f"rated.{meter}_cost_pico",
    ]  # fmt: skip
    if ledger is not None:
        cells += [f"rated.{meter}_{name}_pico" for name in _AMOUNTS]
    return f"({', '.join(cells)})"


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
