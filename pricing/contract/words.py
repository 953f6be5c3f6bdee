"""The words of a contract."""

from enum import StrEnum


class Cause(StrEnum):
    """Why a contract's cost differs from list, in the order in which lines are computed."""

    NEGOTIATED_RATE = "negotiated_rate"
    PROVISIONED = "provisioned"
    VOLUME_TIER = "volume_tier"
    OVERAGE = "overage"
    CREDIT = "credit"
    MARKUP = "markup"
    COMMITMENT_SHORTFALL = "commitment_shortfall"
    ROUNDING = "rounding"
    FX = "fx"


class Every(StrEnum):
    """A stretch of a contract. Months are calendar months; longer ones count from its first."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    TERM = "term"


class Part(StrEnum):
    """A part of a contract, of which usage can be excluded."""

    RATES = "rates"
    PROVISIONED = "provisioned"
    VOLUME_TIERS = "volume_tiers"
    CREDITS = "credits"
    MARKUPS = "markups"
    COMMITMENTS = "commitments"


class VolumeKind(StrEnum):
    """How a volume tier applies: to what lies above its start, or to everything once reached."""

    MARGINAL = "marginal"
    WHOLE_VOLUME = "whole_volume"


class VolumeMeasure(StrEnum):
    """What decides which volume tier is reached."""

    SPEND = "spend"
    TOKENS = "tokens"


class MarkupBase(StrEnum):
    """What a markup is a percentage of."""

    LIST = "list"
    CONTRACTED = "contracted"
    BILLED = "billed"
