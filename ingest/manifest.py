"""The manifest: which files were loaded, and what became of their lines."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import polars as pl

from ingest.repair import Quarantined
from ingest.stage import Staged


class AccountingError(RuntimeError):
    """The lines of a file and what became of them do not add up: a fault of this program."""


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """Which content a file holds, and how it was read.

    The same content read in another way is another file: a tier that was declared later, or a
    source that an earlier version did not know, must reach the events.
    """

    path: str
    content_bytes: int
    content_sha256: str
    read_as: str


@dataclass(frozen=True, slots=True)
class Accounting:
    """What the lines of one file became.

    ``events``, ``duplicates``, ``not_usage`` and ``quarantined`` add up to ``lines``.
    """

    file_id: int
    lines: int
    events: int
    duplicates: int
    not_usage: int
    quarantined: int
    not_usage_why: dict[str, int]


#: Of an input without a record. No file has its number.
NOTHING = Accounting(0, 0, 0, 0, 0, 0, {})


def find_loaded(
    con: duckdb.DuckDBPyConnection, content_sha256: str, read_as: str
) -> Accounting | None:
    """Return what a content became when it was loaded before, all its events now duplicates."""
    row = con.execute(
        "select file_id, lines, events + duplicates, not_usage, quarantined, not_usage_why "
        "from ingest_file where content_sha256 = ? and read_as = ? order by file_id limit 1",
        [content_sha256, read_as],
    ).fetchone()
    if row is None:
        return None
    file_id, lines, usage, not_usage, quarantined, why = row
    return Accounting(file_id, lines, 0, usage, not_usage, quarantined, json.loads(why))


def sources_of(con: duckdb.DuckDBPyConnection, file_id: int) -> str:
    """Return which sources the records of a file were, comma-separated."""
    row = con.execute("select sources from ingest_file where file_id = ?", [file_id]).fetchone()
    return str(row[0]) if row else ""


def loaded_contents(con: duckdb.DuckDBPyConnection, read_as: str) -> dict[str, int]:
    """Return the SHA-256 of every content that was read in a way, with its size in bytes."""
    query = "select content_sha256, content_bytes from ingest_file where read_as = ?"
    return dict(con.execute(query, [read_as]).fetchall())


def write_manifest(
    con: duckdb.DuckDBPyConnection,
    file_id: int,
    identity: FileIdentity,
    staged: Staged,
    rows: int,
) -> Accounting:
    """Record a file and return what its lines became.

    Raises:
        AccountingError: they do not add up.
    """
    events = count_of(con, f"select count(*) from usage_event where file_id = {file_id}")
    why = staged.not_usage
    accounting = Accounting(
        file_id=file_id,
        lines=staged.lines,
        events=events,
        duplicates=rows - events,
        not_usage=why.total(),
        quarantined=len(staged.quarantined),
        not_usage_why=dict(sorted(why.items())),
    )
    if rows + accounting.not_usage + accounting.quarantined != staged.lines:
        raise AccountingError(
            f"{identity.path}: {staged.lines} lines, but {rows} usage records, "
            f"{accounting.not_usage} without usage and {accounting.quarantined} quarantined"
        )
    con.execute(
        "insert into ingest_file values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            file_id, identity.path, staged.source, identity.content_bytes, identity.content_sha256,
            identity.read_as, datetime.now(UTC).replace(tzinfo=None), accounting.lines,
            accounting.events, accounting.duplicates, accounting.not_usage,
            accounting.quarantined, json.dumps(accounting.not_usage_why),
        ],
    )  # fmt: skip
    return accounting


def write_quarantine(
    con: duckdb.DuckDBPyConnection, file_id: int, quarantined: list[Quarantined]
) -> None:
    """Record where the lines are that became nothing, and why."""
    if not quarantined:
        return
    frame = pl.DataFrame(
        {
            "file_id": [file_id] * len(quarantined),
            "line": [each.line for each in quarantined],
            "byte_offset": [each.byte_offset for each in quarantined],
            "byte_length": [each.byte_length for each in quarantined],
            "reason": [each.reason for each in quarantined],
            "excerpt": [each.excerpt for each in quarantined],
        }
    ).sort("line")
    con.register("refused", frame)
    con.execute("insert into quarantine by name select * from refused")
    con.unregister("refused")


def next_file_id(con: duckdb.DuckDBPyConnection) -> int:
    """Return the id of the next file."""
    return count_of(con, "select coalesce(max(file_id), 0) + 1 from ingest_file")


def count_of(con: duckdb.DuckDBPyConnection, query: str) -> int:
    """Return the one number a query yields."""
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0
