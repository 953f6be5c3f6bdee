"""The benchmarks run, add up, and never guess a cause. Nothing here is timed."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from benchmarks.differences import compare, costs_by_rule
from benchmarks.lattice import lattice
from benchmarks.peers import installed
from benchmarks.request import Request
from benchmarks.samples import all_samples, write_log
from benchmarks.traffic import install
from ingest.load import load_paths
from ingest.source import all_sources
from ingest.warehouse import Warehouse
from pricing.errors import PricingError
from pricing.load import load_price_book
from pricing.money import usd
from pricing.names import resolve
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


OUTPUT_TWICE = "gpt-5.4-2026-03-05 flex: output at $16.5000 per million and not $8.2500 per million"


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
    ],
    ids=["one reading", "two readings"],
)
def test_a_difference_has_the_cause_that_makes_it(change, cause):
    found = compare(Misreader(change), [REQUEST], [REQUEST.cost_pico(BOOK)], BOOK)

    assert list(found.differences) == [cause]


def test_a_rate_that_is_not_ours_is_named():
    twice = Misreader(lambda r: replace(r, usage=replace(r.usage, output=r.quantity("output") * 2)))

    found = compare(twice, [REQUEST], [REQUEST.cost_pico(BOOK)], BOOK)

    assert list(found.differences) == ["peer has other rates"]
    assert list(found.differences["peer has other rates"].details) == [OUTPUT_TWICE]


def test_a_figure_that_no_rates_make_is_unexplained():
    class Constant(Misreader):
        def prepare(self, _):
            return lambda: Decimal("0.123")

    found = compare(Constant(None), [REQUEST], [REQUEST.cost_pico(BOOK)], BOOK)

    assert (list(found.differences), found.unexplained) == (["unexplained"], 1)


def test_a_coincidence_is_not_a_cause():
    """It gives the figure of standard, and yet looks at the tier."""

    class Coincident(Misreader):
        def prepare(self, request):
            other = replace(request, tier="standard" if request.tier == "flex" else "priority")
            return lambda: usd(other.cost_pico(BOOK))

    found = compare(Coincident(None), [REQUEST], [REQUEST.cost_pico(BOOK)], BOOK)

    assert list(found.differences) == ["peer has other rates"]


def test_what_we_refuse_has_our_reason_and_the_peers_way():
    scale = replace(REQUEST, tier="scale")
    found = compare(Misreader(lambda r: replace(r, tier="standard")), [scale], [None], BOOK)

    assert list(found.differences) == [
        "Ratecard has no price (tier_not_offered); peer prices the tier as standard"
    ]


def test_the_lattice_has_every_model_tier_band_and_meter():
    requests = lattice(BOOK)
    ids = {(r.provider, r.model_raw) for r in requests}
    tiers = {(r.provider, resolve(r.provider, r.model_raw, BOOK), r.tier) for r in requests}
    found = {used for request in requests for used in _prices_used(request)}

    assert ids >= {(model.provider, name) for model in BOOK.models.values() for name in model.ids}
    assert tiers >= {(cell[0], cell[1], cell[2]) for cell in BOOK.timelines}
    assert found >= {
        (entry.price_version, meter)
        for timeline in BOOK.timelines.values()
        for entry in timeline
        for meter, rate in entry.rates.items()
        if rate is not None
    }


def _prices_used(request):
    try:
        model = resolve(request.provider, request.model_raw, BOOK)
        price = BOOK.find(
            request.provider,
            model,
            request.tier,
            at=request.at,
            input_tokens=request.usage.input_tokens,
        )
    except PricingError:
        return []
    return [(price.price_version, meter) for meter, _ in request.usage.items()]


@pytest.mark.skipif(not installed(), reason="no peer is installed")
def test_every_difference_to_the_peers_has_a_cause():
    requests = lattice(BOOK, 400)
    costs = costs_by_rule(requests, BOOK)

    for peer in installed():
        found = compare(peer, requests, costs, BOOK)
        counted = sum(each.requests for each in found.differences.values())

        assert found.unexplained == 0
        assert found.equal + found.both_refuse + counted == len(requests)
        assert found.equal > len(requests) // 5


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
    compared = figures["differences"] + figures["every_price"]
    assert [each["unexplained"] for each in compared] == [0] * len(compared)


def test_every_source_has_a_sample():
    samples = all_samples()

    assert samples[0].name == "openai_responses"
    assert {each.source for each in samples} == set(all_sources())
    assert len({each.file_name for each in samples}) == len(samples)


@pytest.mark.parametrize(
    "name",
    [
        "openai_responses",
        "otel_genai resourceSpans[].scopeSpans[].spans[]",
        "anthropic_stream",
        "openrouter_activity CSV",
    ],
)
def test_a_log_of_a_source_is_without_fault_and_grows_by_new_events(tmp_path, name):
    sample = next(each for each in all_samples() if each.name == name)
    found = []
    for size in (1, 30_000, 60_000):
        log = tmp_path / f"{size}{sample.path.suffix}"
        write_log(log, sample, BOOK, size)
        [loaded] = load_paths([str(log)], Warehouse(tmp_path / f"{size}.duckdb"), BOOK)
        found.append(loaded.accounting)
        assert size <= log.stat().st_size

    one, some, more = found
    assert [each.quarantined for each in found] == [0, 0, 0]
    assert 0 < one.events < some.events < more.events


@pytest.mark.slow
def test_sources_are_measured_beside_openai_responses(tmp_path):
    output = tmp_path / "figures.json"
    sizes = ("--only", "sources", "--source", "openai_batch", "--mb", "1", "--rounds", "1")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *sizes, "--dir", tmp_path, "-o", output],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )

    measured = json.loads(output.read_text("utf-8"))["sources"]
    assert [each["name"] for each in measured] == ["openai_responses", "openai_batch"]
    assert [each["loads"][0]["result"]["quarantined"] for each in measured] == [0, 0]
    assert "responses = 1" in done.stdout
