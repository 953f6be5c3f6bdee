"""A price list at an http or https address."""

from importlib.metadata import version

import httpx

from pricing.feeds.errors import FeedError
from pricing.feeds.observation import Feed
from pricing.feeds.reading import MOST_BYTES, read_bytes

_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_MOST_REDIRECTS = 5


def is_address(text: str) -> bool:
    """Whether a text names a place in a network rather than a file."""
    return "://" in text


def read_address(address: str) -> Feed:
    """Read a price list from a URL.

    Raises:
        FeedError: it is no http address, does not answer in time, or is no price list.
    """
    if not address.lower().startswith(("http://", "https://")):
        raise FeedError(f"{address} is not an http or https address; download it and name the file")
    return read_bytes(_content(address), address, locator=address)


def _content(address: str) -> bytes:
    content = bytearray()
    try:
        with (
            httpx.Client(
                timeout=_TIMEOUT,
                follow_redirects=True,
                max_redirects=_MOST_REDIRECTS,
                headers={"User-Agent": f"ratecard/{version('ratecard')}"},
            ) as client,
            client.stream("GET", address) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise FeedError(
                    f"{address} answers {response.status_code}; check the address, or download "
                    "the list and name the file"
                )
            for piece in response.iter_bytes():
                content += piece
                if len(content) > MOST_BYTES:
                    break
    except httpx.TimeoutException:
        raise FeedError(
            f"{address} does not answer in time; try again, or name a downloaded file"
        ) from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        raise FeedError(
            f"{address} cannot be read ({type(error).__name__}); check the address and the network"
        ) from None
    return bytes(content)
