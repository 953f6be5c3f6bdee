"""Rating a warehouse, against reading the same columns and doing less with them."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import duckdb

from app.dimensions import dimension
from app.ledger import Question, answer
from benchmarks.child import measured
from benchmarks.clock import Timings, interleaved
from ingest.warehouse import Warehouse
from pricing.book import PriceBook

QUESTION = Question(by=(dimension("day"), dimension("model"), dimension("service_tier")))


@dataclass(frozen=True, slots=True)
class Rating:
    """What each way of reading the warehouse took.

    Attributes:
        timings: scan, group, report and each: every event's own cost, summed.
        cost_pico: Sum of the report's rows.
        each_cost_pico: Sum of the single events; the two have to be equal.
        peak_mb: Memory of a process that makes the report, in millions of bytes.
    """

    events: int
    groups: int
    cost_pico: int
    each_cost_pico: int
    unpriced: int
    peak_mb: float
    timings: dict[str, Timings]

    def ratio(self, one: str, other: str) -> float:
        """Return how many times as long one way takes as the other."""
        return self.timings[one].wall_median / self.timings[other].wall_median


def measure(database: Path, book: PriceBook, rounds: int) -> Rating:
    """Time a report by day, model and tier as ``ratecard report`` makes it."""
    with Warehouse(database).reading() as con:
        timings = interleaved(
            {
                "scan": lambda: con.execute(_sql("scan_meters")).fetchall(),
                "group": lambda: con.execute(_sql("group_meters")).fetchall(),
                "report": lambda: answer(con, book, QUESTION),
                "each": lambda: _each(con),
            },
            rounds,
        )
        report = answer(con, book, QUESTION)
        events, each = _each(con)
    return Rating(
        events=events,
        groups=len(report.rows),
        cost_pico=report.total("cost_pico") or 0,
        each_cost_pico=each,
        unpriced=report.total("unpriced_requests") or 0,
        peak_mb=measured("report", database).peak_mb,
        timings=timings,
    )


def _each(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    query = "select count(*), cast(sum(cost_pico) as hugeint) from rated_usage"
    [(events, cost)] = con.execute(query).fetchall()
    return events, cost


def _sql(name: str) -> str:
    return (files("benchmarks") / "sql" / f"{name}.sql").read_text("utf-8")
