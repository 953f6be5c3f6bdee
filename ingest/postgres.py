"""Rows of a gateway's PostgreSQL database, brought here as JSON lines, and no more than is read."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import orjson

from ingest.fetched import Before, Fetched, FetchError
from ingest.gateway_table import GATEWAYS, Gateway, GatewayTable
from ingest.postgres_address import Address
from ingest.pull_mark import Place, mark_of, move_mark
from ingest.source import all_sources

#: Rows of one file: each is loaded, and the mark moved, before the next ones are read.
ROWS = 200_000

#: Rows are inserted when a request ends, and in batches; so far back they are read again.
OVERLAP = timedelta(hours=1)

_COLUMNS = (
    "select table_name, table_schema, column_name, data_type, table_schema = current_schema() "
    "from information_schema.columns where table_name in ({tables}) "
    "and table_schema not in ('information_schema', 'pg_catalog')"
)


@dataclass(frozen=True, slots=True)
class GatewayLogs:
    """The table of requests in a gateway's database.

    Attributes:
        address: The database.
        gateway: Whose table it is; None if the tables there must tell.
        overlap: So far before the latest row rows are read again.
    """

    address: Address
    gateway: Gateway | None = None
    overlap: timedelta = field(default=OVERLAP)

    def fetch(self, folder: Path, before: Before) -> Iterator[Fetched]:
        """Write rows into a folder, file by file, from where the load before ended."""
        path = folder / "rows.jsonl"
        with self._reading() as cursor:
            table = self._table(cursor)
            now = _rows(cursor, "select (now() at time zone 'UTC')::text")[0][0]
        place = Place(self.address.host, self.address.database, f"{table.schema}.{_name(table)}")
        since = self._since(before, place)
        after: Sequence[Any] | None = None
        while True:
            with self._reading() as cursor:
                query = table.select(since, after, ROWS)
                count, last = _written(cursor, query, table, path)
            if last is None:
                return
            # A clock that goes ahead must not hide the rows of the others.
            latest = min(table.time_of(last), datetime.fromisoformat(now))
            yield Fetched(path, partial(_moved, place, latest))
            if count < ROWS:
                return
            after = (last[table.gateway.time], last[table.gateway.key])

    def _since(self, before: Before, place: Place) -> datetime | None:
        if not before.warehouse or not before.warehouse.exists:
            return None
        with before.warehouse.reading() as con:
            mark = mark_of(con, place)
        return mark - self.overlap if mark else None

    def _table(self, cursor: Any) -> GatewayTable:
        wanted = (self.gateway,) if self.gateway else GATEWAYS
        listed = ", ".join(f"'{each.table}'" for each in wanted)
        found: dict[tuple[str, str], dict[str, str]] = {}
        current = set()
        for name, schema, column, kind, is_current in _rows(cursor, _COLUMNS.format(tables=listed)):
            if self.address.schema in {None, schema}:
                found.setdefault((name, schema), {})[column] = kind
                current |= {(name, schema)} if is_current else set()
        tables = [
            GatewayTable(gateway, _source_of(gateway), schema, columns)
            for (name, schema), columns in sorted(found.items())
            for gateway in wanted
            if gateway.table == name
            and (len(found) == 1 or not current or (name, schema) in current)
        ]
        return self._only(tables)

    def _only(self, tables: list[GatewayTable]) -> GatewayTable:
        """Return the one table that can be read."""
        shown = self.address.shown
        usable = [each for each in tables if not each.missing]
        if len(usable) == 1:
            return usable[0]
        if usable:
            names = " and ".join(f"{each.schema}.{_name(each)}" for each in usable)
            raise FetchError(
                f"{shown} has {names}; choose with --source or with ?schema= in the address"
            )
        if tables:
            table = tables[0]
            missing = ", ".join(table.missing)
            raise FetchError(
                f"{shown}: {_name(table)} lacks {missing}, or the user may not read it; "
                f"is this the database of {table.gateway.name}?"
            )
        wanted = self.gateway.table if self.gateway else " nor ".join(g.table for g in GATEWAYS)
        raise FetchError(f"{shown} has no table {wanted}, or the user may not read it")

    @contextmanager
    def _reading(self) -> Iterator[Any]:
        """Connect, and let nothing be written.

        Raises:
            FetchError: the database cannot be reached or read.
        """
        dbapi = _driver()
        try:
            with (
                dbapi.connect(self.address.secret, autocommit=True) as connection,
                connection.cursor() as cursor,
            ):
                cursor.execute("begin transaction read only")
                cursor.execute("set local time zone 'UTC'")
                cursor.execute("set local extra_float_digits = 3")
                yield cursor
                cursor.execute("rollback")
        except dbapi.Error as error:
            raise FetchError(
                f"{self.address.shown} cannot be read: {self.address.censored(_sentence(error))}"
            ) from None


def _driver() -> Any:
    try:
        return import_module("adbc_driver_postgresql.dbapi")
    except ImportError as error:
        raise FetchError(
            f"reading postgresql:// needs the package {error.name}; "
            "install it with: make extras, or pip install '.[postgres]'"
        ) from None


def _source_of(gateway: Gateway) -> Any:
    return next(source for source in all_sources() if source.name == gateway.source)


def _name(table: GatewayTable) -> str:
    return table.gateway.table


def _rows(cursor: Any, query: str) -> list[tuple[Any, ...]]:
    cursor.execute(query)
    return list(cursor.fetchall())


def _written(
    cursor: Any, query: str, table: GatewayTable, path: Path
) -> tuple[int, dict[str, Any] | None]:
    """Write what a query yields, a line a row; return how many, and the last row."""
    cursor.execute(query)
    count, record = 0, None
    with path.open("wb") as file:
        for batch in cursor.fetch_record_batch():
            for text in batch.column(0).to_pylist():
                record = orjson.loads(text)
                file.write(orjson.dumps(table.narrowed(record)) + b"\n")
                count += 1
    return count, record


def _moved(place: Place, latest: datetime, con: duckdb.DuckDBPyConnection, _: int) -> None:
    move_mark(con, place, latest)


def _sentence(error: Exception) -> str:
    """Return what the server, or its client, says."""
    line = str(error).strip().splitlines()[0]
    for marker in ("FATAL: ", "ERROR: ", "[libpq] "):
        line = line.rpartition(marker)[2]
    return line.removeprefix("Failed to connect: ").strip()
