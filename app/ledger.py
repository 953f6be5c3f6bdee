"""Questions to the stored usage: select, price, group.

Usage is stamped with the rate of one price book. Under that book a report joins on the
stamp; under another book, date or assumption the same rule prices the events again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import duckdb

from app.dimensions import COLUMNS, TIMES, Dimension, dimension
from app.errors import UserError
from app.scope import AUTO, Scope, scope_of, statement
from app.zone import local_hour, local_time_sql
from ingest.stamp import name_models, stamped, stamped_digest
from pricing.book import PriceBook
from pricing.bulk import install_rates

#: Measures of a report row, in the order of the output.
MEASURES = (
    "requests", "input_tokens", "uncached_input_tokens", "cache_read_tokens",
    "cache_write_tokens", "output_tokens", "reasoning_tokens", "cost_pico", "unpriced_requests",
    "cache_write_long_tokens", "web_search_calls", "file_search_calls",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """Which usage, priced how, grouped by what.

    Attributes:
        by: Grouping keys.
        since, until: Naive UTC instants, half-open; None is open.
        zone: Whose days and hours are meant.
        where: Filters: dimension name to the values allowed.
        assume_tier: Tier for usage whose tier nobody stated; None leaves it unpriced.
        prices_on: Price everything as at this UTC instant.
        files: Only events of these files, by ``file_id``; None for all.
        grain: Which of request logs and buckets of the same traffic is counted, of
            ``app.scope.GRAINS``; None counts both.
    """

    by: tuple[Dimension, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    zone: tzinfo = UTC
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    assume_tier: str | None = None
    prices_on: datetime | None = None
    files: tuple[int, ...] | None = None
    grain: str | None = AUTO


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of a report: the grouping keys, then ``MEASURES``.

    Days, weeks and months are naive instants of the zone's clock. Hours have their UTC offset too:
    a clock set back shows one hour twice.
    """

    keys: tuple[str, ...]
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def total(self, measure: str) -> int | None:
        """Sum a measure over all rows; None when no row has it."""
        place = len(self.keys) + MEASURES.index(measure)
        values = [int(row[place]) for row in self.rows if row[place] is not None]
        return sum(values) if values else None


@dataclass(frozen=True, slots=True)
class Unpriced:
    """Usage without a price: why, of which model, how much, since when."""

    reason: str
    model: str
    service_tier: str
    requests: int
    tokens: int
    first: datetime
    last: datetime


#: What buckets may be summed by, of what can be asked for.
_LABELS = ("project", "team", "user", "api_key", "workload")


def scope_for(con: duckdb.DuckDBPyConnection, question: Question) -> Scope:
    """Return what a question counts, of pulls of the same usage the one that answers it."""
    asked = {each.name for each in question.by} | {name for name, _ in question.where}
    labels = [COLUMNS[name] for name in _LABELS if name in asked]
    return scope_of(con, question.grain, labels)


def answer(
    con: duckdb.DuckDBPyConnection,
    book: PriceBook,
    question: Question,
    scope: Scope | None = None,
) -> Answer:
    """Answer a question.

    Args:
        con: An open database, read-only or not.
        book: The prices to use.
        question: What is asked.
        scope: That of the question, where it was worked out before.
    """
    keys = tuple(each.name for each in question.by)
    selected, parameters = selected_events(con, book, question, scope)
    on_events = [f"dim_{k}" for k, each in enumerate(question.by) if each.event_sql]
    on_rates = [
        f"{each.rate_sql} as dim_{k}" for k, each in enumerate(question.by) if each.rate_sql
    ]
    names = [f"dim_{k}" for k in range(len(question.by))]
    sql = (
        statement("grouped_usage")
        .replace("{event_dims}", _list(on_events))
        .replace("{event_groups}", _list(on_events))
        .replace("{rate_dims}", _list(on_rates))
        .replace("{groups}", _list(names))
        .replace("{group_by}", f"group by {', '.join(names)}" if names else "")
    )
    body = f"with selected as ({selected}), grouped as ({sql})"
    order = f" order by {', '.join(names)}" if names else " where requests is not null"
    found = con.execute(f"{body} select * from grouped{order}", parameters).fetchall()
    if "hour" in keys:
        k = keys.index("hour")
        zone = question.zone
        found = [(*row[:k], local_hour(row[k], zone), *row[k + 1 :]) for row in found]
    return Answer(keys, found)


