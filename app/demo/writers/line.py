"""What the log formats share: a line, its clock, and things that happen at times."""

from datetime import UTC, datetime
from random import Random
from typing import Any

import orjson

from app.demo.manifest import LineKind
from app.demo.traffic import Request

Line = tuple[LineKind, bytes]

#: How the provider spells the tiers in a response.
SERVED_TIER = {
    "standard": "default",
    "flex": "flex",
    "priority": "priority",
    "batch": "default",
}


class Format:
    """Turns each request into the lines its logger writes about it."""

    def lines(self, request: Request) -> list[Line]:
        """Return the lines about a request, in the order of the log."""
        raise NotImplementedError

    def opening(self, name: str) -> tuple[bytes, list[Line]]:  # noqa: ARG002  most files begin alike
        """Return the header of a new file, and lines it repeats from the last."""
        return b"", []


class Share:
    """Says yes for a given share of the times it is asked, spread at random.

    Args:
        dice: Where chance comes from.
        owed: At 1 the first answer is yes.
    """

    def __init__(self, share: float, dice: Random, owed: float = 0.5) -> None:
        self.share = share
        self._dice = dice
        self._owed = owed
        self._due_at = 1.0 if owed >= 1.0 else dice.random()

    def falls_due(self) -> bool:
        """Return whether this is one of the times."""
        self._owed += self.share
        if self._owed < self._due_at:
            return False
        self._owed -= 1.0
        self._due_at = self._dice.random()
        return True


def iso(at: int) -> str:
    """Return Unix seconds as ISO 8601 in UTC."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def encode(record: dict[str, Any]) -> bytes:
    """Return a record as one line of JSON."""
    return orjson.dumps(record)


def envelope(request: Request, response: dict[str, Any]) -> dict[str, Any]:
    """Put a response beside what the caller knew: who asked, by which key, why."""
    team = request.stream.team
    session = {"session_id": request.session} if request.session else {}
    return session | {
        "timestamp": iso(request.at),
        "team": team.name,
        "project": team.project,
        "user": request.user,
        "api_key": f"sk-demo-{request.key}",
        "api_key_name": request.key,
        "workload": team.workload,
        "reasoning_effort": team.effort,
        "tags": {"environment": "production"},
        "response": response,
    }
