"""The causes that a difference between bill and logs is split into, in the order they are shown."""

from enum import StrEnum


class Cause(StrEnum):
    """Why a bill and the cost computed from the logs differ."""

    NOT_LOGGED = "not_logged"
    NOT_BILLED = "not_billed"
    OTHER_DAY = "other_day"
    OTHER_PROJECT = "other_project"
    TIER = "tier"
    CONTEXT_BAND = "context_band"
    CACHED_SHARE = "cached_share"
    REGION = "region"
    PRICE_VERSION = "price_version"
    UNIT_PRICE = "unit_price"
    TOOLS = "tools"
    UNPRICED = "unpriced"
    UNREAD = "unread"
    CREDITS = "credits"
    TAXES = "taxes"
    CURRENCY = "currency"
    ROUNDING = "rounding"
    RESIDUAL = "residual"

    @property
    def words(self) -> str:
        """What it is, in a few words."""
        return _TITLES[self]

    @property
    def is_charge(self) -> bool:
        """Whether it is about what was used and at which price: accuracy counts only that."""
        return self not in _MONEY_MATTERS


_TITLES = {
    Cause.NOT_LOGGED: "billed, not in the logs",
    Cause.NOT_BILLED: "in the logs, not billed",
    Cause.OTHER_DAY: "billed on another day",
    Cause.OTHER_PROJECT: "billed under another project",
    Cause.TIER: "another service tier",
    Cause.CONTEXT_BAND: "another context band",
    Cause.CACHED_SHARE: "another cached share",
    Cause.REGION: "another processing region",
    Cause.PRICE_VERSION: "a price of another date",
    Cause.UNIT_PRICE: "a unit price that is not listed",
    Cause.TOOLS: "tools and storage",
    Cause.UNPRICED: "logged without a price",
    Cause.UNREAD: "line items not understood",
    Cause.CREDITS: "credits and discounts",
    Cause.TAXES: "taxes",
    Cause.CURRENCY: "exchange rate",
    Cause.ROUNDING: "rounding",
    Cause.RESIDUAL: "residual",
}

_MONEY_MATTERS = frozenset({Cause.CREDITS, Cause.TAXES, Cause.CURRENCY})


class Evidence(StrEnum):
    """What an amount under a cause rests on, the firmest first."""

    #: The bill says so in as many words.
    STATED = "stated"
    #: Quantities or amounts tie to the last digit.
    EXACT = "exact"
    #: Within half a unit of the printed precision.
    BOUNDED = "bounded"
    #: The least that must have moved; some of it may be other traffic instead.
    INFERRED = "inferred"
    #: Nothing explains it.
    NONE = "none"


def weakest(found: list[Evidence]) -> Evidence:
    """Return the least firm of several."""
    order = list(Evidence)
    return max(found, key=order.index, default=Evidence.EXACT)
