"""Loading a log, against DuckDB parsing the same file and doing nothing else."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from statistics import median

import duckdb

from benchmarks.child import Work, measured
from benchmarks.traffic import CHUNK, install
from pricing.book import PriceBook


@dataclass(frozen=True, slots=True)
class Loading:
    """The rounds of both, and the file they read.

    Attributes:
        log_mb: Size of the log in millions of bytes.
    """

    lines: int
    log_mb: float
    loads: list[Work]
    parses: list[Work]

    @property
    def lines_per_second(self) -> float:
        """Lines loaded in a second, by the median round."""
        return self.lines / median(work.wall for work in self.loads)

    @property
    def speed(self) -> float:
        """Speed of the load as a share of the bare parse's; 1 is equal."""
        load = median(work.wall for work in self.loads)
        return median(work.wall for work in self.parses) / load


def write_log(path: Path, book: PriceBook, count: int) -> None:
    """Write a log of ``count`` requests; some of its lines are bad or repeated."""
    query = (files("benchmarks") / "sql" / "log_lines.sql").read_text("utf-8")
    as_they_are = "(format csv, header false, quote '', escape '', delimiter '\x01')"
    with duckdb.connect() as con, path.open("wb") as log:
        install(con, book, count)
        part = path.with_suffix(".part")
        for low in range(0, count, CHUNK):
            high = min(count, low + CHUNK)
            con.execute(f"create or replace temp view usage as from traffic({low}, {high})")
            con.execute(f"copy ({query}) to '{part}' {as_they_are}")
            log.write(part.read_bytes())
        part.unlink()


def measure(log: Path, scratch: Path, rounds: int) -> Loading:
    """Load and parse in turn, each time into nothing."""
    loads, parses = [], []
    database, parquet = scratch / "loaded.duckdb", scratch / "parsed.parquet"
    for _ in range(rounds):
        database.unlink(missing_ok=True)
        loads.append(measured("load", log, database))
        parses.append(measured("parse", log, parquet))
    for left in (database, parquet):
        left.unlink(missing_ok=True)
    lines = int(str(parses[0].result["lines"]))
    return Loading(lines, log.stat().st_size / 1e6, loads, parses)
