"""The DuckDB file: its schema, and the only two ways to open it.

One process may write the file and none reads meanwhile, so a writer holds it only for a
short append and a reader only while a query runs; each waits for the other for a while.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import duckdb

#: Memory DuckDB may use for one load or query before it spills to disk.
MEMORY_LIMIT = "1000MB"

#: How long to wait for another process to let go of the file, in seconds.
PATIENCE_S = 20.0


class WarehouseError(RuntimeError):
    """The database cannot be used; the message is one sentence for the user."""


class WarehouseBusyError(WarehouseError):
    """Another process holds the file."""


class Warehouse:
    """A Ratecard database at a path."""

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is opened yet."""
        self.path = path

    @staticmethod
    def prepare(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        """Give an empty connection the schema of a database, without a file."""
        con.execute("set TimeZone = 'UTC'")
        _migrate(con, Path(":memory:"))
        return con

    @property
    def exists(self) -> bool:
        """Whether the file is there."""
        return self.path.exists()

    @contextmanager
    def reading(self, patience_s: float = PATIENCE_S) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the file read-only for as long as the context lasts.

        Raises:
            WarehouseError: there is no database, or it is not one of ours.
            WarehouseBusyError: a writer held it for longer than ``patience_s`` seconds.
        """
        if not self.exists:
            raise WarehouseError(
                f"there is no database at {self.path}; load logs with: ratecard load PATH"
            )
        with self._open(read_only=True, patience_s=patience_s) as con:
            if _schema_version(con) != len(_migrations()):
                raise WarehouseError(
                    f"{self.path} was written by another version of ratecard; "
                    "load a file with this version to bring it up to date"
                )
            yield con

    def bring_up_to_date(self) -> None:
        """Migrate the file if it was written by an earlier version.

        Raises:
            WarehouseError: as ``writing`` does.
        """
        if not self.exists:
            return
        with self._open(read_only=True, patience_s=PATIENCE_S) as con:
            current = _schema_version(con) == len(_migrations())
        if not current:
            with self.writing():
                pass

    @contextmanager
    def writing(self, patience_s: float = PATIENCE_S) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the file for writing, creating and migrating it as needed.

        Raises:
            WarehouseError: the file is not a database of ours, or newer than this program.
            WarehouseBusyError: others held it for longer than ``patience_s`` seconds.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._open(read_only=False, patience_s=patience_s) as con:
            _migrate(con, self.path)
            yield con

    @contextmanager
    def _open(self, *, read_only: bool, patience_s: float) -> Iterator[duckdb.DuckDBPyConnection]:
        con = self._connect(read_only=read_only, patience_s=patience_s)
        try:
            yield con
        finally:
            con.close()

    def _connect(self, *, read_only: bool, patience_s: float) -> duckdb.DuckDBPyConnection:
        deadline = time.monotonic() + patience_s
        while True:
            try:
                con = duckdb.connect(
                    str(self.path),
                    read_only=read_only,
                    config={"memory_limit": MEMORY_LIMIT},
                )
            except duckdb.IOException as error:
                if "lock" not in str(error).lower():
                    raise self._unusable(error) from None
            except duckdb.ConnectionException:
                pass  # this process holds it in another mode; wait for that to end
            except duckdb.Error as error:
                raise self._unusable(error) from None
            else:
                con.execute("set TimeZone = 'UTC'")
                return con
            if time.monotonic() >= deadline:
                raise WarehouseBusyError(
                    f"{self.path} is in use by another process; try again when its load is done"
                )
            time.sleep(0.05)

    def _unusable(self, error: Exception) -> WarehouseError:
        return WarehouseError(f"{self.path} cannot be opened: {str(error).strip().splitlines()[0]}")


def _migrations() -> list[str]:
    folder = files("ingest") / "migrations"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(folder / name).read_text(encoding="utf-8") for name in names]


def _schema_version(con: duckdb.DuckDBPyConnection) -> int:
    known = con.execute(
        "select count(*) from information_schema.tables where table_name = 'meta'"
    ).fetchone()
    if not known or not known[0]:
        return 0
    row = con.execute("select value from meta where key = 'schema_version'").fetchone()
    return int(row[0]) if row else 0


def _migrate(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    migrations = _migrations()
    version = _schema_version(con)
    if version > len(migrations):
        raise WarehouseError(f"{path} was written by a newer ratecard; upgrade this one")
    if version == len(migrations):
        return
    foreign = con.execute("select count(*) from information_schema.tables").fetchone()
    if version == 0 and foreign and foreign[0]:
        raise WarehouseError(f"{path} is a database of something else; name another with --db")
    con.execute("begin")
    for migration in migrations[version:]:
        con.execute(migration)
    con.execute("insert or replace into meta values ('schema_version', ?)", [str(len(migrations))])
    con.execute("commit")
