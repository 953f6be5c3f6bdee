"""A policy's action, with what its calls cost and how often they succeed, put into its outcome."""

from dataclasses import dataclass

from models.outcome.attempts import USUAL_ICC
from models.outcome.cascade import USUAL_AFTER_FAILURE
from models.outcome.checked import Numbers, OutcomeError
from models.outcome.expected import Outcome, People, Step, expected_cost_and_success
from models.outcome.verification import Verification
from models.policy.terms import Action


@dataclass(frozen=True, slots=True)
class Calls:
    """What the calls of an action cost, in US dollars each.

    Attributes:
        first: The model that every request goes to.
        second: The model that a cascade escalates to.
        verifier: The cascade's verifier; a price stated in the policy comes before it.
        check: The final check, by a model or a person.
    """

    first: Numbers
    second: Numbers = 0.0
    verifier: Numbers = 0.0
    check: Numbers = 0.0


@dataclass(frozen=True, slots=True)
class Rates:
    """How often the models of an action succeed.

    Attributes:
        first: The model that every request goes to.
        second: The model that a cascade escalates to; None if it is unknown.
        after_failure: P(second correct | first wrong).
    """

    first: Numbers
    second: Numbers | None = None
    after_failure: Numbers = USUAL_AFTER_FAILURE


def outcome_of(
    action: Action,
    calls: Calls,
    rates: Rates,
    people: People | None = None,
    icc: Numbers = USUAL_ICC,
) -> Outcome:
    """Return what a request costs and how it ends under an action, for numbers or draws.

    Args:
        action: Its attempts, cascade and final check are looked at; what model, tier and effort do
            to a call's cost is in ``calls``.
        calls: What its calls cost.
        rates: How often its models succeed.
        people: What people's work and mistakes cost.
        icc: Correlation of attempts at one task.

    Raises:
        OutcomeError: a cascade to a model of unknown success, or impossible numbers.
    """
    step = Step(calls.first, rates.first)
    if cascade := action.cascade:
        if rates.second is None:
            raise OutcomeError(f"the success of {cascade.to}, that a cascade goes to, is unknown")
        verifier = cascade.verifier
        usd = calls.verifier if verifier.cost_usd is None else verifier.cost_usd
        step = Step(
            calls.first,
            rates.first,
            then=(calls.second, rates.second),
            verifier=(usd, verifier.accepts_correct, verifier.accepts_wrong),
            after_failure=rates.after_failure,
        )
    verify = None
    if check := action.verify:
        verify = Verification(
            cost=calls.check,
            detects=check.detects,
            false_flags=check.false_flags,
            caught=check.caught_usd,
            rework=check.rework_usd,
            share=check.share,
        )
    return expected_cost_and_success(step, action.attempts, icc, people, verify)
