"""What the same requests could cost less by."""

from pathlib import Path

import click

from app.options import (
    book_from,
    db_option,
    grain_option,
    output_option,
    overlay_option,
    prices_option,
    warehouse_at,
)
from app.pricing_basis import basis_of, basis_options


@click.command("levers")
@click.option("--from", "since", metavar="DATE", help="First moment counted.")
@click.option("--to", "until", metavar="DATE", help="First moment no longer counted.")
@click.option("--tz", default="UTC", show_default=True, metavar="ZONE", help="Whose weeks.")
@click.option(
    "--where",
    multiple=True,
    metavar="KEY=VALUE",
    help="Only this usage; repeat a key for several values.",
)
@click.option(
    "--wait",
    "waits",
    multiple=True,
    metavar="WORKLOAD=SECONDS",
    help="How long the answers of a workload may take: 86400 and more for batch, 900 and more for "
    "flex. Repeatable; * stands for every workload.",
)
@click.option(
    "--workloads",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Rules that name the workload of requests without a label; else the shipped ones.",
)
@grain_option
@basis_options
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
    since: str | None,
    until: str | None,
    tz: str,
    where: tuple[str, ...],
    waits: tuple[str, ...],
    workloads: Path | None,
    grain: str,
    assume_tier: str | None,
    prices_on: str | None,
    prices_as_of: str | None,
    db: Path | None,
    prices: Path | None,
    price_overlay: Path | None,
    format: str,
    output: Path | None,
) -> None:
    """Find what the same requests could cost less by, without another model.

    Batch and flex for what can wait, priority to standard, the cached share back to its best week,
    prompts just above the long-context threshold: each by itself, and counted once where they
    overlap; of which requests, what it gives up, and what blocks the rest. Caps on output and
    cheaper models stand apart: what they save depends on what they break.

    \b
    Examples:
      ratecard levers
      ratecard levers --wait extraction=86400 --wait rerank=900
      ratecard levers --where team=support --from 2026-10-01
      ratecard levers --format html -o levers.html
    """
    from app.whatif.ask import WhatIf, prepare
    from app.whatif.asked import question_of
    from app.whatif.levers import levers_found
    from app.whatif.levers_needs import check_waits, lever_scenario, waiting
    from app.whatif.levers_report import document, json_of, rows_of
    from app.whatif.report_write import write_document
    from app.whatif.scenarios import workloads_of
    from models.policy.known import known_of

    basis = basis_of(book_from(prices, price_overlay), prices_on, prices_as_of, assume_tier)
    whatif = WhatIf(
        question=question_of((since, until), tz, where, basis, grain),
        basis=basis,
        workloads=workloads_of(workloads, known_of(basis.book)) if workloads else None,
    )
    assumptions = waiting(waits)
    with warehouse_at(db).reading() as con:
        prepared = prepare(con, whatif, [lever_scenario(basis.book)])
    check_waits(assumptions, [each.workload for each in prepared.coverage])
    found = levers_found(prepared, assumptions)
    period = prepared.period
    subtitle = (
        f"Usage from {period.first:%Y-%m-%d %H:%M} to {period.last:%Y-%m-%d %H:%M} UTC, "
        f"{basis.words}; in US dollars."
    )
    write_document(document(found, subtitle, json_of(found)), rows_of(found), format, output)
