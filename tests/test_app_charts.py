"""Findings and figures on small frames, each figure computable by hand."""

from datetime import date, timedelta

import polars as pl
import pytest

from app.charts import cached_share, daily_spend, explore_bars, explore_days, ranked_bars
from app.charts.amounts import (
    count_short,
    coverage,
    percent,
    percent_change,
    points_change,
    usd_change,
    usd_each,
    usd_exact,
    usd_short,
)
from app.charts.measures import MEASURES, share
from app.charts.palette import DARK, LIGHT, OTHER, model_slots
from app.dashboard.cube import SUMS, cost_of, summed
from app.dashboard.period import Period, before, period_of
from app.views.explore_table import row_table

USD = 10**12


@pytest.mark.parametrize(
    ("pico", "text"),
    [
        (None, "–"),
        (0, "$0.00"),
        (1_240_000 * USD, "$1.24M"),
        (999_499 * USD, "$999.5k"),
        (999_500 * USD, "$1.00M"),
        (63_240 * USD, "$63.2k"),
        (9_994 * USD, "$9.99k"),
        (9_995 * USD, "$10.0k"),
        (7_900 * USD, "$7.90k"),
        (410 * USD, "$410"),
        (99_990_000_000_000, "$99.99"),
        (99_996_000_000_000, "$100"),
        (12_400_000_000_000, "$12.40"),
        (10_000_000_000, "$0.01"),
        (3_100_000_000, "$0.0031"),
        (31_400_000, "$0.000031"),
        (-240 * USD, "−$240"),
    ],
)
def test_dollars_are_short_and_never_more_certain_than_they_are(pico, text):
    assert usd_short(pico) == text


def test_dollars_in_full_lose_nothing():
    assert usd_exact(92_860_000_000) == "$0.09286"
    assert usd_exact(1_234_567 * USD) == "$1,234,567.00"
    assert usd_exact(-USD // 2) == "−$0.50"
    assert usd_each(92_900_000_000) == "$0.0929"
    assert usd_each(2 * USD) == "$2.00"
    assert usd_change(410 * USD) == "+$410"


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(9_997, 10_000, "99.9%"), (10_000, 10_000, "100%"), (0, 0, "–"), (949, 1000, "94.9%")],
)
def test_coverage_rounds_down(part, whole, text):
    assert coverage(part, whole) == text


def test_shares_are_never_nothing_or_everything_unless_they_are():
    assert percent(1, 10_000) == "under 0.1%"
    assert percent(9_999, 10_000) == "over 99%"
    assert percent(0, 10) == "0%"
    assert percent(10, 10) == "100%"
    assert percent(43, 1000) == "4.3%"
    assert percent_change(150, 100) == "+50%"
    assert percent_change(75, 100) == "−25%"
    assert percent_change(5, 0) == "new"
    assert points_change(share(43, 100), share(51, 100)) == "−8 p.p."
    assert count_short(12_400_000) == "12.4M"


@pytest.mark.parametrize(
    ("preset", "name", "compared"),
    [
        ("This month", "1–21 Oct", "1–21 Sep"),
        ("Last month", "September", "August"),
        ("30 days", "22 Sep – 21 Oct", "23 Aug – 21 Sep"),
        ("Range", "24 Jul – 21 Oct", "25 Apr – 23 Jul"),
    ],
)
def test_periods_are_named_and_compared_with_the_one_before(preset, name, compared):
    logs = (date(2026, 7, 24), date(2026, 10, 21))
    period = period_of(preset, logs[1], None, logs)

    assert period.name == name
    assert before(period).name == compared


def test_the_end_of_a_long_month_is_compared_with_a_whole_shorter_one():
    march = Period(date(2026, 3, 1), date(2026, 3, 30), 2026)

    assert before(march) == Period(date(2026, 2, 1), date(2026, 2, 28), 2026)


def costs(column, **usd):
    return pl.DataFrame(
        {column: list(usd), "cost_pico": [None if v is None else v * USD for v in usd.values()]},
        schema={column: pl.String, "cost_pico": pl.Int128},
    )


def test_the_largest_team_and_its_change_are_the_finding():
    now = costs("team", coding=26_200, documents=14_900, support=22_900)
    earlier = costs("team", coding=10_400, documents=20_000, support=21_500)
    found = ranked_bars.ranked(now, earlier, "team", "August")

    assert ranked_bars.finding(found) == "Coding is 41% of spend, +$15.8k on August"
    assert found.rows["name"].to_list() == ["coding", "support", "documents"]


