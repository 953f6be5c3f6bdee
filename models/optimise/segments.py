"""What there is to choose: segments of alike requests, and the options of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite


class OptimiseError(ValueError):
    """A choice that cannot be made as it is put."""


class InfeasibleError(OptimiseError):
    """No choice meets the budget or the limits; the message says which it is."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way to serve a request of a segment.

    Attributes:
        name: What the plan calls it.
        cost: US dollars per request.
        quality: Expected successes per request.
        model: What limits by model look at; the name where it is empty.
    """

    name: str
    cost: float
    quality: float
    model: str = ""

    @property
    def limited_as(self) -> str:
        """Return the name that limits by model go by."""
        return self.model or self.name


@dataclass(frozen=True, slots=True)
class Segment:
    """Requests that are alike, and how each of them can be served.

    Attributes:
        name: What the plan calls it.
        requests: How many; a share of them can be served otherwise than the rest.
        options: At least one.
        value: What a success is worth, against the others'.
        workload: What quality floors look at; the name where it is empty.
    """

    name: str
    requests: int
    options: tuple[Option, ...]
    value: float = 1.0
    workload: str = ""

    @property
    def floored_as(self) -> str:
        """Return the name that quality floors go by."""
        return self.workload or self.name


@dataclass(frozen=True, slots=True)
class Choice:
    """How many requests of a segment are served by an option, and what share that is."""

    segment: str
    option: str
    requests: float
    share: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Which requests are served how, and what that comes to.

    Attributes:
        choices: Options in use, in the order of the segments.
        cost: US dollars.
        quality: Expected successes, weighted by what one is worth.
        shadow_price: Successes that one more dollar would buy.
        gap: What the plan may lack, at most, against the best of whole requests.
    """

    choices: tuple[Choice, ...]
    cost: float
    quality: float
    shadow_price: float = 0.0
    gap: float = 0.0


def checked_segments(segments: Sequence[Segment]) -> list[Segment]:
    """Return the segments that have requests.

    Raises:
        OptimiseError: a segment without options, or a number that is none.
    """
    for segment in segments:
        if not segment.options:
            raise OptimiseError(f"segment {segment.name} has no option")
        if segment.requests < 0 or not (isfinite(segment.value) and segment.value >= 0):
            raise OptimiseError(f"segment {segment.name}: requests and value must not be negative")
        for option in segment.options:
            if not (isfinite(option.cost) and isfinite(option.quality)) or option.cost < 0:
                raise OptimiseError(
                    f"segment {segment.name}, option {option.name}: "
                    "cost and quality must be known, and cost not negative"
                )
    return [segment for segment in segments if segment.requests]


def planned(
    segments: Sequence[Segment],
    requests: Sequence[Sequence[float]],
    shadow_price: float = 0.0,
    gap: float = 0.0,
) -> Plan:
    """Return the plan of how many requests of each segment go to each of its options."""
    choices: list[Choice] = []
    cost = quality = 0.0
    for segment, counts in zip(segments, requests, strict=True):
        for option, count in zip(segment.options, counts, strict=True):
            if count > 0:
                share = count / segment.requests
                choices.append(Choice(segment.name, option.name, count, share))
                cost += count * option.cost
                quality += count * option.quality * segment.value
    return Plan(tuple(choices), cost, quality, shadow_price, gap)
