"""An upgrade report as a document: the same sections in a terminal and in HTML."""

from collections.abc import Iterator, Mapping, Sequence

from app.whatif.amounts import counted, dollars_of, percent
from app.whatif.compare_details import parameter_table
from app.whatif.compare_words import kept_words
from app.whatif.sections import Document, Finding, Notes, Section
from app.whatif.upgrade_tables import (
    costs,
    evidence,
    inside,
    matrix,
    matrix_words,
    needed,
    successes,
    targets,
)
from models.upgrade.report import Note, UpgradeReport
from models.upgrade.total import TOTAL

_WEEK = 7


def document(
    reports: Sequence[UpgradeReport],
    data: object = None,
    *,
    failed: Mapping[str, str] | None = None,
    figures: bool = False,
) -> Document:
    """Return reports of one old model as a document.

    Args:
        reports: One for each target, at least one.
        data: The same for machines.
        failed: Targets that have no report, and why.
        figures: Whether plots are drawn and tables may be wide; a terminal needs neither.
    """
    first = reports[0]
    missing = tuple(f"{why}." for why in (failed or {}).values())
    headline, *others = _sections(reports, figures=figures)
    new = ", ".join(report.to_model for report in reports)
    return Document(
        title=f"{first.from_model} to {new}: what to move, what to keep",
        subtitle=first.words,
        sections=(headline, *((Notes("Not answered", missing),) if missing else ()), *others),
        data=data,
    )


def _sections(reports: Sequence[UpgradeReport], *, figures: bool) -> Iterator[Section]:
    several = len(reports) > 1
    if several:
        yield Finding(
            tuple(f"{each.to_model}: {_headline(each)}" for each in reports) + _short(reports[0])
        )
        yield Notes("What would move", tuple(f"{r.to_model}: {_traffic(r)}" for r in reports))
        yield targets(reports)
    for report in reports:
        if not several:
            yield Finding((_headline(report), *_short(report), _traffic(report)))
        yield from _of_one(report, figures=figures)
    yield from _beside(reports)


def _of_one(report: UpgradeReport, *, figures: bool) -> Iterator[Section]:
    yield costs(report)
    if figures:
        from app.whatif.upgrade_figures import requests_figure

        yield requests_figure(report)
    yield Notes(f"{report.to_model}, by workload", _verdicts(report))
    yield needed(report)
    if why := _why(report):
        yield Notes("Why", why)
    yield from inside(report)
    yield from _recommendation(report)
    if report.matrix:
        if figures:
            yield matrix(report)
        elif words := matrix_words(report.matrix):
            yield Notes("The published decision matrix beside your own result", words)
    yield from evidence(report.rows)
    if sources := successes(report.rows):
        yield Notes("Where the success rates come from", sources)


def _headline(report: UpgradeReport) -> str:
    return report.recommendation.headline


def _traffic(report: UpgradeReport) -> str:
    text = (
        f"{report.from_model} is {percent(report.spend_share)} of the spend of the period: "
        f"{counted(report.total.requests)} requests would move"
    )
    kept = [
        f"{counted(count)} stay: {kept_words(reason)}"
        for reason, count in report.total.kept.items()
    ]
    if report.already_requests:
        kept.append(
            f"the log already holds {counted(report.already_requests)} requests of "
            f"{report.to_model} ({dollars_of(report.already_pico)}), which are not "
            "replayed"
        )
    return "; ".join([text, *kept]) + "."


def _short(report: UpgradeReport) -> tuple[str, ...]:
    """Say what a month rests on where less than a week is logged."""
    if report.days >= _WEEK:
        return ()
    days = f"{report.days:.0f} day{'' if report.days == 1 else 's'}"
    return (f"The log holds {days}: a month is taken to be all such days.",)


def _verdicts(report: UpgradeReport) -> tuple[str, ...]:
    return tuple(f"{row.workload}: {row.sentence}" for row in report.rows)


def _why(report: UpgradeReport) -> tuple[str, ...]:
    """Return why no output is short enough, and what success must do, by workload."""
    words = []
    for row in report.rows:
        if row.output_break_even.value is None:
            why = row.output_break_even.why.removeprefix("none exists: ")
            words.append(f"{row.workload}: no output is short enough to break even: {why}")
        if row.success.now is not None or row.gain_needed.repair_usd is not None:
            words.append(f"{row.workload}: {row.gain_needed.words}")
    return tuple(words)


def _recommendation(report: UpgradeReport) -> Iterator[Section]:
    found = report.recommendation
    words = [f"Move {each}" for each in found.move] + [f"Keep {each}" for each in found.keep]
    if found.measure:
        words.append(
            f"Measure before a move, to tell the two models apart at 5% error and 80% power: "
            f"{'; '.join(found.measure)}. Import the result with: ratecard evidence import FILE"
        )
    words += [f"Nothing to measure: {each}" for each in found.settled]
    if report.one_off_usd:
        months = report.payback_months
        words.append(
            f"The move itself costs ${report.one_off_usd:,}: "
            + (
                f"never earned back by {report.payback_of}"
                if months is None
                else f"back in {months:.1f} months by {report.payback_of}"
            )
            + (", without what a commitment locks (below)" if report.contract and months else "")
        )
    words += [found.start] if found.start else []
    words += report.contract
    yield Notes("Recommendation", tuple(words))


def _claims(reports: Sequence[UpgradeReport]) -> tuple[str, ...]:
    by_note: dict[Note, list[str]] = {}
    for row in [row for report in reports for row in [*report.rows, report.total]]:
        for note in row.notes:
            by_note.setdefault(note, []).append(row.workload)
    return tuple(
        f"“{note.claim}” {note.finding} ({', '.join(_whom(names))})"
        for note, names in by_note.items()
    )


def _efforts(report: UpgradeReport) -> list[str]:
    """Return what is to be known of the effort, each sentence with its workloads."""
    by_note: dict[str, list[str]] = {}
    for row in report.rows:
        if row.effort_note:
            by_note.setdefault(row.effort_note, []).append(row.workload)
    return [f"{', '.join(names)}: {note}." for note, names in by_note.items()]


def _whom(names: Sequence[str]) -> list[str]:
    return ["all work" if name == TOTAL else name for name in dict.fromkeys(names)]


def _beside(reports: Sequence[UpgradeReport]) -> Iterator[Section]:
    if claims := _claims(reports):
        yield Notes("Claims in circulation, and what the evidence says", claims)
    yield Notes("Before a move", reports[0].recommendation.checklist)
    warnings = dict.fromkeys(
        each for report in reports for each in [*_efforts(report), *report.warnings]
    )
    if warnings:
        yield Notes("What to know", tuple(warnings))
    yield from parameter_table([each for report in reports for each in report.parameters])
