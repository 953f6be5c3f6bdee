"""What stays cached under a policy: replayed over sessions where there are any, else by formula."""

from collections.abc import Sequence

import duckdb

from app.contract_sql import filled
from app.scope import statement
from app.whatif.cells import Cells
from models.replay.cache import kept_by_formula
from models.replay.groups import CacheKept, Group

#: How long a cache remembers a prompt that nobody sends again, at the vendors' short retention.
TTL_SECONDS = 600


def cache_kept(
    con: duckdb.DuckDBPyConnection,
    cells: Cells,
    groups: Sequence[Group],
    ttl_seconds: int = TTL_SECONDS,
) -> tuple[CacheKept, ...]:
    """Return what stays cached of each rule, workload and model.

    Args:
        con: A cursor of the cells' own, after ``send``.
        cells: With a sample of sessions, where the logs have any.
        groups: The replayed traffic.
        ttl_seconds: See ``TTL_SECONDS``.
    """
    measured: list[CacheKept] = []
    if cells.session_events:
        measured = sessions_kept(con, ttl_seconds)
    return kept_by_formula(groups, cells.largest_share, measured)


def sessions_kept(con: duckdb.DuckDBPyConnection, ttl_seconds: int) -> list[CacheKept]:
    """Replay the sample of sessions, and return what its caches keep."""
    con.execute(f"create or replace temp table chosen as {statement('whatif_chosen')}")
    rows = con.execute(filled("whatif_cache", {"ttl": str(ttl_seconds)})).fetchall()
    found = []
    for rule, workload, model_to, moved, sessions, requests, cached, kept in rows:
        if not cached:
            continue
        same = kept == cached and not moved
        found.append(
            CacheKept(
                rule, workload, model_to, round(kept / cached, 6),
                "unchanged" if same else "sessions", sessions, requests, cached,
            )
        )  # fmt: skip
    return found
