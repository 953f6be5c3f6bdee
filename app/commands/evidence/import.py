"""Import results of the user's own evaluation."""  # noqa: N999 - named as the command

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.errors import UserError
from app.options import db_option, format_option, output_option, warehouse_at

if TYPE_CHECKING:
    from ingest.evaluation.read import Results


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--workload", default="", metavar="NAME", help="Of the rows that name none.")
@click.option("--pass-at", metavar="SCORE", help="A score from here on is a pass, 0 to 1.")
@click.option(
    "--column", "columns", multiple=True, metavar="NAME=COLUMN",
    help="Which column of the file is what, such as pass=resolved.",
)  # fmt: skip
@db_option
@format_option
@output_option
def command(
    file: Path,
    workload: str,
    pass_at: str | None,
    columns: tuple[str, ...],
    db: Path | None,
    format: str,
    output: Path | None,
) -> None:
    """Import results of your own tasks, and compare models on the tasks that both did.

    FILE is CSV or JSONL with a row per run: task, model, pass (0 or 1) or score, and if known
    effort, run, attempts, input_tokens, output_tokens, turns, cost_usd (of the whole task),
    workload. Importing a run again replaces it. docs/evidence.md shows a file.

    \b
    Examples:
      ratecard evidence import results.csv
      ratecard evidence import results.csv --workload agentic_coding --column pass=solved
    """
    from app.evaluations import stored_evaluations
    from app.evidence_pairs import PAIRS, laid_out, pairs_of, told
    from app.output import write_rows
    from app.tell import counted
    from ingest.evaluation.read import read_results
    from ingest.evaluation.store import write_results

    results = read_results(
        file, workload=workload, pass_at=_share(pass_at), columns=dict(map(_named, columns))
    )
    for sentence in results.said:
        click.echo(sentence, err=True)
    results = _of_the_book(results)
    with warehouse_at(db).writing() as con:
        new, replaced = write_results(con, results.rows, str(file))
        evaluations = stored_evaluations(con)
    click.echo(f"{counted(new, 'result')} new, {replaced:,} replaced", err=True)
    mine = {(row.workload, row.model) for row in results.rows}
    found = [
        (pair, row)
        for pair, row in pairs_of(evaluations)
        if {(pair.workload, pair.result.old), (pair.workload, pair.result.new)} & mine
    ]
    for sentence in told(found):
        click.echo(sentence, err=True)
    write_rows(PAIRS, [row for _, row in found], format, output, table=laid_out(found))


def _share(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(-1)
    if not 0 <= number <= 1:
        raise UserError(f"--pass-at takes a score between 0 and 1, not {text!r}")
    return number


def _named(pair: str) -> tuple[str, str]:
    name, equals, column = pair.partition("=")
    if not equals or not name or not column:
        raise UserError(f"--column takes NAME=COLUMN, such as pass=resolved, not {pair!r}")
    return name, column


def _of_the_book(results: "Results") -> "Results":
    """Give models their names in the price table, so that they are those of the usage."""
    from ingest.evaluation.read import with_models
    from pricing.load import load_price_book
    from pricing.names import resolve

    book = load_price_book(None)
    names: dict[str, str] = {}
    for model in dict.fromkeys(row.model for row in results.rows):
        known = {found for p in book.providers if (found := resolve(p, model, book))}
        if len(known) == 1:
            names[model] = known.pop()
            if names[model] != model:
                click.echo(f"model {model!r} is {names[model]}", err=True)
        elif not known:
            click.echo(f"model {model!r} is not in the price table; kept as written", err=True)
    return with_models(results, names)
