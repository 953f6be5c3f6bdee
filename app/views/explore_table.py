"""The tables of Explore: one row a value, and one row a request."""

from dataclasses import dataclass
from typing import Any

import polars as pl
import streamlit as st

from app.charts.amounts import UNKNOWN, count_full, usd_each, usd_exact
from app.charts.words import NAMES, shown
from app.dashboard.cube import summed
from app.dashboard.period import Period
from app.money import places_for, rounded_parts, usd_text
from app.output import csv_text


@dataclass(frozen=True, slots=True)
class RowTable:
    """A table of rows.

    Attributes:
        frame: As shown; shown costs add up to the shown total.
        values: The value of each row, as in the database.
        columns: Streamlit's column configuration.
        csv: The same in full precision.
    """

    frame: pl.DataFrame
    values: list[str]
    columns: dict[str, Any]
    cost_pico: int | None
    csv: bytes


def row_table(cube: pl.DataFrame, dimension: str, period: Period) -> RowTable:
    """Sum a cube to one row per value, the dearest first."""
    rows = summed(cube, [dimension]).sort(
        "cost_pico", "requests", dimension, descending=[True, True, False], nulls_last=True
    )
    values: list[str] = rows[dimension].to_list()
    costs = [None if cost is None else int(cost) for cost in rows["cost_pico"]]
    known = [cost for cost in costs if cost is not None]
    whole = sum(known) if known else None
    places = places_for(whole)
    per_request = [
        None if cost is None or not priced else cost // priced
        for cost, priced in zip(costs, rows["priced_requests"], strict=True)
    ]
    name = NAMES[dimension]
    frame = pl.DataFrame(
        {
            name: [shown(value, dimension) for value in values],
            "Requests": rows["requests"],
            "Unpriced": rows["unpriced_requests"],
            "Input": rows["input_tokens"],
            "Cached": _ratios(rows["cache_read_tokens"], rows["input_tokens"]),
            "Output": rows["output_tokens"],
            "Cost": [_dollars(part) for part in rounded_parts(costs, places)],
            "Share": [None if c is None or not whole else 100 * c / whole for c in costs],
            "$/request": [usd_each(pico) for pico in per_request],
            "Trend": _trends(cube, dimension, values, period),
        },
        schema_overrides={"Share": pl.Float64, "Cached": pl.Float64},
    )
    if not frame["Unpriced"].sum():
        frame = frame.drop("Unpriced")
    return RowTable(frame, values, _columns(), whole, _csv(rows, dimension, values, costs))


def requests_table(found: pl.DataFrame) -> pl.DataFrame:
    """Lay out single requests."""
    return pl.DataFrame(
        {
            "Time": [f"{at:%-d %b %H:%M:%S}" for at in found["local_ts"]],
            "Model": found["model"],
            "Tier": found["service_tier"],
            "Team": found["team"],
            "Workload": found["workload"],
            "Key": found["api_key"],
            "Input": [count_full(count) for count in found["input_tokens"]],
            "Cached": [count_full(count) for count in found["cache_read_tokens"]],
            "Output": [count_full(count) for count in found["output_tokens"]],
            "Cost": _aligned([usd_exact(cost) for cost in found["cost_pico"]]),
            "Request": found["event_id"],
        }
    )


def _aligned(amounts: list[str]) -> list[str]:
    """Give amounts the same number of decimal places, so that their digits stand in columns."""
    places = max((len(amount.partition(".")[2]) for amount in amounts), default=0)
    return [
        amount if amount == UNKNOWN else amount + "0" * (places - len(amount.partition(".")[2]))
        for amount in amounts
    ]


def _columns() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    return {
        "Requests": number(format="localized"),
        "Unpriced": number(format="localized"),
        "Input": number("Input tokens", format="localized"),
        "Cached": number("Cached", format="%.0f%%"),
        "Output": number("Output tokens", format="localized"),
        "Cost": st.column_config.TextColumn(alignment="right"),
        "Share": st.column_config.ProgressColumn(format="%.0f%%", min_value=0, max_value=100),
        "$/request": st.column_config.TextColumn(alignment="right"),
        "Trend": st.column_config.BarChartColumn("Per day", y_min=0),
    }


def _trends(
    cube: pl.DataFrame, dimension: str, values: list[str], period: Period
) -> list[list[float]]:
    """Return each row's cost per day, or its requests where it has no price."""
    days = pl.date_range(period.first, period.last, eager=True)
    cost = pl.col("cost_pico").cast(pl.Float64) / 10**12
    priced = cost.is_not_null().any().over(dimension)
    by_day = summed(cube, [dimension, "day"]).with_columns(
        drawn=pl.when(priced).then(cost.fill_null(0)).otherwise(pl.col("requests"))
    )
    found: dict[str, dict[Any, float]] = {}
    for value, day, drawn in by_day.select(dimension, "day", "drawn").iter_rows():
        found.setdefault(value, {})[day] = drawn
    return [[found.get(value, {}).get(day, 0.0) for day in days] for value in values]


def _ratios(part: pl.Series, whole: pl.Series) -> list[float | None]:
    return [100 * p / w if w else None for p, w in zip(part, whole, strict=True)]


def _dollars(amount: Any) -> str:
    return UNKNOWN if amount is None else f"${amount:,}"


def _csv(rows: pl.DataFrame, dimension: str, values: list[str], costs: list[int | None]) -> bytes:
    counts = [name for name in rows.columns if name not in (dimension, "cost_pico")]
    cells = [
        [value, *numbers, usd_text(cost)]
        for value, numbers, cost in zip(values, rows.select(counts).rows(), costs, strict=True)
    ]
    return csv_text([dimension, *counts, "cost_usd"], cells).encode()
