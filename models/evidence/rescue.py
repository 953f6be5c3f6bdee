"""How often one model is right where another was wrong: what a cascade rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from models.evidence.evaluations import Evaluation, of_workload
from models.evidence.pairs import paired
from models.evidence.quantiles import beta
from models.policy.assumptions import Spread

#: Failures of the first model below which a measured rate says little.
LEAST_FAILURES = 5
_JEFFREYS = 0.5
_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class AfterFailure:
    """P(second model right | first model wrong), measured.

    Attributes:
        spread: Percentiles of its posterior, from Jeffreys's prior.
        failures: Tasks that the first model failed and both did.
        words: Whose figures these are.
    """

    spread: Spread
    failures: int
    words: str


def after_failure(
    evaluations: Sequence[Evaluation], workload: str, first: str, second: str
) -> AfterFailure | None:
    """Return what the user's evaluation says; None where it holds too few failures to say."""
    found = paired(of_workload(evaluations, workload), first, second)
    if found is None:
        return None
    rescued, lost = found.new_only, found.neither
    failures = round(rescued + lost)
    if failures < LEAST_FAILURES:
        return None
    low, middle, high = (
        Decimal(float(each)).quantize(_PLACES)
        for each in beta(np.array([0.1, 0.5, 0.9]), rescued + _JEFFREYS, lost + _JEFFREYS)
    )
    words = f"your evaluation: {failures} tasks that {first} failed"
    return AfterFailure(Spread(low, middle, high), failures, words)
