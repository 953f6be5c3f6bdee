"""Try everything on a demo company."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.errors import UserError

if TYPE_CHECKING:
    from app.demo.manifest import DemoManifest
    from ingest.warehouse import Warehouse
    from pricing.book import PriceBook


@click.command("demo")
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("ratecard-demo"),
    show_default=True,
    metavar="DIR",
    help="Where logs and database go.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 90),
    default=90,
    show_default=True,
    help="How many days, up to 21 October 2026.",
)
@click.option(
    "--events",
    type=click.IntRange(1_000, 50_000_000),
    default=200_000,
    show_default=True,
    help="About how many requests; 37 million is full size.",
)
@click.option("--app", "open_app", is_flag=True, help="Open the dashboard on it.")
def command(folder: Path, days: int, events: int, open_app: bool) -> None:
    """Write a demo company's logs, load and price them, and say what to look at.

    Meridian Freight is invented; its logs are written anew each time and are always the same. They
    are of several sources and as untidy as real ones, with a price cut, an upgrade, a move to
    batch, a runaway key and a broken cache to find.

    \b
    Examples:
      ratecard demo
      ratecard demo --dir /tmp/demo --days 30 --events 50000
    """  # fmt: skip
    from app.demo import contract_text, write_demo_logs
    from app.options import book_from
    from ingest.warehouse import Warehouse

    book = book_from(None, None)
    database = folder / "ratecard.duckdb"
    _clear(folder, database)
    click.echo(f"Writing {days} days of Meridian Freight's logs to {folder / 'logs'} ...", err=True)
    manifest = write_demo_logs(folder / "logs", days=days, events=events)
    (folder / "contract.yaml").write_text(contract_text(manifest.scale), encoding="utf-8")
    warehouse = Warehouse(database)
    _load(folder / "logs", warehouse, book)
    _report(warehouse, book)
    _next_steps(manifest, database)
    if open_app:
        from app.commands.app import command as app_command

        app_command.main(args=["--db", str(database)], standalone_mode=False)


def _clear(folder: Path, database: Path) -> None:
    """Remove an earlier demo, and nothing that is not one."""
    import shutil

    logs = folder / "logs"
    if folder.exists() and any(folder.iterdir()) and not (folder / ".ratecard-demo").exists():
        raise UserError(f"{folder} holds something else; name an empty folder with --dir")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".ratecard-demo").touch()
    if logs.exists():
        shutil.rmtree(logs)
    database.unlink(missing_ok=True)


def _load(logs: Path, warehouse: "Warehouse", book: "PriceBook") -> None:
    from app.commands.load import LoadProgress
    from ingest.load import Loaded, load_paths

    done: list[Loaded] = []
    with LoadProgress() as tell:
        done += load_paths([str(logs)], warehouse, book, progress=tell)
    sums = [each.accounting for each in done if each.accounting]
    with warehouse.writing() as con:
        con.execute("insert or replace into meta values ('demo', 'Meridian Freight')")
    click.echo(
        f"Loaded {len(done)} files: {sum(a.lines for a in sums):,} lines = "
        f"{sum(a.events for a in sums):,} events + {sum(a.duplicates for a in sums):,} duplicates "
        f"+ {sum(a.not_usage for a in sums):,} not usage + "
        f"{sum(a.quarantined for a in sums):,} quarantined\n",
        err=True,
    )


def _report(warehouse: "Warehouse", book: "PriceBook") -> None:
    from app.commands.report import table_of
    from app.dimensions import dimensions
    from app.ledger import Question, answer, unpriced
    from app.tell import say_unpriced

    question = Question(by=tuple(dimensions("month,team")))
    with warehouse.reading() as con:
        found = answer(con, book, question)
        missing = unpriced(con, book, question)
    click.echo(table_of(found))
    say_unpriced(missing)


def _next_steps(manifest: "DemoManifest", database: Path) -> None:
    from app.demo import STORIES

    told = [story for story in STORIES if story.name in manifest.planted]
    click.echo(
        f"\nWhat happened there, and how to see it (export RATECARD_DB={database}):", err=True
    )
    for story in told:
        click.echo(f"\n  {story.words}\n    ratecard {story.command}", err=True)
    click.echo(
        "\nThen:\n    ratecard app                 the dashboard\n"
        "    ratecard prices list         the price book\n"
        f"    ratecard report --by month,team --contract {database.with_name('contract.yaml')}\n"
        "    ratecard load PATH           your own logs (unset RATECARD_DB first)",
        err=True,
    )
