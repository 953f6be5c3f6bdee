"""Line items of a bill: '[tier | ]model[ text|audio|image], meter[, long context]', or a tool.

``ingest/sources/openai_costs.sql`` reads the same grammar from the Costs API; a test holds the two
together.
"""

import re
from typing import NamedTuple

from pricing.vocabulary import ServiceTier

_MODEL = re.compile(
    r"(?:(?P<tier>.+) \| )?(?P<model>[^\s,|]+)(?: (?P<modality>text|audio|image))?, "
    r"(?P<kind>input|cached input|cache writes(?: - \w+)?|output)(?P<band>, long context)?",
    re.IGNORECASE,
)
_TOOL = re.compile(
    r"(?P<tool>web search|file search|vector storage)(?: tool calls)?", re.IGNORECASE
)
_OTHER = re.compile(r"(?P<name>whisper|tts|dall-e|sora)[\w.-]*", re.IGNORECASE)

#: Meters in the words of a line item.
WORDS = {
    "uncached_input": "input",
    "cache_read": "cached input",
    "cache_write": "cache writes",
    "cache_write_long": "cache writes - 12hr",
    "output": "output",
    "web_search": "web search tool calls",
    "file_search": "file search tool calls",
    "container": "container sessions",
    "vector_storage": "vector storage",
}
_METERS = {"input": "uncached_input", "cached input": "cache_read", "output": "output"}
_TIERS = {"default": "standard", "fast": "priority", "batch api": "batch"}


class LineItem(NamedTuple):
    """What a line item says."""

    model: str | None = None
    tier: str | None = None
    modality: str | None = None
    meter: str | None = None
    long_context: bool | None = None


def read_line_item(text: str) -> LineItem | None:
    """Read a line item; None when it is of no known form."""
    if found := _MODEL.fullmatch(text):
        kind = found["kind"].lower()
        written_long = re.fullmatch(r"cache writes - 12\w*", kind)
        return LineItem(
            found["model"],
            _tier(found["tier"]),
            found["modality"].lower() if found["modality"] else None,
            _METERS.get(kind) or ("cache_write_long" if written_long else "cache_write"),
            found["band"] is not None,
        )
    if found := _TOOL.fullmatch(text):
        return LineItem(meter=found["tool"].lower().replace(" ", "_"))
    if found := _OTHER.fullmatch(text):
        return LineItem(model=found["name"])
    return None


def label_of(
    model: str | None, tier: str | None, meter: str, band: str | None, modality: str | None = None
) -> str:
    """Write a line item; a tier that a bill leaves out is left out.

    Example:
        gpt-5.6-sol, priority, output, long is "priority | gpt-5.6-sol, output, long context".
    """
    words = WORDS.get(meter, meter)
    if model is None or words.endswith((" calls", " sessions", " storage")):
        return words
    prefix = "" if tier in {None, ServiceTier.STANDARD} else f"{tier} | "
    of = f" {modality}" if modality not in {None, "text"} else ""
    return f"{prefix}{model}{of}, {words}{', long context' if band == 'long' else ''}"


def _tier(prefix: str | None) -> str | None:
    if prefix is None:
        return None
    lowered = prefix.lower()
    return "batch" if "batch" in lowered else _TIERS.get(lowered, lowered)
