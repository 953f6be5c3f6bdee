"""Compare public price lists with the book, and append what they say to a table."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.errors import UserError
from app.options import FORMATS, book_from, output_option, overlay_option, prices_option

if TYPE_CHECKING:
    from pricing.book import PriceBook
    from pricing.feeds.observation import Feed
    from pricing.feeds.propose import Terms
    from pricing.feeds.proposed import Plan


@click.command("update")
@click.option(
    "--from",
    "sources",
    multiple=True,
    required=True,
    metavar="SOURCE",
    help="A price list: a file, a URL, or the installed package litellm or genai-prices; repeat it "
    "for several.",
)
@click.option(
    "--model", "models", multiple=True, metavar="ID", help="Only this model; repeat it for several."
)
@click.option(
    "--provider",
    "providers",
    multiple=True,
    metavar="NAME",
    help="Compare the prices of this provider, too, such as a reseller's.",
)
@click.option("--prefer", metavar="FEED", help="The list that counts where several disagree.")
@click.option(
    "--as-of",
    metavar="DATE",
    help="Compare the prices of this day, and date with it what has no date (default: today).",
)
@click.option(
    "--effective-from",
    metavar="DATE",
    help="Date every entry so. It may lie before existing entries, and overrides none.",
)
@click.option("--all", "every", is_flag=True, help="Show what agrees, too.")
@click.option(
    "--write",
    is_flag=True,
    help="Append the entries to the file of --price-overlay, else of --prices.",
)
@prices_option
@overlay_option
@click.option(
    "--format",
    type=click.Choice((*FORMATS, "yaml")),
    default="table",
    show_default=True,
    help="How to write the result; yaml is the entries.",
)
@output_option
def command(
    sources: tuple[str, ...],
    models: tuple[str, ...],
    providers: tuple[str, ...],
    prefer: str | None,
    as_of: str | None,
    effective_from: str | None,
    every: bool,
    write: bool,
    prices: Path | None,
    price_overlay: Path | None,
    format: str,
    output: Path | None,
) -> None:
    """Compare public price lists with the book, and propose dated entries for what is new.

    The lists of LiteLLM, genai-prices, models.dev, llm-prices, Portkey and Langfuse are known by
    their shape. Nothing is written without --write, and then lines are only added: no entry is
    changed, and none is put before another one unless --effective-from says so. A price on which
    lists disagree is left out unless --prefer names one of them.

    \b
    Examples:
      ratecard prices update --from litellm --from genai-prices
      ratecard prices update --from https://models.dev/api.json --format yaml
      ratecard prices update --from public-prices.json --write --price-overlay my-entries.yaml
    """
    from app.feed_named import feed_named
    from app.feed_rows import COLUMNS, rows, sentences
    from app.output import table_text, write_rows
    from pricing.feeds.compare import compare
    from pricing.feeds.narrow import narrowed
    from pricing.feeds.propose import propose

    target = _target(prices, price_overlay) if write else None
    missing = target is not None and target == price_overlay and not target.exists()
    book = book_from(prices, None if missing else price_overlay)
    feeds = [feed_named(source) for source in dict.fromkeys(sources)]
    terms = _terms(as_of, effective_from, prefer, feeds)
    compared = [compare(feed, book, terms.at, providers=providers) for feed in feeds]
    found = narrowed(compared, book, models) if models else compared
    plan = propose(found, book, terms)
    shown = list(rows(found, plan, every=every))
    if format == "yaml":
        write_rows(COLUMNS, shown, "table", output, table=_yaml(plan, book))
    else:
        table = table_text(COLUMNS[:-1], [row[:-1] for row in shown])
        write_rows(COLUMNS, shown, format, output, table=table)
    for sentence in sentences(found, plan):
        click.echo(sentence, err=True)
    _append(plan, book, prices, target)


def _terms(
    as_of: str | None, effective_from: str | None, prefer: str | None, feeds: "Sequence[Feed]"
) -> "Terms":
    from app.zone import instant
    from pricing.feeds.propose import Terms
    from pricing.feeds.proposed import is_named

    now = datetime.now(UTC)
    at = instant(as_of, UTC).replace(tzinfo=UTC) if as_of else now
    if at > now:
        raise UserError(f"--as-of {as_of} has not come yet; leave it out for today")
    if prefer and not any(is_named(feed.source, prefer) for feed in feeds):
        names = ", ".join(feed.source for feed in feeds)
        raise UserError(f"--prefer {prefer} is none of the lists that were read; they are {names}")
    start = instant(effective_from, UTC).replace(tzinfo=UTC) if effective_from else None
    today = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return Terms(at, today, start, prefer)


def _target(prices: Path | None, overlay: Path | None) -> Path:
    target = overlay or prices
    if target is None:
        raise UserError(
            "--write needs the file to append to; name it with --price-overlay FILE, which is made"
            " if it does not exist, or --prices FILE"
        )
    return target


def _yaml(plan: "Plan", book: "PriceBook") -> str:
    """Return the entries as a table, and why others are not among them as comments."""
    from pricing.feeds.yaml_text import overlay_text, visible

    left_out = [
        visible(f"# {'/'.join(str(part) for part in place[:4] if part)}: {reason}")
        for place, reason in plan.refused.items()
    ]
    return "\n".join([overlay_text(plan, book.sources).rstrip("\n"), *left_out])


def _append(plan: "Plan", book: "PriceBook", prices: Path | None, target: Path | None) -> None:
    from app.tell import counted
    from pricing.feeds.append import append
    from pricing.load import load_price_book

    entries = counted(plan.entries, "entry").replace("entrys", "entries")
    if not plan.entries:
        click.echo("nothing to append", err=True)
    elif target is None:
        click.echo(
            f"{entries} could be appended: --format yaml shows them, --write appends them", err=True
        )
    else:

        def load(fresh: Path) -> "PriceBook":
            if target == prices:
                return load_price_book(fresh)
            return load_price_book(prices, overlay=fresh)

        append(plan, target, book, load)
        click.echo(f"{entries} appended to {target}", err=True)
