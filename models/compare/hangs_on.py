"""What the cost of a scenario hangs on: each parameter at its ends, all others at the median."""

from collections.abc import Mapping

import numpy as np

from models.compare.assemble import Drawn
from models.compare.option import Bar, Option
from models.compare.parameter_words import words_of
from models.compare.played import Played
from models.outcome.checked import Array
from models.uncertainty.tornado import bar_of_draws, rank_correlation, tornado, widest_first
from models.uncertainty.weeks import WEEKS

_MEDIAN = np.array([0.5])

#: A bar narrower than this part of the cost is not drawn.
_TRIFLE = 1e-9


def bars_of(played: Played, option: Option, drawn: Drawn) -> tuple[Bar, ...]:
    """Return a bar for each parameter of a scenario, and one for the weeks of the log.

    Args:
        played: The scenario.
        option: What it came to.
        drawn: In these draws.
    """
    distributions = played.distributions()
    weeks = drawn.weights.shape[1]

    def cost(values: Mapping[str, Array]) -> Array:
        draws = len(next(iter(values.values())))
        _, ends = played.draws(values, np.ones((draws, weeks)))
        return np.asarray(sum(np.broadcast_to(each.api_usd, draws) for each in ends))

    found = []
    if distributions:
        found = list(tornado(cost, distributions, drawn.values, option.cost_usd))
    middle = {name: each.quantile(_MEDIAN) for name, each in distributions.items()}
    _, ends = played.draws(
        {name: np.broadcast_to(value, len(drawn.weights)) for name, value in middle.items()},
        drawn.weights,
    )
    by_week = np.sum([each.api_usd for each in ends], axis=0)
    found.append(bar_of_draws(WEEKS, by_week))
    least = _TRIFLE * abs(option.cost_usd).mean()
    return tuple(
        Bar(
            each.name,
            each.low,
            each.high,
            rank_correlation(by_week, option.cost_usd)
            if each.name == WEEKS
            else each.rank_correlation or 0.0,
            words_of(each.name),
        )
        for each in widest_first(found)
        if each.width > least
    )
