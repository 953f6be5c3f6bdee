"""OpenAI Chat Completions bodies in the company's own envelope."""

from random import Random
from typing import Any

from app.demo.manifest import LineKind
from app.demo.traffic import Request
from app.demo.writers.line import SERVED_TIER, Format, Line, Share, encode, envelope

REFUSED_SHARE = 0.001
#: From GPT-5.6 on, a response says what it wrote to the cache.
REPORTS_CACHE_WRITES = "gpt-5.6"

RATE_LIMITED = {
    "error": {
        "message": "Rate limit reached",
        "type": "requests",
        "param": None,
        "code": "rate_limit_exceeded",
    }
}


def chat_body(request: Request) -> dict[str, Any]:
    """Return the response body of a chat completion, its text left out."""
    prompt: dict[str, int] = {
        "cached_tokens": request.cached_tokens,
        "audio_tokens": 0,
    }
    if request.stream.model.startswith(REPORTS_CACHE_WRITES):
        prompt["cache_write_tokens"] = request.written_tokens
    return {
        "id": f"chatcmpl-{request.ident}",
        "object": "chat.completion",
        "created": request.at,
        "model": request.stream.model_id,
        "choices": [
            {
                "index": 0,
                "message": {
                    "role": "assistant",
                    "content": "",
                    "refusal": None,
                    "annotations": [],
                },
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {
            "prompt_tokens": request.input_tokens,
            "completion_tokens": request.output_tokens,
            "total_tokens": request.input_tokens + request.output_tokens,
            "prompt_tokens_details": prompt,
            "completion_tokens_details": {
                "reasoning_tokens": request.reasoning_tokens,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        },
        "service_tier": SERVED_TIER[request.stream.tier],
        "system_fingerprint": None,
    }


class ChatLog(Format):
    """A line per request; a few were refused and billed nothing."""

    def __init__(self, dice: Random) -> None:
        self._refused = Share(REFUSED_SHARE, dice, owed=1.0)

    def lines(self, request: Request) -> list[Line]:
        """Return the request's line, and sometimes a refusal before it."""
        paid = (LineKind.PAID, encode(envelope(request, chat_body(request))))
        if self._refused.falls_due():
            return [(LineKind.FAILED, encode(envelope(request, RATE_LIMITED))), paid]
        return [paid]
