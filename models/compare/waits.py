"""Where a policy would let answers wait, and nobody says how long any of them may."""

from collections.abc import Iterable

from models.policy.terms import Condition, Predicate, Scenario

_WAITS = "latency_seconds"


def nobody_waits(scenario: Scenario, waits: Iterable[int | None]) -> str:
    """Return a sentence where a policy asks how long answers may take and nobody says; else empty.

    Args:
        scenario: Its policy, and how long it says that answers may take.
        waits: What the workload rules say of the workloads in the log; None is unknown.
    """
    asks = any(rule.when is not None and _asks(rule.when) for rule in scenario.policy.rules)
    if not asks or scenario.assumptions.latency_seconds or any(each is not None for each in waits):
        return ""
    return (
        f"Scenario {scenario.policy.name} moves what may wait, and no workload has "
        "`latency_seconds`: state under `assume` how long answers may take, such as "
        "`latency_seconds: {extraction: 24h}`. `ratecard levers` shows what waiting would save."
    )


def _asks(condition: Condition) -> bool:
    return any(
        part.field == _WAITS if isinstance(part, Predicate) else _asks(part)
        for part in condition.parts
    )
