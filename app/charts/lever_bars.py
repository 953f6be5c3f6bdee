"""What levers save a month, overlaps counted once, and what of each is blocked."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from app.charts.option_costs import short, usd
from app.charts.palette import Palette
from app.charts.style import labelled, styled, usd_ticks

_ROW_HEIGHT = 34
_FRAME_HEIGHT = 50


@dataclass(frozen=True, slots=True)
class LeverBar:
    """One lever.

    Attributes:
        saves: US dollars a month, after the levers before it.
        blocked: What it would save but for something, in US dollars a month; None: unknown.
    """

    name: str
    saves: float
    blocked: float | None


def lever_bars(levers: Sequence[LeverBar], palette: Palette) -> go.Figure:
    """Draw levers below each other, the largest first; what is blocked is written beside."""
    shown = sorted(levers, key=lambda each: (-each.saves, each.name))
    names = [short(each.name) for each in shown]
    colours = [palette.focus, *([palette.soft] * (len(shown) - 1))]
    figure = go.Figure(
        go.Bar(
            x=[each.saves for each in shown],
            y=names,
            orientation="h",
            marker={"color": colours[: len(shown)]},
            customdata=[[usd(each.saves), _blocked(each)] for each in shown],
            hovertemplate="%{y}<br>%{customdata[0]} a month<br>%{customdata[1]}<extra></extra>",
        )
    )
    styled(figure, palette, _FRAME_HEIGHT + _ROW_HEIGHT * len(shown), r=150)
    for each, name in zip(shown, names, strict=True):
        figure.add_annotation(
            labelled(
                f"<b>{usd(each.saves)}</b>", each.saves, 0, xanchor="left", xshift=6,
            )
            | {"y": name}
        )  # fmt: skip
        figure.add_annotation(
            labelled(
                _blocked(each), 1, 0, xref="paper", xanchor="left", xshift=12,
                font={"size": 12, "color": palette.mute},
            )
            | {"y": name}
        )  # fmt: skip
    most = max((each.saves for each in shown), default=0.0) or 1.0
    figure.update_yaxes(autorange="reversed", dtick=1, showgrid=False)
    figure.update_xaxes(
        tickformat=usd_ticks(most), nticks=5, range=[0, most * 1.16], showgrid=True,
        gridcolor=palette.grid,
    )  # fmt: skip
    return figure


def _blocked(each: LeverBar) -> str:
    if each.blocked is None:
        return "blocked: unknown"
    return f"{usd(each.blocked)} blocked" if each.blocked else "nothing blocked"
