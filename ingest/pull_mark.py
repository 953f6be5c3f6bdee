"""How far a table was read, and which version of an object: what the next load need not fetch."""

from dataclasses import dataclass
from datetime import datetime

import duckdb


@dataclass(frozen=True, slots=True)
class Place:
    """A table of a database server."""

    host: str
    database: str
    table: str


@dataclass(frozen=True, slots=True)
class Version:
    """What an object's store says of it: its size in bytes, and a tag that changes with it."""

    size: int | None
    tag: str | None


def mark_of(con: duckdb.DuckDBPyConnection, place: Place) -> datetime | None:
    """Return the time of the latest row of a table that was loaded, in UTC."""
    row = con.execute(
        "select latest from pull_mark where host = ? and database_name = ? and table_name = ?",
        [place.host, place.database, place.table],
    ).fetchone()
    return row[0] if row else None


def move_mark(con: duckdb.DuckDBPyConnection, place: Place, latest: datetime) -> None:
    """Write down how far a table was read; a mark never moves back."""
    con.execute(
        "insert into pull_mark values (?, ?, ?, ?) on conflict do update "
        "set latest = greatest(latest, excluded.latest)",
        [place.host, place.database, place.table, latest],
    )


def loaded_versions(con: duckdb.DuckDBPyConnection, read_as: str) -> dict[tuple[str, Version], str]:
    """Return the SHA-256 of what each object held, in the version that was last read in a way."""
    found = con.execute(
        "select url, size, tag, content_sha256 "
        "from fetched_object join ingest_file using (file_id) where read_as = ?",
        [read_as],
    ).fetchall()
    return {(url, Version(size, tag)): digest for url, size, tag, digest in found}


def write_version(con: duckdb.DuckDBPyConnection, url: str, version: Version, file_id: int) -> None:
    """Write down which version of an object was loaded."""
    if version.size is None or version.tag is None:
        return
    con.execute(
        "insert or replace into fetched_object values (?, ?, ?, ?)",
        [url, version.size, version.tag, file_id],
    )
