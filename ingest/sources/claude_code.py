"""Claude Code writes many kinds of lines; those of a model's answer carry its usage."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ingest.held_lines import Held, HeldLines
from ingest.records import Line

#: Kinds of lines that name no session, and what they name.
_WITHOUT_SESSION = {"summary": "leafUuid", "file-history-snapshot": "messageId"}
_KIND = re.compile(r"[a-z]+(-[a-z]+)*")

#: Ids that are the same wherever the call was logged.
_KNOWN_ID = re.compile(r"(msg|resp|gen|chatcmpl)[-_]\w{12,}")

_SYNTHETIC = {"not_usage": "a message of Claude Code itself, no call"}
_REST = {"not_usage": "a Claude Code record without usage"}
_EARLIER = {"not_usage": "an earlier line of a message that the next one tells in full"}


def opens(record: dict[str, Any]) -> bool:
    """A line of a conversation, or one that can stand alone in a file."""
    kind = record.get("type")
    if isinstance(kind, str) and kind in _WITHOUT_SESSION:
        return _WITHOUT_SESSION[kind] in record
    return "parentUuid" in record and "uuid" in record and _is_line(record)


def _is_line(record: dict[str, Any]) -> bool:
    """Any line of a session; new kinds come with every version."""
    kind = record.get("type")
    return (
        isinstance(kind, str)
        and isinstance(record.get("sessionId"), str)
        and _KIND.fullmatch(kind) is not None
        and "usage" not in record
        and "model" not in record
    )


def rewrite(
    records: Iterable[tuple[Line, dict[str, Any]]],
) -> Iterator[tuple[Line, dict[str, Any]]]:
    """Yield what each line says was used, of a message only what its last line says."""
    waiting = HeldLines()
    latest: Held | None = None
    for line, record in records:
        known = _is_line(record) or opens(record)
        held = Held(line, _read(record) if known else record)
        if known and "claude_code" in held.told:
            held.waits = True
            if latest and latest.waits:
                _settle(latest, held)
            latest = held
        yield from waiting.put(held)
    yield from waiting.rest()


def _settle(before: Held, after: Held) -> None:
    """Let a message's earlier line be no usage where the later says no less."""
    one, other = before.told, after.told
    same = one["id"] == other["id"] and one["sidechain"] == other["sidechain"]
    before.settle(_EARLIER if same and _output(one) <= _output(other) else None)


def _output(answer: dict[str, Any]) -> int:
    count = answer["usage"].get("output_tokens")
    return count if isinstance(count, int) else -1


def _read(record: dict[str, Any]) -> dict[str, Any]:
    match record:
        case {"type": "assistant", "message": {"usage": dict()} as message}:
            return _answer(record, record, message)
        case {"type": "progress", "data": {"message": {"message": {"usage": dict()} as message}}}:
            # A running agent's answer, reported to the conversation that started it.
            inner = record["data"]["message"]
            return _answer(record, inner, message) | {"sidechain": True}
        case _:
            return _REST


def _answer(
    record: dict[str, Any], answer: dict[str, Any], message: dict[str, Any]
) -> dict[str, Any]:
    if message.get("model") == "<synthetic>" or answer.get("isApiErrorMessage"):
        return _SYNTHETIC
    tags = {
        "session": record.get("sessionId"),
        "cwd": record.get("cwd"),
        "branch": record.get("gitBranch"),
        "version": record.get("version"),
    }
    return {
        "claude_code": "answer",
        "id": _id(answer, message),
        "timestamp": answer.get("timestamp") or record.get("timestamp"),
        "model": message.get("model"),
        "sidechain": bool(record.get("isSidechain")),
        "cost_usd": record.get("costUSD"),
        "usage": message["usage"],
        "tags": {name: value for name, value in tags.items() if value},
    }


def _id(answer: dict[str, Any], message: dict[str, Any]) -> str | None:
    key = message.get("id")
    if isinstance(key, str) and _KNOWN_ID.match(key):
        return key
    key = key or answer.get("requestId") or answer.get("uuid")
    return f"claude_code:{key}" if key else None
