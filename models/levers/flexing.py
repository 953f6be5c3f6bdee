"""Requests that can wait for a quarter of an hour, sent at the flex tier."""

from models.levers.lever import Lever

WAIT_S = 900

LEVER = Lever(
    name="flex",
    title="Send what can wait a quarter of an hour at flex",
    gives_up="slower answers, and some requests refused that have to be sent again",
    how='service_tier "flex" with a retry at standard, where latency_seconds is at least 900',
    takes="service_tier in ('standard', 'priority')",
    changes={"service_tier": "'flex'"},
    blocks=(
        ("nobody said how long its answers may take: set latency_seconds of the workload",
         "waits is null"),
        ("its answers are needed sooner", f"waits < {WAIT_S}"),
    ),
)  # fmt: skip
