"""A report's table on a page: the same text as a terminal and HTML show."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl
import streamlit as st

from app.dashboard.card import escaped
from app.whatif.sections import Notes, Section, Table

_MOST_ROWS, _HEIGHT = 14, 430


def draw_table(
    table: Table,
    key: str,
    *,
    without: Sequence[str] = (),
    titled: bool = False,
    widths: Mapping[str, int] | None = None,
) -> None:
    """Draw a table.

    Args:
        table: Of a report.
        key: Of the widget.
        without: Columns that are left out for want of room.
        titled: Whether its title is written above it.
        widths: Of its columns, in pixels; None fits them to what they hold.
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
    configured = {
        name: st.column_config.TextColumn(
            alignment="right" if place in table.numeric else "left",
            width=(widths or {}).get(table.columns[place]),
        )
        for name, place in zip(names, shown, strict=True)
    }
    st.dataframe(
        frame, height="content" if frame.height <= _MOST_ROWS else _HEIGHT, hide_index=True,
        key=key, alt=table.title, column_config=configured,
    )  # fmt: skip
    if table.note:
        st.caption(escaped(table.note))


def draw_text_table(table: Table, *, without: Sequence[str] = ()) -> None:
    """Draw a table whose cells may wrap: nothing in it is cut.

    Args:
        table: Of a report.
        without: Columns that are left out for want of room.
    """
    shown = [place for place, name in enumerate(table.columns) if name not in without]
    head = _headings([table.columns[place] for place in shown])
    rules = ["---:" if place in table.numeric else "---" for place in shown]
    lines = [_line(f":small[{escaped(name)}]" for name in head), _line(rules)]
    for number, row in enumerate(table.rows):
        cells = [f":small[{escaped(row[place])}]" for place in shown]
        bold = number in table.strong
        lines.append(_line(f"**{cell}**" if bold else cell for cell in cells))
    st.markdown("\n".join(lines))
    if table.note:
        st.caption(escaped(table.note))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def draw_section(section: Section, key: str) -> None:
    """Draw a section of a report: a table, or sentences."""
    match section:
        case Table():
            draw_table(section, key, titled=True)
        case Notes():
            st.markdown(f"**{escaped(section.title)}**")
            st.markdown("\n".join(f"- {escaped(sentence)}" for sentence in section.sentences))


def _headings(columns: Sequence[str]) -> list[str]:
    """Return headings with a capital, each once: a second one is told apart by a space."""
    found: list[str] = []
    for column in columns:
        name = column[:1].upper() + column[1:]
        while name in found:
            name += " "
        found.append(name)
    return found
