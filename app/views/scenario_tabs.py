"""What a scenario comes to: a tab for each question, with one chart and the table under it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import streamlit as st

from app.charts.frontier import frontier
from app.charts.palette import Palette
from app.charts.tornado import tornado
from app.dashboard.card import card, chart, headline
from app.dashboard.filters import Selection
from app.output import csv_text
from app.views import scenario_findings as findings
from app.views.report_table import draw_section, draw_table
from app.whatif.ask import Prepared
from app.whatif.compare_details import kept, parameters, rules, workloads
from app.whatif.compare_figures import cost_chart
from app.whatif.compare_json import rows_of
from app.whatif.compare_tables import (
    against_baselines,
    frontier_table,
    options,
    tornado_table,
)
from app.whatif.sections import Notes
from models.compare.option import Comparison, Option

_PICO_PER_USD = 10**12


@dataclass(frozen=True, slots=True)
class Answered:
    """What was asked and found.

    Attributes:
        option: The scenario's, of the comparison.
    """

    selection: Selection
    prepared: Prepared
    comparison: Comparison
    option: Option


def draw_tabs(found: Answered, palette: Palette, more: Mapping[str, Callable[[], None]]) -> None:
    """Draw the tabs; only the open one is worked out.

    Args:
        found: What was found.
        palette: Colours.
        more: Further tabs by name.
    """
    drawers: dict[str, Callable[[], None]] = {
        "Compare": partial(_compare, found, palette),
        "Frontier": partial(_frontier, found, palette),
        "Sensitivity": partial(_sensitivity, found, palette),
        **more,
    }
    tabs = st.tabs(list(drawers), key="tab", bind="query-params")
    for tab, (name, draw) in zip(tabs, drawers.items(), strict=True):
        if tab.open:
            with tab:
                card(name.lower(), draw)


def _compare(found: Answered, palette: Palette) -> None:
    comparison, option = found.comparison, found.option
    said = findings.compared(comparison, option)
    headline(
        said,
        f"USD a month at the medians, {found.selection.scope}; whiskers P10–P90 of "
        f"{comparison.draws:,} draws; dotted: {comparison.today.name}",
    )
    chart(cost_chart(comparison, palette), said, "option_costs")
    draw_table(options(comparison), "options", without=("period",))
    draw_table(against_baselines(comparison), "baselines")
    columns, rows = rows_of(comparison)
    st.download_button(
        "CSV", csv_text(columns, rows), f"{option.name}.csv", "text/csv", type="tertiary",
        on_click="ignore",
    )  # fmt: skip
    _details(found)


def _details(found: Answered) -> None:
    """Draw what explains the figures, folded."""
    with st.expander("Rules, workloads, what was not moved, and what the figures rest on"):
        for make in (rules, kept, workloads, parameters):
            for place, section in enumerate(make(found.comparison)):
                draw_section(section, f"{make.__name__}_{place}")
        if found.comparison.warnings:
            draw_section(Notes("What to know", found.comparison.warnings), "warnings")


def _frontier(found: Answered, palette: Palette) -> None:
    comparison = found.comparison
    if not comparison.frontier:
        headline("No frontier: success is unknown", comparison.why_no_quality or "")
        st.caption(
            "Set the success of your tasks at the left, or import your own evaluations, then "
            "press Run:"
        )
        st.code("ratecard evidence import evaluation.csv", language=None)
        return
    said = findings.on_the_frontier(comparison, found.option)
    of = f" {comparison.frontier_of}" if comparison.frontier_of else ""
    headline(
        said,
        f"USD a month, and share of the tasks that succeed, {found.selection.scope}; large: "
        f"{found.option.name}; strong: beaten by none at the medians; line: best mix of single "
        f"models.{of}",
    )
    drawn = frontier(
        comparison.frontier, comparison.hull, palette, comparison.months, found.option.name
    )
    chart(drawn, said, "frontier")
    draw_table(frontier_table(comparison), "frontier_table")


def _sensitivity(found: Answered, palette: Palette) -> None:
    comparison, name = found.comparison, found.option.name
    bars = comparison.tornado.get(name, ())
    said = findings.hangs_on(comparison, found.option)
    headline(
        said,
        f"USD a month of {name}, one parameter at its P10 (teal) or P90 (red), all others at "
        "their medians",
    )
    if not bars:
        return
    middle = found.option.cost_pico / _PICO_PER_USD
    chart(tornado(bars, middle, palette, comparison.months), said, "tornado")
    draw_table(tornado_table(comparison, name), "tornado_table")
