"""Compare two states of prices."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.options import book_from, db_option, format_option, output_option, warehouse_at

if TYPE_CHECKING:
    from app.output import Cell
    from app.price_effect import Effect, Key
    from pricing.diff import Change, Side

COLUMNS = (
    "provider", "model", "service_tier", "context_band", "meter", "old_usd", "new_usd",
    "change_percent", "since", "requests", "effect_usd",
)  # fmt: skip


@click.command("diff")
@click.argument("old", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.argument("new", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--on", "on", metavar="DATE", help="The older day whose prices are compared.")
@click.option("--then", "then", metavar="DATE", help="The newer day (default: today).")
@click.option("--known", metavar="DATE", help="The older moment of knowledge.")
@click.option("--known-then", metavar="DATE", help="The newer moment of knowledge (default: now).")
@db_option
@format_option
@output_option
def command(
    old: Path | None,
    new: Path | None,
    on: str | None,
    then: str | None,
    known: str | None,
    known_then: str | None,
    db: Path | None,
    format: str,
    output: Path | None,
) -> None:
    """Compare two tables, two days, or two moments of knowledge.

    A table that is not named is the shipped one. Rates are in USD per 1M tokens. With a database,
    effect_usd is what the loaded usage of the model and tier would cost more or less, all of it at
    the prices of each side; it is stated once, on the first line of each.

    \b
    Examples:
      ratecard prices diff --on 2026-08-01 --then 2026-09-01
      ratecard prices diff --known 2026-07-15
      ratecard prices diff my-prices.yaml
    """
    from app.output import write_rows
    from pricing.diff import changes

    before, after = _side(old, on, known), _side(new, then, known_then)
    found = list(changes(before, after))
    dated = on is not None or then is not None
    effects = _effects(db, before, after, dated=dated)
    write_rows(COLUMNS, _rows(found, effects), format, output)
    _say(found, effects)


def _side(table: Path | None, on: str | None, known: str | None) -> "Side":
    from app.zone import instant
    from pricing.diff import Side

    book = book_from(table, None)
    if known:
        book = book.as_known(instant(known, UTC).replace(tzinfo=UTC))
    return Side(book, instant(on, UTC).replace(tzinfo=UTC) if on else datetime.now(UTC))


def _effects(
    db: Path | None, before: "Side", after: "Side", *, dated: bool
) -> "dict[Key, Effect] | None":
    from app.price_effect import Prices, effects

    warehouse = warehouse_at(db)
    if not warehouse.exists:
        return None
    sides = [
        Prices(side.book, side.at.replace(tzinfo=None) if dated else None)
        for side in (before, after)
    ]
    with warehouse.reading() as con:
        return effects(con, *sides)


def _rows(found: list["Change"], effects: "dict[Key, Effect] | None") -> list[list["Cell"]]:
    from app.money import usd_text
    from pricing.published import instant_text

    rows: list[list[Cell]] = []
    told: set[Key] = set()
    for change in found:
        provider, model, tier, band = change.cell
        effect = (effects or {}).get((model, tier)) if (model, tier) not in told else None
        told.add((model, tier))
        rows.append([
            provider, model, str(tier), str(band), change.meter.value,
            *(
                usd_text(rate * 1_000_000) if isinstance(rate, int) else rate
                for rate in (change.old, change.new)
            ),
            change.ratio_percent,
            instant_text(change.since) if change.since else None,
            effect.requests if effect else None,
            Decimal(usd_text(effect.change_pico) or 0) if effect and effect.comparable else None,
        ])  # fmt: skip
    return rows


def _say(found: list["Change"], effects: "dict[Key, Effect] | None") -> None:
    from app.money import usd_text
    from app.tell import counted

    cells = {change.cell for change in found}
    told = f"{counted(len(found), 'rate')} of {counted(len(cells), 'cell')} differ"
    if len(found) <= 1:
        told = f"{told}s" if found else "no rate differs"
    if effects is None:
        click.echo(f"{told}; name a database with --db for the effect in dollars", err=True)
        return
    total = sum(each.change_pico or 0 for each in effects.values())
    lost = sum(each.requests for each in effects.values() if not each.comparable)
    told += f"; on the loaded usage that is {usd_text(total)} USD"
    if lost:
        told += f"; left out {counted(lost, 'request')} that only one side prices in full"
    click.echo(told, err=True)
