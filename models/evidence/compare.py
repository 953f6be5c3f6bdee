"""Differences between models, only where they mean something: one benchmark, harness and effort."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from models.evidence.table import SHARES, Evidence, Score

#: Bounds of a score before its logit is taken, in per cent: 0 and 100 of a finite test are not.
_LEAST, _MOST = Decimal("0.5"), Decimal("99.5")

#: A published score, or what an article says of one, that is no measurement to build on.
_HEARSAY = "article"


@dataclass(frozen=True, slots=True)
class Difference:
    """Two models' scores under the same conditions.

    Attributes:
        old, new: The scores; a vendor's are flagged by ``vendor``.
        vendor: Whether the publisher measured a model it sells.
    """

    old: Score
    new: Score
    vendor: bool

    @property
    def points(self) -> Decimal:
        """New minus old, in the benchmark's unit."""
        return self.new.value - self.old.value

    @property
    def logit(self) -> float:
        """Difference of the logits. Meaningful for shares only."""
        return _logit(self.new.value) - _logit(self.old.value)


@dataclass(frozen=True, slots=True)
class NotComparable:
    """Why two models cannot be compared; ``why`` is a sentence."""

    why: str


def difference(old: Score, new: Score, evidence: Evidence) -> Difference | NotComparable:
    """Compare two scores, or say what keeps them from being compared."""
    if old.benchmark != new.benchmark:
        return NotComparable(f"{old.benchmark} and {new.benchmark} are different benchmarks")
    if old.group != new.group:
        return NotComparable(f"{old.group} and {new.group} differ in harness, prompts or version")
    if old.effort != new.effort:
        return NotComparable(
            f"{old.model} was measured at effort {old.effort}, {new.model} at {new.effort}"
        )
    if old.context != new.context:
        return NotComparable(
            f"prompt sizes differ: {old.context or 'all'} and {new.context or 'all'}"
        )
    vendor = evidence.is_vendor(old.source) or evidence.is_vendor(new.source)
    return Difference(old, new, vendor)


def differences(
    evidence: Evidence,
    old: str,
    new: str,
    *,
    benchmarks: Iterable[str] | None = None,
    effort: str | None = None,
) -> list[Difference]:
    """Return every like-for-like difference of two models, independent ones first.

    Args:
        evidence: What is published.
        old: The one model.
        new: The other; differences are its scores minus the old one's.
        benchmarks: Only of these; None: of all.
        effort: Only at this effort; None: at all that both were measured at.
    """
    wanted = None if benchmarks is None else set(benchmarks)
    scores = [
        score
        for score in evidence.scores
        if score.model in {old, new}
        and (wanted is None or score.benchmark in wanted)
        and (effort is None or score.effort == effort)
        and evidence.sources[score.source].kind != _HEARSAY
    ]
    olds = {score.terms: score for score in scores if score.model == old}
    found = [
        difference(olds[score.terms], score, evidence)
        for score in scores
        if score.model == new and score.terms in olds
    ]
    pairs = [each for each in found if isinstance(each, Difference)]
    return sorted(pairs, key=lambda each: each.vendor)


def of_work(
    evidence: Evidence, work: str, old: str, new: str, effort: str | None = None
) -> list[Difference] | NotComparable:
    """Return the differences that say something about a kind of work, or why there are none.

    Args:
        evidence: What is published.
        work: Name of the kind of work, as the evidence has it.
        old: The one model.
        new: The other.
        effort: Preferred; where nothing was measured at it, all efforts count.
    """
    known = evidence.works.get(work)
    if known is None:
        return NotComparable(f"no benchmark is filed under {work!r}")
    every = [
        each
        for each in differences(evidence, old, new, benchmarks=known.benchmarks)
        if each.new.unit in SHARES
        and (not each.new.context or not known.contexts or each.new.context in known.contexts)
    ]
    if at_effort := [each for each in every if each.new.effort == effort]:
        return at_effort
    return every or NotComparable(_why_none(evidence, known.benchmarks, old, new))


def of_effort(
    evidence: Evidence, work: str, model: str, efforts: tuple[str, str]
) -> list[Difference] | NotComparable:
    """Return what another effort is worth at a kind of work: one model, all else the same.

    Args:
        evidence: What is published.
        work: Name of the kind of work.
        model: Whose; where it was not measured at both, what they are worth to other models.
        efforts: From and to.
    """
    known = evidence.works.get(work)
    if known is None:
        return NotComparable(f"no benchmark is filed under {work!r}")
    old, new = (
        {
            (s.benchmark, s.group, s.context, s.model): s
            for s in evidence.scores
            if s.benchmark in known.benchmarks and s.unit in SHARES and s.effort == effort
        }
        for effort in efforts
    )
    every = [
        Difference(old[key], new[key], evidence.is_vendor(new[key].source))
        for key in new
        if key in old
    ]
    if own := [each for each in every if each.new.model == model]:
        return own
    return every or NotComparable(
        f"no model was measured at both {efforts[0]} and {efforts[1]} on "
        f"{', '.join(known.benchmarks)}"
    )


def _why_none(evidence: Evidence, benchmarks: tuple[str, ...], old: str, new: str) -> str:
    have = [s for s in evidence.scores if s.benchmark in benchmarks and s.model in {old, new}]
    measured = {score.model for score in have}
    if missing := [model for model in (old, new) if model not in measured]:
        return f"no score of {' or '.join(missing)} on {', '.join(benchmarks)}"
    return (
        f"{old} and {new} were never measured in one harness at one effort on "
        f"{', '.join(benchmarks)}"
    )


def _logit(percent: Decimal) -> float:
    share = float(min(max(percent, _LEAST), _MOST)) / 100
    return math.log(share / (1 - share))
