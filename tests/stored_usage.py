"""Usage put straight into a warehouse in memory, for tests of what is asked of it."""

from datetime import datetime
from pathlib import Path

import duckdb

from ingest.stamp import ensure_book, name_models, stamped
from ingest.warehouse import Warehouse
from pricing.book import PriceBook
from pricing.load import load_price_book

BOOK = load_price_book(Path(__file__).parent / "prices.yaml")

DEFAULTS = {
    "rank": 0,
    "event_ts": datetime(2026, 2, 10, 12),
    "provider": "acme",
    "model_raw": "acme-small",
    "service_tier": "standard",
    "service_tier_source": "response",
    "region": "global",
    "grain": "request",
    "billable": True,
    "requests": 1,
    "source": "openai_chat",
    "file_id": 1,
}


def warehouse_of(events: list[dict], book: PriceBook = BOOK) -> duckdb.DuckDBPyConnection:
    """Return a database of these events, stamped under a book."""
    con = Warehouse.prepare(duckdb.connect())
    con.execute("begin")
    ensure_book(con, book)
    con.execute("commit")
    store(con, events, book)
    return con


def store(con: duckdb.DuckDBPyConnection, events: list[dict], book: PriceBook = BOOK) -> None:
    """Put events in place of those a database holds; what one leaves out has its default.

    An event without ``input_tokens`` has what its meters add up to; give None for unknown.
    """
    # Another book's rates, left by a question, would hide those of the stamps.
    con.execute("drop table if exists temp.rates")
    con.execute("drop table if exists temp.model_name")
    con.execute("delete from usage_event")
    declared = con.execute(
        "select column_name, data_type from information_schema.columns "
        "where table_name = 'usage_event' and column_name not in ('model', 'rate_id')"
    ).fetchall()
    rows = [_whole(k, event) for k, event in enumerate(events)]
    columns = ", ".join(f"unnest(?::{kind}[]) as {name}" for name, kind in declared)
    values = [[row.get(name) for row in rows] for name, _ in declared]
    con.execute(f"create temp table staged as select {columns}", values)
    name_models(con, book, "staged")
    con.execute(f"insert into usage_event by name select * from {stamped('staged')}")
    con.execute("drop table staged")


def _whole(k: int, event: dict) -> dict:
    row = {"event_id": f"e{k}", "line": k + 1, **DEFAULTS, **event}
    parts = ("uncached_input", "cache_read", "cache_write", "cache_write_long")
    prompt = sum(row.get(f"{part}_tokens") or 0 for part in parts)
    return {"input_tokens": prompt, **row}
