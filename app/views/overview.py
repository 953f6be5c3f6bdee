"""Overview: what was spent, by whom, and what is behind it."""

from collections.abc import Callable
from datetime import date
from functools import partial

import polars as pl
import streamlit as st

from app.charts import cached_share, daily_spend, ranked_bars
from app.charts.amounts import UNKNOWN, percent, usd_short
from app.charts.palette import OTHER, Palette, model_slots
from app.charts.style import WIDE_HEIGHT
from app.charts.words import NAMES, plural, shown
from app.dashboard import prices_in_force as prices
from app.dashboard.answers import spent_models
from app.dashboard.card import card, chart, clickable, headline, right
from app.dashboard.cube import summed
from app.dashboard.filters import ENGINEERING, FILTER_OF, Selection, only
from app.dashboard.trust import dated
from app.views.explore import open_at
from app.views.overview_tiles import draw_tiles

TITLE = "Overview"
NEEDS_USAGE = True

#: Who may be a spender, in the order of preference.
_SPENDERS = ("team", "workload", "api_key", "service_tier", "model")
_MOST_PRICES, _PRICES_HEIGHT = 12, 388


def render(selection: Selection, palette: Palette) -> None:
    """Draw the page. The reader's view decides what comes first, not what there is."""
    draw_tiles(selection)
    daily = partial(_daily, selection, palette)
    spenders, workers = _spenders(selection.now)
    teams = partial(_ranked, selection, palette, spenders)
    workloads = partial(_ranked, selection, palette, workers)
    cached = partial(_cached, selection, palette)
    spend: list[tuple[str, Callable[[], None]]] = [("daily spend", daily), ("teams", teams)]
    work: list[tuple[str, Callable[[], None]]] = [
        ("workloads", workloads),
        ("cached share", cached),
    ]
    first, second = (work, spend) if selection.view == ENGINEERING else (spend, work)
    for pair in (first, second):
        _pair(pair)
    _pair([("keys", partial(_keys, selection)), ("prices", partial(_prices, selection))])


def _pair(cards: list[tuple[str, Callable[[], None]]]) -> None:
    for column, (name, draw) in zip(st.columns([6, 5]), cards, strict=True):
        with column:
            card(name, draw)


def _spenders(cube: pl.DataFrame) -> tuple[str, str]:
    """Return two dimensions worth ranking: filtered to one team, its keys say more than itself."""
    varied = [name for name in _SPENDERS if cube[name].n_unique() > 1]
    first, second, *_ = [*varied, *(name for name in _SPENDERS if name not in varied)]
    return first, second


def _daily(selection: Selection, palette: Palette) -> None:
    rows = summed(selection.now, ["day", "model"]).filter(pl.col("cost_pico").is_not_null())
    found = daily_spend.DailySpend(
        rows.select("day", "model", "cost_pico"),
        slots_of(selection),
        selection.period.first,
        selection.period.last,
        selection.today,
        _price_changes(selection),
    )
    said = daily_spend.finding(found)
    headline(said, f"USD per day by model, {selection.period.name}")
    chart(daily_spend.figure(found, palette, WIDE_HEIGHT + 50), said, "daily")


def _ranked(selection: Selection, palette: Palette, dimension: str) -> None:
    compared = selection.compared.name if selection.compared else None
    earlier = summed(selection.earlier, [dimension]) if selection.earlier is not None else None
    found = ranked_bars.ranked(summed(selection.now, [dimension]), earlier, dimension, compared)
    said = ranked_bars.finding(found)
    tick = f"; tick and change: {compared}" if compared else ""
    by = NAMES[dimension].lower()
    headline(
        said,
        f"USD by {by}, {selection.period.name}{tick}. Click a bar to see only it",
    )
    clickable(
        ranked_bars.figure(found, palette), said, dimension, partial(only, FILTER_OF[dimension])
    )


def _cached(selection: Selection, palette: Palette) -> None:
    found = cached_share.cached_share(selection.now, "workload")
    said = cached_share.finding(found)
    headline(said, f"% of input tokens read from cache, by workload, {selection.period.name}")
    chart(cached_share.figure(found, palette), said, "cached")


def _keys(selection: Selection) -> None:
    compared = selection.compared.name if selection.compared else None
    earlier = summed(selection.earlier, ["api_key"]) if selection.earlier is not None else None
    now = summed(selection.now, ["api_key"])
    found = ranked_bars.ranked(now, earlier, "api_key", compared)
    headline(
        ranked_bars.finding(found),
        f"USD by key, {selection.period.name}. Select a row to explore it",
    )
    whole = int(found.rows["now"].sum())
    table = pl.DataFrame(
        {
            "Key": [shown(name, "api_key") for name in found.rows["name"]],
            "Cost": [usd_short(cost) for cost in found.rows["now"]],
            "Share": [UNKNOWN if c is None else percent(c, whole) for c in found.rows["now"]],
            compared or "Before": [usd_short(cost) for cost in found.rows["before"]],
        }
    )
    picked = st.dataframe(
        table, height="content", hide_index=True, on_select="rerun",
        selection_mode="single-row", key="keys_table", alt=f"Cost by {plural('api_key')}",
        column_config=right(table.columns[1:]),
    )  # fmt: skip
    if rows := picked["selection"]["rows"]:
        name = found.rows["name"][rows[0]]
        if name != OTHER:
            open_at("api_key", name)


def _prices(selection: Selection) -> None:
    day = selection.snapshot.asked.prices_on or selection.period.last
    in_force = prices.prices_in_force(selection.now, selection.basis.book, day)
    headline(
        prices.finding(in_force),
        f"USD per 1M tokens, short context, on {dated(day, selection)}; most spent first",
    )
    st.dataframe(
        pl.DataFrame(
            {
                "Price version": [price.price_version for price in in_force],
                "Input": [prices.per_million(price.input_pico) for price in in_force],
                "Cached": [prices.per_million(price.cached_pico) for price in in_force],
                "Output": [prices.per_million(price.output_pico) for price in in_force],
            }
        ),
        height="content" if len(in_force) <= _MOST_PRICES else _PRICES_HEIGHT,
        hide_index=True,
        key="prices_table",
        alt="List prices in force",
        column_config=right(["Input", "Cached", "Output"]),
    )


def slots_of(selection: Selection) -> dict[str, int]:
    """Return the colour slot of each model: by spend over all time, whatever the filters."""
    return model_slots(spent_models(selection.snapshot))


def _price_changes(selection: Selection) -> list[tuple[date, str]]:
    """Return the price changes within what is shown; at the prices of one day there are none."""
    if selection.snapshot.asked.prices_on:
        return []
    return prices.price_changes(selection.now, selection.basis.book)
