"""From the model id in a log to the model in the price book.

A rule here never guesses: an id is known because the book lists it, bare or
behind a gateway's prefix. A dated snapshot is its own id and has to be listed.
"""

from difflib import get_close_matches

from pricing.book import PriceBook


def resolve(provider: str, raw_id: str, book: PriceBook) -> str | None:
    """Return the canonical model of a logged id, or None if the book has none.

    Example:
        ("openai", "openai/gpt-5.4-2026-03-05") is "gpt-5.4".
    """
    name = raw_id.strip()
    for candidate in (name, _without_prefix(provider, name)):
        if model := book.model_ids.get((provider, candidate)):
            return model
    return None


def suggest(raw_id: str, book: PriceBook) -> list[str]:
    """Return up to three ids of the book that look like a logged id, closest first."""
    bare = raw_id.strip().rsplit("/", 1)[-1].lower()
    known = sorted({name for _, name in book.model_ids})
    return get_close_matches(bare, known, n=3, cutoff=0.6)


def _without_prefix(provider: str, name: str) -> str:
    """Strip `openai/` and LiteLLM's `openai/responses/`, each only at the front."""
    bare = name.removeprefix(f"{provider}/")
    return name if bare == name else bare.removeprefix("responses/")
