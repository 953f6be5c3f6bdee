"""List published scores, or how two models differ."""

from pathlib import Path

import click

from app.options import format_option, output_option


@click.command("list")
@click.option("--workload", metavar="KIND", help="Only what is filed under this kind of work.")
@click.option("--models", metavar="A,B", help="Only these; with two, also how they differ.")
@format_option
@output_option
def command(workload: str | None, models: str | None, format: str, output: Path | None) -> None:
    """List published scores.

    With two models: their scores side by side, where they were measured in one harness at one
    effort, and why they cannot be compared where they were not. A vendor's own figures are flagged.

    \b
    Examples:
      ratecard evidence list
      ratecard evidence list --workload customer_support
      ratecard evidence list --models gpt-5.4,gpt-5.5 --workload agentic_coding
    """
    from app.evidence_rows import DIFFERENCES, SCORES, compared, scores_of
    from app.output import write_rows
    from models.evidence.load import shipped

    evidence = shipped()
    named = [] if models is None else [name.strip() for name in models.split(",")]
    if len(named) == 2:  # noqa: PLR2004  a pair
        rows, why = compared(evidence, named[0], named[1], workload)
        columns = list(DIFFERENCES)
        for sentence in why:
            click.echo(f"not comparable: {sentence}", err=True)
    else:
        rows, columns = scores_of(evidence, named, workload), list(SCORES)
    write_rows(columns, rows, format, output)
