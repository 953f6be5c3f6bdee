"""The loaded usage, in the spans and words of a bill."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import duckdb

from app.ledger import Question, selected_events
from app.reconciliation.bill import Bill
from app.scope import Scope, statement
from models.reconcile.bill import Kind, Span
from models.reconcile.line_item import label_of
from models.reconcile.logged import Logged
from pricing.book import PriceBook
from pricing.vocabulary import Meter

_ORDER = (
    "day, biller, project, model, service_tier, context_band, region, bucket_row, first_ts, "
    "tier_unstated, is_bucket, unpriced_reason, vendor"
)


def billed_time(question: Question, bill: Bill) -> Question:
    """Return a question for the usage of the time that a bill is for, by project."""
    return replace(question, since=bill.since, until=bill.until)


def usage_beside(
    con: duckdb.DuckDBPyConnection, book: PriceBook, question: Question, scope: Scope, bill: Bill
) -> list[Logged]:
    """Return the usage that the senders of a bill are paid for.

    Args:
        con: An open database.
        book: The prices to use.
        question: Of the time that the bill is for.
        scope: That of the question.
        bill: Its spans take in the usage.
    """
    selected, parameters = selected_events(con, book, replace(question, by=()), scope)
    # Buckets are looked at one by one only where amounts are all there is.
    one_by_one = any(line.kind is Kind.WHOLE for line in bill.lines)
    query = statement("billable_usage").replace(
        "{bucket_row}", "selected.event_id" if one_by_one else "cast(null as varchar)"
    )
    billers = sorted({line.provider for line in bill.lines})
    marks = ", ".join("?" for _ in billers)
    cursor = con.execute(
        f"with selected as ({selected}), billable as ({query}) select * from billable "
        f"where biller in ({marks}) order by {_ORDER}",
        [*parameters, *billers],
    )
    names = [column[0] for column in cursor.description or ()]
    rows = (dict(zip(names, row, strict=True)) for row in cursor.fetchall())
    spans = sorted({line.span for line in bill.lines})
    return _merged(use for row in rows for use in _of_row(row, _span(row["day"], spans)))


def band_risk(
    con: duckdb.DuckDBPyConnection, book: PriceBook, question: Question, scope: Scope
) -> Decimal:
    """Return what buckets would cost more in pico-dollars, had all been long that could be."""
    selected, parameters = selected_events(con, book, replace(question, by=()), scope)
    at = question.prices_on
    priced_at = f"timestamp '{at.isoformat(sep=' ')}'" if at else "event_ts"
    query = statement("band_risk").replace("{priced_at}", priced_at)
    row = con.execute(
        f"with selected as ({selected}) select * from ({query}) as found", parameters
    ).fetchone()
    return Decimal(row[1] if row else 0)


def _merged(uses: Iterable[Logged]) -> list[Logged]:
    """Add up the days of a longer span where nothing but the day differs."""
    found: dict[Logged, tuple[Logged, Decimal]] = {}
    for use in uses:
        key = replace(use, quantity=Decimal(0), at=use.span.start)
        first, quantity = found.get(key, (use, Decimal(0)))
        found[key] = (first, quantity + use.quantity)
    return [replace(first, quantity=quantity) for first, quantity in found.values()]


def _span(day: Any, spans: Sequence[Span]) -> Span:
    """Return the span of a bill that holds a day, or the day."""
    start = datetime.combine(day, time())
    within = (span for span in spans if span.start <= start < span.end)
    return next(within, Span(start, start + timedelta(days=1)))


def _of_row(row: dict[str, Any], span: Span) -> Iterator[Logged]:
    priced = row["unpriced_reason"] is None
    for meter in Meter:
        quantity, rate = row[meter.value], row[meter.rate_column]
        if not quantity:
            continue
        band = row["context_band"]
        yield Logged(
            span=span,
            label=label_of(row["model"], row["service_tier"], meter.value, band),
            provider=row["biller"],
            vendor=row["vendor"],
            model=row["model"] or "",
            tier=row["service_tier"] or "unknown",
            band=band if priced else None,
            at=row["first_ts"],
            meter=meter.value,
            quantity=Decimal(int(quantity)),
            rate=int(rate) if priced and rate is not None else None,
            region=row["region"] or "global",
            project=row["project"],
            reason=row["unpriced_reason"],
            assumed=bool(row["tier_unstated"]),
            bucket=bool(row["is_bucket"]),
            row=row["bucket_row"],
        )
