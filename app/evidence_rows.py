"""The published evidence as rows."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from app.errors import UserError

if TYPE_CHECKING:
    from app.output import Cell
    from models.evidence.table import Evidence, Score
    from models.policy.assumptions import Spread

SCORES = (
    "benchmark", "group", "effort", "context", "model", "value", "unit", "by", "date", "grade",
    "source",
)  # fmt: skip
DIFFERENCES = (
    "benchmark", "group", "effort", "context", "model_a", "value_a", "model_b", "value_b",
    "difference", "unit", "by", "grade", "source",
)  # fmt: skip


def scores_of(evidence: "Evidence", models: Sequence[str], work: str | None) -> list[list["Cell"]]:
    """Return the scores of models (none: all) that are filed under a kind of work (None: all).

    Raises:
        UserError: no score is of one of the models, or there is no such kind of work.
    """
    _known_models(evidence, models)
    return [
        _row(evidence, score)
        for score in _filed(evidence, work)
        if not models or score.model in models
    ]


def compared(
    evidence: "Evidence", a: str, b: str, work: str | None
) -> tuple[list[list["Cell"]], list[str]]:
    """Return the differences of two models, b minus a, and why others cannot be taken.

    Raises:
        UserError: as ``scores_of``.
    """
    from models.evidence.compare import NotComparable, difference, differences

    _known_models(evidence, (a, b))
    filed = [score for score in _filed(evidence, work) if score.model in {a, b}]
    benchmarks = dict.fromkeys(score.benchmark for score in filed)
    found = differences(evidence, a, b, benchmarks=benchmarks)
    rows: list[list[Cell]] = [
        [
            *each.new.terms,
            a, each.old.value, b, each.new.value, each.points, each.new.unit,
            "vendor" if each.vendor else "independent", each.new.grade, each.new.source,
        ]
        for each in found
        if each.new in filed
    ]  # fmt: skip
    done = {each.new.benchmark for each in found}
    why = []
    for benchmark in benchmarks:
        of_a = [s for s in filed if s.benchmark == benchmark and s.model == a]
        of_b = [s for s in filed if s.benchmark == benchmark and s.model == b]
        if benchmark in done or not (of_a and of_b):
            continue
        said = difference(of_a[0], of_b[0], evidence)
        if isinstance(said, NotComparable):
            why.append(f"{benchmark}: {said.why}")
    return rows, why


def scores_in(evidence: "Evidence", group: str) -> list[tuple["Score", list["Cell"]]]:
    """Return the scores of a group, of a benchmark, or of all groups of a name without version.

    Raises:
        UserError: there is none.
    """
    found = [
        score
        for score in evidence.scores
        if group in {score.group, score.benchmark, score.group.partition("@")[0]}
    ]
    if not found:
        names = sorted({name for s in evidence.scores for name in (s.group, s.benchmark)})
        near = get_close_matches(group, names, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "see: ratecard evidence list"
        raise UserError(f"the evidence has no group {group!r}; {hint}")
    return [(score, _row(evidence, score)) for score in found]


def cited(evidence: "Evidence", scores: Iterable["Score"]) -> list[str]:
    """Return a line or two for each source of the scores."""
    lines = []
    for name in dict.fromkeys(score.source for score in scores):
        source = evidence.sources[name]
        lines.append(f"{name}  {source.citation}")
        if source.notes:
            lines.append(f"    {source.notes}")
    return lines


def part(evidence: "Evidence", name: str) -> tuple[list[str], list[list["Cell"]]]:
    """Return the columns and rows of a part of the evidence that is no table of scores."""
    match name:
        case "matrix":
            columns = ["kind", "from", "to", "published", "reason", "evidence"]
            return columns, [
                [each.kind, each.old, each.new, each.published, each.reason, each.evidence]
                for each in evidence.matrix
            ]
        case "claims":
            return ["id", "claim", "finding", "source"], [
                [each.id, each.claim, each.finding, each.source] for each in evidence.claims
            ]
        case "tokens":
            columns = ["from", "to", "what", "where", "ratio", "low", "high", "n", "source"]
            return columns, [
                [e.old, e.new, e.what, e.where, e.ratio, e.low, e.high, e.n, e.source]
                for e in evidence.observed
            ]
        case "paired":
            columns = ["task", "from", "to", "n", "only_from", "only_to", "to_when_from_failed"]
            return [*columns, "phi", "source"], [
                [
                    e.task, e.old, e.new, e.n, e.old_only, e.new_only, e.new_given_old_failed,
                    e.phi, e.source,
                ]
                for e in evidence.paired
            ]  # fmt: skip
        case "priors":
            return ["name", "p10", "median", "p90", "grade", "basis"], _priors(evidence)
        case _:
            columns = ["source", "publisher", "title", "published", "kind", "confidence", "url"]
            return columns, [
                [s.name, s.publisher, s.title, s.published, s.kind, s.confidence, s.url or None]
                for s in evidence.sources.values()
            ]


def _priors(evidence: "Evidence") -> list[list["Cell"]]:
    rows = []
    for prior in evidence.priors:
        pair = f"{prior.old}>{prior.new}:{prior.regime}"
        for what, spread in (("output_ratio", prior.output), ("turns_ratio", prior.turns)):
            rows.append(_prior(f"{what}:{pair}", spread, prior.grade, prior.basis))
    for effort in evidence.efforts.values():
        name = f"effort:medium>{effort.effort}"
        rows += [_prior(name, effort.ratio, effort.grade, effort.basis)]
    for each in evidence.tokenizers:
        rows += [_prior(f"tokens:{each.name}", each.per_o200k, each.grade, each.basis)]
    for default in evidence.defaults.values():
        rows += [_prior(default.name, default.spread, default.grade, default.basis)]
    return rows


def _prior(name: str, spread: "Spread", grade: str, basis: str) -> list["Cell"]:
    return [name, spread.p10, spread.p50, spread.p90, grade, basis]


def _filed(evidence: "Evidence", work: str | None) -> list["Score"]:
    if work is None:
        return list(evidence.scores)
    if work not in evidence.works:
        raise UserError(
            f"there is no kind of work {work!r}; the kinds are {', '.join(evidence.works)}"
        )
    known = evidence.works[work]
    return [
        score
        for score in evidence.scores
        if score.benchmark in known.benchmarks
        and (not score.context or not known.contexts or score.context in known.contexts)
    ]


def _known_models(evidence: "Evidence", models: Iterable[str]) -> None:
    every = sorted({score.model for score in evidence.scores})
    for model in models:
        if model not in every:
            raise UserError(
                f"no score of {model!r} is published here; there are {', '.join(every)}"
            )


def _row(evidence: "Evidence", score: "Score") -> list["Cell"]:
    kind = evidence.sources[score.source].kind
    return [
        *score.terms, score.model, score.value, score.unit, kind, score.date, score.grade,
        score.source,
    ]  # fmt: skip
