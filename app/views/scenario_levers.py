"""The Levers tab: what the same requests could cost less by, without another model."""

from functools import partial

import streamlit as st

from app.charts.lever_bars import LeverBar, lever_bars
from app.charts.palette import Palette
from app.dashboard.card import chart, headline
from app.dashboard.what_ifs import pulled
from app.output import csv_text
from app.views.report_table import draw_section, draw_text_table
from app.views.scenario_tabs import Answered
from app.whatif.amounts import dollars, percent
from app.whatif.levers_report import document, rows_of
from app.whatif.sections import Finding, Table
from models.levers.found import LeverFound, LeversFound
from models.policy.assumptions import Assumptions

_PICO_PER_USD = 10**12
_NAMED = 3


def draw_levers(found: Answered, palette: Palette, assumptions: Assumptions) -> None:
    """Draw the tab.

    Args:
        found: Whose selection is meant; levers are pulled on today's mix, not on the scenario.
        palette: Colours.
        assumptions: How long answers may take.
    """
    levers = pulled(found.selection, assumptions)
    said = finding(levers)
    headline(
        said,
        f"USD a month against {found.comparison.today.name}, {found.selection.scope}, overlaps "
        "counted once; at the right what each would save but for something",
    )
    bars = [_bar(each, levers.months) for each in levers.levers]
    chart(lever_bars(bars, palette), said, "levers")
    sections = [each for each in document(levers, "").sections if not isinstance(each, Finding)]
    first, *rest = sections
    if isinstance(first, Table):
        draw_text_table(first)
    st.caption(f"The table is of the whole period: {found.selection.scope}.")
    columns, rows = rows_of(levers)
    st.download_button(
        "CSV", csv_text(columns, rows), "levers.csv", "text/csv", type="tertiary",
        on_click="ignore", key="levers_csv",
    )  # fmt: skip
    with st.expander("Which requests, what is blocked, cheaper models, caps on output"):
        for place, section in enumerate(rest):
            draw_section(section, f"lever_{place}")


def finding(found: LeversFound) -> str:
    """Say what the levers save a month together, and which saves most."""
    useful = sorted(
        (each for each in found.levers if each.counted_pico), key=lambda each: -each.counted_pico
    )
    if not useful:
        return "No lever saves anything on this usage as it stands"
    a_month = partial(_a_month, months=found.months)
    count = "One lever saves" if len(useful) == 1 else f"{len(useful)} levers save"
    share = percent(found.counted_pico / found.cost_pico) if found.cost_pico else "0%"
    best = useful[0]
    most = (
        ""
        if len(useful) == 1
        else f"; most: {best.lever.title.lower()}, " + dollars(a_month(best.counted_pico))
    )
    return f"{count} {dollars(a_month(found.counted_pico))} a month, {share} of the cost{most}"


def _a_month(pico: int, months: float) -> float:
    return pico / _PICO_PER_USD / months


def _bar(each: LeverFound, months: float) -> LeverBar:
    known = [block.saving_pico for block in each.blocked if block.saving_pico is not None]
    blocked = None if each.blocked and not known else _a_month(sum(known), months)
    return LeverBar(each.lever.title, _a_month(each.counted_pico, months), blocked)
