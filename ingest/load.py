"""Loads logs: what every line of every input becomes is known, and adds up."""

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path

from ingest.append import Declared, append
from ingest.fetched import Before, Fetched, FetchError, Origin, Unchanged
from ingest.fingerprint import Fingerprint, fingerprint
from ingest.gateway_table import gateway_called
from ingest.inputs import Input, InputError, find_inputs
from ingest.manifest import (
    NOTHING,
    Accounting,
    AccountingError,
    FileIdentity,
    find_loaded,
    loaded_contents,
    sources_of,
)
from ingest.postgres import OVERLAP
from ingest.pull_mark import Version, loaded_versions
from ingest.read_input import read_file, read_stream
from ingest.records import compression_of, uncompressed_stream
from ingest.refusals import READ_ERRORS, unreadable
from ingest.shape import shape_of
from ingest.source import Source, all_sources
from ingest.stage import PieceMismatchError, Staged, Stager
from ingest.warehouse import Warehouse
from ingest.workspace import workspace
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
        dry_run: Read and account as into an empty database; store nothing.
        mapping: What a mapping file describes; only its records are read.
        overlap: How far before the last row the rows of a database are read again.
    """

    source: str | None = None
    declared: Declared = field(default_factory=Declared)
    dry_run: bool = False
    mapping: Source | None = None
    overlap: timedelta = OVERLAP

    @property
    def read_as(self) -> str:
        """All that decides what becomes of a file's lines beside the file itself."""
        said = {
            "ratecard": version("ratecard"),
            "source": self.source,
            "mapping": self.mapping and f"{self.mapping.name} {self.mapping.digest}",
            "tier": self.declared.service_tier,
            "account": self.declared.account,
            "time": self.declared.time,
        }
        return ", ".join(f"{name} {value}" for name, value in said.items() if value)


def load_paths(
    names: Sequence[str],
    warehouse: Warehouse,
    book: PriceBook,
    options: Options = Options(),
    progress: Progress = _silent,
) -> Iterator[Loaded]:
    """Load inputs one after the other, yielding what became of each.

    Args:
        names: Files, folders, patterns, URLs, or ``-`` for standard input.
        warehouse: Opened only for the short append of each file.
        book: Stamps each event with its rate.
        options: See ``Options``.
        progress: Told the name of each input and the share of it that is read, 0 to 1.

    Raises:
        InputError: a name stands for nothing, or ``options.source`` is no source.
        WarehouseError: the database cannot be used.
    """
    sources = (options.mapping,) if options.mapping else _chosen(options.source)
    inputs = find_inputs(names, options.source, options.overlap)
    warehouse.bring_up_to_date()
    with workspace() as folder:
        stager = Stager(folder, sources, declared_time=options.declared.time)
        loader = _Loader(stager, warehouse, book, options)
        try:
            for each in inputs:
                progress(each.name, 0.0)
                stager.writer.listener = partial(progress, each.name)
                for loaded in loader.loads(each):
                    yield loaded
                    stager.forget()
        finally:
            stager.close()


def _chosen(name: str | None) -> Sequence[Source]:
    sources = all_sources()
    if name is None:
        return sources
    gateway = gateway_called(name)
    wanted = gateway.source if gateway else name
    chosen = [source for source in sources if source.name == wanted]
    if not chosen:
        known = ", ".join(source.name for source in sources)
        raise InputError(f"there is no source '{name}'; the sources are: {known}")
    return chosen


