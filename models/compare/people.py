"""What people's work and mistakes cost under a scenario's assumptions, by workload."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from models.outcome.assumed import assumed_of, people_of
from models.outcome.checked import Array, Numbers
from models.outcome.expected import People
from models.policy.assumptions import Assumptions
from models.policy.terms import Action
from models.replay.parameters import Parameter

Values = Mapping[str, Array]

_AMOUNTS = {"human_repair_usd", "review_cost_usd", "escaped_error_usd"}


@dataclass(frozen=True, slots=True)
class PeopleCosts:
    """What a scenario assumes about people."""

    assumptions: Assumptions

    def parameters(self, workloads: Iterable[str]) -> list[Parameter]:
        """Return the parameters of some workloads."""
        found = {
            each.name: Parameter(
                each.name, each.spread, each.kind, "stated in the scenario", "yours"
            )
            for workload in workloads
            for each in assumed_of(self.assumptions, workload).values()
        }
        return list(found.values())

    def are_known(self, workload: str) -> bool:
        """Whether any amount is stated that people's work at a workload costs."""
        return bool(_AMOUNTS & assumed_of(self.assumptions, workload).keys())

    def of(
        self, workload: str, action: Action | None, values: Values | None
    ) -> tuple[People, Numbers]:
        """Return people's costs at a workload, and the correlation of attempts.

        What is not stated: a wrong answer that nobody found costs its repair, and failures are
        seen, unless a final check is there to see them.

        Args:
            workload: Whose requests.
            action: What is done with them.
            values: Draws of parameters; None for the medians.
        """
        stated = assumed_of(self.assumptions, workload)
        people, icc = people_of(stated, values or {})
        if "escaped_error_usd" not in stated:
            people = replace(people, escaped_usd=people.repair_usd)
        unseen = action is not None and action.verify is not None and action.attempts == 1
        if unseen and "detection" not in stated:
            people = replace(people, detection=0.0)
        return people, icc
