"""Stored usage in short: what no price and no dimension can tell apart is summed into one event.

A condensed database answers questions by its dimensions as the stored usage does, to the last
pico-dollar and at any prices of its book, in the time its few rows take. It is in memory, and the
stored one is free meanwhile.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from app.dimensions import COLUMNS
from app.ledger import Question, local_clock
from app.scope import Scope, statement
from pricing.book import PriceBook
from pricing.vocabulary import Meter

#: What every price depends on, whatever is asked.
_PRICED_BY = ("provider", "model_raw", "service_tier", "region", "billable", "usage_missing")

#: A dimension that is made of others.
_NAMED = "model"


def condense(
    con: duckdb.DuckDBPyConnection, book: PriceBook, question: Question, scope: Scope
) -> duckdb.DuckDBPyConnection:
    """Condense what is stored. Questions to the result count everything: ``Scope(None)``.

    Args:
        con: An open database, read-only or not.
        book: All prices that may be asked for: these, or these as known on a day.
        question: By which dimensions the result may be asked, of which days no shorter time.
        scope: What counts.
    """
    asked = [COLUMNS[each.name] for each in question.by if each.name in COLUMNS]
    keys = [name for name in dict.fromkeys((*_PRICED_BY, *asked)) if name != _NAMED]
    summed = ("reasoning_tokens", *(meter.event_column for meter in Meter))
    query = (
        statement("condensed_usage")
        .replace("{counted}", scope.counted)
        .replace("{keys}", ", ".join(keys))
        .replace("{meters}", ", ".join(f"cast(sum({m}) as bigint) as {m}" for m in summed))
        .replace("{cuts}", ", ".join(_cuts(book, local_clock(con, question))))
    )
    small = hand_over(con, {"usage_event": (query, [])})
    small.execute("create table meta (key varchar primary key, value varchar not null)")
    return small


def hand_over(
    con: duckdb.DuckDBPyConnection, tables: Mapping[str, tuple[str, Sequence[object]]]
) -> duckdb.DuckDBPyConnection:
    """Return a database in memory with the answers to queries, by the name of their table.

    Args:
        con: An open database, read-only or not.
        tables: For each table a query and its parameters.
    """
    small = duckdb.connect()
    small.execute("set TimeZone = 'UTC'")
    with TemporaryDirectory(prefix="ratecard-") as folder:
        for name, (query, parameters) in tables.items():
            path = str(Path(folder) / f"{name}.parquet").replace("'", "''")
            con.execute(f"copy ({query}) to '{path}' (format parquet)", list(parameters))
            small.execute(f"create table {name} as select * from read_parquet('{path}')")
    return small


def _cuts(book: PriceBook, clock: str) -> Iterator[str]:
    """Yield what parts events that may have different prices or days."""
    yield f"date_trunc('day', {clock})"
    yield "date_trunc('day', event_ts)"
    for at in sorted(instants(book)):
        if at.time() != time():
            yield f"event_ts >= timestamp '{at.isoformat(sep=' ')}'"
    yield from (
        f"input_tokens > {threshold}"
        for threshold in sorted({model.long_context_above or 0 for model in book.models.values()})
        if threshold
    )
    yield from (f"{meter.event_column} > 0" for meter in Meter)


def instants(book: PriceBook, models: Collection[tuple[str, str]] | None = None) -> set[datetime]:
    """Return the naive UTC instants at which any price may begin or end, as known at any time.

    Args:
        book: The prices.
        models: Provider and name of the models that matter; None: all.
    """
    known = book.models.keys() if models is None else models
    vendors = {provider for provider, _ in known}
    entries = [each for each in book.entries if (each.provider, each.model) in known]
    ends = [each.effective_to for each in entries if each.effective_to]
    starts = [each.effective_from for each in entries]
    fees = [each.effective_from for each in book.tools if each.provider in vendors]
    return {at.replace(tzinfo=None) for at in (*starts, *ends, *fees)}
