"""Codex writes running totals: each becomes what was used since the total before it.

A fork or a spawned agent begins with a copy of its parent's history. A copy that shows itself
(by its place, its time or its turn) is left to the parent's own file; any other has the same
totals under the same root, and is the parent's own record again: of the two the one with fewer
ancestors is kept, which has the true time.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.agent_time import millis_of, uuid_millis
from ingest.codex_counters import CountError, Counters
from ingest.records import Line

_TYPES = {
    "session_meta", "turn_context", "event_msg", "response_item", "compacted", "world_state",
    "token_usage_record", "inter_agent_communication", "inter_agent_communication_metadata",
}  # fmt: skip

_COPY = {"not_usage": "history copied from another Codex session, counted there"}
_UNMOVED = {"not_usage": "Codex counters that did not move"}
_RECORDED = {"not_usage": "Codex counters, counted by the usage record of the response"}
_EMPTY = {"not_usage": "Codex rate limits without token counts"}
_REST = {"not_usage": "a Codex record without token counts"}

#: These are nearly all of a rollout.
SKIPS = {
    _REST["not_usage"]: re.compile(
        rb'\{"timestamp":"[^"]{1,40}",(?:"ordinal":\d+,)?"type":"(?:response_item|compacted)"'
    )
}

#: Providers that run on the user's own machine.
_LOCAL = {"ollama", "ollama-chat", "lmstudio", "oss"}


def opens(record: dict[str, Any]) -> bool:
    """A line of a rollout: a known type beside its payload."""
    return record.get("type") in _TYPES and isinstance(record.get("payload"), dict)


def rewrite(
    records: Iterable[tuple[Line, dict[str, Any]]],
) -> Iterator[tuple[Line, dict[str, Any]]]:
    """Yield what each line says was used."""
    session = _Session()
    for line, record in records:
        if not opens(record):
            yield line, record
            continue
        try:
            yield line, session.read(record)
        except CountError as error:
            yield line, {"codex": "tokens", "problem": str(error)}


@dataclass(slots=True)
class _Session:
    """What the lines so far said."""

    meta: dict[str, Any] = field(default_factory=dict)
    root: str | None = None
    began: int | None = None  # ms
    born: int | None = None  # ms, by the id
    copies: bool = False  # the file may begin with its parent's history
    ancestors: list[str] = field(default_factory=list)  # whose first lines it holds
    own_from: int | None = None  # ordinal of the first record that is its own
    turn: int | None = None  # ms, when the current turn began, by its id
    model: str | None = None
    tier: str | None = None
    effort: str | None = None
    total: Counters | None = None
    has_records: bool = False

    def read(self, record: dict[str, Any]) -> dict[str, Any]:
        payload = record["payload"]
        kind, event = record["type"], payload.get("type")
        if kind == "token_usage_record":
            return self._recorded(record, payload)
        if kind == "event_msg" and event == "token_count":
            return self._counted(record, payload)
        if kind == "session_meta":
            self._begin(record, payload)
        elif kind == "turn_context" or event in {"task_started", "turn_started"}:
            self.turn = uuid_millis(payload.get("turn_id")) or self.turn
            self._settings(payload)
            if kind == "turn_context":
                self.effort = payload.get("effort")
        elif event == "thread_settings_applied" and isinstance(
            settings := payload.get("thread_settings"), dict
        ):
            self._settings(settings | {"service_tier": settings.get("service_tier")})
            self.effort = settings.get("reasoning_effort") or self.effort
        return _REST

    def _begin(self, record: dict[str, Any], payload: dict[str, Any]) -> None:
        key = payload.get("id") or payload.get("session_id")
        if self.meta:
            # Each ancestor's own first line follows the copy's, the eldest last.
            if self.total is None and self.copies and key not in (self.meta.get("id"), None):
                self.ancestors.append(key)
                self.root = key
            return
        self.meta = payload
        parent = payload.get("forked_from_id") or payload.get("parent_thread_id")
        source = payload.get("source")
        agent = source.get("subagent") if isinstance(source, dict) else None
        self.copies = bool(parent or agent)
        by_reference = payload.get("history_base") is not None
        self.root = key
        if payload.get("forked_from_id") and not by_reference:
            self.root = payload["forked_from_id"]
        self.began = millis_of(payload.get("timestamp")) or millis_of(record.get("timestamp"))
        self.born = uuid_millis(key)
        self.own_from = payload.get("subagent_history_start_ordinal")

    def _settings(self, payload: dict[str, Any]) -> None:
        self.model = payload.get("model") or self.model
        if "service_tier" in payload:
            self.tier = payload["service_tier"]

    def _is_copy(self, record: dict[str, Any]) -> bool:
        if not self.copies:
            return False
        ordinal = record.get("ordinal")
        if isinstance(ordinal, int) and isinstance(self.own_from, int):
            return ordinal < self.own_from
        at = millis_of(record.get("timestamp"))
        if at is not None and self.began is not None and at < self.began:
            return True
        return self.turn is not None and self.born is not None and self.turn < self.born

    def _counted(self, record: dict[str, Any], payload: dict[str, Any]) -> dict[str, Any]:
        info = payload.get("info") or {}
        last = _counters(info, "last_token_usage")
        total = _counters(info, "total_token_usage")
        if total is None and last is not None:
            total = (self.total or Counters()) + last
        if total is None:
            return _EMPTY
        used = self._used(total, last)
        self.total = total
        if self._is_copy(record):
            return _COPY
        if self.has_records or not used:
            return _RECORDED if self.has_records else _UNMOVED
        self._settings({"model": info.get("model") or payload.get("model")})
        return self._event(record, used, total.key(self._thread(record)))

    def _used(self, total: Counters, last: Counters | None) -> Counters:
        if self.total is not None:
            return total.since(self.total, last)
        # What came before the file's first count is told by another file.
        return last if last and last.within(total) else total

    def _recorded(self, record: dict[str, Any], payload: dict[str, Any]) -> dict[str, Any]:
        thread = payload.get("thread_id")
        own = self.meta.get("id")
        if self._is_copy(record) or (self.copies and thread and own and thread != own):
            return _COPY
        used = _counters(payload, "usage")
        thread_total = _counters(payload, "thread_token_usage")
        if not used:
            return _REST
        counted_before = not self.has_records and thread_total and thread_total == self.total
        self.has_records = True
        if counted_before:
            return _UNMOVED
        response = payload.get("response_id")
        counted = thread_total or used
        return self._event(record, used, response or counted.key(self._thread(record)))

    def _thread(self, record: dict[str, Any]) -> str:
        """The root of the threads that share a history; without one, the moment."""
        return self.root or f"at {record.get('timestamp')}"

    def _event(self, record: dict[str, Any], used: Counters, key: str | None) -> dict[str, Any]:
        provider = str(self.meta.get("model_provider") or "openai").lower()
        git = self.meta.get("git")
        tags = {
            "session": self.meta.get("id") or self.meta.get("session_id"),
            "cwd": self.meta.get("cwd"),
            "branch": git.get("branch") if isinstance(git, dict) else None,
            "version": self.meta.get("cli_version"),
        }
        return used.by_name | {
            "codex": "tokens",
            "id": key,
            "timestamp": record.get("timestamp"),
            "model": self.model,
            "provider": provider,
            "billing": "notional" if provider == "openai" or provider in _LOCAL else "metered",
            "service_tier": self.tier,
            "effort": self.effort,
            "rank": 15 - min(3, max(len(self.ancestors), int(self.copies))),
            "tags": {name: value for name, value in tags.items() if value},
        }


def _counters(holder: object, name: str) -> Counters | None:
    usage = holder.get(name) if isinstance(holder, dict) else None
    return Counters.read(usage) if isinstance(usage, dict) else None
