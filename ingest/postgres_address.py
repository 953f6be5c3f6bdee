"""The address of a PostgreSQL database: what may be shown of it, and what connects to it."""

import os
import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

from ingest.fetched import FetchError

_SCHEMES = ("postgresql://", "postgres://")
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.%]+\]|[\w.-]*)(?::[0-9]+)?")
_USUAL_PORT = ":5432"

#: What Prisma, and so LiteLLM, adds to an address, and PostgreSQL's own client refuses.
_PRISMA = {
    "connection_limit", "pgbouncer", "pool_timeout", "schema", "socket_timeout", "sslaccept",
    "sslidentity", "statement_cache_size",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Address:
    """A database.

    Attributes:
        host: With its port when that is not the usual one.
        database: Its name.
        schema: Where its tables are looked for; None for wherever one is.
        secret: The URL that connects.
        password: As it stands in the URL; never shown.
    """

    host: str
    database: str
    schema: str | None
    secret: str = field(repr=False)
    password: str = field(repr=False)

    @property
    def shown(self) -> str:
        """The address without user and password."""
        return f"postgresql://{self.host}/{self.database}"

    def censored(self, text: str) -> str:
        """Return a text without the password."""
        for secret in {self.password, unquote(self.password)} - {""}:
            text = text.replace(secret, "***")
        return text


def is_address(name: str) -> bool:
    """Tell whether a name is the URL of a PostgreSQL database."""
    return name.lower().startswith(_SCHEMES)


def parse_address(url: str) -> Address:
    """Read a URL such as ``postgresql://user:password@host:5432/database?sslmode=require``.

    Raises:
        FetchError: it is none; the message does not repeat it.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("postgresql://:")
    user, _, place = parts.netloc.rpartition("@")
    if _is_torn(parts, place):
        raise FetchError(
            "the PostgreSQL address cannot be read; write what is special in the password as "
            "%XX, such as %40 for @ and %2F for /"
        )
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    kept = {name: value for name, value in query.items() if name not in _PRISMA}
    host = place or query.get("host") or os.environ.get("PGHOST") or "localhost"
    database = unquote(parts.path.strip("/")) or query.get("dbname")
    return Address(
        host=host.removesuffix(_USUAL_PORT).lower(),
        database=database or os.environ.get("PGDATABASE") or unquote(user.partition(":")[0]),
        schema=query.get("schema"),
        secret=parts._replace(query=urlencode(kept)).geturl(),
        password=user.partition(":")[2] or query.get("password", ""),
    )


def _is_torn(parts: SplitResult, place: str) -> bool:
    """Whether a special character of the password ended a part of the URL too early."""
    hosts_known = all(_HOST.fullmatch(each) for each in place.split(","))
    rest = parts.path if "@" in parts.netloc else parts.path + parts.query
    return not hosts_known or "@" in rest or bool(parts.fragment)
