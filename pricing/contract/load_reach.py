"""What a term applies to, as a contract writes it; the same keys in every section."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from pricing.book import PriceBook
from pricing.contract.calendar import Range
from pricing.contract.reach import Reach, is_pattern
from pricing.load_rates import RATE_KEYS as TOKEN_WORDS
from pricing.load_words import instant, one_of
from pricing.load_yaml import Section
from pricing.names import suggest
from pricing.vocabulary import (
    PRICED_TIERS,
    TOKEN_METERS,
    TOOL_METERS,
    ContextBand,
    Meter,
    ServiceTier,
)

REACH_KEYS = ("models", "tiers", "context", "providers", "meters", "effective_from", "effective_to")

#: Meters in the words of the price table, and words for several.
METER_WORDS: dict[str, tuple[Meter, ...]] = {
    **{word: (meter,) for word, meter in TOKEN_WORDS.items()},
    **{meter.value: (meter,) for meter in TOOL_METERS},
    "tokens": TOKEN_METERS,
    "tools": TOOL_METERS,
}


@dataclass(frozen=True, slots=True)
class Around:
    """What a term is read within.

    Attributes:
        providers: Who bills under the contract.
        list_of: Whose list it is on, or None.
        period: The contract's.
    """

    book: PriceBook
    providers: tuple[str, ...]
    list_of: str | None
    period: Range

    @property
    def vendors(self) -> list[str]:
        """Whose models can be meant."""
        if self.list_of:
            return [self.list_of]
        own = [name for name in self.providers if name in self.book.providers]
        resold = len(own) < len(self.providers)
        return sorted(self.book.providers) if resold else own

    @property
    def models(self) -> list[str]:
        """The canonical models that can be meant."""
        return sorted({model for vendor, model in self.book.models if vendor in self.vendors})

    def model(self, text: str) -> str:
        """Read an id as its canonical model, or a pattern that some model fits."""
        if is_pattern(text):
            if not any(fnmatchcase(model, text) for model in self.models):
                raise ValueError(f"no model of {', '.join(self.vendors)} fits {text!r}")
            return text
        for vendor in self.vendors:
            if model := self.book.model_ids.get((vendor, text)):
                return model
        near = suggest(text, self.book)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"{', '.join(self.vendors)} has no model {text!r}{hint}")


def read_reach(section: Section, around: Around, *, ends: str = "effective_to") -> Reach:
    """Read what a term applies to; what is not written is not asked."""
    meters = section.values("meters", one_of(METER_WORDS)) if "meters" in section else None
    tiers = section.values("tiers", one_of(PRICED_TIERS)) if "tiers" in section else None
    bands = section.values("context", one_of(ContextBand)) if "context" in section else None
    models = section.values("models", around.model) if "models" in section else None
    billers = (
        section.values("providers", one_of(around.providers)) if "providers" in section else None
    )
    return Reach(
        period=_period(section, around.period, ends),
        models=tuple(models or ()),
        tiers=tuple(map(ServiceTier, tiers or ())),
        bands=tuple(map(ContextBand, bands or ())),
        providers=tuple(billers or ()),
        meters=tuple(dict.fromkeys(m for word in meters or () for m in METER_WORDS[word])),
    )


def _period(section: Section, whole: Range, ends: str) -> Range:
    since = section.value("effective_from", instant) if "effective_from" in section else None
    until = section.value(ends, instant) if ends in section else None
    period = Range(since or whole.since, until or whole.until)
    if period.until <= period.since:
        section.faults.add(section.at(ends), f"{ends} is not later than effective_from")
        return whole
    if not period.within(whole):
        key = "effective_from" if period.since < whole.since else ends
        section.faults.add(section.at(key), f"{key} lies outside the period of the contract")
        return whole
    return period
