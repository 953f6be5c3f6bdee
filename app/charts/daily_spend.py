"""Cost per day, stacked by model, with the days on which a price changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import plotly.graph_objects as go
import polars as pl

from app.charts.amounts import percent, usd_short
from app.charts.palette import OTHER, Palette
from app.charts.style import PAIR_LETTERS, labelled, legend_on_top, styled

#: A day is a peak from this many times the median day on.
PEAK = 1.5

_FEW_DAYS = 3


@dataclass(frozen=True, slots=True)
class DailySpend:
    """Cost by day and model: columns ``day``, ``model``, ``cost_pico``.

    Attributes:
        slots: Colour slot of each model; see ``palette.model_slots``.
        first, last: The days of the period, both included.
        partial: A day that is not over yet, or None.
        price_changes: Days on which a price changed, and of which model.
    """

    rows: pl.DataFrame
    slots: dict[str, int]
    first: date
    last: date
    partial: date | None = None
    price_changes: Sequence[tuple[date, str]] = ()

    @property
    def by_day(self) -> pl.DataFrame:
        """Cost of each day; days without usage cost nothing."""
        days = pl.DataFrame({"day": pl.date_range(self.first, self.last, eager=True)})
        costs = self.rows.group_by("day").agg(pl.col("cost_pico").sum())
        return days.join(costs, on="day", how="left").with_columns(
            pl.col("cost_pico").fill_null(0)
        ).sort("day")  # fmt: skip


def finding(found: DailySpend) -> str:
    """Name the day that stands out and what made it, or say that none does."""
    days = found.by_day
    total = int(days["cost_pico"].sum())
    if not total:
        return "No cost in this period"
    top = days.sort("cost_pico", "day", descending=[True, False]).row(0, named=True)
    costs = sorted(int(cost) for cost in days["cost_pico"])
    median = costs[len(costs) // 2]
    if days.height < _FEW_DAYS or not median:
        return f"{_dated(top['day'])} cost most, {usd_short(top['cost_pico'])}"
    if top["cost_pico"] < PEAK * median:
        model, cost = _largest(found.rows)
        part = f"{model} is {percent(cost, total)}" if cost < total else f"all is {model}"
        return f"A typical day costs {usd_short(median)}, none stands out; {part}"
    model, cost = _largest(found.rows.filter(pl.col("day") == top["day"]))
    times = f"{top['cost_pico'] * 10 // median / 10:.1f}"
    part = f"{model} was {percent(cost, top['cost_pico'])} of it"
    if cost == top["cost_pico"]:
        part = f"all of it {model}"
    return (
        f"{_dated(top['day'])} cost {usd_short(top['cost_pico'])}, {times}× a typical day; {part}"
    )


def figure(found: DailySpend, palette: Palette, height: int) -> go.Figure:
    """Draw the stack in the order of the slots, so that colours meet in the same order always."""
    drawn = go.Figure()
    shown = found.rows.with_columns(
        slot=pl.col("model").replace_strict(found.slots, default=len(palette.slots) - 1,
                                            return_dtype=pl.Int64)
    )  # fmt: skip
    for slot in sorted(set(shown["slot"])):
        part = shown.filter(pl.col("slot") == slot)
        other = slot == len(palette.slots) - 1
        _series(drawn, found, part, OTHER if other else part["model"][0], slot, palette)
    styled(drawn, palette, height)
    drawn.update_layout(barmode="stack", bargap=0.18)
    legend_on_top(drawn, palette, PAIR_LETTERS)
    half = timedelta(hours=12)
    drawn.update_xaxes(
        range=[_noon(found.first) - half, _noon(found.last) + half],
        tickformat="%-d %b",
        nticks=8,
    )
    top = int(found.by_day["cost_pico"].max() or 0) / 10**12  # type: ignore[arg-type]
    changes = [each for each in found.price_changes if found.first < each[0] <= found.last]
    head = 1.22 if changes else 1.05
    drawn.update_yaxes(tickformat="$~s", nticks=5, range=[0, top * head or 1])
    for k, (day, model) in enumerate(changes):
        _price_change(drawn, palette, day, model, high=k % 2 == 0)
    return drawn


def _series(
    drawn: go.Figure,
    found: DailySpend,
    part: pl.DataFrame,
    name: str,
    slot: int,
    palette: Palette,
) -> None:
    by_day = part.group_by("day").agg(pl.col("cost_pico").sum()).sort("day")
    hatched = ["/" if day == found.partial else "" for day in by_day["day"]]
    drawn.add_bar(
        x=[_noon(day) for day in by_day["day"]],
        y=(by_day["cost_pico"].cast(pl.Float64) / 10**12).to_list(),
        name=name,
        marker={"color": palette.slots[slot], "pattern": {"shape": hatched}},
        customdata=[f"{_dated(d)}, {name}: {usd_short(c)}" for d, c in by_day.iter_rows()],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _price_change(drawn: go.Figure, palette: Palette, day: date, model: str, *, high: bool) -> None:
    at = _noon(day) - timedelta(hours=12)
    line = {"color": palette.mute, "width": 1, "dash": "dot"}
    drawn.add_shape(type="line", x0=at, x1=at, y0=0, y1=1, yref="paper", line=line)
    drawn.add_annotation(
        labelled(
            f"{model} repriced", at, 1.0 if high else 0.9, yref="paper", xanchor="left",
            yanchor="top", xshift=3, font={"size": 12, "color": palette.mute},
        )
    )  # fmt: skip


def _largest(rows: pl.DataFrame) -> tuple[str, int]:
    by_model = rows.group_by("model").agg(pl.col("cost_pico").sum())
    top = by_model.sort("cost_pico", "model", descending=[True, False]).row(0)
    return str(top[0]), int(top[1])


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12))


def _dated(day: date) -> str:
    return f"{day.day} {day:%B}"
