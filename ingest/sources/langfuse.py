"""Traces and pages of Langfuse: what a trace says of its observations, and which enclose a call."""

from collections.abc import Iterable, Iterator
from typing import Any

from ingest.records import Line

#: Observations that are calls of a model.
_CALLS = {"GENERATION", "EMBEDDING"}

_OF_THE_TRACE = ("name", "userId", "sessionId", "tags", "environment")

Observation = dict[str, Any]


def opens(record: dict[str, Any]) -> bool:
    """Tell whether a record is a trace with its observations, or a page of observations."""
    return bool(_observations(record))


def rewrite(
    records: Iterable[tuple[Line, dict[str, Any]]],
) -> Iterator[tuple[Line, dict[str, Any]]]:
    """Yield the records; their observations know their trace and whether they enclose a call."""
    for line, record in records:
        if observations := _observations(record):
            trace = record.get("trace", record)
            if isinstance(trace, dict) and "observations" in record:
                told = {name: trace[name] for name in _OF_THE_TRACE if name in trace}
                for observation in observations:
                    observation["trace"] = told
            _mark_enclosing(observations)
        yield line, record


def _observations(record: dict[str, Any]) -> list[Observation]:
    held = record.get("observations", record.get("data"))
    if not isinstance(held, list):
        return []
    found = [each for each in held if isinstance(each, dict)]
    return found if found and "type" in found[0] and "startTime" in found[0] else []


def _mark_enclosing(observations: list[Observation]) -> None:
    """Mark calls around another call: frameworks and clients each record the same one."""
    by_id = {each.get("id"): each for each in observations}
    for observation in observations:
        if observation.get("type") not in _CALLS or not _has_usage(observation):
            continue
        around = by_id.get(observation.get("parentObservationId"))
        seen: set[int] = set()
        while around is not None and id(around) not in seen:
            seen.add(id(around))
            around["encloses"] = True
            around = by_id.get(around.get("parentObservationId"))


def _has_usage(observation: Observation) -> bool:
    return bool(
        observation.get("usageDetails")
        or observation.get("totalUsage")
        or observation.get("totalTokens")
    )
