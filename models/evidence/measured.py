"""Token ratios that the user's own evaluation measured, to stand for the published ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import exp, hypot, log

from models.evidence.evaluations import Evaluation, of_workload
from models.evidence.pairs import Ratio, paired
from models.evidence.quantiles import Z90
from models.policy.assumptions import Spread

#: Tasks below which a measured ratio is no better than the published one.
LEAST_TASKS = 5

#: Least spread of a measured ratio, as standard deviation of its logarithm: tasks of an evaluation
#: are not the traffic.
_FLOOR = 0.05
_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Measured:
    """What tasks took under two models, as ratios new by old.

    Attributes:
        workload: Empty stands for every workload.
        effort_old, effort_new: Empty where the evaluation does not say.
        tasks: How many both models did.
        output, input, turns: Of a whole task; None where not known for enough tasks. Input holds
            the turns already.
    """

    workload: str
    old: str
    effort_old: str
    new: str
    effort_new: str
    tasks: int
    output: Spread | None
    input: Spread | None
    turns: Spread | None

    @property
    def ways(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Model and effort of the old, and of the new."""
        return (self.old, self.effort_old), (self.new, self.effort_new)

    @property
    def words(self) -> str:
        """Whose figures these are."""
        return f"your evaluation of {self.tasks} tasks"


def measured(evaluations: Sequence[Evaluation], workload: str) -> list[Measured]:
    """Return the measured ratios for a workload, a pair of models and efforts each.

    Each pair comes once, the models in the order of their names.
    """
    mine = of_workload(evaluations, workload)
    ways = sorted({(each.model, each.effort) for each in mine})
    found = []
    for k, (old, effort_old) in enumerate(ways):
        for new, effort_new in ways[k + 1 :]:
            result = paired(mine, old, new, (effort_old, effort_new))
            if result is None or result.tasks < LEAST_TASKS:
                continue
            found.append(
                Measured(
                    mine[0].workload,
                    old,
                    effort_old,
                    new,
                    effort_new,
                    result.tasks,
                    _spread(result.output),
                    _spread(result.input),
                    _spread(result.turns),
                )
            )
    return found


def _spread(ratio: Ratio | None) -> Spread | None:
    if ratio is None or ratio.n < LEAST_TASKS:
        return None
    width = hypot(max(ratio.sd, (log(ratio.p90) - log(ratio.p10)) / (2 * Z90)), _FLOOR)
    low, middle, high = (
        Decimal(ratio.p50 * exp(k * Z90 * width)).quantize(_PLACES) for k in (-1, 0, 1)
    )
    return Spread(low, middle, high)
