"""Show all that is known of a model."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.options import book_from, format_option, output_option, overlay_option, prices_option
from app.price_rows import COLUMNS, row_of, sold
from app.pricing_basis import as_of_option, basis_of

if TYPE_CHECKING:
    from app.output import Cell
    from pricing.book import PriceBook
    from pricing.published import Entry


@click.command("show")
@click.argument("model")
@as_of_option
@prices_option
@overlay_option
@format_option
@output_option
def command(
    model: str,
    prices_as_of: str | None,
    prices: Path | None,
    price_overlay: Path | None,
    format: str,
    output: Path | None,
) -> None:
    """Show all that is known of a model: its ids, limits, every price with dates and sources.

    \b
    Examples:
      ratecard prices show gpt-5.5
      ratecard prices show gpt-5.6-sol --format json
    """
    from app.output import table_text, write_rows

    book = basis_of(book_from(prices, price_overlay), None, prices_as_of, None).book
    columns = [*COLUMNS, "checked", "sources"]
    rows: list[list[Cell]] = []
    texts = []
    for key in sold(book, model):
        entries = [entry for entry in book.entries if (entry.provider, entry.model) == key]
        found = [
            [*row_of(book, entry), _checked(book, entry), ", ".join(entry.sources)]
            for entry in entries
        ]
        texts += [*_facts(book, key), "", table_text(columns[2:], [row[2:] for row in found]), ""]
        rows += found
    write_rows(columns, rows, format, output, table="\n".join(texts[:-1]))


def _checked(book: "PriceBook", entry: "Entry") -> "Cell":
    day = book.checked(entry)
    return None if day is None else f"{day:%Y-%m-%d}"


def _facts(book: "PriceBook", sold: tuple[str, str]) -> list[str]:
    from app.money import UNITS_PER, usd_text
    from pricing.tool_fees import applies_to

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
    seen = " (first seen)" if model.released_basis == "first_seen" else ""
    ends = f"{model.shutdown:%Y-%m-%d}" if model.shutdown else "no date announced"
    printed = [
        f"{tool.tool} not published"
        if tool.pico_per_unit is None
        else f"{tool.tool} ${usd_text(tool.pico_per_unit * UNITS_PER[tool.per])} per {tool.per}"
        for tool in book.tools
        if applies_to(tool, model)
    ]
    fees = ", ".join(dict.fromkeys(printed)) or "none"
    return [
        f"{model.provider}/{model.model}",
        f"ids           {', '.join(model.ids)}",
        f"released      {model.released:%Y-%m-%d}{seen}; shutdown: {ends}",
        f"limits        {known}",
        f"bands         {long}",
        f"regions       {uplift}",
        f"tool fees     {fees}",
        "rates         USD per 1M tokens",
    ]
