"""Report rated usage."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.errors import CheckFailedError, UserError
from app.options import (
    book_from,
    contract_from,
    contract_option,
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
    from app.caveats import Caveat
    from app.ledger import Answer, Question, Unpriced
    from app.output import Cell
    from app.pricing_basis import Basis
    from pricing.book import PriceBook
    from pricing.contract.terms import Contract

#: Columns of a table; machine formats hold all.
_TABLE = (
    "requests", "input_tokens", "cache_read_tokens", "output_tokens", "cost_usd",
    "unpriced_requests",
)  # fmt: skip


@click.command("report")
@click.option(
    "--by",
    default="model,service_tier",
    show_default=True,
    metavar="KEYS",
    help="Group by: hour, day, week, month, provider, model, service_tier, context_band, "
    "region, project, team, user, api_key, source, workload, effort, session, account, grain, "
    "series, billing, tag:NAME.",
)
@click.option("--from", "since", metavar="DATE", help="First moment counted.")
@click.option("--to", "until", metavar="DATE", help="First moment no longer counted.")
@click.option("--tz", default="UTC", show_default=True, metavar="ZONE", help="Whose days.")
@click.option(
    "--where",
    multiple=True,
    metavar="KEY=VALUE",
    help="Only this usage; repeat a key for several values.",
)
@grain_option
@basis_options
@contract_option
@click.option(
    "--savings",
    is_flag=True,
    help="With --contract: the way from list to effective cost, cause by cause.",
)
@click.option("--strict", is_flag=True, help="Exit 1 if anything is unpriced.")
@db_option
@prices_option
@overlay_option
@format_option
@output_option
def command(
    by: str,
    since: str | None,
    until: str | None,
    tz: str,
    where: tuple[str, ...],
    grain: str,
    assume_tier: str | None,
    prices_on: str | None,
    prices_as_of: str | None,
    contract: Path | None,
    savings: bool,
    strict: bool,
    db: Path | None,
    prices: Path | None,
    price_overlay: Path | None,
    format: str,
    output: Path | None,
) -> None:  # fmt: skip
    """Report usage and its exact cost, grouped as you ask.

    Ranges are half-open: --from 2026-09-01 --to 2026-10-01 is September, in the days of --tz.
    Usage without a price is counted beside the cost, with the reason; it is never taken as free.
    Request logs and usage buckets of the same traffic are never added: --grain says which counts.
    With --contract the cost is shown at list, at the contract's rates, and effectively: with the
    lines that depend on a period (volume, commitments, credits) spread over the usage they belong
    to. cost_usd is then the effective cost.

    \b
    Examples:
      ratecard report --by month,team
      ratecard report --by day --from 2026-09-01 --to 2026-10-01 --tz Europe/Berlin
      ratecard report --by model --where team=coding --format csv
      ratecard report --by model --prices-on 2026-08-01
      ratecard report --by day,grain --grain bucket
      ratecard report --by team --contract acme-2026.yaml
      ratecard report --savings --contract acme-2026.yaml
    """
    from app.output import write_rows
    from app.tell import say_caveats, say_nothing_found, say_unpriced

    if savings and contract is None:
        raise UserError("--savings compares with list prices; name your contract with --contract")
    basis = basis_of(book_from(prices, price_overlay), prices_on, prices_as_of, assume_tier)
    keys = "" if savings and _is_default("by") else by
    question = _question(keys, (since, until), tz, where, basis, grain)
    terms = contract_from(contract, basis.book) if contract else None
    shown, missing, beside = _read(db, basis.book, question, terms, savings=savings)
    write_rows(shown.columns, shown.rows, format, output, table=shown.table)
    if format == "table":
        click.echo(f"{basis.words}; days in {tz}", err=True)
    for sentence in shown.words:
        click.echo(sentence, err=True)
    if not shown.rows:
        say_nothing_found(warehouse_at(db))
    say_caveats(beside)
    say_unpriced(missing)
    _check(strict, missing)


@dataclass(frozen=True, slots=True)
class Shown:
    """A report as it is written.

    Attributes:
        table: Its text for people.
        words: What it rests on, beside the prices.
    """

    columns: list[str]
    rows: list[list["Cell"]]
    table: str
    words: tuple[str, ...] = ()


def _question(
    by: str,
    days: tuple[str | None, str | None],
    tz: str,
    where: Sequence[str],
    basis: "Basis",
    grain: str,
) -> "Question":
    from app.dimensions import dimensions, filters
    from app.ledger import Question
    from app.zone import period, zone_of

    zone = zone_of(tz)
    first, last = period(*days, zone)
    return Question(
        by=tuple(dimensions(by)),
        since=first,
        until=last,
        zone=zone,
        where=filters(where),
        assume_tier=basis.assume_tier,
        prices_on=basis.prices_on,
        grain=grain,
    )


def _is_default(option: str) -> bool:
    source = click.get_current_context().get_parameter_source(option)
    return source is click.core.ParameterSource.DEFAULT


def _read(
    db: Path | None,
    book: "PriceBook",
    question: "Question",
    terms: "Contract | None",
    *,
    savings: bool,
) -> tuple[Shown, list["Unpriced"], list["Caveat"]]:
    """Return the report, what has no price, and what to know beside it."""
    from app.caveats import caveats
    from app.ledger import answer, scope_for, unpriced

    with warehouse_at(db).reading() as con:
        scope = scope_for(con, question)
        if terms is None:
            found = answer(con, book, question, scope)
            shown = Shown(*rows_of(found), table_of(found))
        else:
            from app.contract_report import shown_under

            shown = shown_under(con, book, question, terms, scope, savings=savings)
        return (
            shown,
            unpriced(con, book, question, scope),
            caveats(con, book, question, scope),
        )


def rows_of(found: "Answer") -> tuple[list[str], list[list["Cell"]]]:
    """Return an answer as exact output rows: times as text, cost as decimal dollars."""
    from app.ledger import MEASURES
    from app.money import usd_text

    width = len(found.keys)
    cost = width + MEASURES.index("cost_pico")
    columns = [*found.keys, *("cost_usd" if m == "cost_pico" else m for m in MEASURES)]
    rows: list[list[Cell]] = []
    for row in found.rows:
        cells: list[Cell] = [
            time_text(name, cell) for name, cell in zip(found.keys, row, strict=False)
        ]
        cells += [_whole(cell) for cell in row[width:]]
        cells[cost] = usd_text(_whole(row[cost]))
        rows.append(cells)
    return columns, rows


def time_text(name: str, cell: Any) -> Any:
    """Write a time key: hours with their offset, days and weeks as dates, months as 2026-09."""
    if not isinstance(cell, datetime):
        return cell
    match name:
        case "hour":
            return cell.isoformat(timespec="minutes")
        case "month":
            return f"{cell:%Y-%m}"
        case _:
            return f"{cell:%Y-%m-%d}"


def table_of(found: "Answer") -> str:
    """Lay an answer out for people, its rounded costs adding up to their total."""
    from app.money import places_for, rounded_parts
    from app.output import table_text

    columns, rows = rows_of(found)
    width = len(found.keys)
    keep = [*range(width), *(columns.index(name) for name in _TABLE)]
    place = found.total("cost_pico")
    cost = columns.index("cost_usd")
    picos = [None if row[cost] is None else int(row[cost]) for row in found.rows]
    shown = rounded_parts(picos, places_for(place))
    for row, amount in zip(rows, shown, strict=True):
        row[cost] = amount
    laid_out = [[row[k] for k in keep] for row in rows]
    if len(rows) > 1 and width:
        laid_out.append(total_row(laid_out, width))
    return table_text([columns[k] for k in keep], laid_out)


def total_row(rows: Sequence[Sequence["Cell"]], width: int) -> list["Cell"]:
    """Return the sums below a table with so many keys."""
    from decimal import Decimal

    total: list[Cell] = ["total", *([""] * (width - 1))]
    for k in range(width, len(rows[0])):
        values = [cell for row in rows if isinstance(cell := row[k], int | Decimal)]
        total.append(sum(values[1:], start=values[0]) if values else None)
    return total


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def _check(strict: bool, missing: Sequence["Unpriced"]) -> None:
    from app.tell import counted

    if strict and missing:
        requests = sum(each.requests for each in missing)
        raise CheckFailedError(f"--strict: {counted(requests, 'request')} unpriced")
