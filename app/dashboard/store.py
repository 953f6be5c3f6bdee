"""What the dashboard reads of the database, and how long it may keep it.

The file is held only while a query runs, so that a load goes on beside an open dashboard. What was
read is kept in short until the file, the prices or the zone change, so that other prices need no
other look at the file; while a load holds the file the last answer serves, with its age.
"""

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import polars as pl
import streamlit as st

from app.caveats import has_caveats
from app.condensed import condense
from app.dashboard.basis import AS_BILLED, Asked
from app.dashboard.cube import build_cube, cube_question
from app.dashboard.prices import at_prices, basis, book
from app.dashboard.settings import settings
from app.ledger import scope_for
from app.options import warehouse_at
from app.pricing_basis import Basis
from app.scope import AUTO, Scope, has_series, statement
from ingest.warehouse import WarehouseBusyError

#: A page waits this long for a load to let go of the file before it shows the last answer.
PATIENCE_S = 3.0

#: How many cubes are kept, of one choice of prices and of dimensions each, and how much usage in
#: short, of one choice of dimensions each.
_MOST_CUBES, _MOST_READ = 8, 3


Key = TypeVar("Key")
Kept = TypeVar("Kept")


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
        asked: Which prices were asked for.
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
    asked: Asked
    has_choice: bool
    has_caveats: bool
    read_at: datetime
    stale: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read once, for all choices of prices: usage in short, and all but a cube of it."""

    usage: duckdb.DuckDBPyConnection
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class Accounts:
    """What became of all lines ever loaded."""

    sources: pl.DataFrame
    quarantine: pl.DataFrame


def snapshot(more: tuple[str, ...] = (), grain: str = AUTO, asked: Asked = AS_BILLED) -> Snapshot:
    """Read the database, or take what was read if nothing changed since.

    Args:
        more: Dimensions beyond those every cube has.
        grain: Which of request logs and buckets of the same traffic is counted.
        asked: Which prices to use.

    Raises:
        NoUsageError: there is no database, or nothing in it.
        WarehouseBusyError: a load holds it, and it was never read before.
        WarehouseError: it cannot be used.
    """
    path = database()
    if not path.exists():
        raise NoUsageError
    held = _last_answers()
    used = basis(asked)
    key = (str(path), used.book.digest, settings().zone_name, more, grain, asked)
    try:
        found: Snapshot = _snapshot(str(path), state_of(path), *key[1:3], more, grain, asked, used)
    except WarehouseBusyError:
        if key in held:
            return replace(held[key], stale=True)
        raise
    keep(held, key, found, _MOST_CUBES)
    return found


@st.cache_data(max_entries=_MOST_CUBES, show_spinner=False)
def _snapshot(
    path: str,
    state: tuple[int, ...],
    digest: str,
    zone_name: str,
    more: tuple[str, ...],
    grain: str,
    asked: Asked,
    _basis: Basis,
) -> Snapshot:
    read = _read(path, state, book().digest, zone_name, more, grain)
    del digest  # part of the key
    question = at_prices(cube_question(settings().zone, grain, more), _basis)
    cube = build_cube(read.usage.cursor(), _basis.book, question, Scope(None))
    return replace(read.snapshot, cube=cube, asked=asked)


@st.cache_resource(max_entries=_MOST_READ, show_spinner=False)
def _read(
    path: str,
    state: tuple[int, ...],
    digest: str,
    zone_name: str,
    more: tuple[str, ...],
    grain: str,
) -> _Read:
    del state, digest, zone_name  # parts of the key
    with warehouse_at(Path(path)).reading(PATIENCE_S) as con:
        question = cube_question(settings().zone, grain, more)
        scope = scope_for(con, question)
        first, last, loaded, _, demo = _extent(con, scope)
        if first is None and scope.disputed:
            first, last, *_ = _extent(con, Scope(None))
        if first is None:
            raise NoUsageError
        usage = condense(con, book(), question, scope)
        peculiar = (has_series(con), has_caveats(con))
    facts = (first, last, loaded, demo, grain, AS_BILLED, *peculiar, datetime.now(UTC))
    return _Read(usage, Snapshot(pl.DataFrame(), *facts))


def _extent(con: duckdb.DuckDBPyConnection, scope: Scope) -> tuple[Any, ...]:
    counted = f"with counted as (select * from {scope.counted})"
    [row] = con.execute(f"{counted} {statement('log_extent')}").fetchall()
    return tuple(row)


@st.cache_resource(show_spinner=False)
def _last_answers() -> dict[tuple[Any, ...], Snapshot]:
    return {}


def accounts() -> Accounts:
    """Read what became of all lines."""
    return _accounts(str(database()), state_of(database()))


@st.cache_data(max_entries=2, show_spinner=False)
def _accounts(path: str, state: tuple[int, ...]) -> Accounts:
    del state  # part of the key
    with warehouse_at(Path(path)).reading(PATIENCE_S) as con:
        return Accounts(_frame(con, "loaded_sources"), _frame(con, "quarantine_reasons"))


def keep(held: dict[Key, Kept], key: Key, found: Kept, most: int) -> None:
    """Keep an answer as the newest, and no more than so many."""
    held.pop(key, None)
    held[key] = found
    for oldest in list(held)[:-most]:
        held.pop(oldest, None)


def local(at: datetime, zone: tzinfo) -> datetime:
    """Return a naive UTC instant on the zone's clock, naive."""
    return at.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def database() -> Path:
    """Return where the database is."""
    return warehouse_at(None).path


def state_of(path: Path) -> tuple[int, ...]:
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
