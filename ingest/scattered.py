"""A sample of a file's records from many places: the first ones may be unlike the others."""

from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from ingest.documents import csv_records
from ingest.records import Line, lines

_PLACES = 64
_LONGEST_LINE_BYTES = 1024 * 1024


def lines_from_places(path: Path, count: int, delimiter: str | None) -> Iterator[Line]:
    """Yield at most ``count`` records of an uncompressed file, from places all over it.

    Args:
        path: The file.
        count: How many at the most.
        delimiter: What separates the cells of a CSV; None where each line is JSON. A place may be
            inside a cell, and then the few rows read there are none.
    """
    each = -(-count // _PLACES)
    size = path.stat().st_size
    with path.open("rb") as file:
        header = file.readline() if delimiter else b""
        begin = file.tell()
        for place in range(_PLACES):
            file.seek(begin + (size - begin) * place // _PLACES)
            if place:
                file.readline(_LONGEST_LINE_BYTES)
            taken = BytesIO(header + b"".join(_next_lines(file, each)))
            found = csv_records(taken, delimiter) if delimiter else lines(taken)
            yield from (line for line in found if line.content is not None)


def _next_lines(file: BinaryIO, count: int) -> Iterator[bytes]:
    """Yield whole lines; one too long to look at ends them."""
    for line in islice(iter(lambda: file.readline(_LONGEST_LINE_BYTES), b""), count):
        if not line.endswith(b"\n"):
            return
        yield line
