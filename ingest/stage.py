"""Pieces of a file, read into staging: normalised rows beside the lines that became none.

Most lines are read by SQL in bulk. A line that SQL did not claim, or found at fault, is
read again one by one; what is still at fault is quarantined with its reason.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import islice
from pathlib import Path

import duckdb

from ingest.envelope import not_usage_reason
from ingest.layout import Layout, claims
from ingest.line_runs import Run, line_runs
from ingest.part import Part, PartWriter, Written
from ingest.piece import FilePiece, MemoryPiece, Piece, gathered
from ingest.records import Line
from ingest.repair import Quarantined, UnreadableError, decoded, excerpt, plain_line
from ingest.source import Source


class PieceMismatchError(RuntimeError):
    """DuckDB saw another number of lines than there are."""


#: So many lines left over by the sources of the sample are worth another look in bulk.
_MANY_LEFT = 5_000
_SAMPLE_LEFT = 200

#: An object type is quoted in a reason; any other text is not.
_WORD = re.compile(r"[a-z][a-z._]{0,39}")


@dataclass(slots=True)
class Staged:
    """All that a file's lines became."""

    parts: list[Part] = field(default_factory=list)
    lines: int = 0
    not_usage: Counter[str] = field(default_factory=Counter)
    quarantined: list[Quarantined] = field(default_factory=list)

    def add(self, other: "Staged") -> None:
        """Take in what other lines of the same file became."""
        self.parts += other.parts
        self.lines += other.lines
        self.not_usage.update(other.not_usage)
        self.quarantined += other.quarantined

    @property
    def source(self) -> str:
        """The sources of the parts, comma-separated."""
        return ", ".join(sorted({part.source for part in self.parts}))


