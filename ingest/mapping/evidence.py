"""What a sample's values say: how numbers and times are written, and what a count contains."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from ingest.mapping.clock import HAS_OFFSET, Clock
from ingest.mapping.sample import Seen
from ingest.mapping.words import CONTAINMENT, ISO, NUMBERS

Counts = dict[str, list[int | None]]

_PATTERNS = (
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M", "%m/%d/%Y, %I:%M:%S %p", "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y", "%d/%m/%Y", "%d/%b/%Y:%H:%M:%S %z", "%b %d, %Y %H:%M:%S", "%Y%m%d%H%M%S", "%Y%m%d",
)  # fmt: skip
#: The unit of a number since 1970 shows in its size.
_LEAST = {"nanoseconds": 1e17, "microseconds": 1e14, "milliseconds": 1e11, "seconds": 1e9}
_YEARS = "timestamp '2015-01-01' and timestamp '2100-01-01'"


@dataclass(frozen=True, slots=True)
class Written:
    """How the times of a column are written.

    Attributes:
        form: A format of a mapping file.
        others: Formats that read the whole sample, too.
        offsets: Whether every time says its own offset from UTC.
        counts_from_zero: The numbers are too small to be dates.
    """

    form: str
    others: tuple[str, ...] = ()
    offsets: bool = False
    counts_from_zero: bool = False


def numbers_of(columns: Sequence[Seen]) -> str:
    """Return how numbers are written, so that most of the columns are whole numbers."""
    return max(NUMBERS, key=lambda each: sum(column.counts(each) is not None for column in columns))


def written_of(column: Seen) -> Written | None:
    """Tell how a column's times are written, or None if it holds none."""
    texts = column.filled
    if not texts:
        return None
    readable = [form for form in (ISO, *_PATTERNS) if _reads_all(Clock(form), texts)]
    numbers = [float(text) for text in texts if text.replace(".", "", 1).isdigit()]
    if len(numbers) == len(texts) and not any("%" in form for form in readable):
        return _of_numbers(max(numbers))
    if not readable:
        return None
    offsets = "%z" in readable[0] or (readable[0] == ISO and _all_match(texts, HAS_OFFSET))
    return Written(readable[0], tuple(readable[1:]), offsets)


def _of_numbers(largest: float) -> Written:
    for form, least in _LEAST.items():
        if largest >= least:
            return Written(form)
    return Written("milliseconds", ("seconds",), counts_from_zero=True)


def _reads_all(clock: Clock, texts: Sequence[str]) -> bool:
    read = clock.read("text")
    row = duckdb.execute(
        f"select bool_and(coalesce(try_cast({read} as timestamp) between {_YEARS}, false)) "
        "from (select unnest(?) as text)",
        [list(texts)],
    ).fetchone()
    return bool(row and row[0])


def _all_match(texts: Sequence[str], pattern: str) -> bool:
    row = duckdb.execute(
        "select bool_and(regexp_matches(text, ?)) from (select unnest(?) as text)",
        [pattern, list(texts)],
    ).fetchone()
    return bool(row and row[0])


@dataclass(frozen=True, slots=True)
class Contained:
    """What a sample says of a count that may contain others.

    Attributes:
        word: The count.
        parts: The counts it may contain.
        included: What the evidence says; True where it says nothing.
        evidence: One sentence for each finding.
        proven: Whether the evidence leaves no other reading.
    """

    word: str
    parts: tuple[str, ...]
    included: bool
    evidence: tuple[str, ...]
    proven: bool


def containment_of(counts: Counts) -> Iterator[Contained]:
    """Weigh each count that may contain others that were found, too."""
    for word, parts in CONTAINMENT.items():
        mapped = tuple(part for part in parts if part in counts)
        if word in counts and mapped:
            yield _weighed(word, mapped, counts)


def _weighed(word: str, parts: tuple[str, ...], counts: Counts) -> Contained:
    rows = [
        {name: values[k] or 0 for name, values in counts.items()}
        for k in range(len(counts[word]))
        if any((counts[part][k] or 0) > 0 for part in parts)
    ]
    said = " + ".join(parts)
    if not rows:
        return Contained(word, parts, True, (f"no row of the sample has {said} above zero",), False)
    evidence = []
    larger = sum(sum(row[part] for part in parts) > row[word] for row in rows)
    if larger:
        evidence.append(
            f"{said} is larger than {word} in {larger} of {len(rows)} rows that have it"
        )
    else:
        evidence.append(f"{said} is never larger than {word} in {len(rows)} rows that have it")
    inclusive = exclusive = 0
    if {"total", "input", "output"} <= counts.keys() and word != "cache_write":
        totals = [row["total"] - row["input"] - row["output"] for row in rows]
        inclusive = sum(rest == 0 for rest in totals)
        exclusive = sum(
            rest == sum(row[part] for part in parts) for rest, row in zip(totals, rows, strict=True)
        )
        evidence.append(f"total = input + output in {inclusive} of {len(rows)} rows")
        evidence.append(f"total = input + output + {said} in {exclusive} of {len(rows)} rows")
    included = not larger if inclusive == exclusive else inclusive > exclusive
    proven = (inclusive == len(rows)) != (exclusive == len(rows)) and not (included and larger)
    return Contained(word, parts, included, tuple(evidence), proven)
