"""Cached share of input by day, one small chart each, and the day on which one broke."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import plotly.graph_objects as go
import polars as pl
from plotly.subplots import make_subplots

from app.charts.amounts import percent
from app.charts.measures import share
from app.charts.palette import Palette
from app.charts.style import PAIR_HEIGHT, styled
from app.charts.words import opening, shown

MOST = 6
_COLUMNS = 3

#: A shift is at least this large, and lasts this many days on both sides.
SHIFT = Decimal("0.10")
_LASTS_DAYS = 3


@dataclass(frozen=True, slots=True)
class CachedShare:
    """Rows of ``name``, ``day``, ``read``, ``input``: tokens read from cache, and all input.

    Attributes:
        dimension: What the names are names of.
    """

    rows: pl.DataFrame
    dimension: str


@dataclass(frozen=True, slots=True)
class Shift:
    """A lasting change of one share."""

    name: str
    day: date
    before: tuple[int, int]
    after: tuple[int, int]

    @property
    def size(self) -> Decimal:
        """How far the share moved; below 0 it fell."""
        return share(*self.after) - share(*self.before)


def cached_share(cube: pl.DataFrame, dimension: str) -> CachedShare:
    """Sum a cube to what the chart needs, those with the most input first."""
    sums = [
        pl.col("cache_read_tokens").sum().alias("read"),
        pl.col("input_tokens").sum().alias("input"),
    ]
    rows = cube.group_by(name=dimension, day="day").agg(sums).filter(pl.col("input") > 0)
    most = rows.group_by("name").agg(weight=pl.col("input").sum())
    kept = most.sort("weight", "name", descending=[True, False]).head(MOST)
    return CachedShare(
        rows.join(kept, on="name").sort("weight", "name", "day", descending=[True, False, False]),
        dimension,
    )


def finding(found: CachedShare) -> str:
    """Name the share that broke and the day, or the highest."""
    if found.rows.is_empty():
        return "No input in this period"
    if worst := worst_shift(found):
        verb = "fell" if worst.size < 0 else "rose"
        return (
            f"{opening(worst.name, found.dimension)}’s cached share {verb} from "
            f"{percent(*worst.before)} to {percent(*worst.after)} on {worst.day.day} {worst.day:%B}"
        )
    everything = int(found.rows["read"].sum()), int(found.rows["input"].sum())
    best = max(_names(found), key=lambda name: (share(*_pair(found, name)), name))
    if not everything[0]:
        return "Nothing was read from cache"
    words = f"{percent(*everything)} of input came from cache"
    if len(_names(found)) == 1:
        return words
    return f"{words}, most in {shown(best, found.dimension)}: {percent(*_pair(found, best))}"


def worst_shift(found: CachedShare) -> Shift | None:
    """Return the shift that moved most tokens, or None when no share moved for good."""
    shifts = [each for name in _names(found) if (each := _shift(found, name))]
    return max(
        shifts,
        key=lambda each: (abs(each.size) * sum(_pair(found, each.name)), each.name),
        default=None,
    )


def figure(found: CachedShare, palette: Palette) -> go.Figure:
    """Draw one line per name, all on the same scale from 0 to 100%."""
    names = _names(found)
    rows = max(1, -(-len(names) // _COLUMNS))
    titles = [
        f"{shown(name, found.dimension)} <b>{percent(*_pair(found, name))}</b>" for name in names
    ]
    columns = min(_COLUMNS, max(1, len(names)))
    drawn = make_subplots(
        rows, columns, shared_xaxes=True, shared_yaxes=True, subplot_titles=titles,
        horizontal_spacing=0.05, vertical_spacing=0.2 if rows > 1 else 0,
    )  # fmt: skip
    for k, name in enumerate(names):
        part = found.rows.filter(pl.col("name") == name)
        at = {"row": k // columns + 1, "col": k % columns + 1}
        pairs = part.select("day", "read", "input").rows()
        broken = _shift(found, name)
        drawn.add_scatter(
            x=[day for day, _, _ in pairs],
            y=[read / whole for _, read, whole in pairs],
            mode="lines+markers" if len(pairs) == 1 else "lines",
            line={"color": palette.ink if broken else palette.focus, "width": 2},
            customdata=[f"{d.day} {d:%b}: {percent(r, i)}" for d, r, i in pairs],
            hovertemplate="%{customdata}<extra></extra>",
            **at,
        )
    styled(drawn, palette, PAIR_HEIGHT, t=28)
    drawn.update_annotations(font={"size": 13, "color": palette.ink})
    drawn.update_xaxes(tickformat="%-d %b", nticks=3)
    drawn.update_yaxes(range=[0, 1], tickformat=".0%", tickvals=[0, 0.5, 1])
    return drawn


def _shift(found: CachedShare, name: str) -> Shift | None:
    """Find the day that splits a series into the two most different stretches."""
    part = found.rows.filter(pl.col("name") == name).sort("day")
    days, read, whole = (part[column].to_list() for column in ("day", "read", "input"))
    best: Shift | None = None
    weight = Decimal(0)
    for k in range(_LASTS_DAYS, len(days) - _LASTS_DAYS + 1):
        before, after = (sum(read[:k]), sum(whole[:k])), (sum(read[k:]), sum(whole[k:]))
        each = Shift(name, days[k], before, after)
        # The plainest split of a noisy series lies towards its middle.
        evidence = abs(each.size) * (k * (len(days) - k))
        if evidence > weight and abs(each.size) >= SHIFT:
            best, weight = each, evidence
    return best


def _names(found: CachedShare) -> list[str]:
    return found.rows["name"].unique(maintain_order=True).to_list()


def _pair(found: CachedShare, name: str) -> tuple[int, int]:
    part = found.rows.filter(pl.col("name") == name)
    return int(part["read"].sum()), int(part["input"].sum())
