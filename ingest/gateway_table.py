"""Tables that gateways log into, and the SQL that reads them: what a source reads, nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, cast

import duckdb
import orjson
from duckdb.sqltypes import DuckDBPyType

from ingest.fetched import FetchError
from ingest.source import Source

#: Columns that hold what was said; they never leave the database.
_TEXTS = {"messages", "response", "proxy_server_request", "content"}


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway that logs into PostgreSQL.

    Attributes:
        name: What ``--source`` calls it.
        source: The source that reads its rows.
        table: Its table of requests.
        time: The column that rows are read in the order of.
        key: The column that orders rows of one time.
    """

    name: str
    source: str
    table: str
    time: str
    key: str


GATEWAYS = (
    Gateway("litellm", "litellm_spend_logs", "LiteLLM_SpendLogs", "startTime", "request_id"),
    Gateway("newapi", "newapi_logs", "logs", "created_at", "id"),
)


@dataclass(frozen=True, slots=True)
class GatewayTable:
    """A gateway's table as one server has it: which of the columns there are, and their types."""

    gateway: Gateway
    source: Source
    schema: str
    columns: Mapping[str, str]

    @property
    def missing(self) -> list[str]:
        """Columns without which its rows are not recognised."""
        wanted = [self.gateway.time, self.gateway.key]
        wanted += [each.top for each in self.source.clauses if each.verb == "has"]
        return [name for name in dict.fromkeys(wanted) if name not in self.columns]

    def select(self, since: datetime | None, after: Sequence[Any] | None, rows: int) -> str:
        """Return the query for the next rows, each as one JSON text.

        Args:
            since: Only rows of this time or later.
            after: Time and key of the last row that was read, as they stand in its JSON.
            rows: At most so many.
        """
        read = dict.fromkeys([*self.source.reads, self.gateway.time, self.gateway.key])
        listed = ", ".join(
            self._column(name) for name in read if name in self.columns and name not in _TEXTS
        )
        time, key = _quoted(self.gateway.time), _quoted(self.gateway.key)
        first = self._instant(since) if since else "true"
        if after:
            last = ", ".join(_literal(value) for value in after)
            first = f"t.{time} >= {_literal(after[0])} and (t.{time}, t.{key}) > ({last})"
        return (
            f"select row_to_json(q)::text from (select {listed} "
            f"from {_quoted(self.schema)}.{_quoted(self.gateway.table)} t "
            f"where {first} order by t.{time}, t.{key} limit {rows}) q"
        )

    def time_of(self, record: Mapping[str, Any]) -> datetime:
        """Return a row's time in UTC."""
        value = record[self.gateway.time]
        try:
            instant = (
                datetime.fromtimestamp(value, UTC)
                if isinstance(value, int)
                else datetime.fromisoformat(value)
            )
        except (OverflowError, TypeError, ValueError):
            at = f"{self.gateway.table}.{self.gateway.time}"
            raise FetchError(f"{at} holds {value}, which is no time") from None
        return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant

    def narrowed(self, record: dict[str, Any]) -> dict[str, Any]:
        """Return of a row what its source reads."""
        kept = _kept(self.source)
        return {
            name: _narrowed(value, kept[name]) for name, value in record.items() if name in kept
        }

    def _column(self, name: str) -> str:
        """A column; of a JSON object in it the fields that are read."""
        column = f"t.{_quoted(name)}"
        stored = self.columns[name]
        kept = _kept(self.source).get(name)
        if stored not in {"json", "jsonb"} or not isinstance(kept, dict):
            return column
        fields = ", ".join(f"{_literal(each)}, {column} -> {_literal(each)}" for each in kept)
        return (
            f"case {stored}_typeof({column}) when 'object' "
            f"then {stored}_build_object({fields}) else {column} end as {_quoted(name)}"
        )

    def _instant(self, since: datetime) -> str:
        column = f"t.{_quoted(self.gateway.time)}"
        if "int" in self.columns[self.gateway.time]:
            return f"{column} >= {(since - datetime(1970, 1, 1)) // timedelta(seconds=1)}"  # noqa: DTZ001
        return f"{column} >= {_literal(since.isoformat())}"


@cache
def _kept(source: Source) -> dict[str, Any]:
    """Return what is kept of each column: fields, a list of what, or None for all of it."""
    return {name: _outlined(duckdb.sqltype(kind)) for name, kind in source.reads.items()}


def _outlined(kind: DuckDBPyType) -> Any:
    if kind.id not in {"list", "struct"}:
        return None
    inner = {
        name: _outlined(each)
        for name, each in cast("list[tuple[str, DuckDBPyType]]", kind.children)
    }
    return inner if kind.id == "struct" else list(inner.values())


def _narrowed(value: Any, kept: Any) -> Any:
    if kept is None or value is None:
        return value
    if isinstance(kept, list):
        members = value if isinstance(value, list) else []
        return [_narrowed(member, kept[0]) for member in members]
    if isinstance(value, str):
        value = _object_in(value)
    if not isinstance(value, dict):
        return None
    return {name: _narrowed(value[name], each) for name, each in kept.items() if name in value}


def _object_in(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: Any) -> str:
    if isinstance(value, int):
        return str(value)
    text = str(value).replace("'", "''")
    return f"E'{text.replace(chr(92), chr(92) * 2)}'" if "\\" in text else f"'{text}'"


def gateway_called(name: str) -> Gateway | None:
    """Return the gateway of a name, or of the name of its source."""
    return next((each for each in GATEWAYS if name in {each.name, each.source}), None)
