"""From the user's success rate under one model to that under another, by published differences.

    logit P_new = logit P_old + beta * D + e        e ~ N(0, sd)

D is the mean difference of logits over the benchmarks of the kind of work, and beta says how far
it carries over to somebody's own work: normal around 0.5 with sd 0.25, between 0 and 1.2. sd is the
spread of the differences from benchmark to benchmark, and at least 0.35: two harnesses of one
benchmark differ by as much. A benchmark counts once, whatever number of efforts, harnesses and
prompt sizes it comes in; one that only a vendor measured counts half. Scores never stand for a
success rate: without the user's own rate under one of the models nothing is transferred.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.evidence.compare import Difference
from models.evidence.quantiles import logit, normal, share, truncated_normal
from models.evidence.table import Evidence
from models.policy.assumptions import Spread

if TYPE_CHECKING:
    from models.evidence.quantiles import Array

#: Names of the parameters, as draws are keyed.
BETA = "transfer_beta"
_MEAN, _SD, _LOW, _HIGH = 0.5, 0.25, 0.0, 1.2
_FLOOR = 0.35
_VENDOR_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Transfer:
    """What published evidence says of two models for a kind of work, on the logit scale.

    Attributes:
        name: Of the error, as draws are keyed.
        mean: Mean difference of logits, new minus old.
        sd: Of the error.
        benchmarks: How many different ones.
        used: The differences it rests on.
        words: The same in a sentence.
    """

    name: str
    old: str
    new: str
    mean: float
    sd: float
    benchmarks: int
    used: tuple[Difference, ...]
    words: str

    def point(self, rate: float, beta: Spread | None = None) -> float:
        """Return the success of the new model at the medians, from that of the old."""
        carried = _MEAN if beta is None else float(beta.p50)
        return 1 / (1 + math.exp(-(logit(rate) + carried * self.mean)))

    def draws(
        self, logits: "Array", uniform: Mapping[str, "Array"], beta: Spread | None = None
    ) -> "Array":
        """Return success rates of the new model, one for each draw.

        Args:
            logits: Of the old model's success.
            uniform: Columns of uniform numbers by parameter: ``BETA`` and ``self.name``.
            beta: How far differences carry over, as the user has it; None for the default.
        """
        carried = beta_draws(uniform[BETA], beta)
        return share(logits + carried * self.mean + self.sd * normal(uniform[self.name]))


def beta_draws(uniform: "Array", beta: Spread | None = None) -> "Array":
    """Return how far differences carry over: the user's spread, else the default."""
    if beta is None:
        return truncated_normal(uniform, _MEAN, _SD, _LOW, _HIGH)
    low, middle, high = float(beta.p10), float(beta.p50), float(beta.p90)
    z = normal(uniform) / normal(np.array([0.9]))[0]
    numbers: Array = np.clip(middle + z * np.where(z < 0, middle - low, high - middle), _LOW, _HIGH)
    return numbers


def transfer(work: str, used: Sequence[Difference], evidence: Evidence) -> Transfer:
    """Combine like-for-like differences of a kind of work.

    Args:
        work: Name of the kind of work.
        used: At least one, all of the same two models, or of the same two efforts.
        evidence: For the names of the publishers.
    """
    old, new = _ends(used)
    of: dict[str, list[Difference]] = {}
    for each in used:
        of.setdefault(each.new.benchmark, []).append(each)
    means = np.array([float(np.mean([each.logit for each in group])) for group in of.values()])
    weights = np.array([_weight(group) for group in of.values()])
    mean = float(np.average(means, weights=weights))
    spread = 0.0
    if len(means) > 1:
        variance = np.average((means - mean) ** 2, weights=weights) * len(means) / (len(means) - 1)
        spread = float(np.sqrt(variance))
    return Transfer(
        f"transfer:{work}:{old}>{new}", old, new, mean, max(_FLOOR, spread), len(of),
        tuple(used), _words(used, len(of), evidence),
    )  # fmt: skip


def _ends(used: Sequence[Difference]) -> tuple[str, str]:
    """Return the two models, or the two efforts where the models are the same."""
    first = used[0]
    if first.old.model != first.new.model:
        return first.old.model, first.new.model
    whose = {each.new.model for each in used}
    whose_words = whose.pop() if len(whose) == 1 else "any"
    return f"{whose_words}@{first.old.effort}", f"{whose_words}@{first.new.effort}"


def _weight(group: Sequence[Difference]) -> float:
    return _VENDOR_WEIGHT if all(each.vendor for each in group) else 1.0


def _words(used: Sequence[Difference], benchmarks: int, evidence: Evidence) -> str:
    publishers = dict.fromkeys(evidence.sources[each.new.source].publisher for each in used)
    efforts = ", ".join(
        dict.fromkeys(
            each.new.effort
            if each.old.effort == each.new.effort
            else f"{each.new.effort} in place of {each.old.effort}"
            for each in used
        )
    )
    many = "benchmark" if benchmarks == 1 else "benchmarks"
    flag = ", all of them the vendor's own" if all(each.vendor for each in used) else ""
    return (
        f"prior evidence: {benchmarks} {many} of {', '.join(publishers)} (effort {efforts}){flag}"
    )
