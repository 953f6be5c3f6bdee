"""``codex exec --json`` says what a thread used so far at the end of each turn."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from ingest.agent_time import uuid_millis
from ingest.codex_counters import CountError, Counters
from ingest.envelope import labels_of
from ingest.records import Line

_REST = {"not_usage": "an event of codex exec without token counts"}
_UNMOVED = {"not_usage": "a Codex turn that used nothing"}
SKIPS = {_REST["not_usage"]: re.compile(rb'\{"type": ?"(?:item\.|turn\.(?:started|failed)")')}

_PREFIXES = ("thread.", "turn.", "item.")


def opens(record: dict[str, Any]) -> bool:
    """The first event of a run, or the end of a turn with its counters."""
    match record:
        case {"type": "thread.started", "thread_id": str()}:
            return True
        case {"type": "turn.completed", "usage": {"cached_input_tokens": _}}:
            return True
        case _:
            return False


def rewrite(
    records: Iterable[tuple[Line, dict[str, Any]]],
) -> Iterator[tuple[Line, dict[str, Any]]]:
    """Yield what each turn used."""
    thread: str | None = None
    totals: dict[str | None, Counters] = {}
    for line, record in records:
        kind = record.get("type")
        if kind == "thread.started":
            thread = record.get("thread_id")
        if kind == "turn.completed" and isinstance(record.get("usage"), dict):
            yield line, _turn(record, thread, totals)
        elif isinstance(kind, str) and (kind.startswith(_PREFIXES) or (thread and kind == "error")):
            yield line, _REST
        else:
            yield line, record


def _turn(
    record: dict[str, Any], thread: str | None, totals: dict[str | None, Counters]
) -> dict[str, Any]:
    event = {"codex": "turn", "model": record.get("model")} | labels_of(record)
    try:
        total = Counters.read(record["usage"])
    except CountError as error:
        return event | {"problem": str(error)}
    used = total.since(totals.get(thread, Counters()))
    totals[thread] = total
    if not used:
        return _UNMOVED
    if thread is None:
        return event | used.by_name | {"problem": "a Codex turn before any thread.started"}
    told = {"id": total.key(thread), "began": _beginning(thread), "session": thread}
    return event | used.by_name | told


@lru_cache(maxsize=16)
def _beginning(thread: str) -> str | None:
    began = uuid_millis(thread)
    return None if began is None else datetime.fromtimestamp(began / 1000, UTC).isoformat()
