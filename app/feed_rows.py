"""Findings of public price lists as rows, and in sentences."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from app.tell import counted

if TYPE_CHECKING:
    from app.output import Cell
    from pricing.feeds.compare import Comparison, Finding
    from pricing.feeds.proposed import Plan

COLUMNS = (
    "provider", "model", "service_tier", "context_band", "meter", "in_book", "in_feed",
    "change_percent", "feed", "verdict", "effective_from", "proposal", "raw_key",
)  # fmt: skip
_MOST_PROVIDERS = 4
_BY_HAND = "a threshold is changed by hand"


def rows(
    comparisons: "Sequence[Comparison]", plan: "Plan", *, every: bool
) -> "Iterator[list[Cell]]":
    """Yield a row for each rate that a list says otherwise; ``every``: for each rate."""
    for comparison in comparisons:
        for finding in comparison.findings:
            if every or _shown(finding):
                yield _row(finding, plan)


def _shown(finding: "Finding") -> bool:
    """Whether a finding is news: of a new model its plainest rates stand for all.

    What follows from a list's own rule is no news where the book has no rate.
    """
    from pricing.feeds.compare import Verdict

    if finding.verdict is Verdict.NEW_MODEL:
        later = finding.starts is not None and finding.at == finding.starts
        plain = (finding.tier, finding.band) == ("standard", "short") and not later
        return plain and finding.meter in ("uncached_input", "output")
    if finding.verdict is Verdict.NO_RATE and finding.inherited:
        return False
    return finding.verdict not in (Verdict.AGREES, Verdict.NOT_IN_FEED)


def _row(finding: "Finding", plan: "Plan") -> "list[Cell]":
    from pricing.published import instant_text

    ours: Cell = finding.ours if finding.ours is not None else finding.word.replace("_", " ")
    return [
        finding.provider,
        finding.model,
        finding.tier.value,
        finding.band.value if finding.band else None,
        finding.meter.value if finding.meter else None,
        ours if ours != "" else None,
        finding.theirs,
        finding.change_percent,
        finding.feed,
        finding.verdict.value,
        None if finding.starts is None else instant_text(finding.starts),
        _proposal(finding, plan),
        finding.raw_key,
    ]


def _proposal(finding: "Finding", plan: "Plan") -> str | None:
    """Say what is proposed for a finding, or why nothing is."""
    from pricing.feeds.compare import Verdict
    from pricing.feeds.propose import place_of
    from pricing.published import instant_text

    if finding.verdict is Verdict.THRESHOLD:
        return _BY_HAND
    if finding.verdict in (Verdict.AGREES, Verdict.NOT_IN_FEED):
        return None
    if finding.aside:
        return "no: another id of the list"
    place = place_of(finding)
    if place in plan.refused:
        return f"no: {plan.refused[place]}"
    if finding.inherited and finding.verdict is not Verdict.NEW_MODEL:
        return "no: not written, by the list's own rule"
    return f"from {instant_text(plan.starts[place])}" if place in plan.starts else None


def sentences(comparisons: "Sequence[Comparison]", plan: "Plan") -> Iterator[str]:
    """Yield what to tell beside the rows."""
    for comparison in comparisons:
        yield _compared(comparison)
        if left_out := _left_out(comparison):
            yield left_out
    disagreeing = sum(reason.startswith("feeds disagree") for reason in plan.refused.values())
    if disagreeing:
        yield (
            f"{counted(disagreeing, 'price')} left out because feeds disagree; --prefer FEED"
            " chooses one"
        )


def _compared(comparison: "Comparison") -> str:
    from pricing.feeds.compare import Verdict

    matches = comparison.matches
    said = [
        f"{comparison.count(Verdict.AGREES):,} rates agree",
        f"{comparison.count(Verdict.DIFFERS):,} differ",
        f"{comparison.count(Verdict.NO_RATE):,} have no rate in the book",
        f"{comparison.count(Verdict.NOT_IN_FEED):,} of the book are not in the list",
    ]
    new = counted(len(matches.new), "model")
    return (
        f"{comparison.feed.source}: {counted(len(matches.known), 'model')} of the book:"
        f" {', '.join(said)}; {new} not in the book"
    )


def _left_out(comparison: "Comparison") -> str | None:
    """Say whose listings are left out: what somebody resells at is not the vendor's price."""
    left: Counter[str] = comparison.matches.others + comparison.matches.resold
    if not left:
        return None
    most = ", ".join(f"{name} {count:,}" for name, count in left.most_common(_MOST_PROVIDERS))
    more = f" and {len(left) - _MOST_PROVIDERS:,} more" if len(left) > _MOST_PROVIDERS else ""
    return (
        f"  left out: {counted(sum(left.values()), 'listing')} of other providers"
        f" ({most}{more}): a reseller's price is not the vendor's; --provider NAME takes one in"
    )
