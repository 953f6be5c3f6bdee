"""Requests at the priority tier, sent at standard."""

from models.levers.lever import Lever

LEVER = Lever(
    name="priority_to_standard",
    title="Send priority requests at standard",
    gives_up="the faster and steadier answers that priority is paid for",
    how='leave service_tier "priority" out where nobody watches the answer appear',
    takes="service_tier = 'priority'",
    changes={"service_tier": "'standard'"},
)
