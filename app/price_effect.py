"""What a change of prices means in dollars, on the usage that is loaded."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from app.dimensions import dimension
from app.ledger import MEASURES, Question, answer

if TYPE_CHECKING:
    import duckdb

    from pricing.book import PriceBook

#: Model and service tier.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Prices:
    """One side of a comparison: a book, and the day whose prices are used for all usage.

    ``prices_on`` is a naive UTC instant; None prices each request at its own moment.
    """

    book: "PriceBook"
    prices_on: datetime | None


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost in pico-dollars (None where nothing has a price), and how much has none."""

    pico: int | None = None
    requests: int = 0
    unpriced: int = 0


@dataclass(frozen=True, slots=True)
class Effect:
    """Cost of the same usage on both sides."""

    old: Cost
    new: Cost

    @property
    def requests(self) -> int:
        """How many requests it is about."""
        return max(self.old.requests, self.new.requests)

    @property
    def comparable(self) -> bool:
        """Whether both sides price the same requests."""
        return self.old.unpriced == self.new.unpriced or self.requests == 0

    @property
    def change_pico(self) -> int | None:
        """The difference; None where the sides do not price the same requests, or none."""
        if self.old.pico is None or self.new.pico is None or not self.comparable:
            return None
        return self.new.pico - self.old.pico


def effects(con: "duckdb.DuckDBPyConnection", old: Prices, new: Prices) -> dict[Key, Effect]:
    """Price all usage on both sides, by model and service tier.

    Not by context band: a request that one side cannot price has none there.
    """
    before, after = _costs(con, old), _costs(con, new)
    return {
        key: Effect(before.get(key, Cost()), after.get(key, Cost()))
        for key in dict.fromkeys((*before, *after))
    }


def _costs(con: "duckdb.DuckDBPyConnection", prices: Prices) -> dict[Key, Cost]:
    by = tuple(dimension(name) for name in ("model", "service_tier"))
    found = answer(con, prices.book, Question(by=by, prices_on=prices.prices_on))
    cost, unpriced = (len(by) + MEASURES.index(m) for m in ("cost_pico", "unpriced_requests"))
    return {
        (row[0], row[1]): Cost(row[cost], int(row[len(by)]), int(row[unpriced]))
        for row in found.rows
    }
