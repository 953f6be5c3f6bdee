"""One workload under one action: what a task costs and how it ends.

An attempt is one call, or one run of a cascade. Attempts that are seen to fail are repeated, then
go to a person; what is delivered may be checked once more; some of it is reviewed.
"""

from dataclasses import dataclass

import numpy as np

from models.outcome.attempts import USUAL_ICC, attempts_until
from models.outcome.cascade import USUAL_AFTER_FAILURE, cascade
from models.outcome.checked import Array, Numbers, amount, quotient
from models.outcome.review import review_cost
from models.outcome.verification import Verification, check

#: Said where a final check is paid in vain.
NOTHING_TO_FIND = (
    "the final check has no error to find: every failed attempt is taken as seen already "
    "(detection 1)"
)


@dataclass(frozen=True, slots=True)
class Step:
    """One attempt: a call, or a cascade of two models with a verifier between them.

    Attributes:
        usd: Cost of the call, or of the cascade's first call.
        success: Its probability of a correct answer.
        then: Cost and success of the model that is asked when the verifier refuses.
        verifier: Cost of the verifier; its acceptance of correct and of wrong answers.
        after_failure: P(second model correct | first wrong).
    """

    usd: Numbers
    success: Numbers
    then: tuple[Numbers, Numbers] | None = None
    verifier: tuple[Numbers, Numbers, Numbers] = (0.0, 1.0, 1.0)
    after_failure: Numbers = USUAL_AFTER_FAILURE


@dataclass(frozen=True, slots=True)
class People:
    """What people's work and mistakes cost. All are US dollars, but the two shares.

    Attributes:
        repair_usd: A person doing a task that every attempt failed.
        escaped_usd: A wrong answer that was delivered.
        detection: Share of failed attempts that are seen to have failed.
        review_rate: Share of requests that are reviewed.
        review_usd: One review.
        delay_usd: Added waiting per request.
    """

    repair_usd: Numbers = 0.0
    escaped_usd: Numbers = 0.0
    detection: Numbers = 1.0
    review_rate: Numbers = 0.0
    review_usd: Numbers = 0.0
    delay_usd: Numbers = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a task costs, in US dollars, and how it ends. The three endings add up to 1.

    Attributes:
        calls: Attempts per task.
        api_usd: Models: attempts, cascades, checks.
        human_usd: People: repair, handling of what a check found, review.
        escaped_usd: Wrong answers that were delivered.
        delay_usd: Added waiting.
        correct: Probability of a correct answer by the models.
        to_human: Probability that a person finishes the task.
        wrong: Probability that a wrong answer is delivered.
        notes: What had to be moved to be possible, and what is done in vain.
    """

    calls: Array
    api_usd: Array
    human_usd: Array
    escaped_usd: Array
    delay_usd: Array
    correct: Array
    to_human: Array
    wrong: Array
    notes: tuple[str, ...] = ()

    @property
    def total_usd(self) -> Array:
        """Everything, per task."""
        return self.api_usd + self.human_usd + self.escaped_usd + self.delay_usd

    @property
    def api_per_success(self) -> Array:
        """API cost per correct answer of the models; infinite where there is none."""
        zero = 0 * self.correct * self.api_usd
        return quotient(self.api_usd + zero, self.correct + zero, float("inf"))

    @property
    def total_per_delivered(self) -> Array:
        """Whole cost per task that ends correct, by a model or a person; infinite if none does."""
        delivered, total = self.correct + self.to_human, self.total_usd
        zero = 0 * delivered * total
        return quotient(total + zero, delivered + zero, float("inf"))


def expected_cost_and_success(
    step: Step,
    attempts: int = 1,
    icc: Numbers = USUAL_ICC,
    people: People | None = None,
    verify: Verification | None = None,
) -> Outcome:
    """Return what a task costs and how it ends, for numbers or for arrays of draws.

    Args:
        step: One attempt.
        attempts: The most attempts at a task.
        icc: Correlation of attempts at one task.
        people: What people's work and mistakes cost; nothing and every failure seen, if not given.
        verify: A last check of what is delivered. It can only find what attempts did not see, so
            with ``detection`` 1 it finds nothing.

    Raises:
        OutcomeError: a probability is none, a cost is negative, or attempts are below 1.
    """
    people = people or People()
    call, success = amount("cost of a call", step.usd), step.success
    notes: tuple[str, ...] = ()
    if step.then is not None:
        run = cascade((step.usd, success), step.then, step.verifier, step.after_failure)
        call, success, notes = run.cost, run.correct, run.notes
    ends = attempts_until(success, attempts, icc, people.detection)
    api, correct, to_human, wrong = ends.calls * call, ends.correct, ends.to_human, ends.wrong
    human = to_human * amount("cost of repair", people.repair_usd)
    if verify is not None:
        found = check(correct, wrong, verify)
        notes += () if np.any(wrong > 0) else (NOTHING_TO_FIND,)
        api, human = api + found.check_usd, human + found.handling_usd
        to_human, wrong = to_human + found.caught, found.escaped
    return Outcome(
        calls=ends.calls,
        api_usd=api,
        human_usd=human + review_cost(people.review_rate, people.review_usd),
        escaped_usd=wrong * amount("cost of an escaped error", people.escaped_usd),
        delay_usd=amount("cost of delay", people.delay_usd),
        correct=correct,
        to_human=to_human,
        wrong=wrong,
        notes=notes,
    )
