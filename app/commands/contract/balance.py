"""Show what is left of a contract's commitments and credits."""

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.options import (
    book_from,
    contract_from,
    db_option,
    format_option,
    grain_option,
    output_option,
    overlay_option,
    prices_option,
    warehouse_at,
)
from app.pricing_basis import basis_of, basis_options

if TYPE_CHECKING:
    from app.output import Cell

COLUMNS = ("kind", "name", "from", "to", "amount", "used", "left", "currency", "state")


@click.command("balance")
@click.argument("contract", type=click.Path(dir_okay=False, path_type=Path))
@grain_option
@db_option
@prices_option
@overlay_option
@basis_options
@format_option
@output_option
def command(
    contract: Path,
    grain: str,
    db: Path | None,
    prices: Path | None,
    price_overlay: Path | None,
    assume_tier: str | None,
    prices_on: str | None,
    prices_as_of: str | None,
    format: str,
    output: Path | None,
) -> None:
    """Show what is left of commitments and credits where the logs end.

    A commitment is met or short once its period is over, and open before.

    \b
    Examples:
      ratecard contract balance acme-2026.yaml
    """
    from app.contract_ledger import contract_ledger
    from app.ledger import Question
    from app.money import usd_number
    from app.output import table_text, write_rows

    basis = basis_of(book_from(prices, price_overlay), prices_on, prices_as_of, assume_tier)
    terms = contract_from(contract, basis.book)
    question = Question(grain=grain, assume_tier=basis.assume_tier, prices_on=basis.prices_on)
    with warehouse_at(db).reading() as con:
        made = contract_ledger(con, basis.book, question, terms).statement
    rows: list[list[Cell]] = [
        [
            each.kind, each.name, f"{each.period.since:%Y-%m-%d}", f"{each.period.until:%Y-%m-%d}",
            usd_number(each.amount_pico), usd_number(each.used_pico),
            usd_number(max(each.amount_pico - each.used_pico, 0)), terms.currency, each.state,
        ]
        for each in made.balances
    ]  # fmt: skip
    shown = [[*row[:4], *map(_cents, row[4:7]), *row[7:]] for row in rows]
    write_rows(COLUMNS, rows, format, output, table=table_text(COLUMNS, shown))
    click.echo(f"as of {made.through:%Y-%m-%d}, where the logs end", err=True)


def _cents(amount: "Cell") -> "Cell":
    return round(amount, 2) if isinstance(amount, Decimal) else amount
