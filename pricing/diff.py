"""What differs between two states of prices: two books, two dates, two moments of knowledge."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pricing.book import Cell, PriceBook
from pricing.published import Entry
from pricing.vocabulary import TOKEN_METERS, Meter, UnpricedReason

#: Why a cell has no rate, in the words of a list.
_WHY = {
    UnpricedReason.TIER_NOT_OFFERED: "not offered",
    UnpricedReason.RATE_NOT_PUBLISHED: "not published",
}
NO_PRICE = "no price"


@dataclass(frozen=True, slots=True)
class Side:
    """Prices as they stand on a date, by a book.

    Attributes:
        book: After what was known when.
        at: The instant whose prices are meant, with its UTC offset.
    """

    book: PriceBook
    at: datetime

    def entry(self, cell: Cell) -> Entry | None:
        """Return the entry in force for a cell."""
        started = [
            each for each in self.book.timelines.get(cell, ()) if each.effective_from <= self.at
        ]
        if not started:
            return None
        entry = started[-1]
        ended = entry.effective_to is not None and entry.effective_to <= self.at
        return None if ended else entry


@dataclass(frozen=True, slots=True)
class Change:
    """One rate that differs.

    Attributes:
        cell: Provider, model, service tier, context band.
        old, new: Pico-dollars per token, or the words for why there is none.
        since: From when the new one applies; None where it has no entry.
    """

    cell: Cell
    meter: Meter
    old: int | str
    new: int | str
    since: datetime | None

    @property
    def ratio_percent(self) -> int | None:
        """Change in percent, rounded; None where a side has no rate or the old one is 0."""
        if isinstance(self.old, str) or isinstance(self.new, str) or self.old == 0:
            return None
        return round((self.new - self.old) * 100 / self.old)


def changes(old: Side, new: Side) -> Iterator[Change]:
    """Yield every rate that differs between two sides, in the order of the table."""
    cells = dict.fromkeys((*old.book.timelines, *new.book.timelines))
    for cell in cells:
        before, after = old.entry(cell), new.entry(cell)
        was, is_ = _rates(before), _rates(after)
        if was == is_ or _unsold(was, is_):
            continue
        since = None if after is None else after.effective_from
        for meter in TOKEN_METERS:
            if was[meter] != is_[meter]:
                yield Change(cell, meter, was[meter], is_[meter], since)


def _unsold(was: Mapping[Meter, int | str], is_: Mapping[Meter, int | str]) -> bool:
    """A cell that nobody can buy on either day, for whatever reason."""
    return not any(isinstance(rate, int) for rate in (*was.values(), *is_.values()))


def _rates(entry: Entry | None) -> Mapping[Meter, int | str]:
    if entry is None:
        return dict.fromkeys(TOKEN_METERS, NO_PRICE)
    if entry.reason is not None:
        return dict.fromkeys(TOKEN_METERS, _WHY[entry.reason])
    found: dict[Meter, int | str] = {}
    for meter in TOKEN_METERS:
        rate = entry.rates.get(meter)
        word = entry.stated.get(meter, "none").replace("_", " ")
        found[meter] = word if rate is None else rate
    return found
