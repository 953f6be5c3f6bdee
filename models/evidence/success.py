"""Success rates of models at a workload: the user's own first, then transferred, else unknown.

What the scenario states counts first, then the user's evaluations, then published differences
carried over to a rate that is known (see ``models.evidence.transfer``). A benchmark alone is never
a success rate.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from models.evidence.compare import Difference, NotComparable, of_effort, of_work
from models.evidence.evaluations import Evaluation, of_workload
from models.evidence.pairs import paired
from models.evidence.quantiles import beta, normal, share, spread_logit
from models.evidence.table import Evidence
from models.evidence.transfer import BETA, transfer
from models.policy.assumptions import ALL, Assumptions, Spread

if TYPE_CHECKING:
    import numpy as np

    from models.evidence.quantiles import Array

#: How many tasks a transferred rate is worth beside the user's own.
PRIOR_TASKS = 10
_JEFFREYS = 0.5

Uniforms = Mapping[str, "np.ndarray"]


@dataclass(frozen=True, slots=True)
class Rate:
    """A success rate.

    Attributes:
        point: At the medians of all parameters, in [0, 1].
        source: ``scenario`` (the user states it), ``evaluations`` (the user measured it) or
            ``evidence`` (prior evidence, carried over to the user's rate of another model).
        words: Whose figures, for people.
        names: Parameters that ``draws`` needs a column of uniform numbers for.
        tasks: Of the user's evaluation; 0 without.
        used: Published differences it rests on.
    """

    point: float
    source: Literal["scenario", "evaluations", "evidence"]
    words: str
    names: tuple[str, ...]
    _draw: Callable[[Uniforms], "Array"]
    tasks: int = 0
    used: tuple[Difference, ...] = field(default=())

    def draws(self, uniform: Uniforms) -> "Array":
        """Return the rate in each draw.

        Args:
            uniform: Columns of uniform numbers in (0, 1), by the names of the parameters.
        """
        return self._draw(uniform)


@dataclass(frozen=True, slots=True)
class Unknown:
    """No success rate is known; ``why`` is a sentence. Show cost only."""

    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A workload whose success rates are wanted.

    Attributes:
        workload: The user's name for it.
        work: Kind of work whose evidence is looked up; None for none.
        reference: The model that does it now.
        efforts: Of models, where it matters; a model not named counts at any effort.
        effort_now: At which the present model works; a rate that the scenario states for it is at
            this effort. Empty: whatever effort is asked for.
    """

    workload: str
    work: str | None
    reference: str
    efforts: Mapping[str, str] = field(default_factory=dict)
    effort_now: str = ""


def success_rates(
    asked: Asked,
    models: Sequence[str],
    evidence: Evidence,
    assumptions: Assumptions,
    evaluations: Sequence[Evaluation] = (),
) -> dict[str, Rate | Unknown]:
    """Return the success rate of each model at a workload.

    The rate of the present model must be known, from the scenario or an evaluation, or that of any
    other of the models; then published differences give the rest.
    """
    stated = _stated(asked.workload, assumptions)
    mine = of_workload(evaluations, asked.workload)
    own = {each.model: _of_model(mine, each.model, asked) for each in mine}
    order = dict.fromkeys([asked.reference, *sorted(own, key=lambda m: -len(own[m])), *stated])
    known: dict[str, Rate] = {}
    for model in order:
        if model in stated:
            known[model] = _from_scenario(asked.workload, model, stated[model])
        elif model in own:
            prior = (
                None
                if model == asked.reference
                else _prior(asked, model, known, evidence, assumptions)
            )
            tied = next((m for m in known if known[m].source == "evaluations"), None)
            known[model] = _from_runs(asked, model, own[model], prior, (tied, mine))
    found: dict[str, Rate | Unknown] = {}
    for model in models:
        if model in known:
            had = _effort_of(asked, model, known[model], own.get(model, ()))
            step = (had, asked.efforts.get(model, had))
            found[model] = _at_effort(asked, model, known[model], step, evidence, assumptions)
        else:
            found[model] = _transferred(asked, model, known, evidence, assumptions)
    return found


def _effort_of(asked: Asked, model: str, rate: Rate, runs: Sequence[Evaluation]) -> str:
    """Return the effort that a known rate is of; empty where it is of none in particular."""
    if rate.source == "evaluations":
        efforts = {each.effort for each in runs}
        return efforts.pop() if len(efforts) == 1 else ""
    return asked.effort_now if model == asked.reference else ""


def _at_effort(
    asked: Asked,
    model: str,
    rate: Rate,
    efforts: tuple[str, str],
    evidence: Evidence,
    assumptions: Assumptions,
) -> Rate | Unknown:
    """Carry a rate over to another effort of the same model."""
    if not efforts[0] or efforts[0] == efforts[1]:
        return rate
    if asked.work is None:
        return Unknown(
            f"the success of {model} at {asked.workload} is known at effort {efforts[0]} only, and "
            "no kind of published evidence is named for it"
        )
    used = of_effort(evidence, asked.work, model, efforts)
    if isinstance(used, NotComparable):
        return Unknown(used.why)
    return _carried(asked.work, model, rate, used, evidence, assumptions.beta)


def _stated(workload: str, assumptions: Assumptions) -> dict[str, Spread]:
    every = assumptions.success
    return {**every.get(ALL, {}), **every.get(workload, {})}


def _of_model(mine: Sequence[Evaluation], model: str, asked: Asked) -> list[Evaluation]:
    runs = [each for each in mine if each.model == model]
    effort = asked.efforts.get(model)
    return [each for each in runs if each.effort == effort] or runs


def _from_scenario(workload: str, model: str, spread: Spread) -> Rate:
    name = f"success:{workload}:{model}"
    point = float(spread.p50)
    if spread.is_exact:
        return Rate(point, "scenario", "stated in the scenario", (name,), _constant(name, point))

    def draw(uniform: Uniforms) -> "Array":
        return share(spread_logit(normal(uniform[name]), spread))

    return Rate(point, "scenario", "stated in the scenario", (name,), draw)


def _constant(name: str, point: float) -> Callable[[Uniforms], "Array"]:
    return lambda uniform: uniform[name] * 0.0 + point


def _prior(
    asked: Asked,
    model: str,
    known: Mapping[str, Rate],
    evidence: Evidence,
    assumptions: Assumptions,
) -> float | None:
    found = _transferred(asked, model, known, evidence, assumptions)
    return found.point if isinstance(found, Rate) else None


def _from_runs(
    asked: Asked,
    model: str,
    runs: Sequence[Evaluation],
    prior: float | None,
    beside: tuple[str | None, Sequence[Evaluation]],
) -> Rate:
    """Return the posterior of a measured rate: beta, from a prior worth ``PRIOR_TASKS`` tasks.

    Without published differences the prior is Jeffreys's. Models that did the same tasks are drawn
    together, as closely as their outcomes go together (phi).
    """
    tasks = len({each.task for each in runs})
    passes = sum(each.passed for each in runs) * tasks / len(runs)
    right, wrong = _JEFFREYS, _JEFFREYS
    if prior is not None:
        right, wrong = PRIOR_TASKS * prior, PRIOR_TASKS * (1 - prior)
    right, wrong = right + passes, wrong + tasks - passes
    name = f"success:{asked.workload}:{model}"
    other, mine = beside
    pair = paired(mine, other, model) if other is not None else None
    phi = 0.0 if pair is None or pair.phi is None else pair.phi
    first = f"success:{asked.workload}:{other}"

    def draw(uniform: Uniforms) -> "Array":
        if not phi:
            return beta(uniform[name], right, wrong)
        from scipy.special import ndtr  # noqa: PLC0415 - slow to import

        z = phi * normal(uniform[first]) + (1 - phi * phi) ** 0.5 * normal(uniform[name])
        return beta(ndtr(z), right, wrong)

    words = f"your evaluation of {tasks} task{'' if tasks == 1 else 's'}"
    names = (first, name) if phi else (name,)
    return Rate(right / (right + wrong), "evaluations", words, names, draw, tasks)


def _transferred(
    asked: Asked,
    model: str,
    known: Mapping[str, Rate],
    evidence: Evidence,
    assumptions: Assumptions,
) -> Rate | Unknown:
    if not known:
        return Unknown(
            f"no success rate of {asked.reference} at {asked.workload} is known: state one, or "
            "import an evaluation"
        )
    if asked.work is None:
        return Unknown(f"no kind of published evidence is named for {asked.workload}")
    why = ""
    for base, rate in known.items():
        effort = asked.efforts.get(model) or asked.efforts.get(base)
        used = of_work(evidence, asked.work, base, model, effort)
        if not isinstance(used, NotComparable):
            return _carried(asked.work, base, rate, used, evidence, assumptions.beta)
        why = why or used.why
    return Unknown(why)


def _carried(
    work: str,
    base: str,
    rate: Rate,
    used: Sequence[Difference],
    evidence: Evidence,
    carried: Spread | None,
) -> Rate:
    step = transfer(work, used, evidence)

    def draw(uniform: Uniforms) -> "Array":
        import numpy as np  # noqa: PLC0415

        rates = np.clip(rate.draws(uniform), 1e-9, 1 - 1e-9)
        return step.draws(np.log(rates / (1 - rates)), uniform, carried)

    return Rate(
        step.point(rate.point, carried),
        "evidence",
        f"{step.words}, carried over to {base} ({rate.words})",
        (*rate.names, BETA, step.name),
        draw,
        used=step.used,
    )
