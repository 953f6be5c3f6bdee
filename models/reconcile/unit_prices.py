"""What is left of billed lines when their quantities are accounted for: the unit price.

First all lines of a model together, for a price that explains every one of them explains each the
better; then line by line. A unit price that no dated price of the table gives is a unit price that
is not listed, such as a negotiated one.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from models.reconcile.causes import Cause, Evidence
from models.reconcile.exact import ZERO
from models.reconcile.guesses import (
    Guess,
    Instead,
    Piece,
    Verdict,
    instead_of,
    judged,
    rate_note,
    shares_of,
)
from models.reconcile.list_prices import ListPrices
from models.reconcile.moves import Expected
from models.reconcile.postings import Postings, place_of


def post_unit_prices(lines: Sequence[Expected], prices: ListPrices, post: Postings) -> None:
    """Post what is left of the lines of one model and span."""
    open_lines = []
    for each in lines:
        # Without a list price the amount itself was divided: only its last place can be left.
        if not each.pieces or abs(each.rest) <= each.line.half_unit:
            post.part(place_of(each.line), Cause.ROUNDING, each.rest, Evidence.BOUNDED)
        elif any(piece.logged for piece in each.pieces):
            open_lines.append(each)
        else:
            # Nothing of it is in the logs, at whatever price.
            note = _note(each, _judged([each], prices), prices)
            post.part(place_of(each.line), Cause.NOT_LOGGED, each.rest, note=note)
    if not open_lines:
        return
    verdict = _judged(open_lines, prices)
    if verdict.counts:
        _post(open_lines, verdict.counts, verdict.words, post)
        return
    for each in open_lines:
        verdict = _judged([each], prices)
        if verdict.counts:
            _post([each], verdict.counts, verdict.words, post)
        else:
            post.part(
                place_of(each.line), Cause.UNIT_PRICE, each.rest, note=_note(each, verdict, prices)
            )


def _judged(lines: Sequence[Expected], prices: ListPrices) -> Verdict:
    rests = [each.rest for each in lines]
    bounds = [each.line.half_unit for each in lines]
    return judged(_guesses([each.pieces for each in lines], lines, prices), rests, bounds)


def _guesses(
    pieces: Sequence[Sequence[Piece]], lines: Sequence[Expected], prices: ListPrices
) -> Iterator[Guess]:
    """Yield that all of the lines, or what of them is not logged, was billed at another price."""
    every = [piece for of_line in pieces for piece in of_line]
    tiers = all(each.line.tier is None for each in lines)
    unlogged = [[piece for piece in of_line if not piece.logged] for of_line in pieces]
    partly = 0 < sum(map(len, unlogged)) < len(every)
    for instead in instead_of(prices, every, tiers=tiers):
        if changes := _changes(instead, pieces):
            yield Guess(instead.cause, instead.words, changes)
        if partly and (changes := _changes(instead, unlogged)):
            yield Guess(Cause.NOT_LOGGED, f"what is not logged {instead.words}", changes)


def _changes(instead: Instead, pieces: Sequence[Sequence[Piece]]) -> tuple[Decimal, ...]:
    found = [instead.change(of_line) for of_line in pieces]
    return tuple(each for each in found if each is not None) if None not in found else ()


def _post(lines: Sequence[Expected], guess: Guess, words: str, post: Postings) -> None:
    for each, change in zip(lines, guess.changes, strict=True):
        place = place_of(each.line)
        post.part(place, guess.cause, change, note=words)
        post.part(place, Cause.ROUNDING, each.rest - change, Evidence.BOUNDED)


def _note(each: Expected, verdict: Verdict, prices: ListPrices) -> str:
    """Say what the amount is of list, and what it is consistent with."""
    listed = sum((piece.cost for piece in each.pieces), ZERO)
    words = verdict.words
    if not words and each.line.tier is None:
        others = instead_of(prices, each.pieces, tiers=True)
        tiers = (instead for instead in others if instead.cause is Cause.TIER)
        words = ", ".join(shares_of(each.rest, each.pieces, tiers))
    return rate_note(listed + each.rest, listed, words)
