"""What a contract leaves of a saving: a bar for each step from the list to what counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import plotly.graph_objects as go

from app.charts.option_costs import short, usd
from app.charts.palette import Palette
from app.charts.style import labelled, styled, usd_ticks

_ROW_HEIGHT = 40
_FRAME_HEIGHT = 50


@dataclass(frozen=True, slots=True)
class Step:
    """One bar.

    Attributes:
        usd: US dollars a month; below zero it costs more.
        kind: ``before`` (a saving to start from), ``locked`` (what the contract takes) or
            ``counts`` (what is left).
    """

    name: str
    usd: float
    kind: Literal["before", "locked", "counts"]


def locked_bars(steps: Sequence[Step], palette: Palette) -> go.Figure:
    """Draw the steps below each other, in the order given."""
    colours = {"before": palette.soft, "locked": palette.up, "counts": palette.down}
    names = [short(each.name) for each in steps]
    figure = go.Figure(
        go.Bar(
            x=[each.usd for each in steps],
            y=names,
            orientation="h",
            marker={"color": [colours[each.kind] for each in steps]},
            hovertemplate="%{y}: %{x:$,.2f} a month<extra></extra>",
        )
    )
    styled(figure, palette, _FRAME_HEIGHT + _ROW_HEIGHT * len(steps))
    for each, name in zip(steps, names, strict=True):
        left = each.usd < 0
        figure.add_annotation(
            labelled(
                f"<b>{usd(each.usd)}</b>", each.usd, 0, xanchor="right" if left else "left",
                xshift=-6 if left else 6,
            )
            | {"y": name}
        )  # fmt: skip
    ends = [0.0, *(each.usd for each in steps)]
    room = 0.16 * (max(ends) - min(ends) or 1.0)
    low = min(ends) - room if min(ends) < 0 else 0.0
    figure.update_yaxes(autorange="reversed", dtick=1, showgrid=False)
    figure.update_xaxes(
        tickformat=usd_ticks(max(ends)), nticks=5, range=[low, max(ends) + room], showgrid=True,
        gridcolor=palette.grid, zeroline=True, zerolinecolor=palette.base,
    )  # fmt: skip
    return figure
