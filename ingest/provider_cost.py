"""What a provider says it charged: kept beside the usage, never mixed with computed cost.

Of two pulls of one bucket the later one counts, whatever the order of loading: amounts grow
while a day is open, and fall by credits.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import duckdb

from ingest.manifest import FileIdentity

_COLUMNS = (
    "cost_key", "provider", "series", "bucket_start", "bucket_end", "amount", "currency",
    "line_item", "parsed", "service_tier", "model", "modality", "meter", "long_context",
    "quantity", "quantity_unit", "project_id", "organization_id", "user_id", "api_key_id",
    "observed_at", "source", "file_id", "line",
)  # fmt: skip


def keep_costs(
    con: duckdb.DuckDBPyConnection, selects: Sequence[str], identity: FileIdentity
) -> None:
    """Store a file's rows of money; what a later pull says replaces what an earlier one said.

    Args:
        con: The warehouse, within a transaction.
        selects: SQL of the staged rows, one a part.
        identity: The file; its time stands in for rows that do not say when they were pulled.
    """
    if not selects:
        return
    columns = ", ".join(_COLUMNS)
    said = f"coalesce(observed_at, timestamp '{_written_at(identity):%Y-%m-%d %H:%M:%S.%f}')"
    con.execute(
        f"create or replace temp table staged_cost as select pull, {columns} from ("
        f"select * replace ({said} as observed_at) from "
        f"({' union all by name '.join(selects)}))"
    )
    query = (files("ingest") / "sql" / "latest_costs.sql").read_text(encoding="utf-8")
    con.execute(
        "create or replace temp table settled_cost as with candidates as ("
        "select *, 0 as stored from staged_cost union all by name select *, 1 as stored "
        f"from provider_cost semi join staged_cost using (cost_key)) select {columns} "
        f"from ({query})"
    )
    con.execute("delete from provider_cost where cost_key in (select cost_key from settled_cost)")
    con.execute("insert into provider_cost by name from settled_cost order by bucket_start")
    con.execute("drop table staged_cost; drop table settled_cost")


def _written_at(identity: FileIdentity) -> datetime:
    try:
        seconds = Path(identity.path).stat().st_mtime
    except OSError:
        return datetime.now(UTC)
    return datetime.fromtimestamp(seconds, UTC)
