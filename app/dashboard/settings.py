"""What ``ratecard app`` was started with; it reaches the pages through the environment."""

import os
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from app.zone import zone_of

PRICES, OVERLAY, ZONE = "RATECARD_PRICES", "RATECARD_PRICE_OVERLAY", "RATECARD_TZ"
CONTRACT = "RATECARD_CONTRACT"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where usage and prices come from, whose days are meant, and the contract if there is one."""

    prices: Path | None
    overlay: Path | None
    zone_name: str
    contract: Path | None = None

    @property
    def zone(self) -> tzinfo:
        """The time zone of all days."""
        return zone_of(self.zone_name)


def settings() -> Settings:
    """Return what the environment says."""
    prices, overlay, contract = (os.environ.get(name) for name in (PRICES, OVERLAY, CONTRACT))
    return Settings(
        Path(prices) if prices else None,
        Path(overlay) if overlay else None,
        os.environ.get(ZONE) or "UTC",
        Path(contract) if contract else None,
    )
