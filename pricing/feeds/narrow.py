"""Keeps of a comparison what concerns the models that a user names."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from pricing.book import PriceBook
from pricing.feeds.compare import Comparison
from pricing.feeds.errors import FeedError
from pricing.feeds.matching import bare
from pricing.names import resolve


def narrowed(
    comparisons: Sequence[Comparison], book: PriceBook, names: Sequence[str]
) -> list[Comparison]:
    """Return the comparisons with the named models only.

    Args:
        comparisons: With the same book.
        book: What its ids resolve in.
        names: Any id of a model of the book, or the id of a new model in a list.

    Raises:
        FeedError: no list and no book has a model of one of the names.
    """
    findings = [finding for each in comparisons for finding in each.findings]
    there = {(finding.provider, finding.model) for finding in findings}
    wanted: set[tuple[str, str]] = set()
    for name in names:
        meant = {
            (finding.provider, finding.model)
            for finding in findings
            if name in (finding.model, finding.raw_key.partition(": ")[0])
        } or {sold for sold in there if resolve(sold[0], name, book) == sold[1]}
        if not meant:
            raise FeedError(f"no list that was read has a model '{name}'{_near(name, there)}")
        wanted |= meant
    return [_with_only(each, wanted) for each in comparisons]


def _with_only(comparison: Comparison, wanted: set[tuple[str, str]]) -> Comparison:
    matches = comparison.matches
    models = {model for _, model in wanted}
    new = [listing for listing in matches.new if bare(listing.key) in models]
    known = {sold: found for sold, found in matches.known.items() if sold in wanted}
    findings = tuple(f for f in comparison.findings if (f.provider, f.model) in wanted)
    kept = replace(matches, new=new, known=known)
    return replace(comparison, matches=kept, findings=findings)


def _near(name: str, there: Iterable[tuple[str, str]]) -> str:
    near = get_close_matches(bare(name), sorted({model for _, model in there}), n=3)
    return f"; did you mean {' or '.join(near)}?" if near else "; leave --model out to see all"
