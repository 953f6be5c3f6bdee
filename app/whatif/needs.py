"""What cells have to tell apart, so that a policy can be told from them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from app.whatif.cells_fields import MILLION, Number
from models.policy.conditions_sql import predicates
from models.policy.sql import assignment
from models.policy.terms import FLAG_FIELDS, LABEL_FIELDS, NUMBER_FIELDS

if TYPE_CHECKING:
    from models.policy.terms import Policy
    from models.workload.rules import WorkloadRules

#: What a policy is compiled with to see what it asks for.
_NAMES = {name: name for name in (*LABEL_FIELDS, *NUMBER_FIELDS, *FLAG_FIELDS)} | {
    name: name for name in ("event_id", "event_ts", "session", "cached_tokens")
}


@dataclass(frozen=True, slots=True)
class Needs:
    """What cells have to tell apart, beyond what prices do.

    Attributes:
        labels: Fields of predicates and of the output: ``team``, ``user``, ``tag:env``, ...
        cuts: Number fields, each with the points at which it is cut.
        shares: What traffic is split by hash: SQL of the place, and the points, in millionths.
        caps: Largest outputs that policies allow.
        sticky: Fields that a policy reads of the first request of a session.
        workloads: Rules that name the work of a request without a label; None leaves it unnamed.
        instants: Naive UTC instants beside those of prices, such as a contract's.
        models: Models beside the logged ones whose prices may be asked for; None: any of the book.
        weeks: Whether weeks are told apart.
        zone: Whose weeks and hours.
    """

    labels: frozenset[str] = frozenset()
    cuts: tuple[tuple[str, tuple[Number, ...]], ...] = ()
    shares: tuple[tuple[str, tuple[int, ...]], ...] = ()
    caps: tuple[int, ...] = ()
    sticky: frozenset[str] = frozenset()
    workloads: "WorkloadRules | None" = None
    instants: tuple[datetime, ...] = ()
    models: frozenset[str] | None = None
    weeks: bool = True
    zone: tzinfo = UTC

    def covers(self, other: "Needs") -> bool:
        """Tell whether cells made for these needs serve others."""
        same = other.workloads is None or other.workloads == self.workloads
        return same and self.zone == other.zone and self | other == self | _NOTHING

    def __or__(self, other: "Needs") -> "Needs":
        """Return the needs of both; zone and workload rules are these, where they have any."""
        return replace(
            self,
            labels=self.labels | other.labels,
            cuts=_merged(self.cuts, other.cuts),
            shares=_merged(self.shares, other.shares),
            caps=tuple(sorted({*self.caps, *other.caps})),
            sticky=self.sticky | other.sticky,
            workloads=self.workloads or other.workloads,
            instants=tuple(sorted({*self.instants, *other.instants})),
            models=None
            if self.models is None or other.models is None
            else self.models | other.models,
            weeks=self.weeks or other.weeks,
        )


#: What any cells serve.
_NOTHING = Needs(models=frozenset(), weeks=False)


def needs_of(
    policies: Sequence["Policy"], workloads: "WorkloadRules | None" = None, **more: Any
) -> Needs:
    """Return what cells must tell apart for policies.

    Args:
        policies: Those that will be replayed.
        workloads: Rules that name the work of a request without a label.
        more: Further attributes of ``Needs``, such as labels of the output, weeks and zone.
    """
    found = Needs(workloads=workloads, **({"models": frozenset()} | more)) | _NOTHING
    for policy in policies:
        compiled = assignment(policy, field_names(policy))
        points = tuple(int(point * MILLION) for point in compiled.share_points)
        fields = frozenset(compiled.fields)
        sticky = fields if compiled.first_of_session else frozenset()
        if "latency_seconds" in sticky:
            sticky |= {"workload"}
        if "cached_share" in sticky:
            sticky |= {"input_tokens"}
        found |= Needs(
            labels=frozenset(compiled.labels),
            cuts=tuple((cut.field, cut.points) for cut in compiled.cuts),
            shares=((compiled.place, points),) if compiled.place else (),
            caps=tuple(rule.use.cap for rule in policy.rules if rule.use.cap is not None),
            sticky=sticky - {"latency_seconds"},
            models=frozenset(rule.use.model for rule in policy.rules if rule.use.model),
            weeks=False,
        )
    return found


def field_names(policy: "Policy") -> dict[str, str]:
    """Return every field a policy may ask for as its own name."""
    asked = {part.field for rule in policy.rules for part in predicates(rule.when)}
    return _NAMES | {name: name for name in asked}


_Cuts = tuple[tuple[str, tuple[Any, ...]], ...]


def _merged(one: _Cuts, other: _Cuts) -> _Cuts:
    points: dict[str, set[Any]] = {}
    for name, found in (*one, *other):
        points.setdefault(name, set()).update(found)
    return tuple((name, tuple(sorted(points[name]))) for name in sorted(points))
