"""A comparison as a report: the same sections in a terminal and in HTML."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from app.whatif.amounts import counted
from app.whatif.compare_details import (
    budget,
    commitments,
    coverage,
    kept,
    parameters,
    rules,
    workloads,
)
from app.whatif.compare_figures import cost_figure, frontier_figure, tornado_figure
from app.whatif.compare_tables import against_baselines, frontier_table, options, tornado_table
from app.whatif.compare_words import finding
from app.whatif.sections import Document, Finding, Notes, Section

if TYPE_CHECKING:
    from app.whatif.ask import Prepared
    from models.compare.option import Comparison


def document(
    comparison: "Comparison", prepared: "Prepared", data: Any = None, *, figures: bool = False
) -> Document:
    """Return a comparison as a report.

    Args:
        comparison: What was found.
        prepared: What it was asked of.
        data: The same for machines.
        figures: Whether plots are drawn; a terminal needs none.
    """
    return Document(
        title="Routing scenarios side by side",
        subtitle=_subtitle(comparison, prepared),
        sections=tuple(_sections(comparison, prepared, figures=figures)),
        data=data,
    )


def _subtitle(comparison: "Comparison", prepared: "Prepared") -> str:
    whatif, period = prepared.whatif, prepared.period
    requests = counted(comparison.today.requests)
    return (
        f"{requests} requests of {period.first:%-d %b %Y} to {period.last:%-d %b %Y} (UTC, "
        f"{period.days:.0f} {'day' if round(period.days) == 1 else 'days'}); {whatif.prices}; "
        f"{comparison.draws:,} draws, seed {comparison.seed}; a month is 30.4 days"
    )


def _sections(
    comparison: "Comparison", prepared: "Prepared", *, figures: bool
) -> Iterator[Section]:
    yield Finding(finding(comparison))
    yield options(comparison)
    if figures:
        yield cost_figure(comparison)
    if any(each.kind == "scenario" for each in comparison.options):
        yield against_baselines(comparison)
    yield from commitments(comparison)
    yield from rules(comparison)
    yield from kept(comparison)
    yield from workloads(comparison)
    if comparison.frontier:
        if figures:
            yield frontier_figure(comparison)
        yield frontier_table(comparison, titled=not figures)
    if comparison.why_no_quality:
        yield Notes("Quality", (comparison.why_no_quality,))
    yield from budget(comparison)
    for name in comparison.tornado:
        if figures:
            yield tornado_figure(comparison, name)
        yield tornado_table(comparison, name, titled=not figures)
    yield from parameters(comparison)
    yield coverage(prepared)
    if comparison.warnings:
        yield Notes("What to know", comparison.warnings)
