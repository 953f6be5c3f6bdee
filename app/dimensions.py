"""What a report can be grouped by, and how each is read from an event.

Every dimension is one SQL expression over an event; times are shifted to the report's zone
first. A dimension that an event lacks reads ``(none)``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import UserError

#: Grouping keys in the words of `--by`, with the column each reads.
COLUMNS: dict[str, str] = {
    "provider": "provider",
    "model": "model",
    "service_tier": "service_tier",
    "region": "region",
    "endpoint": "endpoint",
    "project": "project",
    "team": "team",
    "user": "user_id",
    "api_key": "api_key",
    "source": "source",
    "workload": "workload",
    "effort": "effort",
    "session": "session",
    "account": "account",
    "gateway": "gateway",
    "model_raw": "model_raw",
    "grain": "grain",
    "series": "series",
    "billing": "billing",
    "also_in": "also_in",
}

#: Keys that are properties of the rate an event was priced at.
RATE_COLUMNS: dict[str, str] = {
    "context_band": "context_band",
    "price_version": "price_version",
    "unpriced_reason": "unpriced_reason",
}

TIMES = ("hour", "day", "week", "month")

NONE = "(none)"

#: The UTC instant of an event's full hour: an hour that a clock shows twice is two hours.
_HOUR = "event_ts - (local_ts - date_trunc('hour', local_ts))"

_TAG = re.compile(r"tag:(.+)")


@dataclass(frozen=True, slots=True)
class Dimension:
    """One grouping key.

    Attributes:
        name: As in ``--by``, and as the key of the output.
        event_sql: Expression over an event and its ``local_ts``; None for a property of the rate.
        rate_sql: Expression over ``rates``, or None.
    """

    name: str
    event_sql: str | None
    rate_sql: str | None = None


def dimension(name: str) -> Dimension:
    """Return the dimension of a name.

    Raises:
        UserError: there is no such dimension; the names are listed.
    """
    if name in COLUMNS:
        return Dimension(name, f"coalesce({COLUMNS[name]}, '{NONE}')")
    if name in RATE_COLUMNS:
        return Dimension(name, None, f"coalesce(rates.{RATE_COLUMNS[name]}, '{NONE}')")
    if name == "hour":
        return Dimension(name, _HOUR)
    if name in TIMES:
        return Dimension(name, f"date_trunc('{name}', local_ts)")
    if tag := _TAG.fullmatch(name):
        return Dimension(name, _tag_sql(tag.group(1)))
    known = ", ".join([*TIMES, *COLUMNS, *RATE_COLUMNS, "tag:NAME"])
    raise UserError(f"there is no '{name}' to group or filter by; use {known}")


def _tag_sql(tag: str) -> str:
    if tag == "*":
        raise UserError("tag:* names no tag; name one, such as tag:environment")
    path = tag.replace("\\", "\\\\").replace('"', '\\"').replace("'", "''")
    return f"coalesce(json_extract_string(tags, '$.\"{path}\"'), '{NONE}')"


def dimensions(text: str) -> list[Dimension]:
    """Return the dimensions of a comma-separated list, without repetition."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    return [dimension(name) for name in dict.fromkeys(names)]


def filters(where: Sequence[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Read the words of `--where`, KEY=VALUE, as the values allowed for each key.

    Raises:
        UserError: one is of another form.
    """
    wanted: dict[str, list[str]] = {}
    for text in where:
        name, equals, value = text.partition("=")
        if not equals:
            raise UserError(f"--where {text}: write KEY=VALUE, such as team=coding")
        wanted.setdefault(name, []).append(value)
    return tuple((name, tuple(values)) for name, values in wanted.items())
