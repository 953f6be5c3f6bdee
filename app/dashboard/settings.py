"""What ``ratecard app`` was started with; it reaches the pages through the environment."""

import os
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from app.zone import zone_of

PRICES, OVERLAY, ZONE = "RATECARD_PRICES", "RATECARD_PRICE_OVERLAY", "RATECARD_TZ"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where usage and prices come from, and whose days are meant."""

    prices: Path | None
    overlay: Path | None
    zone_name: str

    @property
    def zone(self) -> tzinfo:
        """The time zone of all days."""
        return zone_of(self.zone_name)


def settings() -> Settings:
    """Return what the environment says."""
    prices, overlay = os.environ.get(PRICES), os.environ.get(OVERLAY)
    return Settings(
        Path(prices) if prices else None,
        Path(overlay) if overlay else None,
        os.environ.get(ZONE) or "UTC",
    )
