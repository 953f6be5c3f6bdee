"""One workload's cost, now and under the new model, in the parts that a break-even needs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from models.replay.groups import Group
from models.replay.translate import ONE, Factors, cost_pico

_NONE = Fraction(0)


@dataclass(frozen=True, slots=True)
class Sums:
    """Costs of the requests that move, in pico-dollars of the whole period.

    The cost then is ``fixed + turns x input_unit + output_ratio x output_unit``.

    Attributes:
        now: As logged.
        now_output: Of which output tokens.
        then: Under the new model, at the medians.
        fixed: Part of it that follows neither turns nor output, such as tool calls.
        input_unit: Input under the new model, with the turns of today.
        input: The same with the turns assumed.
        output_unit: Output under the new model, as long as today.
        output: The same with the output ratio assumed.
        long_now, long_then: Surcharge on long prompts, within ``now`` and ``then``.
        lost_cache: What cached input costs more for want of a cache price or of a warm cache.
        same_effort: The cost then without the change of effort; 0 is not known.
    """

    now: int
    now_output: int
    then: int
    fixed: int
    input_unit: int
    input: int
    output_unit: int
    output: int
    long_now: int = 0
    long_then: int = 0
    lost_cache: int = 0
    same_effort: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        """Return the sums of both, part by part."""
        return Sums(
            *(getattr(self, name) + getattr(other, name) for name in Sums.__dataclass_fields__)
        )

    @property
    def ratio(self) -> float | None:
        """Cost then by cost now; None where it costs nothing now."""
        return self.then / self.now if self.now else None

    @property
    def ratio_same_effort(self) -> float | None:
        """The ratio without the change of effort; None where none changes or nothing is paid."""
        changes = self.same_effort and self.same_effort != self.then
        return self.same_effort / self.now if self.now and changes else None

    @property
    def output_share(self) -> float:
        """Part of today's cost that output is."""
        return self.now_output / self.now if self.now else 0.0

    @property
    def turns(self) -> float:
        """Turns assumed, each request by its cost."""
        return self.input / self.input_unit if self.input_unit else 1.0

    @property
    def output_ratio(self) -> float:
        """Output ratio assumed, each request by its cost."""
        return self.output / self.output_unit if self.output_unit else 1.0


#: Sums of nothing.
NOTHING = Sums(0, 0, 0, 0, 0, 0, 0, 0)


def sums_of(groups: Sequence[Group], factors: Sequence[Factors], now_output: int) -> Sums:
    """Add up groups that move.

    Args:
        groups: Under the new model.
        factors: What becomes of the tokens of each, at the medians.
        now_output: Cost of their output as logged, in pico-dollars.
    """

    def at(**changes: Fraction) -> int:
        return sum(cost_pico(groups, [replace(each, **changes) for each in factors]))

    then = sum(cost_pico(groups, factors))
    without_output = at(eps=_NONE)
    fixed = at(eps=_NONE, nu=_NONE)
    return Sums(
        now=sum(group.logged_pico or 0 for group in groups),
        now_output=now_output,
        then=then,
        fixed=fixed,
        input_unit=at(eps=_NONE, nu=ONE) - fixed,
        input=without_output - fixed,
        output_unit=at(eps=ONE) - without_output,
        output=then - without_output,
        same_effort=at(effort=ONE),
    )
