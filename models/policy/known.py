"""The words a policy may use: models, tiers, efforts, regions, workloads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from pricing.book import PriceBook
from pricing.vocabulary import GLOBAL_REGION, PRICED_TIERS, ServiceTier

#: How hard a reasoning model may be told to think, from least to most.
EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")


@dataclass(frozen=True, slots=True)
class Known:
    """Names that are checked when a policy is read.

    Attributes:
        models: Canonical model by every id it has.
        tiers: That a rule may move requests to.
        regions: That a rule may move requests to.
        workloads: Empty accepts any name: a team's labels are its own.
        offered: By canonical model the tiers it has ever had a price at; a model that is not here
            is not checked.
    """

    models: Mapping[str, str]
    tiers: tuple[str, ...] = tuple(PRICED_TIERS)
    efforts: tuple[str, ...] = EFFORTS
    regions: tuple[str, ...] = (GLOBAL_REGION,)
    workloads: tuple[str, ...] = ()
    offered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def model(self, text: str) -> str:
        """Return the canonical id of a model.

        Raises:
            ValueError: the price book has none of that name; the nearest are named.
        """
        if text not in self.models:
            raise ValueError(
                f"the price book has no model {text!r}; `ratecard prices list` shows them"
                f"{nearest(text, self.models)}"
            )
        return self.models[text]

    def word(self, text: str, words: Iterable[str]) -> str:
        """Return a word that is allowed.

        Raises:
            ValueError: it is not; the allowed words are named.
        """
        allowed = tuple(words)
        if text not in allowed:
            listed = ", ".join(allowed)
            raise ValueError(f"{text!r} is none of {listed}{nearest(text, allowed, one=True)}")
        return text

    def workload(self, text: str) -> str:
        """Return the name of a workload.

        Raises:
            ValueError: names were given, and this is none of them.
        """
        return self.word(text, (*self.workloads, "*")) if self.workloads else text


def known_of(book: PriceBook, workloads: Iterable[str] = ()) -> Known:
    """Return the words of a price book.

    Args:
        book: The prices.
        workloads: Names of workloads; none accepts any.
    """
    offered: dict[str, set[str]] = {}
    for entry in book.entries:
        if entry.rates:
            offered.setdefault(entry.model, set()).add(str(entry.tier))
    regions = {region for provider in book.providers.values() for region in provider.regions}
    return Known(
        models={name: model for (_, name), model in book.model_ids.items()},
        regions=(GLOBAL_REGION, *sorted(regions)),
        workloads=tuple(workloads),
        offered={
            model: tuple(str(tier) for tier in ServiceTier if str(tier) in tiers)
            for model, tiers in offered.items()
        },
    )


def nearest(text: str, words: Iterable[str], *, one: bool = False) -> str:
    """Return ``; did you mean ...?`` with the words most like a text, or nothing."""
    near = get_close_matches(text.lower(), map(str, words), n=1 if one else 3)
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
