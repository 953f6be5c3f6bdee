"""Attributes of OpenTelemetry spans, each under one name; texts of prompts go no further."""

from collections.abc import Iterable, Iterator
from typing import Any

from ingest.records import Line

#: What is read of a span and of its resource, with every spelling of it, the newest first.
_SPELLINGS: dict[str, tuple[str, ...]] = {
    "operation": ("gen_ai.operation.name", "llm.request.type", "gen_ai.type"),
    "span_kind": ("openinference.span.kind", "traceloop.span.kind", "ai.operationId"),
    "agent": ("gen_ai.agent.name", "agent_name"),
    "provider": (
        "gen_ai.provider.name",
        "gen_ai.system",
        "llm.provider",
        "llm.system",
        "ai.model.provider",
    ),
    "response_model": ("gen_ai.response.model", "llm.response.model", "ai.response.model"),
    "request_model": (
        "gen_ai.request.model",
        "llm.request.model",
        "llm.model_name",
        "embedding.model_name",
        "ai.model.id",
    ),
    "response_id": ("gen_ai.response.id", "ai.response.id"),
    "input": (
        "gen_ai.usage.input_tokens",
        "gen_ai.usage.prompt_tokens",
        "llm.usage.prompt_tokens",
        "llm.token_count.prompt",
        "gen_ai.response.input_tokens",
        "gen_ai.response.prompt_tokens",
        "ai.usage.inputTokens",
        "ai.usage.promptTokens",
        "ai.usage.tokens",
    ),
    "uncached": ("ai.usage.inputTokenDetails.noCacheTokens",),
    "output": (
        "gen_ai.usage.output_tokens",
        "gen_ai.usage.completion_tokens",
        "llm.usage.completion_tokens",
        "llm.token_count.completion",
        "gen_ai.response.output_tokens",
        "gen_ai.response.completion_tokens",
        "ai.usage.outputTokens",
        "ai.usage.completionTokens",
    ),
    "cache_read": (
        "gen_ai.usage.cache_read.input_tokens",
        "gen_ai.usage.cache_read_input_tokens",
        "gen_ai.usage.cache.read_input_tokens",
        "gen_ai.usage.prompt_tokens_details.cached_tokens",
        "gen_ai.usage.input_tokens_details.cached_tokens",
        "gen_ai.usage.details.cache_read_input_tokens",
        "gen_ai.usage.details.cache_read_tokens",
        "gen_ai.usage.details.cached_tokens",
        "gen_ai.usage.cached_input_tokens",
        "gen_ai.usage.input_tokens.cached",
        "gen_ai.usage.cache_read_tokens",
        "llm.usage.cache_read_input_tokens",
        "llm.token_count.prompt_details.cache_read",
        "ai.usage.inputTokenDetails.cacheReadTokens",
        "ai.usage.cachedInputTokens",
    ),
    "cache_write": (
        "gen_ai.usage.cache_write.input_tokens",
        "gen_ai.usage.cache_creation.input_tokens",
        "gen_ai.usage.cache_write_input_tokens",
        "gen_ai.usage.cache_creation_input_tokens",
        "gen_ai.usage.cache.creation_input_tokens",
        "gen_ai.usage.details.cache_creation_input_tokens",
        "gen_ai.usage.details.cache_write_tokens",
        "gen_ai.usage.cache_write_tokens",
        "llm.usage.cache_creation_input_tokens",
        "llm.token_count.prompt_details.cache_write",
        "ai.usage.inputTokenDetails.cacheWriteTokens",
    ),
    "reasoning": (
        "gen_ai.usage.reasoning.output_tokens",
        "gen_ai.usage.reasoning_tokens",
        "gen_ai.usage.completion_tokens_details.reasoning_tokens",
        "gen_ai.usage.output_tokens_details.reasoning_tokens",
        "gen_ai.usage.details.reasoning_tokens",
        "llm.usage.reasoning_tokens",
        "llm.token_count.completion_details.reasoning",
        "ai.usage.outputTokenDetails.reasoningTokens",
        "ai.usage.reasoningTokens",
    ),
    "reasoning_beside": ("gen_ai.usage.experimental.reasoning_tokens",),
    "total": (
        "gen_ai.usage.total_tokens",
        "llm.usage.total_tokens",
        "llm.token_count.total",
        "gen_ai.client.token.usage",
        "ai.usage.totalTokens",
    ),
    "tier": (
        "openai.response.service_tier",
        "gen_ai.openai.response.service_tier",
        "gen_ai.response.service_tier",
    ),
    "effort": (
        "gen_ai.request.reasoning.effort",
        "gen_ai.openai.request.reasoning_effort",
        "gen_ai.request.reasoning_effort",
        "gen_ai.request.reasoning.level",
        "openai.request.reasoning_effort",
        "codex.request.reasoning_effort",
        "llm.request.reasoning_effort",
        "gen_ai.response.reasoning_effort",
    ),
    "cost": ("gen_ai.usage.cost", "operation.cost", "llm.cost.total"),
    "server": ("server.address", "net.peer.name"),
    "error": ("error.type",),
    "session": ("gen_ai.conversation.id", "session.id", "langfuse.session.id"),
    "user": ("user.id", "enduser.id", "gen_ai.request.user", "langfuse.user.id"),
    "service": ("service.name",),
    "namespace": ("openinference.project.name", "service.namespace"),
    "environment": (
        "deployment.environment.name",
        "deployment.environment",
        "gen_ai.environment",
    ),
    "sdk": ("telemetry.sdk.name",),
}

