"""Why a request could not be priced.

PricingError
    UnknownModelError, TierUnknownError, RegionUnknownError, BandUnknownError,
    NoPriceAtDateError, TierNotOfferedError, RateNotPublishedError, MissingRateError
"""

from typing import ClassVar

from pricing.vocabulary import UnpricedReason


class PricingError(Exception):
    """A request has no price; `reason` names the state it is reported under."""

    reason: ClassVar[UnpricedReason]


class UnknownModelError(PricingError):
    """The book holds no such model."""

    reason = UnpricedReason.UNKNOWN_MODEL


class NoPriceAtDateError(PricingError):
    """The book holds no price of this cell at that instant."""

    reason = UnpricedReason.NO_PRICE_AT_DATE


class TierNotOfferedError(PricingError):
    """The vendor does not sell the model at this tier and prompt size."""

    reason = UnpricedReason.TIER_NOT_OFFERED


class RateNotPublishedError(PricingError):
    """The vendor sells it, or may, and has published no price."""

    reason = UnpricedReason.RATE_NOT_PUBLISHED


class MissingRateError(PricingError):
    """A meter was used that the price has no rate for."""

    reason = UnpricedReason.METER_WITHOUT_RATE


class TierUnknownError(PricingError):
    """Nobody knows which tier served the request."""

    reason = UnpricedReason.TIER_UNKNOWN


class BandUnknownError(PricingError):
    """The prompt size was not reported and the price depends on it."""

    reason = UnpricedReason.BAND_UNKNOWN


class RegionUnknownError(PricingError):
    """The provider's list of processing regions does not hold this one."""

    reason = UnpricedReason.REGION_UNKNOWN
