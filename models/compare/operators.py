"""What a rule's attempts, cascade and final check make of the exact cost of its requests.

What an operator does to costs is a weight for each kind of call that is paid; a weight times
pico-dollars is rounded once.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction

from models.outcome.action import Calls
from models.outcome.expected import Outcome
from models.policy.terms import Action

_PICO_PER_USD = 10**12

#: Kinds of calls, the fields of `Calls`.
KINDS = ("first", "second", "verifier", "check")


def has_operators(action: Action | None) -> bool:
    """Whether an action does more than choose a model, tier, effort, region or cap."""
    return action is not None and (
        action.attempts > 1 or action.cascade is not None or action.verify is not None
    )


def exact_pico(picos: Mapping[str, int], requests: int, outcome: Callable[[Calls], Outcome]) -> int:
    """Return API cost in pico-dollars of requests that cost this much per kind of call.

    Args:
        picos: By kind of call, for all the requests together.
        requests: How many they are; each pays the fees that the policy states.
        outcome: What a request comes to where calls cost this much; linear in their costs.
    """
    fees = Fraction(outcome(Calls(0.0)).api_usd.item())
    total = fees * requests * _PICO_PER_USD
    for kind in KINDS:
        if picos.get(kind):
            paid = Fraction(outcome(Calls(**({"first": 0.0} | {kind: 1.0}))).api_usd.item())
            total += (paid - fees) * picos[kind]
    return round(total)
