"""From a file's bytes, or a package that is installed, to what it says."""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

from pricing.feeds.errors import FeedError
from pricing.feeds.observation import Feed, Listing

#: The largest public list has some 3 MB.
MOST_BYTES = 64 * 1024 * 1024
_REVISION_LENGTH = 10


class Format(Protocol):
    """What each file of ``formats`` defines."""

    NAME: str
    WHAT: str
    HOME: str

    def recognises(self, document: object) -> bool:
        """Whether a document is of the format, by its shape alone."""

    def listings(self, document: Any, place: str) -> Iterator[Listing]:
        """Yield what it says; ``place`` is where the document lies."""


@cache
def formats() -> Sequence[Format]:
    """Return every format, found by where its file lies."""
    folder = files("pricing.feeds.formats")
    names = sorted(
        entry.name.removesuffix(".py")
        for entry in folder.iterdir()
        if entry.name.endswith(".py") and not entry.name.startswith("_")
    )
    found: list[Any] = [import_module(f"pricing.feeds.formats.{name}") for name in names]
    return found


def format_named(name: str) -> Format:
    """Return the format of a name."""
    return next(each for each in formats() if name == each.NAME)


def read_file(path: Path) -> Feed:
    """Read a price list from a file.

    Raises:
        FeedError: it cannot be read, is too large, or is of no known format.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise FeedError(f"{path}: {reason}; name a price list as a file or a URL") from None
    return read_bytes(content, str(path), locator=path.name)


def read_bytes(content: bytes, place: str, *, locator: str) -> Feed:
    """Read a price list from its bytes.

    Args:
        content: Of the whole list.
        place: Where it lies, for messages and for what its name says.
        locator: Where a reader of an entry can look it up.

    Raises:
        FeedError: it is too large, no JSON, or of no known format.
    """
    if len(content) > MOST_BYTES:
        raise FeedError(f"{place} has more than 64 MB; a price list has a few, name another file")
    document = _decoded(content, place)
    known = next((each for each in formats() if each.recognises(document)), None)
    if known is None:
        whats = "; ".join(each.WHAT for each in formats())
        raise FeedError(f"{place} is none of the price lists that are read: {whats}")
    revision = sha256(content).hexdigest()[:_REVISION_LENGTH]
    return feed_of(known, document, place, revision=revision, locator=locator)


def feed_of(
    known: Format, document: object, place: str, *, revision: str, locator: str = ""
) -> Feed:
    """Return what a document of a known format says."""
    found = tuple(known.listings(document, place))
    if not any(listing.rates for listing in found):
        raise FeedError(f"{place} has no price per token in it; name a complete {known.WHAT}")
    return Feed(known.NAME, known.WHAT, revision, locator or known.HOME, found)


def _decoded(content: bytes, place: str) -> object:
    """Read JSON; every number with a point or an exponent is a Decimal, none a float."""
    try:
        return json.loads(content, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError, ArithmeticError):
        raise FeedError(f"{place} is not readable as JSON; name a price list in JSON") from None


def _no_number(text: str) -> object:
    raise ValueError(text)
