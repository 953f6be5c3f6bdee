"""What all figures share: fonts, axes, margins."""

from datetime import datetime
from html import escape
from typing import Any

import plotly.graph_objects as go

from app.charts.palette import Palette

PAIR_HEIGHT = 280
WIDE_HEIGHT = 230

#: Letters of a legend that fit on one line of a chart in a pair, and of a wide one.
PAIR_LETTERS, WIDE_LETTERS = 92, 190

#: What a legend entry takes beside its name.
_ENTRY_LETTERS = 5
_LINE_HEIGHT = 17

#: Below so many US dollars an axis has ticks below one dollar, which `$~s` writes as "$500m".
_TENS_USD = 10


def styled(
    figure: go.Figure, palette: Palette, height: int = PAIR_HEIGHT, **margin: int
) -> go.Figure:
    """Give a figure the house style."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8} | margin,
        showlegend=False,
        bargap=0.28,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        separators=".,",
        font={"family": '"Source Sans", sans-serif', "size": 13, "color": palette.ink},
        hoverlabel={
            "bgcolor": palette.background,
            "bordercolor": palette.base,
            "font": {"color": palette.ink},
        },
        dragmode=False,
    )
    ticks = {"color": palette.mute, "size": 12}
    figure.update_xaxes(
        showgrid=False, zeroline=False, linecolor=palette.base, tickfont=ticks, automargin=True,
    )  # fmt: skip
    figure.update_yaxes(gridcolor=palette.grid, zeroline=False, tickfont=ticks, automargin=True)
    return figure


def legend_on_top(figure: go.Figure, palette: Palette, letters: int = WIDE_LETTERS) -> None:
    """Write the legend above the plot, in the order of the stack, on as few lines as fit.

    Plotly's own gives every entry the width of the longest.

    Args:
        figure: Its traces have a name and a colour; a single one needs no legend.
        palette: For the text.
        letters: How many fit on one line.
    """
    entries = [(str(trace.name), _colour(trace)) for trace in figure.data]
    if len(entries) < 2:  # noqa: PLR2004  one series is named by the caption
        return
    lines: list[list[str]] = [[]]
    used = 0
    for name, colour in entries:
        if used and used + len(name) + _ENTRY_LETTERS > letters:
            lines.append([])
            used = 0
        used += len(name) + _ENTRY_LETTERS
        lines[-1].append(f'<span style="color:{colour};font-size:15px">■</span> {escape(name)}')
    text = "<br>".join("&nbsp;&nbsp;&nbsp;".join(line) for line in lines)
    figure.add_annotation(
        labelled(
            text, 0, 1.0, xref="paper", yref="paper", xanchor="left", yanchor="bottom",
            align="left", yshift=6, font={"size": 12, "color": palette.ink},
        )
    )  # fmt: skip
    figure.update_layout(margin_t=14 + _LINE_HEIGHT * len(lines))


def _colour(trace: Any) -> str:
    line = getattr(trace, "line", None)
    return str((line and line.color) or trace.marker.color)


def labelled(text: str, x: float | datetime, y: float, **more: Any) -> dict[str, Any]:
    """Return an annotation without an arrow."""
    return {"text": text, "x": x, "y": y, "showarrow": False} | more


def usd_ticks(most: float) -> str:
    """Return how an axis of US dollars writes its ticks; short words are for tens and more.

    Args:
        most: The largest amount on the axis.
    """
    return "$~s" if most >= _TENS_USD else "$~f"
