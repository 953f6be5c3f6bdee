"""The cube: all usage, priced and summed by day and whatever pages slice by.

It is small enough to be kept in memory, so that a filter is a slice and not a query. Costs are
whole pico-dollars throughout.
"""

from collections.abc import Sequence
from datetime import date, tzinfo

import duckdb
import polars as pl

from app.dimensions import NONE, dimension
from app.ledger import MEASURES, Question, answer
from app.scope import Scope
from pricing.book import PriceBook

#: Dimensions every page may slice by.
DIMENSIONS = (
    "day", "provider", "model", "service_tier", "context_band", "team", "project", "api_key",
    "workload", "price_version", "unpriced_reason",
)  # fmt: skip

#: Dimensions that multiply the cube; asked for one at a time.
MORE_DIMENSIONS = (
    "user", "effort", "region", "endpoint", "gateway", "account", "source", "model_raw", "grain",
    "series", "billing", "also_in",
)  # fmt: skip

#: Sums of a cube.
SUMS = (
    "requests", "unpriced_requests", "priced_requests", "tokens", "unpriced_tokens",
    "input_tokens", "uncached_input_tokens", "cache_read_tokens", "cache_write_tokens",
    "output_tokens",
)  # fmt: skip


def cube_question(zone: tzinfo, grain: str, more: Sequence[str] = ()) -> Question:
    """Return what a cube answers.

    Args:
        zone: Whose days.
        grain: Which of request logs and buckets of the same traffic is counted.
        more: Further dimensions, of ``MORE_DIMENSIONS``.
    """
    by = tuple(dimension(name) for name in (*DIMENSIONS, *more))
    return Question(by=by, zone=zone, grain=grain)


def build_cube(
    con: duckdb.DuckDBPyConnection, book: PriceBook, question: Question, scope: Scope
) -> pl.DataFrame:
    """Read the cube.

    Args:
        con: An open database.
        book: The prices to use.
        question: Of ``cube_question``.
        scope: What it counts.
    """
    names = [each.name for each in question.by]
    found = answer(con, book, question, scope)
    day = names.index("day")
    keys = {
        name: [row[k].date() if k == day else row[k] for row in found.rows]
        for k, name in enumerate(names)
    }
    measures = {
        name: [None if row[k] is None else int(row[k]) for row in found.rows]
        for k, name in enumerate(MEASURES, start=len(names))
    }
    schema: dict[str, type[pl.DataType]] = dict.fromkeys(names, pl.String)
    schema |= {"day": pl.Date} | dict.fromkeys(MEASURES, pl.Int64) | {"cost_pico": pl.Int128}
    unpriced = pl.col("unpriced_reason") != NONE
    tokens = pl.col("input_tokens") + pl.col("output_tokens")
    return pl.DataFrame(keys | measures, schema=schema).with_columns(
        priced_requests=pl.when(unpriced).then(0).otherwise("requests"),
        tokens=tokens,
        unpriced_tokens=pl.when(unpriced).then(tokens).otherwise(0),
    )


def summed(cube: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Sum a cube over its other dimensions. A cost is null where nothing could be priced."""
    cost = pl.col("cost_pico")
    measures = [*(pl.col(name).sum() for name in SUMS), sum_or_null(cost)]
    if not by:
        return cube.select(measures)
    return cube.group_by(by).agg(measures).sort(by)


def sum_or_null(column: pl.Expr) -> pl.Expr:
    """Return the sum of what is known, or null when nothing is."""
    return pl.when(column.is_not_null().any()).then(column.sum())


def between(cube: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """Return the days from ``first`` to ``last``, both included."""
    return cube.filter(pl.col("day").is_between(first, last))


def where(cube: pl.DataFrame, filters: dict[str, tuple[str, ...]]) -> pl.DataFrame:
    """Return the usage a filter lets through; a dimension without values lets all through."""
    for name, values in filters.items():
        if values:
            cube = cube.filter(pl.col(name).is_in(list(values)))
    return cube


def cost_of(cube: pl.DataFrame) -> int | None:
    """Return the cost in pico-dollars, or None when nothing could be priced."""
    known = cube["cost_pico"].drop_nulls()
    return int(known.sum()) if len(known) else None


def total(cube: pl.DataFrame, name: str) -> int:
    """Return the sum of a count."""
    return int(cube[name].sum())
