"""Second reading of the lines SQL could not take: exact, one by one, with a reason for each."""

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from ingest.records import LONGEST_LINE_BYTES, Line

_EXCERPT_LENGTH = 500

#: What lies deeper in a record is read by no source, and too deep for what writes JSON.
_DEEPEST = 64

#: JSON numbers beyond this power of ten are infinite to what reads them.
_LARGEST_EXPONENT = 300
_BEYOND_BIGINT = 2**63


class UnreadableError(ValueError):
    """A line that is not a JSON object; the message is the reason to show."""


@dataclass(slots=True)
class UnreadableLine(Line):
    """A line already found to be broken; it has no content."""

    reason: str


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
    if isinstance(line, UnreadableLine):
        raise UnreadableError(line.reason)
    if line.content is None:
        raise UnreadableError(f"line longer than {LONGEST_LINE_BYTES // 1024 // 1024} MB")
    try:
        text = line.content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"not UTF-8 at byte {error.start} of the line") from None
    try:
        record = _loaded(text)
    except RecursionError:
        raise UnreadableError("JSON nested too deeply") from None
    except json.JSONDecodeError as error:
        fault = error.msg.removesuffix(" at").removesuffix(" starting")
        raise UnreadableError(f"broken JSON at character {error.pos + 1}: {fault}") from None
    except ValueError as error:
        raise UnreadableError(f"broken JSON: {error}") from None
    if not isinstance(record, dict):
        raise UnreadableError(f"not a JSON object but {_kind(record)}")
    return record


def plain_line(record: dict[str, Any], reads: dict[str, str], path: tuple[str, ...]) -> bytes:
    """Write a record again in the plain form SQL reads without loss.

    Whole numbers lose a needless fraction, JSON kept as text is unfolded where an object is
    expected, an absent object becomes an empty one, and half a surrogate pair, which a text
    cut in two ends with, becomes a question mark. A source that must know that this is the
    second reading declares ``read_again``.

    Raises:
        UnreadableError: a text that should hold an object does not.
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
            inner[field] = _unfolded(field, value)
        elif value is None and field == "metadata":
            inner[field] = {}
    if "read_again" in reads:
        inner["read_again"] = True
    return orjson.dumps(plain)


def _unfolded(field: str, text: str) -> Any:
    try:
        return _plain(_loaded(text))
    except (ValueError, RecursionError):
        raise UnreadableError(f"the text in '{field}' is broken JSON") from None


def excerpt(line: Line) -> str:
    """Describe a line without its text: keys and numbers only."""
    try:
        record = decoded(line)
    except UnreadableError:
        return ""
    shown = orjson.dumps(_plain(_redacted(record, 3))).decode()
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


def _loaded(text: str) -> Any:
    return json.loads(
        text, parse_float=_number, parse_constant=_refuse, object_pairs_hook=_first_of_each
    )


def _number(text: str) -> Decimal | str:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _first_of_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a repeated key the first is read, as SQL does."""
    record = dict(pairs)
    return record if len(record) == len(pairs) else dict(reversed(pairs))


def _plain(value: Any, depth: int = _DEEPEST) -> Any:
    plain: Any
    match value:
        case str():
            plain = _sound(value)
        case dict() | list() if depth == 0:
            plain = None
        case dict():
            plain = {_sound(key): _plain(inner, depth - 1) for key, inner in value.items()}
        case list():
            plain = [_plain(inner, depth - 1) for inner in value]
        case Decimal():
            plain = _plain_number(value)
        case int() if abs(value) >= _BEYOND_BIGINT:
            plain = str(value)
        case _:
            plain = value
    return plain


def _plain_number(value: Decimal) -> int | str | orjson.Fragment:
    if value.adjusted() >= _LARGEST_EXPONENT:
        return str(value)
    whole = value.to_integral_value()
    if value == whole and abs(whole) < 10**18:
        return int(whole)
    return orjson.Fragment(str(value))


def _sound(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


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
