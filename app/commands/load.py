"""Load usage logs."""

from collections import Counter
from datetime import UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from app.errors import CheckFailedError, UserError
from app.options import (
    book_from,
    db_option,
    format_option,
    output_option,
    overlay_option,
    prices_option,
    warehouse_at,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.load import Loaded
    from ingest.source import Source
    from ingest.warehouse import Warehouse
    from pricing.book import PriceBook

COLUMNS = (
    "path", "source", "lines", "events", "duplicates", "not_usage", "quarantined", "repeated",
)  # fmt: skip


@click.command("load")
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option(
    "--source",
    metavar="NAME",
    help="Read only this source's records; of postgresql:// litellm's or newapi's.",
)
@click.option(
    "--map",
    "mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Read the files as this mapping file describes them.",
)
@click.option(
    "--suggest-map",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Propose a mapping file for this file, instead of loading.",
)
@click.option(
    "--tier",
    type=click.Choice(["standard", "batch", "flex", "priority"]),
    help="Service tier of lines that do not state one.",
)
@click.option("--date", metavar="DATE", help="When lines that state no time were served (UTC).")
@click.option("--account", metavar="LABEL", help="Label all usage of these files.")
@click.option(
    "--overlap", type=click.IntRange(0), default=1, show_default=True, metavar="HOURS",
    help="How far back to read rows of postgresql:// again.",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Exit 1 if a line was quarantined or unpriced.")
@click.option("--dry-run", is_flag=True, help="Read and account; store nothing.")
@click.option("--quarantine", is_flag=True, help="List the quarantined lines instead of loading.")
@click.option("--show", is_flag=True, help="With --quarantine: print the lines from their files.")
@db_option
@prices_option
@overlay_option
@format_option
@output_option
def command(
    paths: tuple[str, ...],
    source: str | None,
    mapping: Path | None,
    suggest_map: Path | None,
    tier: str | None,
    date: str | None,
    account: str | None,
    overlap: int,
    strict: bool,
    dry_run: bool,
    quarantine: bool,
    show: bool,
    db: Path | None,
    prices: Path | None,
    price_overlay: Path | None,
    format: str,
    output: Path | None,
) -> None:
    """Load usage logs: files, folders, patterns, URLs, or - for standard input.

    `ratecard sources` lists what is recognised; a mapping file describes any other table. JSON
    lines, JSON, CSV or Parquet; plain, gzip or zstd. Every line becomes an event, a duplicate, a
    non-usage record or a quarantined row. Loading a file twice is harmless.

    \b
    Examples:
      ratecard load logs/
      ratecard load 'logs/*.jsonl.gz' --tier standard
      gunzip -c day.jsonl.gz | ratecard load -
      ratecard load --suggest-map usage.csv > usage.yaml
      ratecard load usage.csv --map usage.yaml
      ratecard load s3://logs/2026-11/
      ratecard load postgresql://reader@db.example.com/litellm --source litellm
      ratecard load --quarantine
    """
    from app.quarantine_list import list_quarantine
    from ingest.append import Declared
    from ingest.load import Options, load_paths

    if suggest_map:
        _propose(suggest_map, output)
        return
    warehouse = warehouse_at(db)
    if quarantine:
        list_quarantine(warehouse, format, output, show=show)
        return
    _require(paths)
    book = book_from(prices, price_overlay)
    described = _described(mapping, source) if mapping else None
    declared = Declared(tier, account, _time(date))
    options = Options(source, declared, dry_run, described, timedelta(hours=overlap))
    with LoadProgress() as tell:
        done = list(_told(load_paths(paths, warehouse, book, options, tell)))
    _write(done, format, output)
    unpriced = 0 if dry_run else _say_unpriced(warehouse, book, done)
    if not dry_run and not date:
        _say_timeless(warehouse, done)
    _finish(done, strict=strict, unpriced=unpriced, dry_run=dry_run)


def _require(paths: tuple[str, ...]) -> None:
    if not paths:
        raise UserError(
            "name what to load: a file, a folder, a pattern, a URL, or - for standard input"
        )


def _told(loading: "Iterator[Loaded]") -> "Iterator[Loaded]":
    for loaded in loading:
        if loaded.error:
            click.echo(f"ratecard: {loaded.error}", err=True)
        yield loaded


def _described(mapping: Path, source: str | None) -> "Source":
    from ingest.mapping.compiled import source_of
    from ingest.mapping.mapping_file import read_mapping

    if source:
        raise UserError("--map describes a source of its own; leave out --source")
    return source_of(read_mapping(mapping))


def _propose(path: Path, output: Path | None) -> None:
    from ingest.mapping.suggest import already_read_by, suggested

    text = suggested(path)
    if known := already_read_by(path):
        click.echo(f"{path} is read without a mapping file, by {known}", err=True)
    if output:
        output.write_text(text, "utf-8")
    else:
        click.echo(text, nl=False)


def _time(date: str | None) -> str | None:
    from app.zone import instant

    return instant(date, UTC).isoformat() if date else None


class LoadProgress:
    """Shows which file is read, on a terminal; nothing in a pipe."""

    def __enter__(self) -> Self:
        """Start a progress line."""
        from tqdm import tqdm

        form = "{desc} {percentage:3.0f}% |{bar}| {elapsed}"
        self.bar = tqdm(total=1.0, disable=None, bar_format=form, leave=False)
        return self

    def __call__(self, name: str, share: float) -> None:
        """Say which input is read, and how much of it has been."""
        self.bar.set_description_str(f"loading {name}")
        self.bar.n = share
        self.bar.refresh()

    def __exit__(self, *_: object) -> None:
        """Remove the progress line."""
        self.bar.close()


def _write(done: list["Loaded"], form: str, output: Path | None) -> None:
    from app.output import write_rows
    from app.tell import counted

    rows = [
        (
            each.path, each.source, a.lines, a.events, a.duplicates, a.not_usage, a.quarantined,
            each.repeated,
        )
        for each in done
        if (a := each.accounting)
    ]  # fmt: skip
    if rows or form != "table":
        write_rows(COLUMNS, rows, form, output)
    why: Counter[str] = Counter()
    for each in done:
        why.update(each.accounting.not_usage_why if each.accounting else {})
    if why:
        told = ", ".join(f"{count:,} {reason}" for reason, count in why.most_common())
        verb = "is" if why.total() == 1 else "are"
        click.echo(f"{counted(why.total(), 'line')} {verb} not usage: {told}", err=True)


def _say_unpriced(warehouse: "Warehouse", book: "PriceBook", done: list["Loaded"]) -> int:
    from app.ledger import Question, unpriced
    from app.tell import say_unpriced

    loaded = tuple(each.accounting.file_id for each in done if each.accounting)
    if not loaded:
        return 0
    with warehouse.reading() as con:
        found = unpriced(con, book, Question(files=loaded, grain=None))
    say_unpriced(found)
    return sum(each.requests for each in found)


def _say_timeless(warehouse: "Warehouse", done: list["Loaded"]) -> None:
    """Say how many lines lack nothing but the time, which bodies of some APIs do not state."""
    from app.tell import counted

    files = [each.accounting.file_id for each in done if each.accounting]
    if not files:
        return
    with warehouse.reading() as con:
        found = con.execute(
            "select count(*) from quarantine "
            "where reason = 'no readable time' and list_contains(?, file_id)",
            [files],
        ).fetchone()
    if found and found[0]:
        have = "has" if found[0] == 1 else "have"
        click.echo(
            f"{counted(found[0], 'line')} {have} no readable time; if the log states none, "
            "say when it was served with --date",
            err=True,
        )


def _finish(done: list["Loaded"], *, strict: bool, unpriced: int, dry_run: bool) -> None:
    from app.tell import counted

    quarantined = sum(each.accounting.quarantined for each in done if each.accounting)
    if quarantined:
        listed = "" if dry_run else "; list them with: ratecard load --quarantine"
        click.echo(f"{counted(quarantined, 'line')} could not be read{listed}", err=True)
    failed = sum(1 for each in done if each.error)
    if failed:
        raise UserError(f"{failed} of {len(done)} inputs could not be read; see above")
    if strict and (quarantined or unpriced):
        raise CheckFailedError(
            f"--strict: {counted(quarantined, 'line')} quarantined, "
            f"{counted(unpriced, 'request')} unpriced"
        )
