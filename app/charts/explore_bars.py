"""Any two dimensions over a whole period: stacked bars for sums, dots for ratios."""

from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl

from app.charts.amounts import percent
from app.charts.measures import Measure, measured, with_other
from app.charts.palette import OTHER, Palette, tier_colour
from app.charts.style import labelled, legend_on_top, styled
from app.charts.words import NAMES, opening, plural, shown

MOST_ROWS = 9
MOST_PARTS = 7
_ROW_HEIGHT = 30
_LEAST_HEIGHT = 120

#: Where the axis of dots begins, so that one at 0 is whole.
_DOT = -0.015


@dataclass(frozen=True, slots=True)
class Bars:
    """What is shown.

    Attributes:
        parts: Of ``row`` and ``part``: ``num``, ``den``, ``value``.
        rows: The same of ``row`` alone, the largest first.
        whole: Numerator and denominator of everything.
    """

    parts: pl.DataFrame
    rows: pl.DataFrame
    whole: tuple[int | None, int]
    measure: Measure
    row_name: str
    part_name: str | None


def bars(cube: pl.DataFrame, row: str, part: str | None, measure: Measure) -> Bars:
    """Sum a cube to rows and parts; beyond the largest few all are ``Other``."""
    kept = cube.with_columns(row=pl.col(row), part=pl.col(part) if part else pl.lit(""))
    kept = with_other(kept, "row", MOST_ROWS, measure)
    if part and measure.is_sum:
        kept = with_other(kept, "part", MOST_PARTS, measure)
    whole = measured(kept.with_columns(all=pl.lit(1)), ["all"], measure)
    num, den = (whole["num"][0], whole["den"][0]) if whole.height else (None, 0)
    rows = measured(kept, ["row"], measure)
    parts = measured(kept, ["row", "part"], measure) if part else rows.with_columns(part=pl.lit(""))
    return Bars(parts, _other_last(rows), (num, int(den or 0)), measure, row, part)


