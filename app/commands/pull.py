"""Pull usage from a vendor's administration API."""

import os
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from app.errors import UserError
from app.options import (
    book_from,
    db_option,
    format_option,
    output_option,
    overlay_option,
    prices_option,
    warehouse_at,
)
from ingest.pull.endpoints import ENDPOINTS

if TYPE_CHECKING:
    from ingest.load import Loaded
    from ingest.pull.openai import Pulled, Wanted
    from ingest.pull.pages import Folder
    from ingest.warehouse import Warehouse
    from pricing.book import PriceBook

COLUMNS = (
    "endpoint", "pages", "buckets", "results", "loaded", "duplicates", "not_usage", "quarantined",
)  # fmt: skip


#: Where costs are kept, named in the reason why they are no usage.
_COSTS = "provider_cost"

#: So many faults are told.
_MOST = 5


@click.group("pull")
def command() -> None:
    """Pull usage from a vendor's administration API.

    \b
    Examples:
      ratecard pull openai
    """


@command.command("openai")
@click.option(
    "--since", metavar="DATE",
    help="First day, UTC (default: as before; at first 90 days, 30 by the hour, 2 by the minute).",
)  # fmt: skip
@click.option("--until", metavar="DATE", help="First day no longer pulled (default: up to now).")
@click.option(
    "--endpoint", "endpoints", multiple=True,
    type=click.Choice([endpoint.name for endpoint in ENDPOINTS]),
    help="Only this endpoint; may be given several times.",
)  # fmt: skip
@click.option(
    "--bucket", type=click.Choice(["1d", "1h", "1m"]), default="1d", show_default=True,
    help="Width of the buckets; costs come by the day alone.",
)  # fmt: skip
@click.option(
    "--dir", "folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Where pages are saved (default: ratecard-pull/openai beside the database).",
)  # fmt: skip
@click.option("--again", is_flag=True, help="Pull also what is saved and settled.")
@click.option("--no-load", is_flag=True, help="Save the pages only.")
@db_option
@prices_option
@overlay_option
@format_option
@output_option
def openai(
    since: str | None,
    until: str | None,
    endpoints: tuple[str, ...],
    bucket: str,
    folder: Path | None,
    again: bool,
    no_load: bool,
    db: Path | None,
    prices: Path | None,
    price_overlay: Path | None,
    format: str,
    output: Path | None,
) -> None:
    """Pull an organisation's usage and costs from OpenAI, save the pages and load them.

    The admin key is taken from $OPENAI_ADMIN_KEY and from nowhere else; it is never shown and
    never written. $OPENAI_BASE_URL names another server, such as a proxy. Keep one folder for each
    organisation.

    Each page is saved as it came. A pull that was stopped goes on where it was; a later one asks
    only for what is new and for the last three days, which still grow. `ratecard load DIR` loads
    the pages again.

    \b
    Examples:
      ratecard pull openai
      ratecard pull openai --since 2026-10-01 --endpoint completions --endpoint costs
      ratecard pull openai --bucket 1h --since 2026-11-01 --until 2026-11-08
    """
    from ingest.pull.pages import Folder

    warehouse = warehouse_at(db)
    book = None if no_load else book_from(prices, price_overlay)
    wanted = _wanted(since, until, bucket, again=again)
    pages = Folder.opened(folder or warehouse.path.parent / "ratecard-pull" / "openai")
    pulled = _pull(pages, endpoints, wanted)
    loaded = [] if book is None else _load(pages, warehouse, book)
    if loaded or any(each.pages or not each.error for each in pulled):
        _write(pulled, loaded, format, output, with_load=book is not None)
    _finish(pulled, loaded, named=bool(endpoints))


def _wanted(since: str | None, until: str | None, bucket: str, *, again: bool) -> "Wanted":
    from app.zone import instant
    from ingest.pull.openai import Wanted

    first, last = (
        int(instant(each, UTC).replace(tzinfo=UTC).timestamp()) if each else None
        for each in (since, until)
    )
    if first is not None and first > datetime.now(UTC).timestamp():
        raise UserError(f"--since {since} is yet to come")
    if first is not None and last is not None and first >= last:
        raise UserError(f"--since {since} is not before --until {until}")
    return Wanted(first, last, bucket, again)


