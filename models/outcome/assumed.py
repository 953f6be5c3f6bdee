"""What is assumed of people's work and mistakes, as parameters that are drawn by name.

An assumption stated for all workloads is one parameter that they share; one stated for a workload
is its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from models.outcome.attempts import USUAL_ICC
from models.outcome.checked import Numbers
from models.outcome.expected import People
from models.policy.assumptions import ALL, Assumptions, Spread

#: What may be assumed: amounts in US dollars are drawn as ratios are.
FACTS: Mapping[str, Literal["ratio", "share"]] = {
    "human_repair_usd": "ratio",
    "review_rate": "share",
    "review_cost_usd": "ratio",
    "escaped_error_usd": "ratio",
    "detection": "share",
    "attempts_icc": "share",
}


@dataclass(frozen=True, slots=True)
class Assumed:
    """An assumption with the name that its draws go by."""

    name: str
    spread: Spread
    kind: Literal["ratio", "share"]


def assumed_of(assumptions: Assumptions, workload: str) -> dict[str, Assumed]:
    """Return what is assumed for a workload, by field; what is not stated is left out."""
    found = {}
    for field, kind in FACTS.items():
        stated: Mapping[str, Spread] = getattr(assumptions, field)
        of = workload if workload in stated else ALL
        if spread := stated.get(of):
            found[field] = Assumed(f"{field} ({of})", spread, kind)
    return found


def people_of(
    assumed: Mapping[str, Assumed], values: Mapping[str, Numbers], delay_usd: Numbers = 0.0
) -> tuple[People, Numbers]:
    """Return what people's work and mistakes cost, and the correlation of attempts.

    Costs that are not stated count as nothing, and every failed attempt as seen: whoever shows
    the result says so.

    Args:
        assumed: As ``assumed_of`` returns it.
        values: Draws, or a number, by parameter name; what is missing is at its median.
        delay_usd: Added waiting per request.
    """

    def value(field: str, otherwise: float) -> Numbers:
        stated = assumed.get(field)
        if stated is None:
            return otherwise
        return values.get(stated.name, stated.spread.p50)

    people = People(
        repair_usd=value("human_repair_usd", 0.0),
        escaped_usd=value("escaped_error_usd", 0.0),
        detection=value("detection", 1.0),
        review_rate=value("review_rate", 0.0),
        review_usd=value("review_cost_usd", 0.0),
        delay_usd=delay_usd,
    )
    return people, value("attempts_icc", USUAL_ICC)
