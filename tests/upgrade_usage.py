"""Usage of gpt-5.4 in a database, small enough to price by hand, for tests of upgrades."""

from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from ingest.stamp import ensure_book
from ingest.warehouse import Warehouse
from pricing.load import load_price_book
from tests.stored_usage import store

BOOK = load_price_book()
START = datetime(2026, 8, 3, 9)

#: Two weeks of agents' work: sessions of 12 requests, $0.051 each on gpt-5.4.
AGENT = {
    "provider": "openai",
    "model_raw": "gpt-5.4",
    "workload": "agent",
    "effort": "high",
    "uncached_input_tokens": 10_000,
    "cache_read_tokens": 50_000,
    "output_tokens": 900,
    "reasoning_tokens": 300,
}
#: Chats, without session and effort: $0.009 each.
CHAT = {
    "provider": "openai",
    "model_raw": "gpt-5.4",
    "workload": "chat",
    "uncached_input_tokens": 1_200,
    "output_tokens": 400,
}
#: Above 272,000 tokens: $1.523 with the surcharge of $0.7635 on gpt-5.4.
LONG = AGENT | {"uncached_input_tokens": 300_000, "cache_read_tokens": 0, "workload": "archive"}


def agents(sessions=10, **changes):
    """Return sessions of twelve requests, a minute apart, one an hour."""
    return [
        AGENT
        | {"session": f"s{k}", "event_ts": START + timedelta(hours=9 * k, minutes=n)}
        | changes
        for k in range(sessions)
        for n in range(12)
    ]


def chats(count=60, **changes):
    """Return chats, three hours apart."""
    return [CHAT | {"event_ts": START + timedelta(hours=3 * k)} | changes for k in range(count)]


def longs(count=4, **changes):
    """Return requests with long prompts, a day apart."""
    return [LONG | {"event_ts": START + timedelta(days=k)} | changes for k in range(count)]


def database(path: Path, events: list[dict]) -> Path:
    """Write a database of these events and return its path."""
    con = Warehouse.prepare(duckdb.connect(str(path)))
    con.execute("begin")
    ensure_book(con, BOOK)
    con.execute("commit")
    store(con, events, BOOK)
    con.close()
    return path
