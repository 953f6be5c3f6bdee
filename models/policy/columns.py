"""How each field of a policy is read from `usage_event`."""

from collections.abc import Iterable

from models.policy.terms import TAG

_DAY = "case extract(isodow from local_ts) {days} end"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

#: An expression over an event by field. `local_ts` is its time by the clock of the report,
#: `session_requests` comes from `sql.SESSION_COUNTS`. A bucket sums requests of any size, so no
#: size of its requests is known.
EVENT_COLUMNS = {
    "model": "model",
    "service_tier": "service_tier",
    "effort": "effort",
    "team": "team",
    "project": "project",
    "user": "user_id",
    "api_key": "api_key",
    "endpoint": "endpoint",
    "region": "region",
    "provider": "provider",
    "source": "source",
    "weekday": _DAY.format(
        days=" ".join(f"when {k} then '{day}'" for k, day in enumerate(_DAYS, start=1))
    ),
    "input_tokens": "case when grain = 'bucket' then null else input_tokens end",
    "output_tokens": "case when grain = 'bucket' then null else output_tokens end",
    "cached_tokens": "cache_read_tokens",
    "hour": "extract(hour from local_ts)",
    "session_requests": "session_requests",
    "tools": "coalesce(web_search_calls, 0) + coalesce(file_search_calls, 0) "
    "+ coalesce(container_sessions, 0) > 0",
    "session": "session",
    "event_id": "event_id",
    "event_ts": "event_ts",
}


def event_columns(
    fields: Iterable[str], *, workload: str = "workload", latency: str = "latency_seconds"
) -> dict[str, str]:
    """Return an expression over `usage_event` for each field that is asked for.

    Args:
        fields: As in a policy; of the fields that are not asked for, those of every event are
            there as well.
        workload: Expression of the workload, as `models.workload.sql` makes it.
        latency: Expression of the latency tolerance, as `models.workload.latency` makes it.
    """
    columns = {name: f"({text})" for name, text in EVENT_COLUMNS.items()}
    columns |= {"workload": f"({workload})", "latency_seconds": f"({latency})"}
    columns |= {name: _tag(name) for name in fields if name.startswith(TAG)}
    return columns


def _tag(name: str) -> str:
    """Return the value of a tag; a field of `tags` by its exact name, whatever it holds."""
    path = name.removeprefix(TAG).replace("\\", "\\\\").replace('"', '\\"').replace("'", "''")
    return f"json_extract_string(tags, '$.\"{path}\"')"
