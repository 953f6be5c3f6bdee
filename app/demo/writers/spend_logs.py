"""LiteLLM proxy: rows of LiteLLM_SpendLogs, as JSON lines or as CSV."""

import csv
import hashlib
import io
from collections import deque
from functools import cache
from random import Random
from typing import Any

import orjson

from app.demo.manifest import LineKind
from app.demo.traffic import Request
from app.demo.writers.line import SERVED_TIER, Format, Line, Share, encode, iso

CACHE_HIT_SHARE = 0.02
FAILED_SHARE = 0.005
ATTEMPT_SHARE = 0.002

#: What the gateway believes a token costs, in pico-dollars: input, cached, output.
GATEWAY_RATES = {"standard": (200_000, 20_000, 1_250_000)}
GATEWAY_RATES["flex"] = (100_000, 10_000, 625_000)

NO_COST = {"input_cost": 0.0, "output_cost": 0.0, "total_cost": 0.0}
Row = dict[str, Any]

COLUMNS = (
    *("request_id", "call_type", "api_key", "spend"),
    *("total_tokens", "prompt_tokens", "completion_tokens"),
    *("startTime", "endTime", "request_duration_ms", "completionStartTime"),
    *("model", "model_id", "model_group", "custom_llm_provider", "api_base", "user"),
    *("metadata", "cache_hit", "cache_key", "request_tags", "team_id"),
    *("organization_id", "end_user", "messages", "response", "session_id", "status"),
)


@cache
def key_hash(key: str) -> str:
    """Return what the gateway keeps of a key."""
    return hashlib.sha256(f"sk-demo-{key}".encode()).hexdigest()


def spend_row(request: Request) -> Row:
    """Return the row of a request that succeeded."""
    at = iso(request.at)[:-1]
    tokens = {
        "total_tokens": request.input_tokens + request.output_tokens,
        "prompt_tokens": request.input_tokens,
        "completion_tokens": request.output_tokens,
    }
    costs = _costs(request)
    return {
        "request_id": f"chatcmpl-{request.ident}",
        "call_type": "acompletion",
        "api_key": key_hash(request.key),
        "spend": costs["total_cost"],
        **tokens,
        "startTime": f"{at}.000Z",
        "endTime": f"{at}.640Z",
        "request_duration_ms": 640,
        "completionStartTime": f"{at}.410Z",
        "model": request.stream.model_id,
        "model_id": "",
        "model_group": "rerank-nano",
        "custom_llm_provider": "openai",
        "api_base": "https://api.openai.com/v1",
        "user": request.user,
        "metadata": _metadata(request, tokens, costs),
        "cache_hit": "False",
        "cache_key": "",
        "request_tags": ["environment:production"],
        "team_id": request.stream.team.name,
        "organization_id": None,
        "end_user": "",
        "messages": {},
        "response": {},
        "session_id": "",
        "status": "success",
    }


def _costs(request: Request) -> dict[str, float]:
    """Return what the gateway states, in dollars, as the floats it keeps."""
    fresh, cached, out = GATEWAY_RATES[request.stream.tier]
    uncached = request.input_tokens - request.cached_tokens
    prompt = uncached * fresh + request.cached_tokens * cached
    answer = request.output_tokens * out
    pico = {
        "input_cost": prompt,
        "output_cost": answer,
        "total_cost": prompt + answer,
    }
    return {name: amount / 1e12 for name, amount in pico.items()}


def _metadata(request: Request, tokens: Row, costs: dict[str, float]) -> Row:
    team = request.stream.team
    details = {"cached_tokens": request.cached_tokens, "audio_tokens": None}
    return {
        "status": "success",
        "usage_object": {
            **tokens,
            "prompt_tokens_details": details,
            "completion_tokens_details": {"reasoning_tokens": 0},
        },
        "user_api_key": key_hash(request.key),
        "user_api_key_alias": request.key,
        "user_api_key_team_alias": team.name,
        "user_api_key_project_alias": team.project,
        "spend_logs_metadata": {"workload": team.workload},
        "cost_breakdown": {
            **costs,
            "service_tier": SERVED_TIER[request.stream.tier],
            "data_residency": None,
        },
        "attempted_retries": 0,
        "additional_usage_values": {"cache_read_input_tokens": request.cached_tokens},
    }


def cache_hit_row(request: Request) -> Row:
    """Return the row of a request that the gateway answered by itself."""
    row = spend_row(request)
    row["request_id"] = f"chatcmpl-{request.ident[::-1]}_cache_hit{request.at}"
    row["cache_hit"] = "True"
    row["spend"] = 0.0
    row["metadata"]["cost_breakdown"] |= NO_COST
    return row


def failed_row(request: Request) -> Row:
    """Return the row of a request that never got an answer."""
    row = spend_row(request)
    nothing = {"total_tokens": 0, "prompt_tokens": 0, "completion_tokens": 0}
    row |= nothing | {"spend": 0.0, "status": "failure"}
    row["request_id"] = f"{request.ident[::-1]}"
    row["metadata"] |= {
        "status": "failure",
        "usage_object": nothing,
        "additional_usage_values": {},
        "error_information": {"error_code": "429", "error_class": "RateLimitError"},
    }
    row["metadata"]["cost_breakdown"] |= NO_COST
    return row


def attempt_row(request: Request) -> Row:
    """Return the row of a first try that was billed before the one that counts."""
    row = spend_row(request)
    row["request_id"] += "-attempt-1"
    row["status"] = "failure"
    row["metadata"] |= {"status": "failure", "billed_retry_attempt": True}
    return row


class SpendLog(Format):
    """A row per request, and rows that cost nothing or no request."""

    def __init__(self, dice: Random) -> None:
        self._cache_hit = Share(CACHE_HIT_SHARE, dice)
        self._failed = Share(FAILED_SHARE, dice, owed=1.0)
        self._attempt = Share(ATTEMPT_SHARE, dice, owed=1.0)
        self._as_csv = False
        # An export begins a little before the previous one ended.
        self._last: deque[Row] = deque(maxlen=6)

    def lines(self, request: Request) -> list[Line]:
        """Return the rows the gateway wrote about a request."""
        rows = []
        if self._cache_hit.falls_due():
            rows.append((LineKind.CACHE_HIT, cache_hit_row(request)))
        if self._failed.falls_due():
            rows.append((LineKind.FAILED, failed_row(request)))
        if self._attempt.falls_due():
            rows.append((LineKind.ATTEMPT, attempt_row(request)))
        paid = spend_row(request)
        self._last.append(paid)
        rows.append((LineKind.PAID, paid))
        write = csv_row if self._as_csv else encode
        return [(kind, write(row)) for kind, row in rows]

    def opening(self, name: str) -> tuple[bytes, list[Line]]:
        """Begin a month: as CSV with a header, or as JSON with the last rows again."""
        self._as_csv = ".csv" in name
        if self._as_csv:
            return ",".join(COLUMNS).encode(), []
        return b"", [(LineKind.DUPLICATE, encode(row)) for row in self._last]


def csv_row(row: Row) -> bytes:
    """Return a row as the database's CSV export writes it."""
    cells = [
        orjson.dumps(cell).decode() if isinstance(cell, dict | list) else cell
        for cell in (row[column] for column in COLUMNS)
    ]
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue().encode()
