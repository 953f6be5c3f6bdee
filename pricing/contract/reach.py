"""What a term of a contract applies to."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from pricing.contract.calendar import Range
from pricing.contract.usage import Cell
from pricing.vocabulary import ContextBand, Meter, ServiceTier

#: What makes a word a pattern and not the id of one model.
_WILD = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Reach:
    """The usage a term applies to; what is left empty is not asked.

    Attributes:
        period: When.
        models: Canonical ids, or patterns such as ``gpt-5.*``.
    """

    period: Range
    models: tuple[str, ...] = ()
    tiers: tuple[ServiceTier, ...] = ()
    bands: tuple[ContextBand, ...] = ()
    providers: tuple[str, ...] = ()
    meters: tuple[Meter, ...] = ()

    def holds(self, cell: Cell, meter: Meter) -> bool:
        """Tell whether the term applies to a meter of a cell, whatever its date."""
        return (
            (not self.meters or meter in self.meters)
            and (not self.tiers or cell.tier in self.tiers)
            and (not self.bands or cell.band in self.bands)
            and (not self.providers or cell.billed_by in self.providers)
            and self.closeness(cell.model) is not None
        )

    def closeness(self, model: str) -> tuple[int, int] | None:
        """Return how closely a model is named, larger is closer; None when it is not."""
        if not self.models:
            return (0, 0)
        found = [named(word) for word in self.models if fnmatchcase(model, word)]
        return max(found) if found else None

    @property
    def said(self) -> int:
        """How much is said beside the model."""
        return sum(map(bool, (self.tiers, self.bands, self.providers, self.meters)))


def is_pattern(word: str) -> bool:
    """Tell whether a word stands for several models."""
    return bool(_WILD & set(word))


def named(word: str) -> tuple[int, int]:
    """Return how closely a word names a model: an id above patterns, longer above shorter."""
    letters = sum(letter not in _WILD for letter in word)
    return (1, letters) if is_pattern(word) else (2, letters)
