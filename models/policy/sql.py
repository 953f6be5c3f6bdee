"""A policy as SQL over events: the number of the rule that takes each. Twin of ``evaluate``.

The SQL is plain: CASE, comparisons, whole numbers; only the hash of a share casts hexadecimal text.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from models.policy.conditions_sql import Columns, condition_sql, literal, predicates
from models.policy.evaluate import MILLION, millionths
from models.policy.terms import Policy, Predicate

#: A relation of session and session_requests, over a relation of events.
SESSION_COUNTS = (
    "select session, cast(sum(requests) as bigint) as session_requests "
    "from {events} where session is not null group by session"
)


@dataclass(frozen=True, slots=True)
class Cut:
    """Numbers of a field at which alike requests part: one below, one at or above."""

    field: str
    points: tuple[int | Decimal, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A policy over events.

    Attributes:
        sql_case_rule: Number of the rule that an event takes by itself, from 1; 0 for none.
        cuts: Of number fields, what cells must not sum across; a share in lowest terms.
        labels: Label and flag fields that cells must keep.
        share_points: Places in [0, 1) of the hash that cells must not sum across.
        place: Place of an event in the hash, in millionths; None where no rule has a share.
        first_of_session: Whether the rule of an event is that of its session's first.
        unit: What is decided as one: the session, else the event.
    """

    sql_case_rule: str
    cuts: tuple[Cut, ...]
    labels: tuple[str, ...]
    share_points: tuple[Decimal, ...]
    place: str | None
    first_of_session: bool
    unit: str

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that the policy asks for."""
        return (*self.labels, *(cut.field for cut in self.cuts))

    def relation(self, events: str, columns: Columns, name: str = "rule") -> str:
        """Return a query of all columns of some events and the number of the rule of each.

        Args:
            events: A relation.
            columns: Expressions for `event_ts` and `event_id`.
            name: Column of the number.
        """
        rule = self.sql_case_rule
        if self.first_of_session:
            order = f"{columns['event_ts']}, {columns['event_id']}"
            rule = f"first_value({rule}) over (partition by {self.unit} order by {order})"
        return f"select *, {rule} as {name} from {events}"


def assignment(policy: Policy, columns: Columns) -> Assignment:
    """Compile a policy.

    Args:
        policy: The rules.
        columns: An SQL expression over an event for each field the policy asks for, and for
            `event_id` and `session`; `cached_tokens` and `input_tokens` for `cached_share`.

    Raises:
        KeyError: a field has no expression.
    """
    shared = any(rule.use.share is not None for rule in policy.rules)
    conditional = any(rule.when is not None for rule in policy.rules)
    unit = _unit(policy, columns)
    place = _place(policy, unit) if shared else None
    every = [each for rule in policy.rules for each in predicates(rule.when)]
    return Assignment(
        _cases(policy, columns, place),
        cuts_of(every),
        labels_of(every),
        tuple(Decimal(point) / MILLION for point in _share_points(policy)),
        place,
        policy.sticky == "session" and conditional,
        unit,
    )


def cuts_of(every: Iterable[Predicate]) -> tuple[Cut, ...]:
    """Return the numbers at which predicates part requests, by field."""
    points: dict[str, set[int | Decimal]] = {}
    for predicate in every:
        if predicate.op == "between":
            numbers = [each for each in predicate.values if isinstance(each, int | Decimal)]
            points.setdefault(predicate.field, set()).update(numbers)
    return tuple(Cut(name, tuple(sorted(found))) for name, found in sorted(points.items()))


def labels_of(every: Iterable[Predicate]) -> tuple[str, ...]:
    """Return the label and flag fields of predicates."""
    return tuple(sorted({each.field for each in every if each.op != "between"}))


def _unit(policy: Policy, columns: Columns) -> str:
    alone = f"'e:' || {columns['event_id']}"
    if policy.sticky == "request":
        return alone
    return f"coalesce('s:' || {columns['session']}, {alone})"


def _place(policy: Policy, unit: str) -> str:
    digest = f"substr(md5({literal(f'{policy.seed}:')} || {unit}), 1, 12)"
    return f"(cast('0x' || {digest} as bigint) % {MILLION})"


def _cases(policy: Policy, columns: Columns, place: str | None) -> str:
    cases = ""
    behind: list[str] = []
    for number, rule in enumerate(policy.rules, start=1):
        when = "true" if rule.when is None else condition_sql(rule.when, columns)
        if rule.use.share is None:
            cases += f" when {when} then {number}"
            continue
        length = millionths(rule.use.share)
        taken = " + ".join(behind) or "0"
        cases += (
            f" when {when} and {place} >= {taken} and {place} < {taken} + {length} then {number}"
        )
        behind.append(f"case when {when} then {length} else 0 end")
    return f"case{cases} else 0 end" if cases else "0"


def _share_points(policy: Policy) -> list[int]:
    """Return every place at which a stretch may begin or end, whichever rules match before it."""
    points = {0}
    for rule in policy.rules:
        if rule.use.share is not None:
            points |= {point + millionths(rule.use.share) for point in points}
    return sorted(point for point in points if 0 < point < MILLION)
