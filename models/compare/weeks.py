"""The weeks of the log as one more thing that could have been otherwise.

Weekly block bootstrap (Künsch, Annals of Statistics 17, 1989; blocks of one week keep the working
week together): each draw is a period made of as many weeks, drawn from the log's with replacement.
"""

from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np

#: Below so many weeks the log says nothing of how weeks differ.
FEWEST_WEEKS = 3

#: Keeps these draws apart from those of any parameter.
_STREAM = 0x7765656B


def week_weights(
    weeks: Iterable[date | None], draws: int, seed: int
) -> Mapping[date | None, np.ndarray]:
    """Return how often each week is in each draw, on average once.

    Args:
        weeks: Those of the log; None stands for usage without a week and always counts once.
        draws: How many.
        seed: The same seed gives the same draws, whatever is compared.
    """
    known = sorted({week for week in weeks if week is not None})
    once = np.ones(draws)
    if len(known) < FEWEST_WEEKS:
        return {None: once} | dict.fromkeys(known, once)
    even = np.full(len(known), 1 / len(known))
    picked = np.random.default_rng([seed, _STREAM]).multinomial(len(known), even, size=draws)
    return {None: once} | {week: picked[:, k].astype(float) for k, week in enumerate(known)}
