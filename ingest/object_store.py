"""Objects in a bucket or behind a web address: found by name, prefix or pattern, and fetched."""

import logging
import posixpath
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import duckdb

from ingest.fetched import Before, Fetched, FetchError, Unchanged
from ingest.object_store_faults import told
from ingest.pull_mark import Version, write_version

#: Scheme of a URL, the module that reads it, and what beside fsspec that needs.
_SCHEMES = {
    "s3": "s3fs",
    "gs": "gcsfs",
    "gcs": "gcsfs",
    "az": "adlfs",
    "abfs": "adlfs",
    "abfss": "adlfs",
    "http": "aiohttp",
    "https": "aiohttp",
}
_MAGIC = re.compile(r"[*?\[]")

#: Seconds without an answer, or without a byte of one, after which a server is given up.
_PATIENCE_S = 60

#: They write to stderr what is told in one sentence.
_TALKATIVE = ("aiohttp", "asyncio", "azure", "botocore", "fsspec", "gcsfs", "google", "s3fs")


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One object.

    Attributes:
        url: Its address, without credentials and query string.
        version: What tells whether it changed, as far as its store says.
        files: The file system that reads it.
        key: Its name there.
    """

    url: str
    version: Version
    files: Any = field(repr=False)
    key: str = field(repr=False)

    def fetch(self, folder: Path, before: Before) -> Iterator[Fetched | Unchanged]:
        """Copy the object into a folder, unless this very version was loaded before."""
        known = before.versions.get((self.url, self.version))
        if known:
            yield Unchanged(known)
            return
        path = folder / f"object{''.join(PurePosixPath(self.url).suffixes[-2:])}"
        with _told(self.url, self.key):
            self.files.get_file(self.key, str(path), callback=_listening(before.progress))
        if self.version.size not in {None, path.stat().st_size}:
            raise FetchError(f"{self.url} changed while it was read; load it again")
        yield Fetched(path, self._remember)

    def _remember(self, con: duckdb.DuckDBPyConnection, file_id: int) -> None:
        write_version(con, self.url, self.version, file_id)


def is_object_url(name: str) -> bool:
    """Tell whether a name is a URL that this module reads."""
    scheme, separator, _ = name.partition("://")
    return bool(separator) and scheme.lower() in _SCHEMES


def public_url(url: str) -> str:
    """Return a URL without what must not be written down: credentials and query string."""
    scheme, _, rest = url.partition("://")
    if scheme.lower() in {"http", "https"}:
        parts = urlsplit(url)
        return f"{scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    user, at, _ = rest.partition("/")[0].rpartition("@")
    # In abfss://container@account it is no user; one has a password.
    return f"{scheme}://{rest.removeprefix(user + at)}" if ":" in user else url


def find_objects(name: str, is_log: Callable[[str], bool]) -> list[StoredObject]:
    """Return the objects a URL stands for: one, all logs below a prefix, or all of a pattern.

    Args:
        name: The URL.
        is_log: Tells by its name whether an object below a prefix is a log.

    Raises:
        FetchError: it stands for nothing, or its store cannot be reached.
    """
    shown = public_url(name)
    with _told(shown, name):
        files, key = _opened(name)
        if name.lower().startswith("http"):
            return [_web_page(files, key, shown)]
        found = _below(files, key, is_log, folder=name.endswith("/"))
    if not found:
        raise FetchError(f"{shown} holds no .jsonl, .json or .csv object (plain, .gz or .zst)")
    start = _start_of(shown)
    return [
        StoredObject(start + path.partition("/")[2], _version(found[path]), files, path)
        for path in sorted(found)
    ]


def _opened(name: str) -> tuple[Any, str]:
    _hush()
    scheme = name.partition("://")[0].lower()
    try:
        import_module(_SCHEMES[scheme])
        core = import_module("fsspec.core")
    except ImportError as error:
        raise FetchError(
            f"reading {scheme}:// needs the package {error.name}; "
            "install it with: make extras, or pip install '.[cloud]'"
        ) from None
    files, key = core.url_to_fs(name, **_options(scheme))
    return files, str(key)


@cache
def _hush() -> None:
    for name in _TALKATIVE:
        logging.getLogger(name).addHandler(logging.NullHandler())


def _options(scheme: str) -> dict[str, Any]:
    options: dict[str, Any] = {"skip_instance_cache": True, "use_listings_cache": False}
    if scheme == "s3":
        options["config_kwargs"] = {"connect_timeout": 15, "read_timeout": _PATIENCE_S}
        options["max_concurrency"] = 1  # several would hold 50 MB each in memory
    if scheme.startswith("http"):
        aiohttp = import_module("aiohttp")
        patience = aiohttp.ClientTimeout(total=None, connect=_PATIENCE_S, sock_read=_PATIENCE_S)
        options["client_kwargs"] = {"timeout": patience, "trust_env": True}
    return options


def _listening(progress: Callable[[float], None] | None) -> Any:
    def hook(size: int | None, value: int, **_: object) -> None:
        if progress and size:
            progress(min(value / size, 1.0))

    return import_module("fsspec.callbacks").Callback(hooks={"share": hook})


def _web_page(files: Any, key: str, shown: str) -> StoredObject:
    if shown.endswith("/"):
        raise FetchError(f"{shown} is no file; name one, as a web server does not list its folders")
    return StoredObject(shown, _version(files.info(key)), files, key)


def _below(
    files: Any, key: str, is_log: Callable[[str], bool], *, folder: bool
) -> dict[str, dict[str, Any]]:
    if _MAGIC.search(key) and (matches := files.glob(key, detail=True)):
        named = dict(matches)
    else:
        named = {key: {"type": "directory"} if folder else files.info(key)}
    found: dict[str, dict[str, Any]] = {}
    for path, about in named.items():
        if about["type"] == "file":
            found[path] = about
            continue
        below = files.find(path, detail=True)
        if not below:
            files.info(path)  # says whether it is the bucket that does not exist
        found |= {inner: each for inner, each in below.items() if is_log(posixpath.basename(inner))}
    return found


def _start_of(shown: str) -> str:
    """Return the bucket of a URL, as the user wrote it."""
    scheme, _, rest = shown.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/"


def _version(about: dict[str, Any]) -> Version:
    names = ("ETag", "etag", "generation", "Last-Modified")
    stated = next((str(about[name]) for name in names if about.get(name)), None)
    size = about.get("size")
    # One and the same tag is quoted here and bare there.
    tag = stated and stated.removeprefix("W/").strip('"')
    return Version(None if size is None else int(size), tag)


@contextmanager
def _told(shown: str, secret: str) -> Iterator[None]:
    """Turn whatever a store's library raises into one sentence."""
    try:
        yield
    except FetchError:
        raise
    except Exception as error:  # noqa: BLE001  each library has errors of its own
        raise FetchError(told(error, shown, secret)) from None
