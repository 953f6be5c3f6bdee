"""A policy's action and a user's assumptions, put into an outcome."""

from decimal import Decimal

import numpy as np
import pytest

from models.outcome.action import Calls, Rates, outcome_of
from models.outcome.assumed import FACTS, assumed_of, people_of
from models.outcome.checked import OutcomeError
from models.outcome.expected import People, Step, expected_cost_and_success
from models.outcome.verification import Verification as Check
from models.policy.assumptions import Assumptions, Spread
from models.policy.terms import Action, Cascade, Verification, Verifier
from models.uncertainty.draws import draw

D = Decimal
VERIFIER = Verifier(accepts_correct=D("0.9"), accepts_wrong=D("0.2"))


def spread(*percentiles):
    return Spread(*map(D, percentiles))


def test_an_action_without_more_is_one_call():
    found = outcome_of(Action(model="gpt-5.5"), Calls(0.2), Rates(0.8), People(repair_usd=10))

    assert found.total_usd == pytest.approx(0.2 + 0.2 * 10)


def test_attempts_cascade_and_final_check_of_an_action_are_those_of_its_parts():
    verify = Verification(D("0.7"), D("0.05"), caught_usd=D(8), rework_usd=D("1.5"), share=D("0.5"))
    action = Action(attempts=2, cascade=Cascade("gpt-5.5", VERIFIER), verify=verify)
    people = People(12.0, 40.0, 0.5)

    found = outcome_of(action, Calls(0.1, 1.0, 0.01, 0.6), Rates(0.6, 0.8, 0.5), people, icc=0.3)

    parts = expected_cost_and_success(
        Step(0.1, 0.6, (1.0, 0.8), (0.01, 0.9, 0.2), 0.5),
        2,
        0.3,
        people,
        Check(0.6, 0.7, 0.05, 8, 1.5, 0.5),
    )
    assert found.total_usd == pytest.approx(parts.total_usd)
    assert found.correct == pytest.approx(parts.correct)


def test_the_price_of_a_verdict_stated_in_the_policy_comes_first():
    verifier = Verifier(D("0.9"), D("0.2"), cost_usd=D("0.5"))
    action = Action(cascade=Cascade("gpt-5.5", verifier))

    dear = outcome_of(action, Calls(0.1, 1.0, 0.01), Rates(0.6, 0.8, 0.5))
    cheap = outcome_of(
        Action(cascade=Cascade("gpt-5.5", VERIFIER)), Calls(0.1, 1.0, 0.01), Rates(0.6, 0.8, 0.5)
    )

    assert dear.api_usd - cheap.api_usd == pytest.approx(0.49)


def test_a_cascade_to_a_model_of_unknown_success_is_refused_by_name():
    with pytest.raises(OutcomeError, match=r"gpt-5\.5"):
        outcome_of(Action(cascade=Cascade("gpt-5.5", VERIFIER)), Calls(0.1), Rates(0.6))


ASSUMPTIONS = Assumptions(
    human_repair_usd={"*": spread("5", "10", "30"), "legal": spread("100", "200", "300")},
    detection={"chat": spread("0.4", "0.6", "0.8")},
    attempts_icc={"*": spread("0.2", "0.2", "0.2")},
)


def test_what_is_stated_for_all_is_one_parameter_and_what_for_a_workload_its_own():
    chat, code = assumed_of(ASSUMPTIONS, "chat"), assumed_of(ASSUMPTIONS, "code")

    assert chat["human_repair_usd"] == code["human_repair_usd"]
    assert chat["human_repair_usd"].name == "human_repair_usd (*)"
    assert chat["detection"].name == "detection (chat)"
    assert "detection" not in code
    legal = assumed_of(ASSUMPTIONS, "legal")["human_repair_usd"]
    assert (legal.name, legal.spread.p50) == ("human_repair_usd (legal)", 200)


def test_every_fact_is_an_assumption():
    assert all(hasattr(Assumptions(), name) for name in FACTS)


def test_people_are_at_the_median_or_as_drawn():
    assumed = assumed_of(ASSUMPTIONS, "chat")

    point, icc = people_of(assumed, {})
    assert (point.repair_usd, point.detection, point.review_rate, icc) == (
        10,
        D("0.6"),
        0,
        D("0.2"),
    )

    draws = draw(assumed.values(), 512)
    drawn, icc = people_of(assumed, draws)
    assert np.median(drawn.repair_usd) == pytest.approx(10, rel=0.01)
    assert np.ptp(icc) == 0
    found = outcome_of(Action(attempts=3), Calls(0.1), Rates(0.7), drawn, icc)
    assert found.total_usd.shape == (512,)
    total = found.correct + found.to_human + found.wrong
    np.testing.assert_allclose(total, 1, atol=1e-12)


def test_nothing_stated_costs_nothing_and_every_failure_is_seen():
    people, icc = people_of({}, {})

    assert people == People()
    assert icc == 0.5
