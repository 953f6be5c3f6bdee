"""One event, explained: every charge line, and the price version it was taken from.

The lines come from ``pricing/rate.py``, the specification. Where the database is stamped under
the same book they are held against the cost that reports show.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from app.errors import UserError
from app.scope import AUTO, scope_of
from ingest.stamp import stamped_digest
from pricing.book import PriceBook, PriceVersion
from pricing.errors import PricingError
from pricing.names import meaning, suggest
from pricing.rate import RatedUsage, rate
from pricing.usage import Usage
from pricing.vocabulary import Meter, UnpricedReason

_QUERY = """
select rated_usage.*, ingest_file.path as path
from rated_usage join ingest_file using (file_id)
where event_id = ?
"""

_LEFT_OUT = {
    "logs": "the request logs of that day are counted, and this bucket is not",
    "buckets": "the usage buckets of that day are counted: its request logs came without usage",
    "pulls": "another pull of the same usage is counted",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a request cost what it did.

    Attributes:
        event: The stored columns of the event, and ``path`` of its file.
        rated: Its charges; None when it has no price or is not billed.
        reason: Why it has no price, or None.
        detail: The reason in words, with what the book says.
        left_out: Why reports leave it out unless told otherwise, or None.
    """

    event: dict[str, Any]
    rated: RatedUsage | None
    reason: UnpricedReason | None
    detail: str
    left_out: str | None = None

    @property
    def peculiarities(self) -> dict[str, str]:
        """What is out of the ordinary about the event, by name."""
        event = self.event
        found = {}
        if event["grain"] == "bucket":
            pull = f" of '{event['series']}'" if event["series"] else ""
            many = f"{event['requests']:,}" if event["requests"] > 1 else "several"
            found["bucket"] = f"sums {many} requests{pull}, taken as short context"
        if event["billing"] not in (None, "metered"):
            found["billing"] = event["billing"]
        if event["other_units"]:
            found["other units"] = _other_units(event)
        if event["also_in"]:
            found["also in"] = event["also_in"].replace(",", ", ")
        if (price := self.price) and price.entry.provider != event["provider"]:
            vendor = price.entry.provider
            found["billed by"] = f"{event['provider']}, taken at the list price of {vendor}"
        if self.left_out:
            found["in reports"] = f"left out: {self.left_out}"
        return found

    @property
    def price(self) -> PriceVersion | None:
        """The price version the charges were taken from."""
        return self.rated.price if self.rated else None


def explain(
    con: duckdb.DuckDBPyConnection,
    book: PriceBook,
    event_id: str,
    *,
    assume_tier: str | None = None,
    prices_on: datetime | None = None,
) -> Explanation:
    """Explain an event.

    Args:
        con: An open database.
        book: The prices to use.
        event_id: As stored.
        assume_tier: Tier to take where nobody stated one.
        prices_on: Naive UTC instant at whose prices it is rated; None for its own.

    Raises:
        UserError: the database has no such event.
    """
    cursor = con.execute(_QUERY, [event_id])
    names = [column[0] for column in cursor.description or ()]
    row = cursor.fetchone()
    if row is None:
        raise UserError(f"there is no event '{event_id}'; list some with: ratecard export charges")
    event = dict(zip(names, row, strict=True))
    if event["service_tier"] == "unknown" and assume_tier:
        event |= {"service_tier": assume_tier, "service_tier_source": "assumed"}
    left_out = _left_out(con, event_id)
    if not event["billable"]:
        why = "a gateway's cache answered" if event["gateway"] else f"status {event['status']}"
        return Explanation(event, None, None, f"not billed: {why}", left_out)
    if event["usage_missing"]:
        missing_usage = UnpricedReason.USAGE_MISSING
        return Explanation(event, None, missing_usage, missing_usage.sentence, left_out)
    try:
        found = Explanation(event, _rated(event, book, prices_on), None, "", left_out)
    except PricingError as missing:
        found = Explanation(event, None, missing.reason, _detail(missing, event, book), left_out)
    as_billed = prices_on is None and event["service_tier_source"] != "assumed"
    if as_billed and stamped_digest(con) == book.digest:
        _hold_against_reports(found)
    return found


def _left_out(con: duckdb.DuckDBPyConnection, event_id: str) -> str | None:
    disputed = scope_of(con, AUTO).disputed
    if disputed is None:
        return None
    row = con.execute(f"select why from {disputed} where event_id = ?", [event_id]).fetchone()
    return _LEFT_OUT[row[0]] if row else None


def _rated(event: dict[str, Any], book: PriceBook, prices_on: datetime | None) -> RatedUsage:
    usage = Usage(
        **{meter.value: event[meter.event_column] for meter in Meter},
        input_tokens=event["input_tokens"],
        unmetered=event["other_units"] is not None,
    )
    at: datetime = prices_on or event["event_ts"]
    meant = meaning(event["provider"], event["model_raw"], book)
    price = book.find(
        meant.vendor if meant else event["provider"],
        meant.model if meant else event["model_raw"],
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


def _other_units(event: dict[str, Any]) -> str:
    units = json.loads(event["other_units"]).items()
    return ", ".join(f"{quantity:,} {name}" for name, quantity in units)


def _detail(missing: PricingError, event: dict[str, Any], book: PriceBook) -> str:
    if missing.reason is UnpricedReason.UNKNOWN_MODEL and not event["model_raw"]:
        return "The log names no model: load one of the same requests that does."
    if missing.reason is UnpricedReason.METER_WITHOUT_RATE and event["other_units"]:
        return f"No meter covers {_other_units(event)}, so no price table can have a rate for it."
    words = f"{missing}. {missing.reason.sentence}"
    if missing.reason is UnpricedReason.UNKNOWN_MODEL and (
        near := suggest(event["model_raw"], book)
    ):
        words += f" Closest names: {', '.join(near)}."
    return words
