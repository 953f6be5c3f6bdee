"""The tables of a comparison that explain it: rules, workloads, budget, parameters, coverage."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from app.money import places_for, rounded_parts
from app.whatif.amounts import UNKNOWN, counted, dollars, percent
from app.whatif.cache_kept import TTL_SECONDS
from app.whatif.commitment import commitment_words
from app.whatif.compare_words import kept_words
from app.whatif.sections import Notes, Section, Table
from models.compare.option import BudgetOptimum, Comparison, Option, Part, RuleHits, Used
from models.evidence.table import YOURS

if TYPE_CHECKING:
    from app.whatif.ask import Prepared

_SUCCESS, _NOTICED = "success:", "detection "
_BY = {"label": "logged", "rule": "told by a rule", "none": "no rule matches"}


def _scenarios(comparison: Comparison) -> list[Option]:
    return [each for each in comparison.options if each.kind == "scenario"]


def _column(picos: list[int]) -> list[str]:
    """Return costs that add up to their rounded total."""
    return [f"${each:,}" for each in rounded_parts(picos, places_for(sum(picos)))]


def rules(comparison: Comparison) -> Iterator[Section]:
    """Yield for each scenario what its rules take and what that costs."""
    for option in _scenarios(comparison):
        hits = [rule for rule in option.rules if rule.number or rule.requests]
        today = _column([rule.today_pico for rule in hits])
        then = _column([rule.cost_pico for rule in hits])
        rows = tuple(
            (
                rule.name,
                counted(rule.requests),
                was,
                becomes,
                _share(rule),
            )
            for rule, was, becomes in zip(hits, today, then, strict=True)
        )
        yield Table(
            title=f"Rules of {option.name}",
            columns=("rule", "requests", "costs today", "would cost", "saves"),
            rows=rows,
            numeric=frozenset({1, 2, 3, 4}),
            note=_cache_words(option),
        )


def _share(rule: RuleHits) -> str:
    if not rule.today_pico:
        return "–"
    share = 1 - rule.cost_pico / rule.today_pico
    return percent(share) if share > -1 else f"{1 - share:,.1f}×"


def _cache_words(option: Option) -> str:
    methods = {
        "sessions": "replayed over sessions for {}",
        "formula": "estimated from the share of traffic for {}",
        "stated": "as you state it for {}",
    }
    told = [
        words.format(f"{counted(option.cache[name])} requests")
        for name, words in methods.items()
        if option.cache.get(name)
    ]
    if not told:
        return ""
    words = f"What stays cached after a move is {' and '.join(told)}"
    if set(option.cache) <= {"stated", "unchanged"}:
        return f"{words}."
    return (
        f"{words}; a cache is taken to forget what "
        f"nobody sends again within {TTL_SECONDS // 60} minutes."
    )


def kept(comparison: Comparison) -> Iterator[Section]:
    """Yield why requests kept their logged choices though a rule meant to move them."""
    sentences = [
        f"{option.name}: {counted(requests)} requests keep their logged choices: "
        f"{kept_words(reason)}."
        for option in _scenarios(comparison)
        for reason, requests in sorted(option.kept.items(), key=lambda each: -each[1])
        if requests
    ]
    if sentences:
        yield Notes("Not moved", tuple(sentences))


def workloads(comparison: Comparison) -> Iterator[Section]:
    """Yield each scenario's workloads beside today's, where it changes any."""
    today = {part.workload: part for part in comparison.today.parts}
    for option in _scenarios(comparison):
        parts = sorted(option.parts, key=lambda part: -today[part.workload].cost_pico)
        if all(part.cost_pico == today[part.workload].cost_pico for part in parts):
            continue
        was = _column([today[part.workload].cost_pico for part in parts])
        becomes = _column([part.cost_pico for part in parts])
        rates = any(
            _rate(each) != UNKNOWN for part in parts for each in (part, today[part.workload])
        )
        columns = ("workload", "requests", "moved", "costs today", "would cost")
        rows = tuple(
            (
                part.workload, counted(part.requests), counted(part.moved), before, after,
                *((_rate(today[part.workload]), _rate(part)) if rates else ()),
            )
            for part, before, after in zip(parts, was, becomes, strict=True)
        )  # fmt: skip
        yield Table(
            title=f"Workloads under {option.name}",
            columns=columns + (("success today", "success then") if rates else ()),
            rows=rows,
            numeric=frozenset(range(1, 7)),
        )


def _rate(part: Part) -> str:
    return UNKNOWN if part.success is None else percent(part.success.point)


def commitments(comparison: Comparison) -> Iterator[Section]:
    """Yield what the contract's commitments make of each scenario."""
    sentences = [
        commitment_words(name, each)
        for name, effects in comparison.commitments.items()
        for each in effects
    ]
    if sentences:
        yield Notes("What the contract makes of it", tuple(sentences))


