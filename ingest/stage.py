"""Pieces of a file, read into staging: normalised rows beside the lines that became none.

Most lines are read by SQL in bulk. A line that SQL did not claim, or found at fault, is
read again one by one; what is still at fault is quarantined with its reason.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import duckdb

from ingest.envelope import not_usage_reason
from ingest.bulk_read import bulk_relation
from ingest.layout import Layout, claims
from ingest.memory_file import memory_file
from ingest.piece import FilePiece, MemoryPiece, Piece, gathered
from ingest.records import Line
from ingest.repair import Quarantined, Unreadable, decoded, excerpt, plain_line
from ingest.source import Source


class PieceMismatchError(RuntimeError):
    """DuckDB saw another number of lines than there are."""


@dataclass(frozen=True, slots=True)
class Part:
    """Staged rows of one source: a Parquet file and the line each of its rows came from.

    ``lines`` is empty when row k is line ``first_line`` + k.
    """

    path: Path
    source: str
    lines: tuple[int, ...] = ()
    first_line: int = 1


@dataclass(slots=True)
class Staged:
    """All that a file's lines became."""

    parts: list[Part] = field(default_factory=list)
    lines: int = 0
    not_usage: Counter[str] = field(default_factory=Counter)
    quarantined: list[Quarantined] = field(default_factory=list)


