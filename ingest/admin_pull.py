"""Pulls from OpenAI's admin endpoints: what pages and exports say only as a whole.

A field that was not grouped by is null in every row of a pull, one that was grouped by may be
null in some. A pull cuts its first bucket off where it begins and its last one at the moment it
is made, so that the width shows in the others only.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from ingest.records import Line
from ingest.rewrite import NOT_USAGE

Record = dict[str, Any]
Pair = tuple[Line, Record]

#: Why a page or a row without results is no usage.
EMPTY = "empty bucket"

#: Width of a bucket, and its seconds.
WIDTHS = {"1m": 60, "1h": 3600, "1d": 86400}

#: Columns that say when, and nothing else: the whole of an export without usage.
TIMES = frozenset({"start_time", "end_time", "start_time_iso", "end_time_iso"})

_SAYS_WHEN = TIMES | {"object"}
_TIMES_IN_ORDER = tuple(sorted(TIMES))

#: So many rows of an export are looked at for its grouping.
_MOST_HELD = 10_000


@dataclass(frozen=True, slots=True)
class Admin:
    """An admin endpoint's records.

    Attributes:
        object_of: The object type of a row of an export, or None when it is not of this kind.
        takes: Whether results of an object type are of this kind.
        grouped: Fields that results can be grouped by.
        redecoded: Reads a page again where its numbers must be kept as written.
        unlike: SQL of whether a row of an export is not what its columns alone make it.
    """

    object_of: Callable[[Record], str | None]
    takes: Callable[[str], bool]
    grouped: tuple[str, ...]
    redecoded: Callable[[Line, Record], Record] | None = None
    unlike: str = "false"

    def opens(self, record: Record) -> bool:
        """Tell whether a record shows that a file holds such pages or rows."""
        return self.page(record) is not None

    def page(self, record: Record) -> "_Page | None":
        """Return a record as a page, or None if it is of another kind."""
        if record.keys() >= TIMES:
            kind = self.object_of(record)
            return _Page([], kind, "row", record | {"object": kind}) if kind else None
        form = record.get("object")
        buckets = record.get("data") if form == "page" else [record]
        if form not in {"page", "bucket"} or not isinstance(buckets, list):
            return None
        if not all(isinstance(bucket, dict) and _results(bucket) is not None for bucket in buckets):
            return None
        found = {str(each.get("object")) for bucket in buckets for each in _results(bucket) or ()}
        if any(not self.takes(kind) for kind in found):
            return None
        return _Page(buckets, min(found, default=""), str(form), record)

    def annotated(self, records: Iterable[Pair]) -> Iterator[Pair]:
        """Yield records; pages and rows of this kind with what their pull says of them.

        A bucket gets its ``width``, its ``slot`` (the start, rounded down to the width) and
        ``grouped_by``; a result its ``key``, the values it was grouped by.
        """
        pull = _Pull(self.grouped)
        for line, record in records:
            page = self.page(record)
            if page is None:
                yield from pull.told()
                pull = _Pull(self.grouped)
                yield line, record
                continue
            if page.kind and pull.kind and page.kind != pull.kind:
                yield from pull.told()
                pull = _Pull(self.grouped)
            if self.redecoded and page.form != "row":
                page = self.page(self.redecoded(line, record)) or page
            pull.add(line, page)
            if page.ends:
                yield from pull.told()
                pull = _Pull(self.grouped)
            elif len(pull.held) >= _MOST_HELD:
                yield from pull.told()
        yield from pull.told()


@dataclass(frozen=True, slots=True)
class _Page:
    """A page, a bucket, or a row of an export, which is its own bucket and its own result."""

    buckets: list[Record]
    kind: str
    form: str
    record: Record = field(default_factory=dict)

    @property
    def request(self) -> Record:
        """What was asked for, where the page was saved with it."""
        request = self.record.get("request")
        return request if isinstance(request, dict) else {}

    @property
    def ends(self) -> bool:
        """Whether the pull ends here; an export ends with its file."""
        return self.form != "row" and (bool(self.request) or not self.record.get("has_more"))


@dataclass(slots=True)
class _Pull:
    fields: tuple[str, ...]
    kind: str = ""
    grouped: set[str] = field(default_factory=set)
    longest: int = 0
    held: list[tuple[Line, _Page]] = field(default_factory=list)

    def add(self, line: Line, page: _Page) -> None:
        self.held.append((line, page))
        self.kind = self.kind or page.kind
        if page.form == "row":
            self._measure(page.record)
            self._look_at(page.record)
            return
        for bucket in page.buckets:
            self._measure(bucket)
        stated = page.request.get("group_by")
        if isinstance(stated, list):
            self.grouped.update(name for name in stated if name in self.fields)
        else:
            for bucket in page.buckets:
                for result in bucket["results"]:
                    self._look_at(result)

    def _measure(self, bucket: Record) -> None:
        start, end = seconds(bucket.get("start_time")), seconds(bucket.get("end_time"))
        self.longest = max(self.longest, (end or 0) - (start or 0))

    def _look_at(self, result: Record) -> None:
        """Note what a result shows to be grouped by."""
        for name in self.fields:
            if name not in self.grouped and result.get(name) is not None:
                self.grouped.add(name)

    def told(self) -> Iterator[Pair]:
        """Yield what is held, now that the pull is known."""
        grouped = sorted(self.grouped)
        width = width_of(self.longest)
        for line, page in self.held:
            if page.form == "row":
                row = page.record
                told = told_of(row, grouped, width) if says_more(row) else {NOT_USAGE: EMPTY}
                yield line, told
                continue
            stated = page.request.get("bucket_width")
            yield line, _told_page(page, grouped, stated if stated in WIDTHS else width)
        self.held.clear()


def told_of(row: Record, grouped: Sequence[str], width: str) -> Record:
    """Return a row of an export with what its pull says of it."""
    bucket = {name: row[name] for name in _TIMES_IN_ORDER}
    bucket |= {"width": width, "grouped_by": ",".join(grouped), "slot": _slot(row, width)}
    row["key"] = _key(row, grouped, None)
    row["data"] = bucket
    return row


def _told_page(page: _Page, grouped: Sequence[str], width: str) -> Record:
    by = {"width": width, "grouped_by": ",".join(grouped)}
    if page.record.get("pulled_at"):
        by["observed_at"] = page.record["pulled_at"]
    owner = page.request.get("organization")
    buckets = []
    for bucket in page.buckets:
        for each in bucket["results"]:
            each["key"] = _key(each, grouped, owner)
        if bucket["results"]:
            buckets.append(bucket | by | {"slot": _slot(bucket, width)})
    if not buckets:
        return {NOT_USAGE: EMPTY}
    return page.record | {"data": buckets} if page.form == "page" else buckets[0]


def seconds(value: object) -> int | None:
    """Return whole Unix seconds, which exports write as floats."""
    return _seconds(str(value))


@lru_cache(maxsize=4096)
def _seconds(text: str) -> int | None:
    try:
        return int(Decimal(text))
    except (InvalidOperation, ValueError, OverflowError):
        return None


def width_of(longest: int) -> str:
    """Return the width of a pull's buckets, the longest of which lasts so many seconds."""
    fitting = (width for width, length in WIDTHS.items() if longest <= length)
    return next(fitting, "1d")


def _slot(bucket: Record, width: str) -> int | None:
    start = seconds(bucket.get("start_time"))
    return None if start is None else start - start % WIDTHS[width]


def _key(result: Record, grouped: Sequence[str], owner: object) -> str:
    """What a result was grouped by, and whose it is where no project says so."""
    values = [f"{name}={_said(result.get(name))}" for name in grouped]
    owner = owner or result.get("organization_id")
    if owner and "project_id" not in grouped:
        values.insert(0, f"organization={owner}")
    return ",".join(values)


def _said(value: object) -> str:
    """A value as text; an export writes FALSE where a page has false."""
    if isinstance(value, str):
        return value.lower() if value in {"TRUE", "FALSE", "True", "False"} else value
    return "" if value is None else str(value).lower()


def _results(bucket: Record) -> list[Record] | None:
    results = bucket.get("results")
    if not isinstance(results, list) or not all(isinstance(each, dict) for each in results):
        return None
    return results


def says_more(row: Record) -> bool:
    """Tell whether a row of an export says more than when it is of."""
    return any(value is not None and name not in _SAYS_WHEN for name, value in row.items())
