"""A log source: one ``.sql`` file whose header says how its records are recognised and read."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol, cast

from ingest.recognition import Clause, parse_clauses
from ingest.records import Line
from ingest.unfold import Unfolding, parse_unfoldings

_FIELD = re.compile(r"^-- ([a-z]+):\s*(.*)$")
_TITLE = re.compile(r"^-- (\w+): (.+)$")


class Rewriter(Protocol):
    """A ``.py`` beside a source: for a format whose lines need the lines before them."""

    def opens(self, record: dict[str, Any], /) -> bool:
        """Tell whether a record shows that a file is of this format."""

    def rewrite(
        self, records: Iterable[tuple[Line, dict[str, Any]]], /
    ) -> Iterator[tuple[Line, dict[str, Any]]]:
        """Yield one record for each record of one file, in order."""


class SourceFileError(ValueError):
    """A source's header does not say what it must."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One log format.

    Attributes:
        name: The file's name, and the value of the event's ``source`` column.
        title: One line for people.
        clauses: All must hold for a record to be this source's.
        formats: ``json``, ``csv`` or both.
        wrapped: Whether the record may lie inside a common envelope.
        reads: Field names of a record with the DuckDB type each is read as.
        notes: The header's prose (key, counts, tier, traps) for ``docs`` and ``ratecard sources``.
        unfolds: Ways into a container of such records.
        rewriter: What a file's records go through before they are recognised.
        sql: A select from ``record(body, envelope)`` to reported columns.
        stores: The table that keeps its rows: ``usage_event``, or ``provider_cost`` for money.
        by_row: Records are told apart by their place in the file: content and line are the id.
        expected: Ways to values that a sample of its records must show.
        described_in: The mapping file that describes it; None for a source of our own.
    """

    name: str
    title: str
    clauses: tuple[Clause, ...]
    formats: tuple[str, ...]
    wrapped: bool
    reads: dict[str, str]
    notes: dict[str, str]
    sql: str
    unfolds: tuple[Unfolding, ...] = ()
    rewriter: Rewriter | None = None
    stores: str = "usage_event"
    by_row: bool = False
    expected: tuple[tuple[str, ...], ...] = ()
    described_in: Path | None = None

    def recognises(self, record: dict[str, object], form: str = "json") -> bool:
        """Tell whether a decoded record is this source's; a CSV row is known by its columns."""
        if form == "csv":
            return all(clause.holds_of_columns(record) for clause in self.clauses)
        return all(clause.holds(record) for clause in self.clauses)

    @property
    def digest(self) -> str:
        """What tells two readings of the same content apart."""
        return hashlib.sha256(f"{self.name} {self.reads} {self.sql}".encode()).hexdigest()[:16]


@cache
def all_sources() -> tuple[Source, ...]:
    """Return every source found in ``ingest/sources``, by name."""
    folder = files("ingest") / "sources"
    entries = {entry.name: entry for entry in folder.iterdir()}
    found = []
    for file_name in sorted(entries):
        name = file_name.removesuffix(".sql")
        if name != file_name:
            text = entries[file_name].read_text(encoding="utf-8")
            has_rewriter = f"{name}.py" in entries
            found.append(parse_source(name, text, _rewriter(name) if has_rewriter else None))
    return tuple(found)


def _rewriter(name: str) -> Rewriter:
    return cast("Rewriter", import_module(f"ingest.sources.{name}"))


def parse_source(name: str, text: str, rewriter: Rewriter | None = None) -> Source:
    """Read a source file.

    Raises:
        SourceFileError: the header lacks a field or names a type that cannot be read.
    """
    lines = text.splitlines()
    title = _TITLE.match(lines[0]) if lines else None
    if not title or title.group(1) != name:
        raise SourceFileError(f"{name}.sql must begin with '-- {name}: <what it reads>'")
    fields = _header_fields(lines[1:])
    for field in ("recognised", "formats", "wrapped", "reads", "key", "counts", "tier", "traps"):
        if not fields.get(field):
            raise SourceFileError(f"{name}.sql: the header lacks '{field}:'")
    reads = dict(_read(name, line) for line in fields["reads"].splitlines())
    return Source(
        name=name,
        title=title.group(2),
        clauses=parse_clauses(fields["recognised"]),
        formats=tuple(fields["formats"].split()),
        wrapped=fields["wrapped"] == "yes",
        reads=reads,
        notes={field: fields[field] for field in ("key", "counts", "tier", "traps")},
        sql=text,
        unfolds=parse_unfoldings(fields.get("unfolds", ""), reads),
        rewriter=rewriter,
        by_row=fields.get("identified") == "by row",
        stores=fields.get("stores", "usage_event"),
    )


def _header_fields(lines: list[str]) -> dict[str, str]:
    fields: dict[str, list[str]] = {}
    current: list[str] = []
    for line in lines:
        if not line.startswith("--"):
            break
        if match := _FIELD.match(line):
            current = fields.setdefault(match.group(1), [])
            current.append(match.group(2))
        elif line.startswith("--   "):
            current.append(line[5:].strip())
        else:
            current = []
    return {name: "\n".join(filter(None, parts)) for name, parts in fields.items()}


def _read(name: str, line: str) -> tuple[str, str]:
    field, _, kind = line.partition(" ")
    if not kind.strip():
        raise SourceFileError(f"{name}.sql: '{line}' names a field without its type")
    return field, kind.strip()
