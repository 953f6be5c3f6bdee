"""A report's table on a page: the same text as a terminal and HTML show."""

from collections.abc import Sequence

import polars as pl
import streamlit as st

from app.dashboard.card import escaped, right
from app.whatif.sections import Table

_MOST_ROWS, _HEIGHT = 14, 430


def draw_table(
    table: Table, key: str, *, without: Sequence[str] = (), titled: bool = False
) -> None:
    """Draw a table.

    Args:
        table: Of a report.
        key: Of the widget.
        without: Columns that are left out for want of room.
        titled: Whether its title is written above it.
    """
    if not table.rows:
        return
    if titled:
        st.markdown(f"**{escaped(table.title)}**")
    shown = [place for place, name in enumerate(table.columns) if name not in without]
    names = _headings([table.columns[place] for place in shown])
    frame = pl.DataFrame(
        {
            name: [row[place] for row in table.rows]
            for name, place in zip(names, shown, strict=True)
        },
        schema=dict.fromkeys(names, pl.String),
    )
    numeric = [n for n, place in zip(names, shown, strict=True) if place in table.numeric]
    st.dataframe(
        frame, height="content" if frame.height <= _MOST_ROWS else _HEIGHT, hide_index=True,
        key=key, alt=table.title, column_config=right(numeric),
    )  # fmt: skip
    if table.note:
        st.caption(escaped(table.note))


def _headings(columns: Sequence[str]) -> list[str]:
    """Return headings with a capital, each once: a second one is told apart by a space."""
    found: list[str] = []
    for column in columns:
        name = column[:1].upper() + column[1:]
        while name in found:
            name += " "
        found.append(name)
    return found
