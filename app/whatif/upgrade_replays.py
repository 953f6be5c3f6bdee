"""The usage of one model, replayed as it is and under another, with and without the surcharge."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from models.replay.groups import NOTHING, Group, Parts, Replayed
from models.upgrade.surcharge import without_surcharge

if TYPE_CHECKING:
    from app.pricing_basis import Basis
    from app.whatif.ask import Prepared
    from models.policy.terms import Scenario

_LONG = "long"


@dataclass(frozen=True, slots=True)
class Replays:
    """One model's usage under another.

    Attributes:
        moving: Groups that move.
        staying: Groups that were meant to and cannot.
        plain: Those that move, at prices without the surcharge on long prompts; the same groups
            where there are no long prompts.
        today: Cost by part of what moves, as logged, by workload.
        total_pico: Cost of all usage, whatever the model.
        old_pico: That of the old model.
        by_model: Cost of all usage by model.
        already_requests, already_pico: Usage of the new model as it is.
        weeks: Of all usage, in order; usage without one is a week of its own.
        warnings: Of the replay.
    """

    moving: tuple[Group, ...]
    staying: tuple[Group, ...]
    plain: tuple[Group, ...]
    today: Mapping[str, Parts]
    total_pico: int
    old_pico: int
    by_model: Mapping[str, int]
    already_requests: int
    already_pico: int
    weeks: tuple[date | None, ...]
    warnings: tuple[str, ...]

    @property
    def workloads(self) -> list[str]:
        """Names of the workloads that move, the dearest first."""
        cost: Counter[str] = Counter()
        for group in self.moving:
            cost[group.workload] += group.logged_pico or 0
        return sorted(cost, key=lambda name: (-cost[name], name))

    def of(self, workload: str) -> list[int]:
        """Return the places of a workload's groups that move."""
        return [k for k, group in enumerate(self.moving) if group.workload == workload]

    def kept(self, workload: str | None = None) -> dict[str, int]:
        """Return how many requests of a workload, or of all, cannot move, by reason."""
        counts: Counter[str] = Counter()
        for group in self.staying:
            if workload in {None, group.workload} and group.kept and group.requests:
                counts[group.kept] += group.requests
        return dict(counts.most_common())


def replays(
    prepared: "Prepared", basis: "Basis", move: "Scenario", models: tuple[str, str]
) -> Replays:
    """Replay usage as it is and under the move.

    Args:
        prepared: The usage.
        basis: The prices, of both sides.
        move: A policy of one rule.
        models: The old and the new model.
    """
    from app.whatif.replay import Detail, replay

    contract, book = prepared.whatif.contract, prepared.whatif.basis.book
    still = replace(move, policy=replace(move.policy, name="as logged", rules=()))

    def under(scenario: "Scenario", at: "Basis") -> Replayed:
        return replay(prepared.cells, book, scenario, at, contract, Detail(teams=False))

    moved = under(move, basis)
    staying = tuple(group for group in moved.groups if group.rule and group.kept)
    moving = _moving(moved.groups)
    plain = moving
    if any(group.band_to == _LONG for group in moving):
        flat = replace(basis, book=without_surcharge(basis.book))
        plain = _matched(moving, _moving(under(move, flat).groups))
    logged = under(still, basis).groups
    old, new = models
    by_model: Counter[str] = Counter()
    for group in logged:
        by_model[group.model_from] += group.logged_pico or 0
    already = [group for group in logged if plain_name(group.model_from) == new]
    return Replays(
        moving=moving,
        staying=staying,
        plain=plain,
        today=_today(logged, staying, old),
        total_pico=sum(by_model.values()),
        old_pico=_cost(logged, old),
        by_model=by_model,
        already_requests=sum(group.requests for group in already),
        already_pico=_cost(logged, new),
        weeks=tuple(sorted({group.week for group in logged}, key=str)),
        warnings=moved.warnings,
    )


def plain_name(model: str) -> str:
    """Return a model's name without its provider."""
    return model.rpartition("/")[2]


def _cost(groups: Iterable[Group], model: str) -> int:
    return sum(group.logged_pico or 0 for group in groups if plain_name(group.model_from) == model)


def _moving(groups: Iterable[Group]) -> tuple[Group, ...]:
    return tuple(
        group
        for group in groups
        if group.rule and group.kept is None and group.logged_pico is not None
    )


def _matched(moving: Sequence[Group], flat: Sequence[Group]) -> tuple[Group, ...]:
    """Return the flat groups in the order of the others: the same usage at other prices."""
    by_key = {_key(group): group for group in flat}
    return tuple(by_key[_key(group)] for group in moving)


def _key(group: Group) -> tuple[object, ...]:
    return (
        group.workload, group.team, group.model_from, group.model_to, group.tier_from,
        group.tier_to, group.effort_from, group.effort_to, group.regime, group.agentic,
        group.band_to, group.week, group.billing,
    )  # fmt: skip


def _today(logged: Iterable[Group], staying: Iterable[Group], old: str) -> Mapping[str, Parts]:
    """Return by workload the parts of today's cost of what moves.

    What stays has the parts of its logged choices, so what moves is all less that.
    """
    sums: dict[str, Parts] = defaultdict(lambda: NOTHING)
    for group in logged:
        if plain_name(group.model_from) == old and group.logged_pico is not None:
            sums[group.workload] = _added(sums[group.workload], group.parts, 1)
    for group in staying:
        if group.logged_pico is not None:
            sums[group.workload] = _added(sums[group.workload], group.parts, -1)
    return dict(sums)


def _added(total: Parts, more: Parts, sign: int) -> Parts:
    return Parts(
        **{
            name: getattr(total, name) + sign * getattr(more, name)
            for name in Parts.__dataclass_fields__
        }
    )
