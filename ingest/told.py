"""What a table says only as a whole, told of each of its rows: by SQL, or of a row in Python.

A format whose rows need the whole file has two ways. Where the whole can be asked in SQL, the
table is read in bulk with the columns that it tells; else its rows are rewritten one by one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from ingest.records import Line

#: Answers a select list over all rows of a table with the one row it gives.
Ask = Callable[[str], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Told:
    """What a table as a whole says of its rows.

    Attributes:
        columns: SQL over the table's columns, which are text, by the column it is told as.
        row: The same of a row as a record.
    """

    columns: Mapping[str, str]
    row: Callable[[dict[str, Any]], dict[str, Any]]

    def lines(self, members: Iterator[Line]) -> Iterator[Line]:
        """Yield rows with what is told of them; those that cannot be read as they are."""
        for line in members:
            if line.content is None:
                yield line
                continue
            told = orjson.dumps(self.row(orjson.loads(line.content)))
            yield Line(line.number, line.offset, line.length, told)


class Teller(Protocol):
    """A rewriter that can ask the whole of a table in SQL."""

    def told(self, ask: Ask, columns: Sequence[str], /) -> Told | None:
        """Return what a table says as a whole, or None if that must be found row by row."""
