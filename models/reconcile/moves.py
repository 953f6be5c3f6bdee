"""From matched quantities to the parts of a difference, up to the unit price."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from models.reconcile.bill import BilledLine, Span
from models.reconcile.causes import Cause, Evidence
from models.reconcile.exact import ZERO, share, usd
from models.reconcile.guesses import Piece
from models.reconcile.list_prices import ListPrices, Priced
from models.reconcile.logged import Logged
from models.reconcile.matching import Matched, OpenLine, Taken, same_tier
from models.reconcile.postings import Place, Postings, place_of


@dataclass(frozen=True, slots=True)
class Expected:
    """A billed line beside what its quantity costs at list prices.

    Attributes:
        rest: What is left of the amount when all quantities are accounted for.
    """

    line: BilledLine
    pieces: tuple[Piece, ...]
    rest: Decimal


def post_moves(
    matched: Matched, prices: ListPrices, unnamed: frozenset[str], post: Postings
) -> Iterator[Expected]:
    """Post what quantities explain, and yield each line with what they leave."""
    firm = Evidence.EXACT if matched.ties else Evidence.INFERRED
    for line in matched.lines:
        yield _Line(line, prices, unnamed, post, firm).expected()
    for use in matched.uses:
        if use.left:
            cost = use.use.cost_of(use.left)
            place = place_of(use.use)
            post.compute(place, cost)
            if use.use.rate is not None:
                post.part(place, Cause.NOT_BILLED, -cost)
                post.alone(use.use, Cause.NOT_BILLED, use.left)


@dataclass(frozen=True, slots=True)
class _Line:
    """A billed line on its way into the books."""

    open: OpenLine
    prices: ListPrices
    unnamed: frozenset[str]
    post: Postings
    firm: Evidence

    @property
    def line(self) -> BilledLine:
        return self.open.line

    def expected(self) -> Expected:
        pieces: list[Piece] = []
        accounted = ZERO
        for taken in self.open.taken:
            piece, amount = self._take(taken)
            accounted += amount
            pieces += [piece] if piece else []
        if self.open.left:
            piece, amount = self._not_logged()
            accounted += amount
            pieces += [piece] if piece else []
        return Expected(self.line, tuple(pieces), self.line.amount - accounted)

    def _take(self, taken: Taken) -> tuple[Piece | None, Decimal]:
        """Post what a part of the line differs in, and return it with its amount."""
        use, quantity = taken
        cost = use.cost_of(quantity)
        moved = _moved(self.line, use, self.unnamed)
        here = place_of(self.line)
        label = use.label if moved else here.label
        there = Place(use.span, use.project, label)
        self.post.compute(there, cost)
        there = self._carried(there, here.span, use.project, Cause.OTHER_DAY, cost)
        there = self._carried(there, here.span, here.project, Cause.OTHER_PROJECT, cost)
        piece, amount = self._piece(use, quantity)
        if use.rate is None:
            self.post.part(here, Cause.UNPRICED, amount, note=f"{use.model}: {use.reason}")
        elif moved:
            self._post_moved(there, taken, moved, amount)
        return piece, amount

    def _carried(
        self, there: Place, span: Span, project: str | None, cause: Cause, cost: Decimal
    ) -> Place:
        """Take a cost from where it was logged to where it was billed."""
        to = Place(span, project, there.label)
        if there != to:
            self.post.part(there, cause, -cost, note="logged here")
            self.post.part(to, cause, cost, note="billed here")
        return to

    def _piece(self, use: Logged, quantity: Decimal) -> tuple[Piece | None, Decimal]:
        """Return a part of the line at its list price, and its amount."""
        line = self.line
        as_logged = use.rate is not None and same_tier(line, use, self.unnamed)
        tier = use.tier if as_logged else line.tier or "standard"
        priced = _priced(line, tier, use.region, use)
        same = use.rate is not None and not _moved(line, use, self.unnamed)
        rate = use.rate if same else self.prices.rate(priced)
        return self._valued(quantity, priced, rate, logged=True)

    def _valued(
        self, quantity: Decimal, priced: Priced, rate: int | None, *, logged: bool
    ) -> tuple[Piece | None, Decimal]:
        if rate is None:
            return None, share(self.line.amount, quantity, self.line.quantity or quantity)
        piece = Piece(quantity, priced, rate, logged)
        return piece, piece.cost

    def _not_logged(self) -> tuple[Piece | None, Decimal]:
        line, here = self.line, place_of(self.line)
        priced = _priced(line, line.tier or "standard", "global", None)
        rate = self.prices.rate(priced)
        if rate is None:
            # A model that was released within the span.
            priced = priced._replace(at=line.span.end - timedelta(microseconds=1))
            rate = self.prices.rate(priced)
        piece, amount = self._valued(self.open.left, priced, rate, logged=False)
        note = "" if piece else "at the billed unit price, for the price table has none"
        self.post.part(here, Cause.NOT_LOGGED, amount, note=note)
        if not self.open.taken:
            self.post.alone(line, Cause.NOT_LOGGED)
        return piece, amount

    def _post_moved(self, there: Place, taken: Taken, moved: list[Cause], amount: Decimal) -> None:
        """Split a change of price over what differs, one thing after the other.

        A step to what has no list price is valued together with the next one that has.
        """
        use, quantity = taken
        here = place_of(self.line)
        cost = use.cost_of(quantity)
        priced = _priced(self.line, use.tier, use.region, use)._replace(
            band=use.band or "short", meter=use.meter
        )
        steps: list[tuple[Cause, Decimal]] = []
        reached, pending = cost, moved[0]
        for cause, following in zip(moved, [*moved[1:], None], strict=True):
            priced = _step(priced, cause, self.line)
            rate = self.prices.rate(priced)
            if following and rate is None:
                continue
            value = usd(quantity * rate) if following and rate is not None else amount
            steps.append((pending, value - reached))
            reached, pending = value, following or cause
        first, change = steps[0]
        note = _note(first, self.line, use)
        self.post.part(there, first, -cost, self.firm, note)
        self.post.part(here, first, cost + change, self.firm, note)
        for cause, more in steps[1:]:
            self.post.part(here, cause, more, self.firm, _note(cause, self.line, use))


def _moved(line: BilledLine, use: Logged, unnamed: frozenset[str]) -> list[Cause]:
    """Return what differs between a line and the usage it is for."""
    if use.rate is None:
        return []
    differs = {
        Cause.TIER: not same_tier(line, use, unnamed),
        Cause.CONTEXT_BAND: line.band != use.band,
        Cause.CACHED_SHARE: line.meter != use.meter,
    }
    return [cause for cause, is_so in differs.items() if is_so]


def _step(priced: Priced, cause: Cause, line: BilledLine) -> Priced:
    if cause is Cause.TIER:
        return priced._replace(tier=line.tier or "standard")
    return priced._replace(band=line.band)


def _note(cause: Cause, line: BilledLine, use: Logged) -> str:
    match cause:
        case Cause.TIER:
            how = "assumed" if use.assumed else "logged"
            return f"billed as {line.tier or 'standard'}, {how} as {use.tier}"
        case Cause.CONTEXT_BAND:
            how = "priced as short, for a bucket does not tell" if use.bucket else f"{use.band}"
            return f"billed as {line.band} context, {how}"
        case _:
            return f"billed as {line.meter}, logged as {use.meter}"


def _priced(line: BilledLine, tier: str, region: str, use: Logged | None) -> Priced:
    """Return what the price of a part of a line depends on."""
    at = line.span.start if use is None else use.at
    model, meter = line.model or "", line.meter or ""
    return Priced(line.vendor, model, tier, line.band, meter, region, at, line.provider)
