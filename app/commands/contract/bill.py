"""Bill the loaded usage under a contract."""

from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.errors import UserError
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
    from pricing.contract.calendar import Range
    from pricing.contract.statement import Statement


@click.command("bill")
@click.argument("contract", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--month", metavar="MONTH", help="Only this month, such as 2026-09.")
@grain_option
@db_option
@prices_option
@overlay_option
@basis_options
@format_option
@output_option
def command(
    contract: Path,
    month: str | None,
    grain: str,
    db: Path | None,
    prices: Path | None,
    price_overlay: Path | None,
    assume_tier: str | None,
    prices_on: str | None,
    prices_as_of: str | None,
    format: str,
    output: Path | None,
) -> None:  # fmt: skip
    """Bill the loaded usage under a contract: the statement of each month.

    Usage at list and at negotiated rates, then every line of the contract, in its currency and in
    USD. Usage and lines add up to the total. A month that the logs do not reach the end of is open.

    \b
    Examples:
      ratecard contract bill acme-2026.yaml --month 2026-09
      ratecard contract bill acme-2026.yaml --format csv > statement.csv
    """
    from app.contract_bill import COLUMNS, bill_rows, bill_table
    from app.contract_ledger import contract_ledger
    from app.contract_words import contract_words
    from app.ledger import Question, unpriced
    from app.output import write_rows
    from app.tell import say_unpriced

    basis = basis_of(book_from(prices, price_overlay), prices_on, prices_as_of, assume_tier)
    book = basis.book
    terms = contract_from(contract, book)
    since, until = (edge.replace(tzinfo=None) for edge in terms.period)
    question = Question(
        since=since, until=until, grain=grain, assume_tier=basis.assume_tier,
        prices_on=basis.prices_on,
    )  # fmt: skip
    with warehouse_at(db).reading() as con:
        ledger = contract_ledger(con, book, question, terms)
        missing = unpriced(con, book, question, ledger.scope)
        words = list(contract_words(con, ledger))[1:]
    months = _months(ledger.statement, month)
    made = ledger.statement
    write_rows(COLUMNS, bill_rows(made, months), format, output, table=bill_table(made, months))
    if format == "table":
        click.echo(basis.words, err=True)
    for sentence in words:
        click.echo(sentence, err=True)
    say_unpriced(missing)


def _months(made: "Statement", wanted: str | None) -> "list[Range]":
    from app.zone import instant

    if wanted is None:
        return list(made.months)
    at = instant(f"{wanted}-01", UTC)
    found = [each for each in made.months if f"{each.since:%Y-%m}" == f"{at:%Y-%m}"]
    if not found:
        known = ", ".join(f"{each.since:%Y-%m}" for each in made.months) or "none"
        raise UserError(f"{wanted} has no usage under the contract; the months are: {known}")
    return found
