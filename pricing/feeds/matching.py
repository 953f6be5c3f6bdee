"""Which models of the book a list speaks of, and what of the list is left aside."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from pricing.book import PriceBook
from pricing.feeds.observation import Feed, Listing, maker_of
from pricing.names import RESELLERS, meaning

Sold = tuple[str, str]


@dataclass(slots=True)
class Matches:
    """The listings of a feed, by what they are to the book.

    Attributes:
        known: By provider and canonical model of the book, the one of that very id first.
        new: Listings of models that the book does not have.
        resold: How many listings of each provider are another maker's models.
        others: How many listings of each provider that the book has nothing of.
        other_units: Models of the book's providers that text tokens alone do not price.
    """

    known: dict[Sold, list[Listing]] = field(default_factory=dict)
    new: list[Listing] = field(default_factory=list)
    resold: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    other_units: set[Sold] = field(default_factory=set)


def vendors(book: PriceBook) -> frozenset[str]:
    """Return the providers of the book that sell models of their own."""
    return frozenset(book.providers) - RESELLERS


def matched(feed: Feed, book: PriceBook, providers: Collection[str] = ()) -> Matches:
    """Sort the listings of a feed.

    Args:
        feed: What was read.
        book: Its providers' own models are compared.
        providers: Others that the user names, resellers included.
    """
    wanted = vendors(book) | set(providers)
    found = Matches()
    unknown: list[Listing] = []
    for listing in feed.listings:
        if not listing.rates:
            continue
        provider = listing.provider or maker_of(listing.key)
        maker = maker_of(listing.key)
        if provider not in wanted:
            found.others[provider or "unknown"] += 1
        elif maker and maker != provider and provider not in providers:
            found.resold[provider] += 1
        elif models := _exactly(listing, provider, book):
            for model in models:
                found.known.setdefault(model, []).append(listing)
        else:
            unknown.append(listing)
    _by_pattern(unknown, book, found)
    for sold, listings in found.known.items():
        listings.sort(key=lambda listing: bare(listing.key) != sold[1])
    return found


def folded(listing: Listing, sold: Sold, book: PriceBook) -> bool:
    """Whether a listing is another model's, and names this one among its ids.

    A list that folds models into one has the tiers of that one only.
    """
    meant = meaning(sold[0], listing.key, book)
    return meant is not None and (meant.vendor, meant.model) != sold


def bare(key: str) -> str:
    """Return a list's id without the prefix that lists put before it."""
    return key.rsplit("/", 1)[-1]


def _exactly(listing: Listing, provider: str, book: PriceBook) -> list[Sold]:
    """Return the models of the book that the listing names."""
    meant = [meaning(provider, name, book) for name in (listing.key, *listing.names)]
    return list(dict.fromkeys((m.vendor, m.model) for m in meant if m and m.vendor == provider))


def _by_pattern(unknown: Sequence[Listing], book: PriceBook, found: Matches) -> None:
    """Give models that no listing names to the first listing that takes their id."""
    used = set()
    for (provider, name), model in book.model_ids.items():
        if (provider, model) in found.known:
            continue
        first = next(
            (
                listing
                for listing in unknown
                if listing.fits
                and (listing.provider or maker_of(listing.key)) == provider
                and listing.fits(name)
            ),
            None,
        )
        if first is not None:
            found.known[provider, model] = [first]
            used.add(id(first))
    for listing in unknown:
        if id(listing) not in used:
            if listing.other_units:
                provider = listing.provider or maker_of(listing.key)
                found.other_units.add((provider, bare(listing.key)))
            else:
                found.new.append(listing)