def unpriced(
    con: duckdb.DuckDBPyConnection,
    book: PriceBook,
    question: Question,
    scope: Scope | None = None,
) -> list[Unpriced]:
    """Return what could not be priced and why, the most requests first."""
    bare = replace(question, by=(dimension("model"), dimension("service_tier")))
    selected, parameters = selected_events(con, book, bare, scope)
    rows = con.execute(
        f"with selected as ({selected}) select * from ({statement('unpriced_usage')}) as found "
        "order by requests desc, model, service_tier, reason",
        parameters,
    ).fetchall()
    return [Unpriced(*row) for row in rows]


def selected_events(
    con: duckdb.DuckDBPyConnection,
    book: PriceBook,
    question: Question,
    scope: Scope | None = None,
) -> tuple[str, list[Any]]:
    """Return SQL for the events of a question with their dimensions, and its parameters."""
    relation = priced_events(con, book, question, scope)
    clauses, parameters = conditions(question)
    needs_clock = any(each.name in TIMES for each in question.by)
    clock = local_clock(con, question) if needs_clock else "event_ts"
    dims = "".join(
        f", {each.event_sql} as dim_{k}" for k, each in enumerate(question.by) if each.event_sql
    )
    where = f" where {' and '.join(clauses)}" if clauses else ""
    events = f"(select *, {clock} as local_ts from {relation}{where})" if needs_clock else relation
    if needs_clock:
        where = ""
    return f"select *{dims} from {events}{where}", parameters


def priced_events(
    con: duckdb.DuckDBPyConnection,
    book: PriceBook,
    question: Question,
    scope: Scope | None = None,
) -> str:
    """Return a relation of the events that count, with ``model`` and ``rate_id``.

    The stamps serve when nothing differs from how they were made. Otherwise ``rates`` and
    ``model_name`` are shadowed by temporary tables and every event is priced again.
    """
    events = (scope or scope_for(con, question)).counted
    reassumed = question.assume_tier is not None or question.prices_on is not None
    if stamped_digest(con) == book.digest:
        con.execute("drop table if exists temp.rates")
        con.execute("drop table if exists temp.model_name")
        if not reassumed:
            return events
    if stamped_digest(con) != book.digest:
        _shadow_book(con, book)
    changes = []
    if question.assume_tier is not None:
        changes.append(
            f"case when service_tier = 'unknown' then '{question.assume_tier}' "
            "else service_tier end as service_tier"
        )
    columns = "* exclude (model, rate_id)"
    if question.prices_on is not None:
        changes.append(f"timestamp '{question.prices_on.isoformat(sep=' ')}' as event_ts")
        columns += f" replace ({', '.join(changes)}), event_ts as true_ts"
        usage = f"(select {columns} from {events})"
        return f"(select * exclude (true_ts) replace (true_ts as event_ts) from {stamped(usage)})"
    if changes:
        columns += f" replace ({', '.join(changes)})"
    return stamped(f"(select {columns} from {events})")


def _shadow_book(con: duckdb.DuckDBPyConnection, book: PriceBook) -> None:
    install_rates(con, book, "rates", temporary=True)
    con.execute(
        "create or replace temp table model_name "
        "(provider varchar, model_raw varchar, model varchar, vendor varchar)"
    )
    name_models(con, book, "usage_event")


def conditions(question: Question) -> tuple[list[str], list[Any]]:
    """Return the SQL conditions of a question on events, and their parameters."""
    clauses: list[str] = []
    parameters: list[Any] = []
    if question.since is not None:
        clauses.append("event_ts >= ?")
        parameters.append(question.since)
    if question.until is not None:
        clauses.append("event_ts < ?")
        parameters.append(question.until)
    if question.files is not None:
        clauses.append("list_contains(?, file_id)")
        parameters.append(list(question.files))
    for name, values in question.where:
        filtered = dimension(name)
        if name in TIMES:
            raise UserError(f"--where cannot filter by {name}; use --from and --to")
        marks = ", ".join("?" for _ in values)
        if filtered.event_sql:
            clauses.append(f"{filtered.event_sql} in ({marks})")
        else:
            rates = f"select rates.rate_id from rates where {filtered.rate_sql} in ({marks})"
            clauses.append(f"rate_id in ({rates})")
        parameters += values
    return clauses, parameters


def local_clock(con: duckdb.DuckDBPyConnection, question: Question) -> str:
    """Return SQL for the time of an event by the clock of the question's zone."""
    row = con.execute("select min(event_ts), max(event_ts) from usage_event").fetchone()
    first, last = row if row and row[0] else (datetime(2026, 1, 1), datetime(2026, 1, 1))  # noqa: DTZ001
    hour = timedelta(hours=1)
    first = first.replace(minute=0, second=0, microsecond=0)
    return local_time_sql(question.zone, first, last + hour)


def _list(parts: Sequence[str]) -> str:
    return "".join(f"{part}, " for part in parts)
