"""The events of a message stream: only the first says the id, only the last what was used."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from ingest.envelope import labels_of
from ingest.held_lines import Held, HeldLines
from ingest.records import Line

_TYPES = {
    "message_start", "message_delta", "message_stop", "ping",
    "content_block_start", "content_block_delta", "content_block_stop",
}  # fmt: skip

_REST = {"not_usage": "a stream event without usage"}
_TOLD = {"not_usage": "the beginning of a stream: its end says what was used"}

SKIPS = {_REST["not_usage"]: re.compile(rb'\{"type": ?"(?:content_block_|message_stop|ping)')}

#: Where a logger puts the event, if it is not the line itself.
_PLACES = ("event", "data", "chunk")

#: What a logger may call the stream that an event is of.
_STREAM_NAMES = ("stream_id", "request_id", "requestId", "message_id", "trace_id", "session_id")

#: What the beginning of a stream knows for certain, beside its input.
_HOW_SERVED = ("service_tier", "inference_geo", "speed")

_WITH_USAGE = {"message_start", "message_delta"}

_STRAY = "message_delta of no open stream: nothing says whose usage this is"


@dataclass(slots=True)
class _Stream:
    """A message whose stream is open."""

    id: object
    model: object
    usage: dict[str, Any]
    labels: dict[str, Any] = field(default_factory=dict)
    begun: Held | None = None


def opens(record: dict[str, Any]) -> bool:
    """One of the two events that carry usage."""
    match _event(record):
        case {"type": "message_start", "message": {"usage": dict()}}:
            return True
        case {"type": "message_delta", "usage": dict()}:
            return True
        case _:
            return False


def rewrite(
    records: Iterable[tuple[Line, dict[str, Any]]],
) -> Iterator[tuple[Line, dict[str, Any]]]:
    """Yield what each event says of its message, once it is known how the stream ends."""
    streams: dict[object, _Stream] = {}
    waiting = HeldLines()
    for line, record in records:
        event = _event(record)
        held = Held(line, record if event is None else _REST)
        if event is not None and event["type"] in _WITH_USAGE:
            _read(held, record, event, streams)
        yield from waiting.put(held)
    yield from waiting.rest()


def _event(record: dict[str, Any]) -> dict[str, Any] | None:
    """Return the event of a line, or None if it is none."""
    if record.get("type") in _TYPES:
        return record
    for place in _PLACES:
        inner = record.get(place)
        if isinstance(inner, str) and inner.startswith("{"):
            try:
                inner = orjson.loads(inner)
            except orjson.JSONDecodeError:
                continue
        if isinstance(inner, dict) and inner.get("type") in _TYPES:
            return inner
    return None


def _read(
    held: Held, record: dict[str, Any], event: dict[str, Any], streams: dict[object, _Stream]
) -> None:
    name = _stream_name(record)
    labels = labels_of(record)
    match event:
        case {"type": "message_start", "message": {"usage": dict(usage)} as message}:
            if name in streams and (before := streams[name].begun):
                before.settle()
            stream = _Stream(message.get("id"), message.get("model"), usage, labels, held)
            streams[name] = stream
            how = {key: usage[key] for key in _HOW_SERVED if key in usage}
            held.told = _told(event, stream) | {"usage": how, "usage_missing": True}
            held.waits = True
        case {"type": "message_delta", "usage": dict(usage)} if name in streams:
            stream = streams[name]
            stream.usage |= {key: value for key, value in usage.items() if value is not None}
            stream.labels |= labels
            held.told = _told(event, stream)
            if stream.begun and stream.begun.waits:
                stream.begun.settle(_TOLD)
            match event.get("delta"):
                case {"stop_reason": str()}:
                    del streams[name]
        case {"type": "message_delta", "usage": dict()}:
            held.told = _told(event, _Stream(None, None, {}, labels)) | {"problem": _STRAY}


def _stream_name(record: dict[str, Any]) -> str | None:
    for each in _STREAM_NAMES:
        if isinstance(name := record.get(each), str):
            return name
    return None


def _told(event: dict[str, Any], stream: _Stream) -> dict[str, Any]:
    return stream.labels | {
        "anthropic_stream": event["type"],
        "id": stream.id,
        "model": stream.model,
        "usage": dict(stream.usage),
    }
