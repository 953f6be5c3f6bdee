"""What it costs to have answers judged: a model reads prompt and answer, and writes a verdict."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from models.compare.traffic import Source
from models.replay.groups import Group, Replayed


def verdict_pico(
    judged: Replayed, tokens: Mapping[int, int]
) -> dict[Source, dict[date | None, int]]:
    """Return what verdicts cost in pico-dollars, by requests' source and week.

    The judge reads the whole prompt and the visible answer uncached, and writes its verdict::

        requests' cost = (x + v) p_in + n w p_out

    Args:
        judged: The traffic as if the judge had answered it: its prices.
        tokens: Of a verdict, by rule; other rules are not judged.
    """
    found: defaultdict[Source, defaultdict[date | None, int]] = defaultdict(
        lambda: defaultdict(int)
    )
    for group in judged.groups:
        if group.rule in tokens:
            source = (group.rule, group.workload, group.model_from)
            found[source][group.week] += _verdicts(group, tokens[group.rule])
    return {source: dict(weeks) for source, weeks in found.items()}


def _verdicts(group: Group, tokens: int) -> int:
    parts = group.parts
    read = (
        parts.uncached_pico
        + parts.cached_as_uncached_pico
        + parts.write_pico
        + parts.write_long_pico
    )
    visible = group.output_tokens - group.reasoning_tokens
    cost = Fraction(read)
    if group.input_tokens:
        cost += Fraction(read * visible, group.input_tokens)
    if group.output_tokens:
        cost += Fraction(group.requests * tokens * parts.output_pico, group.output_tokens)
    return round(cost)
