"""Costs of groups: what tokens become at another model, as point estimate and in draws.

Of a group with input u (uncached), c (cached) and w (written), output o of which g is reasoning,

    input  = nu * kappa * (u + f*c + (1-f)*c as uncached + w + written*(u as written - u))
    output = eps * (o - g + effort*g), or eps*effort*o where no reasoning is logged

each at the prices of the new choices; tools stay. f is the share of the cache that is kept, times
gamma where the requests move to batch. What moves to flex costs that at standard for the share phi.
With a cap, output is taken bin by bin, and a bin whose mean meets the cap costs as many outputs of
exactly the cap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from models.replay.groups import Bin, Group, Parts

ONE = Fraction(1)
ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Factors:
    """What becomes of one group's tokens; all 1 and 0 where nothing changes.

    Attributes:
        eps: Output tokens per output token.
        nu: Turns per turn: input per input of the same work.
        kappa: Input tokens per input token of the same text.
        effort: Further factor of reasoning tokens; of all output where reasoning is not logged.
        kept: Share of cached tokens that stays cached; None takes the replayed share.
        gamma: Share of the cache that a batch keeps.
        phi: Share of flex requests that are turned away and retried at standard.
        written: Share of uncached input that is written to the cache where writes are new.
    """

    eps: Fraction = ONE
    nu: Fraction = ONE
    kappa: Fraction = ONE
    effort: Fraction = ONE
    kept: Fraction | None = None
    gamma: Fraction = ONE
    phi: Fraction = ZERO
    written: Fraction = ZERO


#: Nothing changes.
UNCHANGED = Factors()


def cost_pico(groups: Sequence[Group], factors: Sequence[Factors]) -> list[int]:
    """Return the cost of each group in pico-dollars, rounded half-even once per group.

    Args:
        groups: Replayed traffic; what has no price costs 0 and is counted elsewhere.
        factors: Of each group.
    """
    return [round(_cost(group, each)) for group, each in zip(groups, factors, strict=True)]


def kept_share(group: Group, factors: Factors) -> Fraction:
    """Return the share of a group's cached tokens that is read from the cache again."""
    kept = Fraction(str(group.cache_kept)) if factors.kept is None else factors.kept
    return kept * factors.gamma if into_batch(group) else kept


def into_batch(group: Group) -> bool:
    """Return whether requests move to batch, where they meet a cache less often."""
    return group.tier_to == "batch" and group.tier_from != "batch"


def truncated(group: Group, factors: Factors) -> int:
    """Return how many answers of a group end at its cap."""
    if group.cap is None:
        return 0
    if factors.eps == factors.effort == ONE:
        return group.truncated
    ratio = _output_ratio(group, factors)
    return sum(each.events for each in group.bins if meets_cap(each, group.cap, ratio))


def _cost(group: Group, factors: Factors) -> Fraction:
    kept = kept_share(group, factors)
    direct = _parts_cost(group, group.parts, factors, kept)
    if group.spill is None or not factors.phi:
        return direct
    return direct + factors.phi * (_parts_cost(group, group.spill, factors, kept) - direct)


def _parts_cost(group: Group, parts: Parts, factors: Factors, kept: Fraction) -> Fraction:
    # Whole numbers over one denominator: fractions would be reduced at every step.
    turned = factors.nu * factors.kappa
    common = kept.denominator * factors.written.denominator
    as_cached = kept.numerator * factors.written.denominator
    read = (
        common * (parts.uncached_pico + parts.write_pico + parts.write_long_pico)
        + as_cached * parts.cached_pico
        + (common - as_cached) * parts.cached_as_uncached_pico
        + factors.written.numerator * kept.denominator * parts.write_premium_pico
    )
    common *= turned.denominator
    over, under = _output(group, parts, factors)
    return Fraction(
        (turned.numerator * read + common * parts.tools_pico) * under + over * common,
        common * under,
    )


def _output(group: Group, parts: Parts, factors: Factors) -> tuple[int, int]:
    """Return the output's cost as numerator and denominator."""
    if group.bins and group.cap is not None:
        return _capped(group, parts, factors).as_integer_ratio()
    eps, effort = factors.eps, factors.effort
    under = eps.denominator * effort.denominator
    if not group.reasoning_tokens:
        return eps.numerator * effort.numerator * parts.output_pico, under
    answer = parts.output_pico - parts.reasoning_pico
    thought = effort.numerator * parts.reasoning_pico
    return eps.numerator * (effort.denominator * answer + thought), under


def _capped(group: Group, parts: Parts, factors: Factors) -> Fraction:
    ratio = _output_ratio(group, factors)
    capped = sum(
        (
            Fraction(each.at_cap_pico)
            if meets_cap(each, group.cap or 0, ratio)
            else ratio * each.output_pico
            for each in group.bins
        ),
        ZERO,
    )
    if parts is group.parts or not group.parts.output_pico:
        return capped
    return capped * Fraction(parts.output_pico, group.parts.output_pico)


def _output_ratio(group: Group, factors: Factors) -> Fraction:
    """Return what an output token of a group becomes."""
    if not group.reasoning_tokens:
        return factors.eps * factors.effort
    share = Fraction(group.reasoning_tokens, group.output_tokens)
    return factors.eps * (1 + share * (factors.effort - 1))


def meets_cap(lengths: Bin, cap: int, ratio: Fraction) -> bool:
    """Return whether outputs of a bin become longer than the cap, by their mean."""
    return ratio * lengths.output_tokens > cap * lengths.events
