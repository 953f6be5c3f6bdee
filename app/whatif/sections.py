"""What a report is made of, whoever shows it: findings, tables, figures, notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True, slots=True)
class Finding:
    """What the report found, in a sentence or a few; the first is the one to remember."""

    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows for people.

    Attributes:
        columns: Headings.
        rows: Text as it is to be shown.
        numeric: Places of the columns that are set to the right.
        strong: Places of rows that are set bold, such as a total.
        note: A sentence below; empty for none.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    strong: frozenset[int] = frozenset()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A plot with what it shows, in words. A terminal leaves it out.

    Attributes:
        title: The finding it shows.
        caption: Units and what the marks mean.
    """

    title: str
    caption: str
    figure: "go.Figure"


@dataclass(frozen=True, slots=True)
class Notes:
    """Sentences below each other, such as warnings or sources."""

    title: str
    sentences: tuple[str, ...]


Section = Finding | Table | Figure | Notes


@dataclass(frozen=True, slots=True)
class Document:
    """A report.

    Attributes:
        subtitle: Which usage, which prices, which days.
        data: The same numbers for machines, as JSON would hold them.
    """

    title: str
    subtitle: str
    sections: Sequence[Section]
    data: Any = None
    made_with: str = "Made with ratecard"
