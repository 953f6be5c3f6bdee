"""Explore: any two dimensions, any measure, down to the charges of one request."""

from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from app.charts import explore_bars, explore_days
from app.charts.amounts import percent, usd_short
from app.charts.measures import MEASURES
from app.charts.palette import Palette, model_slots
from app.charts.words import NAMES, shown
from app.dashboard.answers import DEAREST, dearest, spent_models
from app.dashboard.card import card, chart, headline, right
from app.dashboard.cube import MORE_DIMENSIONS
from app.dashboard.filters import Selection, clear
from app.dashboard.store import snapshot
from app.pricing_basis import Basis
from app.views.explain import explain_dialog
from app.views.explore_table import requests_table, row_table

TITLE = "Explore"
NEEDS_USAGE = True

ROWS = (
    "team", "model", "workload", "api_key", "project", "service_tier", "context_band", "provider",
    "price_version", "unpriced_reason", *MORE_DIMENSIONS,
)  # fmt: skip
NO_SPLIT = "none"
STEPS = ("Total", "Day", "Week")
PAGE = 20
LONG = "long"
_MONDAY, _SUNDAY = 0, 6


@dataclass(frozen=True, slots=True)
class Preset:
    """A question worth a name: what it sets, and what it filters."""

    rows: str
    split: str
    measure: str
    by: str
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What the controls say."""

    rows: str
    split: str | None
    measure: str
    by: str


def render(selection: Selection, palette: Palette) -> None:
    """Draw the page."""
    choice = _controls(selection)
    more = tuple(name for name in MORE_DIMENSIONS if name in (choice.rows, choice.split))
    cube = selection.now
    if more:
        with st.skeleton(height=280):
            read = snapshot(more, selection.snapshot.grain, selection.snapshot.asked)
            cube = selection.narrowed(read.cube)
    picked: list[str] = []
    card("chart", partial(_chart, selection, cube, choice, palette))
    card("table", partial(_rows, selection, cube, choice, picked))
    if picked:
        card("requests", partial(_requests, selection, choice, picked[0]))


def open_at(dimension: str, value: str) -> None:
    """Leave the page for Explore, at one value of a dimension."""
    st.session_state["open_at"] = (dimension, value)
    # Without parameters Streamlit would clear the bound ones, and refuses to.
    st.switch_page(st.session_state["pages"][TITLE], query_params={})


def _controls(selection: Selection) -> Choice:
    _arrive()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("Rows", width="content")
        rows = st.selectbox(
            "Rows", ROWS, format_func=_name, key="rows", bind="query-params", width=150,
            label_visibility="collapsed",
        )  # fmt: skip
        st.markdown("split by", width="content")
        split = st.selectbox(
            "Split", (NO_SPLIT, *ROWS), index=2, format_func=_name, key="split",
            bind="query-params", width=150, disabled=_by() != "Total",
            label_visibility="collapsed",
        )  # fmt: skip
        measure = st.segmented_control(
            "Measure", list(MEASURES), default="Cost", required=True, key="measure",
            bind="query-params", label_visibility="collapsed",
        )  # fmt: skip
        by = st.segmented_control(
            "by", STEPS, default="Total", required=True, key="by", bind="query-params",
            label_visibility="collapsed",
        )  # fmt: skip
        _presets(selection)
    wanted = None if split in (NO_SPLIT, rows, None) or by != "Total" else split
    return Choice(rows or "team", wanted, measure or "Cost", by or "Total")


def _arrive() -> None:
    """Take over what another page asked for, before the widgets are drawn."""
    if asked := st.session_state.pop("open_at", None):
        dimension, value = asked
        _set(rows=dimension, split="model", measure="Cost", by="Total")
        st.session_state["picked"] = value


def _presets(selection: Selection) -> None:
    reasons = selection.snapshot.cube["unpriced_reason"].unique().to_list()
    missing = tuple(
        sorted(reason for reason in reasons if shown(reason, "unpriced_reason") != "priced")
    )
    presets = {
        "Cache: which broke, when": Preset("workload", NO_SPLIT, "Cached share", "Day"),
        "Service tier: what runs where": Preset("workload", "service_tier", "Requests", "Total"),
    }
    if LONG in selection.snapshot.cube["context_band"]:
        only_long = (("context", (LONG,)),)
        presets["Long context: who pays for it"] = Preset(
            "workload", "model", "Cost", "Total", only_long
        )
    if missing:
        filters = (("unpriced", missing),)
        presets["Unpriced: which, and why"] = Preset(
            "model", "unpriced_reason", "Requests", "Total", filters
        )
    st.menu_button(
        "Presets", list(presets), key="preset", on_click=_apply_chosen, args=(presets,),
    )  # fmt: skip


def _apply_chosen(presets: dict[str, Preset]) -> None:
    if preset := presets.get(st.session_state["preset"]):
        _apply(preset)


def _apply(preset: Preset) -> None:
    clear()
    _set(rows=preset.rows, split=preset.split, measure=preset.measure, by=preset.by)
    for key, values in preset.filters:
        st.session_state[key] = list(values)


def _chart(selection: Selection, cube: pl.DataFrame, choice: Choice, palette: Palette) -> None:
    measure = MEASURES[choice.measure]
    slots = _slots(selection)
    scope = selection.scope
    if choice.by == "Total":
        bars = explore_bars.bars(cube, choice.rows, choice.split, measure)
        said = explore_bars.finding(bars)
        headline(said, f"{explore_bars.encoding(choice.rows, choice.split, measure)}, {scope}")
        chart(explore_bars.figure(bars, palette, slots), said, "explore")
        return
    days = (selection.period.first, selection.period.last)
    lines = explore_days.lines(cube, choice.rows, measure, choice.by, days)
    said = explore_days.finding(lines)
    unit = f"{measure.unit} per {choice.by.lower()} by {NAMES[choice.rows].lower()}"
    headline(said, f"{unit}, {scope}{_cut_weeks(choice.by, days)}")
    chart(explore_days.figure(lines, palette, slots), said, "explore")


def _cut_weeks(by: str, days: tuple[date, date]) -> str:
    """Say which weeks of a chart are not whole, lest they look like a fall."""
    first, last = (days[0].weekday() != _MONDAY, days[1].weekday() != _SUNDAY)
    if by != "Week" or not (first or last):
        return ""
    which = (
        "first and last weeks are" if first and last else f"{'first' if first else 'last'} week is"
    )
    return f"; the {which} not whole"


def _rows(selection: Selection, cube: pl.DataFrame, choice: Choice, picked: list[str]) -> None:
    table = row_table(cube, choice.rows, selection.period)
    count = len(table.values)
    noun = "row" if count == 1 else "rows"
    in_all = "without a price"
    if table.cost_pico is not None:
        in_all = f"{usd_short(table.cost_pico)} in all"
    headline(
        f"{count} {noun}, {in_all}",
        f"{selection.scope}. Select a row to list its requests",
    )
    asked = st.session_state.pop("picked", None)
    rows = [table.values.index(asked)] if asked in table.values else []
    preselected: Any = {"selection": {"rows": rows, "columns": [], "cells": []}} if rows else None
    found = st.dataframe(
        table.frame, hide_index=True, on_select="rerun", selection_mode="single-row",
        column_config=table.columns, key=f"rows_{choice.rows}", selection_default=preselected,
        height="content" if count <= PAGE else 420, alt=f"Usage by {NAMES[choice.rows].lower()}",
    )  # fmt: skip
    st.download_button(
        "Download CSV", table.csv, f"explore-by-{choice.rows}.csv", "text/csv", type="tertiary",
        on_click="ignore", icon=":material/download:",
    )  # fmt: skip
    picked += [table.values[row] for row in found["selection"]["rows"][:1] if row < count]


def _requests(selection: Selection, choice: Choice, value: str) -> None:
    filters = {**selection.filters, choice.rows: (value,)}
    asked = replace(selection.question, where=tuple(sorted(filters.items())))
    found = dearest(asked, selection.basis.book)
    name = shown(value, choice.rows)
    headline(_requests_finding(found, name), "Dearest first. Select one to see every charge")
    pages = -(-found.height // PAGE)
    page = 1
    holder = st.container()
    if pages > 1:
        page = st.pagination(pages, key=f"page_{choice.rows}_{value}")
    with holder:
        part = found[(page - 1) * PAGE : page * PAGE]
        shown_requests = requests_table(part)
        picked = st.dataframe(
            shown_requests, hide_index=True, on_select="rerun", selection_mode="single-row",
            height="content", key=f"requests_{choice.rows}_{value}_{page}", alt="Requests",
            column_config=right(["Input", "Cached", "Output", "Cost"]),
        )  # fmt: skip
    if rows := picked["selection"]["rows"]:
        _explain_once(str(part["event_id"][rows[0]]), selection.basis)
    else:
        st.session_state.pop("explained", None)


def _explain_once(event_id: str, used: Basis) -> None:
    """Open the dialog when a row is selected, not again on every rerun."""
    if st.session_state.get("explained") != event_id:
        st.session_state["explained"] = event_id
        explain_dialog(event_id, used)


def _requests_finding(found: pl.DataFrame, name: str) -> str:
    if found.height < DEAREST:
        count = f"{found.height:,} request{'' if found.height == 1 else 's'} of {name}"
    else:
        count = f"The {DEAREST} dearest requests of {name}"
    costs = found["cost_pico"].drop_nulls()
    if not len(costs):
        return f"{count}, none with a price"
    top, whole = int(costs[0]), int(costs.sum())
    of_it = percent(top, whole)
    return f"{count} cost {usd_short(whole)}; the dearest {usd_short(top)}, {of_it} of it"


def _slots(selection: Selection) -> dict[str, int]:
    return model_slots(spent_models(selection.snapshot))


def _set(**widgets: str) -> None:
    for key, value in widgets.items():
        st.session_state[key] = value


def _by() -> str:
    """Return the step before its widget is drawn: there is no split over time."""
    return str(st.session_state.get("by") or st.query_params.get("by") or "Total")


def _name(dimension: str) -> str:
    return "none" if dimension == NO_SPLIT else NAMES[dimension]
