"""The lines of an input, one by one, with number and byte offset: exact, and slower than SQL."""

import gzip
import io
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np

from ingest.zstd_stream import ZstdStream

#: A longer line is not read; it is quarantined by its number and offset.
LONGEST_LINE_BYTES = 100 * 1024 * 1024

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SKIP_BYTES = 128 * 1024
_BLOCK_BYTES = 4 * 1024 * 1024


@dataclass(slots=True)
class Line:
    """One non-blank line: its 1-based number, byte offset, and bytes (None if too long to read).

    Nobody changes one; that it is not frozen makes one in half the time, of millions.
    """

    number: int
    offset: int
    length: int
    content: bytes | None


@dataclass(slots=True, eq=False)
class KnownLine(Line):
    """A line already known to be no usage; it has no content."""

    reason: str


def compression_of(path: Path) -> str:
    """Return ``gzip``, ``zstd`` or ``none`` by the file's first bytes, whatever its name says."""
    with path.open("rb") as file:
        return _compression(file.read(4))


def _compression(magic: bytes) -> str:
    if magic[:2] == b"\x1f\x8b":
        return "gzip"
    return "zstd" if magic[:4] == b"\x28\xb5\x2f\xfd" else "none"


@contextmanager
def opened(path: Path, compression: str) -> Iterator[BinaryIO]:
    """Open a file for reading its uncompressed bytes."""
    with path.open("rb") as raw:
        yield _uncompressed(raw, compression)


@contextmanager
def uncompressed_stream(stream: BinaryIO) -> Iterator[BinaryIO]:
    """Read a stream's uncompressed bytes, whatever it is compressed with."""
    peeking = io.BufferedReader(stream)  # type: ignore[type-var]
    try:
        yield _uncompressed(peeking, _compression(peeking.peek(4)))
    finally:
        peeking.detach()


def _uncompressed(raw: BinaryIO, compression: str) -> BinaryIO:
    if compression == "gzip":
        return io.BufferedReader(gzip.GzipFile(fileobj=raw))
    if compression == "zstd":
        return io.BufferedReader(ZstdStream(raw))
    return raw


class Readable(Protocol):
    """What bytes can be read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Read at most ``size`` bytes."""


def blocks(stream: Readable, size: int = _BLOCK_BYTES) -> Iterator[bytes]:
    """Yield the stream's bytes in blocks."""
    while block := stream.read(size):
        yield block


def lines(stream: Readable) -> Iterator[Line]:
    """Yield the stream's non-blank lines. A byte-order mark at the start is not part of a line."""
    number, offset, pending = 0, 0, b""
    overlong = 0
    for block in blocks(stream):
        parts = (pending + block).split(b"\n")
        pending = parts.pop()
        for part in parts:
            number += 1
            length = len(part) + overlong
            if part and number > 1 and length <= LONGEST_LINE_BYTES and not part.isspace():
                yield Line(number, offset, length, part)
            elif line := _line(number, offset, part, overlong):
                yield line
            offset += length + 1
            overlong = 0
        if len(pending) > LONGEST_LINE_BYTES:
            overlong += len(pending)
            pending = b""
    if line := _line(number + 1, offset, pending, overlong):
        yield line


def lines_at(stream: Readable, wanted: Iterable[int]) -> Iterator[Line]:
    """Yield the lines of given 1-based numbers, in order, skipping over the others quickly."""
    numbers = deque(sorted(wanted))
    number, offset = 1, 0
    begun: list[bytes] = []
    for block in blocks(stream, _SKIP_BYTES):
        if not numbers:
            return
        ends = newlines_in(block)
        if not ends:
            begun.append(block)
        elif numbers[0] > number + ends:
            number += ends
            cut = block.rindex(b"\n") + 1
            offset += sum(map(len, begun)) + cut
            begun = [block[cut:]]
        else:
            *whole, rest = b"".join([*begun, block]).split(b"\n")
            for part in whole:
                if numbers and numbers[0] == number:
                    numbers.popleft()
                    yield _found(number, offset, part)
                number += 1
                offset += len(part) + 1
            begun = [rest]
    if numbers and numbers[0] == number:
        yield _found(number, offset, b"".join(begun))


def newlines_in(block: bytes | memoryview) -> int:
    """Count newlines, several times as fast as ``bytes.count`` does."""
    return int(np.count_nonzero(np.frombuffer(block, dtype=np.uint8) == ord("\n")))


def _found(number: int, offset: int, part: bytes) -> Line:
    return _line(number, offset, part, 0) or Line(number, offset, len(part), part)


def _line(number: int, offset: int, part: bytes, overlong: int) -> Line | None:
    if overlong:
        return Line(number, offset, overlong + len(part), None)
    if number == 1 and part.startswith(BYTE_ORDER_MARK):
        part = part.removeprefix(BYTE_ORDER_MARK)
        offset = len(BYTE_ORDER_MARK)
    if not part.strip():
        return None
    if len(part) > LONGEST_LINE_BYTES:
        return Line(number, offset, len(part), None)
    return Line(number, offset, len(part), part)
