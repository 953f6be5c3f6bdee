"""The plots of a comparison. Amounts are US dollars a month."""

import plotly.graph_objects as go

from app.charts.frontier import frontier
from app.charts.option_costs import Bar, option_costs
from app.charts.palette import LIGHT, Palette
from app.charts.tornado import tornado
from app.whatif.sections import Figure
from models.compare.option import Comparison, Option
from models.compare.summary import interval

_PICO_PER_USD = 10**12


def usd_a_month(option: Option, comparison: Comparison) -> float:
    """Return what an option costs a month at the medians, in US dollars."""
    return option.cost_pico / _PICO_PER_USD / comparison.months


def cost_chart(comparison: Comparison, palette: Palette) -> go.Figure:
    """Draw what each option costs a month."""
    months = comparison.months
    bars = []
    for option in comparison.options:
        if option.made_for is not None:
            continue
        found = interval(option.cost_usd)
        kind = "today" if option is comparison.today else option.kind
        point = usd_a_month(option, comparison)
        bars.append(Bar(option.name, kind, point, found.p10 / months, found.p90 / months))
    return option_costs(bars, palette)


def cost_figure(comparison: Comparison) -> Figure:
    """Draw the same for a report on paper."""
    return Figure(
        "What each option costs a month",
        "US dollars a month at the medians; the whiskers span P10 to P90 of the draws; the dotted "
        f"line is {comparison.today.name}.",
        cost_chart(comparison, LIGHT),
    )


def frontier_figure(comparison: Comparison) -> Figure:
    """Draw cost against expected success."""
    return Figure(
        "Cost and expected success",
        "Each point is an option; dark ones are beaten by none at the medians. The line is the "
        f"best that any mix of single models by workload reaches. {comparison.frontier_of}".strip(),
        frontier(comparison.frontier, comparison.hull, LIGHT, comparison.months),
    )


def tornado_figure(comparison: Comparison, name: str) -> Figure:
    """Draw what the cost of a scenario hangs on."""
    middle = comparison.named(name).cost_pico / _PICO_PER_USD
    bars = comparison.tornado[name]
    return Figure(
        f"What the cost of {name} hangs on",
        "US dollars a month with one parameter at its P10 (teal) or P90 (red) and all others at "
        "their medians.",
        tornado(bars, middle, LIGHT, comparison.months),
    )
