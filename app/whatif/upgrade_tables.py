"""The tables of an upgrade report."""

from collections.abc import Iterator, Sequence

from app.whatif.amounts import chance, change, counted, dollars, percent, points
from app.whatif.sections import Table
from models.policy.known import EFFORTS
from models.upgrade.report import (
    COST_ONLY,
    PAYS_IF,
    BreakEven,
    EvidenceUsed,
    Interval,
    MatrixRow,
    Success,
    UpgradeReport,
    UpgradeRow,
)
from models.upgrade.verdict import leaning_of
from models.upgrade.words import times

_PICO_PER_USD = 10**12
_NONE = "–"


def targets(reports: Sequence[UpgradeReport]) -> Table:
    """Return the targets below each other, all usage of the old model moved."""
    rows = tuple(
        (
            each.to_model,
            counted(each.total.requests),
            *_cost(each.total),
            _share_of_verdicts(each),
        )
        for each in reports
    )
    return Table(
        title=f"All of {reports[0].from_model} moved",
        columns=("to", "requests", *_COST_COLUMNS, "verdicts by workload"),
        rows=rows,
        numeric=frozenset(range(1, 7)),
    )


def _share_of_verdicts(report: UpgradeReport) -> str:
    words = [_verdict(row) for row in report.rows]
    return ", ".join(f"{words.count(each)} {each}" for each in dict.fromkeys(words))


_COST_COLUMNS = ("a month now", "change", "P10–P90", "ratio", "P10–P90")


def costs(report: UpgradeReport) -> Table:
    """Return what each workload costs now and then."""
    rows = [*report.rows, report.total] if len(report.rows) > 1 else list(report.rows)
    return Table(
        title=f"What it costs: {report.from_model} to {report.to_model}, US dollars a month",
        columns=("workload", "requests", *_COST_COLUMNS, "verdict"),
        rows=tuple(
            (row.workload, counted(row.requests), *_cost(row), _verdict(row)) for row in rows
        ),
        numeric=frozenset(range(1, 7)),
        strong=frozenset({len(rows) - 1}) if len(rows) > 1 else frozenset(),
        note="“cost only”: success is unknown."
        if any(row.verdict == COST_ONLY for row in rows)
        else "",
    )


def _cost(row: UpgradeRow) -> tuple[str, ...]:
    difference = row.month_difference_usd
    return (
        dollars(row.month_now_usd),
        change(row.month_more_usd),
        f"{change(difference.p10)} to {change(difference.p90)}",
        _NONE if row.ratio_point is None else times(row.ratio_point),
        _NONE if row.ratio is None else f"{row.ratio.p10:.2f} to {row.ratio.p90:.2f}",
    )


def _verdict(row: UpgradeRow) -> str:
    if row.verdict == PAYS_IF:
        return leaning_of(row) or "pays if ..."
    return row.verdict.partition(":")[0]


def needed(report: UpgradeReport) -> Table:
    """Return what it takes for each workload to break even."""
    rows = [*report.rows, report.total] if len(report.rows) > 1 else list(report.rows)
    return Table(
        title="What it takes to break even",
        columns=(
            "workload", "output share", "output", "turns", "success now", "then", "needed",
            "repair cost", "P(pays)",
        ),
        rows=tuple(
            (
                row.workload,
                percent(row.output_share),
                _ratio(row.output_break_even),
                _ratio(row.turns_break_even),
                _rate(row.success.now),
                _rate(row.success.then),
                _parity(row),
                _NONE if row.repair_break_even_usd is None else dollars(row.repair_break_even_usd),
                _NONE if row.p_pays is None else chance(row.p_pays),
            )
            for row in rows
        ),
        numeric=frozenset(range(1, 9)),
        strong=frozenset({len(rows) - 1}) if len(rows) > 1 else frozenset(),
        note="“output share” is of today's cost. “output” and “turns” are the ratios to today at "
        "which the cost is equal, all else at the medians. “needed” is the success at which a "
        "success costs as much as today. “repair cost” is that of one failed task at which the "
        "move breaks even. “P(pays)” is the share of draws in which it pays; on API cost per "
        "success where no repair cost is given.",
    )  # fmt: skip


def _ratio(found: BreakEven) -> str:
    return "none exists" if found.value is None else times(found.value)


def _parity(row: UpgradeRow) -> str:
    if row.gain_needed.parity is not None:
        return percent(row.gain_needed.parity)
    return _NONE if row.success.now is None else "over 100%"


def _rate(found: Interval | None) -> str:
    return "unknown" if found is None else percent(found.p50)


