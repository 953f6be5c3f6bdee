"""When the dearer model pays: break-evens in closed form, each with the reason where none exists.

``a`` is the model in use, ``b`` the one that might replace it; costs are US dollars per task,
success is the probability of a correct answer.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.outcome.checked import Array, Numbers, OutcomeError, amount, probability, quotient


@dataclass(frozen=True, slots=True)
class BreakEven:
    """A break-even, or why there is none.

    Attributes:
        value: At it both sides cost the same; None where no possible value does.
        reason: In words, where there is none.
    """

    value: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RepairBreakEven:
    """The cost of repairing one failed task that decides between two models.

    Attributes:
        pays: The dearer choice pays if repair costs ``at least`` or ``at most`` the value, or
            ``always``, or ``never``.
        usd: That cost; None with ``always`` and ``never``.
    """

    pays: Literal["at least", "at most", "always", "never"]
    usd: float | None = None


def cost_ratio(
    output_share: Numbers,
    input_price: Numbers,
    output_price: Numbers,
    turns: Numbers = 1.0,
    output: Numbers = 1.0,
) -> Array:
    """Return cost under b over cost under a, cached share unchanged.

    ``R = (1 - s) nu rho_in + s eps rho_out``.

    Args:
        output_share: s, share of output in the cost under a.
        input_price: rho_in, b's price of input over a's.
        output_price: rho_out, b's price of output over a's.
        turns: nu, input per task under b over that under a.
        output: eps, output tokens per task under b over those under a.
    """
    s = probability("share of output", output_share)
    input_part = (1 - s) * amount("ratio of turns", turns) * amount("ratio of prices", input_price)
    return input_part + s * amount("output ratio", output) * amount("ratio of prices", output_price)


def output_needed(
    output_share: Numbers, input_price: Numbers, output_price: Numbers, turns: Numbers = 1.0
) -> Array:
    """Return the output ratio at which b costs as much as a; not a number where none does.

    ``eps* = (1 - (1 - s) nu rho_in) / (s rho_out)``; with one price ratio rho that is
    ``(1 / rho - (1 - s) nu) / s``, and for rho = 2, nu = 1: ``1 - 1 / (2 s)``.
    """
    s = probability("share of output", output_share)
    left = 1 - (1 - s) * amount("ratio of turns", turns) * amount("ratio of prices", input_price)
    per_ratio = s * amount("ratio of prices", output_price)
    needed = quotient(left + 0 * per_ratio, per_ratio + 0 * left, np.nan)
    return np.where(needed > 0, needed, np.nan)


def turns_needed(
    output_share: Numbers, input_price: Numbers, output_price: Numbers, output: Numbers = 1.0
) -> Array:
    """Return the ratio of turns at which b costs as much as a; not a number where none does.

    ``nu* = (1 - s eps rho_out) / ((1 - s) rho_in)``.
    """
    s = probability("share of output", output_share)
    left = 1 - s * amount("output ratio", output) * amount("ratio of prices", output_price)
    per_turn = (1 - s) * amount("ratio of prices", input_price)
    needed = quotient(left + 0 * per_turn, per_turn + 0 * left, np.nan)
    return np.where(needed > 0, needed, np.nan)


def break_even_output(
    output_share: float,
    input_price: float,
    output_price: float,
    turns: float = 1.0,
    output: float = 1.0,
) -> BreakEven:
    """Return the output ratio at which b costs as much as a, or why no ratio does.

    Output savings cannot pay for a dearer input: with both prices doubled and as many turns a
    break-even exists only where output is more than half of the cost.

    Args:
        output_share: Share of output in the cost under a.
        input_price: b's price of input over a's.
        output_price: b's price of output over a's.
        turns: Input per task under b over that under a.
        output: Output ratio that is expected; only the reason names what turns it would take.
    """
    needed = output_needed(output_share, input_price, output_price, turns).item()
    if not np.isnan(needed):
        return BreakEven(needed)
    alone = ((1 - output_share) * turns * input_price) if output_share < 1 else 0.0
    reason = (
        "there is no output in the cost"
        if output_share == 0
        else f"input alone costs {100 * alone:.0f} % of today's cost, so no cut in output is enough"
    )
    fewer = turns_needed(output_share, input_price, output_price, output).item()
    if not np.isnan(fewer) and fewer < turns:
        reason += f"; turns per task must fall to {fewer:.2f} of today's"
    return BreakEven(None, reason)


def break_even_turns(
    output_share: float, input_price: float, output_price: float, output: float = 1.0
) -> BreakEven:
    """Return the ratio of turns at which b costs as much as a, or why no ratio does."""
    needed = turns_needed(output_share, input_price, output_price, output).item()
    if not np.isnan(needed):
        return BreakEven(needed)
    if output_share == 1:
        return BreakEven(None, "there is no input in the cost")
    alone = output_share * output * output_price
    return BreakEven(
        None,
        f"output alone costs {100 * alone:.0f} % of today's cost, so no cut in turns is enough",
    )


def pays_on_api_cost(
    cost_a: Numbers, cost_b: Numbers, success_a: Numbers, success_b: Numbers
) -> Array:
    """Return where b costs no more per success than a: ``c_b / P_b <= c_a / P_a``.

    The cost of pass with independent attempts. Needs ``P_a <= c_a / c_b``, as no success rate is
    above 1.
    """
    a, b = probability("success of a", success_a), probability("success of b", success_b)
    left, right = amount("cost of b", cost_b) * a, amount("cost of a", cost_a) * b
    return np.asarray((left <= right) & (b > 0))


def break_even_repair(
    cost_a: float, cost_b: float, success_a: float, success_b: float
) -> RepairBreakEven:
    """Return from which cost of a failed task on b pays, where each failure is repaired.

    ``h* = (c_b - c_a) / (P_b - P_a)``: b pays from h* on where it succeeds more often and costs
    more; up to h* where it succeeds less often and costs less.
    """
    more = (amount("cost of b", cost_b) - amount("cost of a", cost_a)).item()
    better = (probability("success", success_b) - probability("success", success_a)).item()
    if more <= 0 <= better:
        return RepairBreakEven("always")
    if better <= 0 <= more:
        return RepairBreakEven("never")
    return RepairBreakEven("at least" if better > 0 else "at most", more / better)


def success_needed(cost_a: float, cost_b: float, success_a: float, repair: float) -> BreakEven:
    """Return the success rate at which b pays, for a given cost of repairing a failed task.

    ``P_b* = P_a + (c_b - c_a) / h``.
    """
    more = (amount("cost of b", cost_b) - amount("cost of a", cost_a)).item()
    if repair <= 0:
        return BreakEven(None, "a failed task costs nothing to repair")
    needed = probability("success", success_a).item() + more / repair
    if needed > 1:
        return BreakEven(None, f"it would have to succeed in {100 * needed:.0f} % of the tasks")
    return BreakEven(max(needed, 0.0))


def payback_months(one_off: float, saving_per_month: float) -> float:
    """Return after how many months a saving has paid for a one-off cost; infinite if never.

    Raises:
        OutcomeError: the one-off cost is negative.
    """
    if one_off < 0:
        raise OutcomeError(f"one-off cost must not be negative, is {one_off:g}")
    if one_off == 0:
        return 0.0
    return one_off / saving_per_month if saving_per_month > 0 else np.inf
