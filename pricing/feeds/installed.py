"""Price lists that are on this machine already, because the package they come with is installed.

No network is asked. Of litellm only the list is read: importing the package takes seconds.
"""

from dataclasses import fields, is_dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pricing.feeds.errors import FeedError
from pricing.feeds.observation import Feed
from pricing.feeds.reading import feed_of, format_named, read_file

_LITELLM_FILE = "model_prices_and_context_window_backup.json"


def litellm() -> Feed:
    """Return the list inside the installed litellm.

    Raises:
        FeedError: it is not installed, or has no such list.
    """
    revision = _version("litellm")
    package = find_spec("litellm")
    folders = (package.submodule_search_locations if package else None) or []
    path = next((f for each in folders if (f := Path(each) / _LITELLM_FILE).is_file()), None)
    if path is None:
        raise FeedError(f"litellm {revision} has no {_LITELLM_FILE}; name a price list as a file")
    read = read_file(path)
    return Feed(read.name, read.what, revision, f"litellm {revision}", read.listings)


def genai_prices() -> Feed:
    """Return the list inside the installed genai-prices.

    Raises:
        FeedError: it is not installed, or cannot be imported.
    """
    revision = _version("genai-prices")
    try:
        data: Any = import_module("genai_prices.data")
    except ImportError as error:
        raise FeedError(
            f"genai-prices {revision} cannot be imported ({error}); name its data.json as a file"
        ) from None
    known = format_named("genai-prices")
    place = f"genai-prices {revision}"
    return feed_of(known, _as_json(data.providers), place, revision=revision, locator=place)


#: By the name that ``--from`` takes.
INSTALLED = {"litellm": litellm, "genai-prices": genai_prices}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        raise FeedError(
            f"{package} is not installed; install it, or name its price list as a file or a URL"
        ) from None


def _as_json(value: Any) -> Any:
    """Turn the package's objects into what its data.json holds."""
    if isinstance(value, list | tuple):
        return [_as_json(each) for each in value]
    if isinstance(value, dict):
        return {key: _as_json(each) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        named = {field.name: getattr(value, field.name) for field in fields(value)}
    elif type(value).__name__ == "ModelPrice":
        named = vars(value)
    else:
        return value
    # `or` and `and` are words of Python, so the package writes them with an underscore.
    return {
        key.removesuffix("_"): _as_json(each) for key, each in named.items() if each is not None
    }
