"""What a source may report of a record, and the query that makes columns of a table of it."""

from importlib.resources import files

import duckdb

from ingest.source import Source

#: What a source's select may report of usage, with the type a missing column is filled as.
_USAGE: dict[str, str] = {
    "event_id": "VARCHAR",
    "rank": "INTEGER",
    "time": "VARCHAR",
    "provider": "VARCHAR",
    "gateway": "VARCHAR",
    "model_raw": "VARCHAR",
    "tier_reported": "VARCHAR",
    "tier_fixed": "VARCHAR",
    "tier_fixed_by": "VARCHAR",
    "region": "VARCHAR",
    "base_url": "VARCHAR",
    "endpoint": "VARCHAR",
    "status": "VARCHAR",
    "grain": "VARCHAR",
    "series": "VARCHAR",
    "pull": "BIGINT",
    "requests": "BIGINT",
    "billable": "BOOLEAN",
    "billing": "VARCHAR",
    "not_usage": "VARCHAR",
    "problem": "VARCHAR",
    "input_reported": "VARCHAR",
    "uncached_reported": "VARCHAR",
    "cache_read_reported": "VARCHAR",
    "cache_write_reported": "VARCHAR",
    "cache_write_long_reported": "VARCHAR",
    "output_reported": "VARCHAR",
    "reasoning_reported": "VARCHAR",
    "total_reported": "VARCHAR",
    "web_search_calls": "VARCHAR",
    "file_search_calls": "VARCHAR",
    "container_sessions": "VARCHAR",
    "other_units": "JSON",
    "usage_missing": "BOOLEAN",
    "project": "VARCHAR",
    "team": "VARCHAR",
    "user_id": "VARCHAR",
    "workload": "VARCHAR",
    "effort": "VARCHAR",
    "session": "VARCHAR",
    "prefix_key": "VARCHAR",
    "api_key": "VARCHAR",
    "api_key_name": "VARCHAR",
    "tags": "JSON",
    "body_metadata": "JSON",
    "stated_cost": "VARCHAR",
    "stated_cost_kind": "VARCHAR",
    "envelope": "STRUCT",
}

#: What it may report of money.
_COST: dict[str, str] = {
    **dict.fromkeys(
        ("cost_key", "provider", "series", "bucket_start", "bucket_end", "amount", "currency",
         "line_item", "service_tier", "model", "modality", "meter", "quantity", "quantity_unit",
         "project_id", "organization_id", "user_id", "api_key_id", "observed_at"),
        "VARCHAR",
    ),
    "pull": "BIGINT",
    "not_usage": "VARCHAR",
    "parsed": "BOOLEAN",
    "long_context": "BOOLEAN",
    "envelope": "STRUCT",
}  # fmt: skip

#: By the table that keeps the rows: what may be reported, and the query that makes columns of it.
_STORED = {"usage_event": (_USAGE, "normalise"), "provider_cost": (_COST, "normalise_cost")}


def complete(con: duckdb.DuckDBPyConnection, source: Source, typed_record: str) -> str:
    """Return the list of all columns a source may report, those it does not filled with NULL.

    Raises:
        ValueError: it reports one that is not known.
    """
    described = con.execute(
        f"describe with record as ({typed_record}) select * from ({statement(source.sql)})"
    ).fetchall()
    present = {str(row[0]) for row in described}
    known, _ = _STORED[source.stores]
    if unknown := present - known.keys():
        raise ValueError(f"{source.name}.sql reports columns nobody reads: {sorted(unknown)}")
    return ", ".join(
        f'"{name}"' if name in present else f'cast(null as {kind}) as "{name}"'
        for name, kind in known.items()
    )


def normalise(source: Source) -> str:
    """Return the query that makes columns of what a source reported."""
    _, name = _STORED[source.stores]
    return statement((files("ingest") / "sql" / f"{name}.sql").read_text(encoding="utf-8"))


def statement(sql: str) -> str:
    """Return a query without the comments before it."""
    return "\n".join(line for line in sql.splitlines() if not line.startswith("--"))
