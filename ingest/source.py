"""A log source: one ``.sql`` file whose header says how its records are recognised and read."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ingest.recognition import Clause, parse_clauses

_FIELD = re.compile(r"^-- ([a-z]+):\s*(.*)$")
_TITLE = re.compile(r"^-- (\w+): (.+)$")


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
        sql: A select from ``record(body, envelope)`` to reported columns.
    """

    name: str
    title: str
    clauses: tuple[Clause, ...]
    formats: tuple[str, ...]
    wrapped: bool
    reads: dict[str, str]
    notes: dict[str, str]
    sql: str

    def recognises(self, record: dict[str, object]) -> bool:
        """Tell whether a decoded record is this source's."""
        return all(clause.holds(record) for clause in self.clauses)


@cache
def all_sources() -> tuple[Source, ...]:
    """Return every source found in ``ingest/sources``, by name."""
    folder = files("ingest") / "sources"
    texts = {
        entry.name.removesuffix(".sql"): entry.read_text(encoding="utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".sql")
    }
    return tuple(parse_source(name, texts[name]) for name in sorted(texts))


def parse_source(name: str, text: str) -> Source:
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
    return Source(
        name=name,
        title=title.group(2),
        clauses=parse_clauses(fields["recognised"]),
        formats=tuple(fields["formats"].split()),
        wrapped=fields["wrapped"] == "yes",
        reads=dict(_read(name, line) for line in fields["reads"].splitlines()),
        notes={field: fields[field] for field in ("key", "counts", "tier", "traps")},
        sql=text,
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
