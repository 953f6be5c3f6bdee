"""Parts: the rows that one source made of a piece, staged as Parquet.

Most columns of most logs say the same in every row, and most of what a record could have, none has.
Both are found out from a sample: what no row has is not worked with, what all rows say is told once
and not written, and the few rows of which that is not true are read again one by one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.bulk_read import relation_of, room_for
from ingest.layout import Layout
from ingest.line_runs import Run
from ingest.piece import MemoryPiece, Piece
from ingest.watch import watched

#: Small row groups leave memory for each thread to fill one of its own.
_STAGED = "format parquet, compression snappy, row_group_size 61440"

#: So many lines, from all over, are looked at for what they share, and so many must be usage.
_LOOK = 4_000
#: In a smaller piece there is nothing to gain.
_LARGE_BYTES = 32 * 1024 * 1024
_ENOUGH = 1_000
#: With more unusual rows than these the piece is copied again, column by column.
_MANY_UNUSUAL = 2_000

#: Columns that differ from row to row, or are asked of every row.
_OF_EACH_ROW = {"claimed", "usual", "not_usage", "problem", "event_id", "event_ts"}
_TYPES = {"VARCHAR", "BOOLEAN", "SMALLINT", "INTEGER", "BIGINT"}

#: Column and SQL of its value.
Shared = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Staged rows of one source: a Parquet file and the lines its rows came from.

    Rows ``without`` are another part's, and not counted here. Rows of a source ``by_row`` get
    their ids when they are stored. Columns that are ``shared`` are not in the file.
    """

    path: Path
    source: str
    runs: tuple[Run, ...] = ((0, 1),)
    without: frozenset[int] = frozenset()
    by_row: bool = False
    shared: Shared = ()

    def rows(self) -> str:
        """Return SQL of the rows, each with its ``file_row_number``; all columns are there."""
        values = "".join(f', {value} as "{name}"' for name, value in self.shared)
        return f"(select *{values} from read_parquet('{self.path}', file_row_number = true))"


@dataclass(frozen=True, slots=True)
class Assumed:
    """What a sample shows of the records of a layout.

    Attributes:
        absent: Of the layout's inputs those that none has.
        shared: Columns that are alike in all.
    """

    absent: frozenset[str] = frozenset()
    shared: Shared = ()


@dataclass(frozen=True, slots=True)
class Written:
    """What was written of a piece."""

    path: Path
    shared: Shared = ()


class PartWriter:
    """Writes pieces as Parquet files into a folder."""

    def __init__(self, con: duckdb.DuckDBPyConnection, folder: Path) -> None:
        """Write with a connection that knows the macros."""
        self.con = con
        self.folder = folder
        self.listener: Callable[[float], None] | None = None
        self._serial = 0
        self._assumed: dict[Layout, Assumed] = {}

    def forget(self) -> None:
        """Remove what was written, and what the rows of a file had in common."""
        for part in self.folder.glob("*.parquet"):
            part.unlink()
        self._assumed.clear()

    def write(self, piece: Piece, layout: Layout, *, shares: bool = True) -> Written:
        """Write a piece; with ``shares`` what its rows have in common is told once."""
        self._serial += 1
        path = self.folder / f"part-{self._serial}.parquet"
        *tries, last = room_for(piece)
        for longest in tries:
            try:
                return self._written(path, piece, layout, longest, shares=shares)
            except duckdb.InvalidInputException as error:
                if "maximum_object_size" not in str(error):
                    raise
        return self._written(path, piece, layout, last, shares=shares)

    def _written(
        self, path: Path, piece: Piece, layout: Layout, longest_bytes: int, *, shares: bool
    ) -> Written:
        with relation_of(piece, layout.columns(), longest_bytes) as relation:
            assumed = self._assumed_of(piece, layout) if shares else Assumed()
            self._copy(_select(self.con, layout, relation, assumed), path)
            if assumed != Assumed() and self._unusual(path) > _MANY_UNUSUAL:
                assumed = self._assumed[layout] = Assumed()
                self._copy(_select(self.con, layout, relation, assumed), path)
        return Written(path, assumed.shared)

    def _copy(self, select: str, path: Path) -> None:
        with watched(self.con, self.listener):
            self.con.execute(f"copy ({select}) to '{path}' ({_STAGED})")

    def _unusual(self, path: Path) -> int:
        row = self.con.execute(
            "select count(*) from read_parquet(?) where not usual", [str(path)]
        ).fetchone()
        return int(row[0]) if row else 0

    def _assumed_of(self, piece: Piece, layout: Layout) -> Assumed:
        """Return what a sample of a piece shows; few rows tell nothing."""
        if layout.source.stores != "usage_event" or piece.size_bytes < _LARGE_BYTES:
            return Assumed()
        if layout not in self._assumed:
            sample = MemoryPiece(tuple(piece.scattered(_LOOK)))
            self._assumed[layout] = self._shown_by(sample, layout)
        return self._assumed[layout]

    def _shown_by(self, sample: MemoryPiece, layout: Layout) -> Assumed:
        if len(sample.members) < _ENOUGH:
            return Assumed()
        [room, *_] = room_for(sample)
        with relation_of(sample, layout.columns(), room) as relation:
            shared = _shared_values(self.con, layout.select(self.con, relation))
            return Assumed(layout.absent(self.con, relation), shared) if shared else Assumed()


def _select(con: duckdb.DuckDBPyConnection, layout: Layout, relation: str, assumed: Assumed) -> str:
    return _told_once(layout.select(con, relation, assumed.absent), assumed.shared)


def _shared_values(con: duckdb.DuckDBPyConnection, head: str) -> Shared:
    usage = "claimed and problem is null and not_usage is null"
    con.execute(f"create or replace temp table head as select * from ({head}) where {usage}")
    columns = [
        (str(name), str(kind))
        for name, kind, *_ in con.execute("describe head").fetchall()
        if name not in _OF_EACH_ROW
    ]
    asked = ", ".join(f'count("{name}"), min("{name}"), max("{name}")' for name, _ in columns)
    rows, *told = con.execute(f"select count(*), {asked} from head").fetchall()[0]
    con.execute("drop table head")
    if rows < _ENOUGH:
        return ()
    shared = []
    for at, (name, kind) in enumerate(columns):
        known, least, most = told[3 * at : 3 * at + 3]
        if known == 0:
            shared.append((name, f"cast(null as {kind})"))
        elif known == rows and least == most and kind in _TYPES:
            text = str(least).replace("'", "''")
            shared.append((name, f"cast('{text}' as {kind})"))
    return tuple(shared)


def _told_once(select: str, shared: Shared) -> str:
    """Leave shared columns out, and mark the rows of which that is not true as unusual."""
    if not shared:
        return select
    names = ", ".join(f'"{name}"' for name, _ in shared)
    same = " and ".join(f'"{name}" is not distinct from {value}' for name, value in shared)
    return (
        f"select * exclude ({names}) replace (not claimed or usual and (problem is not null "
        f"or not_usage is not null or ({same})) as usual) from ({select})"
    )
