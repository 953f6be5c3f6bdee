"""How many requests a stream has on a day, before any is drawn."""

import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from statistics import NormalDist

from app.demo.company import DAYS_PER_MONTH, GROWTH_PER_MONTH, NOISE_PER_DAY
from app.demo.stream import WINDOW_END, WINDOW_START, Stream

SATURDAY = 5


def last_days(days: int) -> tuple[date, ...]:
    """Return the last ``days`` days of the window, in order."""
    most = (WINDOW_END - WINDOW_START).days
    if not 1 <= days <= most:
        raise ValueError(f"days must be 1 to {most}, not {days}")
    first = WINDOW_END - timedelta(days=days)
    return tuple(first + timedelta(days=n) for n in range(days))


def at_full_scale(stream: Stream, day: date) -> float:
    """Return the expected requests of a stream on a day, without noise."""
    if not stream.runs_on(day):
        return 0.0
    expected = stream.requests_per_weekday
    if day.weekday() >= SATURDAY:
        expected *= stream.weekend
    if not stream.steady:
        months = (day - WINDOW_START).days / DAYS_PER_MONTH
        expected *= GROWTH_PER_MONTH**months
    return expected


def scale_for(events: int, streams: Iterable[Stream], days: Sequence[date]) -> float:
    """Return the scale at which ``days`` hold about ``events`` paid requests."""
    return events / sum(at_full_scale(s, day) for s in streams for day in days)


def factor(stream: Stream, scale: float, days: Sequence[date]) -> float:
    """Return the scale of one stream: small ones are kept from vanishing."""
    total = sum(at_full_scale(stream, day) for day in days)
    return max(scale, stream.at_least / total) if total else 0.0


def noise(stream: Stream, day: date, seed: int) -> float:
    """Return a factor near 1, one for all streams of a workload on a day."""
    if stream.steady:
        return 1.0
    draw = random.Random(f"{seed}/noise/{stream.team.workload}/{day}").random()
    return 1.0 + NOISE_PER_DAY * NormalDist().inv_cdf(min(max(draw, 1e-4), 1 - 1e-4))