def inside(report: UpgradeReport) -> Iterator[Table]:
    """Yield what the surcharge on long prompts and the lost cache add, where they add anything."""
    rows = [
        row
        for row in report.rows
        if row.long_context_now_pico or row.long_context_extra_pico or row.lost_cache_extra_pico
    ]
    if not rows:
        return
    months = float(report.days) * 12 / 365.25
    yield Table(
        title="Within these costs, US dollars a month",
        columns=("workload", "long prompts add now", "then", "lost cache adds"),
        rows=tuple(
            (
                row.workload,
                *(
                    dollars(pico / _PICO_PER_USD / months)
                    for pico in (
                        row.long_context_now_pico,
                        row.long_context_extra_pico,
                        row.lost_cache_extra_pico,
                    )
                ),
            )
            for row in rows
        ),
        numeric=frozenset({1, 2, 3}),
        note="Priced again without the surcharge on long prompts, and with the cache discount of "
        f"{report.from_model}.",
    )


def matrix(report: UpgradeReport) -> Table:
    """Return the published matrix beside the user's own result."""
    return Table(
        title="The published decision matrix beside your own result",
        columns=("kind of work", "published", "like-for-like evidence", "your result", "why"),
        rows=tuple(
            (row.kind, row.published, row.evidence, row.own, row.why) for row in report.matrix
        ),
    )


def matrix_words(rows: Sequence[MatrixRow]) -> tuple[str, ...]:
    """Return the same as sentences, of the kinds of work that there are."""
    return tuple(
        f"{row.kind}: published “{row.published}”. Yours: {row.own}. {row.why} "
        f"Evidence: {row.evidence}"
        for row in rows
        if row.workloads
    )


def evidence(rows: Sequence[UpgradeRow]) -> Iterator[Table]:
    """Yield the published comparisons for each kind of work, each once."""
    used: dict[str, tuple[EvidenceUsed, ...]] = {}
    names: dict[str, list[str]] = {}
    for row in rows:
        if row.evidence_workload and row.evidence:
            used.setdefault(row.evidence_workload, row.evidence)
            names.setdefault(row.evidence_workload, []).append(row.workload)
    found = [(names[kind], each) for kind in used for each in _one_each(used[kind])]
    if not found:
        return
    yield Table(
        title="Prior evidence: published comparisons in one harness at one effort",
        columns=("for", "benchmark", "effort", "from", "to", "change", "grade", "source"),
        rows=tuple(
            (
                ", ".join(whom),
                f"{each.benchmark} {each.note}".strip(),
                each.effort,
                f"{each.value_from:g}",
                f"{each.value_to:g}",
                points((each.value_to - each.value_from) / 100),
                each.grade + ("*" if each.vendor else ""),
                each.citation.partition(": ")[0],
            )
            for whom, each in found
        ),
        numeric=frozenset({3, 4, 5}),
        note=f"{_shown([each for kind in used for each in used[kind]], len(found))}None of these "
        "is a success rate of yours. Grades: H seen in full, M reported, L one report; * measured "
        "by the vendor itself. Citations: ratecard evidence list.",
    )


def _shown(every: Sequence[EvidenceUsed], shown: int) -> str:
    """Say what is left out, and what the success that is carried over rests on."""
    if len(every) <= shown:
        return ""
    rests = sum(each.used for each in every)
    carried = f"; what is carried over rests on {rests}" if rests else ""
    return (
        f"Each benchmark at the highest effort it was run at, {shown} of {len(every)} comparisons"
        f"{carried}. "
    )


def _one_each(used: Sequence[EvidenceUsed]) -> list[EvidenceUsed]:
    """Return one comparison for each benchmark and prompt size, at the highest effort there is.

    Vendors measure at the highest alone, so that is where benchmarks can be read side by side.
    """
    chosen: dict[tuple[str, str, str], EvidenceUsed] = {}
    for each in used:
        key = each.benchmark, each.group, each.note
        if key not in chosen or _rank(each) > _rank(chosen[key]):
            chosen[key] = each
    return list(chosen.values())


def _rank(each: EvidenceUsed) -> int:
    """Return how much effort a comparison was made at; one that nobody recorded comes first."""
    return EFFORTS.index(each.effort) if each.effort in EFFORTS else -1


def successes(rows: Sequence[UpgradeRow]) -> tuple[str, ...]:
    """Return where each workload's success rates come from."""
    return tuple(f"{row.workload}: {_success(row.success)}" for row in rows if row.success.words)


def _success(found: Success) -> str:
    need = f"; {found.pairs_needed:,} paired tasks still needed" if found.pairs_needed else ""
    return f"{found.words}{need}"