def test_a_change_below_the_floor_is_none():
    found = ranked_bars.ranked(
        costs("team", coding=1_000), costs("team", coding=990), "team", "August"
    )

    assert ranked_bars.finding(found) == "Coding is all of the spend, $1.00k, level with August"


def test_without_a_period_before_there_is_no_change():
    found = ranked_bars.ranked(costs("team", a=3, b=1), None, "team", None)

    assert ranked_bars.finding(found) == "A is 75% of spend"
    assert found.rows["before"].to_list() == [None, None]


def test_what_has_no_price_is_not_shown_as_nothing():
    found = ranked_bars.ranked(
        costs("team", coding=10, trial=None), costs("team", coding=9, gone=4), "team", "August"
    )
    texts = [note.text for note in ranked_bars.figure(found, LIGHT).layout.annotations]

    assert found.rows.rows() == [
        ("coding", 10 * USD, 9 * USD), ("gone", 0, 4 * USD), ("trial", None, 0),
    ]  # fmt: skip
    assert "no price" in texts
    assert texts.count("<b>$0.00</b>") == 1  # gone spent nothing this time


def test_ranked_parts_add_up_to_the_total():
    names = {f"team-{k}": 100 - k for k in range(20)}
    found = ranked_bars.ranked(costs("team", **names), None, "team", None)

    assert found.rows.height == ranked_bars.MOST + 1
    assert found.rows["name"][-1] == OTHER
    assert sum(found.rows["now"]) == sum(names.values()) * USD


def daily(costs_by_day, first=date(2026, 9, 1)):
    rows = [
        (first + timedelta(days=k), model, cost * USD)
        for k, models in enumerate(costs_by_day)
        for model, cost in models.items()
    ]
    schema = {"day": pl.Date, "model": pl.String, "cost_pico": pl.Int128}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    last = first + timedelta(days=len(costs_by_day) - 1)
    slots = model_slots(["gpt-5.5", "gpt-5.4", "gpt-5.6-sol"])
    return daily_spend.DailySpend(frame, slots, first, last)


def test_the_day_that_stands_out_is_named_with_its_model():
    found = daily([{"gpt-5.4": 10}, {"gpt-5.4": 10}, {"gpt-5.4": 6, "gpt-5.5": 24}, {"gpt-5.4": 9}])

    assert daily_spend.finding(found) == (
        "3 September cost $30.00, 3.0× a typical day; gpt-5.5 was 80% of it"
    )


def test_level_days_are_said_to_be_level():
    found = daily([{"gpt-5.4": 10}] * 5)

    assert daily_spend.finding(found) == (
        "A typical day costs $10.00, none stands out; all is gpt-5.4"
    )


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_a_model_keeps_its_colour_and_bars_begin_at_zero(palette):
    found = daily([{"gpt-5.4": 10, "gpt-5.5": 5, "gpt-9": 1}, {"gpt-5.5": 5}])
    drawn = daily_spend.figure(found, palette, 230)
    colours = {trace.name: trace.marker.color for trace in drawn.data}

    assert colours == {
        "gpt-5.4": palette.slots[0], "gpt-5.5": palette.slots[1], OTHER: palette.slots[-1],
    }  # fmt: skip
    assert drawn.layout.yaxis.range[0] == 0
    assert sum(sum(trace.y) for trace in drawn.data) == pytest.approx(21)


def test_a_price_change_within_the_period_is_marked():
    found = daily([{"gpt-5.4": 10}] * 5)
    marked = daily_spend.DailySpend(
        found.rows, found.slots, found.first, found.last,
        price_changes=[(date(2026, 9, 3), "gpt-5.4"), (date(2026, 3, 1), "gpt-5.4")],
    )  # fmt: skip

    notes = daily_spend.figure(marked, LIGHT, 230).layout.annotations
    assert [note.text for note in notes] == ["gpt-5.4 repriced"]


def shares(name, pairs):
    return [(name, date(2026, 10, 1) + timedelta(days=k), r, i) for k, (r, i) in enumerate(pairs)]


def cached(*series):
    rows = [row for each in series for row in each]
    frame = pl.DataFrame(
        rows, schema=["workload", "day", "cache_read_tokens", "input_tokens"], orient="row"
    )
    return cached_share.cached_share(frame, "workload")


