"""Show one part of the evidence with its sources."""

from pathlib import Path

import click

from app.options import db_option, format_option, output_option

#: What can be shown beside the groups of scores.
PARTS = ("matrix", "claims", "tokens", "paired", "priors", "sources", "evaluations")


@click.command("show")
@click.argument("group")
@db_option
@format_option
@output_option
def command(group: str, db: Path | None, format: str, output: Path | None) -> None:
    """Show a GROUP of scores or a benchmark, with notes and sources.

    GROUP may also be `matrix` (a published decision matrix and what the evidence says), `claims`
    (claims in circulation), `tokens` (published ratios of tokens and cost), `paired` (two models on
    the same tasks), `priors` (what is assumed of them), `sources`, or `evaluations` (your own, by
    pair of models).

    \b
    Examples:
      ratecard evidence show mcp_atlas
      ratecard evidence show matrix
      ratecard evidence show evaluations
    """
    from app.evidence_rows import SCORES, cited, part, scores_in
    from app.output import table_text, write_rows
    from models.evidence.load import shipped

    if group == "evaluations":
        _show_own(db, format, output)
        return
    evidence = shipped()
    if group in PARTS:
        write_rows(*part(evidence, group), format, output)
        return
    scores = scores_in(evidence, group)
    rows = [row for _, row in scores]
    table = "\n".join([table_text(SCORES, rows), "", *cited(evidence, [s for s, _ in scores])])
    write_rows(SCORES, rows, format, output, table=table)


def _show_own(db: Path | None, format: str, output: Path | None) -> None:
    from app.evaluations import stored_evaluations
    from app.evidence_pairs import PAIRS, laid_out, pairs_of, told
    from app.options import warehouse_at
    from app.output import write_rows

    with warehouse_at(db).reading() as con:
        evaluations = stored_evaluations(con)
    found = pairs_of(evaluations)
    if not found:
        click.echo(
            "no two models did the same tasks; import results with: ratecard evidence import FILE",
            err=True,
        )
    for sentence in told(found):
        click.echo(sentence, err=True)
    write_rows(PAIRS, [row for _, row in found], format, output, table=laid_out(found))
