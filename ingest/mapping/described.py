"""What a mapping file describes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from ingest.mapping.clock import Clock
from ingest.mapping.column import Column


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows chosen by a cell: its value is among these, or (``others``) is not.

    Attributes:
        column: Whose cell.
        values: None stands for an empty cell.
        others: Whether the other rows are meant.
        because: What is said of the rows.
    """

    column: Column
    values: tuple[str | None, ...]
    others: bool
    because: str


@dataclass(frozen=True, slots=True)
class Described:
    """A mapping file, read and without faults.

    Attributes:
        path: Of the file.
        name: The value of the events' ``source`` column.
        title: One line for people.
        form: ``csv``, ``json`` or ``parquet``.
        records: The way into a container of records, such as ``data[]``; empty without one.
        by_row: Whether rows are told apart by their place in the file.
        grain: ``request`` or ``bucket``.
        columns: The columns of each word; several are added (counts), joined (id, time), or
            looked at in turn (texts).
        constants: What holds for every row.
        tags: Columns kept as labels, by the label's name.
        clock: How times are written.
        includes: Of each count that may contain others, which it does.
        units: How many of the thing one of a column's units is.
        values: Translations of a word's values.
        numbers: How numbers are written: a key of ``NUMBERS``.
        skip: Rows that are no usage.
        free: Rows that nobody was billed for.
        optional: Columns that need not be seen.
    """

    path: Path
    name: str
    title: str
    form: str
    records: str
    by_row: bool
    grain: str
    columns: dict[str, tuple[Column, ...]]
    constants: dict[str, str]
    tags: dict[str, Column]
    clock: Clock
    includes: dict[str, tuple[str, ...]]
    units: dict[str, Decimal] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    numbers: str = "1234.5"
    skip: tuple[Rule, ...] = ()
    free: tuple[Rule, ...] = ()
    optional: frozenset[Column] = frozenset()

    def every_column(self) -> Iterator[Column]:
        """Yield every column that is read, each once."""
        mapped = [column for columns in self.columns.values() for column in columns]
        ruled = [rule.column for rule in (*self.skip, *self.free)]
        yield from dict.fromkeys([*mapped, *self.tags.values(), *ruled])
