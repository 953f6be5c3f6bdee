"""A bill in US dollars, of each day one series, in the spans that usage is held against."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

from app.errors import UserError
from app.reconciliation.stated import DIGITS, INVOICE, Stated
from app.tell import counted
from models.reconcile.bill import BilledLine, Kind, Span
from models.reconcile.exact import ZERO, exactly
from models.reconcile.line_item import label_of
from pricing.book import PriceBook
from pricing.names import meaning

_DAY = timedelta(days=1)


@dataclass(slots=True)
class Bill:
    """A bill, and what to know beside it.

    Attributes:
        lines: In the spans that usage is held against.
        said: Sentences for the reader.
    """

    lines: list[BilledLine] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def since(self) -> datetime:
        """First moment billed."""
        return min(line.span.start for line in self.lines)

    @property
    def until(self) -> datetime:
        """First moment no longer billed."""
        return max(line.span.end for line in self.lines)


def bill_of(
    stated: Iterable[Stated],
    book: PriceBook,
    period: tuple[datetime | None, datetime | None],
    rates: Mapping[str, Decimal],
) -> Bill:
    """Read what was stated into a bill: of each day one series, in US dollars.

    Args:
        stated: Of any series and currency.
        book: Its names for models.
        period: The days that are asked for, half-open; None is open.
        rates: US dollars per unit of a currency.

    Raises:
        UserError: nothing is left, documents overlap, or a rate is missing.
    """
    bill = Bill()
    rows = list(stated)
    within = [each for each in rows if _within(each, period)]
    if not within:
        raise UserError(_nothing(rows))
    chosen = _one_series_a_day(within, bill)
    _refuse_overlaps(chosen)
    cut = _cut_short(chosen)
    with exactly():
        bill.lines = [_line(each, _span(each, cut), book, rates) for each in chosen]
    return bill


def _within(each: Stated, period: tuple[datetime | None, datetime | None]) -> bool:
    since, until = period
    start, end = _span(each)
    return (since is None or start >= since) and (until is None or end <= until)


def _nothing(rows: Sequence[Stated]) -> str:
    if not rows:
        return (
            "the database holds no bill; name a file with one, or fetch it with: "
            "ratecard pull openai"
        )
    first, last = (f"{day:%Y-%m-%d}" for day in (min(each.start for each in rows),
                                                 max(each.end for each in rows)))  # fmt: skip
    return f"no bill lies within --from and --to; there is one from {first} to {last}"


def _span(each: Stated, cut: Mapping[datetime, datetime] | None = None) -> Span:
    """Return the UTC day of a daily row, or an invoice's period."""
    if each.end - each.start > _DAY:
        return Span(each.start, each.end)
    day = datetime.combine(each.start.date(), time())
    return Span(day, (cut or {}).get(day, day + _DAY))


def _cut_short(chosen: Iterable[Stated]) -> dict[datetime, datetime]:
    """Return the end of the last day where it was pulled before it was over."""
    daily = [each for each in chosen if each.end - each.start <= _DAY]
    last = max((_span(each).start for each in daily), default=None)
    ends = [each.end for each in daily if _span(each).start == last]
    return {last: max(ends)} if last is not None and max(ends) > last else {}


def _one_series_a_day(rows: Iterable[Stated], bill: Bill) -> list[Stated]:
    """Of several pulls of a day keep the one that tells most: they state the same money."""
    days: dict[tuple[str, Span], dict[str, list[Stated]]] = {}
    for each in rows:
        series = days.setdefault((each.provider, _span(each)), {})
        series.setdefault(each.series, []).append(each)
    kept: list[Stated] = []
    without: dict[tuple[str, str], int] = {}
    differ = 0
    for series in days.values():
        invoices = [name for name in series if name.startswith(INVOICE)]
        best = max((name for name in series if name not in invoices), default=None,
                   key=lambda name: _told(series[name], name))  # fmt: skip
        for name in [*invoices, *([best] if best else ())]:
            kept += series[name]
        others = [name for name in series if name not in {*invoices, best}]
        for name in others:
            without[best or "", name] = without.get((best or "", name), 0) + 1
        sums = {_sum(series[name]) for name in (*others, best) if name}
        differ += len(sums) > 1
    for (best_name, name), count in without.items():
        bill.said.append(
            f"of several pulls '{best_name}' counts, and '{name}' of {counted(count, 'day')} not"
        )
    if differ:
        bill.said.append(f"pulls of the same costs differ on {counted(differ, 'day')}; pull again")
    return kept


def _told(rows: Sequence[Stated], series: str) -> tuple[bool, bool, bool, int, str]:
    """Return how much a series tells: line items, quantities, projects; then the fewest labels."""
    return (
        any(each.text for each in rows),
        any(each.quantity is not None for each in rows),
        any(each.project for each in rows),
        -series.count(","),
        series,
    )


def _sum(rows: Iterable[Stated]) -> Decimal:
    with exactly():
        return sum((each.amount for each in rows), ZERO)


def _refuse_overlaps(rows: Iterable[Stated]) -> None:
    named = sorted({(_span(each), each.series, each.provider) for each in rows})
    for (one, first, seller), (other, second, another) in pairwise(named):
        invoiced = first.startswith(INVOICE) != second.startswith(INVOICE)
        if seller == another and other.start < one.end and (one != other or invoiced):
            raise UserError(
                f"'{first}' and '{second}' state the same days, from {other.start:%Y-%m-%d}; "
                "name one of them, or choose days with --from and --to"
            )


def _line(each: Stated, span: Span, book: PriceBook, rates: Mapping[str, Decimal]) -> BilledLine:
    theirs, ours = _exchange(each, rates)
    meant = meaning(each.provider, each.model, book) if each.model else None
    model = meant.model if meant else each.model
    metered = each.modality in {None, "text"} and each.meter is not None
    band = "long" if each.long_context else "short"
    label = each.text or ""
    if each.kind in {Kind.USAGE, Kind.TOOL} and each.meter:
        label = label_of(model, each.tier, each.meter, band, each.modality)
    half = Decimal(5).scaleb(-each.places - 1)
    noise = Decimal(5).scaleb(each.amount.adjusted() - DIGITS) if each.amount else ZERO
    return BilledLine(
        span=span,
        kind=each.kind or Kind.UNREAD,
        amount=each.amount * theirs,
        project=each.project,
        text=each.text or "(no line item)",
        label=label,
        provider=each.provider,
        vendor=meant.vendor if meant else "",
        model=model,
        tier=each.tier,
        band=band,
        meter=each.meter if metered else None,
        quantity=each.quantity,
        half_unit=max(half, noise) * each.rows * theirs,
        exchange=each.amount * (ours - theirs),
    )


def _exchange(each: Stated, rates: Mapping[str, Decimal]) -> tuple[Decimal, Decimal]:
    """Return the bill's exchange rate and the reader's; each stands in for the other."""
    if each.currency == "usd":
        return Decimal(1), Decimal(1)
    ours = rates.get(each.currency, each.fx)
    if ours is None:
        raise UserError(
            f"the bill is in {each.currency.upper()}; say what that is in US dollars, such as "
            f"--fx {each.currency.upper()}=1.08"
        )
    return each.fx or ours, ours
