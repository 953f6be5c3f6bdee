"""The user's own evaluation: two models on the same tasks."""

import math
from decimal import Decimal

import numpy as np
import pytest

from models.evidence.evaluations import Evaluation
from models.evidence.measured import measured
from models.evidence.needed import pairs_needed
from models.evidence.pairs import _score_bound, paired
from models.evidence.rescue import after_failure


def outcomes(both, old_only, new_only, neither, **fields):
    """Runs of models a and b with so many tasks of each outcome."""
    counts = (((1, 1), both), ((1, 0), old_only), ((0, 1), new_only), ((0, 0), neither))
    found = []
    for (a, b), count in counts:
        for _ in range(count):
            task = f"t{len(found) // 2}"
            found += [
                Evaluation(task, "a", passed=bool(a), **fields),
                Evaluation(task, "b", passed=bool(b), **fields),
            ]
    return found


def test_the_table_of_outcomes():
    # SWE-bench of the published pairs: 500 tasks.
    found = paired(outcomes(362, 16, 29, 93), "a", "b")

    assert found.tasks == 500
    assert (found.both, found.old_only, found.new_only, found.neither) == (362, 16, 29, 93)
    assert found.success_old == pytest.approx(0.756)
    assert found.success_new == pytest.approx(0.782)
    assert found.gain == pytest.approx(0.026)
    assert found.discordant == pytest.approx(0.09)
    assert found.rescue == pytest.approx(29 / 122)
    assert round(found.rescue, 2) == 0.24
    assert round(found.phi, 2) == 0.75


def test_mcnemar_is_a_coin_over_the_discordant_tasks():
    assert paired(outcomes(50, 2, 8, 40), "a", "b").p_value == pytest.approx(
        2 * sum(math.comb(10, k) for k in range(3)) / 2**10
    )
    assert paired(outcomes(50, 0, 0, 40), "a", "b").p_value == 1


@pytest.mark.parametrize(
    ("wins", "losses", "n", "low", "high"),
    [
        (12, 2, 50, 0.0611, 0.3429),
        (0, 0, 50, -0.0713, 0.0713),
        (1, 0, 44, -0.0602, 0.1184),
    ],
)
def test_the_interval_is_the_score_interval(wins, losses, n, low, high):
    assert _score_bound(wins, losses, n, -1.0) == pytest.approx(low, abs=0.002)
    assert _score_bound(wins, losses, n, 1.0) == pytest.approx(high, abs=0.002)


def test_the_bounds_are_where_the_score_test_turns():
    from scipy.optimize import minimize_scalar

    wins, losses, n = 12, 2, 50
    for side in (-1.0, 1.0):
        gain = _score_bound(wins, losses, n, side)

        def unlikely(lost, gain=gain):
            won = lost + gain
            return -(
                wins * math.log(won)
                + losses * math.log(lost)
                + (n - wins - losses) * math.log(1 - won - lost)
            )

        least, most = max(0, -gain) + 1e-12, (1 - gain) / 2 - 1e-12
        lost = minimize_scalar(
            unlikely, bounds=(least, most), method="bounded", options={"xatol": 1e-12}
        ).x
        variance = n * (2 * lost + gain - gain * gain)
        assert abs(wins - losses - n * gain) / math.sqrt(variance) == pytest.approx(1.96, abs=1e-3)


def test_the_interval_covers_the_truth_about_95_times_in_100():
    random = np.random.default_rng(3)
    p = [0.6, 0.05, 0.12, 0.23]
    inside = 0
    for _ in range(2000):
        _, losses, wins, _ = random.multinomial(60, p)
        low, high = (_score_bound(wins, losses, 60, side) for side in (-1.0, 1.0))
        inside += low <= 0.07 <= high

    assert 0.93 < inside / 2000 < 0.97


def test_repeated_runs_count_by_their_share_of_passes():
    runs = [
        Evaluation(f"t{k}", model, passed=(k + run) % 3 > cut, run=run)
        for k in range(30)
        for run in (1, 2, 3)
        for model, cut in (("a", 1), ("b", 0))
    ]
    found = paired(runs, "a", "b")

    assert found.success_old == pytest.approx(1 / 3)
    assert found.success_new == pytest.approx(2 / 3)
    assert found.p_value is None
    assert found.gain_low < found.gain < found.gain_high


def test_only_tasks_that_both_did_count():
    runs = [*outcomes(3, 0, 1, 1), Evaluation("other", "a", passed=True)]

    assert paired(runs, "a", "b").tasks == 5
    assert paired(runs, "a", "c") is None


