"""What Scenarios shows; its module loads what works it out, so no other page waits for it."""

from functools import partial

import streamlit as st

from app.charts.amounts import usd_short
from app.charts.palette import Palette
from app.dashboard.card import guarded
from app.dashboard.filters import Selection
from app.dashboard.what_ifs import compared, known_words, usage_in_short
from app.views import scenario_findings as findings
from app.views.scenario_contract import draw_contract
from app.views.scenario_controls import draw_controls, ran
from app.views.scenario_levers import draw_levers
from app.views.scenario_tabs import Answered, draw_tabs
from app.whatif.amounts import dollars, percent
from app.whatif.compare_figures import usd_a_month
from models.compare.summary import interval, saving
from models.policy.load import load_scenario

_CONTROLS_WIDTH = 340


def draw(selection: Selection, palette: Palette) -> None:
    """Draw the page."""
    guarded("scenarios", partial(_page, selection, palette))


def _page(selection: Selection, palette: Palette) -> None:
    prepared = usage_in_short(selection)
    with st.container(horizontal=True):
        with st.container(width=_CONTROLS_WIDTH, border=True):
            draw_controls(selection, prepared)
        with st.container(width="stretch"):
            guarded("answer", partial(_answer, selection, palette))


def _answer(selection: Selection, palette: Palette) -> None:
    text = ran()
    if text is None:
        st.caption("Choose a policy whose models have prices, or other prices.")
        return
    scenario = load_scenario(text, "scenario", known_words(selection))
    with st.skeleton(height=420):
        prepared, comparison = compared(selection, [scenario])
    if not comparison.today.cost_pico and comparison.today.unpriced:
        st.info(
            f"None of the {comparison.today.unpriced:,} requests has a price at these prices: "
            "choose others under Prices.",
            title="Nothing to compare",
        )
        return
    option = comparison.named(scenario.policy.name)
    found = Answered(selection, prepared, comparison, option)
    _tiles(found)
    more = {
        "Levers": partial(draw_levers, found, palette, scenario.assumptions),
        "Contracts": partial(draw_contract, found, palette, scenario),
    }
    draw_tabs(found, palette, more)


def _tiles(found: Answered) -> None:
    """Draw cost, saving, its range, and how sure it is; the baseline is named beside each."""
    comparison, option = found.comparison, found.option
    today, months = comparison.today, comparison.months
    saved = saving(option, today)
    low_high = interval(option.cost_usd)
    share = "no cost today" if saved.share is None else f"{percent(saved.share)} of the cost"
    tiles = (
        (
            "Cost a month, at least" if option.unpriced else "Cost a month",
            dollars(usd_a_month(option, comparison)),
            f"80%: {dollars(low_high.p10 / months)} – {dollars(low_high.p90 / months)}",
        ),
        (
            f"Saves vs {today.name}",
            dollars(saved.pico / 10**12 / months),
            share,
        ),
        (
            "Saving, 80% interval",
            f"{_short(saved.usd.p10 / months)} – {_short(saved.usd.p90 / months)}",
            f"a month vs {today.name}",
        ),
        (
            "P(saves)",
            findings.surely(comparison, option),
            f"of {comparison.draws:,} draws",
        ),
    )
    for column, (label, value, beside) in zip(st.columns(4), tiles, strict=True):
        with column:
            st.metric(
                label, value, beside, delta_color="gray", delta_arrow="off", border=True,
                height="stretch",
            )  # fmt: skip


def _short(amount_usd: float) -> str:
    return usd_short(round(amount_usd * 10**12))
