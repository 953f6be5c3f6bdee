"""A look at the beginning of a file: its columns, and what their values are like."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from ingest.documents import DELIMITERS, csv_records, document_records
from ingest.foreign_file import HEAD_BYTES, refuse_foreign, refuse_no_text, refuse_old_lines
from ingest.inputs import InputError
from ingest.mapping.words import NUMBERS
from ingest.parquet_file import is_parquet, parquet_lines
from ingest.records import Line, compression_of, lines, opened
from ingest.refusals import READ_ERRORS, unreadable
from ingest.repair import UnreadableError, decoded

_LINES = 400
_DEEPEST = 6
_MOST_COLUMNS = 300
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


@dataclass(frozen=True, slots=True)
class Seen:
    """A column and its values in the sample, as text; an empty one is None."""

    path: tuple[str, ...]
    values: tuple[str | None, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The words of its name, the innermost last."""
        return tuple(word.lower() for name in self.path for word in _WORD.findall(name))

    @property
    def filled(self) -> list[str]:
        """The values that are not empty."""
        return [value for value in self.values if value]

    @property
    def distinct(self) -> list[str]:
        """The different values, most frequent first."""
        counts: dict[str, int] = {}
        for value in self.filled:
            counts[value] = counts.get(value, 0) + 1
        return sorted(counts, key=lambda value: (-counts[value], value))

    def counts(self, numbers: str) -> list[int | None] | None:
        """Return the values as whole numbers, or None if they are not."""
        found = [None if value is None else _count(value, numbers) for value in self.values]
        filled = len(self.filled)
        return found if filled and filled == sum(each is not None for each in found) else None


@dataclass(frozen=True, slots=True)
class Sample:
    """The first records of a file.

    Attributes:
        form: ``csv``, ``json`` or ``parquet``.
        rows: How many records were seen.
        columns: Their scalar values, by column.
        records: The way into the container they lie in; empty without one.
        lists: Columns that hold lists, which are not looked into.
    """

    form: str
    rows: int
    columns: tuple[Seen, ...]
    records: str = ""
    lists: tuple[str, ...] = field(default=())


def sample_of(path: Path) -> Sample:
    """Look at a file.

    Raises:
        InputError: it has no records.
    """
    try:
        form, found = _records(path)
    except READ_ERRORS as error:
        raise InputError(unreadable(str(path), error)) from None
    if not found:
        raise InputError(f"{path} holds no records to look at: no CSV, JSON or Parquet")
    way = ""
    while (name := _container(found)) is not None:
        way += f".{name}[]" if way else f"{name}[]"
        found = [inner for record in found for inner in record[name]][:_LINES]
    flat = [dict(_flat(record)) for record in found]
    paths = list(dict.fromkeys(each for record in flat for each in record))[:_MOST_COLUMNS]
    lists = {each for record in flat for each in record if isinstance(record[each], list)}
    columns = tuple(
        Seen(each, tuple(_text(record.get(each)) for record in flat))
        for each in paths
        if each not in lists
    )
    named = tuple(".".join(each) for each in paths if each in lists)
    return Sample(form, len(found), columns, way, named)


def _records(path: Path) -> tuple[str, list[dict[str, Any]]]:
    if is_parquet(path):
        return "parquet", _decoded(parquet_lines(path))
    compression = compression_of(path)
    with opened(path, compression) as stream:
        head = stream.read(HEAD_BYTES)
    refuse_foreign(str(path), head)
    for read in (lines, document_records):
        with opened(path, compression) as stream:
            if found := _decoded(read(stream)):
                return "json", found
    refuse_no_text(str(path), head)
    refuse_old_lines(str(path), head)
    tables = []
    for delimiter in DELIMITERS:
        with opened(path, compression) as stream:
            tables.append(_decoded(csv_records(stream, delimiter)))
    return "csv", max(tables, key=lambda table: (len(table[0]) > 1, len(table)) if table else ())


def _decoded(members: Iterator[Line]) -> list[dict[str, Any]]:
    found = []
    for line in islice(members, _LINES):
        try:
            found.append(decoded(line))
        except UnreadableError:
            continue
    return found


def _container(records: Sequence[dict[str, Any]]) -> str | None:
    """Return the array that every record holds others in, if there is one such."""
    names = [
        name
        for name, value in records[0].items()
        if isinstance(value, list) and value and all(isinstance(each, dict) for each in value)
    ]
    many = [name for name in names if all(isinstance(each.get(name), list) for each in records)]
    counted = any(isinstance(value, int | Decimal) for value in _scalars(records[0]))
    return many[0] if len(many) == 1 and not counted else None


def _scalars(record: dict[str, Any]) -> Iterator[object]:
    return (value for name, value in _flat(record) if "token" in "".join(name).lower())


def _flat(record: dict[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[Any, Any]]:
    for name, value in record.items():
        path = (*above, name)
        if '"' in name or not name.isprintable() or not name.strip():
            continue
        if isinstance(value, dict) and len(path) < _DEEPEST:
            yield from _flat(value, path)
        elif not isinstance(value, dict):
            yield path, value


def _text(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _count(text: str, numbers: str) -> int | None:
    thousands, fraction = NUMBERS[numbers]
    if thousands and thousands in text:
        pattern = rf"-?[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+"
        if not re.fullmatch(rf"{pattern}(?:{re.escape(fraction)}0*)?", text):
            return None
        text = text.replace(thousands, "")
    if not re.fullmatch(rf"-?[0-9]{{1,18}}(?:{re.escape(fraction)}0*)?", text, re.ASCII):
        return None
    return int(text.split(fraction)[0])
