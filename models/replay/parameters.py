"""Uncertain numbers, and which of them says what becomes of a group's tokens."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from models.policy.assumptions import Spread

if TYPE_CHECKING:
    from models.replay.translate import Factors

_ONE, _ZERO = Fraction(1), Fraction(0)
_PLACES = Decimal("0.000001")

#: Parameters whose source was published for one direction.
_PUBLISHED = ("output_ratio", "turns_ratio")

#: Shares lie between 0 and 1; ratios above 0.
Kind = Literal["ratio", "share"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """An uncertain number. Draws are keyed by its name, so that scenarios share them.

    Attributes:
        kind: ``ratio`` is lognormal, ``share`` is logit-normal.
        source: Citation, or what the assumption is.
        grade: H, M or L of a source, A assumed, or ``yours``.
    """

    name: str
    spread: Spread
    kind: Kind
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


@dataclass(frozen=True)
class FactorModel:
    """The factors of groups, in the order of the groups."""

    parameters: tuple[Parameter, ...]
    groups: tuple[GroupFactors, ...]
    warnings: tuple[str, ...] = ()

    @cached_property
    def named(self) -> Mapping[str, Parameter]:
        """Parameters by name."""
        return {each.name: each for each in self.parameters}

    @property
    def shown(self) -> tuple[Parameter, ...]:
        """Parameters in the direction of the move, where all groups take them in that one."""
        ways: dict[str, set[bool]] = {}
        for terms in dict.fromkeys(self.groups):
            for each in fields(terms):
                if term := getattr(terms, each.name):
                    ways.setdefault(term.parameter, set()).add(term.inverse)
        return tuple(
            inverted(each) if ways.get(each.name) == {True} else each for each in self.parameters
        )

    def point(self) -> "list[Factors]":
        """Return the factors of each group at the medians, exactly."""
        known = {each: self._point(each) for each in dict.fromkeys(self.groups)}
        return [known[each] for each in self.groups]

    def _point(self, terms: GroupFactors) -> "Factors":
        from models.replay.translate import Factors  # noqa: PLC0415 - it reads these terms

        return Factors(
            eps=self._value(terms.eps, _ONE),
            nu=self._value(terms.nu, _ONE),
            kappa=self._value(terms.kappa, _ONE),
            effort=self._value(terms.effort, _ONE),
            kept=None if terms.kept is None else self._value(terms.kept, _ONE),
            gamma=self._value(terms.gamma, _ONE),
            phi=self._value(terms.phi, _ZERO),
            written=self._value(terms.written, _ZERO),
        )

    def _value(self, term: Term | None, neutral: Fraction) -> Fraction:
        if term is None:
            return neutral
        median = Fraction(self.named[term.parameter].spread.p50)
        return 1 / median if term.inverse else median


def inverse_of(spread: Spread) -> Spread:
    """Return 1 by a ratio, to six places."""
    return Spread(
        *((1 / each).quantize(_PLACES).normalize() for each in (spread.p90, spread.p50, spread.p10))
    )


def inverted(parameter: Parameter) -> Parameter:
    """Return a ratio as that of the move the other way.

    Example:
        ``input_ratio:claude>o200k_base`` becomes ``input_ratio:o200k_base>claude``.
    """
    parts = parameter.name.split(":")
    k = max(n for n, part in enumerate(parts) if ">" in part)
    old, _, new = parts[k].partition(">")
    parts[k] = f"{new}>{old}"
    published = parts[0] in _PUBLISHED and parameter.spread.p50 != 1
    return replace(
        parameter,
        name=":".join(parts),
        spread=inverse_of(parameter.spread),
        source=f"inverse of: {parameter.source}" if published else parameter.source,
    )
