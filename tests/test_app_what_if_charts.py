"""Findings and charts of Upgrade and Scenarios, on figures small enough to check by hand."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from app.charts.frontier import frontier
from app.charts.lever_bars import LeverBar, lever_bars
from app.charts.locked_bars import locked_bars
from app.charts.palette import DARK, LIGHT
from app.charts.style import usd_ticks
from app.views import scenario_contract, scenario_findings, scenario_levers
from app.views.upgrade_verdicts import finding as verdict_finding
from models.commitment.effect import Effect
from models.compare.option import Bar, Comparison, FrontierPoint, Option, Part
from models.compare.summary import saving
from models.levers.found import LEVERS, Blocked, LeverFound, LeversFound
from models.upgrade.report import COST_ONLY, DOES_NOT_PAY, PAYS, PAYS_IF

USD = 10**12
DRAWS = np.array([90.0, 100.0, 110.0, 120.0])


def option(name, cost, draws, kind="scenario") -> Option:
    part = Part("chat", 10, 0, cost * USD, np.array(draws))
    return Option(name, kind, 10, 0, cost * USD, np.array(draws), (part,))


TODAY = replace(option("today's mix", 100, DRAWS, "baseline"), baseline_of="today")
HALF = option("half", 50, DRAWS / 2)


def comparison(*scenarios, **more) -> Comparison:
    return Comparison((TODAY, *scenarios), days=60.875, months=2.0, draws=4, **more)


def texts(figure):
    return [each.text for each in figure.layout.annotations]


def test_a_scenario_is_held_against_todays_mix():
    assert scenario_findings.compared(comparison(HALF), HALF) == (
        "half costs $25.00 a month, $25.00 (50%) less than today's mix (saves $23.25 to $29.25)"
    )


def test_a_scenario_that_costs_more_says_so():
    dear = option("dear", 140, DRAWS * 1.4)

    assert "$20.00 (40%) more than today's mix" in scenario_findings.compared(
        comparison(dear), dear
    )


def test_a_scenario_that_changes_nothing_says_so():
    same = option("same", 100, DRAWS)

    assert scenario_findings.compared(comparison(same), same) == (
        "same costs $50.00 a month, the same as today's mix"
    )


def test_what_beats_a_scenario_is_named_with_how_much():
    points = (
        FrontierPoint("today's mix", 100, 0.9, 0.5, True),
        FrontierPoint("nano", 10, 0.6, 1.0, True),
        FrontierPoint("half", 50, 0.5, 0.1, False),
    )
    found = comparison(HALF, frontier=points)

    assert scenario_findings.on_the_frontier(found, HALF) == (
        "nano beats half: $20.00 a month cheaper, success +10.0 p.p."
    )
    assert scenario_findings.on_the_frontier(found, TODAY) == (
        "Nothing beats today's mix on both cost and success: it succeeds in 90% for $50.00 a month"
    )


def test_a_scenario_without_success_has_no_place_on_the_frontier():
    points = (FrontierPoint("today's mix", 100, 0.9, 0.5, True),)

    assert "is unknown" in scenario_findings.on_the_frontier(
        comparison(HALF, frontier=points), HALF
    )


def test_the_widest_parameter_is_named():
    bars = (Bar("out", 40.0, 70.0, 0.9, "Output tokens"),)

    assert scenario_findings.hangs_on(comparison(HALF, tornado={"half": bars}), HALF) == (
        "half hangs most on output tokens: $20.00 to $35.00 a month"
    )
    assert scenario_findings.hangs_on(comparison(HALF), HALF) == (
        "Nothing assumed changes what half costs"
    )


def test_the_scenario_is_named_on_the_frontier_whoever_is_near():
    points = [FrontierPoint(name, 50, 0.5, 1.0, name != "half") for name in ("a", "b", "half")]

    for palette in (LIGHT, DARK):
        assert texts(frontier(points, (), palette, mine="half")) == ["half"]


def lever(number, counted, *blocked):
    return LeverFound(LEVERS[number], 1, counted * USD, counted * USD, (), blocked)


def test_levers_add_up_and_the_best_is_named():
    found = LeversFound(100 * USD, 2.0, (lever(0, 0), lever(1, 4), lever(2, 6)))

    assert scenario_levers.finding(found) == (
        "2 levers save $5.00 a month, 10% of the cost; most: send what can wait a day in batches, "
        "$3.00"
    )


def test_levers_that_save_nothing_say_so():
    assert scenario_levers.finding(LeversFound(100 * USD, 2.0, (lever(0, 0),))) == (
        "No lever saves anything on this usage as it stands"
    )


def test_what_is_blocked_stands_beside_its_lever():
    bars = [
        scenario_levers._bar(lever(0, 2, Blocked("far", 3, 8 * USD)), 2.0),
        scenario_levers._bar(lever(1, 4), 2.0),
        scenario_levers._bar(lever(2, 0, Blocked("no price", 3, None)), 2.0),
    ]

    assert bars[0] == LeverBar(LEVERS[0].title, 1.0, 4.0)
    assert texts(lever_bars(bars, LIGHT)) == [
        "<b>$2.00</b>", "nothing blocked", "<b>$1.00</b>", "$4.00 blocked",
        "<b>$0.00</b>", "blocked: unknown",
    ]  # fmt: skip


def effect(saved, worth, promised=100):
    return Effect(
        "yearly", promised * USD, 80 * USD, (80 - saved) * USD, 100 * USD, (100 - worth) * USD,
        datetime(2027, 5, 1), over=False,
    )  # fmt: skip


def test_a_saving_below_a_commitment_counts_only_after_renewal():
    found = comparison(HALF)
    saved = saving(HALF, TODAY)
    effects = [effect(25, 0)]

    steps = scenario_contract.steps(saved, saved, effects, found)

    assert [(each.name, each.usd) for each in steps] == [
        ("Saves at list prices", 25.0),
        ("Saves at the contract’s rates", 25.0),
        ("Locked by commitment “yearly”", -25.0),
        ("Counts until renewal", 0.0),
    ]
    assert scenario_contract.finding("half", saved, effects, found) == (
        "Nothing that half saves counts before the renewal on 1 May 2027"
    )
    assert texts(locked_bars(steps, DARK))[2] == "<b>−$25.00</b>"


def test_a_saving_above_a_commitment_counts_at_once():
    found, saved = comparison(HALF), saving(HALF, TODAY)

    assert scenario_contract.finding("half", saved, [effect(25, 25)], found) == (
        "All of the $25.00 a month that half saves counts at once"
    )
    assert scenario_contract.finding("half", saved, [effect(25, 10)], found) == (
        "$10.00 of $25.00 a month that half saves counts before the renewal on 1 May 2027"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([PAYS, PAYS, COST_ONLY], "Pays for 2, cost only, success unknown, for 1 of 3 workloads"),
        ([DOES_NOT_PAY], "Does not pay for 1 of 1 workload"),
        ([PAYS_IF, DOES_NOT_PAY], "Pays on a condition for 1, does not pay for 1 of 2 workloads"),
    ],
)
def test_verdicts_are_counted(words, said):
    class Row:
        def __init__(self, verdict):
            self.verdict = verdict

    assert verdict_finding([Row(word) for word in words]) == said


def test_small_amounts_have_ticks_in_dollars():
    assert usd_ticks(9.9) == "$~f"
    assert usd_ticks(10) == "$~s"
