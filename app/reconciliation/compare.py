"""A bill and the usage of its time, read and held against each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from app.caveats import Caveat, caveats
from app.ledger import Question, Unpriced, scope_for, unpriced
from app.reconciliation.bill import Bill, bill_of
from app.reconciliation.stated import stated_in, stated_in_files
from app.reconciliation.usage import band_risk, billed_time, usage_beside
from ingest.warehouse import Warehouse
from models.reconcile.bill import Span
from models.reconcile.contract_prices import ContractPrices
from models.reconcile.list_prices import ListPrices
from models.reconcile.logged import Logged
from models.reconcile.settle import Reconciliation, reconcile
from pricing.book import PriceBook
from pricing.contract.terms import Contract


@dataclass(frozen=True, slots=True)
class Asked:
    """What to compare.

    Attributes:
        question: Which usage, priced how; its time is the bill's.
        days: UTC days, half-open; None is open.
        rates: US dollars per unit of a currency.
    """

    book: PriceBook
    contract: Contract | None
    question: Question
    days: tuple[datetime | None, datetime | None]
    rates: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Compared:
    """A reconciliation, and what to know beside it.

    Attributes:
        band_risk_pico: What buckets would cost more at most, were they long context.
    """

    reconciled: Reconciliation
    bill: Bill
    band_risk_pico: Decimal
    beside: list[Caveat]
    missing: list[Unpriced]

    @property
    def time(self) -> Span:
        """What the bill is for."""
        return Span(self.bill.since, self.bill.until)


def compare(warehouse: Warehouse, names: Sequence[str], asked: Asked) -> Compared:
    """Compare files of costs, or the costs that are loaded, with the loaded usage.

    Raises:
        UserError: there is nothing to compare, or a file or a rate is missing.
        InvoiceError: an invoice has faults.
        WarehouseError: the database cannot be used.
    """
    book = asked.book
    stated, said = stated_in_files(names, book) if names else ([], [])
    with warehouse.reading() as con:
        bill = bill_of(stated if names else stated_in(con), book, asked.days, asked.rates)
        bill.said[:0] = said
        question = billed_time(asked.question, bill)
        scope = scope_for(con, question)
        logged = usage_beside(con, book, question, scope, bill)
        risk = band_risk(con, book, question, scope)
        beside = caveats(con, book, question, scope)
        missing = unpriced(con, book, question, scope)
    prices, logged = _priced(asked, logged)
    return Compared(reconcile(bill.lines, logged, prices), bill, risk, beside, missing)


def _priced(asked: Asked, logged: list[Logged]) -> tuple[ListPrices, list[Logged]]:
    """Return the prices, and the usage at them: under a contract at its rates."""
    if asked.contract is None:
        return ListPrices(asked.book, asked.question.prices_on), logged
    prices = ContractPrices(asked.book, asked.contract, asked.question.prices_on)
    return prices, [replace(use, rate=prices.contracted(use.priced, use.rate)) for use in logged]
