"""Bills without line items: one amount for a day, and all that the logs hold of it.

What amounts alone can prove is little: that they agree, that a bucket was billed on the day before
or after, that something was not billed at all, that everything, or one model, was billed at another
price of the table. Anything else is residual, with what it is consistent with.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from models.reconcile.amounts import pieces_of
from models.reconcile.bill import BilledLine, Span
from models.reconcile.causes import Cause, Evidence
from models.reconcile.exact import ZERO, usd
from models.reconcile.guesses import Guess, Verdict, instead_of, judged, rate_note, shares_of
from models.reconcile.list_prices import ListPrices
from models.reconcile.logged import Logged
from models.reconcile.postings import Place, Postings
from pricing.vocabulary import PRICED_TIERS, UnpricedReason

#: What stands in the place of a line item.
LABEL = "(all)"

#: So many buckets of a day are looked at one by one.
_MOST_ROWS = 200


@dataclass(slots=True)
class Scope:
    """An amount, and the usage it may be for.

    Attributes:
        lines: The rows that state the amount; none where nothing was billed.
        carried: Cost of buckets that were logged on another day, and which.
    """

    span: Span
    project: str | None
    lines: list[BilledLine]
    uses: list[Logged]
    carried: Decimal = field(default=ZERO, init=False)

    @property
    def place(self) -> Place:
        """Where its amounts are posted."""
        return Place(self.span, self.project, LABEL)

    @property
    def amount(self) -> Decimal:
        """What was billed."""
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def bound(self) -> Decimal:
        """How much of it may be rounding."""
        return sum((line.half_unit for line in self.lines), ZERO)

    @property
    def cost(self) -> Decimal:
        """What its usage costs at list prices."""
        return sum((use.cost for use in self.uses), ZERO)

    @property
    def rest(self) -> Decimal:
        """What the usage does not explain."""
        return self.amount - self.cost - self.carried

    def rows(self) -> dict[str, list[Logged]]:
        """Return its buckets, each with all its meters; none where they are too many."""
        found: dict[str, list[Logged]] = {}
        for use in self.uses:
            if use.row is not None:
                found.setdefault(use.row, []).append(use)
        return found if len(found) <= _MOST_ROWS else {}


def settle_wholes(scopes: Sequence[Scope], prices: ListPrices, post: Postings) -> None:
    """Post amounts that are for a whole span."""
    for scope in scopes:
        for use in scope.uses:
            post.compute(scope.place, use.cost)
    _carry_rows(scopes, prices, post)
    for scope in scopes:
        _settle(scope, prices, post)


def _carry_rows(scopes: Sequence[Scope], prices: ListPrices, post: Postings) -> None:
    """Move buckets to the day on which they were billed, where one fits to the last digit."""
    for scope in scopes:
        if abs(scope.rest) <= scope.bound or not scope.lines:
            continue
        rows = [(other, uses) for other in _beside(scope, scopes) for uses in other.rows().values()]
        moves = [Guess(Cause.OTHER_DAY, "", (_cost(uses),)) for _, uses in rows]
        verdict = judged([*moves, *_guesses(scope, prices)], [scope.rest], [scope.bound])
        fitting = [
            row for row, move in zip(rows, moves, strict=True)
            if abs(scope.rest - move.changes[0]) <= scope.bound
        ]  # fmt: skip
        if verdict.counts and verdict.counts.cause is Cause.OTHER_DAY and len(fitting) == 1:
            [(other, uses)] = fitting
            _carry(other, scope, uses, post)


def _carry(origin: Scope, billed: Scope, uses: list[Logged], post: Postings) -> None:
    cost = _cost(uses)
    origin.uses = [use for use in origin.uses if use not in uses]
    billed.carried += cost
    logged_on, billed_on = (f"{each.span.start:%Y-%m-%d}" for each in (origin, billed))
    note = f"a bucket of {uses[0].model}"
    post.part(origin.place, Cause.OTHER_DAY, -cost, note=f"{note}, billed on {billed_on}")
    post.part(billed.place, Cause.OTHER_DAY, cost, note=f"{note}, logged on {logged_on}")


def _beside(scope: Scope, scopes: Iterable[Scope]) -> Iterator[Scope]:
    for other in scopes:
        adjacent = other.span.end == scope.span.start or other.span.start == scope.span.end
        if adjacent and other.project == scope.project:
            yield other


def _settle(scope: Scope, prices: ListPrices, post: Postings) -> None:
    rest, place = scope.rest, scope.place
    if abs(rest) <= scope.bound:
        post.part(place, Cause.ROUNDING, rest, Evidence.BOUNDED)
    elif not scope.lines:
        post.part(place, Cause.NOT_BILLED, rest)
        for use in scope.uses:
            post.alone(use, Cause.NOT_BILLED)
    elif not scope.uses:
        post.part(place, Cause.NOT_LOGGED, rest)
        for line in scope.lines:
            post.alone(line, Cause.NOT_LOGGED)
    elif all(use.rate is None for use in scope.uses):
        models = ", ".join(dict.fromkeys(f"{use.model}: {use.reason}" for use in scope.uses))
        post.part(place, Cause.UNPRICED, rest, Evidence.INFERRED, models)
    else:
        _judge(scope, prices, post)


def _judge(scope: Scope, prices: ListPrices, post: Postings) -> None:
    verdict = judged(_guesses(scope, prices), [scope.rest], [scope.bound])
    if verdict.counts:
        [change] = verdict.counts.changes
        post.part(scope.place, verdict.counts.cause, change, note=verdict.words)
        post.part(scope.place, Cause.ROUNDING, scope.rest - change, Evidence.BOUNDED)
        return
    note = rate_note(scope.amount, scope.cost, _consistent(scope, prices, verdict))
    post.part(scope.place, Cause.RESIDUAL, scope.rest, Evidence.NONE, note)


def _guesses(scope: Scope, prices: ListPrices) -> Iterator[Guess]:
    """Yield what could have been billed otherwise: everything, one model, one tier, one bucket."""
    for words, uses in _subsets(scope):
        pieces = pieces_of(uses)
        yield Guess(Cause.NOT_BILLED, f"{words} not billed", (-_cost(uses),))
        for instead in instead_of(prices, pieces, tiers=True):
            if (change := instead.change(pieces)) is not None:
                yield Guess(instead.cause, f"{words} {instead.words}", (change,))
    yield from _tier_guesses(scope, prices)


def _tier_guesses(scope: Scope, prices: ListPrices) -> Iterator[Guess]:
    """Yield what usage of unknown tier would cost, were it all of one."""
    untiered = [use for use in scope.uses if use.reason == UnpricedReason.TIER_UNKNOWN]
    for tier in PRICED_TIERS if untiered else ():
        words, cost = f"usage of unknown tier billed as {tier}", ZERO
        for use in untiered:
            rate = prices.rate(use.priced._replace(tier=str(tier)))
            if rate is None:
                break
            cost += usd(use.quantity * rate)
        else:
            yield Guess(Cause.UNPRICED, words, (cost,))


def _subsets(scope: Scope) -> Iterator[tuple[str, list[Logged]]]:
    priced = [use for use in scope.uses if use.rate is not None]
    models = dict.fromkeys(use.model for use in priced)
    if len(models) != 1:
        yield "all", priced
    for model in models:
        of_model = [use for use in priced if use.model == model]
        yield model, of_model
        tiers = dict.fromkeys(use.tier for use in of_model)
        for tier in tiers if len(tiers) > 1 else ():
            yield f"{model} of {tier}", [use for use in of_model if use.tier == tier]
    rows = scope.rows()
    for uses in rows.values() if len(rows) > 1 else ():
        yield f"a bucket of {uses[0].model}", uses


def _cost(uses: Iterable[Logged]) -> Decimal:
    return sum((use.cost for use in uses), ZERO)


def _consistent(scope: Scope, prices: ListPrices, verdict: Verdict) -> str:
    """Say what the rest would be, were it of one kind: nothing of that is proven."""
    if verdict.words:
        return verdict.words
    rest = scope.rest
    said = ["traffic that is not in the logs" if rest > 0 else "logged traffic that was not billed"]
    pieces = pieces_of(scope.uses)
    said += shares_of(rest, pieces, instead_of(prices, pieces, tiers=True))
    return ", ".join(said)
