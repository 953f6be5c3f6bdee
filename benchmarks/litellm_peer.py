"""LiteLLM, called as its documentation says."""

import os
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from benchmarks.request import Request
from pricing.vocabulary import Meter

#: What it calls a vendor.
PROVIDERS = {"google": "gemini"}


class LiteLLM:
    """``litellm.cost_per_token``, and what ``completion_cost`` adds to it for tools."""

    name = "litellm"

    def __init__(self) -> None:
        # Otherwise the import fetches the map from the network.
        os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
        import litellm
        from litellm.litellm_core_utils.llm_cost_calc import tool_call_cost_tracking as tools
        from litellm.types import utils
        from litellm.types.llms.openai import ResponsesAPIResponse

        litellm.suppress_debug_info = True
        self.refusals: tuple[type[Exception], ...] = (litellm.exceptions.ModelNotMappedError,)
        self._price = litellm.cost_per_token
        self._tools = tools.StandardBuiltInToolCostTracking.get_cost_for_built_in_tools
        self._response = ResponsesAPIResponse
        self._types: Any = utils

    def prepare(self, request: Request) -> Callable[[], Decimal]:
        """Batch is a call type here; a region is data residency, or Anthropic's geography."""
        prompt = request.usage.input_tokens or 0
        output = request.quantity("output")
        provider = PROVIDERS.get(request.provider, request.provider)
        usage = self._usage(request, prompt, output)
        at_anthropic = request.provider == "anthropic"
        aside = {"standard", "batch", "ultrafast"} if at_anthropic else {"standard", "batch"}
        here = request.region == "global" or at_anthropic
        options: dict[str, Any] = {
            "model": request.model_raw,
            "custom_llm_provider": provider,
            "prompt_tokens": prompt,
            "completion_tokens": output,
            "usage_object": usage,
            "service_tier": None if request.tier in aside else str(request.tier),
            "data_residency": None if here else request.region,
            "call_type": "retrieve_batch" if request.tier == "batch" else "completion",
        }
        tools = self._tool_options(request, provider, usage)

        def price() -> Decimal:
            prompt_usd, completion_usd = self._price(**options)
            cost = Decimal(repr(prompt_usd)) + Decimal(repr(completion_usd))
            return cost if tools is None else cost + Decimal(repr(self._tools(**tools)))

        return price

    def _usage(self, request: Request, prompt: int, output: int) -> object:
        short, long = request.quantity("cache_write"), request.quantity("cache_write_long")
        details = {
            "cached_tokens": request.quantity("cache_read"),
            "cache_write_tokens": short + long,
        }
        extra: dict[str, object] = {}
        if request.provider == "anthropic":
            details["cache_creation_token_details"] = self._types.CacheCreationTokenDetails(
                ephemeral_5m_input_tokens=short, ephemeral_1h_input_tokens=long
            )
            extra["inference_geo"] = request.region
            if request.tier == "ultrafast":
                extra["speed"] = "fast"
            if searches := request.quantity(Meter.WEB_SEARCH):
                extra["server_tool_use"] = self._types.ServerToolUse(web_search_requests=searches)
        return self._types.Usage(
            prompt_tokens=prompt,
            completion_tokens=output,
            total_tokens=prompt + output,
            prompt_tokens_details=self._types.PromptTokensDetailsWrapper(**details),
            **extra,
        )

    def _tool_options(
        self, request: Request, provider: str, usage: object
    ) -> dict[str, Any] | None:
        """Tell it of the calls as a response does: one item each."""
        searches = request.quantity(Meter.WEB_SEARCH)
        lookups = request.quantity(Meter.FILE_SEARCH)
        sessions = request.quantity(Meter.CONTAINER)
        if not (searches or lookups or sessions):
            return None
        items = [{"type": "web_search_call"}] * searches + [{"type": "file_search_call"}] * lookups
        at_openai = request.provider == "openai"
        return {
            "model": request.model_raw,
            "custom_llm_provider": provider,
            "usage": usage,
            "response_object": self._response.model_construct(output=items) if at_openai else None,
            "standard_built_in_tools_params": {
                "file_search": {"type": "file_search"} if lookups else None,
                "code_interpreter_sessions": sessions or None,
            },
        }
