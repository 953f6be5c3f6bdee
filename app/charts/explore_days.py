"""One line per row over the days or weeks of a period."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from html import escape
from typing import Any

import plotly.graph_objects as go
import polars as pl

from app.charts.cached_share import cached_share, worst_shift
from app.charts.cached_share import finding as cache_finding
from app.charts.explore_bars import colours_of
from app.charts.measures import Measure, measured, with_other
from app.charts.palette import OTHER, Palette
from app.charts.style import PAIR_HEIGHT, labelled, styled
from app.charts.words import opening, shown

MOST_LINES = 7

#: Height of a name, and of what is not the plot.
_LABEL_PX, _AXIS_PX = 17, 40


@dataclass(frozen=True, slots=True)
class Lines:
    """What is shown.

    Attributes:
        points: Of ``row`` and ``at``: ``num``, ``den``, ``value``.
        cube: What the points were summed from.
        step: ``Day`` or ``Week``.
    """

    points: pl.DataFrame
    cube: pl.DataFrame
    measure: Measure
    row_name: str
    step: str


def lines(
    cube: pl.DataFrame, row: str, measure: Measure, step: str, days: tuple[date, date]
) -> Lines:
    """Sum a cube to a point per row and day, or per week beginning on Monday.

    Days without usage are 0 for a sum and absent for a ratio.
    """
    first, last = days
    if step == "Week":
        first -= timedelta(days=first.weekday())
    at = pl.col("day").dt.truncate("1w") if step == "Week" else pl.col("day")
    kept = with_other(cube.with_columns(row=pl.col(row), at=at), "row", MOST_LINES, measure)
    points = measured(kept, ["row", "at"], measure)
    if measure.is_sum and points.height:
        points = _with_zeros(points, step, first, last)
    return Lines(points.sort("row", "at"), cube, measure, row, step)


def _with_zeros(points: pl.DataFrame, step: str, first: date, last: date) -> pl.DataFrame:
    every = "1w" if step == "Week" else "1d"
    days = pl.DataFrame({"at": pl.date_range(first, last, every, eager=True)})
    priced = points.group_by("row").agg(known=pl.col("num").is_not_null().any())
    grid = priced.join(days, how="cross")
    # A row without usage on a day is 0 there; one with usage that has no price stays unknown.
    zero = pl.col("known") & pl.col("den").is_null()
    return grid.join(points, on=["row", "at"], how="left").with_columns(
        num=pl.when(zero).then(pl.lit(0, pl.Int128)).otherwise("num"),
        den=pl.col("den").fill_null(1),
        value=pl.when(zero).then(0.0).otherwise("value"),
    ).drop("known")  # fmt: skip


def finding(found: Lines) -> str:
    """Name the point that stands out, or the range."""
    measure = found.measure
    known = found.points.filter(pl.col("value").is_not_null())
    if known.is_empty():
        return "Nothing here has a price"
    if measure.column == "cache_read_tokens":
        return cache_finding(cached_share(found.cube, found.row_name))
    named, top = _highest(known)
    who = opening(top["row"], found.row_name)
    peak = measure.text(top["num"], top["den"])
    own = sorted(named.filter(pl.col("row") == top["row"])["value"].to_list())
    usual = own[len(own) // 2]
    at = f"{top['at'].day} {top['at']:%B}"
    when = f"in the week of {at}" if found.step == "Week" else f"on {at}"
    words = f"{who} peaked at {peak} {when}"
    if not usual:
        return words
    times = Decimal(repr(top["value"])) / Decimal(repr(usual))
    return f"{words}, {times:.1f}× its usual {found.step.lower()}"


def _highest(known: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, Any]]:
    named = known.filter(pl.col("row") != OTHER)
    return named, named.sort("value", "row", descending=[True, False]).row(0, named=True)


def _subject(found: Lines) -> str | None:
    """Return the row that the finding is about."""
    known = found.points.filter(pl.col("value").is_not_null())
    if known.is_empty():
        return None
    if found.measure.column == "cache_read_tokens":
        worst = worst_shift(cached_share(found.cube, found.row_name))
        return worst.name if worst else None
    return str(_highest(known)[1]["row"])


def figure(found: Lines, palette: Palette, slots: dict[str, int]) -> go.Figure:
    """Draw the lines; the finding's carries ink where colour does not mean a model."""
    drawn = go.Figure()
    weight = found.points.group_by("row").agg(
        (pl.col("num") if found.measure.is_sum else pl.col("den")).sum().alias("weight")
    )
    order = weight.sort("weight", "row", descending=[True, False])["row"].to_list()
    order = sorted(order, key=lambda row: row == OTHER)
    colours = colours_of(order, found.row_name, palette, slots)
    subject = _subject(found)
    if subject in colours and found.row_name != "model":
        colours[subject] = palette.ink
    for row in order:
        part = found.points.filter(pl.col("row") == row)
        name = row if row == OTHER else shown(row, found.row_name)
        if part["value"].is_null().all():
            continue
        drawn.add_scatter(
            x=part["at"].to_list(),
            y=part["value"].to_list(),
            mode="lines" if part.height > 1 else "markers",
            name=name,
            line={"color": colours[row], "width": 3 if row == subject else 2},
            customdata=[
                f"{name}, {at.day} {at:%b}: {found.measure.text(num, den)}"
                for at, num, den in part.select("at", "num", "den").iter_rows()
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    styled(drawn, palette, PAIR_HEIGHT)
    _names_at_the_end(drawn, palette, found.measure)
    drawn.update_xaxes(tickformat="%-d %b", nticks=9)
    drawn.update_yaxes(
        tickformat=found.measure.axis, nticks=5, range=[0, _top(drawn, found.measure)]
    )
    _one_day(drawn, found)
    return drawn


def _names_at_the_end(drawn: go.Figure, palette: Palette, measure: Measure) -> None:
    """Write each line's name where it ends, moved apart as far as they would overlap."""
    ends = []
    for trace in drawn.data:
        last = next((y for y in reversed(trace.y) if y is not None), None)
        if last is not None:
            ends.append((last, trace.name, trace.line.color))
    ends.sort(key=lambda end: (end[0], end[1]))
    top = _top(drawn, measure)
    apart = top * _LABEL_PX / (PAIR_HEIGHT - _AXIS_PX)
    floor = 0.0
    for above, (last, name, colour) in zip(reversed(range(len(ends))), ends, strict=True):
        at = min(max(last, floor), top - above * apart)
        floor = at + apart
        drawn.add_annotation(
            labelled(
                f'<span style="color:{colour};font-size:15px">■</span> {escape(name)}', 1.0, at,
                xref="paper", xanchor="left", yanchor="middle", xshift=6,
                font={"size": 12, "color": palette.ink},
            )
        )  # fmt: skip
    longest = max((len(name) for _, name, _ in ends), default=0)
    drawn.update_layout(margin_r=24 + 7 * longest)


def _top(drawn: go.Figure, measure: Measure) -> float:
    if measure.axis == ".0%":
        return 1.0
    highest: float = max((y for trace in drawn.data for y in trace.y if y is not None), default=0)
    return highest * 1.08 or 1.0


def _one_day(drawn: go.Figure, found: Lines) -> None:
    """Keep an axis of a single day from being drawn in hours."""
    days = found.points["at"].unique().to_list()
    if len(days) == 1:
        drawn.update_xaxes(
            range=[days[0] - timedelta(days=2), days[0] + timedelta(days=2)], tickvals=days
        )
