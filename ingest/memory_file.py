"""Bytes that DuckDB can read by name without their touching a disk."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def memory_file(content: bytes) -> Iterator[str]:
    """Yield a path under which ``content`` can be read until the context ends.

    Where the system has no memory files, a private temporary file stands in and is
    removed at the end.
    """
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("records")
        try:
            with os.fdopen(os.dup(descriptor), "wb") as file:
                file.write(content)
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
        return
    descriptor, name = tempfile.mkstemp(prefix="ratecard-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        yield name
    finally:
        Path(name).unlink(missing_ok=True)
