"""Logs of every source for the benchmark: its golden sample, over and over with fresh ids."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate, count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ingest.layout import claims
from ingest.load import load_paths
from ingest.source import Source, all_sources
from ingest.warehouse import Warehouse
from pricing.book import PriceBook

Record = dict[str, Any]

GOLDEN = Path(__file__).parents[1] / "tests" / "golden"
_DAY_S = 86_400
#: A log begins again after so many days, before its times become unlikely.
_DAYS = 9_000
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
#: Parts of an id that many requests share.
_SHARED = re.compile(r"\b(model\w*|endpoint|type|date|\w*provider|line_item|batch|service_tier)$")
#: Where a number stands that grows from one copy to the next.
_MARK = re.compile(rb'"?<(id|uuid|day):([^>]*)>"?')


@dataclass(frozen=True, slots=True)
class Sample:
    """Lines of one kind of a source's golden sample.

    Attributes:
        source: Their source.
        path: The sample.
        kind: Of a container the way into it; otherwise empty.
    """

    source: Source
    path: Path
    kind: str = ""

    @property
    def name(self) -> str:
        """The source, and what tells this log of it from others."""
        csv = "CSV" if self.path.suffix == ".csv" else ""
        return " ".join(filter(None, (self.source.name, csv, self.kind)))

    @property
    def file_name(self) -> str:
        """A name for a log of it."""
        return re.sub(r"\W+", "-", self.name).strip("-") + self.path.suffix

    @property
    def id_places(self) -> set[str]:
        """Places whose texts are part of an event's id, as a test wrote them down."""
        found = set()
        for kept in self.path.parent.glob("kept_*.txt"):
            for line in kept.read_text("utf-8").splitlines():
                place, _, columns = line.partition(" -> ")
                if {"event_id", "cost_key"} & set(columns.split(", ")):
                    found.add(place)
        return {place for place in found if not _SHARED.search(place)}


def all_samples() -> list[Sample]:
    """Return a sample of every source, format and way into a container; openai_responses first."""
    found = []
    for source in all_sources():
        for path in sorted((GOLDEN / source.name).glob("sample.*")):
            kinds = {""} if path.suffix == ".csv" else set(map(_kind_of(source), _decoded(path)))
            found += [Sample(source, path, kind) for kind in sorted(kinds)]
    return sorted(found, key=lambda each: each.source.name != "openai_responses")


def _kind_of(source: Source) -> Callable[[Record], str]:
    def kind(record: Record) -> str:
        ways = (str(way) for way in source.unfolds if way.records(record) is not None)
        return next(ways, "")

    return kind


def write_log(path: Path, sample: Sample, book: PriceBook, size: int) -> None:
    """Write a log of about ``size`` bytes, of the sample's lines that are read without a fault."""
    head, lines = _table(sample) if sample.path.suffix == ".csv" else (b"", _records(sample))
    template = b"".join(_faultless(sample, head, lines, book))
    with path.open("wb") as log:
        log.write(head)
        for number in count():
            log.write(_filled(template, number))
            if log.tell() >= size:
                return


def _filled(template: bytes, number: int) -> bytes:
    def value(match: re.Match[bytes]) -> bytes:
        kind, given = match[1], match[2]
        if kind == b"day":
            return b"%d" % (int(given) + number % _DAYS * _DAY_S)
        if kind == b"uuid":
            grown = given[:24] + b"%012x" % (int(given[24:], 16) + number * 1000 & (1 << 48) - 1)
            return match[0].replace(b"<uuid:" + given + b">", grown)
        return match[0].replace(b"<id:" + given + b">", b"%s-%d" % (given, number))

    return _MARK.sub(value, template)


def _marked(value: object, places: set[str], place: str = "") -> object:
    if isinstance(value, dict):
        return {
            name: _marked(inner, places, f"{place}.{name}".removeprefix("."))
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_marked(inner, places, f"{place}[{_name_of(inner)}]") for inner in value]
    if re.search(r"(start|end)_time$", place) and isinstance(value, int):
        return f"<day:{value}>"
    if isinstance(value, str) and value and place in places:
        return f"<uuid:{value}>" if _UUID.fullmatch(value) else f"<id:{value}>"
    return value


def _name_of(member: object) -> str:
    return str(member.get("key", "")) if isinstance(member, dict) else ""


def _records(sample: Sample) -> list[bytes]:
    """Return a sample's lines; of records that stand bare and in envelopes those of one place."""
    kind = _kind_of(sample.source)
    chosen = [each for each in _decoded(sample.path) if kind(each) == sample.kind]
    if not sample.kind and not sample.source.rewriter:
        places = [_place(each) for each in chosen]
        usual = max(dict.fromkeys(places), key=places.count)
        chosen = [each for each, place in zip(chosen, places, strict=True) if place == usual]
    return [_compact(_marked(each, sample.id_places)) + b"\n" for each in chosen]


def _place(record: Record) -> tuple[str, ...] | None:
    found = claims(record, all_sources())
    return found[0].path if len(found) == 1 else None


def _decoded(path: Path) -> Iterator[Record]:
    for line in path.read_bytes().splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            yield record


def _table(sample: Sample) -> tuple[bytes, list[bytes]]:
    places = sample.id_places
    header, *rows = csv.reader(io.StringIO(sample.path.read_text("utf-8"), newline=""))
    written = [
        _row(_cell(cell, places, name) for name, cell in zip(header, row, strict=True))
        for row in rows
    ]
    return _row(iter(header)), written


def _cell(text: str, places: set[str], place: str) -> str:
    if text[:1] == "{":
        return _compact(_marked(json.loads(text), places, place)).decode()
    return str(_marked(int(text) if text.isdigit() else text, places, place))


def _row(cells: Iterator[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()


def _compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _faultless(sample: Sample, head: bytes, lines: list[bytes], book: PriceBook) -> list[bytes]:
    """Leave out what is quarantined: the benchmark is of logs as they are meant to be.

    A line may be at fault only where others went before, or are missing: lines are read twice,
    and once more without those at fault.
    """
    while bad := _faults(sample, head, lines, book):
        lines = [line for number, line in enumerate(lines) if number not in bad]
    return lines


def _faults(sample: Sample, head: bytes, lines: list[bytes], book: PriceBook) -> set[int]:
    written = [_filled(line, copy) for copy in range(2) for line in lines]
    with TemporaryDirectory() as folder:
        log = Path(folder) / f"log{sample.path.suffix}"
        log.write_bytes(head + b"".join(written))
        warehouse = Warehouse(Path(folder) / "log.duckdb")
        [loaded] = load_paths([str(log)], warehouse, book)
        if loaded.error:
            raise ValueError(loaded.error)
        with warehouse.reading() as con:
            faults = con.execute("select byte_offset from quarantine").fetchall()
    starts = list(accumulate(map(len, written), initial=len(head)))
    return {starts.index(offset) % len(lines) for (offset,) in faults}
