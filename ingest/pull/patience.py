"""How long to wait for a server, and by whose clock."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Time and chance, which tests replace.

    Attributes:
        now: The moment, in UTC.
        elapsed: Seconds on a clock that never jumps.
        sleep: Waits for some seconds.
        draw: A number from 0 to 1, so that many clients do not come back at once.
    """

    now: Callable[[], datetime] = _now
    elapsed: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    draw: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True)
class Patience:
    """When to try again and when to give up; times in seconds.

    Attributes:
        attempts: Tries of one page, where somebody answers.
        attempts_unreached: Tries where nobody does.
        first_wait_s: Wait after the first failure, doubled after each further one.
        longest_wait_s: Where doubling ends.
        longest_asked_s: The longest wait that a server may ask for.
        connect_s: For a connection.
        silence_s: Between two pieces of an answer.
        page_s: For a whole page, which a slow stream must not stretch for ever.
    """

    attempts: int = 8
    attempts_unreached: int = 5
    first_wait_s: float = 1.0
    longest_wait_s: float = 60.0
    longest_asked_s: float = 600.0
    connect_s: float = 10.0
    silence_s: float = 60.0
    page_s: float = 300.0

    def wait_s(self, failures: int, draw: float) -> float:
        """Return how long to wait after so many failures in a row: the full time or down to half.

        Example:
            After the third failure 2 to 4 seconds.
        """
        full = min(self.longest_wait_s, self.first_wait_s * 2.0 ** (failures - 1))
        return full * (1 + draw) / 2


def asked_wait_s(milliseconds: str | None, after: str | None, now: datetime) -> float | None:
    """Return the wait that a server asks for: in milliseconds, in seconds, or until a date."""
    try:
        if milliseconds:
            return max(0.0, float(milliseconds) / 1000)
        return max(0.0, float(after)) if after else None
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(after or "")
    except ValueError:
        return None
    return max(0.0, (until.astimezone(UTC) - now).total_seconds())
