"""One file's staged rows, appended to the warehouse in one transaction.

A killed append leaves the database as it was before the file.
"""

from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import duckdb
import polars as pl

from ingest.manifest import (
    Accounting,
    FileIdentity,
    count_of,
    next_file_id,
    write_manifest,
    write_quarantine,
)
from ingest.part import Part
from ingest.provider_cost import keep_costs
from ingest.replaced import take_back
from ingest.source import all_sources
from ingest.stage import Staged
from ingest.stamp import ensure_book, name_models, stamped
from pricing.book import PriceBook

#: Columns a record brings, in the order of usage_event; the frame adds the rest.
RECORD_COLUMNS = (
    "event_id", "rank", "event_ts", "provider", "gateway", "model_raw", "service_tier",
    "service_tier_source", "tier_rank", "region", "endpoint", "status", "grain", "series",
    "billable", "billing", "requests",
    "input_tokens", "uncached_input_tokens", "cache_read_tokens", "cache_write_tokens",
    "cache_write_long_tokens", "output_tokens", "web_search_calls", "file_search_calls",
    "container_sessions", "reasoning_tokens", "other_units", "usage_missing", "project", "team",
    "user_id", "api_key", "workload", "account", "tags", "stated_cost_usd", "stated_cost_kind",
    "flags", "effort", "session", "source", "also_in", "file_id", "line",
)  # fmt: skip

#: Rows of a source of money that hold some.
_MONEY = "cost_key is not null"

_LINEAGE = {"file_id", "line"}

#: How much a bucket holds, in whatever units. It tells its rows apart and which of two pulls of it
#: is larger, in the same order, so that a row that grew meets itself.
BUCKET_SIZE = (
    "case when grain = 'bucket' then cast(coalesce(uncached_input_tokens, 0) "
    "+ coalesce(cache_read_tokens, 0) + coalesce(cache_write_tokens, 0) "
    "+ coalesce(cache_write_long_tokens, 0) + coalesce(output_tokens, 0) + requests "
    "+ coalesce(web_search_calls, 0) + coalesce(file_search_calls, 0) "
    "+ coalesce(container_sessions, 0) as decimal(38, 6)) + coalesce(list_sum(list_transform("
    "json_extract_string(other_units, '$.*'), lambda used: try_cast(used as decimal(38, 6)))), 0) "
    "end"
)


@dataclass(frozen=True, slots=True)
class Declared:
    """What the user says of a file that its lines do not.

    Attributes:
        service_tier: Tier of the lines that do not state one.
        account: A label for all of the file's usage.
        time: UTC instant, in ISO 8601, of the lines that do not state one.
    """

    service_tier: str | None = None
    account: str | None = None
    time: str | None = None


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
        file_id = next_file_id(con)
        take_back(con, identity)
        usage, costs = _by_table(staged.parts)
        _create_staged(con, usage, file_id, identity, declared)
        rows = count_of(con, "select count(*) from staged")
        name_models(con, book, "staged")
        _insert(con, in_order=_in_time_order(con, usage))
        keep_costs(con, [_part_select(part, file_id, identity, _MONEY) for part in costs], identity)
        accounting = write_manifest(con, file_id, identity, staged, rows)
        write_quarantine(con, file_id, staged.quarantined)
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    finally:
        con.execute("drop view if exists staged")
    return accounting


def _by_table(parts: list[Part]) -> tuple[list[Part], list[Part]]:
    """Return the parts that hold usage, and those that hold money."""
    money = {source.name for source in all_sources() if source.stores == "provider_cost"}
    return (
        [part for part in parts if part.source not in money],
        [part for part in parts if part.source in money],
    )


def _create_staged(
    con: duckdb.DuckDBPyConnection,
    parts: list[Part],
    file_id: int,
    identity: FileIdentity,
    declared: Declared,
) -> None:
    selects = [_part_select(part, file_id, identity) for part in parts]
    union = "\nunion all by name\n".join(selects) if selects else _no_rows()
    if any(_has_buckets(con, part) for part in parts):
        union = _numbered_buckets(union)
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


def _has_buckets(con: duckdb.DuckDBPyConnection, part: Part) -> bool:
    found = con.execute(f"select 1 from {part.rows()} where grain = 'bucket' limit 1")
    return found.fetchone() is not None


def _numbered_buckets(union: str) -> str:
    """Tell rows of one bucket apart that have the same key; a second pull has them again.

    Rows without a series, and those of ``pull`` 0, have keys of their own: one that comes again is
    the same row.
    """
    return (
        "select * exclude (nth) replace ("
        "case when nth > 1 then event_id || '#' || nth else event_id end as event_id) from ("
        "select *, case when grain = 'bucket' and series is not null and pull is distinct from 0 "
        "then row_number() over (partition by event_id, pull "
        f"order by {BUCKET_SIZE} desc, line) else 1 end as nth from ({union}))"
    )


