"""Lines of a bill and logged usage, as tests of a reconciliation write them."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from models.reconcile.bill import BilledLine, Kind, Span
from models.reconcile.causes import Cause
from models.reconcile.line_item import label_of
from models.reconcile.list_prices import ListPrices, Priced
from models.reconcile.logged import Logged
from models.reconcile.settle import reconcile
from models.reconcile.summary import overall
from tests.stored_usage import BOOK

PRICES = ListPrices(BOOK)

#: A day on which acme-large costs 2.50 input, 0.25 cached, 3.125 written, 15 output per million;
#: half of that (cached 0.13) as batch, twice that as priority.
DAY = datetime(2026, 2, 10)

#: As much as the Costs API prints.
HALF_UNIT = Decimal("5e-13")


def span(day: datetime = DAY, days: int = 1) -> Span:
    return Span(day, day + timedelta(days=days))


def line(amount, quantity=None, meter="uncached_input", **more) -> BilledLine:
    """Return a line of a bill for usage of acme-large."""
    day = more.pop("day", DAY)
    given = {
        "span": span(day, more.pop("days", 1)),
        "kind": Kind.USAGE,
        "amount": Decimal(amount),
        "provider": "acme",
        "vendor": "acme",
        "model": "acme-large",
        "meter": meter,
        "quantity": None if quantity is None else Decimal(quantity),
        "half_unit": HALF_UNIT,
    } | more
    found = BilledLine(**given)
    label = label_of(found.model, found.tier, found.meter or "seconds", found.band)
    return replace(found, label=label, text=label)


def other(kind: Kind, amount, text: str = "", **more) -> BilledLine:
    """Return a line of a bill that is of no model."""
    day = more.pop("day", DAY)
    given = {"span": span(day), "provider": "acme", "half_unit": HALF_UNIT, "label": text} | more
    return BilledLine(kind=kind, amount=Decimal(amount), text=text, **given)


def tool(amount, quantity=None, meter="web_search", **more) -> BilledLine:
    label = label_of(None, None, meter, None)
    told = None if quantity is None else Decimal(quantity)
    return other(Kind.TOOL, amount, label, meter=meter, quantity=told, **more)


def used(quantity, meter="uncached_input", **more) -> Logged:
    """Return logged usage of acme-large, priced by the made-up book unless it says why not."""
    day = more.pop("day", DAY)
    given = {
        "span": span(day),
        "provider": "acme",
        "vendor": "acme",
        "model": "acme-large",
        "tier": "standard",
        "band": "short",
        "region": "global",
        "at": day,
        "meter": meter,
        "quantity": Decimal(quantity),
    } | more
    if "label" not in given:
        given["label"] = label_of(given["model"], given["tier"], meter, given["band"])
    if "rate" not in given:
        keys = ("vendor", "model", "tier", "band", "meter", "region", "at")
        given["rate"] = PRICES.rate(Priced(*(given[key] for key in keys)))
        assert given["rate"] is not None
    return Logged(**given)


def unpriced(quantity, reason: str, meter="uncached_input", **more) -> Logged:
    """Return logged usage without a price."""
    return used(quantity, meter, rate=None, reason=reason, **({"band": None} | more))


def settled(bill, logged):
    """Return a reconciliation whose parts add up everywhere, by our own sums."""
    found = reconcile(bill, logged, PRICES)
    total = overall(found.post)
    parts = sum((part.amount for part in found.post.parts), Decimal(0))
    assert total.billed - total.computed == parts
    assert total.billed == sum((each.amount + each.exchange for each in bill), Decimal(0))
    assert total.computed == sum((each.cost for each in logged), Decimal(0))
    return found


def causes(bill, logged) -> dict[Cause, Decimal]:
    """Return what each cause makes up; one that nets to nothing is among them."""
    total = overall(settled(bill, logged).post)
    return {cause: each.amount for cause, each in total.causes.items()}


def notes(bill, logged) -> list[str]:
    return [part.note for part in settled(bill, logged).post.parts if part.note]
