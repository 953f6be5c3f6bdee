"""Replayed traffic as flows: requests of one workload that a rule sent one way, priced in draws.

What does not change is the log's own cost, week by week, so that two policies which change the
same thing differ in nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from models.replay.draws import cost_draws
from models.replay.factors import FactorModel, GroupFactors
from models.replay.groups import Group, Replayed
from models.replay.translate import cost_pico
from models.uncertainty.distributions import Array

_USD_PER_PICO = 1e-12
_UNCHANGED = GroupFactors()

Values = Mapping[str, Array]

#: What requests have in common with the same requests under other choices: the rule that took
#: them, their workload, and the model that was logged.
Source = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Flow:
    """Requests of a workload that a rule sent one way.

    Attributes:
        rule: Number of the rule; 0 where none matched.
        requests: How many.
        priced: Of which with a price.
        moved: Of which with another model, tier or effort than logged.
        kept: Whether they keep their logged choices though the rule meant to move them.
        today_pico, cost_pico: As logged, and at the medians, for the period.
        truncated: Answers whose logged output is longer than the cap.
    """

    rule: int
    workload: str
    model_from: str
    model_to: str
    effort_from: str
    effort_to: str
    kept: bool
    requests: int
    priced: int
    moved: int
    today_pico: int
    cost_pico: int
    truncated: int = 0

    @property
    def cut(self) -> float:
        """Share of its answers that a cap cuts off, which makes them of no use."""
        return min(self.truncated / self.priced, 1.0) if self.priced else 0.0

    @property
    def source(self) -> Source:
        """Where its requests come from."""
        return (self.rule, self.workload, self.model_from)


class Traffic:
    """Traffic under one policy, to be priced for any values of the parameters.

    Attributes:
        flows: In the order of their keys.
        replayed: What they were made of.
        factors: Which parameter gives what.
    """

    def __init__(
        self, replayed: Replayed, factors: FactorModel, weeks: Sequence[date | None]
    ) -> None:
        """Group what was replayed.

        Args:
            replayed: Traffic under a policy.
            factors: Of its groups.
            weeks: All weeks of the log, in order.
        """
        self.replayed, self.factors = replayed, factors
        points = cost_pico(replayed.groups, factors.point())
        members: dict[tuple[object, ...], list[int]] = {}
        for place, group in enumerate(replayed.groups):
            members.setdefault(_key(group), []).append(place)
        self._members = [members[key] for key in sorted(members, key=str)]
        self.flows = tuple(self._flow(places, points) for places in self._members)
        self._week = {week: k for k, week in enumerate(weeks)}
        self._today = np.array([self._by_week(places) for places in self._members])
        self._owner = {place: flow for flow, places in enumerate(self._members) for place in places}
        self._changed = [
            place
            for place, group in enumerate(replayed.groups)
            if group.moved
            or group.cap is not None
            or group.parts.total_pico != (group.logged_pico or 0)
            or group.cache_kept != 1.0
            or factors.groups[place] != _UNCHANGED
        ]

    def usd(self, values: Values, weights: Array) -> tuple[Array, Array]:
        """Return cost as logged and as replayed, in US dollars: a row per flow, a column per draw.

        Args:
            values: Draws of every parameter.
            weights: How often each week is in each draw: a row per draw.
        """
        today = self._today @ weights.T
        return today, today + self._change(values, weights)

    def week(self, week: date | None) -> int:
        """Return the place of a week."""
        return self._week[week]

    def requests_from(self, source: Source) -> int:
        """Return how many priced requests come from a source, whichever way they went."""
        return sum(flow.priced for flow in self.flows if flow.source == source)

    def _change(self, values: Values, weights: Array) -> Array:
        """Return what changed groups cost more than logged: a row per flow, a column per draw."""
        flows, weeks = len(self.flows), len(self._week)
        if not self._changed:
            return np.zeros((flows, len(weights)))
        groups = [self.replayed.groups[place] for place in self._changed]
        changed = replace(
            self.factors, groups=tuple(self.factors.groups[place] for place in self._changed)
        )
        columns = [
            self._owner[place] * weeks + self._week[group.week]
            for place, group in zip(self._changed, groups, strict=True)
        ]
        logged = np.zeros(flows * weeks)
        for column, group in zip(columns, groups, strict=True):
            logged[column] += (group.logged_pico or 0) * _USD_PER_PICO
        more = cost_draws(groups, changed, values, columns, flows * weeks) - logged
        by_week = more.reshape(len(more), flows, weeks)
        return np.asarray((by_week * weights[:, None, :]).sum(axis=2).T)

    def _flow(self, places: Sequence[int], points: Sequence[int]) -> Flow:
        groups = [self.replayed.groups[place] for place in places]
        first = groups[0]
        return Flow(
            first.rule, first.workload, first.model_from, first.model_to, first.effort_from,
            first.effort_to,
            kept=first.kept is not None,
            requests=sum(group.requests for group in groups),
            priced=sum(group.requests for group in groups if group.logged_pico is not None),
            moved=sum(group.requests for group in groups if group.moved),
            today_pico=sum(group.logged_pico or 0 for group in groups),
            cost_pico=sum(points[place] for place in places),
            truncated=sum(group.truncated for group in groups if group.logged_pico is not None),
        )  # fmt: skip

    def _by_week(self, places: Sequence[int]) -> list[float]:
        picos = [0] * len(self._week)
        for place in places:
            group = self.replayed.groups[place]
            picos[self._week[group.week]] += group.logged_pico or 0
        return [pico * _USD_PER_PICO for pico in picos]


def weeks_of(replayed: Replayed) -> list[date | None]:
    """Return the weeks of traffic in order; usage without one is a week of its own."""
    return sorted({group.week for group in replayed.groups}, key=str)


def _key(group: Group) -> tuple[object, ...]:
    return (
        group.rule, group.workload, group.model_from, group.model_to, group.effort_from,
        group.effort_to, group.kept is not None,
    )  # fmt: skip