def _part_select(
    part: Part, file_id: int, identity: FileIdentity, kept: str = "not_usage is null"
) -> str:
    join = ""
    if len(part.runs) == 1:
        [(row, line)] = part.runs
        numbered = f"cast(file_row_number as bigint) + {line - row}"
    else:
        path = part.path.with_suffix(".lines.parquet")
        _write_lines(part, path)
        join = f"join (select * from read_parquet('{path}')) as numbers using (file_row_number)"
        numbered = "numbers.at_line"
    columns = "part.*"
    if part.by_row:
        place = f"'{part.source}:{identity.content_sha256[:16]}:' || ({numbered})"
        columns = f"part.* replace ({place} as event_id)"
    return (
        f"select {columns}, cast(null as varchar) as account, cast(null as varchar) as also_in, "
        f"'{part.source}' as source, "
        f"cast({file_id} as integer) as file_id, {numbered} as line "
        f"from {part.rows()} as part {join} "
        f"where claimed and problem is null and usual and {kept}{_without(part)}"
    )


def _without(part: Part) -> str:
    if not part.without:
        return ""
    rows = ", ".join(str(row) for row in sorted(part.without))
    return f" and file_row_number not in ({rows})"


def _write_lines(part: Part, path: Path) -> None:
    """Write the line of each row: equal numbers are joined faster than ranges of them."""
    rows = pl.scan_parquet(part.path).select(pl.len()).collect().item()
    starts = [row for row, _ in part.runs]
    lengths = [after - row for row, after in pairwise([*starts, rows])]
    shifts = pl.Series([line - row for row, line in part.runs], dtype=pl.Int64)
    numbers = pl.int_range(0, rows, dtype=pl.Int64, eager=True)
    lines = numbers + shifts.repeat_by(pl.Series(lengths)).explode()
    pl.DataFrame({"file_row_number": numbers, "at_line": lines}).write_parquet(path)


def _no_rows() -> str:
    return f"select {', '.join(RECORD_COLUMNS)} from usage_event where false"


def _in_time_order(con: duckdb.DuckDBPyConnection, parts: list[Part]) -> bool:
    """Tell whether the row groups of a large file follow each other in time, as logs mostly do.

    The few lines that were read again one by one come after the rest and do not count.
    """
    large = []
    for part in parts:
        groups = con.execute(
            "select stats_min_value, stats_max_value from parquet_metadata(?) "
            "where path_in_schema = 'event_ts' order by row_group_id",
            [str(part.path)],
        ).fetchall()
        if len(groups) > 1:
            large.append(groups)
    if len(large) != 1:
        return False
    return all(
        earlier[1] is not None and later[0] is not None and earlier[1] <= later[0]
        for earlier, later in pairwise(large[0])
    )


def _insert(con: duckdb.DuckDBPyConnection, *, in_order: bool) -> None:
    """Insert new ids in time order; settle ids that several records claim."""
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
    order = "" if in_order else " order by event_ts"
    # Rows in order are stored by as many threads as there are, each taking stretches of them.
    con.execute(f"set preserve_insertion_order = {not in_order}")
    con.execute(f"insert into usage_event by name select * from {stamped(uncontested)}{order}")
    con.execute("reset preserve_insertion_order")
    if count_of(con, "select count(*) from contested_id"):
        _settle(con)
    for kind, name in (("view", "contested_id"), ("table", "repeated"), ("table", "known")):
        con.execute(f"drop {kind} {name}")


def _settle(con: duckdb.DuckDBPyConnection) -> None:
    contested = (files("ingest") / "sql" / "contested.sql").read_text(encoding="utf-8")
    values = [name for name in RECORD_COLUMNS if name not in _LINEAGE]
    same = " and ".join(f"kept.{name} is not distinct from known.{name}" for name in values)
    con.execute(
        "create or replace temp table settled as with claimants as ("
        # Records that differ in nothing but their line need no ranking.
        "select * exclude (line), min(line) as line, 0 as stored "
        "from staged semi join repeated using (event_id) group by all union all by name "
        "select *, 0 as stored from staged semi join known using (event_id) "
        "anti join repeated using (event_id) union all by name "
        "select *, 1 as stored from known), "
        f"candidates as (select *, {BUCKET_SIZE} as bucket_size from claimants) "
        f"select * exclude (stored) from ({contested}) as kept "
        f"where not exists (select 1 from known where known.event_id = kept.event_id and {same})"
    )
    if count_of(con, "select count(*) from known"):
        _make_room(con)
    con.execute(f"insert into usage_event by name select * from {stamped('settled')}")
    con.execute("drop table settled")


def _make_room(con: duckdb.DuckDBPyConnection) -> None:
    """Take out the stored rows that settled ones replace."""
    con.execute(
        "update ingest_file set events = events - moved.n, duplicates = duplicates + moved.n from ("
        "select known.file_id, count(*) as n from known join settled using (event_id) "
        "where settled.file_id <> known.file_id group by known.file_id) as moved "
        "where moved.file_id = ingest_file.file_id"
    )
    con.execute("delete from usage_event where event_id in (select event_id from settled)")


def _text(value: str | None) -> str:
    return "cast(null as varchar)" if value is None else "'" + value.replace("'", "''") + "'"
