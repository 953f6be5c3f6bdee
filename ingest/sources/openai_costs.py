"""The grouping of a pull from the Costs API or of a cost export; amounts as they are written."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ingest.admin_export import told_by_export
from ingest.admin_pull import Admin
from ingest.records import Line
from ingest.told import Ask, Told


def _as_written(line: Line, page: dict[str, Any]) -> dict[str, Any]:
    """Decode a page again with its fractions as text: an amount is never a float."""
    if line.content is None:
        return page
    written: dict[str, Any] = json.loads(line.content, parse_float=str)
    return written


_COSTS = Admin(
    object_of=lambda row: "organization.costs.result" if "amount_value" in row else None,
    takes=lambda kind: kind == "organization.costs.result",
    grouped=("api_key_id", "api_source", "line_item", "project_id", "user_id"),
    redecoded=_as_written,
)


def opens(record: dict[str, Any]) -> bool:
    """Tell whether a record is such a page, bucket or row."""
    return _COSTS.opens(record)


def rewrite(
    records: Iterable[tuple[Line, dict[str, Any]]],
) -> Iterator[tuple[Line, dict[str, Any]]]:
    """Yield the records with what their pull says of them."""
    return _COSTS.annotated(records)


def told(ask: Ask, columns: Sequence[str]) -> Told | None:
    """Return what an export says as a whole, where SQL can ask it."""
    return told_by_export(_COSTS, ask, columns)
