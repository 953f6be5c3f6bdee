"""What each option costs a month: a bar each, with the range that its draws cover."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from app.charts.amounts import usd_short
from app.charts.palette import Palette
from app.charts.style import labelled, styled, usd_ticks

_ROW_HEIGHT = 30
_FRAME_HEIGHT = 70
_PICO_PER_USD = 10**12


@dataclass(frozen=True, slots=True)
class Bar:
    """One option.

    Attributes:
        kind: ``today``, ``scenario``, ``baseline`` or ``single model``.
        point, p10, p90: US dollars a month.
    """

    name: str
    kind: str
    point: float
    p10: float
    p90: float


def option_costs(bars: Sequence[Bar], palette: Palette) -> go.Figure:
    """Draw options below each other in the order given, with a line at the first: today's mix."""
    colours = {
        "today": palette.ink,
        "scenario": palette.ramp[3],
        "baseline": palette.focus,
        "single model": palette.soft,
    }
    places = list(range(len(bars)))
    figure = go.Figure(
        go.Bar(
            x=[bar.point for bar in bars],
            y=places,
            orientation="h",
            marker={"color": [colours[bar.kind] for bar in bars]},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [max(bar.p90 - bar.point, 0) for bar in bars],
                "arrayminus": [max(bar.point - bar.p10, 0) for bar in bars],
                "color": palette.slots[-1],
                "thickness": 1.2,
                "width": 3,
            },
            customdata=[[usd(bar.point), usd(bar.p10), usd(bar.p90), bar.name] for bar in bars],
            hovertemplate="%{customdata[3]}<br>%{customdata[0]} a month<br>"
            "P10–P90 %{customdata[1]} to %{customdata[2]}<extra></extra>",
        )
    )
    styled(figure, palette, _FRAME_HEIGHT + _ROW_HEIGHT * len(bars), r=70)
    most = max((max(bar.p90, bar.point) for bar in bars), default=1.0) or 1.0
    for bar, place in zip(bars, places, strict=True):
        figure.add_annotation(
            labelled(
                usd(bar.point), max(bar.p90, bar.point), place, xanchor="left", xshift=6,
                font={"size": 12, "color": palette.ink}, bgcolor=palette.background,
            )
        )  # fmt: skip
    if bars:
        figure.add_vline(x=bars[0].point, line={"color": palette.ink, "width": 1, "dash": "dot"})
    # By place, not by name: names that are cut to one text would share a bar.
    figure.update_yaxes(
        autorange="reversed", showgrid=False, tickvals=places,
        ticktext=[short(bar.name, 52) for bar in bars],
    )  # fmt: skip
    figure.update_xaxes(
        tickformat=usd_ticks(most), nticks=5, range=[0, most * 1.14], showgrid=True,
        gridcolor=palette.grid,
    )  # fmt: skip
    return figure


def short(name: str, most: int = 52) -> str:
    """Cut a name that is too long for an axis, and keep it from being read as markup."""
    text = name if len(name) <= most else f"{name[: most - 1]}…"
    return text.replace("&", "&amp;").replace("<", "&lt;")


def usd(amount: float) -> str:
    """Write an amount of US dollars that is no ledger's, short."""
    return usd_short(round(amount * _PICO_PER_USD))
