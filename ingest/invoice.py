"""Invoices: a small shape of our own, as YAML or CSV, for bills that come on paper.

YAML names the period, then ``lines``, ``credits``, ``discounts`` and ``taxes``; CSV has a row per
line with its ``kind`` and period. ``docs/reconcile.md`` shows both. Amounts are decimals as
printed; what lowers the bill is negative.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path

import yaml

from ingest.inputs import InputError
from pricing.load_words import instant, one_of
from pricing.load_yaml import Fault, Faults, Place, Section, open_table

#: The sections of YAML and the words of a CSV's ``kind``.
KINDS = {"lines": "usage", "credits": "credit", "discounts": "discount", "taxes": "tax"}

_KEYS = ("invoice", "provider", "currency", "fx", "period", "total", *KINDS)
_LINE_KEYS = ("description", "amount", "quantity", "unit", "currency", "project", "from", "to")
_COLUMNS = ("kind", "provider", "fx", *_LINE_KEYS)

_AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,18})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Za-z]{3}", re.ASCII)
_RATE = re.compile(r"[0-9]{1,6}(\.[0-9]{1,10})?", re.ASCII)


class InvoiceError(InputError):
    """An invoice cannot be used; one line says each thing that is wrong, and where."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep the faults in the order of the file."""
        self.faults = sorted(faults, key=lambda fault: fault.line)
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line of an invoice.

    Attributes:
        kind: ``usage``, ``credit``, ``discount`` or ``tax``.
        start, end: What it is for; naive UTC, half-open.
        unit: Of the quantity; None where it is not said.
        places: Decimal places the amount was printed with.
        fx: US dollars per unit of the currency, where the invoice states it.
    """

    kind: str
    provider: str
    start: datetime
    end: datetime
    description: str
    amount: Decimal
    currency: str
    places: int
    quantity: Decimal | None = None
    unit: str | None = None
    project: str | None = None
    fx: Decimal | None = None


def is_invoice(path: Path) -> bool:
    """Tell whether a file is an invoice by its name, or a CSV by its columns."""
    if path.suffix.lower() in {".yaml", ".yml"}:
        return True
    if path.suffix.lower() != ".csv":
        return False
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        columns = next(csv.reader(file), [])
    return {"description", "amount"} <= {name.strip() for name in columns}


def read_invoice(path: Path) -> list[InvoiceLine]:
    """Read and validate an invoice.

    Raises:
        InvoiceError: with every fault.
    """
    faults = Faults()
    is_yaml = path.suffix.lower() in {".yaml", ".yml"}
    lines = list((_from_yaml if is_yaml else _from_csv)(path, faults))
    if not lines and not faults.found:
        faults.add(Place(path, 1), "the invoice has no lines")
    if faults.found:
        raise InvoiceError(faults.found)
    return lines


@dataclass(slots=True)
class _Sheet:
    """What holds for a line that does not say otherwise."""

    provider: str = "openai"
    currency: str = "usd"
    fx: Decimal | None = None
    start: datetime | None = None
    end: datetime | None = None


def _from_yaml(path: Path, faults: Faults) -> Iterator[InvoiceLine]:
    root = open_table(path, _KEYS, faults)
    if root is None or not root.readable:
        return
    sheet = _Sheet()
    sheet.provider = (root.value("provider", str) if "provider" in root else None) or sheet.provider
    if "currency" in root:
        sheet.currency = root.value("currency", _currency) or sheet.currency
    sheet.fx = root.value("fx", exchange_rate) if "fx" in root else None
    if "period" in root and (period := root.section("period", ("from", "to"))):
        sheet.start, sheet.end = (_day_of(period, key) for key in ("from", "to"))
    added = Decimal(0)
    for section, kind in KINDS.items():
        for each in root.sections(section, _LINE_KEYS) if section in root else ():
            if line := _line(each, kind, sheet):
                added += line.amount
                yield line
    total = root.value("total", _amount) if "total" in root else None
    if total is not None and total != added and not faults.found:
        faults.add(root.at("total"), f"total: the lines add up to {added}")


def _from_csv(path: Path, faults: Faults) -> Iterator[InvoiceLine]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, skipinitialspace=True)
        try:
            columns = [name.strip() for name in reader.fieldnames or ()]
            for name in columns:
                if name not in _COLUMNS:
                    known = f"the columns are {', '.join(_COLUMNS)}"
                    faults.add(Place(path, 1), f"unknown column {name!r}; {known}")
            for row in reader:
                cells = dict(zip(columns, row.values(), strict=False))
                if None in row:
                    faults.add(Place(path, reader.line_num), "more cells than columns")
                elif line := _from_row(cells, Place(path, reader.line_num), faults):
                    yield line
        except (csv.Error, UnicodeDecodeError) as error:
            faults.add(Place(path, reader.line_num or 1), f"not readable as CSV: {error}")


def _from_row(cells: dict[str, str | None], place: Place, faults: Faults) -> InvoiceLine | None:
    given = {name: text for name, cell in cells.items() if (text := (cell or "").strip())}
    if not given:
        return None
    row = Section(_node(given, place), place.path, faults, None)
    kinds = tuple(KINDS.values())
    kind = row.value("kind", one_of(kinds)) if "kind" in row else kinds[0]
    sheet = _Sheet()
    sheet.provider = (row.value("provider", str) if "provider" in row else None) or sheet.provider
    sheet.fx = row.value("fx", exchange_rate) if "fx" in row else None
    return _line(row, kind, sheet) if kind else None


def _node(cells: dict[str, str], place: Place) -> yaml.MappingNode:
    """Write a row as the mapping it would be in YAML, so that one reader serves both."""
    mark = yaml.Mark(str(place.path), 0, place.line - 1, 0, None, 0)
    scalars = [
        tuple(yaml.ScalarNode("tag:yaml.org,2002:str", text, mark) for text in pair)
        for pair in cells.items()
    ]
    return yaml.MappingNode("tag:yaml.org,2002:map", scalars, mark)


def _line(each: Section, kind: str, sheet: "_Sheet") -> InvoiceLine | None:
    """Read a line, or note what is wrong with it."""
    start = _day_of(each, "from") if "from" in each or not sheet.start else sheet.start
    end = _day_of(each, "to") if "to" in each or not sheet.end else sheet.end
    description = each.value("description", str)
    amount = each.value("amount", _amount)
    currency = each.value("currency", _currency) if "currency" in each else sheet.currency
    quantity = each.value("quantity", _amount) if "quantity" in each else None
    if start is None or end is None or not description or amount is None or not currency:
        return None
    if start >= end:
        each.faults.add(each.place, f"the period ends before it begins: {start:%Y-%m-%d}")
    if kind in {"credit", "discount"} and amount > 0:
        each.faults.add(each.at("amount"), f"a {kind} lowers the bill: write -{amount}")
    return InvoiceLine(
        kind=kind,
        provider=sheet.provider,
        start=start,
        end=end,
        description=description,
        amount=amount,
        currency=currency,
        places=max(0, -int(amount.as_tuple().exponent)),
        quantity=quantity,
        unit=each.value("unit", str) if "unit" in each else None,
        project=each.value("project", str) if "project" in each else None,
        fx=sheet.fx if currency != "usd" else None,
    )


def _day_of(section: Section, key: str) -> datetime | None:
    return section.value(key, _day)


def _day(text: str) -> datetime:
    """Read a date as the first moment of a UTC day."""
    found = instant(text).replace(tzinfo=None)
    if found.time() != time():
        raise ValueError(f"not a whole UTC day: {text}")
    return found


def _amount(text: str) -> Decimal:
    """Read a decimal as printed, without thousands separators."""
    if not _AMOUNT.fullmatch(text):
        raise ValueError(f"not a decimal: {text!r}; write a plain number such as -12.50")
    return Decimal(text)


def _currency(text: str) -> str:
    if not _CURRENCY.fullmatch(text):
        raise ValueError(f"not a currency: {text!r}; write its three letters, such as eur")
    return text.lower()


def exchange_rate(text: str) -> Decimal:
    """Read what a unit of a currency is in US dollars.

    Raises:
        ValueError: it is no positive decimal.
    """
    if not _RATE.fullmatch(text) or not Decimal(text):
        raise ValueError(f"not an exchange rate: {text!r}; write US dollars per unit, such as 1.08")
    return Decimal(text)
