"""Billed quantities held against logged ones: the same first, then what differs in the least.

Within a span and model a billed token is matched with a logged one of the same project, tier,
context band and meter. What is left on both sides is matched where one thing differs, then two,
then three: that is the least that must have moved. What then is left was billed and not logged, or
logged and not billed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from models.reconcile.bill import BilledLine
from models.reconcile.exact import ZERO
from models.reconcile.logged import Logged

#: Meters that are parts of a prompt: how they divide it is the cached share.
INPUT_METERS = frozenset({"uncached_input", "cache_read", "cache_write", "cache_write_long"})

#: Tiers that a line item may leave out; no bill has been seen that names them.
UNNAMED_TIERS = frozenset({"batch", "scale"})


@dataclass(slots=True)
class OpenUse:
    """Logged usage, and how much of it is not matched yet."""

    use: Logged
    left: Decimal


class Taken(NamedTuple):
    """Logged usage that a billed line is for, or a part of it."""

    use: Logged
    quantity: Decimal


@dataclass(slots=True)
class OpenLine:
    """A billed line, how much of its quantity is not matched yet, and what is."""

    line: BilledLine
    left: Decimal
    taken: list[Taken] = field(default_factory=list)

    def take(self, other: OpenUse) -> None:
        """Match as much as both have left."""
        quantity = min(self.left, other.left)
        if quantity > 0:
            self.left -= quantity
            other.left -= quantity
            self.taken.append(Taken(other.use, quantity))


class _Pass(NamedTuple):
    """What differs between a line and the usage it is matched with."""

    project: bool = False
    tier: bool = False
    band: bool = False
    meter: bool = False
    unnamed: bool = True
    unpriced: bool = False


#: What differs in a pass: nothing, then one thing, then more. The same in another project comes
#: before another tier in the same project.
_SAME = [_Pass(project, unnamed=unnamed) for project in (False, True) for unnamed in (False, True)]
_UNPRICED = [_Pass(project, unpriced=True) for project in (False, True)]
_MOVED = [
    _Pass(project, "tier" in what, "band" in what, "meter" in what)
    for project in (False, True)
    for what in (
        ("tier",), ("band",), ("meter",), ("tier", "band"), ("tier", "meter"), ("band", "meter"),
        ("tier", "band", "meter"),
    )
]  # fmt: skip
_PASSES = (*_SAME, *_UNPRICED, *_MOVED)


@dataclass(frozen=True, slots=True)
class Matched:
    """The lines and the usage of one span and model, matched."""

    lines: tuple[OpenLine, ...]
    uses: tuple[OpenUse, ...]

    @property
    def ties(self) -> bool:
        """Whether nothing is left on either side."""
        return not any(line.left for line in self.lines) and not any(use.left for use in self.uses)


def match(lines: Sequence[BilledLine], uses: Sequence[Logged], unnamed: frozenset[str]) -> Matched:
    """Match lines that have a quantity with the usage of the same span and model.

    Args:
        lines: Of a meter of the price table, with a quantity.
        uses: Logged.
        unnamed: Tiers that a line which names none may hold.
    """
    billed = tuple(OpenLine(line, line.quantity or ZERO) for line in lines)
    logged = tuple(OpenUse(use, use.quantity) for use in uses)
    for differs in _PASSES:
        open_lines = [line for line in billed if line.left]
        open_uses = _indexed((use for use in logged if use.left), differs)
        if not open_lines or not open_uses:
            break
        for line in open_lines:
            for use in open_uses.get(_index(line.line, differs), ()):
                if line.left and use.left and _fits(line.line, use.use, differs, unnamed):
                    line.take(use)
    return Matched(billed, logged)


def same_tier(line: BilledLine, use: Logged, unnamed: frozenset[str]) -> bool:
    """Whether the line item of some usage would name its tier as this one does."""
    if line.tier is None:
        return use.tier == "standard" or use.tier in unnamed
    return line.tier == use.tier


def _index(each: BilledLine | Logged, differs: _Pass) -> tuple[str | None, str | None]:
    """Return what must be the same in a pass, to look for it quickly."""
    return None if differs.project else each.project, None if differs.meter else each.meter


def _indexed(
    uses: Iterable[OpenUse], differs: _Pass
) -> dict[tuple[str | None, str | None], list[OpenUse]]:
    found: dict[tuple[str | None, str | None], list[OpenUse]] = {}
    for use in uses:
        found.setdefault(_index(use.use, differs), []).append(use)
    return found


def _fits(line: BilledLine, use: Logged, differs: _Pass, unnamed: frozenset[str]) -> bool:
    """Whether a line and usage of the same index differ in nothing else."""
    if use.rate is None or differs.unpriced:
        return use.rate is None and differs.unpriced
    same = same_tier(line, use, unnamed if differs.unnamed else frozenset())
    if same == differs.tier or (line.band != use.band) != differs.band:
        return False
    one_prompt = line.meter != use.meter and {line.meter, use.meter} <= INPUT_METERS
    return one_prompt or not differs.meter
