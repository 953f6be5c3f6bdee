"""A zstd stream that does not pass off a broken file as a whole one."""

import io
from typing import BinaryIO

import zstandard

_BLOCK_BYTES = 1024 * 1024


class ZstdStream(io.RawIOBase):
    """The uncompressed bytes of a zstd file, of one frame or several.

    Raises:
        EOFError: on reading, when the file ends within a frame.
        zstandard.ZstdError: on reading, when it is not zstd.
    """

    def __init__(self, raw: BinaryIO) -> None:
        """Read compressed bytes from ``raw``."""
        self._raw = raw
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._compressed = b""
        self._plain = memoryview(b"")

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Fill a buffer as far as the next piece of the stream goes."""
        while not self._plain:
            block = self._compressed or self._raw.read(_BLOCK_BYTES)
            if not block:
                if self._frame is not None and not self._frame.eof:
                    raise EOFError("the zstd file is cut off")
                return 0
            if self._frame is None or self._frame.eof:
                self._frame = zstandard.ZstdDecompressor().decompressobj()
            self._plain = memoryview(self._frame.decompress(block))
            self._compressed = self._frame.unused_data if self._frame.eof else b""
        size = min(len(buffer), len(self._plain))
        buffer[:size] = self._plain[:size]
        self._plain = self._plain[size:]
        return size
