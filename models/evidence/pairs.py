"""Two models on the same tasks: what the user's own evaluation says of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import comb, sqrt

import numpy as np

from models.evidence.evaluations import Evaluation
from models.evidence.needed import pairs_needed

_DRAWS = 4000
_LEAST_DRAWS, _MOST_NUMBERS = 400, 4_000_000
_SEED = 7
_LEVEL = (2.5, 97.5)
_Z = 1.959963984540054
_NOTHING = 1e-12


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of sums over tasks, new by old, with its 10th and 90th percentile over tasks.

    Attributes:
        n: Tasks for which both models have the number.
        sd: Of its logarithm.
    """

    p10: float
    p50: float
    p90: float
    n: int
    sd: float


@dataclass(frozen=True, slots=True)
class Paired:
    """Two models on the tasks that both did.

    A task with several runs counts by its share of passes, so the four counts need not be whole.

    Attributes:
        both, old_only, new_only, neither: Tasks by who solved them.
        gain: Success of the new one minus that of the old.
        gain_low, gain_high: 95 % interval of it: the score interval of paired shares, or a
            bootstrap over tasks where tasks were run several times.
        p_value: Exact McNemar test over the tasks with one outcome each; None without such.
        phi: Correlation of the outcomes; None where one model always or never succeeds.
        rescue: P(new succeeds | old failed); None where the old one never failed.
        output, input, turns, cost: Ratios of what a task takes; None where not logged for both.
        repair_usd: Cost of repairing a failed task at which both cost the same; None where either
            has no costs or there is no gain.
        repair_low, repair_high: 95 % interval of it; None where it is open to that side, as the
            gain may be none.
    """

    old: str
    new: str
    tasks: int
    both: float
    old_only: float
    new_only: float
    neither: float
    gain: float
    gain_low: float
    gain_high: float
    p_value: float | None
    phi: float | None
    rescue: float | None
    output: Ratio | None = None
    input: Ratio | None = None
    turns: Ratio | None = None
    cost: Ratio | None = None
    repair_usd: float | None = None
    repair_low: float | None = None
    repair_high: float | None = None

    @property
    def success_old(self) -> float:
        """Share of the tasks that the old model solved."""
        return (self.both + self.old_only) / self.tasks

    @property
    def success_new(self) -> float:
        """Share of the tasks that the new model solved."""
        return (self.both + self.new_only) / self.tasks

    @property
    def discordant(self) -> float:
        """Share of the tasks that only one of them solved."""
        return (self.old_only + self.new_only) / self.tasks

    @property
    def conclusive(self) -> bool:
        """Whether the interval of the gain leaves out 0."""
        return self.gain_low > 0 or self.gain_high < 0

    @property
    def more_needed(self) -> int | None:
        """How many more tasks would settle it at the gain seen; 0 settled, None without a gain."""
        if self.conclusive:
            return 0
        if not self.gain:
            return None
        return max(pairs_needed(self.gain, self.discordant) - self.tasks, 1)


def paired(
    evaluations: Iterable[Evaluation], old: str, new: str, efforts: tuple[str, str] | None = None
) -> Paired | None:
    """Compare two models over the tasks that both did; None where there is none.

    Args:
        evaluations: Of any models and tasks.
        old: The one.
        new: The other.
        efforts: Of the old and the new; None takes each model's runs at any effort.
    """
    every = list(evaluations)
    first = _by_task(every, old, None if efforts is None else efforts[0])
    second = _by_task(every, new, None if efforts is None else efforts[1])
    tasks = sorted(first.keys() & second.keys())
    if not tasks or (old == new and efforts is None):
        return None
    a = np.array([_passes(first[task]) for task in tasks])
    b = np.array([_passes(second[task]) for task in tasks])
    picks = _picks(len(tasks))
    one_each = all(len(first[task]) == len(second[task]) == 1 for task in tasks)
    old_only, new_only = float((a * (1 - b)).sum()), float(((1 - a) * b).sum())
    gains = None if one_each else (b - a)[picks].mean(axis=1)
    low, high = _interval(old_only, new_only, len(tasks), gains)
    runs = [(first[task], second[task]) for task in tasks]
    return Paired(
        old, new, len(tasks),
        both=float((a * b).sum()), old_only=old_only,
        new_only=new_only, neither=float(((1 - a) * (1 - b)).sum()),
        gain=float((b - a).mean()), gain_low=low, gain_high=high,
        p_value=_mcnemar(a, b) if one_each else None, phi=_phi(a, b), rescue=_rescue(a, b),
        output=_ratio(runs, "output_tokens"), input=_ratio(runs, "input_tokens"),
        turns=_ratio(runs, "turns"), cost=_ratio(runs, "cost_usd"),
        **_repair(runs, a, b, picks),
    )  # fmt: skip


