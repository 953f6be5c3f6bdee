"""What stays cached under a policy: replayed over sessions where there are any, else by formula."""

from collections import defaultdict
from collections.abc import Sequence

import duckdb

from app.contract_sql import filled
from app.scope import statement
from app.whatif.cells import Cells
from models.replay.cache import HitShares, Key, kept_by_formula
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
    shares = HitShares(groups, cells.largest_share)
    measured = sessions_kept(con, shares, ttl_seconds) if cells.session_events else []
    return kept_by_formula(groups, shares, measured)


def sessions_kept(
    con: duckdb.DuckDBPyConnection, shares: HitShares, ttl_seconds: int
) -> list[CacheKept]:
    """Replay the sample of sessions, and return what its caches keep."""
    con.execute(f"create or replace temp table chosen as {statement('whatif_chosen')}")
    placed = filled("whatif_cache", {"ttl": str(ttl_seconds)})
    con.execute(f"create or replace temp table session_kept as {placed}")
    others: dict[Key, float] = defaultdict(float)
    for rule, workload, old, new, tokens in con.execute(
        f"select * from ({statement('whatif_cache_others')}) as found order by all"
    ).fetchall():
        others[rule, workload, new] += tokens * shares.kept(workload, old, new)
    rows = con.execute(
        f"select * from ({statement('whatif_cache_sums')}) as found order by all"
    ).fetchall()
    found = []
    for rule, workload, model_to, moved, sessions, requests, cached, kept in rows:
        if not cached:
            continue
        same = kept == cached and not moved
        share = (kept + others[rule, workload, model_to]) / cached
        found.append(
            CacheKept(
                rule, workload, model_to, round(share, 6),
                "unchanged" if same else "sessions", sessions, requests, cached,
            )
        )  # fmt: skip
    return found
