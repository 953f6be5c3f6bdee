"""One workload under one action: the parts put together."""

import numpy as np
import pytest

from models.outcome.attempts import attempts_until
from models.outcome.cascade import cascade
from models.outcome.expected import People, Step, expected_cost_and_success
from models.outcome.verification import Verification, benefit

CHECK = Verification(cost=0.60, detects=0.7, false_flags=0.05, caught=8, rework=1.5)


def test_one_call_and_a_person_for_every_failure():
    found = expected_cost_and_success(Step(0.4, 0.8), people=People(repair_usd=20))

    assert found.total_usd == pytest.approx(0.4 + 0.2 * 20)
    assert found.api_per_success == pytest.approx(0.5)
    assert found.total_per_delivered == pytest.approx(4.4)
    assert found.to_human == pytest.approx(0.2)


def test_a_final_check_is_worth_its_benefit():
    people = People(escaped_usd=30, detection=0)
    without = expected_cost_and_success(Step(0.1, 0.86), people=people)
    checked = expected_cost_and_success(Step(0.1, 0.86), people=people, verify=CHECK)

    assert without.total_usd - checked.total_usd == pytest.approx(benefit(0.86, 30, CHECK))
    assert checked.correct + checked.to_human + checked.wrong == pytest.approx(1)
    assert checked.wrong == pytest.approx(0.14 * 0.3)


def test_a_check_finds_nothing_where_every_failure_is_seen_before():
    found = expected_cost_and_success(Step(0.1, 0.86), verify=CHECK)

    assert found.wrong == 0
    assert "no error to find" in found.notes[0]
    assert found.to_human == pytest.approx(0.14)


def test_a_cascade_is_one_attempt():
    terms = ((1.0, 0.9), (0.05, 0.9, 0.2))
    step = Step(0.1, 0.7, then=terms[0], verifier=terms[1], after_failure=0.7)
    run = cascade((0.1, 0.7), *terms, 0.7)

    found = expected_cost_and_success(step, 3, 0.4, People(detection=0.5))

    ends = attempts_until(run.correct, 3, 0.4, 0.5)
    assert found.api_usd == pytest.approx(ends.calls * run.cost)
    assert found.correct == pytest.approx(ends.correct)


def test_notes_of_a_cascade_are_kept():
    step = Step(0.1, 0.5, then=(1.0, 0.95), verifier=(0.0, 1.0, 0.0), after_failure=0.1)

    assert expected_cost_and_success(step).notes


def test_review_and_delay_are_paid_for_every_request():
    people = People(review_rate=0.1, review_usd=5, delay_usd=0.02)

    assert expected_cost_and_success(Step(0, 1), people=people).total_usd == pytest.approx(0.52)


def test_draws_go_through_as_arrays_and_scalars_give_the_same():
    rng = np.random.default_rng(6)
    usd, success, after = rng.random(50), rng.random(50), rng.random(50)
    strong, detection = 0.5 + rng.random(50) / 2, rng.random(50)
    people = People(12.0, 40.0, detection, 0.2, 3.0, 0.01)
    step = Step(usd, success, (2 * usd, strong), (0.01, 0.9, 0.3), after)
    all_at_once = expected_cost_and_success(step, 3, 0.5, people, CHECK)

    for i in range(50):
        one = expected_cost_and_success(
            Step(usd[i], success[i], (2 * usd[i], strong[i]), (0.01, 0.9, 0.3), after[i]),
            3,
            0.5,
            People(12.0, 40.0, detection[i], 0.2, 3.0, 0.01),
            CHECK,
        )
        assert all_at_once.total_usd[i] == pytest.approx(one.total_usd)
        assert all_at_once.correct[i] == pytest.approx(one.correct)
    total = all_at_once.correct + all_at_once.to_human + all_at_once.wrong
    np.testing.assert_allclose(total, 1, atol=1e-12)
    assert all_at_once.api_per_success.shape == (50,)


def test_the_whole_agrees_with_simulation():
    n, rng = 200_000, np.random.default_rng(9)
    people = People(repair_usd=12, escaped_usd=40, detection=0.6)
    found = expected_cost_and_success(Step(0.5, 0.6), 3, 0.4, people, CHECK)

    chance = rng.beta(0.6 * 1.5, 0.4 * 1.5, n)
    cost, open_ = np.zeros(n), np.ones(n, bool)
    for _ in range(3):
        cost += open_ * 0.5
        solved = open_ & (rng.random(n) < chance)
        unseen = open_ & ~solved & (rng.random(n) >= 0.6)
        flagged = rng.random(n) < np.where(solved, 0.05, 0.7)
        cost += (solved | unseen) * 0.60
        cost += solved * flagged * 1.5 + unseen * np.where(flagged, 8, 40)
        open_ &= ~solved & ~unseen
    cost += open_ * 12

    assert abs(cost.mean() - found.total_usd) <= 3 * cost.std() / np.sqrt(n)


def test_no_success_at_all_is_infinitely_dear():
    assert expected_cost_and_success(Step(1, 0)).api_per_success == np.inf
