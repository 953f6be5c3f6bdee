"""How long the answers of a workload may take: what the user assumes, else what the rules say."""

from models.policy.assumptions import ALL, Assumptions
from models.policy.conditions_sql import literal
from models.workload.rules import WorkloadRules


def latency_of(workload: str, assumptions: Assumptions, rules: WorkloadRules) -> int | None:
    """Return how many seconds an answer of a workload may take; None is unknown."""
    assumed = assumptions.latency_seconds
    if workload in assumed or ALL in assumed:
        return assumed.get(workload, assumed.get(ALL))
    return rules.latency_of(workload)


def latency_sql(workload: str, assumptions: Assumptions, rules: WorkloadRules) -> str:
    """Return an SQL expression that says the same; NULL is unknown.

    Args:
        workload: An expression of the workload's name.
        assumptions: Of the scenario.
        rules: Of the scenario, or the shipped ones.
    """
    assumed = assumptions.latency_seconds
    cases = [
        f"when {workload} = {literal(name)} then {seconds}"
        for name, seconds in assumed.items()
        if name != ALL
    ]
    if ALL in assumed:
        return f"case {' '.join(cases)} else {assumed[ALL]} end" if cases else f"{assumed[ALL]}"
    for meaning in rules.labels:
        said = "null" if meaning.latency_seconds is None else str(meaning.latency_seconds)
        cases += [f"when {_is(workload, label)} then {said}" for label in meaning.labels]
    cases += [
        f"when {workload} = {literal(rule.name)} then {rule.latency_seconds}"
        for rule in rules.rules
        if rule.latency_seconds is not None
    ]
    return f"case {' '.join(cases)} end" if cases else "cast(null as bigint)"


def _is(workload: str, label: str) -> str:
    if not label.endswith("*"):
        return f"{workload} = {literal(label)}"
    return f"substr({workload}, 1, {len(label) - 1}) = {literal(label[:-1])}"
