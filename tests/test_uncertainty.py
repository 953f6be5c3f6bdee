"""Draws: the same for a name whatever stands beside it, and distributed as they say."""

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from models.uncertainty.distributions import (
    BetaPosterior,
    DistributionError,
    Fixed,
    LogitNormal,
    LogNormal,
    TruncatedNormal,
    of_percentiles,
)
from models.uncertainty.draws import columns, distributions_of, draw, uniform_column
from models.uncertainty.intervals import chance_above, frontier_chance, interval
from models.uncertainty.tornado import bar_of_draws, rank_correlation, tornado, widest_first
from models.uncertainty.weeks import week_weights

ROOT = Path(__file__).parents[1]

PINNED = [0.6382584750826936, 0.8365140570385847, 0.04306798140169121, 0.3517314506752882]


@dataclass(frozen=True)
class Spread:
    p10: Decimal
    p50: Decimal
    p90: Decimal


@dataclass(frozen=True)
class Parameter:
    name: str
    spread: Spread
    kind: str


def parameter(name, p10, p50, p90, kind="ratio"):
    return Parameter(name, Spread(*(Decimal(str(p)) for p in (p10, p50, p90))), kind)


OUTPUT = parameter("output ratio, agentic", 0.5, 0.68, 0.9)
TURNS = parameter("turns, agentic", 0.8, 1.05, 1.5)
KEPT = parameter("cache kept", 0.2, 0.5, 0.95, "share")


def test_a_column_depends_on_its_name_and_the_seed_alone():
    alone = draw([OUTPUT])["output ratio, agentic"]
    among = draw([TURNS, KEPT, OUTPUT])

    assert among["output ratio, agentic"].tobytes() == alone.tobytes()
    assert draw([OUTPUT, KEPT])["cache kept"].tobytes() == among["cache kept"].tobytes()
    assert draw([OUTPUT], seed=8)["output ratio, agentic"].tobytes() != alone.tobytes()


def test_one_name_has_the_same_ranks_under_another_assumption():
    """Common random numbers: what differs between two scenarios is the assumption alone."""
    wider = parameter("cache kept", 0.1, 0.5, 0.99, "share")
    a, b = draw([KEPT])["cache kept"], draw([wider])["cache kept"]

    assert rank_correlation(a, b) == pytest.approx(1)


def test_the_same_seed_gives_the_same_bytes_in_another_process():
    code = (
        "import hashlib, numpy; from models.uncertainty.draws import uniform_column; "
        "print(hashlib.sha256(uniform_column('turns', 500, 3).tobytes()).hexdigest())"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }

    assert hashes == {hashlib.sha256(uniform_column("turns", 500, 3).tobytes()).hexdigest()}


def test_the_generator_is_pinned():
    """A release that changed these would change every report."""
    np.testing.assert_allclose(uniform_column("turns", 4, 7), PINNED, rtol=0, atol=1e-12)


def test_every_slice_has_one_draw_for_any_number_of_draws():
    for n in (1, 7, 1000, 2048):
        drawn = np.sort(uniform_column("x", n))
        assert np.array_equal(np.floor(drawn * n), np.arange(n))
        assert drawn[0] > 0
        assert drawn[-1] < 1


def test_columns_of_different_names_are_independent():
    drawn = np.array([uniform_column(f"parameter {i}") for i in range(60)])

    apart = np.corrcoef(drawn)[np.triu_indices(60, 1)]

    assert np.abs(apart).max() < 4.5 / np.sqrt(2048)
    assert apart.std() == pytest.approx(1 / np.sqrt(2048), rel=0.1)
    assert abs(apart.mean()) < 4 / np.sqrt(2048 * len(apart))


def test_sums_are_steadier_than_with_independent_draws():
    sizes = {f"p{i}": LogNormal(0.6, 1.0, 1.8) for i in range(6)}
    means = [sum(columns(sizes, 256, seed).values()).mean() for seed in range(60)]
    rng = np.random.default_rng(0)
    loose = [sum(d.quantile(rng.random(256)) for d in sizes.values()).mean() for _ in range(60)]

    assert np.std(means) < np.std(loose) / 5


def test_differences_of_scenarios_are_steadier_with_common_draws():
    def cost(of, factor):
        return factor * of["output ratio, agentic"] + of["turns, agentic"]

    common, apart = [], []
    for seed in range(20):
        a, b = draw([OUTPUT, TURNS], 200, seed), draw([TURNS, OUTPUT], 200, seed)
        other = draw([OUTPUT, TURNS], 200, seed + 1000)
        common.append((cost(a, 1.0) - cost(b, 0.8)).std())
        apart.append((cost(a, 1.0) - cost(other, 0.8)).std())
    assert np.mean(common) < np.mean(apart) / 3


