"""The four figures on top of Overview, each beside what it was before."""

import streamlit as st

from app.charts.amounts import (
    MINUS,
    count_full,
    percent,
    percent_change,
    points_change,
    usd_short,
)
from app.charts.measures import share
from app.dashboard.cube import cost_of, total
from app.dashboard.filters import Selection
from app.dashboard.trust import opened, unpriced

#: What fits beside a figure before Streamlit cuts it.
_ROOM = 26

_NEUTRAL, _WORSE, _BETTER = "gray", "red", "green"


def draw_tiles(selection: Selection) -> None:
    """Draw the tiles."""
    for column, draw in zip(st.columns(4), (_spend, _requests, _cached, _unpriced), strict=True):
        with column:
            draw(selection)


def _spend(selection: Selection) -> None:
    cost = cost_of(selection.now)
    past = cost_of(selection.earlier) if selection.earlier is not None else None
    change = f"{percent_change(cost, past)} vs {usd_short(past)}" if cost and past else None
    least = ", at least" if total(selection.now, "unpriced_requests") else ""
    _tile(
        f"Spend, {selection.period.name}{least}",
        usd_short(cost),
        change or _no_change(selection),
        rise=_WORSE,
        changed=change is not None,
        explained=_prices(selection),
    )


def _prices(selection: Selection) -> str:
    beside = f", beside {selection.compared.name}" if selection.compared else ""
    return f"{opened(selection.basis.words)}{beside}."


def _requests(selection: Selection) -> None:
    now = total(selection.now, "requests")
    past = total(selection.earlier, "requests") if selection.earlier is not None else 0
    change = f"{percent_change(now, past)} vs {count_full(past)}" if past else None
    _tile(
        f"Requests, {selection.period.name}",
        count_full(now),
        change or _no_change(selection),
        changed=change is not None,
    )


def _cached(selection: Selection) -> None:
    read, whole = total(selection.now, "cache_read_tokens"), total(selection.now, "input_tokens")
    change = None
    if selection.earlier is not None and (past := total(selection.earlier, "input_tokens")):
        past_read = total(selection.earlier, "cache_read_tokens")
        points = points_change(share(read, whole), share(past_read, past))
        change = f"{points} vs {percent(past_read, past)}"
    _tile(
        "Input read from cache",
        percent(read, whole),
        change or _no_change(selection),
        rise=_BETTER,
        changed=change is not None,
        explained="Share of input tokens that were billed at the cached rate.",
    )


def _unpriced(selection: Selection) -> None:
    missing = total(selection.now, "unpriced_requests")
    told = "everything has a price"
    if missing:
        models = unpriced(selection.now)["model"].unique(maintain_order=True).to_list()
        told = models[0] if len(models) == 1 else f"{len(models)} models"
        told = told if len(told) <= _ROOM else "one model, see Data"
    _tile(
        f"Unpriced requests, {selection.period.name}",
        count_full(missing),
        told,
        explained="Requests without a price are not in the spend. Data lists them.",
    )


def _no_change(selection: Selection) -> str:
    if selection.compared is not None:
        return f"none in {selection.compared.name}"
    first = selection.logs.first
    return f"no logs before {first.day} {first:%b}"


def _tile(
    label: str,
    value: str,
    beside: str,
    *,
    rise: str = _NEUTRAL,
    changed: bool = False,
    explained: str | None = None,
) -> None:
    """Draw a tile.

    Args:
        label: What it is, with its period.
        value: The figure.
        beside: Its change, or what is said in its place.
        rise: Colour of a rise; a fall has the opposite.
        changed: Whether ``beside`` is a change.
        explained: Shown on demand.
    """
    fell = beside.startswith(MINUS)
    moved = changed and not beside.startswith(("0%", "±"))
    opposite = {_WORSE: _BETTER, _BETTER: _WORSE, _NEUTRAL: _NEUTRAL}
    st.metric(
        label,
        value,
        beside,
        delta_color=(opposite[rise] if fell else rise) if moved else _NEUTRAL,  # type: ignore[arg-type]
        delta_arrow=("down" if fell else "up") if moved else "off",
        border=True,
        height="stretch",
        help=explained,
    )
