"""Baselines of a comparison: each scenario is held against those that assume what it assumes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.whatif.compare_replays import Shown, Stage
from models.compare.baselines import (
    CHEAPEST,
    STRONGEST,
    best_mix_at_cost,
    moves_models,
    oracle_of,
    random_at_rates,
)
from models.compare.facts import tokens_apart
from models.compare.operators import has_operators
from models.compare.option import Option
from models.compare.strongest import strongest


def baselines(stage: Stage, played: Sequence[Shown]) -> list[Option]:
    """Return the baselines, and the single models that are none.

    A scenario that assumes something else of tokens or caches than the others gets single models
    of its own, or a policy could save against itself.

    Args:
        stage: Where to replay.
        played: The scenarios.
    """
    single = stage.singles(stage.usual)
    options = _candidates(stage, single)
    if not options:
        return []
    found = _ends(stage, options)
    taken = {each.model for each in found}
    for each in played:
        assumed = each.played.assumptions
        if not tokens_apart(assumed, stage.usual):
            found += _own(each, single, options)
            continue
        name = each.option.name
        alike = stage.singles(assumed)
        candidates = _candidates(stage, alike)
        found += [
            replace(end, name=f"{end.name}, as {name} assumes", made_for=name)
            for end in _ends(stage, candidates)
        ]
        found += _own(each, alike, candidates)
    known_all = oracle_of(
        stage.today("today"),
        {each.model: each for each in options},
        stage.prepared.evaluations,
    )
    asked = {
        each.played.policy.rules
        for each in played
        if not tokens_apart(each.played.assumptions, stage.usual)
    }
    others = [
        each
        for each in options
        if each.model not in taken and single[each.model].played.policy.rules not in asked
    ]
    found += [known_all] if known_all else []
    return found + sorted(others, key=lambda each: (each.cost_pico, each.name))


def _candidates(stage: Stage, single: Mapping[str, Shown]) -> list[Option]:
    chosen = stage.prepared.whatif.candidates or tuple(single)
    return [single[model].option for model in chosen if model in single]


def _ends(stage: Stage, options: Sequence[Option]) -> list[Option]:
    """Return the cheapest and the strongest of single models."""
    cheapest = min(options, key=lambda each: (each.cost_pico, each.name))
    best, how = strongest(options, stage.prepared.evidence)
    return [
        replace(
            cheapest, name=f"{cheapest.name} (cheapest)", kind="baseline", baseline_of=CHEAPEST
        ),
        replace(best, name=f"{best.name} ({how})", kind="baseline", baseline_of=STRONGEST),
    ]


def _own(shown: Shown, single: Mapping[str, Shown], options: Sequence[Option]) -> list[Option]:
    """Return the baselines that take over a scenario's rates or cost."""
    if not moves_models(shown.rows):
        return []
    rows = {model: each.rows for model, each in single.items()}
    mix = best_mix_at_cost(shown.option, options)
    found = [mix] if mix else []
    if any(
        row.flow.rule and has_operators(shown.played.policy.rules[row.flow.rule - 1].use)
        for row in shown.rows
    ):
        return found  # what random choice would escalate or check has no one meaning
    return [random_at_rates(shown.option.name, shown.rows, rows), *found]
