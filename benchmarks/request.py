"""One stored request, as the peers and the reference rule take it."""

from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from pricing.book import PriceBook
from pricing.names import resolve
from pricing.rate import rate
from pricing.usage import Usage
from pricing.vocabulary import Meter


@dataclass(frozen=True, slots=True)
class Request:
    """A request without its answer.

    Attributes:
        at: Instant of the request, UTC.
        provider: Who bills.
    """

    model_raw: str
    tier: str
    region: str
    at: datetime
    usage: Usage
    provider: str = "openai"

    def quantity(self, meter: str) -> int:
        """Return a meter's quantity, zero where it was not reported."""
        return getattr(self.usage, meter) or 0

    def cost_pico(self, book: PriceBook) -> int:
        """Price it by the reference rule.

        Raises:
            PricingError: it has no price.
        """
        price = book.find(
            self.provider,
            resolve(self.provider, self.model_raw, book) or self.model_raw,
            self.tier,
            at=self.at,
            input_tokens=self.usage.input_tokens,
            region=self.region,
        )
        return rate(self.usage, price).cost_pico


def sample(con: duckdb.DuckDBPyConnection, count: int) -> tuple[list[Request], list[int | None]]:
    """Draw about ``count`` stored requests, and what SQL says they cost."""
    quantities = ", ".join(meter.event_column for meter in Meter)
    rows = con.execute(
        "select model_raw, service_tier, region, event_ts, provider, input_tokens, cost_pico,"
        f" {quantities} from rated_usage where hash(event_id) %"
        " (select 1 + count(*) // ? from usage_event) = 0 order by event_ts, event_id",
        [count],
    ).fetchall()
    requests = []
    for model, tier, region, at, provider, prompt, _, *counts in rows:
        meters = dict(zip(Meter, counts, strict=True))
        usage = Usage(**meters, input_tokens=prompt)
        requests.append(Request(model, tier, region, at.replace(tzinfo=UTC), usage, provider))
    return requests, [row[6] for row in rows]
