"""One file's staged rows, appended to the warehouse in one transaction.

A killed append leaves the database as it was before the file.
"""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import duckdb
import polars as pl

from ingest.repair import Quarantined
from ingest.stage import Part, Staged
from ingest.stamp import ensure_book, name_models, stamped
from pricing.book import PriceBook

#: Columns a record brings, in the order of usage_event; the frame adds the rest.
RECORD_COLUMNS = (
    "event_id", "rank", "event_ts", "provider", "gateway", "model_raw", "service_tier",
    "service_tier_source", "region", "endpoint", "status", "grain", "billable", "requests",
    "input_tokens", "uncached_input_tokens", "cache_read_tokens", "cache_write_tokens",
    "cache_write_long_tokens", "output_tokens", "web_search_calls", "file_search_calls",
    "container_sessions", "reasoning_tokens", "project", "team", "user_id", "api_key",
    "workload", "account", "tags", "stated_cost_usd", "flags", "source", "file_id", "line",
)  # fmt: skip

_LINEAGE = {"file_id", "line"}


@dataclass(frozen=True, slots=True)
class Declared:
    """What the user says of a file that its lines do not.

    Attributes:
        service_tier: Tier of the lines that do not state one.
        account: A label for all of the file's usage.
    """

    service_tier: str | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """Which content a file holds."""

    path: str
    content_bytes: int
    content_sha256: str


@dataclass(frozen=True, slots=True)
class Accounting:
    """What the lines of one file became; the last four add up to ``lines``."""

    lines: int
    events: int
    duplicates: int
    not_usage: int
    quarantined: int
    not_usage_why: dict[str, int]


def append(
    con: duckdb.DuckDBPyConnection,
    book: PriceBook,
    identity: FileIdentity,
    staged: Staged,
    declared: Declared,
) -> Accounting:
    """Store a file's rows, manifest and quarantine; commit, or leave everything as it was."""
    con.execute("begin")
    try:
        ensure_book(con, book)
        file_id = _next_file_id(con)
        _create_staged(con, staged.parts, file_id, declared)
        rows = _count(con, "select count(*) from staged")
        name_models(con, book, "staged")
        _insert(con)
        accounting = _write_manifest(con, file_id, identity, staged, rows)
        _write_quarantine(con, file_id, staged.quarantined)
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    finally:
        con.execute("drop view if exists staged")
    return accounting


def find_loaded(con: duckdb.DuckDBPyConnection, content_sha256: str) -> Accounting | None:
    """Return what a content became when it was loaded before, all its events now duplicates."""
    row = con.execute(
        "select lines, events + duplicates, not_usage, quarantined, not_usage_why "
        "from ingest_file where content_sha256 = ? order by file_id limit 1",
        [content_sha256],
    ).fetchone()
    if row is None:
        return None
    lines, usage, not_usage, quarantined, why = row
    return Accounting(lines, 0, usage, not_usage, quarantined, json.loads(why))


