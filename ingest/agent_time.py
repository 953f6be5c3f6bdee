"""Times as coding agents write them, as Unix milliseconds."""

import re
from datetime import UTC, datetime
from functools import lru_cache

#: A UUID of version 7 begins with the time it was made at.
_UUID7 = re.compile(r"([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


def uuid_millis(text: object) -> int | None:
    """Return when a UUID of version 7 was made, or None for any other text."""
    match = _UUID7.fullmatch(text) if isinstance(text, str) else None
    return int(match[1] + match[2], 16) if match else None


@lru_cache(maxsize=16)
def _millis(text: str) -> int | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def millis_of(text: object) -> int | None:
    """Return an ISO 8601 time, which is UTC unless it says otherwise; None for any other text."""
    return _millis(text) if isinstance(text, str) else None
