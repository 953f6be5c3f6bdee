"""A stream as the API sends it: server-sent events, whose data are records."""

import re
from collections.abc import Iterable, Iterator, Sequence

from ingest.records import KnownLine, Line

_FIELD = re.compile(rb"(event|data|id|retry)?:")
_DATA = b"data:"

_WITHOUT = "a line of an event stream without data"


def is_event_stream(members: Sequence[Line]) -> bool:
    """Tell whether lines are fields of events, some of them with data."""
    contents = [line.content or b"" for line in members]
    return all(map(_FIELD.match, contents)) and any(each.startswith(_DATA) for each in contents)


def event_lines(members: Iterable[Line]) -> Iterator[Line]:
    """Yield the data of each event in the place of its line."""
    for line in members:
        data = (line.content or b"").removeprefix(_DATA).strip()
        if data.startswith(b"{"):
            yield Line(line.number, line.offset, line.length, data)
        else:
            yield KnownLine(line.number, line.offset, line.length, None, _WITHOUT)
