"""What each workload covers, and by what it was told."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.options import (
    book_from,
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
    from app.output import Cell
    from app.workload_shares import WorkloadShare
    from models.workload.rules import WorkloadRules
    from pricing.book import PriceBook

COLUMNS = (
    "workload", "by", "evidence", "latency_seconds", "requests", "requests_share", "tokens",
    "tokens_share", "cost_usd", "cost_share", "because",
)  # fmt: skip
_TABLE = (
    "workload", "by", "evidence", "requests", "requests_share", "tokens_share", "cost_usd",
    "cost_share", "because",
)  # fmt: skip


@click.command("workloads")
@click.option(
    "--rules", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Your workload rules in place of the shipped ones.",
)  # fmt: skip
@click.option("--show-rules", is_flag=True, help="Print the shipped rules, ready to edit.")
@click.option("--from", "since", metavar="DATE", help="First moment counted.")
@click.option("--to", "until", metavar="DATE", help="First moment no longer counted.")
@click.option("--tz", default="UTC", show_default=True, metavar="ZONE", help="Whose days.")
@click.option(
    "--where", multiple=True, metavar="KEY=VALUE",
    help="Only this usage; repeat a key for several values.",
)  # fmt: skip
@grain_option
@basis_options
@db_option
@prices_option
@overlay_option
@format_option
@output_option
def command(
    rules: Path | None,
    show_rules: bool,
    since: str | None,
    until: str | None,
    tz: str,
    where: tuple[str, ...],
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
    """Show what each workload covers, and whether a label or a rule says so.

    Your own label counts first. A request without one is told by rules over tokens, tools, effort,
    endpoint and source; what meets none is "other". A rule is a guess, and says why it guesses.
    "evidence" is the kind of work whose published results stand for a workload in what-ifs.

    \b
    Examples:
      ratecard workloads
      ratecard workloads --show-rules -o rules.yaml
      ratecard workloads --rules rules.yaml --from 2026-09-01 --format csv
    """
    from app.output import write_rows
    from app.tell import say_nothing_found
    from app.whatif.asked import question_of
    from app.workload_shares import workload_shares
    from models.workload.shipped import shipped_rules_text

    if show_rules:
        _print(shipped_rules_text(), output)
        return
    basis = basis_of(book_from(prices, price_overlay), prices_on, prices_as_of, assume_tier)
    question = question_of((since, until), tz, where, basis, grain)
    told_by = _rules(rules, basis.book)
    with warehouse_at(db).reading() as con:
        found = workload_shares(con, basis.book, question, told_by)
    rows = rows_of(found)
    write_rows(COLUMNS, rows, format, output, table=_table(found) if format == "table" else None)
    if not found:
        say_nothing_found(warehouse_at(db))
    elif words := _guessed(found):
        click.echo(words, err=True)


def rows_of(found: "Sequence[WorkloadShare]") -> list[list["Cell"]]:
    """Return exact rows; shares are of the total, to four places."""
    from decimal import Decimal

    from app.money import usd_text

    totals = _totals(found)

    def share(part: int | None, whole: int) -> "Cell":
        if part is None or not whole:
            return None
        return (Decimal(part) / Decimal(whole)).quantize(Decimal("0.0001"))

    return [
        [
            each.workload, each.by, each.evidence, each.latency_seconds, each.requests,
            share(each.requests, totals[0]), each.tokens, share(each.tokens, totals[1]),
            usd_text(each.cost_pico), share(each.cost_pico, totals[2]), each.because,
        ]
        for each in found
    ]  # fmt: skip


def _totals(found: "Sequence[WorkloadShare]") -> tuple[int, int, int]:
    parts = [(each.requests, each.tokens, each.cost_pico or 0) for each in found]
    requests, tokens, cost = zip(*parts, strict=True) if parts else ((), (), ())
    return sum(requests), sum(tokens), sum(cost)


def _table(found: "Sequence[WorkloadShare]") -> str:
    """Lay the rows out for people: costs rounded to add up, shares in per cent."""
    from decimal import Decimal

    from app.money import places_for, rounded_parts
    from app.output import table_text

    cost = COLUMNS.index("cost_usd")
    picos = [each.cost_pico for each in found]
    shown = rounded_parts(picos, places_for(_totals(found)[2]))
    rows = rows_of(found)
    for row, amount in zip(rows, shown, strict=True):
        row[cost] = amount
        for k, name in enumerate(COLUMNS):
            if name.endswith("_share") and isinstance(part := row[k], Decimal):
                row[k] = f"{part * 100:.1f} %"
    keep = [COLUMNS.index(name) for name in _TABLE]
    return table_text(_TABLE, [[row[k] for k in keep] for row in rows])


def _guessed(found: "Sequence[WorkloadShare]") -> str:
    """Say how much was told by rules and not at all."""
    whole = sum(each.requests for each in found)
    ruled, unknown = (
        100 * sum(each.requests for each in found if each.by == by) / (whole or 1)
        for by in ("rule", "none")
    )
    if not ruled and not unknown:
        return ""
    return (
        f"{ruled:.1f} % of the requests are told by rule, not by label, and {unknown:.1f} % not at "
        "all: label them in your logs, or write rules (--show-rules)"
    )


def _rules(path: Path | None, book: "PriceBook") -> "WorkloadRules":
    from app.whatif.scenarios import workloads_of
    from models.policy.known import known_of
    from models.workload.shipped import shipped_rules

    known = known_of(book)
    return shipped_rules(known) if path is None else workloads_of(path, known)


def _print(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
