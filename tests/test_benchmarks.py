"""The benchmarks run, add up, and never guess a cause. Nothing here is timed."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from benchmarks.differences import compare
from benchmarks.peers import installed
from benchmarks.request import Request
from benchmarks.traffic import install
from pricing.load import load_price_book
from pricing.money import usd
from pricing.usage import Usage

ROOT = Path(__file__).parents[1]
BOOK = load_price_book()

REQUEST = Request(
    model_raw="gpt-5.4-2026-03-05",
    tier="flex",
    region="eu",
    at=datetime(2026, 11, 1, tzinfo=UTC),
    usage=Usage(uncached_input=900, cache_read=100, output=50, input_tokens=1000),
)


OUTPUT_TWICE = (
    "peer has other rates for gpt-5.4-2026-03-05 flex:"
    " output at $16.5000 and not $8.2500 per million"
)


class Misreader:
    """A peer that reads requests its own way."""

    name = "misreader"
    refusals = (LookupError,)

    def __init__(self, change):
        self.change = change

    def prepare(self, request):
        return lambda: usd(self.change(request).cost_pico(BOOK))


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (lambda r: replace(r, tier="standard"), "peer prices the tier as standard"),
        (
            lambda r: replace(r, tier="standard", region="global"),
            "peer prices the tier as standard, and leaves the region out",
        ),
        (
            lambda r: replace(r, usage=replace(r.usage, output=r.quantity("output") * 2)),
            OUTPUT_TWICE,
        ),
    ],
    ids=["one reading", "two readings", "other rates"],
)
def test_a_difference_has_the_cause_that_makes_it(change, cause):
    found = compare(Misreader(change), [REQUEST], [REQUEST.cost_pico(BOOK)], BOOK)

    assert list(found.differences) == [cause]


def test_equal_answers_are_no_difference():
    found = compare(Misreader(lambda r: r), [REQUEST], [REQUEST.cost_pico(BOOK)], BOOK)

    assert (found.equal, found.differences) == (1, {})


def test_any_slice_of_the_traffic_is_the_same():
    with duckdb.connect() as con:
        install(con, BOOK, 1000)
        whole = con.execute("select * from traffic(0, 1000) order by n").fetchall()
        part = con.execute("select * from traffic(500, 600) order by n").fetchall()

    assert part == whole[500:600]


@pytest.mark.slow
def test_everything_is_measured_and_adds_up(tmp_path):
    output = tmp_path / "figures.json"
    sizes = ("--events", "3k", "--lines", "6k", "--peers", "100", "--rounds", "1")
    subprocess.run(
        [sys.executable, "-m", "benchmarks", *sizes, "--dir", tmp_path, "-o", output],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    figures = json.loads(output.read_text("utf-8"))

    rating = figures["rating"]
    assert rating["events"] == 3000
    assert rating["cost_pico"] == rating["each_cost_pico"] > 0

    account = figures["loading"]["loads"][0]["result"]
    assert account["quarantined"] == 4
    assert account["duplicates"] == 30
    assert account["lines"] == 6030 == account["events"] + 34
    assert account["lines"] == figures["loading"]["parses"][0]["result"]["lines"]

    assert [each["peer"] for each in figures["differences"]] == [peer.name for peer in installed()]
    causes = [cause for each in figures["differences"] for cause in each["differences"]]
    assert not [cause for cause in causes if "not found" in cause]
