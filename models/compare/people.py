"""What people's work and mistakes cost under a scenario's assumptions, by workload."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from models.compare.origins import Origins
from models.outcome.assumed import assumed_of, people_of
from models.outcome.checked import Array, Numbers
from models.outcome.expected import People
from models.policy.assumptions import Assumptions
from models.replay.parameters import Parameter

Values = Mapping[str, Array]

_AMOUNTS = {"human_repair_usd", "review_cost_usd", "escaped_error_usd"}


@dataclass(frozen=True, slots=True)
class PeopleCosts:
    """What a scenario assumes about people.

    Attributes:
        origins: Where that comes from; what is not named is stated in the scenario.
    """

    assumptions: Assumptions
    origins: Origins = field(default_factory=dict)

    def parameters(self, workloads: Iterable[str]) -> list[Parameter]:
        """Return the parameters of some workloads."""
        stated = ("stated in the scenario", "yours")
        found = {
            each.name: Parameter(
                each.name, each.spread, each.kind, *self.origins.get(each.name, stated)
            )
            for workload in workloads
            for each in assumed_of(self.assumptions, workload).values()
        }
        return list(found.values())

    def are_known(self, workload: str) -> bool:
        """Whether any amount is stated that people's work at a workload costs."""
        return bool(_AMOUNTS & assumed_of(self.assumptions, workload).keys())

    def of(self, workload: str, values: Values | None) -> tuple[People, Numbers]:
        """Return people's costs at a workload, and the correlation of attempts.

        Where nobody says what a wrong answer costs that nobody found, it costs its repair.

        Args:
            workload: Whose tasks.
            values: Draws of parameters; None for the medians.
        """
        stated = assumed_of(self.assumptions, workload)
        people, icc = people_of(stated, values or {})
        if "escaped_error_usd" not in stated:
            people = replace(people, escaped_usd=people.repair_usd)
        return people, icc
