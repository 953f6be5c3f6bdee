"""Second reading of the lines SQL could not take: exact, one by one, with a reason for each."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

from ingest.records import LONGEST_LINE_BYTES, Line

_EXCERPT_LENGTH = 500


class UnreadableError(ValueError):
    """A line that is not a JSON object; the message is the reason to show."""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A line that became nothing: where it is, and why."""

    line: int
    byte_offset: int
    byte_length: int
    reason: str
    excerpt: str


def decoded(line: Line) -> dict[str, Any]:
    """Decode a line to a JSON object.

    Raises:
        UnreadableError: with the reason.
    """
    if line.content is None:
        raise UnreadableError(f"line longer than {LONGEST_LINE_BYTES // 1024 // 1024} MB")
    try:
        text = line.content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"not UTF-8 at byte {error.start} of the line") from None
    try:
        record = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except RecursionError:
        raise UnreadableError("JSON nested too deeply") from None
    except json.JSONDecodeError as error:
        raise UnreadableError(f"broken JSON: {error.msg} at character {error.pos + 1}") from None
    except ValueError as error:
        raise UnreadableError(f"broken JSON: {error}") from None
    if not isinstance(record, dict):
        raise UnreadableError(f"not a JSON object but {_kind(record)}")
    return record


def plain_line(record: dict[str, Any], reads: dict[str, str], path: tuple[str, ...]) -> bytes:
    """Write a record again in the plain form SQL reads without loss.

    Whole numbers lose a needless fraction, JSON kept as text is unfolded where an object is
    expected, and an absent object becomes an empty one.
    """
    plain = _plain(record)
    inner = plain
    for key in path:
        inner = inner[key]
    for field, kind in reads.items():
        if not kind.startswith("STRUCT") or kind.endswith("[]"):
            continue
        value = inner.get(field)
        if isinstance(value, str) and value.lstrip().startswith("{"):
            inner[field] = _plain(json.loads(value, parse_float=Decimal))
        elif value is None and field == "metadata":
            inner[field] = {}
    return orjson.dumps(plain, default=str)


def excerpt(line: Line) -> str:
    """Describe a line without its text: keys and numbers only."""
    try:
        record = decoded(line)
    except UnreadableError:
        return ""
    shown = orjson.dumps(_redacted(record, 3), default=str).decode()
    return shown if len(shown) <= _EXCERPT_LENGTH else shown[: _EXCERPT_LENGTH - 3] + "..."


def _redacted(value: Any, depth: int) -> Any:
    if isinstance(value, dict):
        if depth == 0:
            return "{}"
        return {key[:40]: _redacted(inner, depth - 1) for key, inner in list(value.items())[:24]}
    if isinstance(value, list):
        return f"[{len(value)}]"
    if isinstance(value, str):
        return f"text({len(value)})"
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        whole = value.to_integral_value()
        return int(whole) if value == whole and abs(whole) < 10**18 else str(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**63:
        return str(value)
    return value


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case list():
            return "an array"
        case str():
            return "a text"
        case bool():
            return "a boolean"
        case _:
            return "a number"
