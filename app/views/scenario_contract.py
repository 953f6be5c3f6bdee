"""The Contracts tab: what a contract makes of a saving until it can be renewed."""

from collections.abc import Sequence

import streamlit as st

from app.charts.locked_bars import Step, locked_bars
from app.charts.palette import Palette
from app.dashboard.card import chart, escaped, headline
from app.dashboard.what_ifs import compared, contract_in_force
from app.views.report_table import draw_table
from app.views.scenario_tabs import Answered
from app.whatif.amounts import dollars, dollars_of
from app.whatif.commitment import commitment_words
from app.whatif.compare_tables import against_baselines
from app.whatif.sections import Table
from models.commitment.effect import Effect
from models.compare.option import Comparison
from models.compare.summary import Saving, saving
from models.policy.terms import Scenario

_PICO_PER_USD = 10**12


def draw_contract(found: Answered, palette: Palette, scenario: Scenario) -> None:
    """Draw the tab."""
    contract = contract_in_force(found.selection)
    if contract is None:
        headline(
            "No contract: list prices, and every saving counts at once",
            "Start the dashboard with your contract to see what is locked below a commitment "
            "until renewal, and what its own rates make of the saving",
        )
        st.code("ratecard app --contract contract.yaml", language=None)
        return
    _, comparison = compared(found.selection, [scenario], contract)
    option = comparison.named(scenario.policy.name)
    at_list = saving(found.option, found.comparison.today)
    at_contract = saving(option, comparison.today)
    effects = comparison.commitments.get(option.name, ())
    said = finding(option.name, at_contract, effects, comparison)
    headline(
        said,
        f"USD a month against {comparison.today.name} at the medians, {found.selection.scope}; "
        f"contract {contract.contract}",
    )
    chart(locked_bars(steps(at_list, at_contract, effects, comparison), palette), said, "contract")
    for each in effects:
        st.markdown(escaped(commitment_words(option.name, each)))
    if effects:
        draw_table(_table(effects), "commitments")
    draw_table(against_baselines(comparison), "contract_baselines", titled=True)


def finding(name: str, saved: Saving, effects: Sequence[Effect], comparison: Comparison) -> str:
    """Say what of a saving counts until renewal."""
    a_month = saved.pico / _PICO_PER_USD / comparison.months
    locked = sum(each.locked_pico for each in effects)
    if a_month <= 0:
        return f"{name} saves nothing at the contract’s rates"
    if not locked:
        return f"All of the {dollars(a_month)} a month that {name} saves counts at once"
    left = a_month - locked / _PICO_PER_USD
    until = max(each.until for each in effects if each.locked_pico)
    words = f"{dollars(left)} of {dollars(a_month)} a month" if left > 0 else "Nothing"
    return f"{words} that {name} saves counts before the renewal on {until:%-d %b %Y}"


def steps(
    at_list: Saving, at_contract: Saving, effects: Sequence[Effect], comparison: Comparison
) -> list[Step]:
    """Return the bars from the saving at list prices to what counts until renewal."""

    def a_month(pico: float) -> float:
        return pico / _PICO_PER_USD / comparison.months

    found = [
        Step("Saves at list prices", a_month(at_list.pico), "before"),
        Step("Saves at the contract’s rates", a_month(at_contract.pico), "before"),
    ]
    locked = 0.0
    for each in effects:
        taken = (each.locked_pico - each.absorbed_pico) / _PICO_PER_USD
        if taken:
            locked += taken
            word = "Locked by" if taken > 0 else "Paid by"
            found.append(Step(f"{word} commitment “{each.name}”", -taken, "locked"))
    left = a_month(at_contract.pico) - locked
    return [*found, Step("Counts until renewal", left, "counts")]


def _table(effects: Sequence[Effect]) -> Table:
    """Return what each commitment makes of the scenario, in US dollars a month."""
    return Table(
        title="Commitments, US dollars a month",
        columns=(
            "commitment", "promised", "used today", "used then", "saved", "worth until renewal",
            "locked", "renewal",
        ),
        rows=tuple(
            (
                each.name,
                *(
                    dollars_of(pico)
                    for pico in (
                        each.promised_pico, each.today_pico, each.option_pico, each.saved_pico,
                        each.worth_pico, each.locked_pico,
                    )
                ),
                f"{each.until:%-d %b %Y}",
            )
            for each in effects
        ),
        numeric=frozenset(range(1, 7)),
    )  # fmt: skip
