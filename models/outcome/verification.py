"""A strong model, or a person, as the last check of an answer."""

from dataclasses import dataclass

import numpy as np

from models.outcome.checked import Array, Numbers, amount, probability, quotient


@dataclass(frozen=True, slots=True)
class Verification:
    """A last check, and what its findings cost. Costs are US dollars.

    Attributes:
        cost: One check.
        detects: Share of wrong answers that it finds.
        false_flags: Share of correct answers that it takes for wrong.
        caught: Handling a wrong answer that was found.
        rework: Handling a correct answer that was taken for wrong.
        share: Share of answers that are checked.
    """

    cost: Numbers
    detects: Numbers
    false_flags: Numbers
    caught: Numbers
    rework: Numbers
    share: Numbers = 1.0


@dataclass(frozen=True, slots=True)
class Checked:
    """What a last check finds, per task, and what it costs in US dollars.

    Attributes:
        caught: Probability of a wrong answer that is found.
        escaped: Probability of a wrong answer that is delivered.
        flagged: Probability of a correct answer that is taken for wrong.
        check_usd: The checks themselves.
        handling_usd: Handling what was found, rightly or not.
    """

    caught: Array
    escaped: Array
    flagged: Array
    check_usd: Array
    handling_usd: Array


def check(correct: Numbers, wrong: Numbers, by: Verification) -> Checked:
    """Return what a last check makes of answers that are correct or wrong with given probability.

    The two need not add up to 1: what never became an answer is not checked.

    Raises:
        OutcomeError: a probability is none, or a cost is negative.
    """
    right, bad = probability("correct answers", correct), probability("wrong answers", wrong)
    share = probability("checked share", by.share)
    caught = share * probability("detection by the check", by.detects) * bad
    flagged = share * probability("false flags", by.false_flags) * right
    return Checked(
        caught=caught,
        escaped=bad - caught,
        flagged=flagged,
        check_usd=share * (right + bad) * amount("cost of a check", by.cost),
        handling_usd=caught * amount("cost of a caught error", by.caught)
        + flagged * amount("cost of rework", by.rework),
    )


def benefit(success: Numbers, escaped_usd: Numbers, by: Verification) -> Array:
    """Return what checking one more answer brings, in US dollars.

    ``(1 - P) T (h_esc - h_cau) - P F w - c``: errors caught, less what catching, false flags and
    the check itself cost. Below zero the check does not pay.
    """
    p = probability("success", success)
    escaped = amount("cost of an escaped error", escaped_usd)
    found = (1 - p) * probability("detection by the check", by.detects)
    flagged = p * probability("false flags", by.false_flags)
    caught = amount("cost of a caught error", by.caught)
    spent = flagged * amount("cost of rework", by.rework) + amount("cost of a check", by.cost)
    return found * (escaped - caught) - spent


def break_even_escaped_error(success: Numbers, by: Verification) -> Array:
    """Return the cost of one escaped error above which the check pays, in US dollars.

    ``h_cau + (c + P F w) / ((1 - P) T)``; infinite where there is nothing to find or it finds
    nothing.
    """
    p = probability("success", success)
    found = (1 - p) * probability("detection by the check", by.detects)
    flagged = p * probability("false flags", by.false_flags)
    spent = flagged * amount("cost of rework", by.rework) + amount("cost of a check", by.cost)
    more = quotient(spent + 0 * found, found + 0 * spent, np.inf)
    return amount("cost of a caught error", by.caught) + more