@pytest.mark.parametrize(
    ("gain", "discordant", "needed"),
    [(0.026, 0.09, 1043), (0.05, 0.12, 375), (0.10, 0.19, 147), (0.13, 0.19, 86)],
)
def test_how_many_tasks_are_needed(gain, discordant, needed):
    assert pairs_needed(gain, discordant) == needed
    assert pairs_needed(-gain, discordant) == needed


def test_so_many_tasks_have_the_power_that_is_promised():
    n, wins = pairs_needed(0.10, 0.19), 0
    random = np.random.default_rng(5)
    for _ in range(4000):
        plus, minus, _ = random.multinomial(n, [0.145, 0.045, 0.81])
        wins += (plus - minus) ** 2 > 1.96**2 * (plus + minus)

    assert wins / 4000 == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize(("gain", "discordant"), [(0, 0.1), (0.2, 0.1), (0.1, 1.1)])
def test_a_gain_that_cannot_be_is_refused(gain, discordant):
    with pytest.raises(ValueError, match="at most the discordant share"):
        pairs_needed(gain, discordant)


def test_it_is_said_how_many_more_tasks_would_settle_it():
    open_still = paired(outcomes(50, 4, 8, 38), "a", "b")
    settled = paired(outcomes(50, 2, 22, 26), "a", "b")
    level = paired(outcomes(50, 4, 4, 42), "a", "b")

    assert open_still.more_needed == pairs_needed(0.04, 0.12) - 100
    assert settled.more_needed == 0
    assert level.more_needed is None


def with_tokens(n=200, ratio=0.7, cost=2.0):
    random = np.random.default_rng(11)
    runs = []
    for k in range(n):
        size = random.lognormal(6, 1)
        a, b = k % 10 < 6, k % 10 < 8
        runs += [
            Evaluation(
                f"t{k}", "a", passed=a, effort="high", output_tokens=int(size),
                input_tokens=10_000, turns=4, cost_usd=Decimal("0.5"),
            ),
            Evaluation(
                f"t{k}", "b", passed=b, effort="high",
                output_tokens=int(size * ratio * random.lognormal(0, 0.2)),
                input_tokens=12_000, turns=5, cost_usd=Decimal("0.5") * Decimal(cost),
            ),
        ]  # fmt: skip
    return runs


def test_tokens_turns_and_cost_of_a_task_are_ratios_with_a_spread():
    found = paired(with_tokens(), "a", "b")

    assert found.output.p50 == pytest.approx(0.714, abs=0.03)
    assert found.output.p10 < found.output.p50 < found.output.p90
    assert found.input.p50 == pytest.approx(1.2)
    assert found.turns.p50 == pytest.approx(1.25)
    assert found.cost.p50 == pytest.approx(2)
    assert found.output.n == 200


def test_the_break_even_of_repair_has_an_interval():
    found = paired(with_tokens(), "a", "b")

    assert found.gain == pytest.approx(0.2)
    assert found.repair_usd == pytest.approx(0.5 / 0.2)
    assert found.repair_low < found.repair_usd < found.repair_high


def test_a_gain_that_may_be_none_leaves_the_break_even_open():
    runs = outcomes(20, 4, 6, 10)
    priced = [
        Evaluation(e.task, e.model, e.passed, cost_usd=Decimal(1 if e.model == "a" else 2))
        for e in runs
    ]
    found = paired(priced, "a", "b")

    assert found.repair_usd == pytest.approx(1 / 0.05)
    assert found.repair_high is None
    assert paired(runs, "a", "b").repair_usd is None


def test_measured_ratios_are_spreads_that_are_never_exact():
    [found] = measured(with_tokens(), "anything")

    assert (found.old, found.new, found.effort_old, found.workload) == ("a", "b", "high", "")
    assert found.input.p10 < found.input.p50 == Decimal("1.2000") < found.input.p90
    assert found.words == "your evaluation of 200 tasks"
    assert measured(with_tokens(4), "anything") == []


def test_the_same_file_gives_the_same_numbers():
    assert paired(with_tokens(), "a", "b") == paired(with_tokens(), "a", "b")


def test_what_a_second_model_solves_of_the_failures_of_the_first():
    found = after_failure(outcomes(362, 16, 29, 93), "any", "a", "b")

    assert found.failures == 122
    assert float(found.spread.p50) == pytest.approx(29 / 122, abs=0.005)
    assert found.spread.p10 < Decimal("0.22") < Decimal("0.26") < found.spread.p90
    assert after_failure(outcomes(50, 1, 2, 2), "any", "a", "b") is None
    assert after_failure([], "any", "a", "b") is None
