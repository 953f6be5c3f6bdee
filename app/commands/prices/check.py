"""Check a price table."""

from datetime import UTC, datetime
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
@click.option(
    "--feed",
    "feeds",
    multiple=True,
    metavar="SOURCE",
    help="Compare with a public price list: a file, a URL, litellm or genai-prices.",
)
@click.option(
    "--stale-days",
    type=click.IntRange(1),
    default=120,
    show_default=True,
    metavar="N",
    help="List models whose sources were last checked longer ago.",
)
@click.option("--strict", is_flag=True, help="Exit 1 if anything looks odd.")
@db_option
@format_option
@output_option
def command(
    table: Path | None,
    price_overlay: Path | None,
    feeds: tuple[str, ...],
    stale_days: int,
    strict: bool,
    db: Path | None,
    format: str,
    output: Path | None,
) -> None:
    """Check a price table: report every fault with its file and line, and list what looks odd.

    Exits 2 when there is a fault. What looks odd is no fault and worth a second look: a batch rate
    that is not half, cached input above input, a long prompt below a short one, priority below
    standard; a price whose sources nobody has looked at for long; with --feed, a rate that a public
    price list has otherwise; and with a database, a model that was used after its vendor shut it
    down.

    \b
    Examples:
      ratecard prices check
      ratecard prices check my-prices.yaml
      ratecard prices check --price-overlay my-entries.yaml
      ratecard prices check --feed public-prices.json --stale-days 60
    """
    from app.feed_named import feed_named
    from app.output import write_rows
    from app.tell import counted
    from pricing.lint import differing_from, oddities, stale

    book = _sound(table, price_overlay)
    click.echo(
        f"{len(book.models)} models, {len(book.entries)} entries, {len(book.tools)} tool fees: "
        "no fault",
        err=format != "table" or output is not None,
    )
    now = datetime.now(UTC)
    found = [*oddities(book), *stale(book, now, stale_days), *_used_too_late(book, db)]
    found += differing_from([feed_named(source) for source in dict.fromkeys(feeds)], book, now)
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


def _used_too_late(book: "PriceBook", db: Path | None) -> list["Oddity"]:
    from app.options import warehouse_at
    from app.price_oddities import used_after_shutdown

    warehouse = warehouse_at(db)
    if db is None and not warehouse.exists:
        return []
    with warehouse.reading() as con:
        return list(used_after_shutdown(con, book))
