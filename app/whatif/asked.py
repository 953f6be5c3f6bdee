"""From the words of options to what is asked of the stored usage."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict

from app.dimensions import filters
from app.ledger import Question
from app.pricing_basis import Basis
from app.zone import period, zone_of

if TYPE_CHECKING:
    from models.policy.terms import Scenario

DRAWS, SEED = 2048, 7


class Draws(TypedDict):
    """How many draws, and their seed."""

    draws: int
    seed: int


def question_of(
    days: tuple[str | None, str | None],
    tz: str,
    where: Sequence[str],
    basis: Basis,
    grain: str,
) -> Question:
    """Return which usage is asked for, as `report` reads the same options.

    Raises:
        UserError: a date, zone or filter cannot be read.
    """
    zone = zone_of(tz)
    first, last = period(*days, zone)
    return Question(
        since=first,
        until=last,
        zone=zone,
        where=filters(where),
        assume_tier=basis.assume_tier,
        prices_on=basis.prices_on,
        grain=grain,
    )


def draws_of(scenarios: "Sequence[Scenario]", draws: int | None, seed: int | None) -> Draws:
    """Return the draws that all scenarios share: the option's, else what the scenarios agree on.

    Draws are common, or differences between scenarios would be noise; scenarios that disagree get
    the usual ones.
    """
    of = {each.assumptions.draws for each in scenarios}
    seeds = {each.assumptions.seed for each in scenarios}
    return Draws(
        draws=draws or (of.pop() if len(of) == 1 else DRAWS),
        seed=seed if seed is not None else (seeds.pop() if len(seeds) == 1 else SEED),
    )
