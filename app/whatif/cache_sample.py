"""A sample of whole sessions, on which it is replayed what a cache keeps under other models."""

from decimal import Decimal

import duckdb

from app.contract_sql import filled
from app.whatif.cells_fields import MILLION, share_bin
from app.whatif.cells_query import CLASS_KEYS, EventQuery, Extent

#: Events of a sample at most; fewer events are taken whole.
MOST_EVENTS = 250_000

_DIGITS = 8

#: In how many steps cached shares are counted.
_STEPS = 100


def choose_sessions(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``temp.chosen_session`` of ``temp.session_size``; the same sessions every time."""
    [(events,)] = con.execute("select sum(events) from session_size").fetchall()
    part = min(MOST_EVENTS, events) * (16**_DIGITS - 1) // max(events, 1)
    text = filled("whatif_chosen_sessions", {
        "most": str(MOST_EVENTS),
        "digest": f"{int(part):0{_DIGITS}x}".ljust(32, "f"),
    })  # fmt: skip
    con.execute(f"create or replace temp table chosen_session as {text}")


def number_session_events(small: duckdb.DuckDBPyConnection, query: EventQuery) -> tuple[int, int]:
    """Make ``session_event`` of what was sampled; return how many sessions and events it has."""
    own = [name for name in query.keys if name not in CLASS_KEYS]
    shared = (f"staged_session.key_{name} = price_class.key_{name}" for name in CLASS_KEYS)
    text = filled("whatif_session_events", {
        "class_keys": " and ".join(shared),
        "cell_keys": "".join(
            f" and cell.{name} is not distinct from staged_session.key_{name}" for name in own
        ),
    })  # fmt: skip
    small.execute(f"create table session_event as {text}")
    small.execute("drop table staged_session")
    [found] = small.execute(
        "select count(distinct session), count(*) from session_event"
    ).fetchall()
    return int(found[0]), int(found[1])


def largest_shares(
    con: duckdb.DuckDBPyConnection, query: EventQuery, extent: Extent
) -> dict[str, float]:
    """Return by workload the cached share of a prompt that 19 of 20 prompts stay under.

    Prompts that can be cached count, of a sample by line where there are many.
    """
    text = filled("whatif_shares", {
        "share": share_bin([Decimal(k) / _STEPS for k in range(_STEPS)]),
        "step": str(max(1, extent.events // MOST_EVENTS)),
        "events": query.sql,
    })  # fmt: skip
    found: dict[str, list[tuple[int, int]]] = {}
    for workload, share, events in con.execute(text, extent.parameters).fetchall():
        found.setdefault(workload, []).append((share, events))
    return {workload: _most(sorted(shares)) for workload, shares in found.items()}


def _most(shares: list[tuple[int, int]]) -> float:
    """Return the end of the step at which 19 of 20 are reached."""
    whole = sum(events for _, events in shares)
    reached = 0
    for share, events in shares:
        reached += events
        if reached * 20 >= whole * 19:
            return min(1.0, share / MILLION + 1 / _STEPS)
    return 1.0
