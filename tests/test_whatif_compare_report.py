"""A comparison in words, tables, JSON and HTML, from figures small enough to check by hand."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import plotly.graph_objects as go
import pytest

from app.whatif.amounts import chance, dollars, percent, points, spread
from app.whatif.ask import Coverage, Period
from app.whatif.compare_json import COLUMNS, json_lines, json_of, rows_of
from app.whatif.compare_sections import document
from app.whatif.compare_words import finding
from app.whatif.report_html import html_of
from app.whatif.report_text import text_of
from app.whatif.sections import Document, Figure, Finding, Notes, Table
from models.compare.option import Bar, Comparison, Interval, Option, Part, RuleHits, Success, Used

USD = 10**12
DRAWS = np.array([90.0, 100.0, 110.0, 120.0])


def option(name: str, cost: int, draws, **more) -> Option:
    draws = np.array(draws, dtype=float)
    success = more.get("success")
    part = Part("chat", 10, more.get("moved", 0), cost * USD, draws, success=success)
    return Option(
        name=name,
        **{"kind": "scenario", "requests": 10, "moved": 0, "parts": (part,), **more},
        cost_pico=cost * USD,
        cost_usd=draws,
    )


def rate(point: float) -> Success:
    return Success(point, np.full(4, point), "scenario", "your figure")


TODAY = option("today's mix", 100, DRAWS, kind="baseline", baseline_of="today")


def comparison(*scenarios: Option, **more) -> Comparison:
    return Comparison((TODAY, *scenarios), **{"days": 60.875, "months": 2.0, "draws": 4, **more})


def prepared():
    whatif = SimpleNamespace(prices="list prices as billed", question=SimpleNamespace(zone=UTC))
    return SimpleNamespace(
        whatif=whatif,
        period=Period(datetime(2026, 8, 1), datetime(2026, 10, 1)),
        coverage=(Coverage("chat", "label", 10),),
    )


def test_the_finding_names_saving_baseline_range_and_probability():
    half = option("half", 50, [45, 60, 55, 125], moved=10)

    [sentence] = finding(comparison(half))

    assert sentence == (
        "half saves $25.00 a month against today's mix, 50% (P10–P90 $4.25 to $26.00); it is "
        "cheaper in 75% of the draws; cost only: success unknown."
    )


def test_what_costs_more_is_said_to():
    [sentence] = finding(comparison(option("dear", 140, DRAWS * 1.4, moved=10)))

    assert sentence.startswith("dear costs $20.00 a month more than today's mix, 40%")
    assert "cheaper in 0% of the draws" in sentence


def test_what_changes_nothing_saves_nothing():
    [sentence] = finding(comparison(option("same", 100, DRAWS)))

    assert sentence.startswith("same costs the same as today's mix")


def test_success_is_held_against_todays():
    better = option("better", 100, DRAWS, success=rate(0.85))
    now = option("today's mix", 100, DRAWS, kind="baseline", success=rate(0.8))
    found = replace(comparison(better), options=(now, better))

    assert "success 85% against 80% today, +5.0 p.p. (your figure)" in finding(found)[0]


def test_success_that_is_known_in_part_says_of_how_much():
    half = Part("code", 10, 0, 50 * USD, DRAWS / 2)
    better = option("better", 100, DRAWS, success=rate(0.85))
    better = replace(better, requests=20, parts=(*better.parts, half), success=None)
    now = option("today's mix", 100, DRAWS, kind="baseline", success=rate(0.8))
    now = replace(now, requests=20, parts=(*now.parts, half), success=None)
    found = replace(comparison(better), options=(now, better))

    assert "+5.0 p.p., on the 50% of requests where it is known" in finding(found)[0]


def test_the_largest_saving_comes_first_whatever_the_order():
    a, b = option("a", 90, DRAWS * 0.9), option("b", 50, DRAWS * 0.5)

    assert finding(comparison(a, b)) == finding(comparison(b, a))
    assert finding(comparison(a, b))[0].startswith("b saves")


def test_the_table_reads_as_text():
    hits = (RuleHits(0, "kept as logged", 4, 40 * USD, 40 * USD),
            RuleHits(1, "easy", 6, 10 * USD, 60 * USD))  # fmt: skip
    half = option("half", 50, DRAWS / 2, moved=6, rules=hits, kept={"over_limit": 3})
    found = comparison(
        half,
        tornado={"half": (Bar("out", 40.0, 70.0, 0.9, "Output tokens"),)},
        warnings=("effort is unknown for 4 requests",),
        why_no_quality="the success of models is unknown",
    )

    text = text_of(document(found, prepared()))

    for words in (
        "half saves $25.00 a month",
        "today's mix", "P(saves)",
        "Rules of half", "easy", "83%",
        "3 requests keep their logged choices",
        "What the cost of half hangs on", "Output tokens", "+$15.00", "+0.90",
        "effort is unknown for 4 requests",
        "the success of models is unknown",
    ):  # fmt: skip
        assert words in text


def test_json_is_stable_and_exact():
    used = (Used("eps", 0.5, 0.75, 1.1, "ratio", "A", "assumed"),)
    half = option("half", 50, DRAWS / 2, parameters=used, success=rate(0.5))
    found = comparison(half)

    first, again = (json_lines(json_of(found, prepared())) for _ in range(2))
    read = json.loads(first)

    assert first == again
    assert read["period"] == {
        "from": "2026-08-01T00:00:00Z", "to": "2026-10-01T00:00:00Z", "days": 60.875, "months": 2.0,
    }  # fmt: skip
    [today, shown] = read["options"]
    assert today["baseline"] == "today"
    assert shown["cost_usd"] == "50"
    assert shown["cost_usd_per_month"] == "25"
    assert shown["savings"][0]["saving_usd"] == "50"
    assert shown["savings"][0]["p_saves"] == 1.0
    assert shown["success"]["point"] == 0.5
    assert shown["cost_per_success_usd"] == "10"
    assert shown["parameters"][0]["grade"] == "A"


def test_csv_has_a_row_for_each_option():
    columns, rows = rows_of(comparison(option("half", 50, DRAWS / 2)))

    assert tuple(columns) == COLUMNS
    assert [len(row) for row in rows] == [len(COLUMNS)] * 2
    assert dict(zip(columns, rows[1], strict=True))["saving_usd"] == 50


def test_html_is_one_file_without_network():
    found = comparison(
        option("half </script><b>", 50, DRAWS / 2),
        tornado={"half </script><b>": (Bar("out", 40.0, 70.0, 0.9, "Output"),)},
    )
    machine = json_of(found, prepared())

    page = html_of(document(found, prepared(), machine, figures=True))
    own = re.sub(r"<script>/\*\*.*?</script>", "", page, count=1, flags=re.DOTALL)

    assert page == html_of(document(found, prepared(), machine, figures=True))
    assert "default-src 'none'" in page
    assert "half </script><b>" not in page
    assert len(own) < len(page) / 20, "the drawing library is inlined"
    assert "src=" not in own
    assert "http" not in own.replace("http-equiv", "")
    held = re.search(r'id="data">(.*?)</script>', own, re.DOTALL)
    assert json.loads(held[1]) == json.loads(json.dumps(machine))
    assert own.count("Plotly.newPlot") == 2


def test_a_report_of_text_carries_no_drawing_library():
    page = html_of(Document("t", "s", [Finding(("found",)), Notes("n", ("one",))]))

    assert len(page) < 10_000


def test_every_kind_of_section_is_shown_in_html_and_text():
    table = Table("Numbers", ("name", "usd"), (("a & b", "$1"),), frozenset({1}), note="noted")
    figure = Figure("Drawn", "caption", go.Figure(go.Bar(x=[1], y=["a"])))
    report = Document("Title", "Sub", [Finding(("one", "two")), table, figure, Notes("N", ("x",))])

    page, text = html_of(report), text_of(report)

    for words in ("one", "two", "Numbers", "noted", "Sub"):
        assert words in page
        assert words in text
    assert "a &amp; b" in page
    assert "Drawn" in page
    assert "Drawn" not in text


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (dollars(6904.4), "$6,904"),
        (dollars(-12.4), "−$12.40"),
        (dollars(0.0031), "$0.0031"),
        (dollars(0), "$0.00"),
        (percent(0.38), "38%"),
        (percent(-0.038), "−3.8%"),
        (percent(0.9999), "over 99%"),
        (percent(None), "–"),
        (percent(0.0001), "under 0.1%"),
        (chance(1), "100%"),
        (chance(0.999), "over 99%"),
        (chance(0.001), "under 1%"),
        (chance(0.5), "50%"),
        (points(0.05), "+5.0 p.p."),
        (points(-0.0001), "±0 p.p."),
        (spread(Interval(10, 15, 20), 2), "$5.00 to $10.00"),
        (spread(Interval(10, 10, 10)), "$10.00"),
    ],
)
def test_amounts_as_people_read_them(shown, expected):
    assert shown == expected