def _picks(tasks: int) -> np.ndarray:
    """Return a row of tasks, drawn with repetition, for each draw of the bootstrap."""
    draws = max(_LEAST_DRAWS, min(_DRAWS, _MOST_NUMBERS // tasks))
    return np.random.default_rng(_SEED).integers(tasks, size=(draws, tasks))


def _by_task(
    evaluations: Iterable[Evaluation], model: str, effort: str | None
) -> Mapping[str, list[Evaluation]]:
    of: dict[str, list[Evaluation]] = {}
    for each in evaluations:
        if each.model == model and effort in {None, each.effort}:
            of.setdefault(each.task, []).append(each)
    return of


def _passes(runs: list[Evaluation]) -> float:
    return sum(run.passed for run in runs) / len(runs)


def _interval(
    old_only: float, new_only: float, n: int, differences: np.ndarray | None
) -> tuple[float, float]:
    """Return the 95 % interval of a gain: by score, or by bootstrap of tasks run several times.

    A bootstrap of differences that are all alike has no width; the score interval then stands in.
    """
    if differences is not None and np.ptp(differences) > 0:
        low, high = np.percentile(differences, _LEVEL)
        return float(low), float(high)
    return _score_bound(new_only, old_only, n, -1.0), _score_bound(new_only, old_only, n, 1.0)


def _score_bound(wins: float, losses: float, n: int, side: float) -> float:
    """Return a bound of the difference of paired shares, by Tango's score.

    T. Tango, "Equivalence test and confidence interval for the difference in proportions for the
    paired-sample design", Statistics in Medicine 17, 1998.
    """
    inside, outside = (wins - losses) / n, side
    for _ in range(60):
        middle = (inside + outside) / 2
        if abs(_score(middle, wins, losses, n)) <= _Z:
            inside = middle
        else:
            outside = middle
    return inside


def _score(gain: float, wins: float, losses: float, n: int) -> float:
    linear = -wins - losses + (2 * n - wins + losses) * gain
    free = -losses * gain * (1 - gain)
    lost = (sqrt(max(linear * linear - 8 * n * free, 0.0)) - linear) / (4 * n)
    variance = n * (2 * lost + gain * (1 - gain))
    away = wins - losses - n * gain
    if variance <= 0:
        return 0.0 if abs(away) < _NOTHING else float("inf")
    return away / sqrt(variance)


def _mcnemar(a: np.ndarray, b: np.ndarray) -> float:
    """Return the exact two-sided p-value: which of two wins the discordant tasks is a coin."""
    old_only, new_only = int((a > b).sum()), int((b > a).sum())
    n = old_only + new_only
    tail: int = sum(comb(n, k) for k in range(min(old_only, new_only) + 1))
    return min(1.0, float(2 * tail / 2**n))


def _phi(a: np.ndarray, b: np.ndarray) -> float | None:
    if not a.std() or not b.std():
        return None
    return float(np.corrcoef(a, b)[0, 1])


def _rescue(a: np.ndarray, b: np.ndarray) -> float | None:
    failed = float((1 - a).sum())
    return float(((1 - a) * b).sum()) / failed if failed else None


Runs = list[tuple[list[Evaluation], list[Evaluation]]]


def _mean(runs: list[Evaluation], field: str) -> float | None:
    numbers = [getattr(run, field) for run in runs]
    known = [float(number) for number in numbers if number is not None]
    return sum(known) / len(known) if known else None


def _both(runs: Runs, field: str) -> np.ndarray:
    """Return a row of two numbers a task, nan where one is not known."""
    rows = [[_mean(old, field), _mean(new, field)] for old, new in runs]
    return np.array(rows, dtype=np.float64)


def _ratio(runs: Runs, field: str) -> Ratio | None:
    table = _both(runs, field)
    table = table[~np.isnan(table).any(axis=1)]
    if not len(table) or not table.sum(axis=0).all():
        return None
    picks = _picks(len(table))
    old, new = table[picks, 0].sum(axis=1), table[picks, 1].sum(axis=1)
    usable = (old > 0) & (new > 0)
    logs = np.log(new[usable] / old[usable])
    low, high = np.exp(np.percentile(logs, (10, 90)))
    middle = float(table[:, 1].sum() / table[:, 0].sum())
    return Ratio(
        min(float(low), middle), middle, max(float(high), middle), len(table), float(logs.std())
    )


def _repair(runs: Runs, a: np.ndarray, b: np.ndarray, picks: np.ndarray) -> dict[str, float | None]:
    """Return ``(c_new - c_old) / (P_new - P_old)`` with its interval, where costs are known."""
    costs = _both(runs, "cost_usd")
    gain = float((b - a).mean())
    if np.isnan(costs).any() or not gain:
        return {}
    extra = costs[:, 1] - costs[:, 0]
    gains, extras = (b - a)[picks].mean(axis=1), extra[picks].mean(axis=1)
    same = np.sign(gains) == np.sign(gain)
    worth = np.full(len(gains), np.inf)
    np.divide(extras, gains, out=worth, where=same)
    low, high = np.percentile(worth, _LEVEL, method="closest_observation")
    return {
        "repair_usd": float(extra.mean()) / gain,
        "repair_low": float(low) if np.isfinite(low) else None,
        "repair_high": float(high) if np.isfinite(high) else None,
    }
