"""The published decision matrix beside the user's own result."""

from collections.abc import Sequence

from models.evidence.table import PublishedRule
from models.upgrade.report import COST_ONLY, DOES_NOT_PAY, PAYS, MatrixRow, UpgradeRow
from models.upgrade.words import listed, points, times

_ADVICE = {"upgrade": PAYS, "keep": DOES_NOT_PAY}


def matrix_of(
    rules: Sequence[PublishedRule], rows: Sequence[UpgradeRow], models: tuple[str, str]
) -> tuple[MatrixRow, ...]:
    """Return the rows of the matrix that are about these two models.

    Args:
        rules: The published matrix.
        rows: The user's own result.
        models: The old and the new model.
    """
    return tuple(_row(rule, rows) for rule in rules if (rule.old, rule.new) == models)


def _row(rule: PublishedRule, rows: Sequence[UpgradeRow]) -> MatrixRow:
    own = [row for row in rows if row.evidence_workload in rule.works]
    if not own:
        words, agrees, why = "no such work in this usage", None, "nothing to compare"
    else:
        words = "; ".join(_own(row) for row in own)
        agreements = [_agrees(rule, row) for row in own]
        agrees = agreements[0] if len(set(agreements)) == 1 else None
        why = " ".join(_why(rule, row) for row in own)
    return MatrixRow(
        kind=rule.kind,
        published=rule.published,
        evidence=rule.evidence,
        workloads=tuple(row.workload for row in own),
        own=words,
        agrees=agrees,
        why=why,
    )


def _own(row: UpgradeRow) -> str:
    cost = times(row.ratio_point) if row.ratio_point is not None else "no cost"
    return f"{row.workload}: {_short(row)} ({cost})"


def _short(row: UpgradeRow) -> str:
    if row.verdict in {PAYS, DOES_NOT_PAY, COST_ONLY}:
        return row.verdict
    return row.sentence.partition(" (")[0]


def _agrees(rule: PublishedRule, row: UpgradeRow) -> bool | None:
    expected = _ADVICE.get(rule.advice)
    if expected is None or row.verdict not in {PAYS, DOES_NOT_PAY}:
        return None
    return expected == row.verdict


def _why(rule: PublishedRule, row: UpgradeRow) -> str:
    """Say where the matrix and the result part, and what it hangs on."""
    name = row.workload
    match _agrees(rule, row):
        case True:
            return f"{name}: the same, on your own cost."
        case False:
            return f"{name}: differs; {_cause(row)}."
    if rule.advice not in _ADVICE:
        return f"{name}: the matrix leaves it open; {_cause(row)}."
    if row.verdict == COST_ONLY:
        return f"{name}: undecided, as success is unknown; {row.gain_needed.words}."
    return f"{name}: the matrix says {rule.advice} outright, your figures make it conditional."


def _cause(row: UpgradeRow) -> str:
    parts = [f"cost {times(row.ratio_point or 0)}"]
    now, then = row.success.now, row.success.then
    if now is not None and then is not None:
        parts.append(f"success {points(then.p50 - now.p50)}")
    if row.output_break_even.value is None:
        parts.append("no shorter output makes up for it")
    return listed(parts)
