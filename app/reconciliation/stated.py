"""What the provider states: cost rows that are loaded, files of them, invoices."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from app.errors import UserError
from app.scope import statement
from app.tell import counted
from ingest.invoice import InvoiceLine, is_invoice, read_invoice
from ingest.load import load_paths
from ingest.warehouse import Warehouse
from ingest.workspace import workspace
from models.reconcile.bill import Kind
from models.reconcile.exact import exactly
from models.reconcile.line_item import read_line_item
from pricing.book import PriceBook

#: How the series of an invoice begins.
INVOICE = "invoice "

#: Amounts of the Costs API and of its exports are floats, printed with at least so many places
#: and worth no more than so many digits.
_FEWEST_PLACES = 6
DIGITS = 15

_TOKENS_PER = {None: 1, "tokens": 1, "1000_tokens": 1000}
_TAX = re.compile(r"\b(?:vat|gst|tax(?:es)?)\b", re.IGNORECASE)
_KINDS = {"credit": Kind.CREDIT, "discount": Kind.CREDIT, "tax": Kind.TAX}


@dataclass(frozen=True, slots=True)
class Stated:
    """An amount as its document states it, before it is read into a line of a bill."""

    series: str
    provider: str
    start: datetime
    end: datetime
    amount: Decimal
    currency: str
    places: int
    kind: Kind | None = None
    project: str | None = None
    text: str | None = None
    tier: str | None = None
    model: str | None = None
    modality: str | None = None
    meter: str | None = None
    long_context: bool = False
    quantity: Decimal | None = None
    fx: Decimal | None = None
    rows: int = 1


def stated_in_files(names: Sequence[str], book: PriceBook) -> tuple[list[Stated], list[str]]:
    """Read cost pages, cost exports and invoices; nothing is stored.

    Raises:
        UserError: a file holds no costs.
        InvoiceError: an invoice has faults.
    """
    invoices = [name for name in names if Path(name).is_file() and is_invoice(Path(name))]
    costs = [name for name in names if name not in invoices]
    found = [_of_invoice(line, name) for name in invoices for line in read_invoice(Path(name))]
    said: list[str] = []
    if costs:
        with workspace() as folder:
            bill = Warehouse(folder / "bill.duckdb")
            for loaded in load_paths(costs, bill, book):
                if loaded.error:
                    raise UserError(loaded.error)
                if loaded.accounting and loaded.accounting.quarantined:
                    rows = counted(loaded.accounting.quarantined, "row")
                    said.append(f"{loaded.path}: {rows} could not be read as costs")
            with bill.reading() as con:
                rows_found = stated_in(con)
        if not rows_found:
            raise UserError(
                f"{', '.join(costs)} holds no costs; name a page of the Costs API, a cost export "
                "of the dashboard, or an invoice"
            )
        found += rows_found
    return found, said


def stated_in(con: duckdb.DuckDBPyConnection) -> list[Stated]:
    """Return the cost rows of a database."""
    cursor = con.execute(statement("billed_costs"))
    names = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    places: dict[str, int] = {}
    for row in rows:
        places[row["series"]] = max(
            places.get(row["series"], _FEWEST_PLACES), _places(row["amount"])
        )
    return [_of_row(row, places[row["series"]]) for row in rows]


def _of_row(row: dict[str, Any], places: int) -> Stated:
    told = row["quantity"] is not None and row["quantities"] == row["stated"]
    per = _TOKENS_PER.get(row["quantity_unit"])
    is_tool = row["parsed"] and row["model"] is None
    quantity = row["quantity"] if told and is_tool else None
    with exactly():
        quantity = row["quantity"] * per if told and per else quantity
    return Stated(
        series=row["series"],
        provider=row["provider"],
        start=row["bucket_start"],
        end=row["bucket_end"],
        amount=row["amount"],
        currency=row["currency"],
        places=places,
        kind=_kind(row["line_item"], row["parsed"], is_tool, row["amount"]),
        project=row["project_id"],
        text=row["line_item"],
        tier=row["service_tier"],
        model=row["model"],
        modality=row["modality"],
        meter=row["meter"],
        long_context=bool(row["long_context"]),
        quantity=quantity,
        rows=row["stated"],
    )


def _of_invoice(line: InvoiceLine, name: str) -> Stated:
    item = read_line_item(line.description)
    is_tool = item is not None and item.model is None
    kind = _KINDS.get(line.kind) or _kind(line.description, item is not None, is_tool, line.amount)
    per = _TOKENS_PER.get(line.unit, 1 if is_tool else None)
    with exactly():
        quantity = line.quantity * per if line.quantity is not None and per else None
    return Stated(
        series=f"{INVOICE}{name}",
        provider=line.provider,
        start=line.start,
        end=line.end,
        amount=line.amount,
        currency=line.currency,
        places=line.places,
        kind=kind,
        project=line.project,
        text=line.description,
        tier=item.tier if item else None,
        model=item.model if item else None,
        modality=item.modality if item else None,
        meter=item.meter if item else None,
        long_context=bool(item and item.long_context),
        quantity=quantity,
        fx=line.fx,
    )


def _kind(text: str | None, parsed: bool, is_tool: bool, amount: Decimal) -> Kind:
    if amount < 0:
        return Kind.CREDIT
    if not text:
        return Kind.WHOLE
    if parsed:
        return Kind.TOOL if is_tool else Kind.USAGE
    return Kind.TAX if _TAX.search(text) else Kind.UNREAD


def _places(amount: Decimal) -> int:
    """Return the decimal places an amount was printed with, as far as a float holds them."""
    if not amount:
        return 0
    held = Decimal(1).scaleb(max(amount.adjusted() - DIGITS + 1, -18))
    return max(0, -int(amount.quantize(held).normalize().as_tuple().exponent))
