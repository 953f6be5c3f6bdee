"""Up to K attempts at a task, then a person.

Attempts at one task are alike: what failed once fails again more often than chance would have it.
The chance of success is therefore itself spread over tasks, as Beta(a, b) with mean P and
intra-class correlation icc: ``a = P (1/icc - 1)``, ``b = (1 - P) (1/icc - 1)``. Its number of
failures is beta-geometric (Weinberg and Gladen, Biometrics 42, 1986); icc = 0 is independent
attempts, icc = 1 means that a task is either always or never solved.
"""

from dataclasses import dataclass

import numpy as np

from models.outcome.checked import Array, Numbers, amount, attempts_allowed, probability, quotient

#: Correlation of attempts at one task, where nothing better is known: agents solve a task nearly
#: always or nearly never.
USUAL_ICC = 0.5


@dataclass(frozen=True, slots=True)
class Attempts:
    """How a task with repeated attempts ends, per task.

    Attributes:
        calls: Attempts made, on average.
        correct: Probability that a correct answer is delivered.
        to_human: Probability that every attempt failed and was seen to fail.
        wrong: Probability that a wrong answer is taken for correct. The three add up to 1.
    """

    calls: Array
    correct: Array
    to_human: Array
    wrong: Array

    def cost(self, call: Numbers, human: Numbers, escaped: Numbers) -> Array:
        """Return the expected cost of a task in US dollars.

        Args:
            call: Cost of one attempt.
            human: Cost of a person doing the task.
            escaped: Cost of a wrong answer that was delivered.
        """
        per_call = self.calls * amount("cost of a call", call)
        repaired = self.to_human * amount("cost of repair", human)
        return per_call + repaired + self.wrong * amount("cost of an escaped error", escaped)


def all_fail(success: Numbers, attempts: int, icc: Numbers = USUAL_ICC) -> Array:
    """Return the probability that the first ``attempts`` attempts at a task all fail.

    ``F_k = B(a, b + k) / B(a, b)``, written as the product of ``(b + i) / (a + b + i)`` over
    ``i < k`` with numerator and denominator times icc, so that icc = 0 gives ``(1 - P)^k`` and
    icc = 1 gives ``1 - P`` without a limit.
    """
    p, rho = probability("success", success), probability("attempts' correlation", icc)
    failed = np.ones(np.broadcast_shapes(p.shape, rho.shape))
    for i in range(attempts):
        again = ((1 - p) * (1 - rho) + i * rho) / ((1 - rho) + i * rho) if i else 1 - p
        failed = failed * again
    return failed


def attempts_until(
    success: Numbers, attempts: int, icc: Numbers = USUAL_ICC, detection: Numbers = 1.0
) -> Attempts:
    """Return how up to ``attempts`` attempts end, where a failed one is seen with ``detection``.

    With ``F_k`` of ``all_fail`` and detection d::

        E[calls]    = sum of d^k F_k              for k = 0 .. K-1
        P(correct)  = sum of d^k (F_k - F_{k+1})
        P(wrong)    = sum of d^k (1 - d) F_{k+1}
        P(to human) = d^K F_K

    Args:
        success: Probability that one attempt at a random task succeeds.
        attempts: K, the most attempts at a task.
        icc: Correlation of attempts at one task.
        detection: Share of failed attempts that are seen to have failed. A failure that is not
            seen is delivered: retries help against seen failures only.

    Raises:
        OutcomeError: a probability is none, or K is below 1.
    """
    p, rho = probability("success", success), probability("attempts' correlation", icc)
    seen = probability("detection", detection)
    shape = np.broadcast_shapes(p.shape, rho.shape, seen.shape)
    calls, correct, wrong = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    reached, failed = np.ones(shape), np.ones(shape)
    for i in range(attempts_allowed(attempts)):
        again = ((1 - p) * (1 - rho) + i * rho) / ((1 - rho) + i * rho) if i else 1 - p
        after = failed * again
        calls = calls + reached * failed
        correct = correct + reached * (failed - after)
        wrong = wrong + reached * (1 - seen) * after
        reached, failed = reached * seen, after
    return Attempts(calls, correct, reached * failed, wrong)


def cost_of_pass(call: Numbers, success: Numbers, icc: Numbers = 0.0) -> Array:
    """Return the expected cost of trying until the task is solved, in US dollars.

    ``c / P`` for independent attempts (cost-of-pass, Erol et al., arXiv 2504.13359). With
    correlated attempts ``c (a + b - 1) / (a - 1)`` for a > 1; otherwise infinite: too many tasks
    are never solved.
    """
    cost = amount("cost of a call", call)
    p, rho = probability("success", success), probability("attempts' correlation", icc)
    # (a + b - 1) / (a - 1), both times icc; at icc = 0 it is 1 / P.
    above, below = 1 - 2 * rho + 0 * p, p * (1 - rho) - rho
    calls = quotient(above, np.where(below > 0, below, 0.0), np.inf)
    calls = np.where(p == 1, 1.0, calls)
    return np.where(cost == 0, 0.0, np.where(cost == 0, 1.0, cost) * calls)
