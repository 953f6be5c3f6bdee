"""Hold what others wrote of prices against the price book."""

from collections import Counter
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import click

from app.options import book_from, format_option, output_option, overlay_option, prices_option

if TYPE_CHECKING:
    from pricing.claim import Judged

_WIDTH = 100
_INDENT = " " * 14

COLUMNS = ("article", "line", "verdict", "quote", "figures", "on", "title")


@click.command("claims")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@prices_option
@overlay_option
@format_option
@output_option
def command(
    file: Path | None,
    prices: Path | None,
    price_overlay: Path | None,
    format: str,
    output: Path | None,
) -> None:
    """Judge claims about prices: agreeing, refuted, or not to be told from prices.

    Without FILE: what five articles on GPT-5.5 say. The head of that file explains how a claim is
    written. Rates are USD per 1M tokens, of the day each claim is about.

    \b
    Examples:
      ratecard prices claims
      ratecard prices claims --format json
    """
    from app.errors import UserError
    from app.output import write_rows
    from pricing.claim import judge
    from pricing.load_claims import load_claims, shipped_claims

    if file is not None and not file.is_file():
        raise UserError(f"{file} is not a file; name a file of claims in YAML")
    book = book_from(prices, price_overlay)
    judged = [judge(claim, book) for claim in load_claims(file or shipped_claims())]
    rows = [
        (
            each.claim.article, each.claim.line, each.verdict.value, each.claim.quote,
            each.figures, each.claim.on.date(), each.claim.title,
        )
        for each in judged
    ]  # fmt: skip
    write_rows(COLUMNS, rows, format, output, table="\n\n".join(map(_told, judged)))
    told = Counter(each.verdict.value for each in judged)
    click.echo(", ".join(f"{count} {verdict}" for verdict, count in told.items()), err=True)


def _told(judged: "Judged") -> str:
    """Write a claim for people: the verdict, the words, the figures."""
    claim = judged.claim
    quote = fill(
        f'"{claim.quote}"',
        _WIDTH,
        initial_indent=f"{judged.verdict:<14}",
        subsequent_indent=_INDENT,
    )
    figures = [
        fill(part, _WIDTH, initial_indent=_INDENT, subsequent_indent=f"{_INDENT}  ")
        for part in judged.figures.split("; ")
    ]
    where = f"{_INDENT}article {claim.article}, line {claim.line}"
    return "\n".join([quote, where, *figures])
