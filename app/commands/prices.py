"""Look into the price book."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.errors import UserError
from app.options import (
    book_from,
    format_option,
    output_option,
    overlay_option,
    prices_option,
)

if TYPE_CHECKING:
    from app.output import Cell
    from pricing.book import PriceBook
    from pricing.published import Entry
    from pricing.vocabulary import Meter

#: Token rates of a list row, by the column that shows them.
_RATES = {
    "input": "uncached_input",
    "cached_input": "cache_read",
    "cache_write": "cache_write",
    "cache_write_long": "cache_write_long",
    "output": "output",
}

#: Tiers that a price can be published for; spelt out here, as help must not wait for imports.
TIERS = ("standard", "batch", "flex", "priority", "ultrafast", "scale")

LIST_COLUMNS = (
    "provider", "model", "service_tier", "context_band", *_RATES, "effective_from", "effective_to",
    "known_at", "status", "confidence",
)  # fmt: skip


@click.group("prices")
def command() -> None:
    """Look into the price book: list it, show a model, check a table.

    \b
    Examples:
      ratecard prices list --on 2026-08-01
      ratecard prices show gpt-5.5
      ratecard prices check my-prices.yaml
    """


@command.command("list")
@click.option("--model", metavar="ID", help="Only this model; any of its ids.")
@click.option("--tier", type=click.Choice(TIERS), help="Only this service tier.")
@click.option("--on", "on", metavar="DATE", help="Prices in force on this day (default: today).")
@click.option("--all", "every", is_flag=True, help="Every entry, past and future.")
@prices_option
@overlay_option
@format_option
@output_option
def list_prices(
    model: str | None,
    tier: str | None,
    on: str | None,
    every: bool,
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

    book = book_from(prices, price_overlay)
    wanted = _sold(book, model) if model else None
    at = instant(on, UTC).replace(tzinfo=UTC) if on else datetime.now(UTC)
    entries = [
        entry
        for entry in book.entries
        if (wanted is None or (entry.provider, entry.model) in wanted)
        and (tier is None or entry.tier == tier)
        and (every or _in_force(book, entry, at))
    ]
    write_rows(LIST_COLUMNS, [_row(book, entry) for entry in entries], format, output)


@command.command("show")
@click.argument("model")
@prices_option
@overlay_option
@format_option
@output_option
def show_model(
    model: str, prices: Path | None, price_overlay: Path | None, format: str, output: Path | None
) -> None:
    """Show all that is known of a model: its ids, limits, every price with dates and sources.

    \b
    Examples:
      ratecard prices show gpt-5.5
      ratecard prices show gpt-5.6-sol --format json
    """
    from app.output import table_text, write_rows

    book = book_from(prices, price_overlay)
    columns = [*LIST_COLUMNS, "sources"]
    rows: list[list[Cell]] = []
    texts = []
    for sold in _sold(book, model):
        entries = [entry for entry in book.entries if (entry.provider, entry.model) == sold]
        found = [[*_row(book, entry), ", ".join(entry.sources)] for entry in entries]
        texts += [*_facts(book, sold), "", table_text(columns[2:], [row[2:] for row in found]), ""]
        rows += found
    write_rows(columns, rows, format, output, table="\n".join(texts[:-1]))


@command.command("check")
@click.argument("table", required=False, type=click.Path(path_type=Path))
@overlay_option
def check_table(table: Path | None, price_overlay: Path | None) -> None:
    """Check a price table and report every fault with its file and line.

    Exits 2 when there is a fault.

    \b
    Examples:
      ratecard prices check
      ratecard prices check my-prices.yaml
      ratecard prices check --price-overlay my-entries.yaml
    """
    from pricing.load import PriceTableError

    try:
        book = book_from(table, price_overlay)
    except PriceTableError as faulty:
        for fault in faulty.faults:
            click.echo(str(fault))
        name = table or price_overlay or "the shipped price table"
        count = len(faulty.faults)
        words = "1 fault" if count == 1 else f"{count} faults"
        raise UserError(f"{words} in {name}; mend what is listed above") from None
    models = len(book.models)
    click.echo(
        f"{models} models, {len(book.entries)} entries, {len(book.tools)} tool fees: no fault"
    )


def _sold(book: "PriceBook", model: str) -> list[tuple[str, str]]:
    """Return who sells a model, and its canonical id there; the same id can be two products."""
    from pricing.names import resolve, suggest

    sold = [
        (provider, name) for provider in book.providers if (name := resolve(provider, model, book))
    ]
    if sold:
        return sold
    near = suggest(model, book)
    hint = f"; did you mean {' or '.join(near)}?" if near else "; see: ratecard prices list"
    raise UserError(f"the price table has no model '{model}'{hint}")


def _in_force(book: "PriceBook", entry: "Entry", at: datetime) -> bool:
    timeline = book.timelines.get((entry.provider, entry.model, entry.tier, entry.band), ())
    started = [each for each in timeline if each.effective_from <= at]
    if not started or started[-1] is not entry:
        return False
    return entry.effective_to is None or at < entry.effective_to


def _row(book: "PriceBook", entry: "Entry") -> list["Cell"]:
    from pricing.published import instant_text
    from pricing.vocabulary import Meter

    rates: list[Cell] = [_rate(entry, Meter(meter)) for meter in _RATES.values()]
    return [
        entry.provider,
        entry.model,
        entry.tier.value,
        entry.band.value,
        *rates,
        instant_text(entry.effective_from),
        _end(book, entry),
        instant_text(entry.known_at),
        entry.status,
        entry.confidence,
    ]


def _rate(entry: "Entry", meter: "Meter") -> str:
    from app.money import usd_text
    from pricing.vocabulary import UnpricedReason

    if entry.reason is not None:
        return "not offered" if entry.reason is UnpricedReason.TIER_NOT_OFFERED else "not published"
    rate = entry.rates.get(meter)
    if rate is None:
        return entry.stated.get(meter, "none").replace("_", " ")
    return usd_text(rate * 1_000_000) or ""


def _end(book: "PriceBook", entry: "Entry") -> str | None:
    from pricing.published import instant_text

    timeline = book.timelines.get((entry.provider, entry.model, entry.tier, entry.band), ())
    later = [each.effective_from for each in timeline if each.effective_from > entry.effective_from]
    ends = sorted([*later[:1], *([entry.effective_to] if entry.effective_to else [])])
    return instant_text(ends[0]) if ends else None


def _facts(book: "PriceBook", sold: tuple[str, str]) -> list[str]:
    from app.money import UNITS_PER, usd_text

    model = book.models[sold]
    provider = book.providers[model.provider]
    long = (
        "one context band"
        if model.long_context_above is None
        else f"long context above {model.long_context_above:,} input tokens"
    )
    uplift = (
        f"x{provider.regional_multiplier} in {', '.join(provider.regions)}"
        if model.regional_uplift
        else "none"
    )
    limits = {
        "context": model.context_tokens,
        "input": model.input_limit,
        "output": model.output_limit,
    }
    known = ", ".join(f"{what} {size:,}" for what, size in limits.items() if size) or "not known"
    ends = f"{model.shutdown:%Y-%m-%d}" if model.shutdown else "no date announced"
    fees = ", ".join(
        f"{tool.tool} ${usd_text(tool.pico_per_unit * UNITS_PER[tool.per])} per {tool.per}"
        for tool in book.tools
        if tool.provider == model.provider
    )
    return [
        f"{model.provider}/{model.model}",
        f"ids           {', '.join(model.ids)}",
        f"released      {model.released:%Y-%m-%d}; shutdown: {ends}",
        f"limits        {known}",
        f"bands         {long}",
        f"regions       {uplift}",
        f"tool fees     {fees}",
        "rates         USD per 1M tokens",
    ]
