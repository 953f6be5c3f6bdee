"""What a policy's operators call beside the first model, and what a flow comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from models.compare.traffic import Source, Traffic
from models.outcome.checked import Array, Numbers

#: Pico-dollars by the source of requests, and by week.
Verdicts = Mapping[Source, Mapping[date | None, int]]


@dataclass(frozen=True, slots=True)
class Asides:
    """What a policy's operators call beside the first model.

    Attributes:
        second: The traffic as if every cascade had escalated.
        verifier: What the verdicts of cascades cost.
        check: What final checks cost.
    """

    second: Traffic | None = None
    verifier: Verdicts = field(default_factory=dict)
    check: Verdicts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FlowEnds:
    """What a flow comes to for the period: numbers, or a number per draw.

    Attributes:
        api_usd: What models cost.
        success: Rate of correct answers by models; None is unknown.
        people_usd: Repair, review, escaped errors; None where unknown or not asked.
        wrong: Rate of wrong answers that leave; None is unknown.
    """

    api_usd: Array
    success: Numbers | None = None
    people_usd: Numbers | None = None
    wrong: Numbers | None = None
