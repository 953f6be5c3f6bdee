"""OpenAI Batch output and error files: one line per request of a night's batch."""

from datetime import UTC, datetime
from random import Random
from typing import Any

from app.demo.manifest import LineKind
from app.demo.traffic import Request
from app.demo.writers.chat import chat_body
from app.demo.writers.line import Format, Line, Share, encode

#: One night of the week is a bad one.
BAD_NIGHT = 1
NOT_RUN_SHARE = 0.03

EXPIRED = {
    "code": "batch_expired",
    "message": "This request could not be executed before the completion window expired.",
}
REJECTED = {
    "error": {
        "message": "Could not parse the document.",
        "type": "invalid_request_error",
        "param": "messages",
        "code": "invalid_value",
    }
}


class BatchOutput(Format):
    """The output file. Its bodies say tier "default" although half the price holds."""

    def lines(self, request: Request) -> list[Line]:
        """Return the request's line."""
        team = request.stream.team
        body = chat_body(request) | {
            "metadata": {
                "team": team.name,
                "project": team.project,
                "workload": team.workload,
                "user": request.user,
                "reasoning_effort": team.effort,
            }
        }
        answer = {"status_code": 200, "request_id": _hex(request), "body": body}
        return [(LineKind.PAID, encode(_line(request, answer, None)))]


class BatchErrors(Format):
    """The error file beside it: expired and rejected requests, none of them billed."""

    def __init__(self, dice: Random) -> None:
        self._not_run = Share(NOT_RUN_SHARE, dice, owed=1.0)
        self._rejected = Share(0.5, dice)

    def lines(self, request: Request) -> list[Line]:
        """Return a line for a few requests of a bad night."""
        if datetime.fromtimestamp(request.at, UTC).weekday() != BAD_NIGHT:
            return []
        if not self._not_run.falls_due():
            return []
        failed = request._replace(ident=request.ident[::-1])
        if self._rejected.falls_due():
            answer = {"status_code": 400, "request_id": _hex(failed), "body": REJECTED}
            return [(LineKind.FAILED, encode(_line(failed, answer, None)))]
        # Expired lines of one batch share their id.
        line = _line(failed, None, EXPIRED) | {"id": "batch_req_expired"}
        return [(LineKind.FAILED, encode(line))]


def _hex(request: Request) -> str:
    return request.ident.encode().hex()[:32]


def _line(
    request: Request, response: dict[str, Any] | None, error: dict[str, str] | None
) -> dict[str, Any]:
    return {
        "id": f"batch_req_{_hex(request)}",
        "custom_id": f"extraction-{request.ident[:12]}",
        "response": response,
        "error": error,
    }
