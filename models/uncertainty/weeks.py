"""The log itself is a sample: what other weeks like these would have cost.

Days of a week hang together, so whole weeks are drawn with replacement (block bootstrap, Künsch,
Annals of Statistics 17, 1989, with blocks of one week that do not overlap).
"""

import numpy as np

from models.uncertainty.distributions import Array
from models.uncertainty.draws import DRAWS, SEED, raw_words

#: What the draw of weeks goes by, beside the parameters' names.
WEEKS = "weeks of the log"


def week_weights(weeks: int, n: int = DRAWS, seed: int = SEED) -> Array:
    """Return how often each week is drawn: n rows, a column per week, each row adding up to weeks.

    A sum over weeks, weighted by a row, is a total of the same length. One week alone says nothing
    of how weeks differ: its weight is 1 in every draw.

    Args:
        weeks: Number of weeks of the log, in the order of time.
        n: Number of draws.
        seed: Of the draws.
    """
    if weeks <= 0:
        return np.ones((n, 0))
    words = raw_words(WEEKS, seed, n * weeks)
    # The upper half of a word times the number of weeks, over 2^32: even to one part in 10^9.
    picked = ((words >> np.uint64(32)) * np.uint64(weeks)) >> np.uint64(32)
    places = picked.astype(np.int64) + np.repeat(np.arange(n) * weeks, weeks)
    return np.bincount(places, minlength=n * weeks).reshape(n, weeks).astype(np.float64)
