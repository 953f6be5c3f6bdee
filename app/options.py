"""Options that several commands share, and what they mean."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.errors import UserError

if TYPE_CHECKING:
    from ingest.warehouse import Warehouse
    from pricing.book import PriceBook
    from pricing.contract.terms import Contract

FORMATS = ("table", "csv", "json", "parquet")

db_option = click.option(
    "--db", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Database (default: $RATECARD_DB, else ./ratecard.duckdb).",
)  # fmt: skip
prices_option = click.option(
    "--prices", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Price table to use in place of the shipped one.",
)  # fmt: skip
overlay_option = click.option(
    "--price-overlay", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Your own entries, laid over the price table.",
)  # fmt: skip
format_option = click.option(
    "--format", type=click.Choice(FORMATS), default="table", show_default=True,
    help="How to write the result.",
)  # fmt: skip
output_option = click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Write to a file instead of stdout.",
)  # fmt: skip

grain_option = click.option(
    "--grain", type=click.Choice(("auto", "request", "bucket")), default="auto", show_default=True,
    help="Of request logs and usage buckets of the same traffic count the logs, and buckets where "
    "there are none (auto); the logs alone (request); the buckets, and logs where there are none "
    "(bucket).",
)  # fmt: skip

contract_option = click.option(
    "--contract", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Your contract: also what its rates and its lines make of the cost.",
)  # fmt: skip


def warehouse_at(db: Path | None) -> "Warehouse":
    """Return the database the user means: ``--db``, else ``$RATECARD_DB``, else the default."""
    from ingest.warehouse import Warehouse

    return Warehouse(db or Path(os.environ.get("RATECARD_DB") or "ratecard.duckdb"))


def book_from(prices: Path | None, overlay: Path | None) -> "PriceBook":
    """Load the price book the user means.

    Raises:
        UserError: a file does not exist.
        PriceTableError: a table has faults.
    """
    from pricing.load import load_price_book

    for path in (prices, overlay):
        if path is not None and not path.is_file():
            raise UserError(f"{path} is not a file; name a price table in YAML")
    return load_price_book(prices, overlay=overlay)


def contract_from(path: Path, book: "PriceBook") -> "Contract":
    """Load a contract.

    Raises:
        UserError: the file does not exist.
        ContractError: it has faults.
    """
    from pricing.contract.load import load_contract

    if not path.is_file():
        raise UserError(f"{path} is not a file; name a contract in YAML, see docs/contracts.md")
    return load_contract(path, book)
