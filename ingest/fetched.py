"""What an input elsewhere becomes: files in the workspace, one after the other."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import duckdb

from ingest.pull_mark import Version
from ingest.warehouse import Warehouse

#: Writes down, in a database that holds a file of this id now, what need not be fetched again.
Remember = Callable[[duckdb.DuckDBPyConnection, int], None]


class FetchError(ValueError):
    """An input elsewhere that cannot be had; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that was brought here. Whoever takes it removes it.

    Attributes:
        path: Where it lies.
        remember: To be called once it is stored.
    """

    path: Path
    remember: Remember


@dataclass(frozen=True, slots=True)
class Unchanged:
    """What lies there is what was loaded before, so it was not fetched."""

    content_sha256: str


@dataclass(frozen=True, slots=True)
class Before:
    """What earlier loads left behind, and who listens.

    Attributes:
        warehouse: The database, or None to fetch as if nothing had been loaded.
        versions: SHA-256 of what objects held, by their URL and version.
        progress: Told the share of a file that is fetched, 0 to 1.
    """

    warehouse: Warehouse | None = None
    versions: Mapping[tuple[str, Version], str] = field(default_factory=dict)
    progress: Callable[[float], None] | None = None


class Origin(Protocol):
    """Where an input is that is not a file here."""

    def fetch(self, folder: Path, before: Before) -> Iterator[Fetched | Unchanged]:
        """Bring it into a folder, in as many files as it takes.

        The next file is fetched when the one before is stored.

        Raises:
            FetchError: it cannot be had.
        """
