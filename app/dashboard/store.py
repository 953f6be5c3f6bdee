"""What the dashboard reads of the database, and how long it may keep it.

The file is held only while a query runs, so that a load goes on beside an open dashboard. What was
read is kept until the file, the prices or the zone change; while a load holds the file the last
answer serves, with its age.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import polars as pl
import streamlit as st

from app.caveats import Caveat, caveats, has_caveats
from app.dashboard.cube import build_cube, cube_question
from app.dashboard.settings import settings
from app.explanation import Explanation, explain
from app.ledger import Question, conditions, priced_events, scope_for
from app.options import book_from, warehouse_at
from app.scope import AUTO, Scope, has_series, statement
from ingest.warehouse import WarehouseBusyError
from pricing.book import PriceBook
from pricing.bulk import sql

#: How many requests a selection lists.
DEAREST = 500

#: A page waits this long for a load to let go of the file before it shows the last answer.
_PATIENCE_S = 3.0

Read = TypeVar("Read")


class NoUsageError(Exception):
    """There is no database, or nothing in it."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the database held when it was read.

    Attributes:
        cube: See ``app.dashboard.cube``.
        first_ts, last_ts: First and last event, naive UTC.
        loaded_at: The last load, naive UTC.
        demo: Name of the demo company, or None.
        grain: Which of request logs and buckets of the same traffic is counted.
        has_choice: Whether another grain would count something else.
        has_caveats: Whether there may be anything to know beside the figures.
        read_at: When this was read, UTC.
        stale: The database has changed since, and is being written.
    """

    cube: pl.DataFrame
    first_ts: datetime
    last_ts: datetime
    loaded_at: datetime
    demo: str | None
    grain: str
    has_choice: bool
    has_caveats: bool
    read_at: datetime
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Accounts:
    """What became of all lines ever loaded."""

    sources: pl.DataFrame
    quarantine: pl.DataFrame


def snapshot(more: tuple[str, ...] = (), grain: str = AUTO) -> Snapshot:
    """Read the database, or take what was read if nothing changed since.

    Args:
        more: Dimensions beyond those every cube has.
        grain: Which of request logs and buckets of the same traffic is counted.

    Raises:
        NoUsageError: there is no database, or nothing in it.
        WarehouseBusyError: a load holds it, and it was never read before.
        WarehouseError: it cannot be used.
    """
    path = _path()
    if not path.exists():
        raise NoUsageError
    held = _last_answers()
    key = (str(path), book().digest, settings().zone_name, more, grain)
    try:
        found: Snapshot = _snapshot(str(path), _state(path), *key[1:3], more, grain)
    except WarehouseBusyError:
        if key in held:
            return replace(held[key], stale=True)
        raise
    held[key] = found
    return found


@st.cache_data(max_entries=8, show_spinner=False)
def _snapshot(
    path: str,
    state: tuple[int, ...],
    digest: str,
    zone_name: str,
    more: tuple[str, ...],
    grain: str,
) -> Snapshot:
    del state, digest, zone_name  # parts of the key
    with warehouse_at(Path(path)).reading(_PATIENCE_S) as con:
        question = cube_question(settings().zone, grain, more)
        scope = scope_for(con, question)
        first, last, loaded, _, demo = _extent(con, scope)
        if first is None and scope.disputed:
            first, last, *_ = _extent(con, Scope(None))
        if first is None:
            raise NoUsageError
        cube = build_cube(con, book(), question, scope)
        peculiar = (has_series(con), has_caveats(con))
    return Snapshot(cube, first, last, loaded, demo, grain, *peculiar, datetime.now(UTC))


def _extent(con: duckdb.DuckDBPyConnection, scope: Scope) -> tuple[Any, ...]:
    counted = f"with counted as (select * from {scope.counted})"
    [row] = con.execute(f"{counted} {statement('log_extent')}").fetchall()
    return tuple(row)


@st.cache_resource(show_spinner=False)
def _last_answers() -> dict[tuple[Any, ...], Snapshot]:
    return {}


def accounts() -> Accounts:
    """Read what became of all lines."""
    return _accounts(str(_path()), _state(_path()))


@st.cache_data(max_entries=2, show_spinner=False)
def _accounts(path: str, state: tuple[int, ...]) -> Accounts:
    del state  # part of the key
    with warehouse_at(Path(path)).reading(_PATIENCE_S) as con:
        return Accounts(_frame(con, "loaded_sources"), _frame(con, "quarantine_reasons"))


def beside(question: Question) -> list[Caveat]:
    """Return what to know beside the answer to a question; while a load runs, what was known."""
    path = _path()
    held = _last_caveats()
    try:
        found: list[Caveat] = _beside(str(path), _state(path), book().digest, question)
    except WarehouseBusyError:
        return held.get((str(path), question), [])
    held[str(path), question] = found
    return found


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Question: repr})
def _beside(path: str, state: tuple[int, ...], digest: str, question: Question) -> list[Caveat]:
    del state, digest  # parts of the key
    with warehouse_at(Path(path)).reading(_PATIENCE_S) as con:
        return caveats(con, book(), question, scope_for(con, question))


@st.cache_resource(show_spinner=False)
def _last_caveats() -> dict[tuple[str, Question], list[Caveat]]:
    return {}


def dearest(question: Question) -> pl.DataFrame:
    """Return the dearest requests of a question, with local times in ``local_ts``."""
    path = _path()
    return _dearest(str(path), _state(path), book().digest, question)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Question: repr})
def _dearest(path: str, state: tuple[int, ...], digest: str, question: Question) -> pl.DataFrame:
    del state, digest  # parts of the key
    with warehouse_at(Path(path)).reading(_PATIENCE_S) as con:
        clauses, parameters = conditions(question)
        events = priced_events(con, book(), question)
        chosen = f"select * from {events}" + (f" where {' and '.join(clauses)}" if clauses else "")
        body = (
            f"with usage as ({chosen}), rated as (select * from ({sql('rated_usage')})) "
            f"select * from ({statement('dearest_requests').format(limit=DEAREST)})"
        )
        found = con.execute(body, parameters)
        names = [column[0] for column in found.description or ()]
        rows = found.fetchall()
    columns = {name: [row[k] for row in rows] for k, name in enumerate(names)}
    columns["local_ts"] = [local(at, question.zone) for at in columns["event_ts"]]
    columns["cost_pico"] = [None if c is None else int(c) for c in columns["cost_pico"]]
    return pl.DataFrame(
        columns, schema_overrides={"cost_pico": pl.Int128}, infer_schema_length=None
    )


def explained(event_id: str) -> Explanation:
    """Explain a request."""
    return _read(lambda con: explain(con, book(), event_id))


def book() -> PriceBook:
    """Return the price book, read again when its files change."""
    used = settings()
    named = [path for path in (used.prices, used.overlay) if path]
    return _book(used.prices, used.overlay, tuple(path.stat().st_mtime_ns for path in named))


@lru_cache(maxsize=2)
def _book(prices: Path | None, overlay: Path | None, changed: tuple[int, ...]) -> PriceBook:
    del changed  # part of the key
    return book_from(prices, overlay)


def local(at: datetime, zone: tzinfo) -> datetime:
    """Return a naive UTC instant on the zone's clock, naive."""
    return at.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def _read(ask: Callable[[duckdb.DuckDBPyConnection], Read]) -> Read:
    with warehouse_at(None).reading(_PATIENCE_S) as con:
        return ask(con)


def _path() -> Path:
    return warehouse_at(None).path


def _state(path: Path) -> tuple[int, ...]:
    """Return what changes whenever the database does: size and time of it and of its journal."""
    found: list[int] = []
    for each in (path, path.with_name(path.name + ".wal")):
        try:
            stat = each.stat()
        except FileNotFoundError:
            continue
        found += [stat.st_mtime_ns, stat.st_size]
    return tuple(found)


def _frame(con: duckdb.DuckDBPyConnection, name: str) -> pl.DataFrame:
    found = con.execute(statement(name))
    names = [column[0] for column in found.description or ()]
    return pl.DataFrame(found.fetchall(), schema=names, orient="row", infer_schema_length=None)


def minutes_since(at: datetime) -> int:
    """Return whole minutes since a naive UTC instant."""
    return max(0, int(time.time() - at.replace(tzinfo=UTC).timestamp()) // 60)
