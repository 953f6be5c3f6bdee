"""A stream: requests of one workload that are alike in everything a price sees."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

#: The demo shows these ninety days, half-open, in UTC. Its clock stands at the end.
WINDOW_START = date(2026, 7, 24)
WINDOW_END = date(2026, 10, 22)

#: A prompt above this is billed at long-context rates, every token of it.
LONG_CONTEXT_ABOVE = 272_000

#: The provider caches tokens by so many, and never quite a whole prompt.
CACHE_STEP, DEEPEST_HIT = 128, 0.98


class Hours(StrEnum):
    """When in the day a workload runs."""

    OFFICE = "office"
    NIGHT_BATCH = "night_batch"
    ROUND_THE_CLOCK = "round_the_clock"


@dataclass(frozen=True, slots=True)
class Team:
    """Who sends requests, and under which names a log knows them.

    Without people, a key is its own user.

    Args:
        effort: How hard the model is told to think, where the log says so.
        turns: Least and most requests of a session; None where none follow each other.
    """

    name: str
    project: str
    workload: str
    people: int
    keys: tuple[str, ...]
    effort: str | None = None
    turns: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """Alike requests of one team between two days.

    Args:
        name: Unique; everything random about the stream is drawn from it.
        model: Canonical name; ``model_id`` is what the log says.
        tier: The tier that served, in our words.
        requests_per_weekday: On 24 July, at full scale.
        weekend: Share of that on a Saturday or a Sunday.
        cached_share: Of all input tokens, those read from the cache.
        written_share: Of all input tokens, those written to the cache.
        spread: Sigma of the lognormal prompt size; ``shortest`` is added to it.
        since, until: Days on which it runs, half-open.
        steady: Neither growth nor noise: a planted number of requests.
        at_least: Requests over its days, however small the demo is made.
    """

    name: str
    team: Team
    model: str
    model_id: str
    tier: str
    requests_per_weekday: float
    weekend: float
    input_tokens: int
    cached_share: float
    output_tokens: int
    written_share: float = 0.0
    reasoning_share: float = 0.0
    web_searches: int = 0
    spread: float = 0.5
    shortest: int = 0
    longest: int = LONG_CONTEXT_ABOVE
    since: date = WINDOW_START
    until: date = WINDOW_END
    hours: Hours = Hours.OFFICE
    steady: bool = False
    at_least: int = 4

    def runs_on(self, day: date) -> bool:
        """Say whether the stream has traffic on ``day``."""
        return self.since <= day < self.until
