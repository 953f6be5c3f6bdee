"""Loads logs: what every line of every input becomes is known, and adds up."""

import hashlib
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

import duckdb
import zstandard

from ingest.append import Accounting, Declared, FileIdentity, append, find_loaded
from ingest.documents import document_records
from ingest.fingerprint import Fingerprint, fingerprint
from ingest.inputs import Input, InputError, Shape, find_inputs, sample_layouts, shape_of
from ingest.piece import FilePiece, MemoryPiece, gathered
from ingest.records import compression_of, lines, opened
from ingest.source import Source, all_sources
from ingest.stage import PieceMismatchError, Staged, Stager
from ingest.warehouse import Warehouse
from pricing.book import PriceBook

Progress = Callable[[str, float], None]


def _silent(name: str, share: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one input.

    Attributes:
        path: As the user named it.
        source: The sources its records were, comma-separated.
        accounting: None when the input could not be read at all.
        repeated: The same content was loaded before, so nothing was stored.
        error: Why it could not be read, in one sentence.
    """

    path: str
    source: str = ""
    accounting: Accounting | None = None
    repeated: bool = False
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """How to load.

    Attributes:
        source: Only records of this source are read.
        declared: What the user says of the files.
        dry_run: Read and account, store nothing.
    """

    source: str | None = None
    declared: Declared = field(default_factory=Declared)
    dry_run: bool = False


def load_paths(
    names: Sequence[str],
    warehouse: Warehouse,
    book: PriceBook,
    options: Options = Options(),
    progress: Progress = _silent,
) -> Iterator[Loaded]:
    """Load inputs one after the other, yielding what became of each.

    Args:
        names: Files, folders, patterns, or ``-`` for standard input.
        warehouse: Opened only for the short append of each file.
        book: Stamps each event with its rate.
        options: See ``Options``.
        progress: Told the name of each input and the share of it that is read, 0 to 1.

    Raises:
        InputError: a name stands for nothing, or ``options.source`` is no source.
        WarehouseError: the database cannot be used.
    """
    sources = _chosen(options.source)
    inputs = find_inputs(names)
    warehouse.bring_up_to_date()
    with tempfile.TemporaryDirectory(prefix="ratecard-") as folder:
        stager = Stager(Path(folder), sources)
        try:
            for each in inputs:
                progress(each.name, 0.0)
                stager.listener = partial(progress, each.name)
                yield _load(each, stager, warehouse, book, options)
                stager.forget()
        finally:
            stager.close()


def _chosen(name: str | None) -> Sequence[Source]:
    sources = all_sources()
    if name is None:
        return sources
    chosen = [source for source in sources if source.name == name]
    if not chosen:
        known = ", ".join(source.name for source in sources)
        raise InputError(f"there is no source '{name}'; the sources are: {known}")
    return chosen


def _load(
    each: Input, stager: Stager, warehouse: Warehouse, book: PriceBook, options: Options
) -> Loaded:
    try:
        if each.path is None:
            staged, identity = _stage_stream(sys.stdin.buffer, stager)
        else:
            found = _stage_file(each, each.path, stager, warehouse)
            if isinstance(found, Loaded):
                return found
            staged, identity = found
    except InputError as error:
        return Loaded(each.name, error=str(error))
    except (EOFError, zlib.error, zstandard.ZstdError, OSError) as error:
        return Loaded(each.name, error=f"{each.name} cannot be read: {_sentence(error)}")
    if options.dry_run:
        return _try_out(each, staged, identity, stager.folder, book, options)
    with warehouse.writing() as con:
        if before := find_loaded(con, identity.content_sha256):
            return Loaded(each.name, staged.source, before, repeated=True)
        accounting = append(con, book, identity, staged, options.declared)
        return Loaded(each.name, staged.source, accounting)


def _try_out(
    each: Input,
    staged: Staged,
    identity: FileIdentity,
    folder: Path,
    book: PriceBook,
    options: Options,
) -> Loaded:
    """Append to a database that is thrown away."""
    trial = folder / "trial.duckdb"
    trial.unlink(missing_ok=True)
    with Warehouse(trial).writing() as con:
        accounting = append(con, book, identity, staged, options.declared)
        return Loaded(each.name, staged.source, accounting)


def _stage_file(
    each: Input, path: Path, stager: Stager, warehouse: Warehouse
) -> tuple[Staged, FileIdentity] | Loaded:
    compression = compression_of(path)
    shape = shape_of(path, compression, stager.sources)
    with ThreadPoolExecutor(max_workers=1) as pool:
        print_ = pool.submit(fingerprint, path, compression)
        if before := _loaded_before(path, compression, print_, warehouse):
            return Loaded(each.name, _names(shape), before, repeated=True)
        staged = _stage(path, compression, shape, stager, print_)
        found = print_.result()
    return staged, FileIdentity(each.name, found.content_bytes, found.sha256)


def _loaded_before(
    path: Path, compression: str, found: Future[Fingerprint], warehouse: Warehouse
) -> Accounting | None:
    """Look a file up by content; its hash is waited for only if its size is known already."""
    if not warehouse.exists:
        return None
    with warehouse.reading() as con:
        if compression == "none":
            size = path.stat().st_size
            known = con.execute(
                "select 1 from ingest_file where content_bytes = ? limit 1", [size]
            ).fetchone()
            if not known:
                return None
        return find_loaded(con, found.result().sha256)


def _stage(
    path: Path, compression: str, shape: Shape, stager: Stager, found: Future[Fingerprint]
) -> Staged:
    if shape.form != "document":
        staged = Staged()
        form = shape.form
        piece = FilePiece(path, compression, form, lambda: found.result().physical_lines)
        try:
            stager.stage(piece, shape.layouts, staged)
        except (duckdb.InvalidInputException, duckdb.IOException, PieceMismatchError):
            pass
        else:
            return staged
    staged = Staged()
    with opened(path, compression) as stream:
        if shape.form == "document":
            members = document_records(stream)
        else:
            members = FilePiece(path, compression, shape.form, lambda: 0).lines()
        for batch in gathered(members):
            _stage_batch(batch, shape, stager, staged)
    return staged


def _stage_batch(batch: MemoryPiece, shape: Shape, stager: Stager, staged: Staged) -> None:
    before = (len(staged.parts), staged.lines, len(staged.quarantined), staged.not_usage.copy())
    try:
        stager.stage(batch, shape.layouts, staged)
    except (duckdb.InvalidInputException, duckdb.IOException, PieceMismatchError):
        parts, staged.lines, quarantined, staged.not_usage = before
        del staged.parts[parts:]
        del staged.quarantined[quarantined:]
        stager.stage(batch, (), staged)


def _stage_stream(stream: BinaryIO, stager: Stager) -> tuple[Staged, FileIdentity]:
    hashed = _HashedStream(stream)
    staged = Staged()
    members = lines(hashed)  # type: ignore[arg-type]
    first = list(islice(members, 200))
    if not first:
        raise InputError("standard input is empty")
    text = (first[0].content or b"").lstrip()
    layouts = sample_layouts(first, stager.sources)
    if not layouts and text[:1] == b"[":
        raise InputError(
            "standard input is a JSON array; load it from a file, or send a record a line"
        )
    shape = Shape("json", layouts)
    for batch in gathered(chain(first, members)):
        _stage_batch(batch, shape, stager, staged)
    return staged, FileIdentity("-", hashed.size, hashed.digest.hexdigest())


class _HashedStream:
    """Hashes what is read through it."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        block = self.stream.read(size)
        self.digest.update(block)
        self.size += len(block)
        return block


def _names(shape: Shape) -> str:
    return ", ".join(sorted({layout.source.name for layout in shape.layouts}))


def _sentence(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
