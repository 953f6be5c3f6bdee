"""The words of a price: meters, service tiers, context bands, reasons."""

from enum import StrEnum


class Meter(StrEnum):
    """A thing that is counted and billed; no two meters count the same token."""

    UNCACHED_INPUT = "uncached_input"
    CACHE_READ = "cache_read"
    #: Written at the vendor's default retention (OpenAI 30 minutes, Anthropic 5).
    CACHE_WRITE = "cache_write"
    #: Written at the extended retention (OpenAI 12 hours, Anthropic 1 hour).
    CACHE_WRITE_LONG = "cache_write_long"
    OUTPUT = "output"
    WEB_SEARCH = "web_search"
    FILE_SEARCH = "file_search"
    CONTAINER = "container"

    @property
    def is_tool(self) -> bool:
        """Whether the meter counts tool use, whose fee depends on no model."""
        return self in _TOOL_UNITS

    @property
    def unit(self) -> str:
        """What one unit of the meter is: a token, a call or a session."""
        return _TOOL_UNITS.get(self, "token")

    @property
    def event_column(self) -> str:
        """Name of the usage column that holds the quantity."""
        return f"{self.value}_{self.unit}s"

    @property
    def rate_column(self) -> str:
        """Name of the rates column: pico-dollars per unit, NULL without a rate."""
        return f"{self.value}_pico"

    @property
    def cost_column(self) -> str:
        """Name of the rated usage column: pico-dollars charged."""
        return f"{self.value}_cost_pico"


_TOOL_UNITS = {
    Meter.WEB_SEARCH: "call",
    Meter.FILE_SEARCH: "call",
    Meter.CONTAINER: "session",
}

TOKEN_METERS = tuple(meter for meter in Meter if not meter.is_tool)
TOOL_METERS = tuple(meter for meter in Meter if meter.is_tool)


class ServiceTier(StrEnum):
    """How a request was served; the tier that served it, never the one asked for."""

    STANDARD = "standard"
    BATCH = "batch"
    FLEX = "flex"
    PRIORITY = "priority"
    ULTRAFAST = "ultrafast"
    SCALE = "scale"
    UNKNOWN = "unknown"


#: The tiers a price can be published for.
PRICED_TIERS = tuple(tier for tier in ServiceTier if tier is not ServiceTier.UNKNOWN)


class ContextBand(StrEnum):
    """Which side of a model's long-context threshold the whole prompt lies on."""

    SHORT = "short"
    LONG = "long"


#: The region of a request that asked for none.
GLOBAL_REGION = "global"


class UnpricedReason(StrEnum):
    """Why a request has no cost. The order is stored as rate ids from 1."""

    UNKNOWN_MODEL = "unknown_model"
    NO_PRICE_AT_DATE = "no_price_at_date"
    TIER_NOT_OFFERED = "tier_not_offered"
    RATE_NOT_PUBLISHED = "rate_not_published"
    METER_WITHOUT_RATE = "meter_without_rate"
    TIER_UNKNOWN = "tier_unknown"
    BAND_UNKNOWN = "band_unknown"
    REGION_UNKNOWN = "region_unknown"
    USAGE_MISSING = "usage_missing"

    @property
    def sentence(self) -> str:
        """What it means and what to do about it, in one sentence."""
        return _SENTENCES[self]

    @property
    def rate_id(self) -> int:
        """Id of the row in `rates` that stands for this reason."""
        return list(UnpricedReason).index(self) + 1


_SENTENCES = {
    UnpricedReason.UNKNOWN_MODEL: (
        "The price table has no such model: add it, or an alias, in an overlay file."
    ),
    UnpricedReason.NO_PRICE_AT_DATE: (
        "The price table has no price of this model at that date:"
        " add a dated entry, or take another day's with --prices-on."
    ),
    UnpricedReason.TIER_NOT_OFFERED: (
        "The vendor does not sell this model at this tier and prompt size on that day:"
        " ratecard explain names the entry that says so."
    ),
    UnpricedReason.RATE_NOT_PUBLISHED: (
        "The vendor has published no price for this tier and prompt size:"
        " add the one on your invoice in an overlay file."
    ),
    UnpricedReason.METER_WITHOUT_RATE: (
        "The request used something this price has no rate for:"
        " ratecard explain says what, and an overlay file can add a meter's rate."
    ),
    UnpricedReason.TIER_UNKNOWN: (
        "The log does not say which tier served the request:"
        " say how to price it with --assume-tier."
    ),
    UnpricedReason.BAND_UNKNOWN: (
        "The log does not say how long the prompt was, and the price depends on it."
    ),
    UnpricedReason.REGION_UNKNOWN: (
        "The price table does not list this processing region: add it in an overlay."
    ),
    UnpricedReason.USAGE_MISSING: (
        "The log shows the request without its usage, as streams do by default:"
        " log it with include_usage, or load another log of the same requests."
    ),
}
