"""Spreads that follow from published ones: of a step in effort, of a change of tokenizer."""

from collections.abc import Sequence
from decimal import Decimal
from math import exp, hypot, log

from models.evidence.table import EffortLevel, Tokenizer
from models.policy.assumptions import Spread

_PLACES = Decimal("0.0001")
_REFERENCE = "medium"


def effort_spread(weaker: EffortLevel, stronger: EffortLevel, levels: Sequence[str]) -> Spread:
    """Return the tokens at an effort by those at a weaker one.

    Levels go together: a task on which effort counts for much takes many more tokens above medium
    and many fewer below it. So each level is taken at the same percentile, those below medium at
    the opposite one, and the ratio of the two is never below that of their medians' order.
    """

    def at(level: EffortLevel, percentile: str) -> Decimal:
        if levels.index(level.effort) < levels.index(_REFERENCE):
            percentile = {"p10": "p90", "p50": "p50", "p90": "p10"}[percentile]
        number: Decimal = getattr(level.ratio, percentile)
        return number

    low, middle, high = (
        (at(stronger, each) / at(weaker, each)).quantize(_PLACES) for each in ("p10", "p50", "p90")
    )
    return Spread(min(low, middle), middle, max(high, middle))


def tokenizer_of(model: str, tokenizers: Sequence[Tokenizer]) -> Tokenizer:
    """Return what cuts text for a model: that of the longest prefix of its name."""
    return max(
        tokenizers,
        key=lambda each: max(
            (len(prefix) for prefix in each.prefixes if model.startswith(prefix)), default=-1
        ),
    )


def input_spread(old: Tokenizer, new: Tokenizer) -> Spread:
    """Return tokens under the new tokenizer by those under the old, for the same text.

    The two are taken as independent; below and above the median the widths differ.
    """
    middle = new.per_o200k.p50 / old.per_o200k.p50
    below = hypot(_width(new, "p10"), _width(old, "p90"))
    above = hypot(_width(new, "p90"), _width(old, "p10"))
    return Spread(
        (middle * Decimal(exp(-below))).quantize(_PLACES),
        middle.quantize(_PLACES),
        (middle * Decimal(exp(above))).quantize(_PLACES),
    )


def _width(tokenizer: Tokenizer, percentile: str) -> float:
    spread = tokenizer.per_o200k
    return abs(log(getattr(spread, percentile) / spread.p50))
