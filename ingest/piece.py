"""A part of an input that DuckDB reads in one go: a whole file, or a stretch of it in memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path

from ingest.documents import csv_numbers, csv_records
from ingest.parquet_file import parquet_lines
from ingest.records import Line, lines, lines_at, opened
from ingest.scattered import lines_from_places
from ingest.told import Told

#: Bytes of lines gathered into one piece in memory.
PIECE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FilePiece:
    """A file on disk, read as it lies: ``json`` (a record a line), ``csv`` or ``parquet``.

    ``physical_lines`` waits for the count, which another thread may still be taking. What is
    ``told`` of the rows of a table is there in each of them.
    """

    path: Path
    compression: str
    form: str
    physical_lines: Callable[[], int]
    delimiter: str = ","
    told: Told | None = None

    @property
    def first_line(self) -> int:
        """The line of the first record."""
        return 2 if self.form == "csv" else 1

    @property
    def size_bytes(self) -> int:
        """Size on disk."""
        return self.path.stat().st_size

    def lines(self) -> Iterator[Line]:
        """Yield the file's records, blank lines left out."""
        if self.form == "parquet":
            yield from parquet_lines(self.path)
            return
        with opened(self.path, self.compression) as stream:
            yield from csv_records(stream, self.delimiter) if self.form == "csv" else lines(stream)

    def numbers(self) -> Iterator[int]:
        """Yield the number of each record's line."""
        if self.form != "csv":
            yield from (line.number for line in self.lines())
            return
        with opened(self.path, self.compression) as stream:
            yield from csv_numbers(stream, self.delimiter)

    def chosen(self, rows: set[int], *, gapless: bool) -> Iterator[Line]:
        """Yield the records of given 0-based rows.

        Args:
            rows: Which.
            gapless: Row k is known to be line k + 1, so the others need no look.
        """
        if self.form == "parquet":
            yield from parquet_lines(self.path, sorted(rows))
            return
        if self.form == "csv":
            with opened(self.path, self.compression) as stream:
                chosen = csv_records(stream, self.delimiter, rows)
                yield from self.told.lines(chosen) if self.told else chosen
            return
        if not gapless:
            yield from (line for k, line in enumerate(self.lines()) if k in rows)
            return
        with opened(self.path, self.compression) as stream:
            yield from lines_at(stream, (row + 1 for row in rows))

    def scattered(self, count: int) -> Iterator[Line]:
        """Yield at most so many records, from all over the file where it can be read from anywhere.

        Their numbers and offsets tell nothing.
        """
        if self.compression != "none" or self.form == "parquet":
            return islice(self.lines(), count)
        delimiter = self.delimiter if self.form == "csv" else None
        found = lines_from_places(self.path, count, delimiter)
        return self.told.lines(found) if self.told else found

    @property
    def unread(self) -> frozenset[int]:
        """Rows known to be broken: none before it is read."""
        return frozenset()


@dataclass(frozen=True, slots=True)
class MemoryPiece:
    """Lines in memory, each with the number and offset it has in its input.

    They are JSON; ``form`` is what they were in the input.
    """

    members: tuple[Line, ...]
    form: str = "json"
    first_line: int = 1

    @property
    def size_bytes(self) -> int:
        """Size of the lines."""
        return sum(len(line.content) for line in self.members if line.content is not None)

    def lines(self) -> Iterator[Line]:
        """Yield the piece's lines."""
        yield from self.members

    def numbers(self) -> Iterator[int]:
        """Yield the number of each line."""
        yield from (line.number for line in self.members)

    def chosen(self, rows: set[int], *, gapless: bool) -> Iterator[Line]:
        """Yield the lines of given 0-based rows."""
        del gapless
        yield from (self.members[row] for row in sorted(rows))

    def scattered(self, count: int) -> Iterator[Line]:
        """Yield at most so many lines, from all over the piece."""
        yield from self.members[:: max(1, -(-len(self.members) // count))]

    @property
    def unread(self) -> frozenset[int]:
        """Rows known to be broken, which have no content."""
        return frozenset(k for k, line in enumerate(self.members) if line.content is None)

    @property
    def longest_bytes(self) -> int:
        """Room that its longest line needs."""
        read = (len(line.content) for line in self.members if line.content is not None)
        return max(read, default=0) + 1024

    @property
    def content(self) -> bytes:
        """The lines as one text; a line too long to read stands as ``null``."""
        buffer = BytesIO()
        for line in self.members:
            buffer.write(b"null" if line.content is None else line.content)
            buffer.write(b"\n")
        return buffer.getvalue()


Piece = FilePiece | MemoryPiece


def gathered(source: Iterator[Line], form: str) -> Iterator[MemoryPiece]:
    """Gather lines into pieces of at most about ``PIECE_BYTES``."""
    members: list[Line] = []
    size = 0
    for line in source:
        members.append(line)
        size += len(line.content) if line.content is not None else 0
        if size >= PIECE_BYTES:
            yield MemoryPiece(tuple(members), form)
            members, size = [], 0
    if members:
        yield MemoryPiece(tuple(members), form)
