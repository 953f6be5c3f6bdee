"""The controls of Scenarios: a policy, and the assumptions that sliders lay over it.

A policy counts at once. Sliders count when the reader says Run: until then the figures stay those
of the last run, and are said to be. What is saved is what the controls say.
"""

from collections.abc import Mapping
from decimal import Decimal

import streamlit as st

from app.charts.amounts import percent
from app.dashboard.filters import Selection
from app.views.scenario_policy import draw_policy
from app.whatif.ask import Prepared
from app.whatif.by_hand import ByHand, laid_over, waits_a_day
from app.whatif.compare_replays import models_named
from models.policy.assumptions import ALL, PerWorkload
from models.policy.dump import dump_scenario
from models.policy.terms import Scenario

UNSET = "not set"
_RATIOS = (UNSET, *(f"{ratio / 10:.1f}×" for ratio in (*range(3, 16), 20, 25, 30)))
_SHARES = (UNSET, *(f"{share}%" for share in range(0, 101, 10)))
_RATES = (UNSET, *(f"{rate}%" for rate in (*range(10, 90, 5), *range(90, 100), "99.5")))
_DOLLARS = (
    UNSET, *(f"${usd}" for usd in ("0.1", "0.5", 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)),
)  # fmt: skip
_MOST_MODELS = 6

_RAN, _BASE = "scenario_ran", "scenario_base"


def draw_controls(selection: Selection, prepared: Prepared) -> None:
    """Draw the controls; ``ran`` says what was run."""
    base = draw_policy(selection)
    if base is None:
        st.session_state[_BASE] = st.session_state[_RAN] = None
        return
    text = dump_scenario(base)
    if st.session_state.get(_BASE) != text:
        st.session_state[_BASE] = text
        st.session_state[_RAN] = None
    _sliders(base, prepared)


def ran() -> str | None:
    """Return the scenario of the last run, as YAML; None where the policy cannot be run."""
    text: str | None = st.session_state[_RAN]
    return text


@st.fragment
def _sliders(base: Scenario, prepared: Prepared) -> None:
    buttons = st.container(horizontal=True, vertical_alignment="center")
    note = st.container()
    text = dump_scenario(laid_over(base, _by_hand(base, prepared)))
    if st.session_state.get(_RAN) is None:
        st.session_state[_RAN] = text
    with buttons:
        if st.button("Run", type="primary"):
            st.session_state[_RAN] = text
            st.rerun(scope="app")
        st.download_button(
            "Save YAML", text, file_name=f"{base.policy.name}.yaml", mime="application/yaml",
            on_click="ignore", help="`ratecard simulate FILE` takes it unchanged.",
        )  # fmt: skip
    if st.session_state[_RAN] != text:
        with note:
            st.badge("Inputs changed: the figures are of the last run", color="orange")


def _by_hand(base: Scenario, prepared: Prepared) -> ByHand:
    said = base.assumptions
    return ByHand(
        output_ratio=_slider(
            "Output tokens, new ÷ old", _RATIOS, "output", said.output_ratio, "by evidence"
        ),
        cache_kept=_slider(
            "Cache kept after a move", _SHARES, "kept", said.cache_kept, "worked out"
        ),
        cache_in_batch=_slider(
            "Cache kept in batch", _SHARES, "batched", said.cache_in_batch, "assumed"
        ),
        repair_usd=_slider(
            "A failed task costs", _DOLLARS, "repair", said.human_repair_usd, "not set"
        ),
        waits=_waits(base, prepared),
        success=_success(base, prepared),
    )


def _slider(
    label: str, options: tuple[str, ...], key: str, said: PerWorkload, unset: str
) -> Decimal | None:
    """Draw a slider whose first place leaves what the policy's file says, or else ``unset``."""
    chosen = st.select_slider(
        label, options, key=f"by_hand_{key}", persist_state="session",
        format_func=lambda word: _shown(word, said, unset),
    )  # fmt: skip
    return number_of(str(chosen))


def number_of(word: str) -> Decimal | None:
    """Read a slider's word: ``0.7×``, ``40%``, ``$5``."""
    if word == UNSET:
        return None
    number = Decimal(word.strip("$%×"))
    return number / 100 if word.endswith("%") else number


def _shown(word: str, said: PerWorkload, unset: str) -> str:
    if word != UNSET:
        return word
    if not said:
        return unset
    every = said.get(ALL)
    return f"file: {every.p50:f}" if every and len(said) == 1 else "from file"


def _waits(base: Scenario, prepared: Prepared) -> Mapping[str, bool]:
    """Ask which work can wait a day; only what differs from the rules is set."""
    requests: dict[str, int] = {}
    for each in prepared.coverage:
        requests[each.workload] = requests.get(each.workload, 0) + each.requests
    whole = sum(requests.values())
    rules = base.workloads or prepared.workloads
    usual = [name for name in requests if waits_a_day(name, base.assumptions, rules)]
    chosen = st.multiselect(
        "Can wait a day", list(requests), default=usual, key=f"waits_{'_'.join(usual)}",
        format_func=lambda name: f"{name} · {percent(requests.get(name, 0), whole)}",
        persist_state="session", placeholder="nothing",
        help="Share of the requests beside each. The batch tier takes what can wait a day.",
    )  # fmt: skip
    return {name: name in chosen for name in requests if (name in chosen) != (name in usual)}


def _success(base: Scenario, prepared: Prepared) -> Mapping[str, Decimal]:
    """Ask for the success rate of models; one that is not set comes from evidence or is unknown."""
    logged = prepared.cells.con.cursor().execute(
        "select model, sum(requests) as requests from cell join price_class using (class) "
        "where model is not null group by model order by requests desc, model"
    )
    models = dict.fromkeys([*models_named(base.policy), *(row[0] for row in logged.fetchall())])
    found: dict[str, Decimal] = {}
    with st.expander("Success of your tasks, by model"):
        st.caption("Yours, not a benchmark’s. Other models follow by published differences.")
        for model in list(models)[:_MOST_MODELS]:
            rates = base.assumptions.success.get(ALL, {})
            said = {ALL: rates[model]} if model in rates else {}
            rate = _slider(model, _RATES, f"success_{model}", said, "by evidence")
            if rate is not None:
                found[model] = rate
    return found
