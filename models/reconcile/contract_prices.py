"""Prices under a contract: what its rates make of the list."""

from datetime import UTC, datetime
from fractions import Fraction

from models.reconcile.list_prices import ListPrices, Priced, PriceDate
from pricing.book import PriceBook
from pricing.contract.calendar import Range
from pricing.contract.rates import contracted_rate, covers, term_for
from pricing.contract.terms import Contract
from pricing.contract.usage import Cell
from pricing.vocabulary import GLOBAL_REGION, ContextBand, Meter, ServiceTier


class ContractPrices(ListPrices):
    """The rates of a price book under a contract.

    Its lines (volume tiers, credits, commitments, markups) are no rates and are left out.
    """

    def __init__(self, book: PriceBook, contract: Contract, on: datetime | None = None) -> None:
        """Use a book and a contract; ``on`` as with list prices."""
        super().__init__(book, on)
        self.contract = contract

    def rate(self, priced: Priced) -> int | None:
        """Return pico-dollars per unit under the contract, or None where the list has no price."""
        return self.contracted(priced, self.listed(priced))

    def rate_of_date(self, priced: Priced, date: PriceDate) -> int | None:
        """Return what a unit cost at another time, under the contract as it is at its own."""
        return self.contracted(priced, super().rate_of_date(priced, date))

    def contracted(self, priced: Priced, listed: int | None) -> int | None:
        """Return what the contract makes of a list rate."""
        if listed is None or priced.tier not in set(ServiceTier):
            return listed
        meter, at = Meter(priced.meter), (self.on or priced.at).replace(tzinfo=UTC)
        cell = Cell(
            key=(0, priced.biller, 0),
            billed_by=priced.biller,
            vendor=priced.vendor,
            model=priced.model,
            tier=ServiceTier(priced.tier),
            band=ContextBand(priced.band),
            span=Range(at, at),
            uplift=self._uplift(priced),
            quantities={},
            rates={meter: listed},
        )
        if not covers(self.contract, cell):
            return listed
        return contracted_rate(term_for(self.contract, cell, meter), cell, meter)

    def _uplift(self, priced: Priced) -> Fraction:
        sold = self.book.models.get((priced.vendor, priced.model))
        if sold is None or not sold.regional_uplift or priced.region == GLOBAL_REGION:
            return Fraction(1)
        return Fraction(self.book.providers[priced.vendor].regional_multiplier)
