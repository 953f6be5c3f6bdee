"""List the rates of the price book."""

from collections.abc import Container
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.options import book_from, format_option, output_option, overlay_option, prices_option
from app.price_rows import COLUMNS, TIERS, in_force, row_of, sold
from app.pricing_basis import as_of_option, basis_of

if TYPE_CHECKING:
    from pricing.book import PriceBook


@click.command("list")
@click.option("--model", metavar="ID", help="Only this model; any of its ids.")
@click.option("--tier", type=click.Choice(TIERS), help="Only this service tier.")
@click.option("--on", "on", metavar="DATE", help="Prices in force on this day (default: today).")
@click.option("--all", "every", is_flag=True, help="Every entry, past and future.")
@as_of_option
@prices_option
@overlay_option
@format_option
@output_option
def command(
    model: str | None,
    tier: str | None,
    on: str | None,
    every: bool,
    prices_as_of: str | None,
    prices: Path | None,
    price_overlay: Path | None,
    format: str,
    output: Path | None,
) -> None:
    """List rates in USD per 1M tokens.

    A cell without a price says why: not offered or not published. --all lists every entry ever
    published, in the order of the dates they apply from.

    \b
    Examples:
      ratecard prices list
      ratecard prices list --model gpt-5.6-sol --all
      ratecard prices list --tier batch --format csv
    """
    from app.output import write_rows
    from app.zone import instant

    book = basis_of(book_from(prices, price_overlay), None, prices_as_of, None).book
    wanted = sold(book, model) if model else None
    at = instant(on, UTC).replace(tzinfo=UTC) if on else datetime.now(UTC)
    entries = [
        entry
        for entry in book.entries
        if (wanted is None or (entry.provider, entry.model) in wanted)
        and (tier is None or entry.tier == tier)
        and (every or in_force(book, entry, at))
    ]
    write_rows(COLUMNS, [row_of(book, entry) for entry in entries], format, output)
    if not entries:
        click.echo(_nothing(book, wanted, at, every=every), err=True)


def _nothing(
    book: "PriceBook", wanted: Container[tuple[str, str]] | None, at: datetime, *, every: bool
) -> str:
    """Say why there is no row, and where there is one."""
    from pricing.published import instant_text

    starts = [
        entry.effective_from
        for entry in book.entries
        if wanted is None or (entry.provider, entry.model) in wanted
    ]
    if every or not starts or min(starts) <= at:
        return "no such price is in force; --all lists past and future ones"
    return (
        f"no price is in force on {instant_text(at)}: the first begins on "
        f"{instant_text(min(starts))}; name a later day with --on, or --all"
    )
