"""Hold the provider's bill against the loaded usage."""

from datetime import UTC, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.errors import CheckFailedError, UserError
from app.options import (
    FORMATS,
    book_from,
    contract_from,
    db_option,
    grain_option,
    output_option,
    overlay_option,
    prices_option,
    warehouse_at,
)
from app.pricing_basis import basis_of, basis_options

if TYPE_CHECKING:
    from app.ledger import Question
    from app.pricing_basis import Basis
    from app.reconciliation.compare import Compared


@click.command("reconcile")
@click.argument("bills", nargs=-1, metavar="[FILE]...")
@click.option("--from", "since", metavar="DATE", help="First UTC day compared.")
@click.option("--to", "until", metavar="DATE", help="First UTC day no longer compared.")
@click.option(
    "--by", type=click.Choice(("day", "line_item", "project")), default="day", show_default=True,
    help="What the balance is divided by.",
)  # fmt: skip
@click.option(
    "--tolerance", metavar="PERCENT",
    help="Exit 1 if logs and charges differ by more than this, over the range.",
)  # fmt: skip
@click.option(
    "--fx", multiple=True, metavar="CURRENCY=USD",
    help="What a unit of the bill's currency is in US dollars, such as EUR=1.08.",
)  # fmt: skip
@click.option(
    "--where", multiple=True, metavar="KEY=VALUE",
    help="Only this usage, such as an account's; the bill stays whole.",
)  # fmt: skip
@click.option(
    "--contract", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Your contract: usage is compared at its rates instead of list.",
)  # fmt: skip
@grain_option
@basis_options
@db_option
@prices_option
@overlay_option
@click.option(
    "--format", type=click.Choice([each for each in FORMATS if each != "parquet"]),
    default="table", show_default=True, help="How to write the result.",
)  # fmt: skip
@output_option
def command(
    bills: tuple[str, ...],
    since: str | None,
    until: str | None,
    by: str,
    tolerance: str | None,
    fx: tuple[str, ...],
    where: tuple[str, ...],
    contract: Path | None,
    grain: str,
    assume_tier: str | None,
    prices_on: str | None,
    prices_as_of: str | None,
    db: Path | None,
    prices: Path | None,
    price_overlay: Path | None,
    format: str,
    output: Path | None,
) -> None:  # fmt: skip
    """Compare the provider's bill with the loaded usage, and say why they differ.

    FILE is a page of the Costs API, a cost export of the dashboard, or an invoice (YAML or CSV);
    without one, the costs that were loaded or pulled. The difference is split into causes that add
    up to it to the last digit; what nothing explains is the residual. docs/reconcile.md has the
    causes, and the form of an invoice.

    \b
    Examples:
      ratecard reconcile costs.json
      ratecard reconcile --from 2026-09-01 --to 2026-10-01 --by line_item
      ratecard reconcile invoice.yaml --tolerance 5 --format csv
    """
    from app.output import write_rows
    from app.reconciliation.compare import Asked, compare
    from app.reconciliation.rows import rows_of
    from app.reconciliation.table import text_of

    limit = None if tolerance is None else _percent(tolerance)
    basis = basis_of(book_from(prices, price_overlay), prices_on, prices_as_of, assume_tier)
    terms = contract_from(contract, basis.book) if contract else None
    question = _question(basis, where, grain)
    asked = Asked(basis.book, terms, question, _days(since, until), _rates(fx))
    found = compare(warehouse_at(db), bills, asked)
    of = (found.reconciled, by, found.time, found.band_risk_pico)
    columns, rows = rows_of(*of)
    write_rows(columns, rows, format, output, table=text_of(*of) if format == "table" else None)
    under = f", under {terms.contract}" if terms else ""
    _say(found, f"{basis.words}{under}; UTC days" if format == "table" else None)
    _check(found, limit)


def _question(basis: "Basis", where: tuple[str, ...], grain: str) -> "Question":
    from app.dimensions import dimension, filters
    from app.ledger import Question

    return Question(
        by=(dimension("project"),),
        where=filters(where),
        assume_tier=basis.assume_tier,
        prices_on=basis.prices_on,
        grain=grain,
    )


def _days(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    from app.zone import period

    days = period(since, until, UTC)
    for name, day in zip(("--from", "--to"), days, strict=True):
        if day is not None and day.time() != time():
            raise UserError(f"{name} {day:%Y-%m-%dT%H:%M}: a bill is by UTC days; name a date")
    return days


def _rates(fx: tuple[str, ...]) -> dict[str, Decimal]:
    from ingest.invoice import exchange_rate

    rates = {}
    for text in fx:
        currency, _, rate = text.partition("=")
        try:
            rates[currency.strip().lower()] = exchange_rate(rate.strip())
        except ValueError:
            raise UserError(
                f"--fx {text}: write what a unit is in US dollars, such as EUR=1.08"
            ) from None
    return rates


def _percent(text: str) -> Decimal:
    try:
        percent = Decimal(text.removesuffix("%").strip())
    except InvalidOperation:
        percent = Decimal(-1)
    if not percent.is_finite() or percent < 0:
        raise UserError(f"--tolerance {text}: write percent, such as 0.5")
    return percent


def _say(found: "Compared", words: str | None) -> None:
    from app.tell import say_caveats, say_unpriced

    if words:
        click.echo(words, err=True)
    for sentence in found.bill.said:
        click.echo(sentence, err=True)
    divided = any(line.project for line in found.bill.lines)
    if divided and not found.reconciled.by_project:
        click.echo(
            "the usage names no project of the bill: they are compared without projects", err=True
        )
    say_caveats(found.beside)
    say_unpriced(found.missing)


def _check(found: "Compared", limit: Decimal | None) -> None:
    from app.reconciliation.rows import plain
    from models.reconcile.summary import overall

    total = overall(found.reconciled.post)
    if limit is not None and total.is_off_by_more_than(limit):
        raise CheckFailedError(
            f"--tolerance {limit}: charges of {plain(total.charged)} USD are billed, and the logs "
            f"give {plain(total.computed)}"
        )
