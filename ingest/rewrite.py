"""Records that one line does not say by itself: containers taken apart, and formats with a state.

A source says in its header how its containers unfold; a format whose lines need the lines before
them has a ``.py`` beside its ``.sql``.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import orjson

from ingest.event_stream import event_lines
from ingest.records import KnownLine, Line
from ingest.repair import UnreadableError, decoded
from ingest.source import Rewriter, Source
from ingest.told import Teller
from ingest.unfold import Unfolding, first_record

Pair = tuple[Line, dict[str, Any]]

#: Key of a rewritten record that is known to be no usage; its value says why.
NOT_USAGE = "not_usage"

#: What a format may have beside its functions: how lines begin that need not be decoded to know
#: that they are no usage, by the reason.
SKIPS = "SKIPS"


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What a file's lines go through before its sources see them.

    ``raw_events`` tells that they are the lines of an event stream.
    """

    rewriters: tuple[Rewriter, ...] = ()
    unfoldings: tuple[tuple[Unfolding, Source], ...] = ()
    raw_events: bool = False

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.rewriters or self.unfoldings or self.raw_events)

    @property
    def teller(self) -> Teller | None:
        """What may tell in SQL all that the lines go through, if anything can."""
        if len(self.rewriters) != 1 or self.unfoldings or self.raw_events:
            return None
        [rewriter] = self.rewriters
        return cast("Teller", rewriter) if hasattr(rewriter, "told") else None

    def lines(self, members: Iterable[Line]) -> Iterator[Line]:
        """Yield the records of lines.

        A record has the number and the offset of its line; of a container's records the
        number is the place in the file, from 1.
        """
        skips = [skip for each in self.rewriters for skip in getattr(each, SKIPS, {}).items()]
        feed = _Feed(event_lines(members) if self.raw_events else members, skips)
        pairs: Iterator[Pair] = iter(feed)
        for rewriter in self.rewriters:
            pairs = rewriter.rewrite(pairs)
        rewritten = self._unfolded(pairs, feed) if self.unfoldings else map(feed.written, pairs)
        for number, line in enumerate(_with_broken(rewritten, feed), 1):
            yield _numbered(line, number) if self.unfoldings else line

    def _unfolded(self, pairs: Iterator[Pair], feed: "_Feed") -> Iterator[Line]:
        for line, record in pairs:
            records = self._records(line, record)
            if records is None:
                yield feed.written((line, record))
                continue
            feed.flying.pop(line.number, None)
            for inner in records:
                yield Line(line.number, line.offset, line.length, orjson.dumps(inner))

    def _records(self, line: Line, container: dict[str, Any]) -> Iterator[dict[str, Any]] | None:
        """Take a container apart; of several ways, that of the source which knows what it finds."""
        ways = [
            (unfolding, source)
            for unfolding, source in self.unfoldings
            if unfolding.records(container) is not None
        ]
        if not ways:
            return None
        known = (
            way
            for way, source in ways
            for _, first in first_record(container, [way])
            if source.recognises(first)
        )
        way = ways[0][0] if len(ways) == 1 else next(known, ways[0][0])
        return way.records(container, line.number)


@dataclass(slots=True)
class _Feed:
    """Decodes lines; those that cannot be, or need not, are kept aside and told of in turn."""

    members: Iterable[Line]
    skips: Sequence[tuple[str, re.Pattern[bytes]]] = ()
    broken: deque[Line] = field(default_factory=deque)
    flying: dict[int, dict[str, Any]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Pair]:
        for line in self.members:
            content = line.content
            if content is not None and (reason := self._skipped(content)):
                self.broken.append(KnownLine(line.number, line.offset, line.length, None, reason))
                continue
            try:
                record = quickly_decoded(line)
            except UnreadableError:
                self.broken.append(line)
            else:
                self.flying[line.number] = record
                yield line, record

    def _skipped(self, content: bytes) -> str | None:
        for reason, beginning in self.skips:
            if beginning.match(content):
                return reason
        return None

    def written(self, pair: Pair) -> Line:
        """Return the line of a rewritten record; one that is still the same is its own line."""
        line, record = pair
        if self.flying.pop(line.number, None) is record:
            return line
        reason = record.get(NOT_USAGE)
        if isinstance(reason, str) and len(record) == 1:
            return KnownLine(line.number, line.offset, line.length, None, reason)
        return Line(line.number, line.offset, line.length, orjson.dumps(record))


def quickly_decoded(line: Line) -> dict[str, Any]:
    """Decode a line; one that the quick decoder refuses is decoded exactly, to say what is wrong.

    Raises:
        UnreadableError: with the reason.
    """
    try:
        record = orjson.loads(line.content) if line.content is not None else None
    except orjson.JSONDecodeError:
        return decoded(line)
    return record if isinstance(record, dict) else decoded(line)


def _with_broken(rewritten: Iterable[Line], feed: _Feed) -> Iterator[Line]:
    for line in rewritten:
        while feed.broken and feed.broken[0].number < line.number:
            yield feed.broken.popleft()
        yield line
    yield from feed.broken


def _numbered(line: Line, number: int) -> Line:
    if isinstance(line, KnownLine):
        return KnownLine(number, line.offset, line.length, None, line.reason)
    if type(line) is not Line:
        return line
    return Line(number, line.offset, line.length, line.content)


def rewriting_of(records: Sequence[dict[str, Any]], sources: Sequence[Source]) -> Rewriting:
    """Look at a sample of a file's records and say what its lines go through."""
    rewriters = [
        source.rewriter
        for source in sources
        if source.rewriter and any(source.rewriter.opens(record) for record in records)
    ]
    unfoldings: dict[Unfolding, Source] = {}
    for record in records:
        for source in sources:
            for unfolding, first in first_record(record, source.unfolds):
                if source.recognises(first):
                    unfoldings.setdefault(unfolding, source)
    return Rewriting(tuple(rewriters), tuple(unfoldings.items()))
