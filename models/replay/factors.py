"""Which uncertain number says what becomes of a group's tokens, and where it comes from.

The user's assumptions come first, then the user's evaluations, then published evidence, then an
assumption that says it is one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from models.policy.assumptions import Spread


@dataclass(frozen=True, slots=True)
class Parameter:
    """An uncertain number. Draws are keyed by its name, so that scenarios share them.

    Attributes:
        kind: ``ratio`` is lognormal, ``share`` is logit-normal.
        grade: H, M or L of a source, A assumed, or ``yours``.
        source: Citation, or what the assumption is.
    """

    name: str
    spread: Spread
    kind: Literal["ratio", "share"]
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class Term:
    """A parameter as a factor; inverse: 1 by it."""

    parameter: str
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class GroupFactors:
    """The parameter of each factor of a group.

    Attributes:
        eps: Output tokens by output tokens; None is 1.
        nu: Turns by turns; None is 1.
        kappa: Input tokens by input tokens of the same text; None is 1.
        effort: Reasoning tokens at the new effort by those at the old; None is 1.
        kept: Share of the cached tokens that stays cached; None takes the replayed share.
        gamma: Share of the cache that a batch keeps; None is 1.
        phi: Share of flex requests retried at standard; None is 0.
        written: Share of uncached input that is written where writes are new; None is 0.
    """

    eps: Term | None = None
    nu: Term | None = None
    kappa: Term | None = None
    effort: Term | None = None
    kept: Term | None = None
    gamma: Term | None = None
    phi: Term | None = None
    written: Term | None = None


@dataclass(frozen=True, slots=True)
class FactorModel:
    """The factors of groups, in the order of the groups."""

    parameters: tuple[Parameter, ...]
    groups: tuple[GroupFactors, ...]
    warnings: tuple[str, ...] = ()

    def value(self, term: Term | None, neutral: Fraction) -> Fraction:
        """Return a factor at its parameter's median, exactly."""
        if term is None:
            return neutral
        median = Fraction(self.named[term.parameter].spread.p50)
        return 1 / median if term.inverse else median

    @property
    def named(self) -> Mapping[str, Parameter]:
        """Parameters by name."""
        return {each.name: each for each in self.parameters}
