"""Which single model is the strongest, and by whose figures."""

from collections.abc import Sequence
from typing import Any

from models.compare.option import Option
from models.evidence.table import Evidence

_FEWEST_MODELS = 2


def strongest(singles: Sequence[Option], evidence: Evidence) -> tuple[Option, str]:
    """Return the strongest single model, and by whose figures it is.

    By the user's success rates where they are known for several models; else by the published
    index with the most of the models; else the dearest.
    """
    known = [(each.success.point, each.name, each) for each in singles if each.success is not None]
    if len(known) >= _FEWEST_MODELS:
        best = max(known, key=lambda each: each[:2])[2]
        source = best.success.source if best.success else ""
        return best, "strongest by " + (
            "prior evidence" if source == "evidence" else "your figures"
        )
    indexed: dict[tuple[str, ...], dict[str, Any]] = {}
    models = {each.model: each for each in singles}
    for score in evidence.scores:
        if score.unit == "index" and score.model in models:
            indexed.setdefault(score.terms, {})[score.model] = score.value
    terms = max(indexed, key=lambda each: (len(indexed[each]), each), default=None)
    if terms is not None and len(indexed[terms]) >= _FEWEST_MODELS:
        scores = indexed[terms]
        return models[max(scores, key=lambda each: (scores[each], each))], (
            "strongest by prior evidence"
        )
    return max(singles, key=lambda each: (each.cost_pico, each.name)), "the dearest"
