"""Costs of groups: what tokens become at another model, as point estimate and in draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from models.replay.groups import Group

ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Factors:
    """What becomes of one group's tokens; all 1 and 0 where nothing changes.

    Attributes:
        eps: Output tokens per output token.
        nu: Turns per turn: input per input of the same work.
        kappa: Input tokens per input token of the same text.
        effort: Further factor of reasoning tokens; of all output where reasoning is not logged.
        kept: Share of cached tokens that stays cached; None takes the replayed share.
        gamma: Share of the cache that a batch keeps.
        phi: Share of flex requests that are turned away and retried at standard.
        written: Share of uncached input that is written to the cache where writes are new.
    """

    eps: Fraction = ONE
    nu: Fraction = ONE
    kappa: Fraction = ONE
    effort: Fraction = ONE
    kept: Fraction | None = None
    gamma: Fraction = ONE
    phi: Fraction = Fraction(0)
    written: Fraction = Fraction(0)


#: Nothing changes.
UNCHANGED = Factors()


def cost_pico(groups: Sequence[Group], factors: Sequence[Factors]) -> list[int]:
    """Return the cost of each group in pico-dollars, rounded half-even once per group."""
    raise NotImplementedError
