"""What cells are told apart by: SQL over an event for each field, and the bins of its numbers."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from app.dimensions import COLUMNS, dimension
from models.replay.groups import AGENTIC_REQUESTS, REGIME_EDGES
from models.replay.limits import input_limit
from pricing.book import PriceBook
from pricing.published import Model
from pricing.vocabulary import TOOL_METERS, Meter

Number = int | Decimal
Point = Number | datetime

#: Fields that cells have whatever is asked.
ALWAYS = frozenset({
    "workload", "model", "service_tier", "region", "provider", "effort", "tools",
})  # fmt: skip

#: Prompts of fewer tokens are neither read from a cache nor written to it.
SMALLEST_CACHED = 1024

#: What an event's tools are.
_TOOLS = " or ".join(f"coalesce({meter.event_column}, 0) > 0" for meter in TOOL_METERS)

#: Days of the week in the words of policies, from Sunday.
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")

WEEKDAY = (
    "case dayofweek(local_ts) "
    + " ".join(f"when {k} then '{day}'" for k, day in enumerate(_DAYS))
    + " end"
)

#: Shares of the prompt are cut at millionths.
MILLION = 1_000_000

#: Number fields, as SQL over a prepared event.
NUMBERS = {
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "hour": "cast(extract(hour from local_ts) as integer)",
    "session_requests": "session_requests",
}

#: Label fields that no column holds as it is.
LABELS = {
    "model": "model",
    "effort": "effort",
    "workload": "workload",
    "weekday": WEEKDAY,
}


def label_sql(field: str) -> str:
    """Return SQL for a label of a prepared event; NULL where the log lacks it."""
    if field in LABELS:
        return LABELS[field]
    if field.startswith("tag:"):
        made = dimension(field).event_sql or ""
        return made.removeprefix("coalesce(").rpartition(", ")[0]
    return COLUMNS[field]


def event_fields(labels: Iterable[str]) -> dict[str, str]:
    """Return SQL over a prepared event for every field that a rule for workloads may name."""
    names = {*COLUMNS, *labels, "weekday"} - {"model_raw", "tools"}
    fields = {name: label_sql(name) for name in names}
    more = ("event_id", "event_ts", "session")
    sizes = ("input_tokens", "output_tokens")  # a bucket sums requests of any size
    return (
        fields
        | NUMBERS
        | {name: f"case when grain = 'bucket' then null else {name} end" for name in sizes}
        | {name: name for name in more}
        | {
            "tools": f"({_TOOLS})",
            "latency_seconds": "cast(null as bigint)",
            "cached_tokens": "coalesce(cache_read_tokens, 0)",
        }
    )


def share_bin(points: Iterable[Number]) -> str:
    """Return SQL for the least cached share of an event's bin in millionths; -1: unknown."""
    cases = "".join(
        f" when cast(coalesce(cache_read_tokens, 0) as bigint) * {MILLION} "
        f">= cast(input_tokens as bigint) * {cut} then {cut}"
        for cut in sorted((int(point * MILLION) for point in points if point), reverse=True)
    )
    unknown = "coalesce(input_tokens, 0) <= 0 or cache_read_tokens is null"
    return f"case when {unknown} then -1{cases} else 0 end"


def binned(expression: str, points: Sequence[Point]) -> str:
    """Return SQL for the number of the bin a value is in, -1 where there is none.

    Bin 0 is below the first point; a bin begins at its point.
    """
    if not points:
        return f"case when {expression} is null then -1 else 0 end"
    inner = _halved(expression, sorted(points), 0, len(points))
    return f"case when {expression} is null then -1 else {inner} end"


def _halved(expression: str, points: Sequence[Point], low: int, high: int) -> str:
    if low == high:
        return str(low)
    middle = (low + high + 1) // 2
    before = _halved(expression, points, low, middle - 1)
    after = _halved(expression, points, middle, high)
    return f"case when {expression} < {literal(points[middle - 1])} then {before} else {after} end"


def literal(point: Point) -> str:
    """Return a number or an instant as SQL."""
    if isinstance(point, datetime):
        return f"timestamp '{point.isoformat(sep=' ')}'"
    return str(point)


def input_points(models: Iterable[Model], more: Iterable[Number]) -> list[Number]:
    """Return the prompt sizes at which a price, a limit, a regime or a policy changes."""
    models = list(models)
    thresholds = {m.long_context_above + 1 for m in models if m.long_context_above}
    limits = {limit + 1 for m in models if (limit := input_limit(m))}
    return sorted({0, 1, SMALLEST_CACHED, *REGIME_EDGES, *thresholds, *limits, *more})


def output_points(
    models: Iterable[Model], caps: Sequence[int], more: Iterable[Number]
) -> list[Number]:
    """Return the output sizes at which a limit, a cap or a policy changes.

    Where there are caps, half-octaves below and above them besides: a longer output meets a cap
    sooner.
    """
    limits = {m.output_limit + 1 for m in models if m.output_limit}
    octaves = {round(2 ** (k / 2)) for k in range(12, 36)} if caps else set()
    return sorted({*limits, *octaves, *(cap + 1 for cap in caps), *more})


def meters_used(meters: Iterable[Meter]) -> str:
    """Return SQL for which of some meters an event uses, as bits."""
    return " + ".join(
        f"case when coalesce({meter.event_column}, 0) > 0 then {2**k} else 0 end"
        for k, meter in enumerate(meters)
    )


def regime_sql(*, buckets: bool) -> str:
    """Return SQL for the regime of an event by number.

    Args:
        buckets: Whether there are buckets, whose regime is that of their average prompt.
    """
    single = binned("coalesce(input_tokens, 0)", REGIME_EDGES)
    if not buckets:
        return single
    prompt = (
        "(coalesce(uncached_input_tokens, 0) + coalesce(cache_read_tokens, 0) "
        "+ coalesce(cache_write_tokens, 0) + coalesce(cache_write_long_tokens, 0))"
    )
    mean = "0"
    for number, edge in enumerate(REGIME_EDGES, start=1):
        mean = f"case when {prompt} >= {edge} * greatest(requests, 1) then {number} else {mean} end"
    return f"case when grain = 'bucket' then {mean} else {single} end"


AGENTIC = f"coalesce(session_requests, 0) >= {AGENTIC_REQUESTS}"


def label_columns(labels: Iterable[str]) -> Mapping[str, str]:
    """Return the columns of cells that hold labels, by field."""
    return {name: f"label_{k}" for k, name in enumerate(sorted(set(labels) - ALWAYS))}


def refused_meters(book: PriceBook, models: Collection[tuple[str, str]]) -> list[Meter]:
    """Return the meters that some price of some models has no rate for.

    Fees of tools begin and end by themselves, so they always count among them.
    """
    entries = [
        each
        for each in book.entries
        if (each.provider, each.model) in models and each.reason is None
    ]
    return [
        meter
        for meter in Meter
        if meter.is_tool or any(entry.rates.get(meter) is None for entry in entries)
    ]
