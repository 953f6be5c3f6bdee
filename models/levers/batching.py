"""Requests that can wait for a day, sent in batches."""

from models.levers.lever import Lever

WAIT_S = 86_400

#: Half of the cached tokens: what a batch is assumed to lose, as its requests run in any order.
_LOST = "(coalesce(cache_read_tokens, 0) >> 1)"

LEVER = Lever(
    name="batch",
    title="Send what can wait a day in batches",
    gives_up="the answer comes within 24 hours; half of the cache is lost (assumed, counted)",
    how="the Batch API, where the workload's latency_seconds is at least 86400",
    takes="service_tier in ('standard', 'flex', 'priority')",
    changes={
        "service_tier": "'batch'",
        "uncached_input_tokens": f"coalesce(uncached_input_tokens, 0) + {_LOST}",
        "cache_read_tokens": f"coalesce(cache_read_tokens, 0) - {_LOST}",
    },
    blocks=(
        ("inside an agent's session: the next request waits for the answer", "agentic"),
        ("nobody said how long its answers may take: set latency_seconds of the workload",
         "waits is null"),
        ("its answers are needed sooner", f"waits < {WAIT_S}"),
    ),
)  # fmt: skip
