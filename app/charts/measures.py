"""What a page can measure: sums, and ratios of sums.

A measure is a numerator and, for a ratio, a denominator; both stay whole numbers until a chart
draws them, and a ratio of several rows is the ratio of their sums.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from app.charts.amounts import UNKNOWN, count_full, count_short, percent, usd_each, usd_short
from app.charts.palette import OTHER


@dataclass(frozen=True, slots=True)
class Measure:
    """Something to measure.

    Attributes:
        name: On the screen and in the URL.
        noun: Within a sentence.
        unit: For captions.
        over: Column that divides; None for a sum.
        scale: What a chart divides the value by.
        text: Writes a value of (numerator, denominator).
    """

    name: str
    noun: str
    unit: str
    column: str
    over: str | None
    scale: int
    axis: str
    text: Callable[[int | None, int], str]

    @property
    def is_sum(self) -> bool:
        """Whether parts add up to their total."""
        return self.over is None


def _per_request(pico: int | None, requests: int) -> str:
    return UNKNOWN if pico is None or not requests else usd_each(pico // requests)


MEASURES = {
    measure.name: measure
    for measure in (
        Measure("Cost", "cost", "USD", "cost_pico", None, 10**12, "$~s", lambda n, _: usd_short(n)),
        Measure("Tokens", "tokens", "Tokens", "tokens", None, 1, "~s", lambda n, _: count_short(n)),
        Measure(
            "Requests", "requests", "Requests", "requests", None, 1, "~s",
            lambda n, _: count_full(n),
        ),
        Measure(
            "$/request", "cost per request", "USD per priced request", "cost_pico",
            "priced_requests", 10**12, "$~f", _per_request,
        ),
        Measure(
            "Cached share", "cached share", "% of input tokens read from cache",
            "cache_read_tokens", "input_tokens", 1, ".0%",
            lambda n, d: percent(n or 0, d),
        ),
    )
}  # fmt: skip


def measured(frame: pl.DataFrame, by: list[str], measure: Measure) -> pl.DataFrame:
    """Return ``num``, ``den`` and the drawn ``value`` of each group; null where unknown."""
    num = pl.col(measure.column)
    known = pl.when(num.is_not_null().any()).then(num.sum()).alias("num")
    den = pl.col(measure.over).sum() if measure.over else pl.lit(1)
    grouped = frame.group_by(by).agg(known, den.cast(pl.Int64).alias("den"))
    return grouped.with_columns(
        value=pl.when((pl.col("den") > 0) & pl.col("num").is_not_null()).then(
            pl.col("num").cast(pl.Float64) / measure.scale / pl.col("den")
        )
    ).sort("value", *by, descending=[True, *([False] * len(by))], nulls_last=True)


def with_other(frame: pl.DataFrame, name: str, most: int, measure: Measure) -> pl.DataFrame:
    """Keep the ``most`` largest values of a column and call the rest ``Other``.

    Ratios keep those that weigh most, by their denominator.
    """
    weigh = pl.col(measure.over or measure.column).sum()
    order = frame.group_by(name).agg(weigh.alias("weight")).sort(
        "weight", name, descending=[True, False], nulls_last=True
    )[name].to_list()  # fmt: skip
    if len(order) <= most + 1:
        return frame
    rest = order[most:]
    renamed = pl.when(pl.col(name).is_in(rest)).then(pl.lit(OTHER)).otherwise(pl.col(name))
    return frame.with_columns(renamed.alias(name))


def share(num: int, den: int) -> Decimal:
    """Return a ratio of whole numbers."""
    return Decimal(num) / den if den else Decimal(0)
