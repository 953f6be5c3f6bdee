"""OpenAI Responses bodies, half of them bare, half in the company's envelope.

Agents run long: some responses are asked for in the background and logged at
every poll, and some streams are logged before they have ended. All states of one
response carry its id, and only the last is billed.
"""

from random import Random
from typing import Any

from app.demo.manifest import LineKind
from app.demo.traffic import Request
from app.demo.writers.line import SERVED_TIER, Format, Line, Share, encode, envelope

ENVELOPED_SHARE = 0.5
BACKGROUND_SHARE = 0.05
CUT_OFF_SHARE = 0.01
FAILED_SHARE = 0.003
#: Of what a stream will have written, what it had when it was logged early.
PARTIAL_OUTPUT = 0.4
#: One early state in five reaches the log after the final one.
LATE_SHARE = 0.2

NO_IMAGES: dict[str, Any] = {
    "input_tokens": 0,
    "input_tokens_details": {"image_tokens": 0, "text_tokens": 0},
    "output_tokens": 0,
    "output_tokens_details": {"image_tokens": 0, "text_tokens": 0},
    "total_tokens": 0,
}
LIMIT_REACHED = {"reason": "max_output_tokens"}
SERVER_ERROR = {"code": "server_error", "message": "The model failed to respond."}


def response_body(request: Request, **state: Any) -> dict[str, Any]:
    """Return a response object, finished unless ``state`` says otherwise."""
    team = request.stream.team
    body = {
        "id": "resp_" + request.ident.encode().hex()[:50],
        "object": "response",
        "created_at": request.at,
        "status": "completed",
        "background": False,
        "billing": {"payer": "developer"},
        "completed_at": request.at + 4 + request.output_tokens // 60 % 600,
        "error": None,
        "incomplete_details": None,
        "max_output_tokens": None,
        "model": request.stream.model_id,
        "output": [],
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "prompt_cache_key": request.session or None,
        "prompt_cache_retention": "24h",
        "reasoning": {"effort": team.effort, "summary": None},
        "service_tier": SERVED_TIER[request.stream.tier],
        "store": True,
        "tool_usage": {
            "image_gen": NO_IMAGES,
            "web_search": {"num_requests": request.web_searches},
        },
        "truncation": "disabled",
        "usage": usage(request, request.output_tokens, request.reasoning_tokens),
        "user": request.user,
        "metadata": {
            "team": team.name,
            "project": team.project,
            "workload": team.workload,
        },
    }
    return body | state


def usage(request: Request, output: int, reasoning: int) -> dict[str, Any]:
    """Return a usage block."""
    return {
        "input_tokens": request.input_tokens,
        "input_tokens_details": {
            "cache_write_tokens": 0,
            "cached_tokens": request.cached_tokens,
        },
        "output_tokens": output,
        "output_tokens_details": {"reasoning_tokens": reasoning},
        "total_tokens": request.input_tokens + output,
    }


class ResponsesLog(Format):
    """The final state of every response, and for some the states before it."""

    def __init__(self, dice: Random, partial_share: float) -> None:
        self._enveloped = Share(ENVELOPED_SHARE, dice)
        self._background = Share(BACKGROUND_SHARE, dice, owed=1.0)
        self._cut_off = Share(CUT_OFF_SHARE, dice)
        self._failed = Share(FAILED_SHARE, dice, owed=1.0)
        self._partial = Share(partial_share, dice)
        self._late = Share(LATE_SHARE, dice)

    def lines(self, request: Request) -> list[Line]:
        """Return the states that were logged, in the order of the log."""
        final: dict[str, Any] = {}
        before: list[Line] = []
        after: list[Line] = []
        # The envelope is the only place for a key, and some users are a key.
        wrap = self._enveloped.falls_due() or request.user == request.key

        def line(kind: LineKind, **state: Any) -> Line:
            body = response_body(request, **state)
            return kind, encode(envelope(request, body) if wrap else body)

        if self._background.falls_due():
            final = {"background": True}
            waiting = final | _unfinished("queued")
            before = [
                line(LineKind.POLL, **waiting),
                line(LineKind.POLL, **waiting | {"status": "in_progress"}),
            ]
        elif self._partial.falls_due():
            state = line(LineKind.PARTIAL, **_half_told(request))
            (after if self._late.falls_due() else before).append(state)
        if self._cut_off.falls_due():
            final |= {"status": "incomplete", "incomplete_details": LIMIT_REACHED}
        if self._failed.falls_due():
            before.append(_failure(request))
        return [*before, line(LineKind.PAID, **final), *after]


def _unfinished(status: str) -> dict[str, Any]:
    return {
        "status": status,
        "completed_at": None,
        "service_tier": "auto",
        "usage": None,
    }


def _half_told(request: Request) -> dict[str, Any]:
    output = int(request.output_tokens * PARTIAL_OUTPUT)
    reasoning = int(request.reasoning_tokens * PARTIAL_OUTPUT)
    told = {"usage": usage(request, output, reasoning)}
    return _unfinished("in_progress") | told


def _failure(request: Request) -> Line:
    """Return a try that failed at the provider and was not billed."""
    failed = request._replace(ident=request.ident[::-1])
    state = _unfinished("failed") | {"error": SERVER_ERROR}
    return LineKind.UNBILLED, encode(response_body(failed, **state))
