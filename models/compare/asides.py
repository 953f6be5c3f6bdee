"""What a policy's operators call beside its first model, as policies of their own.

Each is the same rules over the same requests with another model, so that what it costs can be
replayed as everything else is.
"""

from collections.abc import Callable
from dataclasses import replace

from models.policy.terms import Action, Scenario


def with_actions(scenario: Scenario, change: Callable[[Action], Action]) -> Scenario:
    """Return a scenario with every rule's action changed."""
    rules = tuple(replace(rule, use=change(rule.use)) for rule in scenario.policy.rules)
    return replace(scenario, policy=replace(scenario.policy, rules=rules))


def escalated(action: Action) -> Action:
    """Return what a cascade does where its verifier refuses; other actions as they are."""
    if action.cascade is None:
        return action
    effort = action.cascade.to_effort or action.effort
    return replace(
        action, model=action.cascade.to, effort=effort, cascade=None, verify=None, attempts=1
    )


def verified(action: Action) -> Action:
    """Return the action of having a cascade's verifier read everything."""
    model = action.cascade.verifier.model if action.cascade else None
    return replace(action, model=model, cascade=None) if model else action


def checked(action: Action) -> Action:
    """Return the action of having the final check read everything."""
    model = action.verify.model if action.verify else None
    return replace(action, model=model, verify=None, cap=None) if model else action


def verifiers_of(scenario: Scenario) -> dict[int, int]:
    """Return the output tokens of the models that judge first answers, by the rule's number."""
    return {
        number: rule.use.cascade.verifier.output_tokens
        for number, rule in enumerate(scenario.policy.rules, start=1)
        if rule.use.cascade and rule.use.cascade.verifier.model
    }


def checks_of(scenario: Scenario) -> dict[int, int]:
    """Return the output tokens of the models that check final answers, by the rule's number."""
    return {
        number: rule.use.verify.output_tokens
        for number, rule in enumerate(scenario.policy.rules, start=1)
        if rule.use.verify and rule.use.verify.model
    }


def called_by(scenario: Scenario) -> list[Scenario]:
    """Return a scenario's requests as what its cascades and checks make of them."""
    escalates = any(rule.use.cascade for rule in scenario.policy.rules)
    made = (
        (escalated, escalates),
        (verified, verifiers_of(scenario)),
        (checked, checks_of(scenario)),
    )
    return [with_actions(scenario, action) for action, asked in made if asked]
