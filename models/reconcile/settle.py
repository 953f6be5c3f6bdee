"""The provider's bill held against the logs: every line, every cause, nothing left over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from models.reconcile.amounts import ItemAmounts
from models.reconcile.bill import BilledLine, Kind, Span
from models.reconcile.causes import Cause, Evidence
from models.reconcile.exact import exactly
from models.reconcile.list_prices import ListPrices
from models.reconcile.logged import Logged
from models.reconcile.matching import UNNAMED_TIERS, match
from models.reconcile.moves import post_moves
from models.reconcile.neighbours import carry_over
from models.reconcile.postings import Postings, place_of
from models.reconcile.tools import settle_tools
from models.reconcile.unit_prices import post_unit_prices
from models.reconcile.whole import LABEL, Scope, settle_wholes
from pricing.vocabulary import TOOL_METERS

_STATED = {Kind.CREDIT: Cause.CREDITS, Kind.TAX: Cause.TAXES}

#: Span, provider, model.
_Key = tuple[Span, str, str]


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A bill, the cost computed from the logs, and what they differ in.

    Attributes:
        by_project: Whether bill and logs name the same projects; if not, nothing is divided by
            project.
    """

    post: Postings
    by_project: bool


def reconcile(
    bill: Iterable[BilledLine], logged: Iterable[Logged], prices: ListPrices
) -> Reconciliation:
    """Split the difference between a bill and the logs into causes that add up to it exactly.

    Args:
        bill: Every line; the spans of two lines are the same, or apart.
        logged: The usage of the same time, each in the span of its lines.
        prices: The list prices the usage was priced at.
    """
    lines, uses = list(bill), list(logged)
    theirs = {use.project for use in uses}
    by_project = any(line.project is not None and line.project in theirs for line in lines)
    if not by_project:
        lines = [replace(line, project=None) for line in lines]
        uses = [replace(use, project=None) for use in uses]
    post = Postings()
    with exactly():
        lines = _told_apart(lines)
        for line in lines:
            post.bill(line)
        _Books(lines, uses, prices, post).settle()
        if gaps := list(post.gaps()):
            raise AssertionError(f"the causes do not add up to the difference: {gaps[:3]}")
    return Reconciliation(post, by_project)


def _told_apart(lines: Sequence[BilledLine]) -> list[BilledLine]:
    """An amount without a line item that stands beside line items is one of them, not the whole."""
    itemised = {line.span for line in lines if line.kind in {Kind.USAGE, Kind.TOOL}}
    return [
        replace(line, kind=Kind.UNREAD if line.span in itemised else Kind.WHOLE, label=LABEL)
        if line.kind is Kind.WHOLE
        else line
        for line in lines
    ]


@dataclass(frozen=True, slots=True)
class _Books:
    lines: list[BilledLine]
    uses: list[Logged]
    prices: ListPrices
    post: Postings

    def settle(self) -> None:
        for line in self.lines:
            if cause := _STATED.get(line.kind):
                self.post.part(place_of(line), cause, line.amount, Evidence.STATED, line.text)
            elif line.kind is Kind.UNREAD:
                self.post.part(place_of(line), Cause.UNREAD, line.amount, Evidence.STATED)
                self.post.alone(line, Cause.UNREAD)
        whole = {line.span for line in self.lines if line.kind is Kind.WHOLE}
        settle_wholes(self._scopes(whole), self.prices, self.post)
        itemised = [use for use in self.uses if use.span not in whole]
        settle_tools(
            (line for line in self.lines if line.kind is Kind.TOOL),
            (use for use in itemised if use.meter in TOOL_METERS),
            self.post,
        )
        self._settle_items([use for use in itemised if use.meter not in TOOL_METERS])

    def _scopes(self, whole: set[Span]) -> list[Scope]:
        found: dict[tuple[Span, str | None], Scope] = {}
        for line in self.lines:
            if line.kind is Kind.WHOLE:
                key = (line.span, line.project)
                found.setdefault(key, Scope(*key, [], [])).lines.append(line)
        for use in self.uses:
            if use.span in whole:
                key = (use.span, use.project)
                found.setdefault(key, Scope(*key, [], [])).uses.append(use)
        return sorted(found.values(), key=lambda each: (each.span, each.project or ""))

    def _settle_items(self, uses: Iterable[Logged]) -> None:
        """Settle the line items of models: by quantity, by amount, or as a whole."""
        billed: dict[_Key, list[BilledLine]] = {}
        logged: dict[_Key, list[Logged]] = {}
        for line in self.lines:
            if line.kind is Kind.USAGE:
                billed.setdefault((line.span, line.provider, line.model or ""), []).append(line)
        for use in uses:
            logged.setdefault((use.span, use.provider, use.model), []).append(use)
        unnamed = UNNAMED_TIERS - {line.tier for line in self.lines}
        groups = {}
        for key in dict.fromkeys((*billed, *logged)):
            of_model = logged.get(key, [])
            metered = [line for line in billed.get(key, ()) if line.meter]
            for line in billed.get(key, ()):
                if not line.meter:
                    self._settle_opaque(line, of_model)
            if any(not line.quantity for line in metered):
                ItemAmounts(self.prices, unnamed, self.post, list(of_model)).settle(metered)
            else:
                groups[key] = match(metered, of_model, unnamed)
        carry_over(groups)
        for matched in groups.values():
            expected = list(post_moves(matched, self.prices, unnamed, self.post))
            post_unit_prices(expected, self.prices, self.post)

    def _settle_opaque(self, line: BilledLine, uses: Sequence[Logged]) -> None:
        """Post a line of a model in a unit that logs do not sum: images, audio, seconds."""
        place, unpriced = place_of(line), [use for use in uses if use.rate is None]
        if unpriced:
            note = f"{line.model}: {unpriced[0].reason}"
            self.post.part(place, Cause.UNPRICED, line.amount, Evidence.INFERRED, note)
        else:
            self.post.part(place, Cause.NOT_LOGGED, line.amount)
            self.post.alone(line, Cause.NOT_LOGGED)
