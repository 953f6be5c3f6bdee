"""Colours, light and dark. A colour means a model; all else is ink.

The eight slots keep apart for the colour-blind (CIEDE2000 above 12 under Machado 2009), and every
sign or order that colour shows is also written.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one theme.

    Attributes:
        slots: For models; the last is for what is left.
        ramp: Ordered, from faint to strong.
        tiers: Batch, flex, standard, priority.
    """

    background: str
    ink: str
    mute: str
    grid: str
    base: str
    soft: str
    focus: str
    up: str
    down: str
    slots: tuple[str, ...]
    ramp: tuple[str, ...]
    tiers: tuple[str, ...]


LIGHT = Palette(
    background="#FFFFFF",
    ink="#1A2230",
    mute="#5B6472",
    grid="#E6EAF0",
    base="#B8C0CC",
    soft="#C9D0DA",
    focus="#6B7585",
    up="#A3194F",
    down="#157171",
    slots=(
        "#268BFC", "#E16D08", "#7336B4", "#157171", "#315A00", "#992154", "#A88D69", "#8D929F",
    ),
    ramp=("#B9D6FA", "#7DB3F2", "#3F8BE0", "#1C64B8", "#0C3F7E"),
    tiers=("#8D95A3", "#6B7585", "#455063", "#1A2230"),
)  # fmt: skip
DARK = Palette(
    background="#10151C",
    ink="#E6EAF0",
    mute="#9AA5B4",
    grid="#232C37",
    base="#465264",
    soft="#3A4554",
    focus="#8A95A6",
    up="#F2799B",
    down="#4CC3BE",
    slots=(
        "#319CFC", "#FF9E14", "#7451B3", "#6CD7E3", "#576D07", "#A04760", "#A39068", "#878C99",
    ),
    ramp=("#1F4572", "#2766AC", "#3F8BE0", "#7DB3F2", "#CFE3FB"),
    tiers=("#566172", "#8A95A6", "#B9C2CF", "#F0F3F7"),
)  # fmt: skip

OTHER = "Other"

_FIXED = ("gpt-5.4", "gpt-5.5", "gpt-5.5-pro", "gpt-5.4-mini", "gpt-5.4-nano")
_TIERS = ("batch", "flex", "standard", "priority")


def model_slots(by_cost: Sequence[str]) -> dict[str, int]:
    """Give each model its slot; models without one are shown as ``Other``.

    Args:
        by_cost: All models of the database, the most spent first and over all time, so that no
            filter recolours a model.
    """
    slots = {model: slot for slot, model in enumerate(_FIXED)}
    others = [model for model in by_cost if model not in slots]
    return slots | {model: len(_FIXED) + place for place, model in enumerate(others[:2])}


def tier_colour(tier: str, palette: Palette) -> str:
    """Return the shade of a service tier; tiers without one are of the rest."""
    return palette.tiers[_TIERS.index(tier)] if tier in _TIERS else palette.slots[-1]
