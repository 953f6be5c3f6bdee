"""What form an input is in, and whose records a sample of it shows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from ingest.documents import DELIMITERS, csv_header, csv_records, document_records
from ingest.envelope import not_usage_reason
from ingest.event_stream import event_lines, is_event_stream
from ingest.foreign_file import HEAD_BYTES, refuse_foreign, refuse_no_text, refuse_old_lines
from ingest.inputs import InputError
from ingest.layout import Layout, claims
from ingest.parquet_file import ParquetError, is_parquet, parquet_columns, parquet_lines
from ingest.records import BYTE_ORDER_MARK, Line, lines, opened
from ingest.refusals import contested, misread, unclaimed, undescribed
from ingest.repair import UnreadableError
from ingest.rewrite import Rewriting, quickly_decoded, rewriting_of
from ingest.source import Source

_SAMPLE_LINES = 400
_SAMPLE_BYTES = 8 * 1024 * 1024

_SAID = {"json": "JSON lines", "document": "a JSON document", "csv": "a CSV", "parquet": "Parquet"}


class _AnyCell:
    """What a cell of a known column may hold: it equals every value a source asks for."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str)

    def __hash__(self) -> int:
        return 0


_ANY_CELL = _AnyCell()


@dataclass(frozen=True, slots=True)
class Shape:
    """What a sample of an input shows.

    Attributes:
        form: ``json`` (a record a line), ``document`` (a JSON document), ``csv`` or ``parquet``.
        layouts: Which sources' records were seen, and where in the line they lie.
        rewriting: What the lines go through first.
        delimiter: What separates the cells of a ``csv``.
    """

    form: str
    layouts: tuple[Layout, ...]
    rewriting: Rewriting = field(default_factory=Rewriting)
    delimiter: str = ","

    @property
    def source(self) -> str:
        """The sources seen, comma-separated."""
        return ", ".join(sorted({layout.source.name for layout in self.layouts}))


def shape_of(path: Path, compression: str, sources: Sequence[Source]) -> Shape:
    """Look at the beginning of a file and say what it is.

    Raises:
        InputError: the file is empty, or nothing in it is a record of any source.
    """
    if is_parquet(path):
        return _parquet_shape(path, sources)
    with opened(path, compression) as stream:
        head = stream.read(HEAD_BYTES)
    refuse_foreign(str(path), head)
    with opened(path, compression) as stream:
        sample = _sample(lines(stream))
    if not sample:
        raise InputError(f"{path} is empty")
    records = _records(sample)
    start = head.removeprefix(BYTE_ORDER_MARK).lstrip()[:1]
    if is_event_stream(sample):
        return sample_shape(str(path), "json", sample, sources)
    if len(records) * 2 >= len(sample) or (records and start != b"["):
        return sample_shape(str(path), "json", sample, sources)
    if start in {b"[", b"{"}:
        return _document_shape(path, compression, sources, head)
    refuse_no_text(str(path), head)
    refuse_old_lines(str(path), head)
    return _csv_shape(path, compression, sources)


def stream_shape(name: str, members: Sequence[Line], sources: Sequence[Source]) -> Shape:
    """Say what the first lines of a stream show, which can be read only once.

    Raises:
        InputError: they are no JSON lines, or records of no source.
    """
    head = (members[0].content or b"")[:HEAD_BYTES]
    refuse_foreign(name, head)
    if not is_event_stream(members) and not _records(members):
        kind = "a JSON array" if head.lstrip()[:1] == b"[" else "not JSON lines"
        raise InputError(f"{name} is {kind}; load it from a file, or send a record a line")
    return sample_shape(name, "json", members, sources)


def sample_shape(name: str, form: str, members: Sequence[Line], sources: Sequence[Source]) -> Shape:
    """Return what lines already at hand show of an input of a form.

    Raises:
        InputError: no source claims them, or several do, or a mapping does not fit them.
    """
    raw_events = form == "json" and is_event_stream(members)
    records = _records(list(event_lines(members)) if raw_events else members)
    rewriting = replace(rewriting_of(records, sources), raw_events=raw_events)
    if rewriting:
        records = _records(list(islice(rewriting.lines(members), _SAMPLE_LINES)))
    shape = Shape(form, _layouts(name, form, records, sources), rewriting)
    _check_described(name, shape, records, sources)
    known = shape.layouts or rewriting or any(not_usage_reason(record) for record in records)
    if records and not known:
        raise unclaimed(name, records[0], sources)
    return shape


def _parquet_shape(path: Path, sources: Sequence[Source]) -> Shape:
    try:
        columns = parquet_columns(path)
        sample = _sample(parquet_lines(path))
    except ParquetError as error:
        raise InputError(f"{path} is broken Parquet: {error}") from None
    if not sample:
        raise InputError(f"{path} has no rows (its columns are {', '.join(columns)})")
    return sample_shape(str(path), "parquet", sample, sources)


