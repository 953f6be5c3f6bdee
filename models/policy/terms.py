"""The terms of a policy: conditions, actions, rules. Values only; nothing is read or run here."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, Union

from models.policy.assumptions import Assumptions

if TYPE_CHECKING:
    from models.workload.rules import WorkloadRules

#: Fields that hold a name. ``tag:NAME`` is one more for each tag.
LABEL_FIELDS = (
    "workload", "model", "service_tier", "effort", "team", "project", "user", "api_key",
    "endpoint", "region", "provider", "source", "weekday",
)  # fmt: skip
#: Fields that hold a number. ``hour`` is that of the report's clock.
NUMBER_FIELDS = (
    "input_tokens", "output_tokens", "cached_share", "hour", "latency_seconds", "session_requests",
)  # fmt: skip
#: Fields that hold yes or no.
FLAG_FIELDS = ("tools",)
TAG = "tag:"
#: The name of a field that the log leaves empty, as reports show it.
NONE = "(none)"
#: The tier of an action that takes the cheapest one which a request may wait for.
CHEAPEST = "cheapest"
#: Seconds that a request must be able to wait for these tiers.
TIER_WAITS = {"batch": 86_400, "flex": 900}

Value = str | int | Decimal | None


@dataclass(frozen=True, slots=True)
class Predicate:
    """One test of one field of a request. A field that the log lacks passes no test.

    Attributes:
        field: Of ``LABEL_FIELDS``, ``NUMBER_FIELDS``, ``FLAG_FIELDS``, or ``tag:NAME``.
        op: ``in`` any of the labels, of which one ending in ``*`` is a prefix and ``(none)`` is a
            missing label; ``between`` two numbers, half-open, None is open, and hours may run over
            midnight; ``is`` 1 or 0.
        values: The labels; the two numbers; the flag.
    """

    field: str
    op: Literal["in", "between", "is"]
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """Tests taken together: all of them, any of them, or not the one."""

    kind: Literal["all", "any", "not"]
    parts: tuple[Union[Predicate, "Condition"], ...]


@dataclass(frozen=True, slots=True)
class Verifier:
    """What accepts or rejects the answer of a cascade's first model.

    Attributes:
        model: None for one that is no model of the price book; ``cost_usd`` is then its price.
        accepts_correct: Share of the right answers that it accepts.
        accepts_wrong: Share of the wrong answers that it accepts.
        output_tokens: What it writes for a verdict.
        cost_usd: US dollars a verdict; None prices the model's tokens.
    """

    accepts_correct: Decimal
    accepts_wrong: Decimal
    model: str | None = None
    output_tokens: int = 200
    cost_usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Cascade:
    """A second model for the answers that the verifier rejects."""

    to: str
    verifier: Verifier
    to_effort: str | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """A final check of answers before they leave.

    Attributes:
        model: None for a person.
        detects: Share of the wrong answers that it finds.
        false_flags: Share of the right answers that it calls wrong.
        output_tokens: What it writes for a verdict.
        caught_usd: What a found error costs, in US dollars.
        rework_usd: What a right answer called wrong costs, in US dollars.
        share: Of the answers that are checked.
    """

    detects: Decimal
    false_flags: Decimal
    model: str | None = None
    output_tokens: int = 1500
    caught_usd: Decimal = Decimal(0)
    rework_usd: Decimal = Decimal(0)
    share: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Action:
    """What a rule does with the requests it takes; None keeps what was logged.

    Attributes:
        tier: A service tier, or ``cheapest``.
        cap: Most output tokens.
        share: Of the matching requests, in millionths at the finest.
        attempts: Most tries before a person takes over.
    """

    model: str | None = None
    tier: str | None = None
    effort: str | None = None
    region: str | None = None
    cap: int | None = None
    share: Decimal | None = None
    attempts: int = 1
    cascade: Cascade | None = None
    verify: Verification | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Requests of a kind, and what is done with them. Without a condition: every request."""

    name: str
    when: Condition | None
    use: Action
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Policy:
    """Ordered rules. A request takes the first that matches, and else keeps its logged choices.

    A rule with a share takes that share of what matches it, by hash; the others fall through.

    Attributes:
        sticky: ``session`` decides at the first request of a session for all of it.
        seed: Of the hash.
    """

    name: str
    rules: tuple[Rule, ...]
    description: str = ""
    sticky: Literal["session", "request"] = "request"
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Scenario:
    """A policy with what is assumed about it.

    Attributes:
        workloads: None takes the shipped rules.
        source: The file or preset it was read from.
    """

    policy: Policy
    assumptions: Assumptions
    workloads: "WorkloadRules | None" = None
    source: str = field(default="", compare=False)
