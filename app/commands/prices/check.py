"""Check a price table."""

from pathlib import Path

import click

from app.errors import UserError
from app.options import book_from, overlay_option


@click.command("check")
@click.argument("table", required=False, type=click.Path(path_type=Path))
@overlay_option
def command(table: Path | None, price_overlay: Path | None) -> None:
    """Check a price table and report every fault with its file and line.

    Exits 2 when there is a fault.

    \b
    Examples:
      ratecard prices check
      ratecard prices check my-prices.yaml
      ratecard prices check --price-overlay my-entries.yaml
    """
    from pricing.load import PriceTableError

    try:
        book = book_from(table, price_overlay)
    except PriceTableError as faulty:
        for fault in faulty.faults:
            click.echo(str(fault))
        name = table or price_overlay or "the shipped price table"
        count = len(faulty.faults)
        words = "1 fault" if count == 1 else f"{count} faults"
        raise UserError(f"{words} in {name}; mend what is listed above") from None
    models = len(book.models)
    click.echo(
        f"{models} models, {len(book.entries)} entries, {len(book.tools)} tool fees: no fault"
    )
