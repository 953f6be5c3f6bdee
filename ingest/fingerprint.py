"""A file's identity: the hash, size and line count of its uncompressed bytes."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ingest.records import newlines_in, opened

#: One block is filled again and again: to ask for new memory costs more than to read into it.
_BLOCK_BYTES = 512 * 1024
_NEWLINE = ord("\n")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a file holds, whatever it is called or compressed with.

    ``ends_open`` tells that no newline ends its last line.
    """

    sha256: str
    content_bytes: int
    physical_lines: int
    ends_open: bool


def fingerprint(path: Path, compression: str) -> Fingerprint:
    """Read a file once and return its fingerprint."""
    digest, size, newlines, last = hashlib.sha256(), 0, 0, _NEWLINE
    block = bytearray(_BLOCK_BYTES)
    view = memoryview(block)
    with opened(path, compression) as stream:
        while taken := stream.readinto(block):  # type: ignore[attr-defined]
            digest.update(view[:taken])
            size += taken
            newlines += newlines_in(view[:taken])
            last = block[taken - 1]
    ends_open = last != _NEWLINE
    return Fingerprint(digest.hexdigest(), size, newlines + ends_open, ends_open)
