"""The user's own evaluations: what one model made of one task."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One run of one task.

    Attributes:
        effort: Empty where it is not known.
        run: Distinguishes repeated runs of a task; 1 where there is one.
        passed: Whether the result is accepted.
        score: 0 to 1, where the file has scores.
        attempts: How many tries the run took; None where it is not known.
        input_tokens, output_tokens, turns: Of the whole task; None where not known.
        cost_usd: Of the whole task.
        workload: Empty: stands for every workload.
    """

    task: str
    model: str
    passed: bool
    effort: str = ""
    run: int = 1
    score: Decimal | None = None
    attempts: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    turns: int | None = None
    cost_usd: Decimal | None = None
    workload: str = ""


def of_workload(evaluations: Iterable[Evaluation], workload: str) -> list[Evaluation]:
    """Return those of a workload; where it has none of its own, those that name no workload."""
    every = list(evaluations)
    own = [each for each in every if each.workload == workload]
    return own or [each for each in every if not each.workload]
