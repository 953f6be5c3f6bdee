"""What the user named: files, folders, patterns, URLs or standard input."""

import glob
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from ingest.elsewhere import find_elsewhere, is_elsewhere
from ingest.fetched import FetchError, Origin
from ingest.postgres import OVERLAP

#: What a folder is searched for.
_SUFFIXES = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".log", ".parquet")
_COMPRESSED = (".gz", ".zst", ".zstd")


class InputError(ValueError):
    """An input that cannot be read; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class Input:
    """One input: a file, or standard input when there is nothing else.

    Attributes:
        name: As it may be shown.
        path: The file.
        origin: Where the input is when it has to be fetched.
        problem: Why there is none, in one sentence.
        once: It can be read only once, as a pipe can.
    """

    name: str
    path: Path | None = None
    origin: Origin | None = None
    problem: str | None = None
    once: bool = False


def find_inputs(
    names: Sequence[str], source: str | None = None, overlap: timedelta = OVERLAP
) -> list[Input]:
    """Return the inputs the user's words stand for, in order, each once.

    Args:
        names: The words.
        source: The source the user chose.
        overlap: How far back the rows of a database are read again.

    Raises:
        InputError: a name of a file stands for nothing.
    """
    elsewhere = partial(_elsewhere, source=source, overlap=overlap)
    found: dict[Input, None] = {}
    for name in names:
        found |= dict.fromkeys(elsewhere(name) if is_elsewhere(name) else _expand(name))
    return list(found)


def _elsewhere(name: str, source: str | None, overlap: timedelta) -> Iterator[Input]:
    try:
        for shown, origin in find_elsewhere(name, _is_log, source, overlap):
            yield Input(shown, origin=origin)
    except FetchError as error:
        yield Input("", problem=str(error))


def _expand(name: str) -> Iterator[Input]:
    if name == "-":
        yield Input("-")
        return
    path = Path(name).expanduser()
    if _holds(path, stat.S_ISDIR):
        members = list(_in_folder(path))
        if not members:
            raise InputError(
                f"{name} holds no .jsonl, .json, .csv or .parquet file (plain, .gz or .zst)"
            )
        yield from members
    elif os.path.lexists(path) or _holds(path, stat.S_ISREG):
        yield _file(path)
    elif matches := sorted(glob.glob(str(path), recursive=True)):  # noqa: PTH207  patterns may be absolute
        for match in matches:
            yield from _expand(match)
    else:
        raise InputError(
            f"{name} does not exist; "
            "name a file, a folder, a pattern, a URL or - for standard input"
        )


def _in_folder(folder: Path) -> Iterator[Input]:
    """Yield the logs of a folder and those in it, in order; say what cannot be looked into."""
    found: list[Input] = []

    def closed(error: OSError) -> None:
        why = (error.strerror or "no access").lower()
        found.append(Input("", problem=f"{_shown(error.filename)} cannot be read: {why}"))

    for place, _, names in os.walk(folder, onerror=closed):
        found += [_file(Path(place, name)) for name in names if _is_log(name)]
    files = [each for each in found if each.path and not each.once]
    yield from sorted(files, key=lambda each: each.path or folder)
    yield from (each for each in found if each.problem)


def _file(path: Path) -> Input:
    shown = _shown(path)
    if not _holds(path, lambda _: True):
        return Input(shown, problem=f"{shown} is a link to nothing")
    return Input(shown, path, once=not _holds(path, stat.S_ISREG))


def _holds(path: Path, is_kind: Callable[[int], bool]) -> bool:
    """Tell what a path leads to; what may not be looked at is taken for a file."""
    try:
        return is_kind(path.stat().st_mode)
    except PermissionError:
        return is_kind(stat.S_IFREG)
    except OSError:
        return False


def _shown(path: Path | str) -> str:
    """Return a name as it may be printed and stored: not every name of a file is UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def _is_log(name: str) -> bool:
    name = name.lower()
    for ending in _COMPRESSED:
        name = name.removesuffix(ending)
    return name.endswith(_SUFFIXES)
