"""Cost against expected success: every option a point, and the best that money buys as a line."""

from collections.abc import Sequence

import plotly.graph_objects as go

from app.charts.option_costs import short, usd
from app.charts.palette import Palette
from app.charts.style import labelled, styled, usd_ticks
from models.compare.option import FrontierPoint, HullPoint

_HEIGHT = 360

#: Parts of the plot within which two names would cover each other, and where it ends for a name.
_NEAR_X, _NEAR_Y, _RIGHT = 0.2, 0.06, 0.75


def frontier(
    points: Sequence[FrontierPoint],
    hull: Sequence[HullPoint],
    palette: Palette,
    per: float = 1.0,
    mine: str = "",
) -> go.Figure:
    """Draw the frontier; options that none beats are dark and named.

    Args:
        points: The options whose success is known.
        hull: The best mixes, the cheapest first.
        palette: Colours.
        per: What costs are divided by, such as the months of the period.
        mine: The option that it is about: larger than the others, and always named.
    """
    figure = go.Figure(
        go.Scatter(
            x=[each.cost_usd / per for each in hull],
            y=[each.success for each in hull],
            mode="lines",
            line={"color": palette.ramp[1], "width": 2},
            hoverinfo="skip",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[each.cost_usd / per for each in points],
            y=[each.success for each in points],
            mode="markers",
            marker={
                "size": [14 if each.option == mine else 10 for each in points],
                "color": [palette.ramp[4] if each.on_frontier else palette.soft for each in points],
                "line": {"color": palette.mute, "width": 1},
            },
            customdata=[
                [short(each.option), usd(each.cost_usd / per), f"{each.non_dominated:.0%}"]
                for each in points
            ],
            hovertemplate="%{customdata[0]}<br>%{customdata[1]} a month, success %{y:.1%}<br>"
            "unbeaten in %{customdata[2]} of the draws<extra></extra>",
        )
    )
    styled(figure, palette, _HEIGHT, t=20, r=60)
    _name(figure, points, palette, per, mine)
    most = max((each.cost_usd / per for each in points), default=0.0)
    figure.update_xaxes(
        tickformat=usd_ticks(most), nticks=6, showgrid=True, gridcolor=palette.grid,
    )  # fmt: skip
    figure.update_yaxes(tickformat=".0%", nticks=6)
    return figure


def _name(
    figure: go.Figure, points: Sequence[FrontierPoint], palette: Palette, per: float, mine: str
) -> None:
    """Write names beside points; one that would cover another's name is told on hovering alone."""
    costs = [each.cost_usd / per for each in points] or [0.0]
    rates = [each.success for each in points] or [0.0]
    wide, high = max(costs) - min(costs) or 1.0, max(rates) - min(rates) or 1.0
    named: list[tuple[float, float]] = []
    # Those that none beats come after the one it is about; of equals the first given.
    for each in sorted(points, key=lambda point: (point.option != mine, not point.on_frontier)):
        x, y = (each.cost_usd / per - min(costs)) / wide, (each.success - min(rates)) / high
        if any(abs(x - other) < _NEAR_X and abs(y - beside) < _NEAR_Y for other, beside in named):
            continue
        named.append((x, y))
        right = x > _RIGHT
        side = -9 if right else 9
        figure.add_annotation(
            labelled(
                short(each.option), each.cost_usd / per, each.success,
                xanchor="right" if right else "left", xshift=side, yshift=-side,
                font={"size": 11, "color": palette.ink if each.on_frontier or each.option == mine
                      else palette.mute},
            )
        )  # fmt: skip
