"""Read a contract from YAML, or list everything that is wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pricing.book import PriceBook
from pricing.contract.calendar import Range
from pricing.contract.currency import USD
from pricing.contract.load_checks import check_names, check_ties, check_volume
from pricing.contract.load_fx import (
    FX_KEYS,
    INVOICE_KEYS,
    PAID_KEYS,
    read_fx,
    read_invoice,
    read_paid,
)
from pricing.contract.load_lines import (
    COMMITMENT_KEYS,
    CREDIT_KEYS,
    MARKUP_KEYS,
    PROVISIONED_KEYS,
    VOLUME_KEYS,
    read_commitment,
    read_credit,
    read_markup,
    read_provisioned,
    read_volume,
)
from pricing.contract.load_rates import EXCLUDED_KEYS, RATE_KEYS, read_excluded, read_rate
from pricing.contract.load_reach import Around
from pricing.contract.load_words import currency
from pricing.contract.terms import Contract, InvoiceRule
from pricing.load import PriceTableError
from pricing.load_words import instant, name, sentence
from pricing.load_yaml import Faults, Section, open_table
from pricing.names import RESELLERS
from pricing.published import BEGINNING, END

T = TypeVar("T")

CONTRACT_KEYS = (
    "contract", "parties", "providers", "list_of", "currency", "period", "renewal", "fx", "paid",
    "invoice", "rates", "excluded", "provisioned", "volume_tiers", "credits", "markups",
    "commitments", "note",
)  # fmt: skip
PARTY_KEYS = ("customer", "vendor", "reseller")
PERIOD_KEYS = ("from", "to")


class ContractError(PriceTableError):
    """A contract cannot be used; `faults` says all that is wrong with it."""


def load_contract(path: Path, book: PriceBook) -> Contract:
    """Read and validate a contract.

    Args:
        path: The file.
        book: The prices it is a contract on: it may name no model that is not there.

    Raises:
        ContractError: with every fault of the file.
    """
    faults = Faults()
    table = open_table(path, CONTRACT_KEYS, faults)
    contract = None if table is None else _read(table, book)
    if faults.found or contract is None:
        raise ContractError(faults.found)
    return contract


@dataclass(slots=True)
class _Items:
    """The items of the contract's lists, in the order they are asked for."""

    table: Section
    seen: list[Section] = field(default_factory=list)

    def read(
        self, key: str, keys: tuple[str, ...], reader: Callable[[Section], T | None]
    ) -> tuple[T, ...]:
        """Read each item of a list; those with a fault are left out."""
        items = self.table.sections(key, keys) if key in self.table else []
        self.seen += items
        read = [reader(item) for item in items]
        return tuple(term for term in read if term is not None)


def _read(table: Section, book: PriceBook) -> Contract:
    around = Around(book, _providers(table, book), _list_of(table, book), _period(table))
    items = _Items(table)

    def terms(
        key: str, keys: tuple[str, ...], reader: Callable[[Section, Around], T | None]
    ) -> tuple[T, ...]:
        return items.read(key, keys, lambda item: reader(item, around))

    rates = terms("rates", RATE_KEYS, read_rate)
    customer, vendor, reseller = _parties(table)
    contract = Contract(
        contract=table.value("contract", name) or "",
        customer=customer,
        vendor=vendor,
        reseller=reseller,
        providers=around.providers,
        list_of=around.list_of,
        currency=table.value("currency", currency) or USD,
        period=around.period,
        renewal=table.value("renewal", instant) if "renewal" in table else None,
        rates=tuple(each.term for each in rates),
        excluded=terms("excluded", EXCLUDED_KEYS, read_excluded),
        provisioned=terms("provisioned", PROVISIONED_KEYS, read_provisioned),
        volume_tiers=terms("volume_tiers", VOLUME_KEYS, read_volume),
        credits=terms("credits", CREDIT_KEYS, read_credit),
        markups=terms("markups", MARKUP_KEYS, read_markup),
        commitments=terms("commitments", COMMITMENT_KEYS, read_commitment),
        fx=read_fx(table.sections("fx", FX_KEYS) if "fx" in table else ()),
        paid=read_paid(table.sections("paid", PAID_KEYS) if "paid" in table else (), around.period),
        invoice=_invoice(table),
    )
    if "note" in table:
        table.value("note", sentence)
    _check_currency(table, contract)
    check_names(items.seen, table.faults)
    check_ties(rates, around, table.faults)
    check_volume(table, contract)
    return contract


def _parties(table: Section) -> tuple[str, str, str | None]:
    parties = table.section("parties", PARTY_KEYS)
    if parties is None:
        return "", "", None
    reseller = parties.value("reseller", sentence) if "reseller" in parties else None
    customer, vendor = parties.value("customer", sentence), parties.value("vendor", sentence)
    return customer or "", vendor or "", reseller


def _invoice(table: Section) -> InvoiceRule | None:
    return read_invoice(table.section("invoice", INVOICE_KEYS)) if "invoice" in table else None


def _providers(table: Section, book: PriceBook) -> tuple[str, ...]:
    known = sorted({*book.providers, *RESELLERS})

    def read(text: str) -> str:
        if text not in known:
            raise ValueError(
                f"nobody called {text!r} bills usage; the providers are {', '.join(known)}"
            )
        return text

    return tuple(table.values("providers", read) or ())


def _list_of(table: Section, book: PriceBook) -> str | None:
    def read(text: str) -> str:
        if text not in book.providers:
            raise ValueError(f"the price table has no list of {text!r}")
        return text

    return table.value("list_of", read) if "list_of" in table else None


def _period(table: Section) -> Range:
    period = table.section("period", PERIOD_KEYS)
    since = period.value("from", instant) if period else None
    until = period.value("to", instant) if period else None
    if period and since and until and until <= since:
        period.faults.add(period.at("to"), "to: the contract ends before it begins")
        return Range(BEGINNING, END)
    return Range(since or BEGINNING, until or END)


def _check_currency(table: Section, contract: Contract) -> None:
    for key in ("fx", "paid"):
        if contract.currency == USD and key in table:
            table.faults.add(table.at(key), f"{key}: a contract in USD has no exchange rates")
    if contract.currency != USD and "fx" not in table:
        message = f"fx is missing: usage in USD is billed in {contract.currency}"
        table.faults.add(table.at("currency"), message)
