"""Which failures somebody notices where nobody says: one fact for every option of a comparison."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from models.policy.assumptions import ALL, Assumptions, Spread
from models.policy.terms import Scenario

_NONE = Spread.exactly(Decimal(0))


def with_noticed(facts: Assumptions, scenarios: Sequence[Scenario]) -> tuple[Assumptions, str]:
    """Return shared facts with the share of failures that is noticed, and why; empty if no need.

    A final check finds only what nobody noticed, and a wrong answer escapes only where nobody
    did. So where a scenario checks answers or says what an escaped error costs, no failure is
    noticed by itself, today and under every option alike: else the check would be priced against
    a world that needs none.
    """
    why = _why(scenarios)
    if not why or ALL in facts.detection:
        return facts, ""
    return replace(facts, detection={ALL: _NONE, **facts.detection}), why


def retried_in_vain(scenario: Scenario) -> str:
    """Return a sentence where attempts are repeated that nobody sees fail; empty otherwise."""
    retries = any(rule.use.attempts > 1 for rule in scenario.policy.rules)
    if not retries or scenario.assumptions.detection.get(ALL) != _NONE:
        return ""
    return (
        f"Scenario {scenario.policy.name}: no failed attempt is noticed by itself, so none is "
        "repeated; state `detection` where failures are seen, as by tests."
    )


def _why(scenarios: Sequence[Scenario]) -> str:
    rest = "so no failure is noticed by itself, today and under every option; state `detection`"
    for each in scenarios:
        if any(rule.use.verify for rule in each.policy.rules):
            name = each.policy.name
            return f"assumed: {name} checks answers, which finds only what nobody noticed, {rest}"
    for each in scenarios:
        if each.assumptions.escaped_error_usd:
            name = each.policy.name
            return f"assumed: {name} states what an error costs that nobody found, {rest}"
    return ""
