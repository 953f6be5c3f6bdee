"""What can only be seen across the items of a contract."""

from collections.abc import Iterable, Sequence
from itertools import combinations

from pricing.contract.load_rates import PlacedRate
from pricing.contract.load_reach import Around
from pricing.contract.reach import Reach
from pricing.contract.terms import Contract
from pricing.load_yaml import Faults, Section
from pricing.vocabulary import Meter

_ALL = 100


def check_names(items: Iterable[Section], faults: Faults) -> None:
    """A name means one term: savings add up by it."""
    lines: dict[str, int] = {}
    for item in items:
        label = item.peek("name")
        if label and label in lines:
            message = f"name: {label!r} is the name of line {lines[label]} already"
            faults.add(item.place, message)
        lines[label] = item.place.line


def check_ties(rates: Sequence[PlacedRate], around: Around, faults: Faults) -> None:
    """Of two terms for the same usage one is more specific, or nobody could tell which applies."""
    for earlier, later in combinations(rates, 2):
        if model := _tied_on(earlier, later, around):
            message = (
                f"{later.term.name!r} and {earlier.term.name!r} (line {earlier.place.line}) both "
                f"rate {model}, and neither is more specific; narrow one, or its dates"
            )
            faults.add(later.place, message)


def _tied_on(earlier: PlacedRate, later: PlacedRate, around: Around) -> str | None:
    a, b = earlier.term.reach, later.term.reach
    if not (_overlap(a, b) and _share_meter(earlier, later)):
        return None
    for model in around.models:
        both = a.closeness(model) and b.closeness(model)
        if both and earlier.term.specificity(model) == later.term.specificity(model):
            return model
    return None


def _overlap(a: Reach, b: Reach) -> bool:
    dates = a.period.since < b.period.until and b.period.since < a.period.until
    words = ((a.tiers, b.tiers), (a.bands, b.bands), (a.providers, b.providers))
    return dates and all(not one or not two or set(one) & set(two) for one, two in words)


def _share_meter(earlier: PlacedRate, later: PlacedRate) -> bool:
    one, two = (_meters(each) for each in (earlier, later))
    return bool(one & two)


def _meters(placed: PlacedRate) -> set[Meter]:
    return set(placed.term.rates) or set(placed.term.reach.meters) or set(Meter)


def check_volume(table: Section, contract: Contract) -> None:
    """Discounts together cannot exceed the usage."""
    most = sum(
        max(step.percent_off for step in tiers.steps)
        for tiers in contract.volume_tiers
        if tiers.steps
    )
    if most > _ALL:
        message = f"volume_tiers: together they take off up to {most} percent"
        table.faults.add(table.at("volume_tiers"), message)
