"""What an answer hangs on: a bar for each parameter, from its P10 to its P90, the widest first."""

from collections.abc import Sequence

import plotly.graph_objects as go

from app.charts.option_costs import short, usd
from app.charts.palette import Palette
from app.charts.style import labelled, styled, usd_ticks
from models.compare.option import Bar

MOST = 8
_ROW_HEIGHT = 34
_FRAME_HEIGHT = 60


def tornado(bars: Sequence[Bar], middle: float, palette: Palette, per: float = 1.0) -> go.Figure:
    """Draw a tornado.

    Args:
        bars: The widest first; those beyond `MOST` are left out.
        middle: Cost with every parameter at its median, in US dollars.
        palette: Colours.
        per: What all amounts are divided by, such as the months of the period.
    """
    shown = bars[:MOST]
    names = [short(bar.words or bar.parameter, 64) for bar in shown]
    places = list(range(len(shown)))
    figure = go.Figure()
    for label, which, colour in (("P10", 0, palette.down), ("P90", 1, palette.up)):
        ends = [(bar.at_p10, bar.at_p90)[which] for bar in shown]
        figure.add_trace(
            go.Bar(
                name=label,
                y=places,
                x=[(end - middle) / per for end in ends],
                base=middle / per,
                orientation="h",
                marker={"color": colour},
                customdata=[[name, usd(end / per)] for name, end in zip(names, ends, strict=True)],
                hovertemplate=f"%{{customdata[0]}}<br>at its {label}: %{{customdata[1]}}"
                "<extra></extra>",
            )
        )
        for place, end in zip(places, ends, strict=True):
            right = end >= middle
            figure.add_annotation(
                labelled(
                    usd(end / per), end / per, place, xanchor="left" if right else "right",
                    xshift=5 if right else -5, font={"size": 12, "color": palette.ink},
                )
            )  # fmt: skip
    styled(figure, palette, _FRAME_HEIGHT + _ROW_HEIGHT * len(shown))
    figure.update_layout(barmode="overlay")
    figure.add_vline(x=middle / per, line={"color": palette.ink, "width": 1})
    # By place, not by name: names that are cut to one text would share a bar.
    figure.update_yaxes(autorange="reversed", showgrid=False, tickvals=places, ticktext=names)
    ends = [end / per for bar in shown for end in (bar.at_p10, bar.at_p90)] or [middle / per]
    room = 0.16 * (max(ends) - min(ends) or 1.0)
    figure.update_xaxes(
        tickformat=usd_ticks(max(ends)), nticks=5, showgrid=True, gridcolor=palette.grid,
        range=[min(ends) - room, max(ends) + room],
    )  # fmt: skip
    return figure