def test_the_day_a_cache_broke_is_found():
    chat = shares("chat", [(62, 100)] * 5 + [(11, 100)] * 10)
    steady = shares("agent", [(860, 1000), (880, 1000), (850, 1000)] * 5)

    assert cached_share.finding(cached(chat, steady)) == (
        "Chat’s cached share fell from 62% to 11% on 6 October"
    )


def test_noise_is_no_break():
    steady = shares("agent", [(860, 1000), (880, 1000), (850, 1000)] * 5)

    assert cached_share.finding(cached(steady)) == "86% of input came from cache"


def cube(*rows):
    """Rows of team, model, day, requests, cost in dollars or None, input and cached tokens."""
    frame = pl.DataFrame(
        [
            {
                "team": team,
                "model": model,
                "day": date(2026, 10, day),
                "requests": requests,
                "cost_pico": None if cost is None else cost * USD,
                "input_tokens": tokens,
                "cache_read_tokens": read,
                "priced_requests": requests if cost is not None else 0,
                "unpriced_requests": 0 if cost is not None else requests,
                "tokens": tokens,
            }
            for team, model, day, requests, cost, tokens, read in rows
        ],
        schema_overrides={"cost_pico": pl.Int128},
    )
    return frame.with_columns(pl.lit(0).alias(name) for name in SUMS if name not in frame.columns)


CUBE = cube(
    ("coding", "gpt-5.5", 1, 10, 90, 1_000, 900),
    ("coding", "gpt-5.4", 2, 10, 10, 1_000, 800),
    ("search", "gpt-5.4", 1, 80, 20, 4_000, 0),
    ("trial", "gpt-x", 2, 5, None, 100, 0),
)


def test_explored_bars_name_the_largest_row_and_part():
    found = explore_bars.bars(CUBE, "team", "model", MEASURES["Cost"])

    assert explore_bars.finding(found) == "Coding is 83% of cost; gpt-5.5 is 90% of that"
    assert found.whole == (120 * USD, 1)
    drawn = explore_bars.figure(found, LIGHT, model_slots([]))
    assert sum(sum(trace.x) for trace in drawn.data) == pytest.approx(120)
    assert "<b>–</b>" in [note.text for note in drawn.layout.annotations]  # trial: unknown


def test_a_ratio_is_of_sums_and_never_of_what_has_no_price():
    found = explore_bars.bars(CUBE, "team", None, MEASURES["$/request"])

    assert explore_bars.finding(found) == "$/request is $5.00 in coding, $0.2500 in search"
    assert found.rows.filter(pl.col("row") == "trial")["value"].to_list() == [None]


def test_usage_without_any_price_is_said_to_have_none():
    found = explore_bars.bars(
        CUBE.filter(pl.col("team") == "trial"), "team", None, MEASURES["Cost"]
    )

    assert explore_bars.finding(found) == "Nothing here has a price"


def test_lines_name_their_peak():
    days = (date(2026, 10, 1), date(2026, 10, 3))
    found = explore_days.lines(CUBE, "team", MEASURES["Requests"], "Day", days)

    assert explore_days.finding(found) == "Search peaked at 80 on 1 October"
    assert found.points.filter(pl.col("row") == "search")["num"].to_list() == [80, 0, 0]


def test_shown_rows_add_up_to_the_shown_total_and_keep_the_unknown():
    period = Period(date(2026, 10, 1), date(2026, 10, 3), 2026)
    table = row_table(CUBE, "team", period)

    assert table.values == ["coding", "search", "trial"]
    assert table.frame["Cost"].to_list() == ["$100.00", "$20.00", "–"]
    assert table.cost_pico == cost_of(CUBE) == 120 * USD
    assert table.csv.decode().splitlines()[-1].endswith(",")


def test_a_sum_of_nothing_known_is_unknown():
    by_team = summed(CUBE, ["team"])

    assert by_team.filter(pl.col("team") == "trial")["cost_pico"].to_list() == [None]
    assert by_team.schema["cost_pico"] == pl.Int128


def test_colours_stay_whatever_is_filtered():
    slots = model_slots(["o9", "gpt-5.5", "gpt-5.6-sol", "late"])

    assert slots["gpt-5.4"] == 0
    assert (slots["o9"], slots["gpt-5.6-sol"]) == (5, 6)
    assert "late" not in slots