@pytest.mark.parametrize(
    ("kind", "p10", "p50", "p90"),
    [("ratio", 0.5, 0.68, 0.9), ("ratio", 1.1, 1.35, 3.0), ("ratio", 0.03, 0.1, 0.3),
     ("share", 0.2, 0.5, 0.95), ("share", 0.01, 0.02, 0.3)],
)  # fmt: skip
def test_percentiles_are_met_exactly_also_where_they_are_not_symmetric(kind, p10, p50, p90):
    this = of_percentiles(kind, p10, p50, p90)

    np.testing.assert_allclose(this.quantile(np.array([0.1, 0.5, 0.9])), [p10, p50, p90], rtol=1e-9)
    drawn = columns({"x": this}, 4096)["x"]
    np.testing.assert_allclose(np.quantile(drawn, [0.1, 0.5, 0.9]), [p10, p50, p90], rtol=0.01)
    assert drawn.min() > 0
    assert kind == "ratio" or drawn.max() < 1
    assert np.all(np.diff(this.quantile(np.linspace(0.001, 0.999, 999))) > 0)


def test_a_symmetric_spread_is_the_plain_lognormal():
    """Median 0.68, standard deviation of the log 0.20."""
    wide = np.exp(0.2 * 1.2815515655446004)
    drawn = columns({"x": LogNormal(0.68 / wide, 0.68, 0.68 * wide)}, 8192)["x"]

    assert np.log(drawn).std() == pytest.approx(0.2, rel=0.01)
    assert np.log(drawn).mean() == pytest.approx(np.log(0.68), abs=1e-3)


def test_percentiles_of_measured_cost_ratios():
    """Thirteen comparisons: geometric mean 1.94, sd of the log 0.40, P10 to P90 1.27 to 3.14.

    The percentiles are the measured ones; a lognormal of that sd would have 1.16 to 3.24.
    """
    ratios = [2.39, 1.95, 1.38, 1.38, 2.05, 2.92, 3.17, 1.27, 3.03, 1.54, 1.28, 3.67, 1.20]
    assert np.exp(np.log(ratios).mean()) == pytest.approx(1.94, abs=0.005)
    assert np.log(ratios).std(ddof=1) == pytest.approx(0.40, abs=0.01)
    assert np.quantile(ratios, [0.1, 0.9]) == pytest.approx([1.27, 3.14], abs=0.01)


@pytest.mark.parametrize(
    ("p10", "p50", "p90"), [(0, 0.05, 0.3), (0, 0, 0.3), (0.5, 1, 1), (0, 0.5, 1)]
)
def test_shares_may_reach_nothing_and_all(p10, p50, p90):
    drawn = columns({"x": LogitNormal(p10, p50, p90)})["x"]

    assert np.quantile(drawn, [0.1, 0.5, 0.9]) == pytest.approx([p10, p50, p90], abs=2e-3)
    assert np.all((drawn >= 0) & (drawn <= 1))


def test_what_is_known_does_not_vary():
    assert of_percentiles("ratio", Decimal(0), Decimal(0), Decimal(0)) == Fixed(0.0)
    assert np.ptp(columns({"x": Fixed(0.3)})["x"]) == 0


def test_a_truncated_normal_stays_in_its_range():
    drawn = columns({"beta": TruncatedNormal(0.5, 0.25, 0.0, 1.2)}, 8192)["beta"]

    assert drawn.min() >= 0
    assert drawn.max() <= 1.2
    from scipy.stats import truncnorm

    exact = truncnorm(-2, 2.8, 0.5, 0.25)
    assert drawn.mean() == pytest.approx(exact.mean(), abs=1e-3)
    assert drawn.std() == pytest.approx(exact.std(), rel=1e-2)


def test_a_success_rate_is_updated_by_trials():
    posterior = BetaPosterior.updated(0.8, 10, 12, 20)
    drawn = columns({"p": posterior}, 8192)["p"]

    assert (posterior.passes, posterior.failures) == (20, 10)
    assert drawn.mean() == pytest.approx(20 / 30, abs=1e-3)
    assert drawn.var() == pytest.approx(20 * 10 / 30**2 / 31, rel=0.02)
    assert columns({"p": BetaPosterior(0, 4)})["p"].max() == 0
    assert columns({"p": BetaPosterior(4, 0)})["p"].min() == 1


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: LogNormal(0, 1, 2), "above 0"),
        (lambda: LogNormal(2, 1, 3), "must rise"),
        (lambda: LogitNormal(0.5, 0.9, 1.1), "between 0 and 1"),
        (lambda: TruncatedNormal(0, 1, 1, 0), "low below high"),
        (lambda: BetaPosterior(0, 0), "passes or failures"),
    ],
)
def test_percentiles_that_cannot_be_are_refused(make, words):
    with pytest.raises(DistributionError, match=words):
        make()


