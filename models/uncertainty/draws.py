"""Draws that scenarios share: a parameter's column depends on its name and the seed alone.

Scenarios are compared draw by draw, so the same uncertainty must take the same values in both:
with common random numbers the difference is far steadier than the two totals. Therefore a column
may not depend on which other parameters there are, or on their order.

Each column is a Latin hypercube column (McKay, Beckman and Conover, Technometrics 21, 1979): one
point in each of n equal slices, in an order of its own. Of the two ways to spread a Sobol sequence
over names, a fixed dimension per name would have to be hashed out of thousands, where two names
can meet and high dimensions are poor at a few thousand points; a scrambled one-dimensional
sequence per name with its order shuffled is what this is, without the detour, and for any n. What
is lost is the even filling of pairs of parameters; what stays is that a sum of one-parameter
effects, which cost nearly is on a log scale, is estimated far better than by independent draws.

Only the generator's raw words are used: their sequence is part of numpy's promise, while the
sequences of its derived distributions are not. So the same seed gives the same bytes in every
process and release.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from models.uncertainty.distributions import Array, Distribution, DistributionError, of_percentiles

DRAWS = 2048
SEED = 7

_HALF_WORD = 32


class Percentiles(Protocol):
    """An uncertain number by three percentiles."""

    @property
    def p10(self) -> Decimal:
        """The 10th."""
        ...

    @property
    def p50(self) -> Decimal:
        """The 50th."""
        ...

    @property
    def p90(self) -> Decimal:
        """The 90th."""
        ...


class Parameter(Protocol):
    """An uncertain number with the name that its draws go by."""

    @property
    def name(self) -> str:
        """What draws are keyed by."""
        ...

    @property
    def spread(self) -> Percentiles:
        """Its percentiles."""
        ...

    @property
    def kind(self) -> Literal["ratio", "share"]:
        """Whether it is lognormal or logit-normal."""
        ...


def raw_words(name: str, seed: int, count: int) -> NDArray[np.uint64]:
    """Return random words that depend on a name, a seed and nothing else."""
    digest = np.frombuffer(sha256(name.encode()).digest(), dtype="<u4")
    sequence = np.random.SeedSequence([seed, *digest.tolist()])
    return np.random.PCG64(sequence).random_raw(count)


def uniform_column(name: str, n: int = DRAWS, seed: int = SEED) -> Array:
    """Return n numbers in (0, 1), one in each slice of 1/n, in the order that the name has."""
    words = raw_words(name, seed, 2 * n)
    slices = np.argsort(words[:n], kind="stable")
    within = ((words[n:] >> np.uint64(_HALF_WORD)) + 0.5) / 2.0**_HALF_WORD
    return np.asarray((slices + within) / n, dtype=np.float64)


def columns(
    distributions: Mapping[str, Distribution], n: int = DRAWS, seed: int = SEED
) -> dict[str, Array]:
    """Return n draws of each distribution, keyed by name."""
    return {
        name: distribution.quantile(uniform_column(name, n, seed))
        for name, distribution in distributions.items()
    }


def distributions_of(parameters: Iterable[Parameter]) -> dict[str, Distribution]:
    """Return the distribution of each parameter, by name.

    Raises:
        DistributionError: one name with two spreads, or a spread that is none; with the name.
    """
    found: dict[str, Distribution] = {}
    for parameter in parameters:
        spread = parameter.spread
        try:
            this = of_percentiles(parameter.kind, spread.p10, spread.p50, spread.p90)
        except DistributionError as error:
            raise DistributionError(f"{parameter.name}: {error}") from None
        if found.setdefault(parameter.name, this) != this:
            raise DistributionError(f"{parameter.name} has two different spreads")
    return found


def draw(parameters: Iterable[Parameter], n: int = DRAWS, seed: int = SEED) -> dict[str, Array]:
    """Return n draws of each parameter, keyed by name; see ``columns`` and ``distributions_of``."""
    return columns(distributions_of(parameters), n, seed)
