"""From the model id in a log to the model in the price book, and to the vendor whose price it has.

A rule here never guesses: an id is known because the book lists it, bare or in the spelling of a
gateway or a cloud. A dated snapshot is its own id and has to be listed. What a cloud or a gateway
resells has the vendor's list price; what the reseller adds is a matter of the contract.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import NamedTuple

from pricing.book import PriceBook

#: Who resells other vendors' models at their list price.
RESELLERS = frozenset({
    "azure", "bedrock", "vertex", "openrouter", "litellm", "newapi", "cloudflare", "portkey",
    "helicone", "vercel", "github",
})  # fmt: skip

#: What a vendor is called in front of a model id.
VENDORS = {
    "openai": "openai",
    "anthropic": "anthropic",
    "google": "google",
    "gemini": "google",
    "azure": "openai",
    "azure_ai": "openai",
}

#: A cloud's name in front of an id says that the vendor does not bill.
_CLOUDS = frozenset({"azure", "azure_ai"})

#: How gateways begin an id, longest first; the vendor's own prefix may follow.
_PREFIXES = (
    "litellm_proxy/", "openrouter/", "vertex_ai/", "vertex/", "bedrock/", "converse/", "invoke/",
    "models/", "responses/", "global-standard/", "global/",
)  # fmt: skip

_BEDROCK = re.compile(
    r"(?:(?:us|eu|apac|jp|au|ca|global|us-gov)\.)?(?P<vendor>anthropic|openai)\.(?P<id>[\w.-]+?)"
    r"(?:-v\d+)?(?::\d+)?(?::\d+k)?"
)
_VERTEX = re.compile(r"(?P<id>claude-[\w-]+)@(?P<date>\d{8}|default|latest)")
_OPENROUTER_ROUTE = re.compile(r":(?:nitro|floor|online|exacto)$")
_MODELS = re.compile(r"(?P<vendor>[\w-]+)/models/(?P<id>[\w.@-]+)")


class Meant(NamedTuple):
    """What a logged id stands for.

    Attributes:
        vendor: Whose list price applies: the provider itself, or whom it resells.
        model: Canonical id.
    """

    vendor: str
    model: str


def meaning(provider: str, raw_id: str, book: PriceBook) -> Meant | None:
    """Return what a logged id stands for, or None if the book has no such model.

    Args:
        provider: Who bills.
        raw_id: As logged.
        book: Its names, then its models.

    Example:
        ("bedrock", "us.anthropic.claude-opus-4-6-v1:0") is claude-opus-4-6 of anthropic.
    """
    name = raw_id.strip()
    for key in ((provider, name), ("*", name)):
        if named := book.names.get(key):
            return Meant(*named)
    vendors = _vendors(provider, book)
    for vendor, candidate in _spellings(name, provider):
        for seller in vendors if vendor is None else [each for each in vendors if each == vendor]:
            if model := book.model_ids.get((seller, candidate)):
                return Meant(seller, model)
    return None


def resolve(provider: str, raw_id: str, book: PriceBook) -> str | None:
    """Return the canonical model of a logged id, or None if the book has none.

    Example:
        ("openai", "openai/gpt-5.4-2026-03-05") is "gpt-5.4".
    """
    meant = meaning(provider, raw_id, book)
    return meant.model if meant else None


def suggest(raw_id: str, book: PriceBook) -> list[str]:
    """Return up to three ids of the book that look like a logged id, closest first."""
    bare = raw_id.strip().rsplit("/", 1)[-1].lower()
    known = sorted({name for _, name in book.model_ids})
    return get_close_matches(bare, known, n=3, cutoff=0.6)


def _vendors(provider: str, book: PriceBook) -> list[str]:
    """Whose models a provider can have sold; a reseller's own prices come first."""
    if provider not in RESELLERS:
        return [provider]
    return sorted(book.providers, key=lambda name: (name != provider, name))


def _spellings(name: str, provider: str) -> Iterator[tuple[str | None, str]]:
    """Yield ids the book might list for a logged one, with the vendor it names, if it does."""
    yield None, name
    yield None, name.removeprefix(f"{provider}/")
    vendor, bare = _without_prefixes(name, resold=provider in RESELLERS)
    for spelling in dict.fromkeys(_bare_spellings(bare)):
        yield vendor, spelling
    if match := _MODELS.fullmatch(name.removeprefix("vertex_ai/").removeprefix("publishers/")):
        for spelling in _bare_spellings(match["id"]):
            yield VENDORS.get(match["vendor"]), spelling
    if match := _BEDROCK.fullmatch(bare.rsplit("/", 1)[-1]):
        yield match["vendor"], match["id"]


def _without_prefixes(name: str, *, resold: bool) -> tuple[str | None, str]:
    """Strip what gateways put in front of an id; remember a vendor among it."""
    vendor = None
    while True:
        prefix = next((each for each in _PREFIXES if name.startswith(each)), None)
        first, slash, rest = name.partition("/")
        if prefix:
            name = name.removeprefix(prefix)
        elif slash and vendor is None and first in VENDORS and (first not in _CLOUDS or resold):
            vendor, name = VENDORS[first], rest
        else:
            return vendor, name


def _bare_spellings(name: str) -> Iterator[str]:
    """Yield an id as it is, then as its vendor writes what others write differently."""
    yield name
    name = _OPENROUTER_ROUTE.sub("", name)
    yield name
    if match := _VERTEX.fullmatch(name):
        dated = match["date"].isdigit()
        yield f"{match['id']}-{match['date']}" if dated else match["id"]
    if name.startswith("claude-"):
        yield name.replace(".", "-")
    if name.startswith("gpt-35-"):
        yield name.replace("gpt-35-", "gpt-3.5-", 1)
