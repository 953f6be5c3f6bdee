"""What a request costs now and then, per workload: two dots and the way between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

import plotly.graph_objects as go

from app.charts.option_costs import short, usd
from app.charts.palette import Palette
from app.charts.style import labelled, styled

_ROW_HEIGHT = 34
_FRAME_HEIGHT = 84
#: Beside the outermost dots, in powers of ten.
_ROOM = 0.06


@dataclass(frozen=True, slots=True)
class Pair:
    """One workload.

    Attributes:
        now: US dollars of a request under the old model.
        then: The same under the new one, at the medians.
        p10, p90: Range of it in the draws.
        words: What stands at the right: what a month costs more or less.
    """

    name: str
    now: float
    then: float
    p10: float
    p90: float
    words: str


def dumbbell(pairs: Sequence[Pair], models: tuple[str, str], palette: Palette) -> go.Figure:
    """Draw workloads below each other in the order given, on a scale of equal ratios.

    Args:
        pairs: Those that cost something.
        models: Names of the old and the new model.
        palette: Of the theme.
    """
    shown = [pair for pair in pairs if pair.now > 0 and pair.then > 0]
    names = [short(pair.name, 28) for pair in shown]
    figure = go.Figure()
    for pair, name in zip(shown, names, strict=True):
        colour = palette.up if pair.then > pair.now else palette.down
        figure.add_trace(_way([pair.p10, pair.p90], name, palette.base, 7))
        figure.add_trace(_way([pair.now, pair.then], name, colour, 2))
    hover = [[usd(p.now), usd(p.then), usd(p.p10), usd(p.p90), p.words] for p in shown]
    for values, model, colour, symbol in (
        ([pair.now for pair in shown], models[0], palette.focus, "circle-open"),
        ([pair.then for pair in shown], models[1], palette.ink, "circle"),
    ):
        figure.add_trace(_dots(values, names, model, colour, symbol, hover))
    styled(figure, palette, _FRAME_HEIGHT + _ROW_HEIGHT * len(shown), r=150, t=30)
    for pair, name in zip(shown, names, strict=True):
        figure.add_annotation(
            labelled(
                pair.words, 1, 0, xref="paper", xanchor="left", xshift=8,
                font={"size": 12, "color": palette.ink},
            )
            | {"y": name}
        )  # fmt: skip
    figure.add_annotation(
        labelled(
            f"○ {models[0]} now   ● {models[1]} then   ▬ P10–P90", 0, 1, xref="paper",
            yref="paper", xanchor="left", yanchor="bottom", yshift=6,
            font={"size": 12, "color": palette.mute},
        )
    )  # fmt: skip
    ends = [each for p in shown for each in (p.now, p.then, p.p10, p.p90) if each > 0]
    if ends:
        figure.update_xaxes(range=[log10(min(ends)) - _ROOM, log10(max(ends)) + _ROOM])
    figure.update_yaxes(autorange="reversed", dtick=1, showgrid=False)
    figure.update_xaxes(
        type="log", tickformat="$~g", dtick="D2" if _narrow(shown) else 1,
        showgrid=True, gridcolor=palette.grid,
    )  # fmt: skip
    return figure


def _narrow(pairs: Sequence[Pair]) -> bool:
    """Tell whether all amounts lie within a factor of a hundred: ticks at 1, 2 and 5 then fit."""
    ends = [each for pair in pairs for each in (pair.now, pair.then)]
    return bool(ends) and max(ends) / min(ends) < 100  # noqa: PLR2004


def _way(ends: list[float], name: str, colour: str, width: int) -> go.Scatter:
    return go.Scatter(
        x=ends, y=[name, name], mode="lines", line={"color": colour, "width": width},
        hoverinfo="skip",
    )  # fmt: skip


def _dots(
    values: list[float],
    names: list[str],
    model: str,
    colour: str,
    symbol: str,
    hover: list[list[str]],
) -> go.Scatter:
    return go.Scatter(
        x=values,
        y=names,
        name=model,
        mode="markers",
        marker={"color": colour, "size": 11, "symbol": symbol, "line": {"width": 2}},
        customdata=hover,
        hovertemplate="now %{customdata[0]}, then %{customdata[1]}"
        " (%{customdata[2]} to %{customdata[3]}) a request<br>%{customdata[4]}<extra></extra>",
    )
