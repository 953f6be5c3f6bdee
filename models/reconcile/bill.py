"""What the provider states: one line of a bill, read into the words of the price table."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from models.reconcile.exact import ZERO


class Span(NamedTuple):
    """What a line of a bill is for: a UTC day, or an invoice's period. Half-open, naive UTC."""

    start: datetime
    end: datetime


class Kind(StrEnum):
    """What a line of a bill is."""

    #: Tokens of a model, or another use of one.
    USAGE = "usage"
    #: Calls of tools, and storage: billed apart from any model.
    TOOL = "tool"
    #: All of a span in one amount, without a line item.
    WHOLE = "whole"
    #: Credits, discounts and refunds.
    CREDIT = "credit"
    TAX = "tax"
    #: A line item in words nobody taught us.
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class BilledLine:
    """One line of a bill.

    Attributes:
        project: None where the bill is not divided by project.
        text: The line item as printed.
        label: The line item in the words of the price table, which the logs share.
        provider: Who bills.
        vendor: Whose list price applies.
        model: Canonical; as printed where the price table knows none.
        tier: None where the line item names none, which is not proof of standard.
        band: Context band, for a line of a model.
        meter: As in the price table; None where it is none of those.
        quantity: In tokens or calls; None where it is not told, or told in another unit.
        amount: In US dollars, at the exchange rate of the bill.
        half_unit: Half a unit of the precision it was printed with, in US dollars: as much as
            printing can have rounded.
        exchange: What the reader's exchange rate adds to the bill's.
    """

    span: Span
    kind: Kind
    amount: Decimal
    project: str | None = None
    text: str = ""
    label: str = ""
    provider: str = ""
    vendor: str = ""
    model: str | None = None
    tier: str | None = None
    band: str = "short"
    meter: str | None = None
    quantity: Decimal | None = None
    half_unit: Decimal = ZERO
    exchange: Decimal = ZERO
