"""Line items that state no quantity: what their amounts alone prove, and what they leave open.

An amount is held against what the logs of the same line item cost. Where it differs, another price
of the table counts as the cause only if it gives the amount to the last digit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from models.reconcile.bill import BilledLine
from models.reconcile.causes import Cause, Evidence
from models.reconcile.exact import ZERO, usd
from models.reconcile.guesses import Guess, Piece, instead_of, judged, rate_note
from models.reconcile.list_prices import ListPrices, Priced
from models.reconcile.logged import Logged
from models.reconcile.matching import same_tier
from models.reconcile.postings import Place, Postings, place_of


def pieces_of(uses: Iterable[Logged]) -> list[Piece]:
    """Return priced usage as quantities at their prices, added up where the price is the same."""
    found: dict[tuple[Priced, int, bool], Piece] = {}
    for use in uses:
        if use.rate is not None:
            priced, anywhen = use.priced, use.priced._replace(at=use.span.start)
            key = (anywhen, use.rate, use.bucket)
            piece = found.get(key, Piece(ZERO, priced, use.rate, band_open=use.bucket))
            found[key] = piece._replace(quantity=piece.quantity + use.quantity)
    return list(found.values())


@dataclass(slots=True)
class ItemAmounts:
    """The line items of one model and span, and its usage."""

    prices: ListPrices
    unnamed: frozenset[str]
    post: Postings
    uses: list[Logged]
    open_ended: bool = field(default=False, init=False)

    def settle(self, lines: Sequence[BilledLine]) -> None:
        """Post every line, then the usage that none of them is for."""
        items = _merged(lines)
        logged = [(line, uses) for line in items if (uses := self._of_item(line))]
        for line, uses in logged:
            self._settle_logged(line, uses)
        for line in items:
            if all(line is not settled for settled, _ in logged):
                self._settle_without(line)
        cause = Cause.RESIDUAL if self.open_ended else Cause.NOT_BILLED
        evidence = Evidence.NONE if self.open_ended else Evidence.EXACT
        for use in self.uses:
            self.post.compute(place_of(use), use.cost)
            self.post.part(place_of(use), cause, -use.cost, evidence)
            if use.rate is not None:
                self.post.alone(use, cause)

    def _of_item(self, line: BilledLine) -> list[Logged]:
        return [
            use
            for use in self.uses
            if use.meter == line.meter
            and use.project == line.project
            and (use.rate is None or (use.band == line.band and same_tier(line, use, self.unnamed)))
        ]

    def _settle_logged(self, line: BilledLine, uses: list[Logged]) -> None:
        """Post a line that the logs have usage for."""
        here = place_of(line)
        self.uses = [use for use in self.uses if use not in uses]
        for use in uses:
            self.post.compute(here, use.cost)
        cost = sum((use.cost for use in uses), ZERO)
        rest = line.amount - cost
        priced = pieces_of(uses)
        if not priced:
            self.post.part(here, Cause.UNPRICED, rest, Evidence.INFERRED, _reasons(uses))
            return
        if abs(rest) <= line.half_unit:
            self.post.part(here, Cause.ROUNDING, rest, Evidence.BOUNDED)
            return
        guesses = [
            Guess(instead.cause, instead.words, (change,))
            for instead in instead_of(self.prices, priced, tiers=line.tier is None)
            if (change := instead.change(priced)) is not None
        ]
        verdict = judged(guesses, [rest], [line.half_unit])
        if verdict.counts:
            [change] = verdict.counts.changes
            self.post.part(here, verdict.counts.cause, change, note=verdict.words)
            self.post.part(here, Cause.ROUNDING, rest - change, Evidence.BOUNDED)
        else:
            note = rate_note(line.amount, cost, verdict.words)
            self.post.part(here, Cause.RESIDUAL, rest, Evidence.NONE, note)

    def _settle_without(self, line: BilledLine) -> None:
        """Post a line that the logs have no usage for, unless under another tier or band."""
        here = place_of(line)
        same = [use for use in self.uses if (use.meter, use.project) == (line.meter, line.project)]
        kinds = dict.fromkeys((use.tier, use.band) for use in same)
        fitting = [
            uses
            for kind in kinds
            if self._as_billed(line, uses := [u for u in same if (u.tier, u.band) == kind])
        ]
        if len(fitting) == 1:
            self._move(line, here, fitting[0])
        elif self.uses:
            self.open_ended = True
            note = "no quantity, and no usage of this line item"
            self.post.part(here, Cause.RESIDUAL, line.amount, Evidence.NONE, note)
            self.post.alone(line, Cause.RESIDUAL)
        else:
            self.post.part(here, Cause.NOT_LOGGED, line.amount)
            self.post.alone(line, Cause.NOT_LOGGED)

    def _as_billed(self, line: BilledLine, uses: list[Logged]) -> bool:
        """Whether usage costs what the line states, at the tier and band that it names."""
        cost = ZERO
        for use in uses:
            tier = line.tier or "standard"
            priced = use.priced._replace(tier=tier, band=line.band)
            rate = self.prices.rate(priced)
            if rate is None:
                return False
            cost += usd(use.quantity * rate)
        return abs(line.amount - cost) <= line.half_unit

    def _move(self, line: BilledLine, here: Place, uses: list[Logged]) -> None:
        """Post that usage was billed at another tier or context band, to the last digit."""
        self.uses = [use for use in self.uses if use not in uses]
        tier = not same_tier(line, uses[0], self.unnamed)
        cause = Cause.TIER if tier else Cause.CONTEXT_BAND
        was, is_ = (uses[0].tier, line.tier) if tier else (uses[0].band, line.band)
        note = f"billed as {is_ or 'standard'}, logged as {was}"
        for use in uses:
            self.post.compute(place_of(use), use.cost)
            self.post.part(place_of(use), cause, -use.cost, note=note)
        self.post.part(here, cause, line.amount, note=note)


def _merged(lines: Sequence[BilledLine]) -> list[BilledLine]:
    """Add up the lines of each line item."""
    found: dict[Place, BilledLine] = {}
    for line in lines:
        place = place_of(line)
        if before := found.get(place):
            amount, half_unit = before.amount + line.amount, before.half_unit + line.half_unit
            found[place] = replace(before, amount=amount, half_unit=half_unit)
        else:
            found[place] = line
    return list(found.values())


def _reasons(uses: Sequence[Logged]) -> str:
    return ", ".join(dict.fromkeys(f"{use.model}: {use.reason}" for use in uses))
