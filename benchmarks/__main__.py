"""``python -m benchmarks``: make the traffic, measure, print, and write it as JSON."""

import json
import os
import platform
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import click

from benchmarks import (
    difference_table,
    differences,
    loading,
    peers,
    rating,
    replay,
    replay_table,
    sources,
    tables,
    traffic,
)
from benchmarks.lattice import lattice
from benchmarks.request import Request, sample
from ingest.warehouse import Warehouse
from pricing.book import PriceBook
from pricing.load import load_price_book


class Count(click.ParamType):
    """A number that may be written 20_000_000, 20M or 500k."""

    name = "count"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> int:
        """Read it."""
        text = str(value).lower().replace("_", "").replace(",", "")
        times = {"k": 1_000, "m": 1_000_000}.get(text[-1:], 1)
        digits = text[:-1] if times > 1 else text
        if not digits.isdigit() or not int(digits):
            self.fail(f"not a count: {value}", param, ctx)
        return int(digits) * times


@click.command(name="python -m benchmarks")
@click.option("--events", type=Count(), default="20M", help="events to rate  [20M]")
@click.option("--lines", type=Count(), default="5M", help="requests to load  [5M]")
@click.option("--peers", type=Count(), default="20k", help="for peers  [20k]")
@click.option("--rounds", type=int, default=5, show_default=True)
@click.option("--mb", type=int, default=40, help="size of a source's log", show_default=True)
@click.option("--source", help="of all sources only this one")
@click.option(
    "--only",
    type=click.Choice(["rating", "loading", "peers", "sources", "replay"]),
    help="one part alone; sources and replay are measured only so",
)
@click.option("--dir", "folder", type=Path, default=Path("bench-data"))
@click.option("-o", "output", type=Path, help="write the figures as JSON")
def main(
    only: str | None,
    source: str | None,
    folder: Path,
    output: Path | None,
    **sizes: int,
) -> None:
    """Measure rating, loading and the peers on made-up traffic.

    The traffic is kept in --dir and used again while the price book is the same.
    """
    folder.mkdir(parents=True, exist_ok=True)
    book = load_price_book()
    rounds = sizes["rounds"]
    machine = _machine(rounds)
    figures: dict[str, object] = {"machine": machine}
    print(tables.heading(machine))
    if only in {None, "rating", "peers"}:
        database = _database(folder, book, sizes["events"])
        rated = rating.measure(database, book, rounds)
        print(tables.rating(rated))
        figures["rating"] = asdict(rated)
    if only in {None, "loading"}:
        loaded = loading.measure(_log(folder, book, sizes["lines"]), folder, max(3, rounds // 2))
        print(tables.loading(loaded))
        figures["loading"] = asdict(loaded)
    if only in {None, "peers"}:
        here = peers.installed()
        with Warehouse(database).reading() as con:
            requests, costs = sample(con, sizes["peers"])
        pace = peers.pace(here, requests, book, rounds)
        print(tables.peers(pace, rated))
        figures["peers"] = asdict(pace)
        figures["differences"] = _compared(here, requests, costs, book, "traffic")
        every = lattice(book, sizes["peers"])
        ours = differences.costs_by_rule(every, book)
        figures["every_price"] = _compared(here, every, ours, book, "every price of the book")
    if only == "sources":
        every_source = sources.measure(folder, book, rounds, sizes["mb"], source)
        print(tables.sources(every_source))
        figures["sources"] = [asdict(each) for each in every_source]
    if only == "replay":
        replayed = replay.measure(_database(folder, book, sizes["events"]), book, rounds)
        print(replay_table.replaying(replayed))
        figures["replay"] = asdict(replayed)
    if output is not None:
        output.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


def _compared(
    here: list[peers.Peer],
    requests: list[Request],
    costs: list[int | None],
    book: PriceBook,
    of_what: str,
) -> list[dict[str, object]]:
    """Compare with each peer, print, and return what goes into the JSON."""
    figures = []
    for peer in here:
        compared = differences.compare(peer, requests, costs, book)
        print(difference_table.differences(compared, of_what))
        figures.append(asdict(compared) | {"unexplained": compared.unexplained})
    return figures


def _machine(rounds: int) -> dict[str, str | int]:
    return {
        "cores": os.cpu_count() or 0,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "duckdb": version("duckdb"),
        "rounds": rounds,
    }


def _database(folder: Path, book: PriceBook, events: int) -> Path:
    path = folder / f"traffic-{events}-{book.digest[:12]}.duckdb"
    if not path.exists():
        _say(f"making {events:,} events in {path}")
        unfinished = path.with_suffix(".unfinished.duckdb")
        unfinished.unlink(missing_ok=True)
        traffic.fill(unfinished, book, events)
        unfinished.rename(path)
    return path


def _log(folder: Path, book: PriceBook, lines: int) -> Path:
    path = folder / f"responses-{lines}.jsonl"
    if not path.exists():
        _say(f"writing a log of {lines:,} requests to {path}")
        unfinished = path.with_suffix(".unfinished")
        loading.write_log(unfinished, book, lines)
        unfinished.rename(path)
    return path


def _say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    main()
