"""What to do, in words: what to move, what to keep, what to measure first."""

from collections.abc import Sequence

from models.upgrade.report import (
    COST_ONLY,
    DOES_NOT_PAY,
    PAYS,
    PAYS_IF,
    Recommendation,
    UpgradeRow,
)
from models.upgrade.verdict import leaning_of
from models.upgrade.words import listed, monthly, points, times, without_effort

#: Before any move of work that matters.
_CHECKLIST = (
    "Run the same tasks under both models, in pairs; count passes, turns and tokens of each.",
    "Set the reasoning effort in every request: the default of the new model may differ.",
    "Check structured output, tool calls and refusals against what reads them.",
    "Compare output length, turns per task and cached share with the medians assumed here.",
    "Move one workload first, by a share of its sessions, and compare the bill after a week.",
    "Keep the old model callable until the new one has run through a full month.",
)
_LEANINGS = {
    "": "on a condition it pays for",
    "probably pays": "it probably pays for",
    "undecided": "undecided for",
    "probably does not pay": "it probably does not pay for",
}


def recommend(
    rows: Sequence[UpgradeRow],
    total: UpgradeRow,
    to_model: str,
    start: str = "",
) -> Recommendation:
    """Return the recommendation for the whole.

    Args:
        rows: A row for each workload.
        total: All of them together.
        to_model: The new model.
        start: When the move can begin, where a contract says so; empty otherwise.
    """
    by_word: dict[str, list[UpgradeRow]] = {}
    for row in rows:
        by_word.setdefault(row.verdict, []).append(row)
    moving, staying = by_word.get(PAYS, []), by_word.get(DOES_NOT_PAY, [])
    measured = [row for row in rows if row not in moving and row not in staying]
    return Recommendation(
        headline=_headline(moving, staying, measured, total, to_model),
        move=tuple(f"{row.workload}: {row.sentence}" for row in moving),
        keep=tuple(f"{row.workload}: {row.sentence}" for row in staying),
        measure=tuple(
            _measure(row) for row in [*measured, *_on_prior(moving)] if not row.success.settled
        ),
        checklist=_CHECKLIST,
        start=start,
        settled=tuple(_settled(row) for row in rows if row.success.settled),
    )


def _headline(
    moving: Sequence[UpgradeRow],
    staying: Sequence[UpgradeRow],
    measured: Sequence[UpgradeRow],
    total: UpgradeRow,
    to_model: str,
) -> str:
    whole = (
        f"Moving everything to {to_model} costs {times(total.ratio_point or 0)}"
        f"{without_effort(total.ratio_same_effort)}, "
        f"{monthly(total.month_more_usd, total.month_difference_usd)}"
    )
    parts = []
    if moving:
        parts.append(f"move {_names(moving)}")
    if staying:
        parts.append(f"keep {_names(staying)}")
    for leans, words in _LEANINGS.items():
        rows = [row for row in measured if row.verdict == PAYS_IF and leaning_of(row) == leans]
        parts += [f"{words} {_names(rows)}"] if rows else []
    unknown = [row for row in measured if row.verdict == COST_ONLY]
    if unknown:
        parts.append(f"measure {_names(unknown)} first: success is unknown")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}. {whole}."


def _names(rows: Sequence[UpgradeRow]) -> str:
    return listed([row.workload for row in rows])


def _on_prior(rows: Sequence[UpgradeRow]) -> list[UpgradeRow]:
    """Return what pays by prior evidence alone, which wants measuring too."""
    return [row for row in rows if row.success.source == "prior"]


def _measure(row: UpgradeRow) -> str:
    """Say how many paired tasks are still needed."""
    need = row.success.pairs_needed
    if not need:
        return f"{row.workload}: paired tasks under both models"
    more = "more " if row.success.pairs else ""
    for_what = f" {row.success.needed_for}" if row.success.needed_for else ""
    return f"{row.workload}: {need:,} {more}paired tasks{for_what}"


def _settled(row: UpgradeRow) -> str:
    """Say that an evaluation has answered the question of success."""
    found = row.success
    gain = found.then.p50 - found.now.p50 if found.now and found.then else 0.0
    left = "; what is open is the condition" if row.verdict == PAYS_IF else ""
    return (
        f"{row.workload}: your {found.pairs:,} paired tasks tell the two models apart "
        f"({points(gain)} of success){left}"
    )