def budget(comparison: Comparison) -> Iterator[Section]:
    """Yield the best choices within a budget."""
    found = comparison.budget
    if found is None:
        return
    rows = tuple(
        (workload, name, percent(share))
        for workload, choices in found.choices.items()
        for name, share in choices
    )
    yield Table(
        title=_budget_title(found),
        columns=("workload", "choice", "share of its tasks"),
        rows=rows,
        numeric=frozenset({2}),
        note=found.words,
    )


def _budget_title(found: BudgetOptimum) -> str:
    if found.budget_usd is None:
        return f"Cheapest within the limits: {dollars(found.cost_usd)} for the period"
    return f"Best within {dollars(found.budget_usd)} for the period: {dollars(found.cost_usd)}"


def parameters(comparison: Comparison) -> Iterator[Section]:
    """Yield every parameter that moves a scenario's figures, once."""
    matter = {(name, bar.parameter) for name, bars in comparison.tornado.items() for bar in bars}
    yield from parameter_table([
        each
        for option in _scenarios(comparison)
        for each in option.parameters
        if (option.name, each.name) in matter
        or each.grade == YOURS
        or each.name.startswith((_SUCCESS, _NOTICED))
    ])  # fmt: skip


def parameter_table(every: Sequence[Used]) -> Iterator[Table]:
    """Yield parameters as a table, each once; nothing where there are none."""
    used: dict[tuple[str, float, float, float], Used] = {}
    for each in every:
        used.setdefault((each.name, each.p10, each.p50, each.p90), each)
    if not used:
        return
    rows = tuple(
        (each.words or each.name, *_spread(each), each.grade, each.source)
        for each in sorted(used.values(), key=lambda each: (each.name, each.p50))
    )
    yield Table(
        title="Parameters",
        columns=("parameter", "P10", "median", "P90", "grade", "source"),
        rows=rows,
        numeric=frozenset({1, 2, 3}),
        note="Grades: H vendor table or raw data, M secondary report, L single secondary report, "
        "A assumed, yours: from you. Each can be set in the scenario, see docs/whatif.md.",
    )


def _spread(each: Used) -> tuple[str, str, str]:
    if each.unit == "share":
        return percent(each.p10), percent(each.p50), percent(each.p90)
    mark = "$" if each.unit == "USD" else ""
    low, middle, high = (f"{mark}{value:.4g}" for value in (each.p10, each.p50, each.p90))
    return low, middle, high


def coverage(prepared: "Prepared") -> Table:
    """Return how much of the traffic each workload is, and how that was told."""
    total = sum(each.requests for each in prepared.coverage) or 1
    rows = tuple(
        (each.workload, _BY[each.by], counted(each.requests), percent(each.requests / total))
        for each in prepared.coverage
    )
    return Table(
        title="Workloads of the traffic",
        columns=("workload", "how told", "requests", "share"),
        rows=rows,
        numeric=frozenset({2, 3}),
        note="Rules tell workloads by tokens, tools and endpoints: a guess, not a truth. Label "
        "requests, or give your own rules with --workloads."
        if any(each.by != "label" for each in prepared.coverage)
        else "",
    )
