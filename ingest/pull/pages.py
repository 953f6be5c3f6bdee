"""Saved pages: each a file of its own, written whole or not at all.

A page is kept as it was received, with two fields put before its own: ``pulled_at``, and
``request``, which says what was asked and which time the page covers.
"""

import json
import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import orjson

from ingest.pull.client import Answer
from ingest.pull.endpoints import ENDPOINTS, WIDTHS
from ingest.pull.errors import PullError
from ingest.pull.spans import Span, floor_to

#: A bucket that ended less long ago still grows, and is pulled again.
SETTLES_IN = timedelta(days=3)

#: A page without a result is kept for the time it covers; a load of the folder passes it by.
_EMPTY = ".empty"
_PART = ".part"
_NAME = re.compile(r"\d{8}T\d{6}\.\d{6}Z-\d+\.(json|empty)")

#: A half-written page this old belongs to a pull that is dead.
_DEAD_AFTER_S = 3600.0

_HEAD_CHARS = 16_384
_HEAD = re.compile(r'\{"pulled_at":"([^"]+)","request":')


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for a page, and what it covers.

    Attributes:
        host: Who was asked.
        endpoint: Name of the endpoint.
        bucket_width: Width of its buckets.
        group_by: What its results are grouped by.
        start_time: First moment asked for, in Unix seconds.
        end_time: First moment no longer asked for; None for now.
        limit: Most buckets of a page.
        page: The cursor; None for the first page.
        organization: Whose usage it is, if the server said so.
        covers: The time of which the page holds all there was.
    """

    host: str
    endpoint: str
    bucket_width: str
    group_by: tuple[str, ...]
    start_time: int
    end_time: int | None
    limit: int
    page: str | None = None
    organization: str | None = None
    covers: Span = (0, 0)

    def is_like(self, other: "Request") -> bool:
        """Tell whether pages of both can stand for each other."""
        return (self.host, self.endpoint, self.bucket_width, self.group_by) == (
            other.host,
            other.endpoint,
            other.bucket_width,
            other.group_by,
        )


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved page."""

    path: Path
    pulled_at: datetime
    request: Request

    @property
    def settled(self) -> Span:
        """The part of what it covers that no longer grew when it was pulled."""
        first, last = self.request.covers
        width, _ = WIDTHS[self.request.bucket_width]
        return first, min(last, floor_to(int((self.pulled_at - SETTLES_IN).timestamp()), width))


@dataclass(slots=True)
class Folder:
    """The folder of an organisation's pages, a folder in it for each endpoint."""

    path: Path
    pages: list[Saved] = field(default_factory=list)

    @classmethod
    def opened(cls, path: Path) -> "Folder":
        """Look what a folder holds, and remove what a killed pull left half-written.

        Raises:
            PullError: it is not a folder.
        """
        if path.exists() and not path.is_dir():
            raise PullError(f"{path} is a file; name a folder for the pages")
        found: list[Saved] = []
        for each in sorted(
            each for endpoint in ENDPOINTS for each in path.glob(f"{endpoint.name}/*")
        ):
            if _NAME.fullmatch(each.name):
                found += [saved] if (saved := _read(each)) else []
            elif _NAME.fullmatch(each.name.removesuffix(_PART)):
                _sweep(each)
        return cls(path, found)

    def covered(self, request: Request) -> Iterator[Span]:
        """Yield the settled spans of all pages that answer a request like this one."""
        for saved in self.pages:
            first, last = saved.settled
            if last > first and saved.request.is_like(request):
                yield first, last

    def begins(self, request: Request) -> int | None:
        """Return the first moment ever asked for in requests like this one."""
        return min(
            (saved.request.start_time for saved in self.pages if saved.request.is_like(request)),
            default=None,
        )

    def check_owner(self, host: str, organization: str | None) -> None:
        """Hold apart what is of two organisations.

        Raises:
            PullError: the folder holds another's pages.
        """
        for saved in self.pages:
            other = saved.request.organization
            if organization and other and saved.request.host == host and other != organization:
                raise PullError(
                    f"{self.path} holds pages of {other}, and this key is of {organization}; name "
                    "another folder with --dir"
                )

    def save(self, answer: Answer, request: Request, at: datetime, *, is_empty: bool) -> Saved:
        """Write a page beside the others.

        Raises:
            OSError: it cannot be written; nothing of it is there then.
        """
        place = self.path / request.endpoint
        place.mkdir(parents=True, exist_ok=True)
        path = _free_name(place, at, _EMPTY if is_empty else ".json")
        part = path.with_name(path.name + _PART)
        try:
            with part.open("xb") as stream:
                stream.write(_with_head(answer.body, request, at))
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        saved = Saved(path, at, request)
        self.pages.append(saved)
        return saved

    def logs(self) -> list[Path]:
        """Return every page that has results."""
        return sorted(saved.path for saved in self.pages if saved.path.suffix != _EMPTY)


def not_loaded(pages: Iterable[Path], con: duckdb.DuckDBPyConnection) -> list[Path]:
    """Return those of some pages that a database does not hold; a page never changes."""
    rows = con.execute("select path from ingest_file").fetchall()
    loaded = {Path(path).parts[-2:] for (path,) in rows}
    return [page for page in pages if page.parts[-2:] not in loaded]


def _sweep(part: Path) -> None:
    with suppress(OSError):
        if time.time() - part.stat().st_mtime > _DEAD_AFTER_S:
            part.unlink()


def _free_name(place: Path, at: datetime, suffix: str) -> Path:
    stem = f"{at:%Y%m%dT%H%M%S}.{at.microsecond:06d}Z"
    taken = [ending + part for ending in (".json", _EMPTY) for part in ("", _PART)]
    number = 1
    while any((place / f"{stem}-{number}{each}").exists() for each in taken):
        number += 1
    return place / f"{stem}-{number}{suffix}"


def _with_head(body: bytes, request: Request, at: datetime) -> bytes:
    """Put our fields before a page's own, on one line: all breaks of JSON are between its parts."""
    head = {"pulled_at": at.isoformat().replace("+00:00", "Z"), "request": asdict(request)}
    own = body.removeprefix(b"\xef\xbb\xbf").strip().removeprefix(b"{")
    line = orjson.dumps(head).removesuffix(b"}") + b"," + own
    return line.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n"


def _read(path: Path) -> Saved | None:
    """Return what a saved page says of itself; None if it is not one of ours."""
    with path.open(encoding="utf-8", errors="replace") as stream:
        head = stream.read(_HEAD_CHARS)
    if not (match := _HEAD.match(head)):
        return None
    try:
        said, _ = json.JSONDecoder().raw_decode(head, match.end())
        said["group_by"] = tuple(said["group_by"])
        first, last = said["covers"]
        request = Request(**(said | {"covers": (int(first), int(last))}))
        pulled_at = datetime.fromisoformat(match.group(1)).astimezone(UTC)
    except (ValueError, TypeError, KeyError):
        return None
    return Saved(path, pulled_at, request) if request.bucket_width in WIDTHS else None
