"""Draw the requests of a stream, day by day, from a seed.

Debts keep small samples true to the company's table: what a day, a size or the
cache falls short of its stated mean is owed to the requests that follow.
"""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import NamedTuple

from app.demo import company
from app.demo.sessions import in_sessions
from app.demo.sizes import PAID_BACK, Sizes
from app.demo.stream import CACHE_STEP, DEEPEST_HIT, Hours, Stream
from app.demo.volumes import at_full_scale, factor, noise

DAY_SECONDS = 86_400
#: A request ends on the day it began, so that both clocks of a log agree on the day.
LAST_START = DAY_SECONDS - 900

#: Requests per hour of an office day, against the peak.
OFFICE_CURVE = (
    *(0.08, 0.08, 0.08, 0.08, 0.08, 0.10, 0.20, 0.40, 0.65, 0.85),
    *(1.00, 1.00, 1.00, 1.00, 1.00, 1.00),
    *(0.85, 0.65, 0.45, 0.30, 0.20, 0.15, 0.10, 0.08),
)
CURVES = {
    Hours.OFFICE: OFFICE_CURVE,
    Hours.NIGHT_BATCH: (0.0, 0.0, 1.0, *(0.0,) * 21),
    Hours.ROUND_THE_CLOCK: (1.0,) * 24,
}

#: The provider caches prompts of this many tokens and more.
CACHE_FROM = 1_024
WELL_CACHED = 0.60

OUTPUT_SPREAD = 0.6

BASE62 = bytes(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"[n % 62] for n in range(256)
)
IDENT = 29


class Request(NamedTuple):
    """One request as the provider would bill it."""

    stream: Stream
    at: int
    ident: str
    user: str
    key: str
    input_tokens: int
    cached_tokens: int
    written_tokens: int
    output_tokens: int
    reasoning_tokens: int
    web_searches: int
    session: str = ""


@cache
def seconds_of(hours: Hours) -> tuple[int, ...]:
    """Return the second of the day by quantile."""
    curve = CURVES[hours]
    finest = 16_384
    whole = sum(curve)
    seconds: list[int] = []
    passed = 0.0
    for hour, weight in enumerate(curve):
        until = round((passed + weight) / whole * finest)
        count = until - len(seconds)
        seconds += [hour * 3_600 + n * 3_600 // count for n in range(count)]
        passed += weight
    return tuple(seconds)


class Traffic:
    """The requests of one stream; days are asked for in order."""

    def __init__(self, stream: Stream, scale: float, days: Sequence[date], seed: int) -> None:
        self.stream = stream
        self.seed = seed
        self._factor = factor(stream, scale, days)
        self._random = random.Random(f"{seed}/{stream.name}")
        self._sessions = random.Random(f"{seed}/{stream.name}/sessions")
        self._owed = 0.5 if stream.steady else self._random.random()
        self._cached_owed = 0.0
        self._written_owed = 0.0
        self._searches = 0
        self._inputs = Sizes(stream.input_tokens, stream.spread, stream.shortest, stream.longest)
        self._outputs = Sizes(stream.output_tokens, OUTPUT_SPREAD)
        self._seconds = seconds_of(stream.hours)
        team = stream.team
        people = [f"{team.name}-{n + 1:02}" for n in range(team.people)]
        self._users = people or list(team.keys)

    def on(self, day: date) -> list[Request]:
        """Draw the requests of a day, in order of time."""
        expected = at_full_scale(self.stream, day) * self._factor
        self._owed += expected * noise(self.stream, day, self.seed)
        count = int(self._owed)
        self._owed -= count
        midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        draw = self._random.random
        names = self._random.randbytes(IDENT * count).translate(BASE62).decode("ascii")
        table, finest = self._seconds, len(self._seconds)
        requests = []
        for n in range(count):
            second = table[int((n + draw()) / count * finest)]
            ident = names[n * IDENT : (n + 1) * IDENT]
            requests.append(self._draw(midnight + min(second, LAST_START), ident))
        if self.stream.team.turns:
            latest = midnight + LAST_START
            requests = in_sessions(requests, self.stream.team.turns, latest, self._sessions)
        if self.stream.team.name == company.SILENT_TEAM:
            return _heard(requests, day)
        return requests

    def _draw(self, at: int, ident: str) -> Request:
        stream = self.stream
        draw = self._random.random
        prompt = self._inputs.draw(draw())
        output = self._outputs.draw(draw())
        cached, written = self._cache(prompt, draw())
        return Request(
            stream,
            at,
            ident,
            self._users[int(draw() * len(self._users))],
            stream.team.keys[int(draw() * len(stream.team.keys))],
            prompt,
            cached,
            written,
            output,
            int(output * stream.reasoning_share),
            self._web_searches(),
        )

    def _cache(self, prompt: int, depth: float) -> tuple[int, int]:
        """Return tokens read from and written to the cache.

        The stated share of every prompt is owed. A well cached stream reads most of
        every prompt; another one hits with one prompt and misses with the next.
        """
        stream = self.stream
        share = stream.cached_share
        self._cached_owed += prompt * share
        self._written_owed += prompt * stream.written_share
        if prompt < CACHE_FROM:
            return 0, 0
        if share >= WELL_CACHED:
            shallow = 2 * share - DEEPEST_HIT
            debt = self._cached_owed - prompt * share
            hit = prompt * (shallow + (DEEPEST_HIT - shallow) * depth)
            hit = _blocks(min(hit + debt * PAID_BACK, prompt * DEEPEST_HIT))
        else:
            hit = _blocks(prompt * (WELL_CACHED + (DEEPEST_HIT - WELL_CACHED) * depth))
            if self._cached_owed < hit / 2:
                if self._written_owed < hit / 2:
                    return 0, 0
                self._written_owed -= hit
                return 0, hit
        self._cached_owed -= hit
        return hit, 0

    def _web_searches(self) -> int:
        """Return a stream's mean number of searches, as 0, 1, 2 in turn."""
        if not self.stream.web_searches:
            return 0
        self._searches = (self._searches + 1) % (2 * self.stream.web_searches + 1)
        return self._searches


def _blocks(tokens: float) -> int:
    """Return what the cache can hold of so many tokens."""
    whole = int(tokens) // CACHE_STEP * CACHE_STEP
    return whole if whole >= CACHE_FROM else 0


def _heard(requests: list[Request], day: date) -> list[Request]:
    """Leave out what the silent logger did not write."""
    if day != company.SILENCE_START.date():
        return requests
    since = company.SILENCE_START.timestamp()
    until = company.SILENCE_END.timestamp()
    return [request for request in requests if not since <= request.at < until]
