"""Write an export."""

from importlib import import_module
from importlib.resources import files
from pathlib import Path

import click

from app.errors import UserError
from app.options import (
    book_from,
    contract_from,
    contract_option,
    db_option,
    grain_option,
    overlay_option,
    prices_option,
    warehouse_at,
)
from app.pricing_basis import basis_of, basis_options


@click.command("export")
@click.argument("name", metavar="NAME")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    metavar="DIR",
    help="Folder to write into; created if need be.",
)
@click.option(
    "--format",
    type=click.Choice(["csv", "json", "parquet"]),
    default="csv",
    show_default=True,
    help="How to write the files.",
)
@click.option("--from", "since", metavar="DATE", help="First moment exported.")
@click.option("--to", "until", metavar="DATE", help="First moment no longer exported.")
@click.option("--tz", default="UTC", show_default=True, metavar="ZONE", help="Whose days.")
@grain_option
@db_option
@prices_option
@overlay_option
@basis_options
@contract_option
def command(
    name: str,
    output: Path,
    format: str,
    since: str | None,
    until: str | None,
    tz: str,
    grain: str,
    db: Path | None,
    prices: Path | None,
    price_overlay: Path | None,
    assume_tier: str | None,
    prices_on: str | None,
    prices_as_of: str | None,
    contract: Path | None,
) -> None:  # fmt: skip
    """Write an export into a folder. NAME is: charges.

    charges: one row per charge (event x meter) with quantity, rate, exact amount, price version
    and labels; usage without a price has a row with the reason and no amount. With --contract also
    the contracted and the effective amount.

    \b
    Examples:
      ratecard export charges -o out/
      ratecard export charges -o out/ --from 2026-09-01 --to 2026-10-01 --format parquet
      ratecard export charges -o out/ --contract acme-2026.yaml
    """
    from app.caveats import caveats
    from app.contract_ledger import contract_ledger
    from app.ledger import Question, scope_for
    from app.tell import say_caveats
    from app.zone import period, zone_of

    if name not in export_names():
        raise UserError(
            f"there is no export '{name}'; the exports are: {', '.join(export_names())}"
        )
    module = import_module(f"app.exports.{name.replace('-', '_')}")
    zone = zone_of(tz)
    first, last = period(since, until, zone)
    basis = basis_of(book_from(prices, price_overlay), prices_on, prices_as_of, assume_tier)
    book = basis.book
    question = Question(
        since=first, until=last, zone=zone, grain=grain,
        assume_tier=basis.assume_tier, prices_on=basis.prices_on,
    )  # fmt: skip
    terms = contract_from(contract, book) if contract else None
    output.mkdir(parents=True, exist_ok=True)
    with warehouse_at(db).reading() as con:
        scope = scope_for(con, question)
        ledger = contract_ledger(con, book, question, terms, scope) if terms else None
        for written in module.write(con, book, question, output, format, scope, ledger):
            click.echo(f"{written.path}  {written.rows:,} rows  sha256 {written.sha256}", err=True)
        say_caveats(caveats(con, book, question, scope))


def export_names() -> list[str]:
    """Return the names of all exports."""
    return sorted(
        entry.name.removesuffix(".py").replace("_", "-")
        for entry in (files("app") / "exports").iterdir()
        if entry.name.endswith(".py") and not entry.name.startswith("_")
    )
