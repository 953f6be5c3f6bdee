"""What commitments leave of a saving until the contract can be renewed.

A period bills the larger of its spend and its commitment. Usage below the commitment has a
marginal price of nothing: what a scenario saves there is saved only once less can be promised,
and what it costs more is absorbed by what was promised and not used.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from pricing.contract.words import Every

if TYPE_CHECKING:
    from pricing.contract.terms import Commitment, Contract

_MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}
_PICO_PER_USD = 10**12
_DAYS_OF_MONTH = Fraction(146_097, 4_800)


@dataclass(frozen=True, slots=True)
class Effect:
    """One commitment, and two ways to use what it covers. Money is pico-dollars a month.

    Attributes:
        name: Of the commitment.
        promised_pico: What it promises.
        today_pico, option_pico: Spend that it covers, as logged and under the option.
        billed_today_pico, billed_option_pico: What is billed of it, what falls short included.
        until: Naive UTC instant from which less can be promised.
        over: Whether that is past already, so that nothing is locked.
    """

    name: str
    promised_pico: int
    today_pico: int
    option_pico: int
    billed_today_pico: int
    billed_option_pico: int
    until: datetime
    over: bool

    @property
    def saved_pico(self) -> int:
        """What the option uses less; below zero it uses more."""
        return self.today_pico - self.option_pico

    @property
    def worth_pico(self) -> int:
        """What is billed less until renewal."""
        return self.billed_today_pico - self.billed_option_pico

    @property
    def locked_pico(self) -> int:
        """The part of a saving that is worth nothing until renewal; 0 or more."""
        return max(self.saved_pico - self.worth_pico, 0)

    @property
    def absorbed_pico(self) -> int:
        """The part of a higher cost that the unused commitment pays; 0 or more."""
        return max(self.worth_pico - self.saved_pico, 0)


def effects(
    contract: "Contract",
    today: Mapping[str, int],
    option: Mapping[str, int],
    months: float,
    now: datetime,
) -> Iterator[Effect]:
    """Yield what each commitment in force makes of an option.

    Args:
        contract: Its commitments; which service tiers or meters one covers is not asked, only
            which models.
        today: Spend in pico-dollars by model, as logged, at the contract's rates.
        option: The same under the option.
        months: That both are of.
        now: Naive UTC instant at which the option could start.
    """
    renewal = contract.renewal or contract.period.until
    ends = renewal.replace(tzinfo=None)
    for term in contract.commitments:
        period = term.reach.period
        if not period.since.replace(tzinfo=None) <= now < period.until.replace(tzinfo=None):
            continue
        now_spent, then_spent = (_covered(term, of, months) for of in (today, option))
        promised = _promised(term)
        yield Effect(
            name=term.name,
            promised_pico=round(promised),
            today_pico=round(now_spent),
            option_pico=round(then_spent),
            billed_today_pico=round(_billed(now_spent, promised, term)),
            billed_option_pico=round(_billed(then_spent, promised, term)),
            until=ends,
            over=ends <= now,
        )


def _covered(term: "Commitment", spend: Mapping[str, int], months: float) -> Fraction:
    total = sum(pico for model, pico in spend.items() if term.reach.closeness(model) is not None)
    return Fraction(total) / Fraction(months)


def _promised(term: "Commitment") -> Fraction:
    """Return what a commitment promises a month, in pico-dollars."""
    months = _MONTHS.get(term.every)
    if months is not None:
        return Fraction(term.amount) * _PICO_PER_USD / months
    days = (term.reach.period.until - term.reach.period.since).days
    return Fraction(term.amount) * _PICO_PER_USD * _DAYS_OF_MONTH / days


def _billed(spend: Fraction, promised: Fraction, term: "Commitment") -> Fraction:
    short = max(promised - spend, Fraction(0))
    return spend + short * Fraction(term.shortfall_percent) / 100
