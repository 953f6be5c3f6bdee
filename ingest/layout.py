"""A source's records at one place inside the lines of a file, as the SQL that reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import duckdb

from ingest.envelope import LABELS, PATHS, REQUEST, places
from ingest.recognition import Clause
from ingest.reported import complete, normalise, statement
from ingest.source import Source, all_sources

#: A line as SQL knows it: by a name that no column of a log has.
_LINE = '"a line"'


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a source's records lie: bare (the empty path) or inside an envelope."""

    source: Source
    path: tuple[str, ...]
    form: str = "json"

    def select(
        self,
        con: duckdb.DuckDBPyConnection,
        relation: str,
        absent: frozenset[str] = frozenset(),
    ) -> str:
        """Return the select that turns a relation of lines into normalised rows, in line order.

        Args:
            con: Used to learn which columns the source reports.
            relation: SQL that yields the columns of ``columns``, one row a line.
            absent: Those of ``inputs`` that are taken to be NULL, so that nothing is worked out
                from them; a row of which that is not true is not ``usual``.
        """
        record = (
            f"select {self._body_without(absent)} as body, {self._envelope(absent)} as envelope "
            f"from {relation} as {_LINE}"
        )
        reported = complete(con, self.source, _typed_record(self))
        return (
            f"with record as ({record}),\n"
            f"sourced as ({statement(self.source.sql)}),\n"
            f"reported as (select {reported} from sourced)\n"
            f"select * from ({normalise(self.source)})"
        )

    def columns(self) -> dict[str, str]:
        """Return the top-level columns a line is read as, with their DuckDB types."""
        record = self._record_fields()
        if not self.path:
            return record | self._labels_beside(record)
        nested = ", ".join(f'"{name}" {kind}' for name, kind in record.items())
        for key in reversed(self.path):
            nested = f'"{key}" STRUCT({nested})'
        top, _, kind = nested.partition(" ")
        outer = {top.strip('"'): kind}
        outer |= {path[0]: "JSON" for path in PATHS[1:] if path[0] not in outer}
        for name, kind in _clause_columns(all_sources()).items():
            outer.setdefault(name, kind)
        return outer | self._labels_beside(outer)

    def _labels_beside(self, columns: dict[str, str]) -> dict[str, str]:
        """Return the labels to read: of a mapped record none, as its file names all that counts."""
        if self.source.described_in:
            return {}
        return {
            name: kind
            for name, kind in LABELS.items()
            if name not in columns and (self.path or name != REQUEST)
        }

    def _any_cell(self) -> str:
        """A row of a CSV that cannot be read has no cell."""
        if self.form != "csv":
            return "true"
        cells = ", ".join(f'cast({self._body()}."{name}" as varchar)' for name in self.columns())
        return f"coalesce({cells}) is not null"

    def _outermost(self, clauses: Sequence[Clause]) -> list[Clause]:
        """Clauses that can be asked of the line: what lies in this record's place is its own."""
        return [each for each in clauses if each.top == each.field or each.top != self.path[0]]

    def _earlier_places(self) -> list[str]:
        """Places looked at before this one; a line that has one is read one by one."""
        earlier = PATHS[1 : PATHS.index(self.path)]
        return [
            f'{_LINE}."{path[0]}"' + (f'."{path[1]}"' if path[0] == self.path[0] else "")
            for path in earlier
        ]

    def _record_fields(self) -> dict[str, str]:
        fields = dict(self.source.reads)
        for clause in self.source.clauses:
            fields.setdefault(clause.top, "JSON")
        if len(self.path) == 1:
            nested_places = {path[1] for path in PATHS if len(path) > 1 and path[0] == self.path[0]}
            fields |= dict.fromkeys(sorted(nested_places - fields.keys()), "JSON")
        return fields

    @property
    def inputs(self) -> tuple[str, ...]:
        """All that rows are made of, as SQL of a line."""
        labels = [label for label, _ in self._labels().values() if label]
        return tuple(
            dict.fromkeys([*(given for given, _ in self._body_fields().values()), *labels])
        )

    def absent(self, con: duckdb.DuckDBPyConnection, relation: str) -> frozenset[str]:
        """Return the ``inputs`` that no line of a relation that is such a record has."""
        counted = ", ".join(f"count({each})" for each in self.inputs)
        [counts] = con.execute(
            f"select {counted} from {relation} as {_LINE} where {self._claims()}"
        ).fetchall()
        return frozenset(each for each, n in zip(self.inputs, counts, strict=True) if not n)

    def _body_fields(self) -> dict[str, tuple[str, str]]:
        """Fields of a record as SQL of a line, and their types."""
        fields = self._record_fields() if self.path else self.columns()
        return {name: (f'{self._body()}."{name}"', kind) for name, kind in fields.items()}

    def _body(self) -> str:
        return _LINE + "".join(f'."{key}"' for key in self.path)

    def _body_without(self, absent: frozenset[str]) -> str:
        if not absent:
            return self._body()
        fields = ", ".join(
            f'"{name}" := {_given(value, kind, absent)}'
            for name, (value, kind) in self._body_fields().items()
        )
        return f"struct_pack({fields})"

    def _claims(self) -> str:
        """Whether a line is a record of this layout."""
        clauses = [each for each in self.source.clauses if each.values or self.form != "csv"]
        claims = " and ".join(clause.sql(self._body()) for clause in clauses) or self._any_cell()
        if self.path:
            others = [
                " and ".join(clause.sql(_LINE) for clause in self._outermost(source.clauses))
                for source in all_sources()
            ]
            claims += "".join(f" and not coalesce({other}, false)" for other in others)
            claims += "".join(f" and {place} is null" for place in self._earlier_places())
        return f"coalesce({claims}, false)"

    def _labels(self) -> dict[str, tuple[str, str]]:
        """Labels of the line as SQL, empty where there is none to read, and their types."""
        columns = self.columns()
        # What a bare record's source reads itself it also reports itself.
        own = set() if self.path else self.source.reads.keys()
        return {
            name: (
                f'{_LINE}."{name}"' if columns.get(name) == kind and name not in own else "",
                kind,
            )
            for name, kind in LABELS.items()
        }

    def _envelope(self, absent: frozenset[str]) -> str:
        labels = ", ".join(
            f'"{name}" := {_given(label, kind, absent)}'
            for name, (label, kind) in self._labels().items()
        )
        usual = " and ".join(f"{each} is null" for each in sorted(absent)) or "true"
        return f"struct_pack(claimed := {self._claims()}, usual := {usual}, {labels})"


