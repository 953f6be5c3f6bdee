"""Scenarios side by side."""

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
    from app.whatif.ask import Prepared, WhatIf
    from models.compare.option import Comparison
    from models.policy.known import Known
    from models.policy.terms import Scenario


@click.command("simulate")
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...")
@click.option("--from", "since", metavar="DATE", help="First moment counted.")
@click.option("--to", "until", metavar="DATE", help="First moment no longer counted.")
@click.option("--tz", default="UTC", show_default=True, metavar="ZONE", help="Whose days.")
@click.option(
    "--where",
    multiple=True,
    metavar="KEY=VALUE",
    help="Only this usage; repeat a key for several values.",
)
@grain_option
@basis_options
@contract_option
@click.option(
    "--workloads",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Rules that name the workload of requests without a label; else the shipped ones.",
)
@click.option(
    "--candidates",
    metavar="MODELS",
    help="Models of the single-model options, comma-separated; else those of the logs and of the "
    "scenarios.",
)
@click.option(
    "--budget",
    metavar="USD",
    help="Find the most successes that this buys in the period; USD/month for a month.",
)
@click.option(
    "--min-success",
    multiple=True,
    metavar="WORKLOAD=SHARE",
    help="Of these only choices with at least this success rate.",
)
@click.option(
    "--max-share",
    multiple=True,
    metavar="MODEL=SHARE",
    help="Of these only choices that send a model at most this share of the tasks.",
)
@click.option(
    "--task",
    type=click.Choice(("auto", "session", "request")),
    default="auto",
    show_default=True,
    help="What succeeds or fails: a session where the logs tell them (auto), as in upgrade.",
)
@click.option("--draws", type=click.IntRange(16, 1 << 16), metavar="N", help="How many (2048).")
@click.option("--seed", type=click.IntRange(0), metavar="N", help="Of the draws (7).")
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
    scenarios: tuple[str, ...],
    since: str | None,
    until: str | None,
    tz: str,
    where: tuple[str, ...],
    grain: str,
    assume_tier: str | None,
    prices_on: str | None,
    prices_as_of: str | None,
    contract: Path | None,
    workloads: Path | None,
    candidates: str | None,
    budget: str | None,
    min_success: tuple[str, ...],
    max_share: tuple[str, ...],
    task: str,
    draws: int | None,
    seed: int | None,
    db: Path | None,
    prices: Path | None,
    price_overlay: Path | None,
    format: str,
    output: Path | None,
) -> None:  # fmt: skip
    """Put routing scenarios side by side on your own traffic.

    A scenario is a YAML file, preset:NAME or always:MODEL. Each is replayed over the logged
    requests and held against named baselines: today's mix, always the cheapest and the strongest
    model, random choice at its own rates, a mix of two models at its own cost, and an oracle where
    your evaluations tell which answers were right. Costs are at the medians of all parameters;
    ranges come from draws that all scenarios share.

    \b
    Examples:
      ratecard simulate preset:complexity-router always:gpt-5.5
      ratecard simulate mine.yaml preset:tiers --from 2026-09-01 --to 2026-10-01
      ratecard simulate mine.yaml --where team=coding --format html -o scenarios.html
      ratecard simulate mine.yaml --budget 20000/month
      ratecard simulate mine.yaml --max-share gpt-5.5=30%
    """
    from app.whatif.ask import WhatIf
    from app.whatif.asked import draws_of, question_of
    from app.whatif.scenarios import models_of, scenarios_of, workloads_of
    from models.policy.known import known_of

    basis = basis_of(book_from(prices, price_overlay), prices_on, prices_as_of, assume_tier)
    known = known_of(basis.book)
    read = scenarios_of(scenarios, known)
    whatif = WhatIf(
        question=question_of((since, until), tz, where, basis, grain),
        basis=basis,
        contract=contract_from(contract, basis.book) if contract else None,
        workloads=workloads_of(workloads, known) if workloads else None,
        candidates=models_of(candidates, known),
        task=task,
        **draws_of(read, draws, seed),
    )
    prepared, comparison = _compared(db, whatif, read, (budget, min_success, max_share), known)
    _write(comparison, prepared, format, output)


def _compared(
    db: Path | None,
    whatif: "WhatIf",
    scenarios: "list[Scenario]",
    wanted: tuple[str | None, tuple[str, ...], tuple[str, ...]],
    known: "Known",
) -> "tuple[Prepared, Comparison]":
    from app.whatif.ask import prepare
    from app.whatif.compare import compare
    from app.whatif.scenarios import budget_of, rates_of, shares_of
    from models.compare.budget import Wanted
    from models.optimise.segments import OptimiseError

    budget, min_success, max_share = wanted
    least = rates_of(min_success, "--min-success", "WORKLOAD")
    most = shares_of(max_share, known)
    with warehouse_at(db).reading() as con:
        prepared = prepare(con, whatif, scenarios)
    limits = Wanted(budget_of(budget, prepared.period.months), least, most)
    try:
        return prepared, compare(prepared, scenarios, limits)
    except OptimiseError as error:
        hint = "; name more models with --candidates" if most else ""
        raise UserError(f"{error}{hint}") from None


def _write(comparison: "Comparison", prepared: "Prepared", form: str, output: Path | None) -> None:
    from app.whatif.compare_json import json_of, rows_of
    from app.whatif.compare_sections import document
    from app.whatif.report_write import write_document

    machine = json_of(comparison, prepared)
    found = document(comparison, prepared, machine, figures=form == "html")
    write_document(found, rows_of(comparison), form, output)
    if form == "table":
        return
    for sentence in comparison.warnings:
        click.echo(sentence, err=True)
