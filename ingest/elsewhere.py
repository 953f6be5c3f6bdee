"""Inputs that are not files here, by their URL: objects in a store, a gateway's database."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from ingest.fetched import FetchError, Origin
from ingest.gateway_table import GATEWAYS, gateway_called
from ingest.object_store import find_objects, is_object_url
from ingest.postgres import OVERLAP, GatewayLogs
from ingest.postgres_address import is_address, parse_address


def is_elsewhere(name: str) -> bool:
    """Tell whether a name is a URL rather than a path."""
    return is_object_url(name) or is_address(name)


def find_elsewhere(
    name: str, is_log: Callable[[str], bool], source: str | None, overlap: timedelta = OVERLAP
) -> Iterator[tuple[str, Origin]]:
    """Yield what a URL stands for, each with the name it may be shown by.

    Args:
        name: The URL.
        is_log: Tells by its name whether an object below a prefix is a log.
        source: The source or gateway that the user chose.
        overlap: How far back the rows of a database are read again.

    Raises:
        FetchError: it stands for nothing that can be read.
    """
    if is_object_url(name):
        yield from ((each.url, each) for each in find_objects(name, is_log))
        return
    address = parse_address(name)
    gateway = gateway_called(source) if source else None
    if source and not gateway:
        names = " or ".join(each.name for each in GATEWAYS)
        raise FetchError(f"{address.shown} is read with --source {names}, not with {source}")
    yield address.shown, GatewayLogs(address, gateway, overlap)
