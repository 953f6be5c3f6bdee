"""What sliders set, laid over a scenario."""

from decimal import Decimal

import pytest

from app.views.scenario_controls import UNSET, number_of
from app.whatif.by_hand import DAY, SOON, ByHand, laid_over, waits_a_day
from models.policy.assumptions import ALL, Assumptions, Spread
from models.policy.dump import dump_scenario
from models.policy.known import Known
from models.policy.load import load_scenario
from models.policy.terms import Policy, Scenario
from models.workload.rules import LabelMeaning, WorkloadRules

HALF, FULL = Spread.exactly(Decimal("0.5")), Spread(Decimal(1), Decimal(2), Decimal(3))


def scenario(**said) -> Scenario:
    return Scenario(Policy("mine", ()), Assumptions(**said))


def test_nothing_set_changes_nothing():
    said = scenario(output_ratio={"chat": FULL}, success={"chat": {"m": HALF}})

    assert laid_over(said, ByHand()) == said


def test_what_is_set_is_for_all_work_and_certain():
    found = laid_over(
        scenario(output_ratio={"chat": FULL, ALL: FULL}),
        ByHand(output_ratio=Decimal("0.7"), repair_usd=Decimal(20)),
    ).assumptions

    assert found.output_ratio == {ALL: Spread.exactly(Decimal("0.7"))}
    assert found.human_repair_usd == {ALL: Spread.exactly(Decimal(20))}
    assert found.cache_kept == {}


def test_success_set_for_a_model_takes_the_place_of_what_was_said_of_it_alone():
    said = scenario(success={"chat": {"a": HALF, "b": HALF}, "agent": {"a": HALF}})

    found = laid_over(said, ByHand(success={"a": Decimal("0.9")})).assumptions.success

    assert found == {"chat": {"b": HALF}, ALL: {"a": Spread.exactly(Decimal("0.9"))}}


def test_work_that_can_wait_waits_a_day_and_other_work_does_not():
    said = scenario(latency_seconds={"chat": 900, "drafting": 900})

    found = laid_over(said, ByHand(waits={"chat": True, "agent": False})).assumptions

    assert found.latency_seconds == {"chat": DAY, "drafting": 900, "agent": SOON}


def test_whether_work_waits_comes_from_the_scenario_before_the_rules():
    rules = WorkloadRules(labels=(LabelMeaning(("batch*",), latency_seconds=DAY),))

    assert waits_a_day("batch-1", Assumptions(), rules)
    assert not waits_a_day("chat", Assumptions(), rules)
    assert not waits_a_day("batch-1", Assumptions(latency_seconds={"batch-1": SOON}), rules)


def test_what_is_set_is_read_back_from_its_yaml():
    by_hand = ByHand(
        output_ratio=Decimal("0.7"), cache_kept=Decimal(0), cache_in_batch=Decimal("0.5"),
        repair_usd=Decimal("0.1"), success={"gpt-5.4": Decimal("0.995")}, waits={"chat": True},
    )  # fmt: skip
    found = laid_over(scenario(), by_hand)

    read = load_scenario(dump_scenario(found), "mine.yaml", Known({"gpt-5.4": "gpt-5.4"}))

    assert read.assumptions == found.assumptions


@pytest.mark.parametrize(
    ("word", "number"),
    [(UNSET, None), ("0.7×", "0.7"), ("40%", "0.4"), ("99.5%", "0.995"), ("$5", "5")],
)
def test_a_slider_is_read(word, number):
    assert number_of(word) == (None if number is None else Decimal(number))
