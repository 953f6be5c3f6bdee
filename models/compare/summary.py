"""What draws say: ranges, savings against a named baseline, cost per success."""

from dataclasses import dataclass

import numpy as np

from models.compare.option import Interval, Option

_PICO_PER_USD = 10**12
_PERCENTILES = (10, 50, 90)

#: US dollars, and part of a cost, below which two costs are the same but for rounding.
_SAME_USD, _SAME_PART = 1e-6, 1e-9


@dataclass(frozen=True, slots=True)
class Saving:
    """What an option saves against a baseline; below zero it costs more.

    Attributes:
        against: Name of the baseline.
        pico: Of API cost at the medians, for the whole period, in pico-dollars.
        share: Of the baseline's cost; None where that is zero.
        usd: Over the draws, in US dollars.
        probability: Share of the draws in which the option costs less, by more than rounding.
    """

    against: str
    pico: int
    share: float | None
    usd: Interval
    probability: float


def interval(draws: np.ndarray) -> Interval:
    """Return the 10th, 50th and 90th percentile."""
    return Interval(*(float(each) for each in np.percentile(draws, _PERCENTILES)))


def saving(option: Option, baseline: Option) -> Saving:
    """Return what an option saves against a baseline, draw by draw."""
    pico = baseline.cost_pico - option.cost_pico
    draws = baseline.cost_usd - option.cost_usd
    same = np.maximum(_SAME_USD, _SAME_PART * np.abs(baseline.cost_usd))
    draws = np.where(np.abs(draws) < same, 0.0, draws)
    return Saving(
        against=baseline.name,
        pico=pico,
        share=pico / baseline.cost_pico if baseline.cost_pico else None,
        usd=interval(draws),
        probability=float(np.mean(draws > 0)),
    )


def total_saving(option: Option, baseline: Option) -> Interval | None:
    """Return the saving with people's work counted, in US dollars; None where it is unknown."""
    if option.people_usd_draws is None or baseline.people_usd_draws is None:
        return None
    return interval(
        (baseline.cost_usd + baseline.people_usd_draws)
        - (option.cost_usd + option.people_usd_draws)
    )


def cost_per_success(option: Option) -> float | None:
    """Return API cost by expected successes, in US dollars; None where success is unknown."""
    if option.success is None or not option.tasks:
        return None
    successes = option.success.point * option.tasks
    return option.cost_pico / _PICO_PER_USD / successes if successes > 0 else None


def payback_months(option: Option, baseline: Option, months: float) -> float | None:
    """Return after how many months the one-off cost is earned back; None where never."""
    a_month = (baseline.cost_pico - option.cost_pico) / _PICO_PER_USD / months
    if not option.one_off_usd or a_month <= 0:
        return None
    return option.one_off_usd / a_month
