"""Usage in short for what-ifs: requests that no price, policy or regime can tell apart, as one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

import duckdb

from app.condensed import hand_over
from app.contract_sql import filled, listed
from app.ledger import Question
from app.scope import Scope
from app.whatif.cache_sample import choose_sessions, largest_shares, number_session_events
from app.whatif.cells_query import (
    CLASS_KEYS,
    SUMMED,
    EventQuery,
    event_query,
    extent_of,
    of_chosen_sessions,
)
from app.whatif.needs import Needs, needs_of
from models.replay.groups import Replayed
from pricing.book import PriceBook

__all__ = ["Cells", "Needs", "cells_of", "needs_of"]


@dataclass(frozen=True, slots=True)
class Cells:
    """Usage in short, in memory.

    Attributes:
        con: Its database; ask through ``con.cursor()``. ``price_class`` is what a price and a
            target's limits depend on, ``cell`` all that is told apart, ``session_event`` a sample
            of whole sessions.
        needs: What it tells apart.
        events, cells: Records, and how many cells they became.
        sessions, session_events: Size of the sample of sessions.
        has_sessions: Whether any event has a session.
        largest_share: By workload the cached share that 19 of 20 prompts stay under.
        stamped: Tables of prices made so far.
        replayed: The last replays, so that one is not made twice.
        lock: Held while one is made.
    """

    con: duckdb.DuckDBPyConnection
    needs: Needs
    events: int
    cells: int
    sessions: int = 0
    session_events: int = 0
    has_sessions: bool = False
    largest_share: Mapping[str, float] = field(default_factory=dict)
    stamped: dict[object, str] = field(default_factory=dict)
    replayed: dict[object, Replayed] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)


def cells_of(
    con: duckdb.DuckDBPyConnection,
    book: PriceBook,
    question: Question,
    scope: Scope,
    needs: Needs,
) -> Cells:
    """Condense what a question selects. The database is free afterwards.

    Args:
        con: An open database, read-only or not.
        book: All prices that may be asked for.
        question: Which usage: period and filters.
        scope: What counts.
        needs: What has to be told apart.
    """
    extent = extent_of(con, book, question, scope, needs)
    query = event_query(con, book, question, needs, extent)
    tables = {"staged": (_condensing(query), extent.parameters)}
    tables["named"] = ("select distinct provider, model, vendor from named", [])
    if extent.sessions:
        choose_sessions(con)
        chosen = event_query(con, book, question, needs, of_chosen_sessions(extent))
        tables["staged_session"] = (chosen.sql, extent.parameters)
    largest = {} if extent.sessions else largest_shares(con, query, extent)
    small = hand_over(con, tables)
    small.execute(
        "create table model_name as select distinct provider, "
        "concat(vendor, '|', model) as model_raw, model, vendor from named"
    )
    cells = _number_cells(small, query)
    sessions, events = number_session_events(small, query) if extent.sessions else (0, 0)
    return Cells(small, needs, extent.events, cells, sessions, events, extent.sessions, largest)


def _condensing(query: EventQuery) -> str:
    sums = [f"cast(sum({name}) as bigint) as {name}" for name in SUMMED]
    sums += [f"min({name}) as {name}" for name in ("model", "vendor", *query.values)]
    return filled("whatif_cells", {
        "keys": listed([f"key_{name}" for name in query.keys]),
        "sums": ", ".join(sums),
        "events": query.sql,
        "groups": ", ".join(f"key_{name}" for name in query.keys),
    })  # fmt: skip


def _number_cells(small: duckdb.DuckDBPyConnection, query: EventQuery) -> int:
    """Make ``price_class`` and ``cell`` of what was condensed; return how many cells there are."""
    shared = ", ".join(f"key_{name}" for name in CLASS_KEYS)
    own = [name for name in query.keys if name not in CLASS_KEYS]
    classes = filled("whatif_classes", {"keys": shared})
    small.execute(f"create table price_class as {classes}")
    joined = " and ".join(f"staged.key_{name} = price_class.key_{name}" for name in CLASS_KEYS)
    numbered = filled("whatif_numbered", {
        "keys": listed([f"staged.key_{name} as {name}" for name in own]),
        "values": listed([f"staged.{name}" for name in query.values]),
        "measures": ", ".join(f"staged.{name}" for name in SUMMED),
        "joined": joined,
    })  # fmt: skip
    small.execute(f"create table cell as {numbered}")
    [(cells,)] = small.execute("select count(*) from cell").fetchall()
    small.execute("drop table staged")
    return int(cells)
