"""What the charts of Scenarios show, each in a sentence of its own figures."""

from app.whatif.amounts import chance, dollars, percent, points, spread
from models.compare.option import Comparison, Option
from models.compare.summary import saving

_PICO_PER_USD = 10**12


def compared(comparison: Comparison, option: Option) -> str:
    """Say what a scenario costs a month against today's mix."""
    today = comparison.today
    found = saving(option, today)
    a_month = option.cost_pico / _PICO_PER_USD / comparison.months
    difference = abs(found.pico) / _PICO_PER_USD / comparison.months
    costs = f"{option.name} costs {dollars(a_month)} a month"
    if not found.pico:
        return f"{costs}, the same as {today.name}"
    word = "less" if found.pico > 0 else "more"
    share = "" if found.share is None else f" ({percent(abs(found.share))})"
    low_high = spread(found.usd, comparison.months)
    return f"{costs}, {dollars(difference)}{share} {word} than {today.name} (saves {low_high})"


def on_the_frontier(comparison: Comparison, option: Option) -> str:
    """Say whether anything is both cheaper and better than a scenario."""
    places = {each.option: each for each in comparison.frontier}
    mine = places.get(option.name)
    if mine is None:
        return f"The success of {option.name} is unknown, so that it has no place here"
    if mine.on_frontier:
        return (
            f"Nothing beats {option.name} on both cost and success: it succeeds in "
            f"{percent(mine.success)} for {dollars(mine.cost_usd / comparison.months)} a month"
        )
    better = next(
        each
        for each in sorted(comparison.frontier, key=lambda point: (point.cost_usd, point.option))
        if each.on_frontier and each.cost_usd <= mine.cost_usd and each.success >= mine.success
    )
    return (
        f"{better.option} beats {option.name}: "
        f"{dollars((mine.cost_usd - better.cost_usd) / comparison.months)} a month cheaper, "
        f"success {points(better.success - mine.success)}"
    )


def hangs_on(comparison: Comparison, option: Option) -> str:
    """Say which parameter moves the cost of a scenario most."""
    bars = comparison.tornado.get(option.name, ())
    if not bars:
        return f"Nothing assumed changes what {option.name} costs"
    widest, months = bars[0], comparison.months
    name = widest.words or widest.parameter
    low, high = dollars(widest.at_p10 / months), dollars(widest.at_p90 / months)
    return f"{option.name} hangs most on {name[:1].lower()}{name[1:]}: {low} to {high} a month"


def surely(comparison: Comparison, option: Option) -> str:
    """Write the share of draws in which a scenario saves."""
    return chance(saving(option, comparison.today).probability)