def test_faults_of_parameters_are_named():
    with pytest.raises(DistributionError, match="turns: percentiles must rise"):
        distributions_of([parameter("turns", 2, 1, 3)])
    with pytest.raises(DistributionError, match="cache kept has two different spreads"):
        distributions_of([KEPT, parameter("cache kept", 0.1, 0.5, 0.9, "share")])
    assert len(distributions_of([KEPT, KEPT])) == 1


def test_weeks_are_drawn_with_replacement_and_the_log_keeps_its_length():
    weights = week_weights(13, 4096)

    assert np.all(weights.sum(axis=1) == 13)
    assert weights.mean(axis=0) == pytest.approx(1, abs=0.08)
    cost = np.random.default_rng(1).lognormal(5, 0.4, 13)
    totals = weights @ cost
    assert totals.mean() == pytest.approx(cost.sum(), rel=0.01)
    assert totals.std() == pytest.approx(cost.std() * np.sqrt(13), rel=0.05)
    assert week_weights(13, 4096).tobytes() == weights.tobytes()


def test_one_week_says_nothing_of_how_weeks_differ():
    assert np.all(week_weights(1, 10) == 1)
    assert week_weights(0, 10).shape == (10, 0)


DISTRIBUTIONS = distributions_of([OUTPUT, TURNS, KEPT])


def cost_of(values):
    cached = 0.5 * values["cache kept"]
    turns, output = values["turns, agentic"], values["output ratio, agentic"]
    return 1000 * (turns * (1 - 0.9 * cached) + 0.15 * output)


def test_a_tornado_moves_one_assumption_at_a_time_the_widest_first():
    draws = columns(DISTRIBUTIONS)
    bars = tornado(cost_of, DISTRIBUTIONS, draws, cost_of(draws))

    middle = {name: d.quantile(np.array([0.5])) for name, d in DISTRIBUTIONS.items()}
    assert [bar.name for bar in bars] == ["turns, agentic", "cache kept", "output ratio, agentic"]
    for bar in bars:
        for value, result in ((bar.at_low, bar.low), (bar.at_high, bar.high)):
            by_hand = cost_of({**middle, bar.name: np.array([value])})
            assert result == pytest.approx(by_hand.item())
    assert bars[0].rank_correlation > 0.7
    assert bars[1].rank_correlation < -0.3
    assert bars == tuple(sorted(bars, key=lambda bar: -bar.width))


def test_a_tornado_does_not_depend_on_the_order_of_parameters():
    assert tornado(cost_of, DISTRIBUTIONS) == tornado(
        cost_of, dict(reversed(list(DISTRIBUTIONS.items())))
    )


def test_a_result_that_does_not_move_has_bars_without_width():
    bars = tornado(lambda _: np.array(5.0), DISTRIBUTIONS)

    assert {bar.width for bar in bars} == {0}


def test_the_weeks_of_the_log_are_a_bar_too():
    totals = week_weights(10, 2048) @ np.arange(10.0, 20.0)
    bar = bar_of_draws("weeks of the log", totals)

    assert bar.low < 145 < bar.high
    assert bar.at_low is None
    assert widest_first([bar, bar_of_draws("x", [1.0])])[0] is bar


def test_rank_correlation_of_ties_and_constants():
    assert rank_correlation([1, 2, 2, 3], [10, 20, 20, 90]) == pytest.approx(1)
    assert rank_correlation([1, 1, 1], [1, 2, 3]) == 0


def test_intervals_and_chances():
    drawn = np.arange(101.0)

    assert interval(drawn) == interval(drawn[::-1])
    assert (interval(drawn).p10, interval(drawn).p50, interval(drawn).p90) == (10, 50, 90)
    assert chance_above([-1, 0, 1, 2]) == 0.5, "no saving is not a saving"
    assert chance_above([1, 2], [0, 3]) == 0.5


def test_the_chance_of_the_frontier_counts_draws():
    costs = np.array([[1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2, 3]])
    qualities = np.array([[0.5, 0.6, 0.7], [0.5, 0.4, 0.7], [0.9, 0.6, 0.7], [0.5, 0.8, 0.7]])

    assert frontier_chance(costs, qualities).tolist() == [1, 0.5, 0.5]
