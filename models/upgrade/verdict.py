"""Does the move pay? One of four words, and a sentence with its conditions."""

from dataclasses import dataclass

import numpy as np

from models.uncertainty.intervals import interval
from models.upgrade.break_even import repair_break_even
from models.upgrade.report import COST_ONLY, DOES_NOT_PAY, PAYS, PAYS_IF, UpgradeRow
from models.upgrade.words import dollars, percent, points, span, times, without_effort
from models.upgrade.work import Work

#: A verdict without condition holds in at least so many of the draws.
SURE = 0.9

#: Nearer to even odds than this nothing is said to be likelier.
_MARGIN = 0.1


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict on one workload.

    Attributes:
        word: One of the four.
        p_pays: Share of draws in which the move pays; None where success is unknown.
        p_cheaper: Share of draws in which the API cost falls.
        repair_usd: Break-even repair cost; None where none exists or success is unknown.
        repair_words: What it means.
    """

    word: str
    sentence: str
    p_pays: float | None
    p_cheaper: float
    repair_usd: float | None
    repair_words: str


def judge(work: Work) -> Verdict:
    """Judge a workload.

    With a repair cost the move pays in a draw where API cost and repairs together fall. Without
    one it pays where the API cost of a success falls; what failures cost is then the condition.
    """
    cheaper = _share(work.then_usd < work.now_usd)
    now, then = work.known.now, work.known.then
    if now is None or then is None or not work.sums.now:
        sentence = _cost_words(work)
        return Verdict(COST_ONLY, sentence, None, cheaper, None, "unknown: needs success rates")
    chance = _share(pays_in(work))
    repair, repair_words = repair_break_even(
        work.difference_usd, interval(now).p50, interval(then).p50, work.task
    )
    if work.repair_usd_draws is None:
        word = _without_repair(work, chance, repair_words)
    else:
        word = PAYS if chance >= SURE else DOES_NOT_PAY if chance <= 1 - SURE else PAYS_IF
    sentence = _sentence(work, word, chance, repair_words)
    return Verdict(word, sentence, chance, cheaper, repair, repair_words)


def leaning(chance: float) -> str:
    """Return to which side a condition leans, by the share of draws in which it holds."""
    if abs(chance - 0.5) < _MARGIN:
        return "undecided"
    return "probably pays" if chance > 0.5 else "probably does not pay"  # noqa: PLR2004  even odds


def leaning_of(row: UpgradeRow) -> str:
    """Return to which side a row leans that pays on a condition.

    Empty where it hangs on a repair cost that nobody stated, or the verdict is another.
    """
    stated = row.verdict == PAYS_IF and row.gain_needed.repair_usd is not None
    return leaning(row.p_pays) if stated and row.p_pays is not None else ""


def pays_in(work: Work) -> np.ndarray:
    """Return for each draw whether the move pays; success must be known."""
    now, then = work.known.now, work.known.then
    if work.repair_usd_draws is None:
        return work.then_usd * now < work.now_usd * then  # type: ignore[operator,no-any-return]
    return benefit_usd(work) > 0


def benefit_usd(work: Work) -> np.ndarray:
    """Return what the move saves over the period in US dollars, repairs included, by draw.

    Success and repair cost must be known.
    """
    gain = work.known.then - work.known.now  # type: ignore[operator]
    gains: np.ndarray = gain * work.repair_usd_draws * work.tasks
    return gains - (work.then_usd - work.now_usd)


def _without_repair(work: Work, chance: float, repair_words: str) -> str:
    """Return the verdict where nobody says what a failed task costs.

    Dearer and no stronger never pays. Cheaper but weaker hangs on what failures cost, however
    cheap a success becomes.
    """
    if repair_words.startswith("dearer"):
        return DOES_NOT_PAY
    hangs_on_failures = work.difference_usd < 0 and not repair_words.startswith("cheaper")
    return PAYS if chance >= SURE and not hangs_on_failures else PAYS_IF


def _cost_words(work: Work) -> str:
    ratio = work.sums.ratio
    if ratio is None:
        return "nothing is paid for it now, so there is no ratio"
    where = span(interval(work.then_usd / work.now_usd))
    where += without_effort(work.sums.ratio_same_effort, "; ")
    if ratio > 1:
        return (
            f"costs {times(ratio)} ({where}); on API cost alone it must succeed that much more "
            f"often, impossible where {percent(1 / ratio)} or more succeeds today"
        )
    return (
        f"costs {times(ratio)} ({where}); it pays if it succeeds at least {times(ratio)} as often "
        "and what fails costs little"
    )


def _sentence(work: Work, word: str, chance: float, repair_words: str) -> str:
    gain = interval(work.known.then - work.known.now)  # type: ignore[operator]
    cost = f"costs {times(work.sums.ratio or 0)}"
    cost += f"{without_effort(work.sums.ratio_same_effort)}, success {points(gain.p50)}"
    prior = " by prior evidence" if work.known.shown.source == "prior" else ""
    sure = f"P(pays) {chance:.2f}"
    sure += (
        " on API cost alone"
        if work.repair_usd is None
        else f" at {dollars(work.repair_usd)} a repair"
    )
    match word:
        case "pays if":
            leans = "" if work.repair_usd_draws is None else f"{leaning(chance)}: "
            return f"{leans}{_condition(work, repair_words)} ({cost}{prior}; {sure})"
        case _:
            return f"{word}: {cost}{prior}; {sure}; {_beside(repair_words)}"


def _condition(work: Work, repair_words: str) -> str:
    """Say on what it hangs: on success where the repair cost is known, else on the repair cost."""
    if work.repair_usd:
        h = work.repair_usd
        needed = work.difference_usd / float(h)
        if needed > 0:
            return f"pays if success rises by at least {points(needed).lstrip('+')}"
        return f"pays if success falls by at most {points(-needed).lstrip('+')}"
    if repair_words.startswith("pays where"):
        return repair_words.replace("pays where", "pays if", 1)
    return "pays if success does not fall"


def _beside(repair_words: str) -> str:
    return repair_words.replace("pays where", "break-even where", 1)


def _share(hits: np.ndarray) -> float:
    return float(hits.mean())