def _other_last(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([rows.filter(pl.col("row") != OTHER), rows.filter(pl.col("row") == OTHER)])


def finding(found: Bars) -> str:
    """Say which row is largest, and what it is made of."""
    known = found.rows.filter(pl.col("value").is_not_null() & (pl.col("row") != OTHER))
    measure = found.measure
    if known.is_empty():
        what = "a price" if measure.column == "cost_pico" else measure.noun
        return f"Nothing here has {what}"
    top = known.row(0, named=True)
    if not measure.is_sum:
        last = known.row(-1, named=True)
        if known.height == 1:
            return f"{measure.name} of {_called(found, top)} is {_said(found, top)}"
        return (
            f"{measure.name} is {_said(found, top)} in {_called(found, top)}, "
            f"{_said(found, last)} in {_called(found, last)}"
        )
    whole = int(found.whole[0] or 0)
    who = opening(top["row"], found.row_name)
    words = f"{who} is {percent(top['num'], whole)} of {measure.noun}"
    if known.height == 1 and top["num"] == whole:
        words = f"{who} is all of the {measure.noun}, {_said(found, top)}"
    inner = found.parts.filter((pl.col("row") == top["row"]) & pl.col("num").is_not_null())
    if not found.part_name or inner.is_empty() or found.part_name == found.row_name:
        return words
    first = inner.row(0, named=True)
    part = shown(first["part"], found.part_name)
    if first["num"] == top["num"]:
        return f"{words}, all of it {part}"
    return (
        f"{words}; {part} is {percent(first['num'], top['num'])} of that" if top["num"] else words
    )


def figure(found: Bars, palette: Palette, slots: dict[str, int]) -> go.Figure:
    """Draw bars for a sum, dots for a ratio; the value stands at the right."""
    rows = found.rows
    height = max(_LEAST_HEIGHT, _ROW_HEIGHT * rows.height + 48)
    drawn = go.Figure()
    places = {name: place for place, name in enumerate(rows["row"])}
    if found.measure.is_sum:
        _bars(drawn, found, palette, slots, places)
        drawn.update_layout(barmode="stack")
    else:
        _dots(drawn, found, palette, places)
    styled(drawn, palette, height)
    drawn.update_layout(
        annotations=[
            labelled(
                f"<b>{found.measure.text(num, den)}</b>", 1.0, places[name],
                xref="paper", xanchor="right", yanchor="middle",
            )
            for name, num, den in rows.select("row", "num", "den").iter_rows()
        ]
    )  # fmt: skip
    if found.measure.is_sum:
        legend_on_top(drawn, palette)
    largest = max((value for value in found.parts["value"] if value is not None), default=0)
    if found.measure.is_sum:
        largest = max((value for value in rows["value"] if value is not None), default=0)
    starts = 0 if found.measure.is_sum else _DOT * largest
    drawn.update_xaxes(
        domain=[0, 0.9], range=[starts, largest * 1.03 or 1], tickformat=found.measure.axis,
        nticks=5, showgrid=True, gridcolor=palette.grid,
    )  # fmt: skip
    if found.measure.axis == ".0%":
        drawn.update_xaxes(range=[_DOT, 1.02])
    drawn.update_yaxes(
        range=[max(rows.height, 3) - 0.5, -0.5], tickmode="array", tickvals=list(places.values()),
        ticktext=[_row_text(found, name) for name in places],
        tickfont={"color": palette.ink, "size": 13}, showgrid=False,
    )  # fmt: skip
    return drawn


def _bars(
    drawn: go.Figure, found: Bars, palette: Palette, slots: dict[str, int], places: dict[str, int]
) -> None:
    weights = found.parts.group_by("part").agg(pl.col("num").sum())
    order = weights.sort("num", "part", descending=[True, False])["part"].to_list()
    order = sorted(order, key=lambda part: part == OTHER)
    colours = colours_of(order, found.part_name, palette, slots)
    for part in sorted(order, key=lambda p: _slot(p, found.part_name, slots)):
        those = found.parts.filter((pl.col("part") == part) & pl.col("value").is_not_null())
        if not those["num"].sum():
            continue
        drawn.add_bar(
            x=those["value"].to_list(),
            y=[places[name] for name in those["row"]],
            orientation="h",
            name=_part_text(found, part),
            marker={"color": colours[part], "line": {"color": palette.background, "width": 1}},
            customdata=_hover(found, those),
            hovertemplate="%{customdata[0]}<extra></extra>",
        )


def _dots(drawn: go.Figure, found: Bars, palette: Palette, places: dict[str, int]) -> None:
    for which, colour, size in ((found.parts, palette.base, 9), (found.rows, palette.ink, 11)):
        those = which if "part" in which.columns else which.with_columns(part=pl.lit(""))
        drawn.add_scatter(
            x=those["value"].to_list(),
            y=[places[name] for name in those["row"]],
            mode="markers",
            marker={"color": colour, "size": size},
            customdata=_hover(found, those),
            hovertemplate="%{customdata[0]}<extra></extra>",
            cliponaxis=False,
        )


def colours_of(
    order: list[str], dimension: str | None, palette: Palette, slots: dict[str, int]
) -> dict[str, str]:
    """Return a colour per part: models their own, tiers greys, all others one ordered hue."""
    rest = palette.slots[-1]
    if dimension is None:
        return dict.fromkeys(order, palette.focus)
    if dimension == "model":
        return {part: palette.slots[slots.get(part, len(palette.slots) - 1)] for part in order}
    if dimension == "service_tier":
        return {part: tier_colour(part, palette) for part in order}
    named = [part for part in order if part != OTHER][: len(palette.ramp)]
    strong = list(reversed(palette.ramp))
    # A few parts are spread over the whole ramp, so that neighbours differ.
    step = max(1, (len(strong) - 1) // max(1, len(named) - 1))
    shades = {part: strong[k * step] for k, part in enumerate(named)}
    return {part: shades.get(part, rest) for part in order}


def _slot(part: str, dimension: str | None, slots: dict[str, int]) -> int:
    return slots.get(part, len(slots)) if dimension == "model" else 0


def _hover(found: Bars, those: pl.DataFrame) -> list[list[str]]:
    said = []
    for row, part, num, den in those.select("row", "part", "num", "den").iter_rows():
        name = _row_text(found, row) + (f", {_part_text(found, part)}" if part else "")
        said.append([f"{name}: {found.measure.text(num, den)}", row])
    return said


def _row_text(found: Bars, name: str) -> str:
    return name if name == OTHER else shown(name, found.row_name)


def _part_text(found: Bars, part: str) -> str:
    if not found.part_name or part == OTHER:
        return part
    return shown(part, found.part_name)


def _called(found: Bars, row: dict[str, str]) -> str:
    return shown(row["row"], found.row_name)


def _said(found: Bars, row: dict[str, int]) -> str:
    return found.measure.text(row["num"], row["den"])


def encoding(row: str, part: str | None, measure: Measure) -> str:
    """Say in a caption what is drawn how."""
    rows = f"by {NAMES[row].lower()}"
    if part is None:
        return f"{measure.unit} {rows}"
    if measure.is_sum:
        return f"{measure.unit} {rows}, stacked by {NAMES[part].lower()}"
    return f"{measure.unit} {rows}; small dots are single {plural(part)}"
