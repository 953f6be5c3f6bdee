"""LiteLLM StandardLoggingPayload: one object per file, as its storage loggers write."""

from typing import Any

import orjson

from app.demo.manifest import LineKind
from app.demo.traffic import Request
from app.demo.writers.chat import chat_body
from app.demo.writers.line import Format, Line
from app.demo.writers.spend_logs import key_hash


class PayloadFile(Format):
    """A request as one object, printed over many lines."""

    def lines(self, request: Request) -> list[Line]:
        """Return the object; it counts as one line."""
        text = orjson.dumps(payload(request), option=orjson.OPT_INDENT_2)
        return [(LineKind.PAID, text)]


def payload(request: Request) -> dict[str, Any]:
    """Return the payload of a request that succeeded."""
    stream, team = request.stream, request.stream.team
    # What the gateway believes the model costs: $30 and $180 per million tokens.
    cost = (request.input_tokens * 30 + request.output_tokens * 180) / 1e6
    return {
        "id": f"chatcmpl-{request.ident}",
        "trace_id": request.ident[::-1],
        "call_type": "acompletion",
        "cache_hit": None,
        "stream": False,
        "status": "success",
        "custom_llm_provider": "openai",
        "saved_cache_cost": 0.0,
        "startTime": request.at + 0.28466,
        "endTime": request.at + 94.07935,
        "completionStartTime": request.at + 94.07935,
        "response_time": 93.79469,
        "model": stream.model_id,
        "metadata": {
            "user_api_key_hash": key_hash(request.key),
            "user_api_key_alias": request.key,
            "user_api_key_team_id": team.name,
            "user_api_key_team_alias": team.name,
            "user_api_key_project_alias": team.project,
            "user_api_key_user_id": request.user,
            "spend_logs_metadata": {"workload": team.workload},
        },
        "cache_key": None,
        "response_cost": cost,
        "total_tokens": request.input_tokens + request.output_tokens,
        "prompt_tokens": request.input_tokens,
        "completion_tokens": request.output_tokens,
        "request_tags": ["environment:production"],
        "end_user": "",
        "api_base": "https://api.openai.com/v1",
        "model_group": "analysis-pro",
        "model_id": "",
        "messages": [],
        "response": chat_body(request),
        "model_parameters": {"reasoning_effort": team.effort},
        "hidden_params": {
            "api_base": "https://api.openai.com",
            "response_cost": cost,
            "litellm_model_name": stream.model_id,
        },
        "error_str": None,
    }
