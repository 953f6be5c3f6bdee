"""A card: a finding, what it is measured in, and the chart or table that shows it.

A card that fails says so in its own place; the others live on.
"""

import logging
from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from app.errors import UserError
from ingest.warehouse import WarehouseBusyError

_LOG = logging.getLogger(__name__)


def card(name: str, draw: Callable[[], None]) -> None:
    """Draw a card.

    Args:
        name: What it shows, for the sentence that says it could not.
        draw: Draws its inside.
    """
    with st.container(border=True, height="stretch"):
        guarded(name, draw)


def guarded(name: str, draw: Callable[[], None]) -> None:
    """Draw something; if it fails, say so in its place.

    Args:
        name: What it shows, for the sentence that says it could not.
        draw: Draws it.
    """
    try:
        draw()
    except WarehouseBusyError:
        st.info("A load is running; reload this page in a moment.", title=f"No {name} yet")
    except UserError as error:
        words = str(error)
        st.info(escaped(words[:1].upper() + words[1:]), title=f"No {name}")
    except Exception:  # noqa: BLE001  whatever it was, the rest of the page lives on
        _LOG.exception("could not show %s", name)
        st.error(
            "Reload the page; if it stays, the terminal that runs `ratecard app` says more.",
            title=f"Could not show {name}",
        )


def headline(finding: str, caption: str) -> None:
    """Write the finding, and under it unit, period and encoding."""
    with st.container(gap=None):
        st.markdown(f"**{escaped(finding)}**")
        st.caption(escaped(caption))


def chart(figure: go.Figure, finding: str, key: str) -> None:
    """Draw a chart that is only looked at."""
    st.plotly_chart(
        figure, theme=None, key=key, alt=finding, config={"displayModeBar": False},
    )  # fmt: skip


def clickable(figure: go.Figure, finding: str, key: str, chosen: Callable[[str], None]) -> None:
    """Draw a chart whose bars can be clicked; ``chosen`` gets the first of their custom data.

    The selection is forgotten at once by giving the next chart another key.
    """
    turn = st.session_state.get(f"{key}_turn", 0)
    turned = f"{key}_{turn}"

    def clicked() -> None:
        points = st.session_state[turned]["selection"]["points"]
        st.session_state[f"{key}_turn"] = turn + 1
        if points:
            chosen(points[0]["customdata"][0])

    st.plotly_chart(
        figure, theme=None, key=turned, alt=finding, on_select=clicked, selection_mode="points",
        config={"displayModeBar": False},
    )  # fmt: skip


def right(names: list[str]) -> dict[str, Any]:
    """Return the configuration of columns of amounts written as text."""
    return {name: st.column_config.TextColumn(alignment="right") for name in names}


def escaped(text: str) -> str:
    """Return text that Markdown leaves as it is: dollars are no formulas, names no markup."""
    for mark in "\\`*_[]$<>#~:|":
        text = text.replace(mark, f"\\{mark}")
    return text
