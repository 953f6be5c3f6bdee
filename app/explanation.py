"""One event, explained: every charge line, and the price version it was taken from.

The lines come from ``pricing/rate.py``, the specification. Where the database is stamped under
the same book they are held against the cost that reports show.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from app.errors import UserError
from ingest.stamp import stamped_digest
from pricing.book import PriceBook, PriceVersion
from pricing.errors import PricingError
from pricing.names import resolve, suggest
from pricing.rate import RatedUsage, rate
from pricing.usage import Usage
from pricing.vocabulary import Meter, UnpricedReason

_QUERY = """
select rated_usage.*, ingest_file.path as path
from rated_usage join ingest_file using (file_id)
where event_id = ?
"""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a request cost what it did.

    Attributes:
        event: The stored columns of the event, and ``path`` of its file.
        rated: Its charges; None when it has no price or is not billed.
        reason: Why it has no price, or None.
        detail: The reason in words, with what the book says.
    """

    event: dict[str, Any]
    rated: RatedUsage | None
    reason: UnpricedReason | None
    detail: str

    @property
    def price(self) -> PriceVersion | None:
        """The price version the charges were taken from."""
        return self.rated.price if self.rated else None


def explain(con: duckdb.DuckDBPyConnection, book: PriceBook, event_id: str) -> Explanation:
    """Explain an event.

    Raises:
        UserError: the database has no such event.
    """
    cursor = con.execute(_QUERY, [event_id])
    names = [column[0] for column in cursor.description or ()]
    row = cursor.fetchone()
    if row is None:
        raise UserError(f"there is no event '{event_id}'; list some with: ratecard export charges")
    event = dict(zip(names, row, strict=True))
    if not event["billable"]:
        why = "a gateway's cache answered" if event["gateway"] else f"status {event['status']}"
        return Explanation(event, None, None, f"not billed: {why}")
    try:
        found = Explanation(event, _rated(event, book), None, "")
    except PricingError as missing:
        found = Explanation(event, None, missing.reason, _detail(missing, event, book))
    if stamped_digest(con) == book.digest:
        _hold_against_reports(found)
    return found


def _rated(event: dict[str, Any], book: PriceBook) -> RatedUsage:
    usage = Usage(
        **{meter.value: event[meter.event_column] for meter in Meter},
        input_tokens=event["input_tokens"],
    )
    at: datetime = event["event_ts"]
    model = resolve(event["provider"], event["model_raw"], book) or event["model_raw"]
    price = book.find(
        event["provider"],
        model,
        event["service_tier"],
        at=at.replace(tzinfo=UTC),
        input_tokens=event["input_tokens"],
        region=event["region"],
    )
    return rate(usage, price)


def _hold_against_reports(found: Explanation) -> None:
    shown = (found.event["cost_pico"], found.event["unpriced_reason"])
    explained = (found.rated.cost_pico if found.rated else None, found.reason)
    if shown != explained:
        raise AssertionError(f"reports show {shown} for an event explained as {explained}")


def _detail(missing: PricingError, event: dict[str, Any], book: PriceBook) -> str:
    words = f"{missing}. {missing.reason.sentence}"
    if missing.reason is UnpricedReason.UNKNOWN_MODEL and (
        near := suggest(event["model_raw"], book)
    ):
        words += f" Closest names: {', '.join(near)}."
    return words