def _document_shape(path: Path, compression: str, sources: Sequence[Source], head: bytes) -> Shape:
    """An array, or objects over several lines; else lines none of which can be read."""
    with opened(path, compression) as stream:
        sample = _sample(document_records(stream))
    if _records(sample):
        return sample_shape(str(path), "document", sample, sources)
    refuse_no_text(str(path), head)
    first = head.removeprefix(BYTE_ORDER_MARK).lstrip().partition(b"\n")[0].rstrip()
    spread = first.startswith(b"[") or first.endswith((b"{", b","))
    return Shape("document" if spread else "json", ())


def _is_rewritten(columns: dict[str, Any], sources: Sequence[Source]) -> bool:
    """Tell whether a table's rows are recognised only once they are rewritten."""
    return any(
        source.rewriter and "csv" in source.formats and source.rewriter.opens(columns)
        for source in sources
    )


def _csv_shape(path: Path, compression: str, sources: Sequence[Source]) -> Shape:
    """A table, if some delimiter gives its header the names of columns that a source knows."""
    headers: dict[str, list[str]] = {}
    for delimiter in DELIMITERS:
        with opened(path, compression) as stream:
            headers[delimiter] = csv_header(stream, delimiter)
    likely = max(DELIMITERS, key=lambda each: len(headers[each]))
    described = sources[0] if sources and sources[0].described_in else None
    if described:
        likely = max(DELIMITERS, key=lambda each: len(_seen(described, headers[each])))
    for delimiter in (likely, *DELIMITERS):
        columns: dict[str, object] = dict.fromkeys(headers[delimiter], _ANY_CELL)
        if _is_rewritten(columns, sources):
            with opened(path, compression) as stream:
                sample = _sample(csv_records(stream, delimiter))
            return replace(sample_shape(str(path), "csv", sample, sources), delimiter=delimiter)
        found = claims(columns, sources, "csv")
        if len(found) > 1:
            raise contested(str(path), found)
        if found and (described or len(columns) > 1):
            shape = Shape("csv", tuple(found), delimiter=delimiter)
            _check_described(str(path), shape, [columns], sources)
            return shape
    if described and "csv" not in described.formats:
        raise misread(str(path), described, _SAID["csv"])
    if len(headers[likely]) == 1:
        raise InputError(
            f"{path} is neither JSON lines, JSON, Parquet, nor a CSV of columns; "
            "see `ratecard sources`"
        )
    raise unclaimed(str(path), dict.fromkeys(headers[likely], "?"), sources)


def _check_described(
    name: str, shape: Shape, records: Sequence[Mapping[str, object]], sources: Sequence[Source]
) -> None:
    """See that a file shows every column that its mapping file names."""
    if len(sources) != 1 or not sources[0].described_in:
        return
    [source] = sources
    if ("json" if shape.form == "document" else shape.form) not in source.formats:
        raise misread(name, source, _SAID[shape.form])
    if not records:
        return
    missing = [
        ".".join(path)
        for path in source.expected
        if not any(_has(record, path, shape.form) for record in records)
    ]
    if missing:
        raise undescribed(name, source, missing, list(records[0]))


def _has(record: Mapping[str, object], path: tuple[str, ...], form: str) -> bool:
    if form == "csv":
        return path[0] in record
    value: object = record
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return False
        value = value[name]
    return True


def _seen(source: Source, header: Sequence[str]) -> set[str]:
    return {path[0] for path in source.expected} & set(header)


def _sample(source: Iterator[Line]) -> list[Line]:
    taken: list[Line] = []
    size = 0
    for line in islice(source, _SAMPLE_LINES):
        taken.append(line)
        size += len(line.content or b"")
        if size > _SAMPLE_BYTES:
            break
    return taken


def _records(members: Sequence[Line]) -> list[dict[str, Any]]:
    return [record for line in members if (record := _try_decode(line))]


def _try_decode(line: Line) -> dict[str, Any] | None:
    try:
        return quickly_decoded(line)
    except UnreadableError:
        return None


def _layouts(
    name: str, form: str, records: Sequence[dict[str, Any]], sources: Sequence[Source]
) -> tuple[Layout, ...]:
    seen: dict[Layout, None] = {}
    disputed: list[Layout] = []
    for record in records:
        found = claims(record, sources, "parquet" if form == "parquet" else "json")
        if len(found) == 1:
            seen.setdefault(found[0])
        else:
            disputed += found
    if disputed and not seen:
        raise contested(name, disputed)
    return tuple(seen)