class Stager:
    """Reads pieces into Parquet files in a folder, with a DuckDB of its own."""

    def __init__(self, folder: Path, sources: Sequence[Source], memory: str = "1200MB") -> None:
        """Open a private in-memory DuckDB that spills into ``folder``."""
        self.folder = folder
        self.sources = sources
        self.con = duckdb.connect(
            config={"memory_limit": memory, "temp_directory": str(folder / "spill")}
        )
        self.con.execute("set TimeZone = 'UTC'")
        self.con.execute((files("ingest") / "sql" / "macros.sql").read_text(encoding="utf-8"))
        self._serial = 0

    def close(self) -> None:
        """Close the private DuckDB."""
        self.con.close()

    def stage(self, piece: Piece, layouts: Sequence[Layout], staged: Staged) -> None:
        """Read a piece with the layouts its sample shows; the rest line by line.

        Raises:
            PieceMismatchError: DuckDB and the line reader disagree on the number of lines.
            duckdb.Error: DuckDB cannot read the piece at all.
        """
        bulk = [(self._copy(piece, layout), layout) for layout in layouts]
        rows = self._rows(bulk[0][0]) if bulk else 0
        numbers = self._line_numbers(piece, rows, read_in_bulk=bool(bulk))
        leftovers = self._leftovers([path for path, _ in bulk], rows)
        if not bulk:
            leftovers = None
        first = piece.first_line
        staged.parts += [Part(path, layout.source.name, numbers, first) for path, layout in bulk]
        staged.lines += rows if bulk else 0
        if leftovers is None or leftovers:
            self._read_again(piece, leftovers, staged, count_lines=not bulk)
        for path, _ in bulk:
            staged.not_usage.update(self._not_usage(path))

    def _copy(self, piece: Piece, layout: Layout) -> Path:
        self._serial += 1
        path = self.folder / f"part-{self._serial}.parquet"
        with _readable(piece) as (name, compression, form):
            relation = bulk_relation(name, compression, form, layout.columns())
            self.con.execute(
                f"copy ({layout.select(self.con, relation)}) "
                f"to '{path}' (format parquet, compression snappy)"
            )
        return path

    def _rows(self, part: Path) -> int:
        row = self.con.execute(
            "select coalesce(sum(num_rows), 0) from parquet_file_metadata(?)", [str(part)]
        ).fetchone()
        return int(row[0]) if row else 0

    def _line_numbers(self, piece: Piece, rows: int, *, read_in_bulk: bool) -> tuple[int, ...]:
        if not read_in_bulk:
            return ()
        if isinstance(piece, FilePiece) and piece.physical_lines() == rows + piece.first_line - 1:
            return ()
        numbers = tuple(line.number for line in piece.lines())
        if len(numbers) != rows:
            raise PieceMismatchError(f"{rows} rows read of {len(numbers)} lines")
        return numbers

    def _leftovers(self, parts: Sequence[Path], rows: int) -> set[int] | None:
        """Return the 0-based rows no part took without fault, or that two parts took."""
        taken: Counter[int] = Counter()
        left: set[int] | None = None
        for part in parts:
            found = self.con.execute(
                "select file_row_number from read_parquet(?, file_row_number = true) "
                "where not claimed or problem is not null",
                [str(part)],
            ).fetchall()
            missed = {int(row[0]) for row in found}
            left = missed if left is None else left & missed
            taken[rows - len(missed)] += 1
        return left

    def _not_usage(self, part: Path) -> dict[str, int]:
        found = self.con.execute(
            "select not_usage, count(*) from read_parquet(?) "
            "where claimed and problem is null and not_usage is not null group by not_usage",
            [str(part)],
        ).fetchall()
        return {str(reason): int(count) for reason, count in found}

    def _read_again(
        self, piece: Piece, rows: set[int] | None, staged: Staged, *, count_lines: bool
    ) -> None:
        chosen = (line for k, line in enumerate(piece.lines()) if rows is None or k in rows)
        for batch in gathered(chosen):
            if count_lines:
                staged.lines += len(batch.members)
            self._read_batch(batch, staged)

    def _read_batch(self, batch: MemoryPiece, staged: Staged) -> None:
        groups: dict[Layout, list[tuple[Line, Line]]] = {}
        for line in batch.members:
            try:
                record = decoded(line)
                found = claims(record, self.sources)
                if len(found) == 1:
                    layout = found[0]
                    plain = plain_line(record, layout.source.reads, layout.path)
                    rewritten = Line(line.number, line.offset, len(plain), plain)
                    groups.setdefault(layout, []).append((line, rewritten))
                elif found:
                    names = " and ".join(layout.source.name for layout in found)
                    staged.quarantined.append(_refused(line, f"claimed by {names}: use --source"))
                elif reason := not_usage_reason(record):
                    staged.not_usage[reason] += 1
                else:
                    staged.quarantined.append(_refused(line, _unrecognised(record)))
            except Unreadable as fault:
                staged.quarantined.append(_refused(line, str(fault)))
        for layout, members in groups.items():
            self._stage_rewritten(layout, members, staged)

    def _stage_rewritten(
        self, layout: Layout, members: list[tuple[Line, Line]], staged: Staged
    ) -> None:
        piece = MemoryPiece(tuple(rewritten for _, rewritten in members))
        part = self._copy(piece, layout)
        faults = self.con.execute(
            "select file_row_number, coalesce(problem, 'not recognised when read again') "
            "from read_parquet(?, file_row_number = true) "
            "where not claimed or problem is not null",
            [str(part)],
        ).fetchall()
        staged.quarantined += [_refused(members[row][0], reason) for row, reason in faults]
        staged.parts.append(
            Part(part, layout.source.name, tuple(original.number for original, _ in members))
        )
        staged.not_usage.update(self._not_usage(part))


@contextmanager
def _readable(piece: Piece) -> Iterator[tuple[str, str, str]]:
    with ExitStack() as stack:
        if isinstance(piece, FilePiece):
            yield str(piece.path), piece.compression, piece.form
        else:
            yield stack.enter_context(memory_file(piece.content)), "none", "json"


def _refused(line: Line, reason: str) -> Quarantined:
    return Quarantined(line.number, line.offset, line.length, reason, excerpt(line))


def _unrecognised(record: dict[str, object]) -> str:
    kind = record.get("object")
    what = f'object "{kind}"' if isinstance(kind, str) and len(kind) < 40 else "no object type"
    return f"no source recognises this record ({what})"