def _pull(pages: "Folder", names: Sequence[str], wanted: "Wanted") -> "list[Pulled]":
    from ingest.pull.client import OPENAI, AdminClient, base_of, is_unencrypted, key_of
    from ingest.pull.openai import pull

    key, base = key_of(os.environ), base_of(os.environ)
    if str(base) != OPENAI:
        clear = ", unencrypted" if is_unencrypted(base) else ""
        click.echo(f"asking {base} (from OPENAI_BASE_URL), with the admin key{clear}", err=True)
    chosen = [endpoint for endpoint in ENDPOINTS if not names or endpoint.name in names]
    before = len(pages.pages)
    done: list[Pulled] = []
    with PullProgress() as tell, AdminClient(key, base, told=tell.note) as client:
        try:
            done.extend(pull(client, pages, chosen, wanted, tell))
        except KeyboardInterrupt:
            tell.note(
                f"{len(pages.pages) - before} pages are saved in {pages.path}; run the same "
                "command again to go on"
            )
            raise
    return done


class PullProgress:
    """Shows how far an endpoint is pulled, on a terminal; what goes wrong meanwhile everywhere."""

    def __enter__(self) -> Self:
        """Start a progress line."""
        from tqdm import tqdm

        form = "{desc} {percentage:3.0f}% |{bar}| {elapsed}"
        self.bar = tqdm(total=1.0, disable=None, bar_format=form, leave=False)
        return self

    def __call__(self, name: str, share: float) -> None:
        """Say which endpoint is pulled, and how much of its time."""
        self.bar.set_description_str(f"pulling {name}")
        self.bar.n = share
        self.bar.refresh()

    def note(self, text: str) -> None:
        """Say something above the line."""
        self.bar.clear()
        click.echo(text, err=True)
        self.bar.refresh()

    def __exit__(self, *_: object) -> None:
        """Remove the progress line."""
        self.bar.close()


def _load(pages: "Folder", warehouse: "Warehouse", book: "PriceBook") -> "list[Loaded]":
    """Load what was just pulled, and what an earlier pull was stopped before loading."""
    from app.commands.load import LoadProgress
    from ingest.load import load_paths
    from ingest.pull.pages import not_loaded

    waiting = pages.logs()
    if warehouse.exists:
        warehouse.bring_up_to_date()
        with warehouse.reading() as con:
            waiting = not_loaded(waiting, con)
    if not waiting:
        return []
    with LoadProgress() as tell:
        return list(load_paths([str(page) for page in waiting], warehouse, book, progress=tell))


def _write(
    pulled: "list[Pulled]",
    loaded: "list[Loaded]",
    form: str,
    output: Path | None,
    *,
    with_load: bool,
) -> None:
    from app.output import Cell, write_rows

    counts: dict[str, Counter[str]] = {}
    for each in loaded:
        count = counts.setdefault(Path(each.path).parent.name, Counter())
        if a := each.accounting:
            costs = sum(n for why, n in a.not_usage_why.items() if _COSTS in why)
            count.update(
                loaded=a.events + costs,
                duplicates=a.duplicates,
                not_usage=a.not_usage - costs,
                quarantined=a.quarantined,
            )
    rows: list[list[Cell]] = []
    for one in pulled:
        parts = [counts.get(one.endpoint, Counter())[name] for name in COLUMNS[4:]]
        told = parts if with_load else [None] * len(parts)
        rows.append([one.endpoint, one.pages, one.buckets, one.results, *told])
    write_rows(COLUMNS, rows, form, output)


def _finish(pulled: "list[Pulled]", loaded: "list[Loaded]", *, named: bool) -> None:
    answered = any(each.error is None for each in pulled)
    failed: list[str] = []
    for each in pulled:
        if each.error and each.is_missing and answered and not named:
            click.echo(f"left out: {each.error}", err=True)
        elif each.error:
            failed.append(each.error)
    failed += [each.error for each in loaded if each.error]
    if len(failed) == 1:
        raise UserError(failed[0])
    if failed:
        for sentence in failed[:_MOST]:
            click.echo(f"ratecard: {sentence}", err=True)
        more = f" and {len(failed) - _MOST:,} more" if len(failed) > _MOST else ""
        raise UserError(f"not all could be pulled and loaded; see above{more}")
