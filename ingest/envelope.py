"""Where in a logged line the record lies, and the labels that may stand beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: Places a logger puts a provider's body, outermost first. The empty path is a bare record.
PATHS: tuple[tuple[str, ...], ...] = ((), ("response", "body"), ("response",), ("body",))

#: Labels of the line itself, read wherever the record lies, with the type each is read as.
LABELS: dict[str, str] = {
    "team": "VARCHAR",
    "team_id": "VARCHAR",
    "team_alias": "VARCHAR",
    "project": "VARCHAR",
    "project_id": "VARCHAR",
    "user": "VARCHAR",
    "user_id": "VARCHAR",
    "api_key": "VARCHAR",
    "api_key_name": "VARCHAR",
    "api_key_alias": "VARCHAR",
    "key_alias": "VARCHAR",
    "workload": "VARCHAR",
    "feature": "VARCHAR",
    "effort": "VARCHAR",
    "reasoning_effort": "VARCHAR",
    "session": "VARCHAR",
    "session_id": "VARCHAR",
    "conversation_id": "VARCHAR",
    "thread_id": "VARCHAR",
    "prompt_cache_key": "VARCHAR",
    "tags": "JSON",
    "metadata": "JSON",
    "timestamp": "VARCHAR",
    "time": "VARCHAR",
    "ts": "VARCHAR",
    "date": "VARCHAR",
    "region": "VARCHAR",
    "base_url": "VARCHAR",
    "api_base": "VARCHAR",
    "url": "VARCHAR",
    "request": (
        "STRUCT(reasoning_effort VARCHAR, reasoning JSON, output_config JSON, "
        "prompt_cache_key VARCHAR)"
    ),
}

#: The label that is an object: what was asked, logged beside the answer. A bare record has none.
REQUEST = "request"


def labels_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the labels that a decoded line has."""
    return {name: said for name, said in record.items() if name in LABELS and said is not None}


#: Objects a provider's API returns that are no paid call.
NOT_USAGE_OBJECTS = {
    "file": "a file object, not usage",
    "file.deleted": "a file object, not usage",
    "model": "a model object, not usage",
    "batch": "a batch object: its requests are in the batch's output file",
    "response.input_tokens": "a token count, not a paid call",
    "response.deleted": "a deletion, not usage",
    "conversation": "a conversation object, not usage",
    "container": "a container object, not usage",
}

#: The same of other vendors, who name the type otherwise.
NOT_USAGE_TYPES = {
    "file_deleted": NOT_USAGE_OBJECTS["file"],
    "message_batch": "a batch object: its requests are in the batch's results",
    "model": NOT_USAGE_OBJECTS["model"],
}

#: Keys that only records have which carry no usage.
NOT_USAGE_KEYS = {
    "resourceMetrics": "OpenTelemetry metrics: sums of what spans tell call by call",
    "resourceLogs": "OpenTelemetry log records: usage is read from spans",
    "bookmarked": "a Langfuse trace: its observations carry the usage",
    "observationId": "a Langfuse score, not usage",
    "observation_id": "a Langfuse score, not usage",
}

#: All that the answer to a question for a token count has, at Anthropic and at Google.
TOKEN_COUNT_FIELDS = {
    "input_tokens", "totalTokens", "totalBillableCharacters", "promptTokensDetails",
    "cachedContentTokenCount",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placed:
    """A record found at a path inside a line."""

    path: tuple[str, ...]
    record: dict[str, object]


def places(line: dict[str, object]) -> list[Placed]:
    """Return every place of a line where a record can lie, outermost first."""
    found = []
    for path in PATHS:
        record: object = line
        for key in path:
            record = record.get(key) if isinstance(record, dict) else None
        if isinstance(record, dict):
            found.append(Placed(path, record))
    return found


def not_usage_reason(line: dict[str, object]) -> str | None:
    """Say why a line is known to carry no usage, or return None when that is not known."""
    for placed in places(line):
        if reason := _record_reason(placed.record):
            return reason
    return None


def _record_reason(record: dict[str, object]) -> str | None:
    kind, event = record.get("object"), record.get("type")
    if isinstance(record.get("error"), dict) and not record.get("usage"):
        reason = "an API error: not billed"
    elif isinstance(kind, str) and kind in NOT_USAGE_OBJECTS:
        reason = NOT_USAGE_OBJECTS[kind]
    elif kind == "list" and "usage" not in record:
        reason = "a listing, not usage"
    elif isinstance(kind, str) and kind.startswith("vector_store"):
        reason = "a vector store object, not usage"
    elif event == "file" and "filename" in record:
        reason = NOT_USAGE_OBJECTS["file"]
    elif isinstance(event, str) and event in NOT_USAGE_TYPES:
        reason = NOT_USAGE_TYPES[event]
    elif record.keys() <= TOKEN_COUNT_FIELDS and record:
        reason = NOT_USAGE_OBJECTS["response.input_tokens"]
    elif isinstance(event, str) and event.startswith("response.") and "response" not in record:
        reason = "a stream event without usage"
    elif telling := NOT_USAGE_KEYS.keys() & record.keys():
        reason = NOT_USAGE_KEYS[min(telling)]
    else:
        return None
    return reason
