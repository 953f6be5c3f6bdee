"""The tables of a comparison that stand first: options, savings, frontier, tornado."""

from app.whatif.amounts import (
    UNKNOWN,
    chance,
    change,
    counted,
    dollars,
    dollars_in_full,
    percent,
    points,
    spread,
)
from app.whatif.sections import Table
from models.compare.option import Comparison, Option
from models.compare.summary import cost_per_success, interval, saving

_PICO_PER_USD = 10**12
MOST_BARS = 8
_OPTION_COLUMNS = (
    "option", "period", "a month", "P10–P90", "saves", "share", "P(saves)", "success",
    "$/success", "moved",
)  # fmt: skip


def options(comparison: Comparison) -> Table:
    """Return the options below each other."""
    return Table(
        title="Options",
        columns=_OPTION_COLUMNS,
        rows=tuple(
            _option(each, comparison) for each in comparison.options if each.made_for is None
        ),
        numeric=frozenset(range(1, len(_OPTION_COLUMNS))),
        strong=frozenset({0}),
        note=f"What an option costs in the {comparison.days:.0f} days and a month, and saves a "
        f"month against {comparison.today.name}. Costs are at the medians of all parameters; "
        "ranges also hold what the weeks of the log differ by. “moved” counts "
        f"requests whose model, tier or effort changes. {task_words(comparison.today)}",
    )


def task_words(today: Option) -> str:
    """Say what succeeds or fails; nothing where no success is known and nothing is repaired."""
    if all(part.success is None for part in today.parts):
        return ""
    of_sessions = [part for part in today.parts if part.by_task > 1]
    if not of_sessions:
        return "“success”, “$/success” and people's work are by request."
    named = ", ".join(f"{part.workload} {part.by_task:.1f}" for part in of_sessions)
    rest = "" if len(of_sessions) == len(today.parts) else ", else by request"
    return (
        "“success”, “$/success” and people's work are by task: by session where the logs tell "
        f"them (requests a session: {named}){rest}; --task says otherwise."
    )


def _option(option: Option, comparison: Comparison) -> tuple[str, ...]:
    months = comparison.months
    is_today = option is comparison.today
    found = saving(option, comparison.today)
    each = cost_per_success(option)
    return (
        option.name,
        dollars_in_full(option.cost_pico, comparison.today.cost_pico),
        dollars(option.cost_pico / _PICO_PER_USD / months),
        spread(interval(option.cost_usd), months),
        "–" if is_today else dollars(found.pico / _PICO_PER_USD / months),
        "–" if is_today else _share(found.share),
        "–" if is_today else chance(found.probability),
        UNKNOWN if option.success is None else percent(option.success.point),
        "–" if each is None else dollars(each),
        counted(option.moved),
    )


def _share(share: float | None) -> str:
    """Write a saving as a share; what costs several times as much as a multiple."""
    if share is None or share > -1:
        return percent(share)
    return f"{1 - share:,.1f}×"


def against_baselines(comparison: Comparison) -> Table:
    """Return what every scenario saves against every baseline."""
    rows = []
    for option in comparison.options:
        if option.kind != "scenario":
            continue
        for baseline in comparison.baselines_of(option):
            found = saving(option, baseline)
            known = option.success and baseline.success
            rows.append(
                (
                    option.name,
                    baseline.name,
                    dollars(found.pico / _PICO_PER_USD / comparison.months),
                    _share(found.share),
                    spread(found.usd, comparison.months),
                    chance(found.probability),
                    points(option.success.point - baseline.success.point)
                    if known and option.success and baseline.success
                    else UNKNOWN,
                )
            )
    return Table(
        title="Savings, each against its baseline",
        columns=(
            "scenario", "against", "saves a month", "share", "P10–P90", "P(saves)", "success",
        ),
        rows=tuple(rows),
        numeric=frozenset(range(2, 7)),
        note="“success” is the scenario's rate less the baseline's. A router that does not beat "
        "random choice at its own rates, or a mix of two models at its own cost, adds nothing.",
    )  # fmt: skip


def frontier_table(comparison: Comparison, *, titled: bool = True) -> Table:
    """Return the options by cost with how often none beats them.

    Args:
        comparison: What was found.
        titled: Whether no figure with a title stands above.
    """
    rows = tuple(
        (
            each.option,
            dollars(each.cost_usd / comparison.months),
            percent(each.success),
            "no choice, a bound" if each.is_bound else "yes" if each.on_frontier else "no",
            "–" if each.is_bound else chance(each.non_dominated),
        )
        for each in sorted(comparison.frontier, key=lambda point: (point.cost_usd, point.option))
    )
    return Table(
        title="Frontier of cost and expected success" if titled else "",
        columns=("option", "a month", "success", "on the frontier", "unbeaten in draws"),
        rows=rows,
        numeric=frozenset({1, 2, 3, 4}),
        note=comparison.frontier_of if titled else "",
    )


def tornado_table(comparison: Comparison, name: str, *, titled: bool = True) -> Table:
    """Return what the cost of a scenario hangs on, the widest first.

    Args:
        comparison: What was found.
        name: Of the scenario.
        titled: Whether no figure with a title stands above.
    """
    months = comparison.months
    bars = comparison.tornado[name]
    rows = tuple(
        (
            bar.words or bar.parameter,
            dollars(bar.at_p10 / months),
            dollars(bar.at_p90 / months),
            change((bar.at_p90 - bar.at_p10) / months),
            f"{bar.rank_correlation:+.2f}".replace("-", "−"),
        )
        for bar in bars[:MOST_BARS]
    )
    return Table(
        title=f"What the cost of {name} hangs on" if titled else "",
        columns=("parameter", "a month at its P10", "at its P90", "difference", "rank correlation"),
        rows=rows,
        numeric=frozenset({1, 2, 3, 4}),
        note="" if rows else "Nothing: no parameter changes its cost.",
    )
