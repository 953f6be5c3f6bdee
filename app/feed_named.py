"""A public price list, read from where the user says it is."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pricing.feeds.observation import Feed


def feed_named(source: str) -> "Feed":
    """Read a price list: an installed package, a URL or a file.

    Raises:
        FeedError: it cannot be read or is of no known format.
    """
    from pricing.feeds.installed import INSTALLED
    from pricing.feeds.reading import read_file

    if source in INSTALLED:
        return INSTALLED[source]()
    if "://" in source:
        from pricing.feeds.fetch import read_address

        return read_address(source)
    return read_file(Path(source))
