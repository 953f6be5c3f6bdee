"""The words of a mapping file: what a column can be, and how its cells are written."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How the cells of a column are read."""

    ID = "id"
    TIME = "time"
    TEXT = "text"
    COUNT = "count"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Word:
    """Something that a column can hold.

    Attributes:
        kind: How its cells are read.
        reported: The column of a source's select that it becomes.
        meaning: One line for people.
        allowed: The only values it may have after translation; empty for any.
    """

    kind: Kind
    reported: str
    meaning: str
    allowed: tuple[str, ...] = ()


TIERS = ("standard", "batch", "flex", "priority", "ultrafast", "scale", "unknown")
BILLINGS = ("metered", "notional", "byok")
COST_KINDS = ("provider", "gateway", "hub", "upstream")

WORDS: dict[str, Word] = {
    "id": Word(Kind.ID, "event_id", "what tells one request from another"),
    "time": Word(Kind.TIME, "time", "when the request was served; of a bucket, its start"),
    "provider": Word(Kind.TEXT, "provider", "who bills: openai, azure, anthropic, google, ..."),
    "model": Word(Kind.TEXT, "model_raw", "the model's id as the provider writes it"),
    "tier": Word(Kind.TEXT, "tier_reported", "the service tier that served the request", TIERS),
    "input": Word(Kind.COUNT, "input_reported", "input tokens; say under `includes` which"),
    "cache_read": Word(Kind.COUNT, "cache_read_reported", "input tokens read from the cache"),
    "cache_write": Word(Kind.COUNT, "cache_write_reported", "input tokens written to the cache"),
    "cache_write_long": Word(
        Kind.COUNT, "cache_write_long_reported", "those written at the extended retention"
    ),
    "output": Word(Kind.COUNT, "output_reported", "output tokens; say under `includes` which"),
    "reasoning": Word(Kind.COUNT, "reasoning_reported", "output tokens spent on reasoning"),
    "total": Word(
        Kind.COUNT, "total_reported", "input plus output; a row that contradicts it is refused"
    ),
    "web_search_calls": Word(Kind.COUNT, "web_search_calls", "calls of the web search tool"),
    "file_search_calls": Word(Kind.COUNT, "file_search_calls", "calls of the file search tool"),
    "container_sessions": Word(Kind.COUNT, "container_sessions", "code interpreter sessions"),
    "requests": Word(Kind.COUNT, "requests", "how many requests a bucket sums"),
    "stated_cost": Word(
        Kind.MONEY, "stated_cost", "USD that the log says it cost; kept, never used to price"
    ),
    "stated_cost_kind": Word(Kind.TEXT, "stated_cost_kind", "who states it", COST_KINDS),
    "gateway": Word(Kind.TEXT, "gateway", "what stood between you and the provider"),
    "region": Word(Kind.TEXT, "region", "processing region: us, eu; empty is global"),
    "base_url": Word(Kind.TEXT, "base_url", "the address called; its region is read from it"),
    "endpoint": Word(Kind.TEXT, "endpoint", "chat, responses, ..."),
    "status": Word(Kind.TEXT, "status", "as logged"),
    "billing": Word(Kind.TEXT, "billing", "metered, or notional (a plan), or byok", BILLINGS),
    "project": Word(Kind.TEXT, "project", "a label"),
    "team": Word(Kind.TEXT, "team", "a label"),
    "user": Word(Kind.TEXT, "user_id", "a label"),
    "workload": Word(Kind.TEXT, "workload", "a label"),
    "effort": Word(Kind.TEXT, "effort", "reasoning effort: none, low, medium, high, ..."),
    "session": Word(
        Kind.TEXT, "session", "session, conversation or thread: a shared prompt prefix"
    ),
    "api_key": Word(Kind.TEXT, "api_key", "a key; only a short hash of it is kept"),
    "api_key_name": Word(Kind.TEXT, "api_key_name", "the name of a key, kept as it is"),
}

#: What a count may contain of others; whoever maps both says whether it does.
CONTAINMENT: dict[str, tuple[str, ...]] = {
    "input": ("cache_read", "cache_write"),
    "output": ("reasoning",),
    "cache_write": ("cache_write_long",),
}

#: Said under `includes` when a count contains none of them.
NOTHING = "nothing"

#: A mapping without columns for these says them as constants.
REQUIRED = ("time", "provider", "model")

#: The id of rows that nothing tells apart but their place in the file.
BY_ROW = "row"

GRAINS = ("request", "bucket")
FORMATS = ("csv", "json", "parquet")

#: Units of a time that is a number, in microseconds.
TIME_UNITS = {
    "days": "86400000000",
    "seconds": "1000000",
    "milliseconds": "1000",
    "microseconds": "1",
    "nanoseconds": "0.001",
}
ISO = "iso"

#: How numbers are written, by example: what separates thousands, and what the fraction.
NUMBERS = {
    "1234.5": ("", "."),
    "1,234.5": (",", "."),
    "1.234,5": (".", ","),
    "1234,5": ("", ","),
    "1 234,5": (" ", ","),
}