_NAMES = {
    spelling: (name, order)
    for name, spellings in _SPELLINGS.items()
    for order, spelling in enumerate(spellings)
}

Span = dict[str, Any]


def opens(record: dict[str, Any]) -> bool:
    """Tell whether a record is an OTLP trace export, or a span as an SDK or a table has it."""
    return isinstance(record.get("resourceSpans"), list) or _flat_span(record) is not None


def rewrite(
    records: Iterable[tuple[Line, dict[str, Any]]],
) -> Iterator[tuple[Line, dict[str, Any]]]:
    """Yield the records with attributes as an object of the names above."""
    for line, record in records:
        if isinstance(record.get("resourceSpans"), list):
            _pick_in_export(record)
            yield line, record
        else:
            yield line, _flat_span(record) or record


def _pick_in_export(record: dict[str, Any]) -> None:
    for group in _objects(record, "resourceSpans"):
        resource = group.get("resource")
        group["resource"] = _picked(
            resource.get("attributes") if isinstance(resource, dict) else None
        )
        for scoped in _objects(group, "scopeSpans"):
            for span in _objects(scoped, "spans"):
                span["attributes"] = _picked(span.get("attributes"))


def _objects(holder: dict[str, Any], name: str) -> list[dict[str, Any]]:
    members = holder.get(name)
    return [each for each in members if isinstance(each, dict)] if isinstance(members, list) else []


def _picked(attributes: object) -> dict[str, Any]:
    """Return what is read of attributes, be they a list of keys and values or an object."""
    if isinstance(attributes, dict):
        attributes = [{"key": key, "value": {"": value}} for key, value in attributes.items()]
    if not isinstance(attributes, list):
        return {}
    try:
        return _picked_fast(attributes)
    except (AttributeError, KeyError, TypeError):
        return _picked_fast([each for each in attributes if _is_attribute(each)])


def _is_attribute(value: object) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("key"), str)
        and isinstance(value.get("value"), dict)
    )


def _picked_fast(attributes: list[Any]) -> dict[str, Any]:
    picked: dict[str, Any] = {}
    orders: dict[str, int] = {}
    names = _NAMES
    for attribute in attributes:
        key = attribute["key"]
        if key not in names:
            continue
        name, order = names[key]
        if name in orders and orders[name] <= order:
            continue
        for value in attribute["value"].values():
            kind = type(value)
            if kind is float and value.is_integer():
                picked[name] = int(value)
            elif value is None or value == "" or kind is dict or kind is list:
                continue
            else:
                picked[name] = value
            orders[name] = order
    return picked


def _flat_span(record: dict[str, Any]) -> Span | None:
    """Return a span of an SDK's console exporter, or of the collector's ClickHouse table."""
    context, resource = record.get("context"), record.get("resource")
    if isinstance(context, dict) and "trace_id" in context and "attributes" in record:
        status = record.get("status")
        return _span(
            (context.get("trace_id"), context.get("span_id")),
            (record.get("start_time"), record.get("end_time")),
            record["attributes"],
            resource.get("attributes") if isinstance(resource, dict) else None,
            code=status.get("status_code") if isinstance(status, dict) else None,
        )
    if "TraceId" in record and "SpanAttributes" in record:
        return _span(
            (record["TraceId"], record.get("SpanId")),
            (record.get("Timestamp"), None),
            record["SpanAttributes"],
            record.get("ResourceAttributes"),
            code=record.get("StatusCode"),
            scope=record.get("ScopeName"),
        )
    return None


def _span(
    ids: tuple[Any, Any],
    times: tuple[Any, Any],
    attributes: object,
    resource: object,
    code: object = None,
    scope: object = None,
) -> Span:
    trace_id, span_id = (str(each or "").removeprefix("0x") for each in ids)
    return {
        "traceId": trace_id,
        "spanId": span_id,
        "startTimeUnixNano": times[0],
        "endTimeUnixNano": times[1],
        "status": {"code": code},
        "attributes": _picked(attributes),
        "resourceSpans": {"resource": _picked(resource)},
        "scopeSpans": {"scope": {"name": scope}},
    }
