"""Check a price table."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.errors import CheckFailedError, UserError
from app.options import book_from, db_option, format_option, output_option, overlay_option

if TYPE_CHECKING:
    from pricing.book import PriceBook
    from pricing.lint import Oddity

COLUMNS = ("kind", "where", "what")


@click.command("check")
@click.argument("table", required=False, type=click.Path(path_type=Path))
@overlay_option
@click.option("--strict", is_flag=True, help="Exit 1 if anything looks odd.")
@db_option
@format_option
@output_option
def command(
    table: Path | None,
    price_overlay: Path | None,
    strict: bool,
    db: Path | None,
    format: str,
    output: Path | None,
) -> None:
    """Check a price table: report every fault with its file and line, and list what looks odd.

    Exits 2 when there is a fault. What looks odd is no fault and worth a second look: a batch rate
    that is not half, cached input above input, a long prompt below a short one, priority below
    standard; and with a database, a model that was used after its vendor shut it down.

    \b
    Examples:
      ratecard prices check
      ratecard prices check my-prices.yaml
      ratecard prices check --price-overlay my-entries.yaml --strict
    """
    from app.output import write_rows
    from app.tell import counted

    book = _sound(table, price_overlay)
    click.echo(
        f"{len(book.models)} models, {len(book.entries)} entries, {len(book.tools)} tool fees: "
        "no fault",
        err=format != "table" or output is not None,
    )
    found = _oddities(book, db)
    if found or format != "table":
        rows = [(each.kind, each.where, each.what) for each in found]
        write_rows(COLUMNS, rows, format, output)
    if found and strict:
        verb = "looks" if len(found) == 1 else "look"
        raise CheckFailedError(f"--strict: {counted(len(found), 'thing')} {verb} odd")


def _sound(table: Path | None, overlay: Path | None) -> "PriceBook":
    from pricing.load import PriceTableError

    try:
        return book_from(table, overlay)
    except PriceTableError as faulty:
        for fault in faulty.faults:
            click.echo(str(fault))
        name = table or overlay or "the shipped price table"
        count = len(faulty.faults)
        words = "1 fault" if count == 1 else f"{count} faults"
        raise UserError(f"{words} in {name}; mend what is listed above") from None


def _oddities(book: "PriceBook", db: Path | None) -> list["Oddity"]:
    from app.options import warehouse_at
    from app.price_oddities import used_after_shutdown
    from pricing.lint import oddities

    found = list(oddities(book))
    warehouse = warehouse_at(db)
    if db is not None or warehouse.exists:
        with warehouse.reading() as con:
            found += used_after_shutdown(con, book)
    return found
