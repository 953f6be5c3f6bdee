"""A source's records at one place inside the lines of a file, as the SQL that reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import duckdb

from ingest.envelope import LABELS, PATHS, REQUEST, places
from ingest.recognition import Clause
from ingest.source import Source, all_sources

#: What a source's select may report of usage, with the type a missing column is filled as.
_USAGE: dict[str, str] = {
    "event_id": "VARCHAR",
    "rank": "INTEGER",
    "time": "VARCHAR",
    "provider": "VARCHAR",
    "gateway": "VARCHAR",
    "model_raw": "VARCHAR",
    "tier_reported": "VARCHAR",
    "tier_fixed": "VARCHAR",
    "tier_fixed_by": "VARCHAR",
    "region": "VARCHAR",
    "base_url": "VARCHAR",
    "endpoint": "VARCHAR",
    "status": "VARCHAR",
    "grain": "VARCHAR",
    "series": "VARCHAR",
    "pull": "BIGINT",
    "requests": "BIGINT",
    "billable": "BOOLEAN",
    "billing": "VARCHAR",
    "not_usage": "VARCHAR",
    "problem": "VARCHAR",
    "input_reported": "VARCHAR",
    "uncached_reported": "VARCHAR",
    "cache_read_reported": "VARCHAR",
    "cache_write_reported": "VARCHAR",
    "cache_write_long_reported": "VARCHAR",
    "output_reported": "VARCHAR",
    "reasoning_reported": "VARCHAR",
    "total_reported": "VARCHAR",
    "web_search_calls": "VARCHAR",
    "file_search_calls": "VARCHAR",
    "container_sessions": "VARCHAR",
    "other_units": "JSON",
    "usage_missing": "BOOLEAN",
    "project": "VARCHAR",
    "team": "VARCHAR",
    "user_id": "VARCHAR",
    "workload": "VARCHAR",
    "effort": "VARCHAR",
    "session": "VARCHAR",
    "prefix_key": "VARCHAR",
    "api_key": "VARCHAR",
    "api_key_name": "VARCHAR",
    "tags": "JSON",
    "body_metadata": "JSON",
    "stated_cost": "VARCHAR",
    "stated_cost_kind": "VARCHAR",
    "envelope": "STRUCT",
}

#: What it may report of money.
_COST: dict[str, str] = {
    **dict.fromkeys(
        ("cost_key", "provider", "series", "bucket_start", "bucket_end", "amount", "currency",
         "line_item", "service_tier", "model", "modality", "meter", "quantity", "quantity_unit",
         "project_id", "organization_id", "user_id", "api_key_id", "observed_at"),
        "VARCHAR",
    ),
    "pull": "BIGINT",
    "parsed": "BOOLEAN",
    "long_context": "BOOLEAN",
    "envelope": "STRUCT",
}  # fmt: skip

#: By the table that keeps the rows: what may be reported, and the query that makes columns of it.
_STORED = {"usage_event": (_USAGE, "normalise"), "provider_cost": (_COST, "normalise_cost")}


#: A line as SQL knows it: by a name that no column of a log has.
_LINE = '"a line"'


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a source's records lie: bare (the empty path) or inside an envelope."""

    source: Source
    path: tuple[str, ...]
    form: str = "json"

    def select(self, con: duckdb.DuckDBPyConnection, relation: str) -> str:
        """Return the select that turns a relation of lines into normalised rows, in line order.

        Args:
            con: Used to learn which columns the source reports.
            relation: SQL that yields the columns of ``columns``, one row a line.
        """
        record = (
            f"select {self._body()} as body, {self._envelope()} as envelope "
            f"from {relation} as {_LINE}"
        )
        _, normalise = _STORED[self.source.stores]
        reported = _complete(con, self.source, _typed_record(self))
        return (
            f"with record as ({record}),\n"
            f"sourced as ({_statement(self.source.sql)}),\n"
            f"reported as (select {reported} from sourced)\n"
            f"select * from ({_statement(_sql(normalise))})"
        )

    def columns(self) -> dict[str, str]:
        """Return the top-level columns a line is read as, with their DuckDB types."""
        record = self._record_fields()
        if len(self.path) == 1:
            nested_places = {path[1] for path in PATHS if len(path) > 1 and path[0] == self.path[0]}
            record |= dict.fromkeys(nested_places - record.keys(), "JSON")
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
        return fields

    def _body(self) -> str:
        return _LINE + "".join(f'."{key}"' for key in self.path)

    def _envelope(self) -> str:
        clauses = [each for each in self.source.clauses if each.values or self.form != "csv"]
        claims = " and ".join(clause.sql(self._body()) for clause in clauses) or self._any_cell()
        if self.path:
            others = [
                " and ".join(clause.sql(_LINE) for clause in self._outermost(source.clauses))
                for source in all_sources()
            ]
            claims += "".join(f" and not coalesce({other}, false)" for other in others)
            claims += "".join(f" and {place} is null" for place in self._earlier_places())
        columns = self.columns()
        # What a bare record's source reads itself it also reports itself.
        own = set() if self.path else self.source.reads.keys()
        labels = ", ".join(
            f'"{name}" := {_LINE}."{name}"'
            if columns.get(name) == kind and name not in own
            else f'"{name}" := cast(null as {kind})'
            for name, kind in LABELS.items()
        )
        return f"struct_pack(claimed := coalesce({claims}, false), {labels})"


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
        f"cast(null as STRUCT(claimed BOOLEAN, {labels})) as envelope"
    )


def _complete(con: duckdb.DuckDBPyConnection, source: Source, typed_record: str) -> str:
    described = con.execute(
        f"describe with record as ({typed_record}) select * from ({_statement(source.sql)})"
    ).fetchall()
    present = {str(row[0]) for row in described}
    known, _ = _STORED[source.stores]
    if unknown := present - known.keys():
        raise ValueError(f"{source.name}.sql reports columns nobody reads: {sorted(unknown)}")
    return ", ".join(
        f'"{name}"' if name in present else f'cast(null as {kind}) as "{name}"'
        for name, kind in known.items()
    )


def _sql(name: str) -> str:
    return (files("ingest") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def _statement(sql: str) -> str:
    return "\n".join(line for line in sql.splitlines() if not line.startswith("--"))
