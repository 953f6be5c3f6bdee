"""What one request consumed, in billable quantities."""

from collections.abc import Iterator
from dataclasses import dataclass

from pricing.vocabulary import Meter


@dataclass(frozen=True, slots=True)
class Usage:
    """Billable quantities of one request, in whole units per meter.

    The meters are disjoint: a cached token counts under `cache_read` and not
    again under `uncached_input`. None means not reported and bills nothing.

    Attributes:
        input_tokens: Size of the whole prompt, cached tokens included. It decides
            the context band and is not itself billed. None when not reported.
        unmetered: Whether it also used something that is no meter, such as images.
    """

    uncached_input: int | None = None
    cache_read: int | None = None
    cache_write: int | None = None
    cache_write_long: int | None = None
    output: int | None = None
    web_search: int | None = None
    file_search: int | None = None
    container: int | None = None
    input_tokens: int | None = None
    unmetered: bool = False

    def __post_init__(self) -> None:
        for name in (*Meter, "input_tokens"):
            quantity = getattr(self, name)
            if quantity is not None and quantity < 0:
                raise ValueError(f"{name} is negative: {quantity}")

    def items(self) -> Iterator[tuple[Meter, int]]:
        """Yield the meters that were used, in the order of `Meter`."""
        for meter in Meter:
            if quantity := getattr(self, meter):
                yield meter, quantity
