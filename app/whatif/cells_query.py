"""The events of a what-if as a query: which they are, and the keys that tell cells apart."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import duckdb

from app.condensed import instants
from app.contract_sql import filled, listed
from app.dimensions import RATE_COLUMNS
from app.ledger import Question, conditions, local_clock, priced_events
from app.scope import Scope
from app.whatif.cells_fields import (
    AGENTIC,
    NUMBERS,
    binned,
    event_fields,
    input_points,
    label_columns,
    label_sql,
    meters_used,
    output_points,
    refused_meters,
    regime_sql,
    share_bin,
)
from models.policy.conditions_sql import predicates
from models.workload.rules import OTHER
from pricing.book import PriceBook
from pricing.names import meaning
from pricing.vocabulary import Meter

if TYPE_CHECKING:
    from app.whatif.needs import Needs

#: Keys that a price and a target's limits depend on.
CLASS_KEYS = (
    "provider", "model_key", "service_tier", "region", "billable", "usage_missing", "no_units",
    "time_bin", "input_bin", "meters", "bucket",
)  # fmt: skip

#: What cells sum.
SUMMED = (*(meter.event_column for meter in Meter), "reasoning_tokens")


@dataclass(frozen=True, slots=True)
class Extent:
    """What a question selects, before it is condensed.

    Attributes:
        relation: SQL of the events, with ``parameters``.
        first, last: Naive UTC instants of the first and last event.
        sessions: Whether any event has a session.
        buckets: Whether any event is a bucket.
        models: Vendor and name of those whose prices may be asked for.
    """

    relation: str
    parameters: list[Any]
    events: int
    first: datetime
    last: datetime
    sessions: bool
    buckets: bool
    models: Collection[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class EventQuery:
    """The events of a what-if with what tells cells apart.

    Attributes:
        sql: Their query; its parameters are those of the extent.
        keys: Expressions by the name of their column.
        values: Columns of which a cell keeps one value, for predicates on numbers.
    """

    sql: str
    keys: Mapping[str, str]
    values: Mapping[str, str] = field(default_factory=dict)


def extent_of(
    con: duckdb.DuckDBPyConnection,
    book: PriceBook,
    question: Question,
    scope: Scope,
    needs: "Needs",
) -> Extent:
    """Find what a question selects, and name its models in ``temp.named``."""
    by_price = any(name in RATE_COLUMNS or name == "model" for name, _ in question.where)
    relation = priced_events(con, book, question, scope) if by_price else scope.counted
    clauses, parameters = conditions(question)
    if clauses:
        relation = f"(select * from {relation} where {' and '.join(clauses)})"
    text = (
        "select count(*), min(event_ts), max(event_ts), count(session), "
        f"count(case when grain = 'bucket' then 1 end) from {relation} as usage"
    )
    [(events, first, last, sessions, buckets)] = con.execute(text, parameters).fetchall()
    nowhere = datetime(2026, 1, 1)  # noqa: DTZ001  the database holds naive UTC instants
    logged = _name_models(con, book, relation, parameters)
    found = Extent(
        relation, parameters, events, first or nowhere, last or nowhere, sessions > 0, buckets > 0,
        book.models.keys() if needs.models is None else logged | named_models(book, needs.models),
    )  # fmt: skip
    _size_sessions(con, found)
    return found


def of_chosen_sessions(extent: Extent) -> Extent:
    """Return what of an extent is in the sessions of ``temp.chosen_session``."""
    chosen = f"(select * from {extent.relation} as usage semi join chosen_session using (session))"
    return replace(extent, relation=chosen)


def named_models(book: PriceBook, names: Collection[str]) -> set[tuple[str, str]]:
    """Return vendor and name of all models that a name may mean."""
    return {
        key
        for key, model in book.models.items()
        for name in model.ids
        if name in names or f"{model.provider}/{name}" in names
    }


def _name_models(
    con: duckdb.DuckDBPyConnection, book: PriceBook, relation: str, parameters: list[Any]
) -> set[tuple[str, str]]:
    logged = con.execute(
        f"select distinct provider, model_raw from {relation} as usage", parameters
    ).fetchall()
    con.execute(
        "create or replace temp table named "
        "(provider varchar, model_raw varchar, model varchar, vendor varchar)"
    )
    known = [
        (provider, raw, meant.model, meant.vendor)
        for provider, raw in logged
        if raw is not None and (meant := meaning(provider, raw, book)) is not None
    ]
    if known:
        con.executemany("insert into named values (?, ?, ?, ?)", known)
    return {(vendor, model) for _, _, model, vendor in known}


def _size_sessions(con: duckdb.DuckDBPyConnection, extent: Extent) -> None:
    con.execute(
        "create or replace temp table session_size as select session, "
        "count(*) as events, cast(sum(requests) as bigint) as session_requests "
        f"from {extent.relation} as usage "
        "where session is not null group by session",
        extent.parameters,
    )


def event_query(
    con: duckdb.DuckDBPyConnection,
    book: PriceBook,
    question: Question,
    needs: "Needs",
    extent: Extent,
) -> EventQuery:
    """Return the query of the events that cells are made of."""
    fields = event_fields(needs.labels | _tags(needs))
    workload, workload_by = _workload(needs, fields)
    fields["workload"] = workload
    keys = _class_keys(book, needs, extent) | {"workload": workload, "workload_by": workload_by}
    keys |= _own_keys(book, needs, extent)
    cut_keys, values = _cut_keys(needs)
    keys |= cut_keys
    first, columns, first_keys, first_values = _first_of_session(needs, fields, extent)
    keys |= first_keys
    values |= first_values
    clock = local_clock(con, replace(question, zone=needs.zone))
    size = "left join session_size on session_size.session = usage.session"
    text = filled("whatif_events", {
        "fields": "usage.* exclude (model), ",
        "clock": clock,
        "session_requests": "session_size.session_requests" if extent.sessions
        else "cast(null as bigint)",
        "events": extent.relation,
        "sessions": size if extent.sessions else "",
        "first": first,
        "columns": columns,
        "joined": "left join first_event on first_event.session = event.session" if columns else "",
        "keys": listed([f"{sql} as key_{name}" for name, sql in keys.items()]),
        "measures": ", ".join([
            "model", "vendor", "requests", *SUMMED,
            *(f"{sql} as {name}" for name, sql in values.items()),
        ]),
    })  # fmt: skip
    return EventQuery(text, keys, values)


def _own_keys(book: PriceBook, needs: "Needs", extent: Extent) -> dict[str, str]:
    models = [book.models[key] for key in sorted(extent.models)]
    lengths = dict(needs.cuts).get("output_tokens", ())
    keys = {
        "billing": "coalesce(billing, 'metered')",
        "effort": "coalesce(effort, '')",
        "regime": regime_sql(buckets=extent.buckets),
        "agentic": AGENTIC,
        "output_bin": binned("output_tokens", output_points(models, needs.caps, lengths)),
    }
    if needs.weeks:
        keys["week"] = "cast(date_trunc('week', local_ts) as date)"
    return keys | {column: label_sql(name) for name, column in label_columns(needs.labels).items()}


def _cut_keys(needs: "Needs") -> tuple[dict[str, str], dict[str, str]]:
    """Return keys and values of numbers that policies cut, and of places in a hash."""
    keys: dict[str, str] = {}
    values: dict[str, str] = {}
    for name, points in needs.cuts:
        if name == "cached_share":
            keys["bin_cached_share"] = share_bin(points)
        elif name not in {"input_tokens", "output_tokens", "latency_seconds"}:
            values[f"at_{name}"] = NUMBERS[name]
            keys[f"bin_{name}"] = binned(NUMBERS[name], points)
    for k, (place, points) in enumerate(needs.shares):
        values[f"place_{k}"] = place
        keys[f"bin_place_{k}"] = binned(place, points)
    return keys, values


def _class_keys(book: PriceBook, needs: "Needs", extent: Extent) -> dict[str, str]:
    models = [book.models[key] for key in sorted(extent.models)]
    at = {*instants(book, extent.models), *needs.instants}
    times = sorted(each for each in at if extent.first < each <= extent.last)
    sizes = input_points(models, dict(needs.cuts).get("input_tokens", ()))
    return {
        "provider": "coalesce(provider, '')",
        "model_key": "model_key",
        "service_tier": "coalesce(service_tier, 'unknown')",
        "region": "coalesce(region, 'global')",
        "billable": "coalesce(billable, false)",
        "usage_missing": "coalesce(usage_missing, false)",
        "no_units": "other_units is null",
        "time_bin": binned("event_ts", times),
        "input_bin": binned("input_tokens", sizes),
        "meters": meters_used(refused_meters(book, extent.models)),
        "bucket": "coalesce(grain, '') = 'bucket'",
    }


def _tags(needs: "Needs") -> set[str]:
    """Return the tags that workload rules ask for."""
    rules = needs.workloads.rules if needs.workloads else ()
    asked = (part.field for rule in rules for part in predicates(rule.when))
    return {name for name in asked if name.startswith("tag:")}


def _workload(needs: "Needs", fields: Mapping[str, str]) -> tuple[str, str]:
    if needs.workloads is None:
        return (
            f"coalesce(workload, '{OTHER}')",
            "case when workload is null then 'none' else 'label' end",
        )
    from models.workload.sql import workload_sql

    compiled = workload_sql(needs.workloads, fields)
    return compiled.workload, compiled.workload_by


def _first_of_session(
    needs: "Needs", fields: Mapping[str, str], extent: Extent
) -> tuple[str, str, dict[str, str], dict[str, str]]:
    """Return what the first event of a session is, by time and then by id.

    An event without a session is its own first.

    Returns:
        What a session's first event has and what every event has of it, as SQL; keys and values.
    """
    cut = dict(needs.cuts)
    told, columns, keys, values = [], [], {}, {}
    for k, name in enumerate(sorted(needs.sticky) if extent.sessions else ()):
        value = share_bin(cut[name]) if name == "cached_share" else fields[name]
        told.append(f"v{k} := {value}")
        columns.append(
            f", case when event.session is null then {value} else first_event.told.v{k} end "
            f"as first_{k}"
        )
        if name in NUMBERS:
            keys[f"bin_first_{k}"] = binned(f"first_{k}", (1, *cut.get(name, ())))
            values[f"at_first_{k}"] = f"first_{k}"
        else:
            keys[f"first_{k}"] = f"first_{k}"
    return ", ".join(told) or "v0 := null", "".join(columns), keys, values