class _Loader:
    """Loads one input after the other into a warehouse."""

    def __init__(
        self, stager: Stager, warehouse: Warehouse, book: PriceBook, options: Options
    ) -> None:
        self.stager = stager
        self.warehouse = warehouse
        self.book = book
        self.options = options
        self.read_as = options.read_as
        self.contents: dict[str, int] = {}
        self.versions: dict[tuple[str, Version], str] = {}
        if warehouse.exists and not options.dry_run:
            with warehouse.reading() as con:
                self.contents = loaded_contents(con, self.read_as)
                self.versions = loaded_versions(con, self.read_as)

    def loads(self, each: Input) -> Iterator[Loaded]:
        """Load what an input is: one file, or as many as it is fetched in."""
        if each.problem:
            yield Loaded(each.name, error=each.problem)
        elif each.origin:
            yield from self._fetched(each.name, each.origin)
        else:
            yield self.load(each)

    def _fetched(self, name: str, origin: Origin) -> Iterator[Loaded]:
        kept = None if self.options.dry_run else self.warehouse
        before = Before(kept, self.versions, self.stager.writer.listener)
        folder = self.stager.folder / "fetched"
        folder.mkdir(exist_ok=True)
        loaded = None
        try:
            for found in origin.fetch(folder, before):
                loaded = self._taken(name, found)
                yield loaded
                if loaded.error:
                    return
        except FetchError as error:
            loaded = Loaded(name, error=str(error))
            yield loaded
        if loaded is None:
            yield Loaded(name, accounting=NOTHING)

    def _taken(self, name: str, found: Fetched | Unchanged) -> Loaded:
        """Load what was fetched, and write down what need not be fetched again."""
        if isinstance(found, Unchanged):
            with self.warehouse.reading() as con:
                before = find_loaded(con, found.content_sha256, self.read_as)
                sources = sources_of(con, before.file_id) if before else ""
            return Loaded(name, sources, before, repeated=True)
        loaded = self.load(Input(name, found.path))
        found.path.unlink()
        if loaded.accounting and not self.options.dry_run:
            with self.warehouse.writing() as con:
                found.remember(con, loaded.accounting.file_id)
        return loaded

    def load(self, each: Input) -> Loaded:
        try:
            if each.path is None or each.once:
                staged, identity = self._stream(each)
            else:
                found = self._read(each.name, each.path)
                if isinstance(found, Loaded):
                    return found
                staged, identity = found
        except InputError as error:
            # What was fetched lies under another name.
            return Loaded(each.name, error=str(error).replace(str(each.path), each.name))
        except READ_ERRORS as error:
            return Loaded(each.name, error=unreadable(each.name, error))
        try:
            return self._store(each.name, staged, identity)
        except AccountingError as error:
            return Loaded(each.name, error=f"{error}; nothing of it was stored, please report this")

    def _stream(self, each: Input) -> tuple[Staged, FileIdentity]:
        """Read what can be read only once: standard input, or a pipe that has a name."""
        shown = each.name if each.path else "standard input"
        given = each.path.open("rb") if each.path else nullcontext(sys.stdin.buffer)
        with given as raw, uncompressed_stream(raw) as stream:
            staged, hashed = read_stream(shown, stream, self.stager)
        identity = FileIdentity(each.name, hashed.size, hashed.digest.hexdigest(), self.read_as)
        return staged, identity

    def _read(self, name: str, path: Path) -> tuple[Staged, FileIdentity] | Loaded:
        begun = _state(path)
        compression = compression_of(path)
        shape = shape_of(path, compression, self.stager.sources)
        with ThreadPoolExecutor(max_workers=1) as pool:
            taking = pool.submit(fingerprint, path, compression)
            if sha256 := self._loaded_before(path, compression, taking):
                with self.warehouse.reading() as con:
                    before = find_loaded(con, sha256, self.read_as)
                    return Loaded(name, shape.source, before, repeated=True)
            lines = partial(_physical_lines, taking, shape.form)
            staged = read_file(path, compression, shape, self.stager, lines)
            taken = taking.result()
        # The hash of a file that is being written may be of more than was read: it is no proof.
        done = _state(path)
        sha256 = taken.sha256 if done == begun else f"{taken.sha256} in part, {done}"
        return staged, FileIdentity(name, taken.content_bytes, sha256, self.read_as)

    def _loaded_before(
        self, path: Path, compression: str, taking: Future[Fingerprint]
    ) -> str | None:
        """Return a file's hash if its content is stored.

        The hash is waited for only if content of its size is; of a compressed file only the
        hash tells.
        """
        plain = compression == "none"
        if not self.contents or (plain and path.stat().st_size not in self.contents.values()):
            return None
        sha256 = taking.result().sha256
        return sha256 if sha256 in self.contents else None

    def _store(self, name: str, staged: Staged, identity: FileIdentity) -> Loaded:
        declared = self.options.declared
        if self.options.dry_run:
            trial = self.stager.folder / "trial.duckdb"
            trial.unlink(missing_ok=True)
            with Warehouse(trial).writing() as con:
                accounting = append(con, self.book, identity, staged, declared)
                return Loaded(name, staged.source, accounting)
        with self.warehouse.writing() as con:
            if before := find_loaded(con, identity.content_sha256, self.read_as):
                return Loaded(name, staged.source, before, repeated=True)
            accounting = append(con, self.book, identity, staged, declared)
        self.contents[identity.content_sha256] = identity.content_bytes
        return Loaded(name, staged.source, accounting)


def _state(path: Path) -> str:
    """What changes when a file is written to."""
    found = path.stat()
    return f"{found.st_size} {found.st_mtime_ns}"


def _physical_lines(taking: Future[Fingerprint], form: str) -> int:
    taken = taking.result()
    if taken.ends_open and form == "json":
        raise PieceMismatchError("DuckDB may read a last line without an end before the others")
    return taken.physical_lines
