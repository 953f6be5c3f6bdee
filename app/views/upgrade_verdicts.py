"""The table of verdicts on Upgrade: columns of the report's own tables, side by side."""

from collections.abc import Sequence

from app.whatif.sections import Table
from app.whatif.upgrade_tables import costs, needed
from models.upgrade.report import COST_ONLY, PAYS, PAYS_IF, UpgradeReport, UpgradeRow

_NEEDED = ("output", "needed", "repair cost", "P(pays)")

#: Columns, and how wide they are drawn.
COLUMNS = {
    "workload": 78, "ratio": 108, "output": 78, "success": 58, "repair": 54, "P(pays)": 56,
    "evidence": 62, "verdict": 72,
}  # fmt: skip
CAPTION = (
    "Ratio of cost, P10–P90; output, success and cost of a failed task at which it breaks even"
)


def verdicts(report: UpgradeReport) -> Table:
    """Return ratio, break-evens, probability, evidence and verdict of each workload."""
    first, second = costs(report), needed(report)
    rows = [*report.rows, report.total] if len(report.rows) > 1 else list(report.rows)
    ratio = first.columns.index("ratio")
    places = [second.columns.index(name) for name in _NEEDED]
    return Table(
        title=finding(report.rows),
        columns=tuple(COLUMNS),
        rows=tuple(
            (
                row.workload,
                f"{cost[ratio]} ({cost[ratio + 1].replace(' to ', '–')})",
                *(need[place] for place in places),
                evidence_words(row),
                cost[-1],
            )
            for row, cost, need in zip(rows, first.rows, second.rows, strict=True)
        ),
        numeric=frozenset({1, 2, 3, 4, 5, 6}),
        strong=first.strong,
    )


def finding(rows: Sequence[UpgradeRow]) -> str:
    """Say for how many workloads the move pays, and for how many that is unknown."""
    words = [row.verdict for row in rows]
    parts = []
    if words.count(PAYS):
        parts.append(f"pays for {words.count(PAYS)}")
    if words.count(PAYS_IF):
        parts.append(f"pays on a condition for {words.count(PAYS_IF)}")
    if words.count(COST_ONLY):
        parts.append(f"cost only, success unknown, for {words.count(COST_ONLY)}")
    never = len(words) - sum(words.count(word) for word in (PAYS, PAYS_IF, COST_ONLY))
    if never:
        parts.append(f"does not pay for {never}")
    said = ", ".join(parts)
    plural = "workload" if len(words) == 1 else "workloads"
    return f"{said[:1].upper()}{said[1:]} of {len(words)} {plural}"


def evidence_words(row: UpgradeRow) -> str:
    """Say how much is known of the two models: own paired tasks, else published comparisons."""
    if row.success.pairs:
        return f"{row.success.pairs:,} pairs"
    return f"{len(row.evidence)} prior" if row.evidence else "none"
