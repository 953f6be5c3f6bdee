"""Show what a contract says and the rates it makes."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.options import (
    book_from,
    contract_from,
    format_option,
    output_option,
    overlay_option,
    prices_option,
)

if TYPE_CHECKING:
    from pricing.contract.terms import Contract


@click.command("show")
@click.argument("contract", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--on", "on", metavar="DATE", help="Rates of this day (default: today).")
@click.option("--model", metavar="ID", help="Only this model; any of its ids.")
@click.option("--all", "every", is_flag=True, help="Also rates that are the list's.")
@prices_option
@overlay_option
@format_option
@output_option
def command(
    contract: Path,
    on: str | None,
    model: str | None,
    every: bool,
    prices: Path | None,
    price_overlay: Path | None,
    format: str,
    output: Path | None,
) -> None:
    """Show a contract: its parties, and every rate that is not the list's on a day.

    Rates are those of the global region, in USD per 1M tokens; tool fees per 1K calls or per
    session.

    \b
    Examples:
      ratecard contract show acme-2026.yaml
      ratecard contract show acme-2026.yaml --model gpt-5.5 --on 2026-09-01 --all
    """
    from app.contract_rates import COLUMNS, rate_rows
    from app.output import table_text, write_rows
    from app.price_rows import sold
    from app.zone import instant

    book = book_from(prices, price_overlay)
    found = contract_from(contract, book)
    at = instant(on, UTC).replace(tzinfo=UTC) if on else _today_within(found)
    wanted = {name for _, name in sold(book, model)} if model else None
    rows = [
        row
        for row in rate_rows(found, book, at)
        if (wanted is None or row[1] in wanted) and (every or row[6] != row[5])
    ]
    table = "\n".join(
        [*_facts(found), f"rates on      {at:%Y-%m-%d}", "", table_text(COLUMNS, rows)]
    )
    write_rows(COLUMNS, rows, format, output, table=table)


def _today_within(found: "Contract") -> datetime:
    last = found.period.until - datetime.resolution
    return min(max(datetime.now(UTC), found.period.since), last)


def _facts(found: "Contract") -> list[str]:
    via = f" through {found.reseller}" if found.reseller else ""
    lists = f", at the list of {found.list_of}" if found.list_of else ""
    renewal = f"; renewal {found.renewal:%Y-%m-%d}" if found.renewal else ""
    return [
        f"contract      {found.contract}",
        f"parties       {found.customer} with {found.vendor}{via}",
        f"covers        what {' and '.join(found.providers)} bills{lists}",
        f"period        {found.period.since:%Y-%m-%d} to {found.period.until:%Y-%m-%d}{renewal}",
        f"currency      {found.currency}",
    ]