def _given(value: str, kind: str, absent: frozenset[str]) -> str:
    return value if value and value not in absent else f"cast(null as {kind})"


def claims(line: dict[str, object], sources: Sequence[Source], form: str = "json") -> list[Layout]:
    """Return the layouts that claim a decoded line at its outermost claimed place.

    One is a clean claim; several are an ambiguity the caller must refuse.
    """
    for placed in places(line):
        found = [
            Layout(source, placed.path, "csv" if form == "csv" else "json")
            for source in sources
            if (form in source.formats or (form == "parquet" and "json" in source.formats))
            and (source.wrapped or not placed.path)
            and source.recognises(placed.record, form)
        ]
        if found:
            return found
    return []


@cache
def _clause_columns(sources: tuple[Source, ...]) -> dict[str, str]:
    """Return the columns in which any source's clauses can be asked of a line."""
    inner: dict[str, dict[str, None]] = {}
    valued: set[str] = set()
    for clause in (clause for source in sources for clause in source.clauses):
        fields = inner.setdefault(clause.top, {})
        if clause.top != clause.field:
            fields.setdefault(clause.field.removeprefix(f"{clause.top}."))
        elif clause.values:
            valued.add(clause.top)
    columns = {}
    for top, fields in inner.items():
        listed = ", ".join(f'"{name}" VARCHAR' for name in fields)
        columns[top] = f"STRUCT({listed})" if fields else "VARCHAR" if top in valued else "JSON"
    return columns


def _typed_record(layout: Layout) -> str:
    columns = layout.columns()
    if layout.path:
        top = layout.path[0]
        kind = columns[top]
        for key in layout.path[1:]:
            kind = kind.removeprefix(f'STRUCT("{key}" ').removesuffix(")")
    else:
        kind = "STRUCT(" + ", ".join(f'"{name}" {k}' for name, k in columns.items()) + ")"
    labels = ", ".join(f'"{name}" {kind}' for name, kind in LABELS.items())
    return (
        f"select cast(null as {kind}) as body, "
        f"cast(null as STRUCT(claimed BOOLEAN, usual BOOLEAN, {labels})) as envelope"
    )
