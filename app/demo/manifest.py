"""What the demo files hold, counted while they are written.

A test, or a reader, can hold a loaded database against it to the last token.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from app.demo.stream import Stream
from app.demo.traffic import Request


class LineKind(StrEnum):
    """What a line of a log is, and so what must become of it."""

    PAID = "paid"
    ATTEMPT = "attempt"  # an earlier try that was billed: tokens count, no request
    CACHE_HIT = "cache_hit"  # answered by the gateway: an event that costs nothing
    DUPLICATE = "duplicate"  # a line written twice
    PARTIAL = "partial"  # a state of a stream, with less usage than the final one
    POLL = "poll"  # a state of a background response, without usage
    UNBILLED = "unbilled"  # a response that failed: an event that costs nothing
    FAILED = "failed"  # nothing was billed
    BROKEN = "broken"  # cannot be read, or contradicts itself


@dataclass(slots=True)
class FileTally:
    """Lines of one file by kind. A CSV header is not counted."""

    path: Path
    source: str
    kinds: Counter[LineKind] = field(default_factory=Counter)
    same_as: Path | None = None

    @property
    def lines(self) -> int:
        """All lines."""
        return self.kinds.total()

    @property
    def events(self) -> int:
        """Lines that become a row of usage, if the files are loaded in order."""
        return (
            self.kinds[LineKind.PAID]
            + self.kinds[LineKind.ATTEMPT]
            + self.kinds[LineKind.CACHE_HIT]
            + self.kinds[LineKind.UNBILLED]
        )

    @property
    def duplicates(self) -> int:
        """Lines that say again, or say less, than another line of the same id."""
        return (
            self.kinds[LineKind.DUPLICATE]
            + self.kinds[LineKind.PARTIAL]
            + self.kinds[LineKind.POLL]
        )

    @property
    def not_usage(self) -> int:
        """Lines that are well formed and bill nothing."""
        return self.kinds[LineKind.FAILED]

    @property
    def quarantined(self) -> int:
        """Lines that must be set aside."""
        return self.kinds[LineKind.BROKEN]


@dataclass(slots=True)
class UsageSum:
    """Billable requests and tokens, in the columns of ``usage_event``."""

    requests: int = 0
    input_tokens: int = 0
    uncached_input_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    web_search_calls: int = 0

    def add(self, request: Request, requests: int = 1) -> None:
        """Count a request; an earlier attempt counts its tokens only."""
        self.requests += requests
        self.input_tokens += request.input_tokens
        self.uncached_input_tokens += (
            request.input_tokens - request.cached_tokens - request.written_tokens
        )
        self.cache_read_tokens += request.cached_tokens
        self.cache_write_tokens += request.written_tokens
        self.output_tokens += request.output_tokens
        self.reasoning_tokens += request.reasoning_tokens
        self.web_search_calls += request.web_searches

    def __add__(self, other: "UsageSum") -> "UsageSum":
        return UsageSum(*(getattr(self, n) + getattr(other, n) for n in self.__slots__))


#: Model, tier and month such as "2026-09".
UsageKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Planted:
    """A planted story as it came out at this scale."""

    name: str
    since: date
    until: date
    requests: int | None
    usd: Decimal | None


@dataclass(slots=True)
class DemoManifest:
    """Everything that was written.

    Args:
        scale: Requests here against the company at full size; token sizes and
            rates are not scaled, so every amount of money scales by it too.
        usage: Billable usage by model, tier and month.
        streams: The same by the name of the stream.
        planted: The stories that fit in the window, by name.
    """

    directory: Path
    days: int
    seed: int
    scale: float
    budget_usd_per_month: Decimal
    files: list[FileTally] = field(default_factory=list)
    usage: dict[UsageKey, UsageSum] = field(default_factory=dict)
    streams: dict[str, UsageSum] = field(default_factory=dict)
    planted: dict[str, Planted] = field(default_factory=dict)

    def count(self, request: Request, month: str, requests: int = 1) -> None:
        """Count a billable request under its month and its stream."""
        stream: Stream = request.stream
        key = (stream.model, stream.tier, month)
        if key not in self.usage:
            self.usage[key] = UsageSum()
        self.usage[key].add(request, requests)
        if stream.name not in self.streams:
            self.streams[stream.name] = UsageSum()
        self.streams[stream.name].add(request, requests)

    def total(self, kind: LineKind) -> int:
        """Return the lines of a kind over all files, a copied file left out."""
        return sum(tally.kinds[kind] for tally in self.once)

    @property
    def once(self) -> list[FileTally]:
        """The files without the one that was copied."""
        return [tally for tally in self.files if tally.same_as is None]

    @property
    def lines(self) -> int:
        """All lines of all files, copies included."""
        return sum(tally.lines for tally in self.files)

    @property
    def events(self) -> int:
        """Rows of usage after everything is loaded."""
        return sum(tally.events for tally in self.once)

    @property
    def requests(self) -> int:
        """Requests that were billed."""
        return self.total(LineKind.PAID)
