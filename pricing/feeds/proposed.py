"""What a proposal is made of: dated entries that could be appended to a price table."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from pricing.feeds.observation import Feed
from pricing.money import pico_from_text
from pricing.vocabulary import ContextBand, Meter, ServiceTier

#: How the start of an entry is known: a list shows a price, not when the vendor set it.
BASIS = "first_seen"


@dataclass(frozen=True, slots=True)
class ProposedEntry:
    """An entry that is not in the book yet.

    Attributes:
        rates: In the words of a table: ``2.50``, ``input``, ``not_offered``. Empty where there is
            no price.
        why: The reason where there is no price.
    """

    tier: ServiceTier
    band: ContextBand
    effective_from: datetime
    status: str
    known_at: datetime
    sources: tuple[str, ...]
    confidence: str
    rates: Mapping[Meter, str] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True, slots=True)
class ProposedModel:
    """The entries to append to a model, and the facts of a model that is new.

    Attributes:
        facts: Lines that a new model needs, by key; empty for a model of the book.
    """

    provider: str
    model: str
    entries: tuple[ProposedEntry, ...]
    facts: Mapping[str, str] = field(default_factory=dict)


#: A cell at a compared instant; of a new model, only its provider and id.
Place = tuple[str, str, ServiceTier | None, ContextBand | None, datetime | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that could be appended, and why the rest could not.

    Attributes:
        models: Known ones first, then new ones.
        refused: By place, in a few words.
        starts: By place, from when the proposed entry holds.
        feeds: Whose figures are used.
        providers: Providers that the book lacks.
    """

    models: tuple[ProposedModel, ...]
    refused: Mapping[Place, str]
    starts: Mapping[Place, datetime]
    feeds: tuple[Feed, ...]
    providers: tuple[str, ...] = ()

    @property
    def entries(self) -> int:
        """How many entries are proposed."""
        return sum(len(model.entries) for model in self.models)


class DisagreeError(Exception):
    """Lists that were given say different things."""


class CannotSayError(Exception):
    """A price cannot be written into a table; in a few words, why."""


@dataclass(frozen=True, slots=True)
class Said:
    """One rate, and the list that says it."""

    feed: str
    usd: Decimal
    starts: datetime | None
    inherited: bool


def settled(said: Collection[Said], prefer: str | None) -> list[Said]:
    """Return those who say the rate to write; empty where nobody writes it.

    Raises:
        DisagreeError: lists say different things, and none of them is preferred.
    """
    written = [each for each in said if not each.inherited]
    if preferred := [each for each in written if is_named(each.feed, prefer)]:
        written = preferred
    rates = sorted({each.usd for each in written})
    if len(rates) > 1:
        told = ", ".join(f"{each.feed} {each.usd:f}" for each in written)
        raise DisagreeError(f"feeds disagree: {told}")
    return written


def is_named(source: str, name: str | None) -> bool:
    """Whether a user means this list: by its format's name, or with its revision."""
    return name is not None and name in (source, source.partition("@")[0])


def confidence_of(sayings: Sequence[Collection[Said]]) -> str:
    """Return medium where two kinds of list say every rate, else low."""
    kinds = [{said.feed.partition("@")[0] for said in each} for each in sayings]
    return "medium" if kinds and all(len(each) > 1 for each in kinds) else "low"


def sources_of(sayings: Sequence[Collection[Said]]) -> tuple[str, ...]:
    """Return who says any of the rates, in the order they were given."""
    return tuple(dict.fromkeys(said.feed for each in sayings for said in each))


def rate_text(usd: Decimal) -> str:
    """Write a rate as the tables do, with two decimals at least.

    Raises:
        CannotSayError: it is finer than a table can say, or too high.
    """
    text = f"{usd:f}"
    whole, _, parts = text.partition(".")
    text = f"{whole}.{parts.ljust(2, '0')}"
    try:
        pico_from_text(text, "1M tokens")
    except ValueError as error:
        raise CannotSayError(str(error)) from None
    return text