class Stager:
    """Reads pieces into Parquet files in a folder, with a DuckDB of its own."""

    def __init__(
        self,
        folder: Path,
        sources: Sequence[Source],
        memory: str = "1000MB",
        declared_time: str | None = None,
    ) -> None:
        """Open a private in-memory DuckDB that spills into ``folder``.

        ``declared_time`` is the time of records that state none.
        """
        self.folder = folder
        self.sources = sources
        self.con = duckdb.connect(
            config={"memory_limit": memory, "temp_directory": str(folder / "spill")}
        )
        self.con.execute("set TimeZone = 'UTC'")
        for name in ("macros", "vendor_macros"):
            text = (files("ingest") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
            self.con.execute(text)
        self.con.execute("set variable declared_time = ?", [declared_time])
        # A long IN would become a join, which loses the order of the lines.
        self.con.execute("set disabled_optimizers = 'in_clause'")
        self.con.execute("set enable_progress_bar = true")
        self.con.execute("set enable_progress_bar_print = false")
        self.writer = PartWriter(self.con, folder)

    def forget(self) -> None:
        """Remove what was staged, before the next file."""
        self.writer.forget()

    def close(self) -> None:
        """Close the private DuckDB."""
        self.con.close()

    def stage(self, piece: Piece, layouts: Sequence[Layout], staged: Staged) -> None:
        """Read a piece with the layouts its sample shows; the rest line by line.

        Raises:
            PieceMismatchError: DuckDB and the line reader disagree on the number of lines.
            duckdb.Error: DuckDB cannot read the piece at all.
        """
        if not layouts:
            self._read_again(piece.lines(), piece.form, staged)
            return
        bulk: list[tuple[Written, Layout]] = []
        left: set[int] | None = None
        pending = list(layouts)
        while pending:
            for layout in pending:
                written = self.writer.write(piece, layout)
                bulk.append((written, layout))
                missed = self._missed(written.path)
                left = missed if left is None else left & missed
            rows = self._rows(bulk[0][0].path)
            runs = self._runs(piece, rows)
            gapless = runs == ((0, 1),)
            others = piece.chosen(left or set(), gapless=gapless)
            pending = self._more_layouts(others, piece.form, left or set(), bulk)
        contested = self._contested([each.path for each, _ in bulk]) | piece.unread
        left = (left or set()) | contested
        parts = [
            Part(
                written.path,
                layout.source.name,
                runs,
                contested,
                layout.source.by_row,
                written.shared,
            )
            for written, layout in bulk
        ]
        staged.parts += parts
        staged.lines += rows
        if left:
            self._read_again(piece.chosen(left, gapless=gapless), piece.form, staged)
            staged.lines -= len(left)
        for part in parts:
            staged.not_usage.update(self._not_usage(part))

    def _contested(self, parts: Sequence[Path]) -> frozenset[int]:
        """Return the rows that several parts take; each is settled one by one."""
        if len(parts) == 1:
            return frozenset()
        claimed = " union all ".join(
            f"select file_row_number as k from read_parquet('{part}', file_row_number = true) "
            "where claimed"
            for part in parts
        )
        found = self.con.execute(
            f"select k from ({claimed}) group by k having count(*) > 1"
        ).fetchall()
        return frozenset(int(row[0]) for row in found)

    def _more_layouts(
        self, chosen: Iterator[Line], form: str, left: set[int], bulk: list[tuple[Written, Layout]]
    ) -> list[Layout]:
        """Look at many left-over lines for layouts that the sample did not show."""
        if len(left) < _MANY_LEFT:
            return []
        used = {layout for _, layout in bulk}
        found: dict[Layout, None] = {}
        for line in islice(chosen, _SAMPLE_LEFT):
            try:
                claimed = claims(decoded(line), self.sources, form)
            except UnreadableError:
                continue
            if len(claimed) == 1 and claimed[0] not in used:
                found.setdefault(claimed[0])
        return list(found)

    def _rows(self, part: Path) -> int:
        row = self.con.execute(
            "select coalesce(sum(num_rows), 0) from parquet_file_metadata(?)", [str(part)]
        ).fetchone()
        return int(row[0]) if row else 0

    def _runs(self, piece: Piece, rows: int) -> tuple[Run, ...]:
        if isinstance(piece, FilePiece) and piece.physical_lines() == rows + piece.first_line - 1:
            return ((0, piece.first_line),)
        runs, count = line_runs(piece.numbers())
        if count != rows:
            raise PieceMismatchError(f"{rows} rows read of {count} lines")
        return runs or ((0, piece.first_line),)

    def _missed(self, part: Path) -> set[int]:
        """Return the 0-based rows a part did not take without fault."""
        found = self.con.execute(
            "select file_row_number from read_parquet(?, file_row_number = true) "
            "where not claimed or problem is not null or not usual",
            [str(part)],
        ).fetchall()
        return {int(row[0]) for row in found}

    def _not_usage(self, part: Part) -> dict[str, int]:
        found = self.con.execute(
            "select not_usage, count(*) from read_parquet(?, file_row_number = true) "
            "where claimed and usual and problem is null and not_usage is not null "
            "and not list_contains(?, file_row_number) group by not_usage",
            [str(part.path), list(part.without)],
        ).fetchall()
        return {str(reason): int(count) for reason, count in found}

    def _read_again(self, chosen: Iterator[Line], form: str, staged: Staged) -> None:
        """Read lines one by one, and count them."""
        for batch in gathered(chosen, form):
            staged.lines += len(batch.members)
            self._read_batch(batch, staged)

    def _read_batch(self, batch: MemoryPiece, staged: Staged) -> None:
        groups: dict[Layout, list[tuple[Line, Line]]] = {}
        for line in batch.members:
            try:
                record = decoded(line)
                found = claims(record, self.sources, batch.form)
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
            except UnreadableError as fault:
                staged.quarantined.append(_refused(line, str(fault)))
        for layout, members in groups.items():
            self._stage_rewritten(layout, members, staged)

    def _stage_rewritten(
        self, layout: Layout, members: list[tuple[Line, Line]], staged: Staged
    ) -> None:
        piece = MemoryPiece(tuple(rewritten for _, rewritten in members))
        part = self.writer.write(piece, layout, shares=False).path
        faults = self.con.execute(
            "select file_row_number, coalesce(problem, 'not recognised when read again') "
            "from read_parquet(?, file_row_number = true) "
            "where not claimed or problem is not null",
            [str(part)],
        ).fetchall()
        staged.quarantined += [_refused(members[row][0], reason) for row, reason in faults]
        runs, _ = line_runs(line.number for line, _ in members)
        taken = Part(part, layout.source.name, runs, by_row=layout.source.by_row)
        staged.parts.append(taken)
        staged.not_usage.update(self._not_usage(taken))


def _refused(line: Line, reason: str) -> Quarantined:
    return Quarantined(line.number, line.offset, line.length, reason, excerpt(line))


def _unrecognised(record: dict[str, object]) -> str:
    kind = record.get("object")
    named = isinstance(kind, str) and _WORD.fullmatch(kind)
    what = f'object "{kind}"' if named else "no object type"
    return f"no source recognises this record ({what})"
