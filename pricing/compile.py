"""The price book as a flat table: one explicit row for everything that can be asked.

For a known model the rows are total: whatever the tier, the region, the instant
and the prompt size, exactly one row matches, and a row that prices nothing says
why. Both ranges of a row are half-open.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import pairwise

from pricing.book import PriceBook
from pricing.published import BEGINNING, END, Entry, Model
from pricing.tool_fees import fees_for, rates_at
from pricing.vocabulary import (
    GLOBAL_REGION,
    PRICED_TIERS,
    ContextBand,
    Meter,
    ServiceTier,
    UnpricedReason,
)

#: Stands for "prompt size not reported" where a range needs a number.
SIZE_NOT_REPORTED = -1
ANY_SIZE = 2**63 - 1

NOT_BILLABLE_ID = 0
FIRST_PRICE_ID = 100

RATE_COLUMNS: tuple[tuple[str, str], ...] = (
    ("rate_id", "INTEGER"),
    ("provider", "VARCHAR"),
    ("model", "VARCHAR"),
    ("service_tier", "VARCHAR"),
    ("context_band", "VARCHAR"),
    ("region", "VARCHAR"),
    ("effective_from", "TIMESTAMP"),
    ("effective_until", "TIMESTAMP"),
    ("input_tokens_from", "BIGINT"),
    ("input_tokens_until", "BIGINT"),
    *((meter.rate_column, "BIGINT") for meter in Meter),
    ("unpriced_reason", "VARCHAR"),
    ("price_version", "VARCHAR"),
    ("status", "VARCHAR"),
    ("source", "VARCHAR"),
    ("confidence", "VARCHAR"),
    ("known_at", "TIMESTAMP"),
)

RateRow = tuple[str | int | datetime | None, ...]

#: Where a row that has no id yet says its region.
_REGION = [name for name, _ in RATE_COLUMNS].index("region") - 1


@dataclass(frozen=True, slots=True)
class _Cell:
    """Where a row applies, before dates: the keys and the prompt sizes."""

    model: Model
    tier: ServiceTier
    band: ContextBand | None
    region: str
    sizes: tuple[int, int]

    def row(
        self,
        start: datetime,
        until: datetime,
        *,
        entry: Entry | None = None,
        rates: Mapping[Meter, int | None] | None = None,
        reason: UnpricedReason | None = None,
    ) -> RateRow:
        """Write the row, all but its id, in the order of `RATE_COLUMNS`."""
        rates = rates or {}
        return (
            self.model.provider,
            self.model.model,
            self.tier.value,
            None if self.band is None else self.band.value,
            self.region,
            start.replace(tzinfo=None),
            until.replace(tzinfo=None),
            *self.sizes,
            *(rates.get(meter) for meter in Meter),
            None if reason is None else reason.value,
            None if entry is None else entry.price_version,
            None if entry is None else entry.status,
            None if entry is None else ", ".join(entry.sources),
            None if entry is None else entry.confidence,
            None if entry is None else entry.known_at.replace(tzinfo=None),
        )


def compile_rates(book: PriceBook) -> list[RateRow]:
    """Return the rows of `rates`, in the order of `RATE_COLUMNS`.

    Row 0 bills nothing; rows 1 to 9 stand for the unpriced reasons and match no
    request; the rows that match are numbered from 100, in a fixed order.
    """
    rows = [_keyless_row(NOT_BILLABLE_ID, rate=0)]
    rows += [_keyless_row(why.rate_id, reason=why) for why in UnpricedReason]
    keyed = (row for model in book.models.values() for row in _model_rows(book, model))
    rows += [(number, *row) for number, row in enumerate(keyed, FIRST_PRICE_ID)]
    return rows


def _keyless_row(
    rate_id: int, *, rate: int | None = None, reason: UnpricedReason | None = None
) -> RateRow:
    values: dict[str, int | str | None] = {m.rate_column: rate for m in Meter}
    values["rate_id"] = rate_id
    values["unpriced_reason"] = None if reason is None else reason.value
    return tuple(values.get(name) for name, _ in RATE_COLUMNS)


def _model_rows(book: PriceBook, model: Model) -> Iterator[RateRow]:
    """Price a model everywhere; its named regions have the same rates, so they are copies."""
    everywhere = list(_region_rows(book, model, GLOBAL_REGION))
    yield from everywhere
    regions = book.providers[model.provider].regions
    if not regions:
        return
    named = list(_region_rows(book, model, regions[0])) if model.regional_uplift else everywhere
    for region in regions:
        yield from ((*row[:_REGION], region, *row[_REGION + 1 :]) for row in named)


def _region_rows(book: PriceBook, model: Model, region: str) -> Iterator[RateRow]:
    for tier in PRICED_TIERS:
        yield from _tier_rows(book, model, tier, region)
    any_size = (SIZE_NOT_REPORTED, ANY_SIZE)
    nowhere = _Cell(model, ServiceTier.UNKNOWN, None, region, any_size)
    yield nowhere.row(BEGINNING, END, reason=UnpricedReason.TIER_UNKNOWN)


def _tier_rows(book: PriceBook, model: Model, tier: ServiceTier, region: str) -> Iterator[RateRow]:
    threshold = model.long_context_above
    if threshold is None:
        sizes = {ContextBand.SHORT: (SIZE_NOT_REPORTED, ANY_SIZE)}
    else:
        sizes = {
            ContextBand.SHORT: (0, threshold + 1),
            ContextBand.LONG: (threshold + 1, ANY_SIZE),
        }
        nobody_knows = _Cell(model, tier, None, region, (SIZE_NOT_REPORTED, 0))
        yield nobody_knows.row(BEGINNING, END, reason=UnpricedReason.BAND_UNKNOWN)
    for band, size in sizes.items():
        timeline = book.timelines.get((model.provider, model.model, tier, band), ())
        yield from _cell_rows(book, _Cell(model, tier, band, region, size), timeline)


def _cell_rows(book: PriceBook, cell: _Cell, timeline: tuple[Entry, ...]) -> Iterator[RateRow]:
    """Cover all time: a stretch without an entry says no_price_at_date."""
    reached = BEGINNING
    for entry, start, until in _stretches(timeline):
        if start > reached:
            yield _no_price(cell, reached, start)
        if entry.reason is None:
            yield from _priced_rows(book, cell, entry, start, until)
        else:
            yield cell.row(start, until, entry=entry, reason=entry.reason)
        reached = until
    if reached < END:
        yield _no_price(cell, reached, END)


def _no_price(cell: _Cell, start: datetime, until: datetime) -> RateRow:
    return cell.row(start, until, reason=UnpricedReason.NO_PRICE_AT_DATE)


def _stretches(
    timeline: tuple[Entry, ...],
) -> Iterator[tuple[Entry, datetime, datetime]]:
    """Give each entry its end: the one announced, or its successor's start."""
    starts = [entry.effective_from for entry in timeline] + [END]
    for entry, next_start in zip(timeline, starts[1:], strict=True):
        until = min(entry.effective_to or END, next_start)
        if until > entry.effective_from:
            yield entry, entry.effective_from, until


def _priced_rows(
    book: PriceBook, cell: _Cell, entry: Entry, start: datetime, until: datetime
) -> Iterator[RateRow]:
    """Cut a price where a tool fee changes, so that each row has one set of rates."""
    fees = fees_for(book.tools, cell.model)
    changes = {tool.effective_from for tool in fees}
    cuts = sorted({start, until} | {c for c in changes if start < c < until})
    tokens = _regional(book, cell, entry.rates)
    for piece_start, piece_until in pairwise(cuts):
        rates = tokens | rates_at(fees, piece_start)
        yield cell.row(piece_start, piece_until, entry=entry, rates=rates)


def _regional(
    book: PriceBook, cell: _Cell, rates: Mapping[Meter, int | None]
) -> dict[Meter, int | None]:
    """Apply the uplift; `round` of a fraction is half-even and exact."""
    factor = Fraction(1)
    if cell.region != GLOBAL_REGION and cell.model.regional_uplift:
        factor = Fraction(book.providers[cell.model.provider].regional_multiplier)
    return {meter: None if rate is None else round(rate * factor) for meter, rate in rates.items()}