def loaded_contents(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return the SHA-256 of every content that was loaded, with its size in bytes."""
    return dict(con.execute("select content_sha256, content_bytes from ingest_file").fetchall())


def _create_staged(
    con: duckdb.DuckDBPyConnection, parts: list[Part], file_id: int, declared: Declared
) -> None:
    selects = [_part_select(part, file_id) for part in parts]
    union = "\nunion all by name\n".join(selects) if selects else _no_rows()
    tier = declared.service_tier
    replaced = [f"{_text(declared.account)} as account"]
    if tier:
        unknown = "service_tier = 'unknown'"
        for column, value in (("service_tier", tier), ("service_tier_source", "declared")):
            kept = f"else {column} end as {column}"
            replaced.append(f"case when {unknown} then {_text(value)} {kept}")
    con.execute(
        f"create or replace temp view staged as select {', '.join(RECORD_COLUMNS)} "
        f"from (select * replace ({', '.join(replaced)}) from ({union}))"
    )


def _part_select(part: Part, file_id: int) -> str:
    join = ""
    if len(part.runs) == 1:
        [(row, line)] = part.runs
        numbered = f"cast(file_row_number as bigint) + {line - row}"
    else:
        path = part.path.with_suffix(".runs.parquet")
        _write_runs(part, path)
        join = (
            f"join (select * from read_parquet('{path}')) as runs "
            "on file_row_number >= runs.row_from and file_row_number < runs.row_until"
        )
        numbered = "cast(file_row_number as bigint) + runs.shift"
    return (
        f"select part.*, cast(null as varchar) as account, '{part.source}' as source, "
        f"cast({file_id} as integer) as file_id, {numbered} as line "
        f"from read_parquet('{part.path}', file_row_number = true) as part {join} "
        "where claimed and problem is null and not_usage is null"
    )


def _write_runs(part: Part, path: Path) -> None:
    starts = [row for row, _ in part.runs]
    pl.DataFrame(
        {
            "row_from": starts,
            "row_until": [*starts[1:], 2**62],
            "shift": [line - row for row, line in part.runs],
        },
        schema=dict.fromkeys(("row_from", "row_until", "shift"), pl.Int64),
    ).write_parquet(path)


def _no_rows() -> str:
    return f"select {', '.join(RECORD_COLUMNS)} from usage_event where false"


def _insert(con: duckdb.DuckDBPyConnection) -> None:
    """Insert new ids as they are; settle ids that several records claim."""
    con.execute(
        "create or replace temp table repeated as "
        "select event_id from staged group by event_id having count(*) > 1"
    )
    con.execute(
        "create or replace temp table known as "
        f"select {', '.join(RECORD_COLUMNS)} from usage_event semi join staged using (event_id)"
    )
    con.execute(
        "create or replace temp view contested_id as "
        "select event_id from repeated union select event_id from known"
    )
    uncontested = "(select * from staged anti join contested_id using (event_id))"
    con.execute(f"insert into usage_event by name select * from {stamped(uncontested)}")
    if _count(con, "select count(*) from contested_id"):
        _settle(con)
    for kind, name in (("view", "contested_id"), ("table", "repeated"), ("table", "known")):
        con.execute(f"drop {kind} {name}")


def _settle(con: duckdb.DuckDBPyConnection) -> None:
    contested = (files("ingest") / "sql" / "contested.sql").read_text(encoding="utf-8")
    values = [name for name in RECORD_COLUMNS if name not in _LINEAGE]
    same = " and ".join(f"kept.{name} is not distinct from known.{name}" for name in values)
    con.execute(
        "create or replace temp table settled as with candidates as ("
        "select *, 0 as stored from staged semi join repeated using (event_id) union all by name "
        "select *, 0 as stored from staged semi join known using (event_id) "
        "anti join repeated using (event_id) union all by name "
        f"select *, 1 as stored from known) select * exclude (stored) from ({contested}) as kept "
        f"where not exists (select 1 from known where known.event_id = kept.event_id and {same})"
    )
    con.execute(
        "update ingest_file set events = events - moved.n, duplicates = duplicates + moved.n from ("
        "select known.file_id, count(*) as n from known join settled using (event_id) "
        "where settled.file_id <> known.file_id group by known.file_id) as moved "
        "where moved.file_id = ingest_file.file_id"
    )
    con.execute("delete from usage_event where event_id in (select event_id from settled)")
    con.execute(f"insert into usage_event by name select * from {stamped('settled')}")
    con.execute("drop table settled")


def _write_manifest(
    con: duckdb.DuckDBPyConnection,
    file_id: int,
    identity: FileIdentity,
    staged: Staged,
    rows: int,
) -> Accounting:
    events = _count(con, f"select count(*) from usage_event where file_id = {file_id}")
    why: Counter[str] = staged.not_usage
    accounting = Accounting(
        lines=staged.lines,
        events=events,
        duplicates=rows - events,
        not_usage=why.total(),
        quarantined=len(staged.quarantined),
        not_usage_why=dict(sorted(why.items())),
    )
    if rows + accounting.not_usage + accounting.quarantined != staged.lines:
        raise AssertionError(
            f"{identity.path}: {staged.lines} lines, but {rows} usage records, "
            f"{accounting.not_usage} without usage and {accounting.quarantined} quarantined"
        )
    con.execute(
        "insert into ingest_file values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            file_id, identity.path, staged.source, identity.content_bytes, identity.content_sha256,
            datetime.now(UTC).replace(tzinfo=None), version("ratecard"), accounting.lines,
            accounting.events, accounting.duplicates, accounting.not_usage,
            accounting.quarantined, json.dumps(accounting.not_usage_why),
        ],
    )  # fmt: skip
    return accounting


def _write_quarantine(
    con: duckdb.DuckDBPyConnection, file_id: int, quarantined: list[Quarantined]
) -> None:
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


def _next_file_id(con: duckdb.DuckDBPyConnection) -> int:
    return _count(con, "select coalesce(max(file_id), 0) + 1 from ingest_file")


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0


def _text(value: str | None) -> str:
    return "cast(null as varchar)" if value is None else "'" + value.replace("'", "''") + "'"
