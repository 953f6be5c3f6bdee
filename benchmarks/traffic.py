"""Made-up traffic that looks like a company's, the same on every machine.

Request ``n`` is drawn from hashes of ``n`` alone, so any slice of the traffic can be
made on its own, in time order and on all cores.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import duckdb

from ingest.stamp import ensure_book, name_models, stamped
from ingest.warehouse import Warehouse
from pricing.book import PriceBook

#: Holds every release and price change of the shipped book.
FIRST = datetime(2026, 3, 5, tzinfo=UTC)
LAST = datetime(2026, 11, 20, tzinfo=UTC)

CHUNK = 1_000_000

#: Words are drawn from lists of this length, in which each stands as often as its
#: share asks.
SLOTS = 1000

#: Shares; a newer model takes part from its release on.
MODELS = {
    "gpt-5.4": 250,
    "gpt-5.4-mini": 250,
    "gpt-5.4-nano": 200,
    "gpt-5.4-pro": 8,
    "gpt-5.5": 300,
    "gpt-5.5-pro": 8,
    "gpt-5.6-sol": 350,
    "gpt-5.6-terra": 350,
    "gpt-5.6-luna": 500,
    "acme-internal-7b": 3,  # no book knows it
}
TIERS = {"standard": 770, "batch": 130, "flex": 55, "priority": 40, "unknown": 5}
REGIONS = {"global": 955, "eu": 35, "us": 10}


def install(con: duckdb.DuckDBPyConnection, book: PriceBook, count: int) -> None:
    """Make ``traffic(low, high)``, a table macro of requests ``low`` to ``high - 1``.

    Args:
        con: An open connection; what is made lasts as long as it does.
        book: Where model ids and releases come from.
        count: How many requests there are between FIRST and LAST in all.
    """
    con.execute(
        "create or replace temp table period (starts timestamp, ends timestamp, ids varchar[])"
    )
    for start, end, ids in _periods(book):
        naive = [start.replace(tzinfo=None), end.replace(tzinfo=None)]
        con.execute("insert into period values (?, ?, ?)", [*naive, ids])
    con.execute(
        "create or replace temp table drawn as"
        " select ? as tiers, ? as regions, ?::timestamp as first_ts,"
        " ?::bigint as step_us",
        [
            _slots(TIERS),
            _slots(REGIONS),
            FIRST.replace(tzinfo=None),
            int((LAST - FIRST).total_seconds() * 1_000_000) // count,
        ],
    )
    query = (files("benchmarks") / "sql" / "traffic.sql").read_text("utf-8")
    con.execute(f"create or replace temp macro traffic(low, high) as table {query}")


def fill(path: Path, book: PriceBook, count: int) -> None:
    """Write a new database with the traffic in it, stamped as a load stamps it."""
    with Warehouse(path).writing() as con:
        install(con, book, count)
        ensure_book(con, book)
        for low in range(0, count, CHUNK):
            con.execute(
                "create or replace temp table usage as"
                f" select * exclude n, false as usage_missing, cast(null as varchar) as other_units"
                f" from traffic({low}, {min(count, low + CHUNK)})"
            )
            name_models(con, book, "usage")
            con.execute(
                "insert into usage_event by name select usage.*, model, rate_id"
                f" from usage join {stamped('usage')} using (event_id)"
                " order by event_ts"
            )
        con.execute("checkpoint")


def _periods(book: PriceBook) -> Iterator[tuple[datetime, datetime, list[str]]]:
    """Cut the time at each release; give each piece the ids that are in use."""
    known = {model.model: model for model in book.models.values()}
    starts = sorted({FIRST, *(known[name].released for name in MODELS if name in known)})
    for start, end in zip(starts, [*starts[1:], LAST], strict=True):
        shares: dict[str, int] = {}
        for name, share in MODELS.items():
            model = known.get(name)
            if model is None or model.released <= start:
                ids = model.ids if model else (name,)
                shares |= dict.fromkeys(ids, max(1, share // len(ids)))
        yield start, end, _slots(shares)


def _slots(shares: dict[str, int]) -> list[str]:
    total = sum(shares.values())
    drawn: list[str] = []
    reached = 0
    for word, share in shares.items():
        reached += share
        drawn += [word] * (reached * SLOTS // total - len(drawn))
    return drawn
