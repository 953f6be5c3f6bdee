"""The scope: of request logs and usage buckets of the same traffic, which is counted.

Buckets of a provider's usage endpoint sum what request logs hold one by one, and several pulls of
them sum it again. They are never added: ``sql/scope_groups.sql`` has the rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import duckdb

#: What `--grain` may be.
GRAINS = ("auto", "request", "bucket")

AUTO, REQUEST, BUCKET = GRAINS

#: Why a group of events does not count, by grain; NULL where it does.
_WHY = {
    AUTO: "unless_logs_first",
    REQUEST: "case when unless_logs_first = 'logs' then 'logs' when series is not null "
    "then 'alone' end",
    BUCKET: "unless_buckets_first",
}

_ALL = "usage_event"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question may read.

    Attributes:
        grain: One of ``GRAINS``; None counts everything.
        counted: Relation of the events that count.
        disputed: Relation of those that do not, with why; None where all count.
    """

    grain: str | None
    counted: str = _ALL
    disputed: str | None = None


def scope_of(
    con: duckdb.DuckDBPyConnection, grain: str | None, labels: Sequence[str] = ()
) -> Scope:
    """Work out what counts. The relations live as long as the connection, or the next call.

    Args:
        con: An open database, read-only or not.
        grain: One of ``GRAINS``; None counts everything.
        labels: Columns that are asked for: of equally full pulls the one that has them counts.
    """
    if grain is None or not has_series(con):
        return Scope(grain)
    told = " + ".join(f"max(case when {name} is null then 0 else 1 end)" for name in labels) or "0"
    groups = statement("scope_groups").replace("{labels}", told)
    con.execute(
        f"create or replace temp table left_out as select * from (select *, {_WHY[grain]} as why "
        f"from ({groups})) as scope_group where why is not null"
    )
    undisputed = _undisputed(con)
    if undisputed is None:
        return Scope(grain)
    counted, disputed = (
        f"({statement(name).replace('{undisputed}', undisputed)})"
        for name in ("counted_usage", "disputed_usage")
    )
    return Scope(grain, counted, disputed)


def has_series(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether any bucket is loaded that may be the same traffic as something else."""
    found = con.execute("select 1 from usage_event where series is not null limit 1")
    return found.fetchone() is not None


def statement(name: str) -> str:
    """Return a query of ``app/sql`` without its header."""
    text = (files("app") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if not line.startswith("--"))


def _undisputed(con: duckdb.DuckDBPyConnection) -> str | None:
    """Return a condition on events that always count; None when all do."""
    row = con.execute(
        "select count(*), min(case when series is null then day end), "
        "max(case when series is null then day end) from left_out"
    ).fetchone()
    groups, first, last = row or (0, None, None)
    if not groups:
        return None
    if first is None:
        return "usage_event.series is null"
    outside = (
        f"usage_event.event_ts < timestamp '{first}' "
        f"or usage_event.event_ts >= date '{last}' + interval '1 day'"
    )
    unbilled = "not usage_event.billable or usage_event.grain = 'adjustment'"
    return f"usage_event.series is null and ({unbilled} or {outside})"
