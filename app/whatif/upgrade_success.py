"""What is known of the success of two models at one workload, and the evidence for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.evidence.compare import Difference, NotComparable, of_work
from models.evidence.evaluations import of_workload
from models.evidence.needed import pairs_needed
from models.evidence.pairs import paired
from models.evidence.success import Asked, Rate, Unknown, success_rates
from models.uncertainty.draws import uniform_column
from models.uncertainty.intervals import interval
from models.upgrade.report import EvidenceUsed, Success
from models.upgrade.words import percent, points
from models.upgrade.work import Known

if TYPE_CHECKING:
    import numpy as np

    from app.whatif.ask import Prepared
    from models.evidence.table import Evidence
    from models.policy.assumptions import Assumptions

#: A gain that is looked for where none is expected, and how many tasks more than the gain two
#: models disagree about.
_USUAL_GAIN, _USUAL_DISAGREEMENT = 0.05, 0.07
_LEAST_GAIN = 0.005


@dataclass(frozen=True, slots=True)
class Move:
    """A workload whose model would change.

    Attributes:
        kind: Kind of work whose evidence is looked up; None for none.
        effort: Under the new model; None keeps the logged one.
    """

    workload: str
    kind: str | None
    old: str
    new: str
    effort: str | None


def known_success(
    prepared: "Prepared", move: Move, assumptions: "Assumptions"
) -> tuple[Known, tuple[EvidenceUsed, ...]]:
    """Return what is known of the success of both models, and the evidence that there is."""
    efforts = {move.new: move.effort} if move.effort else {}
    rates = success_rates(
        Asked(move.workload, move.kind, move.old, efforts),
        [move.old, move.new],
        prepared.evidence,
        assumptions,
        prepared.evaluations,
    )
    now, then = rates[move.old], rates[move.new]
    used = then.used if isinstance(then, Rate) else ()
    evidence = _evidence(prepared.evidence, move, used)
    pairs, needed, needed_for = _pairs(prepared, move, now, then)
    if not isinstance(now, Rate) or not isinstance(then, Rate):
        words = "; ".join(
            dict.fromkeys(each.why for each in (now, then) if isinstance(each, Unknown))
        )
        unknown = Success(words=words, pairs=pairs, pairs_needed=needed, needed_for=needed_for)
        return Known(shown=unknown), evidence
    uniform = _uniforms((now, then), prepared.whatif.draws, prepared.whatif.seed)
    draws = now.draws(uniform), then.draws(uniform)
    shown = Success(
        interval(draws[0]),
        interval(draws[1]),
        "prior" if "evidence" in {now.source, then.source} else "user",
        f"{move.old}: {now.words}; {move.new}: {then.words}",
        pairs,
        needed,
        needed_for,
    )
    return Known(*draws, shown), evidence


def _uniforms(rates: tuple[Rate, ...], draws: int, seed: int) -> Mapping[str, "np.ndarray"]:
    names = dict.fromkeys(name for rate in rates for name in rate.names)
    return {name: uniform_column(name, draws, seed) for name in names}


def _pairs(
    prepared: "Prepared", move: Move, now: object, then: object
) -> tuple[int, int | None, str]:
    """Return the tasks that both models did, how many more tell them apart, and on what terms."""
    mine = of_workload(prepared.evaluations, move.workload)
    found = paired(mine, move.old, move.new)
    if found is not None:
        needed = found.more_needed
        return (
            found.tasks,
            needed,
            _terms(found.gain, found.discordant, so_far=True) if needed else "",
        )
    gain, way = _USUAL_GAIN, 1
    if isinstance(now, Rate) and isinstance(then, Rate):
        gain = max(abs(then.point - now.point), _LEAST_GAIN)
        way = -1 if then.point < now.point else 1
    discordant = min(gain + _USUAL_DISAGREEMENT, 1.0)
    return 0, pairs_needed(gain, discordant), _terms(way * gain, discordant)


def _terms(gain: float, discordant: float, *, so_far: bool = False) -> str:
    """Say what a number of tasks takes for granted."""
    size = points(abs(gain)).lstrip("+")
    return (
        f"to see a {'gain' if gain > 0 else 'loss'} of {size} where {percent(discordant)} of tasks "
        f"are solved by one only{', as so far' if so_far else ''}"
    )


def _evidence(
    evidence: "Evidence", move: Move, used: tuple[Difference, ...]
) -> tuple[EvidenceUsed, ...]:
    if move.kind is None:
        return ()
    found = of_work(evidence, move.kind, move.old, move.new, move.effort)
    if isinstance(found, NotComparable):
        return ()
    return tuple(
        EvidenceUsed(
            benchmark=each.new.benchmark,
            group=each.new.group,
            effort=each.new.effort,
            value_from=float(each.old.value),
            value_to=float(each.new.value),
            unit=each.new.unit,
            citation=evidence.cited(each.new.source),
            grade=each.new.grade,
            vendor=each.vendor,
            used=each in used,
            note=each.new.context,
        )
        for each in found
    )
