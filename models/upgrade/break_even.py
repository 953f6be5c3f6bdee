"""Where the new model would cost what the old one does: output length, turns, success, repair."""

from decimal import Decimal

from models.outcome.decide import break_even_repair
from models.upgrade.report import BreakEven, GainNeeded
from models.upgrade.sums import Sums
from models.upgrade.words import dollars, percent, points, times

_SURE = 1.0


def output_break_even(sums: Sums) -> BreakEven:
    """Return the output tokens, by those of today, at which the cost would be equal.

    With an output share ``s`` of today's cost, a price ratio ``rho`` of every component and turns
    ``nu`` it is ``(1/rho - (1 - s) x nu) / s``: for twice the price and equal turns that is
    ``1 - 1/(2s)``, which exists above half only.
    """
    room = sums.now - sums.fixed - sums.input
    if not sums.now:
        return BreakEven(None, "nothing is paid for it now")
    if not sums.output_unit:
        return BreakEven(None, "it has no output that is paid for")
    if room <= 0:
        return BreakEven(None, _no_output_is_short_enough(sums))
    value = room / sums.output_unit
    return BreakEven(
        value,
        f"the cost is equal with output {times(value)} as long as today"
        f" (assumed {times(sums.output_ratio)})",
    )


def _no_output_is_short_enough(sums: Sums) -> str:
    rest = (sums.fixed + sums.input) / sums.now
    why = (
        f"none exists: output is {percent(sums.output_share)} of today's cost, and the input "
        f"alone comes to {times(rest)} of all of it"
    )
    turns = turns_break_even(sums).value
    return why if turns is None else f"{why}; turns must fall to {times(turns)}"


def turns_break_even(sums: Sums) -> BreakEven:
    """Return the turns per task, by those of today, at which the cost would be equal."""
    room = sums.now - sums.fixed - sums.output
    if not sums.now:
        return BreakEven(None, "nothing is paid for it now")
    if not sums.input_unit:
        return BreakEven(None, "it has no input that is paid for")
    if room <= 0:
        rest = (sums.fixed + sums.output) / sums.now
        return BreakEven(
            None,
            f"none exists: the output alone comes to {times(rest)} of today's cost",
        )
    value = room / sums.input_unit
    return BreakEven(
        value,
        f"the cost is equal with {times(value)} the turns of today (assumed {times(sums.turns)})",
    )


def repair_break_even(
    difference_usd: float, success_now: float, success_then: float, task: str
) -> tuple[float | None, str]:
    """Return what a failed task must cost to repair for the move to break even, and a sentence.

    Args:
        difference_usd: API cost of a task then less that of now.
        success_now: Success rate today, in [0, 1].
        success_then: That of the new model.
        task: What a task is: ``request`` or ``session``.
    """
    found = break_even_repair(
        max(-difference_usd, 0.0), max(difference_usd, 0.0), success_now, success_then
    )
    match found.pays:
        case "always":
            return None, "cheaper and no weaker: it pays at any repair cost"
        case "never":
            return None, "dearer and no stronger: no repair cost makes it pay"
    bound = "more" if found.pays == "at least" else "less"
    return found.usd, (
        f"pays where a failed {task} costs {bound} than {dollars(found.usd or 0)} to repair"
    )


def gain_needed(
    ratio: float | None, difference_usd: float, now: float | None, repair_usd: Decimal | None
) -> GainNeeded:
    """Return how much more often the new model must succeed.

    On API cost alone it must succeed ``R`` times as often (equal cost per success); with a repair
    cost ``h`` by ``(c_b - c_a) / h`` more (every failure repaired, one attempt).

    Args:
        ratio: Cost then by cost now.
        difference_usd: API cost of a task then less that of now.
        now: Today's success rate in [0, 1], or None.
        repair_usd: What a failed task costs to repair, or None.
    """
    if ratio is None:
        return GainNeeded(None, None, repair_usd, "nothing is paid for it now")
    needed = None if now is None else ratio * now
    possible = needed if needed is not None and needed <= _SURE else None
    h = repair_usd or None
    gain = difference_usd / float(h) if h else None
    words = [_by_cost_alone(ratio, now, needed)]
    if gain is not None and repair_usd is not None:
        words.append(_by_repair(gain, now, repair_usd))
    return GainNeeded(possible, None if gain is None else gain * 100, repair_usd, "; ".join(words))


def _by_cost_alone(ratio: float, now: float | None, needed: float | None) -> str:
    if now is None or needed is None:
        if ratio <= _SURE:
            return f"on API cost alone it may succeed {times(ratio)} as often as today"
        return (
            f"on API cost alone it must succeed {times(ratio)} as often as today, impossible where "
            f"{percent(1 / ratio)} or more succeeds now"
        )
    if needed > _SURE:
        return (
            f"on API cost alone no gain is enough: {times(ratio)} of {percent(now)} is more than "
            "all"
        )
    verb = "must rise" if ratio > _SURE else "may fall"
    return f"on API cost alone success {verb} from {percent(now)} to {percent(needed)}"


def _by_repair(gain: float, now: float | None, repair_usd: Decimal) -> str:
    at = f"at {dollars(repair_usd)} for a repair"
    if gain <= 0:
        return f"{at} success may fall by {points(-gain).lstrip('+')}"
    if now is not None and now + gain > _SURE:
        return f"{at} it needs {points(gain)}, more than there is room for"
    return f"{at} it needs {points(gain)} of success"
