"""A file's identity: the hash, size and line count of its uncompressed bytes."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ingest.records import blocks, opened


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
    digest, size, newlines, last = hashlib.sha256(), 0, 0, b"\n"
    with opened(path, compression) as stream:
        for block in blocks(stream):
            digest.update(block)
            size += len(block)
            newlines += block.count(b"\n")
            last = block[-1:]
    ends_open = last != b"\n"
    return Fingerprint(digest.hexdigest(), size, newlines + ends_open, ends_open)
