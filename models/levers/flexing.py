"""Requests that can wait for a quarter of an hour, sent at the flex tier."""

from models.levers.lever import Lever

WAIT_S = 900

#: Requests that flex refuses and that are sent again at the tier they had, in percent; assumed.
SPILL_PERCENT = 5

LEVER = Lever(
    name="flex",
    title="Send what can wait a quarter of an hour at flex",
    gives_up=f"slower answers; {SPILL_PERCENT} % refused, sent again as before (assumed, counted)",
    how='service_tier "flex" with a retry at standard, where latency_seconds is at least 900',
    takes="service_tier in ('standard', 'priority')",
    changes={"service_tier": "'flex'"},
    spill_percent=SPILL_PERCENT,
    blocks=(
        ("nobody said how long its answers may take: set latency_seconds of the workload",
         "waits is null"),
        ("its answers are needed sooner", f"waits < {WAIT_S}"),
    ),
)  # fmt: skip
