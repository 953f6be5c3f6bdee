"""A folder for the files of a running load, and the end of those a killed load left."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NAME = re.compile(r"ratecard-(\d+)-.+")


@contextmanager
def workspace() -> Iterator[Path]:
    """Yield an empty private folder; remove it at the end, and what dead processes left."""
    _sweep(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=f"ratecard-{os.getpid()}-") as folder:
        yield Path(folder)


def _sweep(place: Path) -> None:
    for folder in place.glob("ratecard-*-*"):
        named = _NAME.fullmatch(folder.name)
        if named and not _is_alive(int(named.group(1))):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
