"""Explain what one request cost, charge by charge."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.options import (
    book_from,
    contract_from,
    contract_option,
    db_option,
    format_option,
    output_option,
    overlay_option,
    prices_option,
    warehouse_at,
)
from app.pricing_basis import basis_of, basis_options

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from app.explanation import Explanation
    from app.output import Cell
    from app.pricing_basis import Basis
    from pricing.contract.terms import Contract

COLUMNS = (
    "meter", "quantity", "rate_usd", "per", "amount_usd", "price_version",
)  # fmt: skip


@click.command("explain")
@click.argument("event_id")
@db_option
@prices_option
@overlay_option
@basis_options
@contract_option
@format_option
@output_option
def command(
    event_id: str,
    db: Path | None,
    prices: Path | None,
    price_overlay: Path | None,
    assume_tier: str | None,
    prices_on: str | None,
    prices_as_of: str | None,
    contract: Path | None,
    format: str,
    output: Path | None,
) -> None:
    """Explain one event: meter x quantity x rate = amount, the price version and its sources.

    An event without a price says why it has none. EVENT_ID is the provider's response id, or the
    gateway's request id. With --contract each charge is shown at the negotiated rate, and with its
    share of the contract's lines.

    \b
    Examples:
      ratecard explain resp_026af6d2
      ratecard explain resp_026af6d2 --format json
      ratecard explain resp_026af6d2 --prices-on 2026-08-01
      ratecard explain resp_026af6d2 --contract acme-2026.yaml
    """
    from app.explanation import explain
    from app.output import write_rows

    basis = basis_of(book_from(prices, price_overlay), prices_on, prices_as_of, assume_tier)
    terms = contract_from(contract, basis.book) if contract else None
    with warehouse_at(db).reading() as con:
        found = explain(
            con,
            basis.book,
            event_id,
            assume_tier=basis.assume_tier,
            prices_on=basis.prices_on,
        )
        under = _under(con, basis, terms, found) if terms else Under()
    if prices_on or prices_as_of or assume_tier:
        click.echo(basis.words, err=True)
    rows = [[*row, *more] for row, more in zip(charge_rows(found), under.cells(found), strict=True)]
    write_rows([*COLUMNS, *under.columns], rows, format, output, table=_text(found, under))
    if under.words:
        click.echo(under.words, err=True)
    if found.rated is None and format != "table":
        click.echo(_no_charges(found), err=True)


@dataclass(frozen=True, slots=True)
class Under:
    """What a contract adds to an explanation: columns, a row for each charge, a sentence."""

    columns: tuple[str, ...] = ()
    rows: list[list["Cell"]] | None = None
    words: str = ""

    def cells(self, found: "Explanation") -> list[list["Cell"]]:
        """Return the cells to put behind each charge."""
        return [[] for _ in charge_rows(found)] if self.rows is None else self.rows


def _under(
    con: "DuckDBPyConnection", basis: "Basis", terms: "Contract", found: "Explanation"
) -> Under:
    from app.contract_explained import COLUMNS as MORE
    from app.contract_explained import contract_cells, covered_words
    from app.ledger import Question

    question = Question(assume_tier=basis.assume_tier, prices_on=basis.prices_on)
    cells = contract_cells(con, basis.book, question, terms, found)
    return Under(MORE, cells, covered_words(terms, found))


def charge_rows(found: "Explanation") -> list[list["Cell"]]:
    """Return one row a charge: exact amounts as decimal text."""
    from app.money import RATE_UNITS, usd_text

    if found.rated is None:
        return []
    version = found.rated.price.price_version
    return [
        [
            charge.meter.value,
            charge.quantity,
            usd_text(charge.pico_usd_per_unit * RATE_UNITS[charge.meter.unit][1]),
            RATE_UNITS[charge.meter.unit][0],
            usd_text(charge.amount_pico),
            version,
        ]
        for charge in found.rated.charges
    ]


def _text(found: "Explanation", under: Under) -> str:
    from app.money import usd_text
    from app.output import table_text
    from pricing.published import END, instant_text

    event = found.event
    facts = [
        ("event", event["event_id"]),
        ("time", f"{event['event_ts']:%Y-%m-%d %H:%M:%S} UTC"),
        ("model", _named(event)),
        ("service tier", f"{event['service_tier']} (from: {event['service_tier_source']})"),
        ("region", event["region"]),
        ("prompt", _prompt(event)),
        ("logged in", f"{event['path']}, line {event['line']} ({event['source']})"),
        *found.peculiarities.items(),
    ]
    lines = [f"{name:<13} {value}" for name, value in facts]
    if found.rated is None:
        return "\n".join([*lines, "", _no_charges(found)])
    more = under.cells(found)
    rows = [[*row[:5], *cells] for row, cells in zip(charge_rows(found), more, strict=True)]
    rows.append(["sum", "", "", "", usd_text(found.rated.cost_pico), *_sums(more)])
    price = found.rated.price
    entry = price.entry
    ends = "no end known" if price.effective_until == END else instant_text(price.effective_until)
    lines += [
        "",
        table_text([*COLUMNS[:5], *under.columns], rows),
        "",
        f"{'price':<13} {price.price_version}",
    ]
    lines += [
        f"{'in force':<13} {instant_text(price.effective_from)} to {ends} ({entry.basis})",
        f"{'known since':<13} {instant_text(entry.known_at)}",
        f"{'status':<13} {entry.status}, confidence {entry.confidence}",
        f"{'sources':<13} {', '.join(entry.sources)}",
    ]
    if event["stated_cost_usd"] is not None:
        stated = f"{event['stated_cost_usd']:f}".rstrip("0").rstrip(".")
        lines.append(f"{'log states':<13} ${stated} (not used)")
    return "\n".join(lines)


def _sums(more: "list[list[Cell]]") -> "list[Cell]":
    """Return the sums of the amounts that a contract added."""
    if not more or not more[0]:
        return []
    sums = [sum(Decimal(str(cells[k])) for cells in more) for k in (0, 1)]
    return [*(f"{each:f}" for each in sums), ""]


def _no_charges(found: "Explanation") -> str:
    return found.detail if found.reason is None else f"no price: {found.reason}. {found.detail}"


def _named(event: dict[str, object]) -> str:
    raw, model = event["model_raw"], event["model"]
    return f"{model}" if raw == model else f"{model} (logged as {raw or 'nothing'})"


def _prompt(event: dict[str, Any]) -> str:
    size = event["input_tokens"]
    unknown = size is None or event["grain"] == "bucket"
    return "size not reported" if unknown else f"{size:,} tokens"
