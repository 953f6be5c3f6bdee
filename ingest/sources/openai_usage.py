"""The grouping and width of a pull from the Usage API, and the endpoint of a dashboard export."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from ingest.admin_export import told_by_export
from ingest.admin_pull import TIMES, Admin
from ingest.records import Line
from ingest.told import Ask, Told

#: A column that only one endpoint's export has, in the order they are looked for.
_ENDPOINTS = {
    "output_tokens": "completions",
    "images": "images",
    "characters": "audio_speeches",
    "seconds": "audio_transcriptions",
    "usage_bytes": "vector_stores",
    "num_sessions": "code_interpreter_sessions",
    "sessions": "code_interpreter_sessions",
    "context_level": "web_searches",
    "vector_store_id": "file_searches",
    "input_tokens": "embeddings",
}


@lru_cache(maxsize=64)
def _endpoint_with(columns: tuple[str, ...]) -> str | None:
    return next((name for column, name in _ENDPOINTS.items() if column in columns), None)


def _object_of(row: dict[str, Any]) -> str | None:
    """Name a row of an export as a page names its results; one without usage is any endpoint's."""
    endpoint = _endpoint_with(tuple(row))
    if endpoint == "embeddings" and "moderation" in str(row.get("model")):
        endpoint = "moderations"
    if endpoint is None and row.keys() != TIMES:
        return None
    return f"organization.usage.{endpoint}.result"


_USAGE = Admin(
    object_of=_object_of,
    takes=lambda kind: kind.startswith("organization.usage."),
    grouped=(
        "api_key_id",
        "api_source",
        "batch",
        "context_level",
        "model",
        "project_id",
        "service_tier",
        "size",
        "source",
        "user_id",
        "vector_store_id",
    ),
)


def opens(record: dict[str, Any]) -> bool:
    """Tell whether a record is such a page, bucket or row."""
    return _USAGE.opens(record)


def rewrite(
    records: Iterable[tuple[Line, dict[str, Any]]],
) -> Iterator[tuple[Line, dict[str, Any]]]:
    """Yield the records with what their pull says of them."""
    return _USAGE.annotated(records)


def told(ask: Ask, columns: Sequence[str]) -> Told | None:
    """Return what an export says as a whole, where SQL can ask it."""
    return told_by_export(_USAGE, ask, columns)
