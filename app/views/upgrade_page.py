"""What Upgrade shows; its module loads what works it out, so no other page waits for it."""

from dataclasses import replace
from functools import partial

import polars as pl
import streamlit as st

from app.charts.palette import Palette
from app.dashboard.card import card, chart, escaped, guarded, headline
from app.dashboard.cube import summed
from app.dashboard.filters import Selection
from app.dashboard.what_ifs import upgraded
from app.output import csv_text
from app.views.report_table import draw_section, draw_table, draw_text_table
from app.views.upgrade_inputs import Move, draw_known, draw_move
from app.views.upgrade_verdicts import CAPTION, COLUMNS, verdicts
from app.whatif.compare_details import parameter_table
from app.whatif.sections import Notes
from app.whatif.upgrade import move_of
from app.whatif.upgrade_figures import requests_chart
from app.whatif.upgrade_json import rows_of
from app.whatif.upgrade_tables import costs, evidence, inside, matrix, needed, successes
from models.policy.assumptions import Assumptions
from models.policy.dump import dump_scenario
from models.upgrade.report import MatrixRow, UpgradeReport


def draw(selection: Selection, palette: Palette) -> None:
    """Draw the page."""
    guarded("upgrade", partial(_page, selection, palette))


def _page(selection: Selection, palette: Palette) -> None:
    move = draw_move(selection)
    if move is None:
        return
    assumptions = draw_known(move, _workloads(selection, move.old))
    guarded("answer", partial(_answer, selection, palette, move, assumptions))


def _workloads(selection: Selection, model: str) -> list[str]:
    """Return the labels of a model's work, the dearest first."""
    of = selection.now.filter(pl.col("model") == model)
    spent = summed(of, ["workload"]).sort("cost_pico", descending=True, nulls_last=True)
    return [name for name in spent["workload"].to_list() if not name.startswith("(")]


def _answer(selection: Selection, palette: Palette, move: Move, assumptions: Assumptions) -> None:
    with st.skeleton(height=420):
        report = upgraded(selection, (move.old, move.new), move.effort, assumptions)
    left, right = st.columns([5, 6])
    with left:
        card("chart", partial(_requests, selection, palette, report))
    with right:
        card("verdicts", partial(_verdicts, report))
    left, right = st.columns([6, 5])
    with left:
        card("matrix", partial(_matrix, report))
    with right:
        card("result", partial(_result, report))
    card("details", partial(_details, report, move, assumptions))


def _requests(selection: Selection, palette: Palette, report: UpgradeReport) -> None:
    said = report.recommendation.headline
    headline(
        said,
        f"USD for the work of one request of today, {selection.scope}, log scale; band P10–P90; "
        "at the right USD a month at the median",
    )
    chart(requests_chart(report, palette), said, "requests")


def _verdicts(report: UpgradeReport) -> None:
    table = verdicts(report)
    headline(table.title, CAPTION)
    draw_table(table, "verdicts", widths=COLUMNS)


def _matrix(report: UpgradeReport) -> None:
    if not report.matrix:
        headline(
            "The published matrix does not speak of this pair",
            f"It is about other moves than {report.from_model} to {report.to_model}",
        )
        return
    agree = [row for row in report.matrix if row.agrees is not None]
    same = sum(1 for row in agree if row.agrees)
    said = (
        f"The published matrix agrees with your result on {same} of {len(agree)} kinds of work"
        if agree
        else "Your result decides none of the published matrix’s kinds of work"
    )
    headline(said, "Published advice beside your own result, by kind of work")
    mine_first = replace(report, matrix=tuple(sorted(report.matrix, key=_without_work)))
    draw_text_table(matrix(mine_first), without=("like-for-like evidence",))


def _without_work(row: MatrixRow) -> bool:
    return not row.workloads


def _result(report: UpgradeReport) -> None:
    found = report.recommendation
    counts = (
        (len(found.move), "to move"),
        (len(found.keep), "to keep"),
        (len(found.measure), "to measure first"),
    )
    said = ", ".join(f"{count} {word}" for count, word in counts if count)
    headline(said or found.headline, "By workload, with the condition of each")
    for word, sentences in (
        ("Move", found.move), ("Keep", found.keep), ("Measure", found.measure),
    ):  # fmt: skip
        for sentence in sentences:
            st.markdown(f"**{word}** {escaped(sentence)}")
    for sentence in (found.start, *report.contract):
        if sentence:
            st.markdown(escaped(sentence))
    told = {*found.move, *found.keep}
    for row in report.rows:
        if f"{row.workload}: {row.sentence}" not in told:
            st.caption(escaped(f"{row.workload}: {row.sentence}"))


def _details(report: UpgradeReport, move: Move, assumptions: Assumptions) -> None:
    draw_table(costs(report), "costs", titled=True)
    draw_table(needed(report), "needed", titled=True)
    columns, rows = rows_of([report])
    with st.container(horizontal=True):
        st.download_button(
            "CSV", csv_text(columns, rows), f"{move.old}-to-{move.new}.csv", "text/csv",
            type="tertiary", on_click="ignore",
        )  # fmt: skip
        text = dump_scenario(move_of(move.old, move.new, move.effort, assumptions))
        st.download_button(
            "Save YAML", text, f"{move.old}-to-{move.new}.yaml", "application/yaml",
            type="tertiary", on_click="ignore",
            help="`ratecard upgrade --assume FILE` and `ratecard simulate FILE` take it.",
        )  # fmt: skip
    with st.expander("Evidence, what the figures rest on, and what to check before a move"):
        for place, table in enumerate((*inside(report), *evidence(report.rows))):
            draw_table(table, f"evidence_{place}", titled=True)
        for place, table in enumerate(parameter_table(report.parameters)):
            draw_table(table, f"parameters_{place}", titled=True)
        for title, sentences in (
            ("Where the success rates come from", successes(report.rows)),
            ("Before a move", report.recommendation.checklist),
            ("What to know", report.warnings),
        ):
            if sentences:
                draw_section(Notes(title, tuple(sentences)), title)
