"""What the reader sets on Upgrade: the two models, the effort, and what is known of success."""

from dataclasses import dataclass
from decimal import Decimal

import polars as pl
import streamlit as st

from app.dashboard.cube import summed
from app.dashboard.filters import Selection
from app.dashboard.what_ifs import known_words
from models.policy.assumptions import ALL, Assumptions, Spread
from models.policy.known import EFFORTS, Known

AS_LOGGED = "as logged"
_OLD, _NEW, _EFFORT = "old", "new", "effort"
_EVERY = "all work"
_MOST_WORKLOADS = 8

#: The moves that most ask about, of those whose old model the logs hold.
PAIRS = (
    ("gpt-5.4", "gpt-5.5"), ("gpt-5.4", "gpt-5.5-pro"), ("gpt-5.5", "gpt-5.5-pro"),
    ("gpt-5.5", "gpt-5.4"), ("gpt-5.4", "gpt-5.4-mini"), ("gpt-5.4-mini", "gpt-5.4-nano"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Move:
    """Which model would take over from which, and how hard it would think."""

    old: str
    new: str
    effort: str | None


def logged_models(selection: Selection, known: Known) -> list[str]:
    """Return the models of what is shown that have a price, the dearest first."""
    spent = summed(selection.now, ["model"]).filter(pl.col("cost_pico").is_not_null())
    names = spent.sort("cost_pico", "model", descending=[True, False])["model"].to_list()
    return [name for name in names if name in known.offered]


def draw_move(selection: Selection) -> Move | None:
    """Draw the choice of models and effort; None where the logs hold no model of the book."""
    known = known_words(selection)
    logged = logged_models(selection, known)
    if not logged:
        st.info("None of the models of this usage is in the price book.", title="No upgrade")
        return None
    pairs = [pair for pair in PAIRS if pair[0] in logged and pair[1] in known.offered]
    first = pairs[0] if pairs else (logged[0], _other(logged[0], known))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("From", width="content")
        old = _model("From", logged, first[0], _OLD)
        st.markdown("to", width="content")
        targets = sorted(model for model in known.offered if model != old)
        usual = first[1] if first[1] in targets else targets[0]
        new = _model("To", targets, usual, _NEW)
        st.markdown("at effort", width="content")
        effort = st.selectbox(
            "Effort", (AS_LOGGED, *EFFORTS), key=_EFFORT, bind="query-params", width=130,
            label_visibility="collapsed",
            help="Reasoning effort under the new model.",
        )  # fmt: skip
        names = {f"{one} to {other}": (one, other) for one, other in pairs}
        if names:
            st.menu_button("Pairs", list(names), key="pair", on_click=_choose, args=(names,))
    return Move(old, new, None if effort in (AS_LOGGED, None) else effort)


def _model(label: str, models: list[str], usual: str, key: str) -> str:
    chosen = st.selectbox(
        label, models, index=models.index(usual), key=key, bind="query-params", width=190,
        label_visibility="collapsed",
    )  # fmt: skip
    return chosen or usual


def _other(model: str, known: Known) -> str:
    return next(each for each in sorted(known.offered) if each != model)


def _choose(pairs: dict[str, tuple[str, str]]) -> None:
    if pair := pairs.get(st.session_state["pair"]):
        st.session_state[_OLD], st.session_state[_NEW] = pair


def draw_known(move: Move, workloads: list[str]) -> Assumptions:
    """Draw what the reader may know of success and repair, by workload, and return it.

    Args:
        move: Whose models it is about.
        workloads: The dearest first; those beyond the first few have what is set for all.
    """
    held = f"known_{move.old}_{move.new}"
    with (
        st.expander("Your success and repair costs: what pays hangs on them"),
        st.form(held, border=False),
    ):
        st.caption(
            "Share of your own tasks that succeed, not a benchmark’s, and what a failed task costs "
            "to put right. Empty is unknown; the new model’s success then comes from published "
            "differences."
        )
        rows = {
            name: _row(name, held, move, first=place == 0)
            for place, name in enumerate((_EVERY, *workloads[:_MOST_WORKLOADS]))
        }
        st.form_submit_button("Apply", type="primary")
    return assumptions_of({ALL if name == _EVERY else name: row for name, row in rows.items()},
                          (move.old, move.new))  # fmt: skip


Row = tuple[float | None, float | None, float | None]


def _row(name: str, held: str, move: Move, *, first: bool) -> Row:
    label, *cells = st.columns([2, 2, 2, 2], vertical_alignment="bottom" if first else "center")
    label.markdown(name)
    headings = (f"{move.old} succeeds, %", f"{move.new} succeeds, %", "A failed task costs, $")
    found: list[float | None] = []
    for place, (cell, heading) in enumerate(zip(cells, headings, strict=True)):
        most = 1e6 if place == len(headings) - 1 else 99.9
        found.append(
            cell.number_input(
                f"{name}: {heading}" if not first else heading,
                min_value=0.0 if place == len(headings) - 1 else 0.1, max_value=most, value=None,
                step=1.0, format="%g", key=f"{held}_{name}_{place}", placeholder="unknown",
                label_visibility="visible" if first else "collapsed", persist_state="session",
            )
        )  # fmt: skip
    now, then, repair = found
    return now, then, repair


def assumptions_of(rows: dict[str, Row], models: tuple[str, str]) -> Assumptions:
    """Return what is known as assumptions.

    Args:
        rows: By workload, or ``*``: success of both models in per cent, and a failed task's cost
            in US dollars; None is unknown.
        models: The old and the new one.
    """
    success: dict[str, dict[str, Spread]] = {}
    repair: dict[str, Spread] = {}
    for name, (now, then, usd) in rows.items():
        known = {
            model: Spread.exactly(_decimal(rate) / 100)
            for model, rate in zip(models, (now, then), strict=True)
            if rate is not None
        }
        if known:
            success[name] = known
        if usd is not None:
            repair[name] = Spread.exactly(_decimal(usd))
    return Assumptions(success=success, human_repair_usd=repair)


def _decimal(number: float) -> Decimal:
    """Return a number as it was typed."""
    return Decimal(f"{number:g}")
