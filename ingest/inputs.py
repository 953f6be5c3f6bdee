"""What the user named: files, folders, patterns, URLs or standard input."""

import glob
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from ingest.elsewhere import find_elsewhere, is_elsewhere
from ingest.fetched import FetchError, Origin
from ingest.postgres import OVERLAP

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
    """

    name: str
    path: Path | None = None
    origin: Origin | None = None
    problem: str | None = None


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
    if path.is_dir():
        members = sorted(each for each in path.rglob("*") if each.is_file() and _is_log(each.name))
        if not members:
            raise InputError(
                f"{name} holds no .jsonl, .json, .csv or .parquet file (plain, .gz or .zst)"
            )
        yield from (Input(str(each), each) for each in members)
    elif path.exists():
        yield Input(str(path), path)
    elif matches := sorted(glob.glob(str(path), recursive=True)):  # noqa: PTH207  patterns may be absolute
        for match in matches:
            yield from _expand(match)
    else:
        raise InputError(
            f"{name} does not exist; "
            "name a file, a folder, a pattern, a URL or - for standard input"
        )


def _is_log(name: str) -> bool:
    name = name.lower()
    for ending in _COMPRESSED:
        name = name.removesuffix(ending)
    return name.endswith(_SUFFIXES)
