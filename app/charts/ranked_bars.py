"""Who spends it: one bar each, the largest first, with a tick where it was before."""

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import polars as pl

from app.charts.amounts import UNKNOWN, percent, percent_change, usd_change, usd_short
from app.charts.palette import OTHER, Palette
from app.charts.style import PAIR_HEIGHT, labelled, styled
from app.charts.words import opening, shown

MOST = 7

#: A change is called one from 2% of what was before, and from 2% of all spend or $50.
FLOOR_PICO = 50 * 10**12
FLOOR_SHARE = 50

_FEWEST_ROWS = 5


@dataclass(frozen=True, slots=True)
class Ranked:
    """Rows of the chart: ``name``, ``now``, ``before`` in pico-dollars, the largest first.

    A cost is 0 where there was no usage, and null where there was and nothing could be priced.

    Attributes:
        dimension: What the names are names of.
        compared: What ``before`` is called; None when there is nothing to compare with.
    """

    rows: pl.DataFrame
    dimension: str
    compared: str | None


def ranked(
    now: pl.DataFrame, earlier: pl.DataFrame | None, dimension: str, compared: str | None
) -> Ranked:
    """Rank the values of a dimension by cost; all beyond the largest are one row.

    Args:
        now: Costs of the period: the dimension and ``cost_pico``.
        earlier: The same of the period before, or None.
        dimension: The column to rank by.
        compared: What the period before is called.
    """
    rows = now.select(name=dimension, now="cost_pico", used=True)
    if earlier is None:
        rows = rows.with_columns(before=pl.lit(None, pl.Int128))
    else:
        past = earlier.select(name=dimension, before="cost_pico", was_used=True)
        rows = rows.join(past, on="name", how="full", coalesce=True).with_columns(
            now=pl.when(pl.col("used").is_null()).then(0).otherwise("now"),
            before=pl.when(pl.col("was_used").is_null()).then(0).otherwise("before"),
        )
    rows = rows.select("name", pl.col("now", "before").cast(pl.Int128)).sort(
        "now", "name", descending=[True, False], nulls_last=True
    )
    if rows.height > MOST + 1:
        rest = rows[MOST:]
        other = pl.DataFrame(
            {
                "name": [OTHER],
                "now": [int(rest["now"].sum())],
                "before": [int(rest["before"].sum()) if compared else None],
            },
            schema=rows.schema,
        )
        rows = pl.concat([rows[:MOST], other])
    return Ranked(rows, dimension, compared)


def finding(found: Ranked) -> str:
    """Say who spends most, and how that changed."""
    total = int(found.rows["now"].sum())
    if not total:
        return "No cost in this period"
    name, now, before = found.rows.row(0)
    before = before if before is None else int(before)
    who = opening(name, found.dimension)
    if found.rows.height == 1:
        words = f"{who} is all of the spend, {usd_short(now)}"
    else:
        words = f"{who} is {percent(now, total)} of spend"
    if found.compared is None or before is None:
        return words
    if not before:
        return f"{words}, none in {found.compared}"
    change = now - before
    floor = min(FLOOR_PICO, total // FLOOR_SHARE)
    if abs(change) < floor or abs(change) * FLOOR_SHARE < before:
        return f"{words}, level with {found.compared}"
    return f"{words}, {usd_change(change)} on {found.compared}"


def figure(found: Ranked, palette: Palette, height: int = PAIR_HEIGHT) -> go.Figure:
    """Draw the bars: amount and change in columns at the right, where no tick is hit."""
    rows = found.rows
    names = [shown(name, found.dimension) for name in rows["name"]]
    places = list(range(rows.height))
    amounts = rows.select((pl.col("now", "before").cast(pl.Float64)) / 10**12)
    said = [usd_short(now) for now in rows["now"]]
    drawn = go.Figure(
        go.Bar(
            x=amounts["now"].to_list(),
            y=places,
            orientation="h",
            marker={"color": [palette.focus, *([palette.soft] * (rows.height - 1))]},
            customdata=list(zip(rows["name"], names, said, strict=True)),
            hovertemplate="%{customdata[1]}: %{customdata[2]}<extra></extra>",
            selected={"marker": {"opacity": 1}},
            unselected={"marker": {"opacity": 1}},
        )
    )
    styled(drawn, palette, height)
    notes = [
        note
        for place, now, before in zip(places, rows["now"], rows["before"], strict=True)
        for note in _amounts(palette, place, now, before, compared=found.compared is not None)
    ]
    ticks = [
        {
            "type": "line", "x0": before, "x1": before, "y0": place - 0.38, "y1": place + 0.38,
            "line": {"color": palette.ink, "width": 2.5},
        }
        for place, before in zip(places, amounts["before"], strict=True)
        if found.compared is not None and before is not None
    ]  # fmt: skip
    drawn.update_layout(annotations=notes, shapes=ticks)
    known = [*amounts["now"].drop_nulls(), *amounts["before"].drop_nulls()]
    largest = max(known, default=0) or 1
    drawn.update_xaxes(
        domain=[0, 0.74], range=[0, largest * 1.03], showticklabels=False, showline=False,
    )  # fmt: skip
    drawn.update_yaxes(
        range=[max(rows.height, _FEWEST_ROWS) - 0.5, -0.5],
        tickmode="array",
        tickvals=places,
        ticktext=names,
        tickfont={"color": palette.ink, "size": 13},
        showgrid=False,
    )
    return drawn


def _amounts(
    palette: Palette, place: int, now: int | None, before: int | None, *, compared: bool
) -> list[dict[str, Any]]:
    ends = {"xref": "paper", "xanchor": "right", "yanchor": "middle"}
    at = 0.87 if compared else 1.0
    amount = "no price" if now is None else f"<b>{usd_short(now)}</b>"
    notes = [labelled(amount, at, place, **ends)]
    if compared:
        known = now is not None and before is not None
        rose = (now or 0) - (before or 0) if known else 0
        change = percent_change(now or 0, before or 0) if known and (now or before) else UNKNOWN
        colour = palette.up if rose > 0 else palette.down if rose < 0 else palette.mute
        notes.append(labelled(change, 1.0, place, font={"color": colour}, **ends))
    return notes
