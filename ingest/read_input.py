"""An input, read into staging whatever its form: the bulk way first, the exact way otherwise."""

import hashlib
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

import duckdb

from ingest.ahead import ahead, uncollected
from ingest.bulk_read import BulkReadError
from ingest.documents import document_records
from ingest.inputs import InputError
from ingest.parquet_file import parquet_rows
from ingest.piece import FilePiece, MemoryPiece, gathered
from ingest.records import KnownLine, Line, lines, opened
from ingest.shape import Shape, stream_shape
from ingest.stage import PieceMismatchError, Staged, Stager
from ingest.table_told import told_by_table

_STREAM_SAMPLE = 200

#: What DuckDB raises for a piece it cannot read in bulk; the exact way then says why.
_UNREADABLE = (
    BulkReadError,
    PieceMismatchError,
    duckdb.InvalidInputException,
    duckdb.IOException,
)


def read_file(
    path: Path, compression: str, shape: Shape, stager: Stager, physical_lines: Callable[[], int]
) -> Staged:
    """Read a file of a known shape."""
    if shape.form == "parquet":
        physical_lines = partial(parquet_rows, path)
    piece = FilePiece(path, compression, shape.form, physical_lines, shape.delimiter)
    if staged := _in_bulk(piece, shape, stager):
        return staged
    staged = Staged()
    with opened(path, compression) as stream:
        members = document_records(stream) if shape.form == "document" else piece.lines()
        known = Staged()
        with closing(ahead(_batches(members, shape, known))) as batches:
            _read_batches(batches, shape, stager, staged)
        staged.add(known)
    return staged


def _in_bulk(piece: FilePiece, shape: Shape, stager: Stager) -> Staged | None:
    """Read a file that each line, or the whole as SQL tells it, makes records of; or None."""
    staged = Staged()
    try:
        if shape.rewriting:
            told = told_by_table(stager.con, piece, shape.rewriting) if shape.layouts else None
            if not told:
                return None
            piece = replace(piece, told=told)
        elif shape.form == "document":
            return None
        stager.stage(piece, shape.layouts, staged)
    except _UNREADABLE:
        return None
    return staged


def read_stream(name: str, stream: BinaryIO, stager: Stager) -> tuple[Staged, "HashedStream"]:
    """Read a stream of JSON lines that can be read only once, piece by piece in memory.

    Raises:
        InputError: it is empty, or no JSON lines.
    """
    hashed = HashedStream(stream)
    staged = Staged()
    members = lines(hashed)
    first = list(islice(members, _STREAM_SAMPLE))
    if not first:
        raise InputError(f"{name} is empty")
    shape = stream_shape(name, first, stager.sources)
    # A pipe may keep the reader waiting: nobody reads ahead of it.
    with closing(_batches(chain(first, members), shape, staged)) as batches:
        _read_batches(batches, shape, stager, staged)
    return staged, hashed


def _batches(members: Iterator[Line], shape: Shape, known: Staged) -> Generator[MemoryPiece]:
    """Yield what may be usage; count into ``known`` what is known to be none."""
    if shape.rewriting:
        members = _usable(shape.rewriting.lines(members), known)
    yield from gathered(members, "json" if shape.form == "document" else shape.form)


def _read_batches(
    batches: Iterator[MemoryPiece], shape: Shape, stager: Stager, staged: Staged
) -> None:
    with uncollected():
        for batch in batches:
            _read_batch(batch, shape, stager, staged)


def _usable(members: Iterator[Line], staged: Staged) -> Iterator[Line]:
    """Yield the lines that may be usage; count the others."""
    for line in members:
        if isinstance(line, KnownLine):
            staged.lines += 1
            staged.not_usage[line.reason] += 1
        else:
            yield line


def _read_batch(batch: MemoryPiece, shape: Shape, stager: Stager, staged: Staged) -> None:
    trial = Staged()
    try:
        stager.stage(batch, shape.layouts, trial)
    except _UNREADABLE:
        trial = Staged()
        stager.stage(batch, (), trial)
    staged.add(trial)


class HashedStream:
    """Hashes and counts what is read through it."""

    def __init__(self, stream: BinaryIO) -> None:
        """Wrap a stream at its beginning."""
        self.stream = stream
        self.digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        block = self.stream.read(size)
        self.digest.update(block)
        self.size += len(block)
        return block
