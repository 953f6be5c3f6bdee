"""Contracts and usage for tests: YAML in, cells out, priced by the specification of the rule."""

from collections import defaultdict
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from pricing.contract.calendar import spans
from pricing.contract.load import load_contract
from pricing.contract.statement import bill
from pricing.contract.usage import Cell
from pricing.errors import PricingError
from pricing.load import load_price_book
from pricing.vocabulary import GLOBAL_REGION, Meter

BOOK = load_price_book(Path(__file__).parent / "prices.yaml")

HEAD = """
contract: acme-2026
parties: {customer: us, vendor: Acme}
providers: [acme]
currency: USD
period: {from: 2026-02-01, to: 2027-02-01}
"""

#: acme-small bills $1.25 per million output tokens at standard, from 1 February, 09:00.
MILLION = 1_000_000


def contract_of(tmp_path, text="", head=HEAD):
    path = tmp_path / "contract.yaml"
    path.write_text(head + text)
    return load_contract(path, BOOK)


def instant(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def used(when, output=0, model="acme-small", tier="standard", region=GLOBAL_REGION, **meters):
    """Return one use: `output` and other meters in units, at an instant."""
    quantities = {Meter(name): quantity for name, quantity in meters.items()}
    if output:
        quantities[Meter.OUTPUT] = output
    return {
        "at": instant(when),
        "model": model,
        "tier": tier,
        "region": region,
        "long": False,
        "billed_by": "acme",
        "quantities": quantities,
    }


def cells_of(contract, uses, book=BOOK):
    """Sum uses over what no term can tell apart, priced by the book."""
    cut = spans(contract.period, contract.edges)
    sums = defaultdict(lambda: defaultdict(int))
    found = {}
    for use in uses:
        [k] = [k for k, span in enumerate(cut) if span.covers(use["at"])] or [None]
        if k is None:
            continue
        try:
            price = book.find(
                "acme", use["model"], use["tier"], at=use["at"],
                input_tokens=1_001 if use["long"] else 1, region=use["region"],
            )  # fmt: skip
        except PricingError:
            continue
        key = (hash((price.price_version, use["region"])), use["billed_by"], k)
        found[key] = (use, price, cut[k])
        for meter, quantity in use["quantities"].items():
            sums[key][meter] += quantity
    return [cell_of(key, *parts, sums[key], book) for key, parts in found.items()]


def cell_of(key, use, price, span, quantities, book):
    sold = book.models["acme", use["model"]]
    uplifted = sold.regional_uplift and use["region"] != GLOBAL_REGION
    return Cell(
        key=key,
        billed_by=use["billed_by"],
        vendor="acme",
        model=use["model"],
        tier=price.entry.tier,
        band=price.entry.band,
        span=span,
        uplift=Fraction(book.providers["acme"].regional_multiplier) if uplifted else Fraction(1),
        quantities=dict(quantities),
        rates=dict(price.rates),
    )


def billed(contract, uses, through="2027-02-01"):
    return bill(contract, cells_of(contract, uses), instant(through))


def lines_of(statement):
    """Return every line as (month, cause, detail, dollars as text)."""
    return [
        (f"{line.month.since:%m}", str(line.cause), line.detail, dollars(line.usd_pico))
        for line in statement.lines
    ]


def dollars(pico):
    exact = Fraction(pico, 10**12)
    assert exact.denominator in (1, 2, 4, 5, 10, 20, 25, 50, 100), exact
    return f"{float(exact):.2f}"
