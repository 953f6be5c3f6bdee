"""How many tasks a comparison needs."""

import math

#: Two-sided error of 5 % and power of 80 %.
_Z_ALPHA, _Z_POWER = 1.959963984540054, 0.8416212335729143


def pairs_needed(gain: float, discordant: float) -> int:
    """Return how many tasks both models must do to tell them apart.

    ``n = (1.96 sqrt(d) + 0.8416 sqrt(d - D^2))^2 / D^2``, McNemar's test at 5 % with power 80 %
    (R. Connor, "Sample size for testing differences in proportions for the paired-sample design",
    Biometrics 43, 1987).

    Args:
        gain: D: success of the one minus success of the other, not 0.
        discordant: d: share of the tasks that only one of them solves, at least ``|gain|``.

    Raises:
        ValueError: no such pair of numbers exists.
    """
    size = abs(gain)
    if not 0 < size <= discordant <= 1:
        raise ValueError(
            "the gain must be above 0 and at most the discordant share, and that at most 1"
        )
    root = _Z_ALPHA * math.sqrt(discordant) + _Z_POWER * math.sqrt(discordant - size * size)
    return math.ceil(round((root / size) ** 2, 9))
