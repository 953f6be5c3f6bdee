"""A cheap model first, a verifier on its answer, and the strong model where the verifier says no.

Every call is paid. What the strong model makes of a task that the cheap one failed is the number
that decides: it is far below the strong model's success over all tasks, because hard tasks are
hard for both.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.outcome.checked import Array, Numbers, amount, probability, quotient

#: P(strong model correct | cheap model wrong) where it was not measured, and the range seen.
USUAL_AFTER_FAILURE = 0.35
RANGE_AFTER_FAILURE = (0.07, 0.55)

#: What rounding leaves of a bound.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Joint:
    """How two models' successes on the same tasks go together.

    Attributes:
        after_failure: P(second correct | first wrong).
        after_success: P(second correct | first correct), so that the second's total is kept.
        notes: What had to be moved to be possible.
    """

    after_failure: Array
    after_success: Array
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cascade:
    """What a cascade comes to, per task.

    Attributes:
        cost: US dollars: first model, verifier, and the second model where it is asked.
        correct: Probability that the delivered answer is correct.
        accepted: Share of tasks that end with the first model's answer.
        accepted_wrong: Share of tasks whose first answer is wrong and accepted.
        saving: Against asking the second model every time, in US dollars per task. The cascade is
            worth it on cost where this is above zero.
        notes: What had to be moved to be possible.
    """

    cost: Array
    correct: Array
    accepted: Array
    accepted_wrong: Array
    saving: Array
    notes: tuple[str, ...] = ()


def frechet(first: Numbers, second: Numbers) -> tuple[Array, Array]:
    """Return the least and the greatest possible P(second correct | first wrong).

    Fréchet's bounds of a joint probability (Annales de l'Université de Lyon, 1951), divided by
    P(first wrong)::

        max(0, (Pb - Pa) / (1 - Pa))  ..  min(1, Pb / (1 - Pa))

    Where the first is never wrong nothing is ruled out.
    """
    a, b = probability("first model's success", first), probability("second's success", second)
    low = np.clip(quotient(b - a, 1 - a, 0.0), 0.0, 1.0)
    high = np.clip(quotient(b + 0 * a, 1 - a, 1.0), 0.0, 1.0)
    return low, high


def joint(first: Numbers, second: Numbers, after_failure: Numbers = USUAL_AFTER_FAILURE) -> Joint:
    """Return how two models' successes go together, moved into the possible where need be.

    ``Pb1 = (Pb - (1 - Pa) Pb0) / Pa``; where the first is never right, Pb1 never matters and is
    given as Pb.
    """
    a, b = probability("first model's success", first), probability("second's success", second)
    wanted = probability("success after a failure", after_failure)
    low, high = frechet(first, second)
    kept = np.clip(wanted, low, high)
    moved = np.abs(kept - wanted) > _ROUNDING
    after_success = np.where(a > 0, quotient(b - (1 - a) * kept, a + 0 * b, 0.0), b)
    notes = (_note(wanted, low, high, moved),) if bool(moved.any()) else ()
    return Joint(kept, np.clip(after_success, 0.0, 1.0), notes)


def cascade(
    first: tuple[Numbers, Numbers],
    second: tuple[Numbers, Numbers],
    verifier: tuple[Numbers, Numbers, Numbers],
    after_failure: Numbers = USUAL_AFTER_FAILURE,
) -> Cascade:
    """Return cost and success of first model, verifier, second model.

    As in FrugalGPT (Chen et al., arXiv 2305.05176) and AutoMix (Aggarwal et al., arXiv
    2310.12963), with correlated failures::

        A    = Pa TPR + (1 - Pa) FPR
        cost = c_a + c_v + (1 - A) c_b
        P    = Pa TPR + Pa (1 - TPR) Pb1 + (1 - Pa) (1 - FPR) Pb0

    Args:
        first: Cost of a call in US dollars, and probability of success.
        second: The same of the model that is asked when the verifier refuses.
        verifier: Cost of a check; probability that it accepts a correct answer; probability that
            it accepts a wrong one.
        after_failure: P(second correct | first wrong).

    Raises:
        OutcomeError: a probability is none, or a cost is negative.
    """
    cost_a, a = amount("cost of the first model", first[0]), probability("success", first[1])
    cost_b = amount("cost of the second model", second[0])
    cost_v = amount("cost of the verifier", verifier[0])
    keeps = probability("verifier's acceptance of correct answers", verifier[1])
    lets_pass = probability("verifier's acceptance of wrong answers", verifier[2])
    both = joint(a, second[1], after_failure)
    accepted = a * keeps + (1 - a) * lets_pass
    correct = (
        a * keeps
        + a * (1 - keeps) * both.after_success
        + (1 - a) * (1 - lets_pass) * both.after_failure
    )
    return Cascade(
        cost=cost_a + cost_v + (1 - accepted) * cost_b,
        correct=np.clip(correct, 0.0, 1.0),
        accepted=accepted,
        accepted_wrong=(1 - a) * lets_pass,
        saving=accepted * cost_b - cost_a - cost_v,
        notes=both.notes,
    )


def _note(wanted: Array, low: Array, high: Array, moved: NDArray[np.bool_]) -> str:
    if moved.ndim == 0:
        return (
            f"success after a failure of {wanted:.3g} is impossible with these success rates: "
            f"taken into {low:.3g} to {high:.3g}"
        )
    return (
        "success after a failure is impossible with the success rates in "
        f"{100 * moved.mean():.0f} % of the draws: taken into what is possible there"
    )
