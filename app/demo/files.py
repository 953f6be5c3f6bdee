"""Write log files: plain, gzip or zstd by their suffix, the same bytes every time."""

import gzip
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self

import zstandard

from app.demo.manifest import FileTally, LineKind

GZIP_LEVEL = 4
BLOCK_LINES = 2_000


class Sink(Protocol):
    """Where bytes go."""

    def write(self, content: bytes, /) -> int:
        """Take bytes."""
        ...

    def close(self) -> None:
        """Take no more."""
        ...


class LogFile:
    """An open log file, and the tally of what was written to it."""

    def __init__(self, path: Path, source: str, header: bytes = b"") -> None:
        self.path = path
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.tally = FileTally(self.path, source)
        self._disk: IO[bytes] = self.path.open("wb")
        self._sink = _compressed(self._disk, self.path.suffix)
        if header:
            self._sink.write(header + b"\n")

    def write(self, lines: Iterable[tuple[LineKind, bytes]]) -> None:
        """Write lines, each ended by a newline."""
        remaining = iter(lines)
        while block := list(islice(remaining, BLOCK_LINES)):
            self._sink.write(b"\n".join(line for _, line in block) + b"\n")
            self.tally.kinds.update(kind for kind, _ in block)

    def write_torn(self, line: bytes) -> None:
        """Write a last line that was never ended."""
        self._sink.write(line)
        self.tally.kinds[LineKind.BROKEN] += 1

    def close(self) -> None:
        """Finish the file."""
        self._sink.close()
        self._disk.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _compressed(disk: IO[bytes], suffix: str) -> Sink:
    if suffix == ".gz":
        # Without a name and a time in the header, the bytes depend on the lines only.
        return gzip.GzipFile("", "wb", GZIP_LEVEL, disk, mtime=0)
    if suffix == ".zst":
        return zstandard.ZstdCompressor(level=3).stream_writer(disk)
    return disk
