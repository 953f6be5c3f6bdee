"""Should usage of one model move to another?"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.errors import UserError
from app.options import (
    book_from,
    contract_from,
    contract_option,
    db_option,
    grain_option,
    output_option,
    overlay_option,
    prices_option,
    warehouse_at,
)
from app.pricing_basis import basis_of, basis_options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.ledger import Question
    from app.pricing_basis import Basis
    from app.whatif.ask import WhatIf
    from models.policy.assumptions import Assumptions
    from models.policy.known import Known
    from models.upgrade.report import UpgradeReport

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")


@dataclass(frozen=True, slots=True)
class _Move:
    """From which model to which, and how."""

    old: str
    new: list[str]
    effort: str | None
    assumed: "Assumptions"
    task: str


@click.command("upgrade")
@click.option("--from", "from_model", required=True, metavar="MODEL", help="The model in use.")
@click.option(
    "--to",
    "to_models",
    required=True,
    metavar="MODELS",
    help="The model to move to; several, comma-separated, are put below each other.",
)
@click.option(
    "--effort",
    type=click.Choice(EFFORTS),
    help="Reasoning effort under the new model; else that of the logs.",
)
@click.option(
    "--by",
    type=click.Choice(("workload",)),
    default="workload",
    show_default=True,
    help="What is judged on its own.",
)
@click.option(
    "--assume",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A scenario in YAML: its `assume:` block is used.",
)
@click.option(
    "--success",
    multiple=True,
    metavar="WORKLOAD=P",
    help="Share of a workload's tasks that succeed now; WORKLOAD:MODEL=P for the new model. "
    "Repeatable; * stands for every workload.",
)
@click.option("--repair-cost", metavar="USD", help="What a failed task costs to put right.")
@click.option("--one-off", metavar="USD", help="What the move itself costs.")
@click.option(
    "--task",
    type=click.Choice(("auto", "session", "request")),
    default="auto",
    show_default=True,
    help="What succeeds or fails: a session where the logs tell them (auto).",
)
@click.option("--since", metavar="DATE", help="First moment counted; --from names a model here.")
@click.option("--until", metavar="DATE", help="First moment no longer counted.")
@click.option("--start", metavar="DATE", help="First day on which the move can begin.")
@click.option("--tz", default="UTC", show_default=True, metavar="ZONE", help="Whose days.")
@click.option(
    "--where",
    multiple=True,
    metavar="KEY=VALUE",
    help="Only this usage; repeat a key for several values.",
)
@click.option(
    "--workloads",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Rules that name the workload of requests without a label; else the shipped ones.",
)
@click.option("--draws", type=click.IntRange(16, 1 << 16), metavar="N", help="How many (2048).")
@click.option("--seed", type=click.IntRange(0), metavar="N", help="Of the draws (7).")
@grain_option
@basis_options
@contract_option
@db_option
@prices_option
@overlay_option
@click.option(
    "--format",
    type=click.Choice(("table", "csv", "json", "html")),
    default="table",
    show_default=True,
    help="How to write the result.",
)
@output_option
def command(
    from_model: str,
    to_models: str,
    effort: str | None,
    by: str,
    assume: Path | None,
    success: tuple[str, ...],
    repair_cost: str | None,
    one_off: str | None,
    task: str,
    since: str | None,
    until: str | None,
    start: str | None,
    tz: str,
    where: tuple[str, ...],
    workloads: Path | None,
    draws: int | None,
    seed: int | None,
    grain: str,
    assume_tier: str | None,
    prices_on: str | None,
    prices_as_of: str | None,
    contract: Path | None,
    db: Path | None,
    prices: Path | None,
    price_overlay: Path | None,
    format: str,
    output: Path | None,
) -> None:  # fmt: skip
    """Say which of your workloads should move from one model to another, and on what conditions.

    All logged usage of the old model is priced again under the new one, with what is known of the
    tokens it takes: cost ratio with its range, the output length and turns at which the cost would
    be equal, the success and the repair cost from which it pays, and the published decision matrix
    beside your own result. A benchmark is prior evidence: without a success rate of yours the
    answer is on cost only. --from and --to name models, so days are --since and --until.

    \b
    Examples:
      ratecard upgrade --from gpt-5.4 --to gpt-5.5
      ratecard upgrade --from gpt-5.4 --to gpt-5.5 --success agent=0.75 --repair-cost 25
      ratecard upgrade --from gpt-5.4 --to gpt-5.5,gpt-5.5-pro --since 2026-09-01
      ratecard upgrade --from gpt-5.4 --to gpt-5.4-mini --where service_tier=standard
      ratecard upgrade --from gpt-5.4 --to gpt-6.1-sol --effort low --format html -o move.html
    """
    from app.whatif.asked import draws_of, question_of
    from app.whatif.assumed import assumptions_from, with_amounts, with_success
    from models.policy.known import known_of
    from models.policy.terms import Policy, Scenario

    del by  # one kind so far
    basis = basis_of(book_from(prices, price_overlay), prices_on, prices_as_of, assume_tier)
    known = known_of(basis.book)
    old, new = _models(from_model, to_models, known)
    assumed = with_success(assumptions_from(assume, known), success, known, old)
    assumed = with_amounts(assumed, repair_cost, one_off)
    question = question_of((since, until), tz, where, basis, grain)
    whatif = _what_if(question, basis, contract, workloads, (start, tz))
    whatif = replace(whatif, **draws_of([Scenario(Policy("", ()), assumed)], draws, seed))
    _write(*_reports(db, whatif, _Move(old, new, effort, assumed, task), success), format, output)


def _what_if(
    question: "Question",
    basis: "Basis",
    contract: Path | None,
    workloads: Path | None,
    start: tuple[str | None, str],
) -> "WhatIf":
    from app.whatif.ask import WhatIf
    from app.whatif.scenarios import workloads_of
    from app.zone import instant, zone_of
    from models.policy.known import known_of

    day, tz = start
    return WhatIf(
        question=question,
        basis=basis,
        contract=contract_from(contract, basis.book) if contract else None,
        renewal=instant(day, zone_of(tz)).date() if day else None,
        workloads=workloads_of(workloads, known_of(basis.book)) if workloads else None,
        narrowed_by="--since, --until and --where",
    )


def _models(old: str, new: str, known: "Known") -> tuple[str, list[str]]:
    """Return the old model and the new ones by their canonical names."""
    targets = [name.strip() for name in new.split(",") if name.strip()]
    if not targets:
        raise UserError("--to names no model")
    found = _model(old, "--from", known)
    moves = list(dict.fromkeys(_model(each, "--to", known) for each in targets))
    if found in moves:
        raise UserError(f"--from and --to both name {found}; name two models")
    return found, moves


def _model(name: str, option: str, known: "Known") -> str:
    try:
        return known.model(name)
    except ValueError as error:
        begin = sorted({each for each in known.models.values() if each.startswith(name)})
        near = f" (there are {', '.join(begin)})" if begin else ""
        raise UserError(f"{option} {name}: {error}{near}") from None


def _reports(
    db: Path | None, whatif: "WhatIf", move: _Move, success: tuple[str, ...]
) -> "tuple[list[UpgradeReport], dict[str, str]]":
    """Return a report for each target, and why others have none.

    Raises:
        UserError: no target has a report, or a success rate is of no workload.
    """
    from app.whatif.ask import prepare
    from app.whatif.assumed import check_workloads
    from app.whatif.upgrade import move_of, upgrade

    moves = [move_of(move.old, each, move.effort, move.assumed) for each in move.new]
    with warehouse_at(db).reading() as con:
        prepared = prepare(con, whatif, moves)
    check_workloads(success, list(dict.fromkeys(each.workload for each in prepared.coverage)))
    reports: list[UpgradeReport] = []
    failed: dict[str, str] = {}
    for each in move.new:
        try:
            found = upgrade(prepared, move.old, each, move.effort, move.assumed, task=move.task)
        except UserError as error:
            failed[each] = str(error)
        else:
            reports.append(found)
    if not reports:
        raise UserError("; ".join(dict.fromkeys(failed.values())))
    return reports, failed


def _write(
    reports: "Sequence[UpgradeReport]", failed: "Mapping[str, str]", form: str, output: Path | None
) -> None:
    from app.whatif.report_write import write_document
    from app.whatif.upgrade_json import json_of, rows_of
    from app.whatif.upgrade_sections import document

    found = document(reports, json_of(reports, failed), failed=failed, figures=form == "html")
    write_document(found, rows_of(reports), form, output)
    if form == "table":
        return
    warnings = (each for report in reports for each in report.warnings)
    for sentence in dict.fromkeys([*failed.values(), *warnings]):
        click.echo(sentence, err=True)
