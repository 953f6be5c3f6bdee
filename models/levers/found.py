"""What levers are worth on the logged usage."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.levers import batching, caching, flexing, priority, trimming
from models.levers.lever import Lever

#: In the order in which savings are counted: what gives up least comes first.
LEVERS: tuple[Lever, ...] = (
    trimming.LEVER, caching.LEVER, batching.LEVER, flexing.LEVER, priority.LEVER,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reach:
    """Which requests a saving is of."""

    workload: str
    team: str
    model: str
    service_tier: str
    requests: int
    saving_pico: int


@dataclass(frozen=True, slots=True)
class Blocked:
    """What a lever would save but for something.

    Attributes:
        saving_pico: By itself; None where the choice has no price.
    """

    why: str
    requests: int
    saving_pico: int | None


@dataclass(frozen=True, slots=True)
class LeverFound:
    """A lever on the logged usage; money in pico-dollars, for the whole period.

    Attributes:
        requests: Those it takes after the levers before it.
        alone_pico: What it saves by itself.
        counted_pico: What it saves after the levers before it, so that these add up.
        where: Of which requests, the most first.
        blocked: What else it would save, by itself.
    """

    lever: Lever
    requests: int
    alone_pico: int
    counted_pico: int
    where: tuple[Reach, ...]
    blocked: tuple[Blocked, ...]


@dataclass(frozen=True, slots=True)
class Cap:
    """A limit on output of one workload and model, and what it would cut.

    A cap guards against runaways. It pays only if a cut answer, which is billed and seldom of
    use, costs less than ``worth_below_pico`` to put right.

    Attributes:
        tokens: The largest output allowed.
        requests, truncated: All, and those whose output was longer.
        saving_pico: What the tokens beyond it cost.
    """

    workload: str
    model: str
    tokens: int
    requests: int
    truncated: int
    saving_pico: int

    @property
    def worth_below_pico(self) -> int:
        """What putting a cut answer right may cost at most, for the cap to pay."""
        return self.saving_pico // self.truncated


@dataclass(frozen=True, slots=True)
class Smaller:
    """The next cheaper model for one workload, at unchanged tokens. Its success is not known.

    Attributes:
        requests: Those it could take.
        kept: Those it could not.
    """

    workload: str
    model_from: str
    model_to: str
    requests: int
    kept: int
    cost_pico: int
    saving_pico: int


@dataclass(frozen=True, slots=True)
class LeversFound:
    """All levers; ``counted`` ones add up, caps and smaller models stand apart.

    Attributes:
        cost_pico: Of the usage as logged, in pico-dollars.
        months: Length of the period.
        notional_events: Requests within subscriptions, left out: no lever changes what is paid.
        unpriced: Requests without a price, left out.
        bucketed: Requests that usage buckets sum, left out: a bucket says nothing of one request.
    """

    cost_pico: int
    months: float
    levers: tuple[LeverFound, ...]
    caps: tuple[Cap, ...] = ()
    smaller: tuple[Smaller, ...] = ()
    notional_events: int = 0
    unpriced: int = 0
    bucketed: int = 0

    @property
    def counted_pico(self) -> int:
        """What all levers save together, overlaps counted once."""
        return sum(each.counted_pico for each in self.levers)

    @property
    def alone_pico(self) -> int:
        """What they would seem to save if each were counted by itself."""
        return sum(each.alone_pico for each in self.levers)


def block_sql(levers: Sequence[tuple[str, str]]) -> str:
    """Return SQL for the number of the first block that holds; NULL where none does."""
    if not levers:
        return "cast(null as integer)"
    cases = " ".join(f"when {when} then {number}" for number, (_, when) in enumerate(levers))
    return f"case {cases} end"
