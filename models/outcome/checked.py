"""Numbers that are what they should be: probabilities, amounts, counts of attempts."""

from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

#: One number, or a number per draw.
Array = NDArray[np.float64]
Numbers = float | Decimal | Array


class OutcomeError(ValueError):
    """A number that cannot be: a probability above one, a negative cost."""


def probability(name: str, value: Numbers) -> Array:
    """Return probabilities as an array.

    Raises:
        OutcomeError: one of them is below 0, above 1 or not a number.
    """
    array = np.asarray(value, dtype=np.float64)
    if not bool(np.all((array >= 0) & (array <= 1))):
        raise OutcomeError(f"{name} must lie between 0 and 1, is {_culprit(array)}")
    return array


def amount(name: str, value: Numbers) -> Array:
    """Return amounts (US dollars, hours, ratios) as an array.

    Raises:
        OutcomeError: one of them is negative or not a number.
    """
    array = np.asarray(value, dtype=np.float64)
    if not bool(np.all(array >= 0)):
        raise OutcomeError(f"{name} must not be negative, is {_culprit(array)}")
    return array


def attempts_allowed(attempts: int) -> int:
    """Return how many attempts are allowed.

    Raises:
        OutcomeError: it is less than one.
    """
    if attempts < 1:
        raise OutcomeError(f"attempts must be 1 or more, is {attempts}")
    return attempts


def quotient(above: Array, below: Array, otherwise: float) -> Array:
    """Return ``above / below``, and ``otherwise`` where ``below`` is zero."""
    above, below = np.broadcast_arrays(
        np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    )
    result = np.full(above.shape, otherwise)
    np.divide(above, below, out=result, where=below != 0)
    return result


def _culprit(array: Array) -> str:
    """Return the number that is furthest from the unit interval, or not one at all."""
    flat = np.atleast_1d(array).ravel()
    odd = np.isnan(flat)
    return "not a number" if odd.any() else f"{flat[np.argmax(np.abs(flat - 0.5))]:g}"
