"""What the user named: files, folders, patterns or standard input, and what form each is in."""

import glob
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from ingest.documents import csv_header, document_records
from ingest.envelope import not_usage_reason
from ingest.layout import Layout, claims
from ingest.records import Line, lines, opened
from ingest.repair import UnreadableError, decoded
from ingest.rewrite import Rewriting, rewriting_of
from ingest.source import Source

_SUFFIXES = (".jsonl", ".ndjson", ".json", ".csv", ".log")
_COMPRESSED = (".gz", ".zst", ".zstd")
_SAMPLE_LINES = 400
_SAMPLE_BYTES = 8 * 1024 * 1024


class InputError(ValueError):
    """An input that cannot be read; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class Input:
    """One input: a file, or standard input when ``path`` is None."""

    name: str
    path: Path | None


@dataclass(frozen=True, slots=True)
class Shape:
    """What a sample of an input shows.

    Attributes:
        form: ``json`` (a record a line), ``document`` (a JSON document) or ``csv``.
        layouts: Which sources' records were seen, and where in the line they lie.
        rewriting: What the lines go through first.
    """

    form: str
    layouts: tuple[Layout, ...]
    rewriting: Rewriting = field(default_factory=Rewriting)

    @property
    def source(self) -> str:
        """The sources seen, comma-separated."""
        return ", ".join(sorted({layout.source.name for layout in self.layouts}))


def find_inputs(names: Sequence[str]) -> list[Input]:
    """Return the inputs the user's words stand for, in order, each once.

    Raises:
        InputError: a name stands for nothing.
    """
    found: dict[str, Input] = {}
    for name in names:
        for each in _expand(name):
            found.setdefault(each.name, each)
    return list(found.values())


def _expand(name: str) -> Iterator[Input]:
    if name == "-":
        yield Input("-", None)
        return
    path = Path(name).expanduser()
    if path.is_dir():
        members = sorted(each for each in path.rglob("*") if each.is_file() and _is_log(each))
        if not members:
            raise InputError(f"{name} holds no .jsonl, .json or .csv file (plain, .gz or .zst)")
        yield from (Input(str(each), each) for each in members)
    elif path.exists():
        yield Input(str(path), path)
    elif matches := sorted(glob.glob(str(path), recursive=True)):  # noqa: PTH207  patterns may be absolute
        for match in matches:
            yield from _expand(match)
    else:
        raise InputError(
            f"{name} does not exist; name a file, a folder, a pattern or - for standard input"
        )


def _is_log(path: Path) -> bool:
    name = path.name.lower()
    for ending in _COMPRESSED:
        name = name.removesuffix(ending)
    return name.endswith(_SUFFIXES)


def shape_of(path: Path, compression: str, sources: Sequence[Source]) -> Shape:
    """Look at the beginning of a file and say what it is.

    Raises:
        InputError: the file is empty, or nothing in it is a record of any source.
    """
    with opened(path, compression) as stream:
        sample = _sample(lines(stream))
    if not sample:
        raise InputError(f"{path} is empty")
    records = _records(sample)
    start = (sample[0].content or b"").lstrip()[:1]
    if len(records) * 2 >= len(sample) or (records and start != b"["):
        return _known(path, sample_shape("json", sample, sources), records)
    if start in {b"[", b"{"}:
        return _document_shape(path, compression, sources, is_array=start == b"[")
    return _csv_shape(path, compression, sources)


def _document_shape(
    path: Path, compression: str, sources: Sequence[Source], *, is_array: bool
) -> Shape:
    """An array, or objects over several lines; else lines none of which can be read."""
    with opened(path, compression) as stream:
        sample = _sample(document_records(stream))
    if records := _records(sample):
        return _known(path, sample_shape("document", sample, sources), records)
    return Shape("document" if is_array else "json", ())


def _csv_shape(path: Path, compression: str, sources: Sequence[Source]) -> Shape:
    with opened(path, compression) as stream:
        header = csv_header(stream)
    found = claims(dict.fromkeys(header, "?"), sources, "csv") if len(header) > 1 else []
    if not found:
        raise InputError(
            f"{path} is neither JSON lines, JSON, nor a CSV whose columns a source knows "
            "(see the list in the README)"
        )
    return Shape("csv", tuple(found))


def _known(path: Path, shape: Shape, records: Sequence[dict[str, Any]]) -> Shape:
    if shape.layouts or shape.rewriting or any(not_usage_reason(record) for record in records):
        return shape
    keys = ", ".join(list(records[0])[:6])
    raise InputError(
        f"{path}: no source recognises its records (the first has the keys {keys}); "
        "the README lists what is read"
    )


def sample_shape(form: str, members: Sequence[Line], sources: Sequence[Source]) -> Shape:
    """Return what lines already at hand show of an input of a form."""
    records = _records(members)
    rewriting = rewriting_of(records, sources)
    if rewriting:
        records = _records(list(islice(rewriting.lines(members), _SAMPLE_LINES)))
    return Shape(form, _layouts(records, sources), rewriting)


def _sample(source: Iterator[Line]) -> list[Line]:
    taken: list[Line] = []
    size = 0
    for line in islice(source, _SAMPLE_LINES):
        taken.append(line)
        size += line.length
        if size > _SAMPLE_BYTES:
            break
    return taken


def _records(members: Sequence[Line]) -> list[dict[str, Any]]:
    return [record for line in members if (record := _try_decode(line))]


def _try_decode(line: Line) -> dict[str, Any] | None:
    try:
        return decoded(line)
    except UnreadableError:
        return None


def _layouts(records: Sequence[dict[str, Any]], sources: Sequence[Source]) -> tuple[Layout, ...]:
    seen: dict[Layout, None] = {}
    for record in records:
        found = claims(record, sources)
        if len(found) == 1:
            seen.setdefault(found[0])
    return tuple(seen)
