"""What people's time costs: repair, review, and waiting."""

from models.outcome.checked import Array, Numbers, amount, probability

_MINUTES_PER_HOUR = 60
_SECONDS_PER_HOUR = 3600


def repair_cost(minutes: Numbers, hourly_usd: Numbers) -> Array:
    """Return the cost of a person doing or repairing one task, in US dollars.

    Args:
        minutes: Working time for one task.
        hourly_usd: Loaded hourly rate. No rate is shipped as a fact: it is the user's.
    """
    return amount("minutes", minutes) / _MINUTES_PER_HOUR * amount("hourly rate", hourly_usd)


def review_cost(rate: Numbers, usd: Numbers) -> Array:
    """Return the cost of review per request, in US dollars: share reviewed times cost of one."""
    return probability("review rate", rate) * amount("cost of a review", usd)


def delay_cost(seconds: Numbers, hourly_usd: Numbers) -> Array:
    """Return the cost of added waiting per request, in US dollars.

    Args:
        seconds: Time that a request takes longer.
        hourly_usd: What an hour of waiting is worth.
    """
    return amount("delay", seconds) / _SECONDS_PER_HOUR * amount("value of an hour", hourly_usd)
