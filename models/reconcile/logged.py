"""What the logs hold: the quantity of one meter, with everything its price depends on."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from models.reconcile.bill import Span
from models.reconcile.exact import ZERO, usd
from models.reconcile.list_prices import Priced


@dataclass(frozen=True, slots=True)
class Logged:
    """Usage of one meter, summed over whatever no price can tell apart.

    Attributes:
        span: That of the bill it is held against.
        label: The line item it would be billed under.
        provider: Who bills.
        vendor: Whose list price applies; "" where the price table knows no such model.
        model: Canonical; as logged where the price table knows none.
        tier: The tier it was priced at.
        band: None where it has no price.
        at: An instant at which it was priced.
        meter: As in the price table.
        quantity: Tokens, calls or sessions.
        rate: Pico-dollars per unit; None without a price.
        reason: Why it has no price.
        assumed: Whether the tier is the user's assumption.
        bucket: Whether it sums requests, so that its band is not proven.
        row: The bucket it is, where buckets were kept apart.
    """

    span: Span
    label: str
    provider: str
    vendor: str
    model: str
    tier: str
    band: str | None
    at: datetime
    meter: str
    quantity: Decimal
    rate: int | None
    region: str = "global"
    project: str | None = None
    reason: str | None = None
    assumed: bool = False
    bucket: bool = False
    row: str | None = None

    @property
    def priced(self) -> Priced:
        """What its price depends on."""
        band = self.band or "short"
        return Priced(
            self.vendor, self.model, self.tier, band, self.meter, self.region, self.at,
            self.provider,
        )  # fmt: skip

    def cost_of(self, quantity: Decimal) -> Decimal:
        """Return what so much of it costs as it was priced, in US dollars; 0 without a price."""
        return ZERO if self.rate is None else usd(quantity * self.rate)

    @property
    def cost(self) -> Decimal:
        """What it costs as it was priced, in US dollars; 0 without a price."""
        return self.cost_of(self.quantity)
