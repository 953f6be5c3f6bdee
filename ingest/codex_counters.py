"""The cumulative token counters of a Codex thread, and what was used between two of them."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any


class CountError(ValueError):
    """A counter that is no whole number."""


@dataclass(frozen=True, slots=True)
class Counters:
    """What Codex counts. Input includes what was cached and written; output includes reasoning."""

    input_tokens: int = 0
    cached_input_tokens: int = 0
    cache_write_input_tokens: int = 0
    output_tokens: int = 0
    reasoning_output_tokens: int = 0

    @classmethod
    def read(cls, usage: dict[str, Any]) -> "Counters":
        """Read a usage object; a counter that an earlier version did not write is 0.

        Raises:
            CountError: a counter is no whole number.
        """
        return cls(*[_count(usage.get(name)) for name in _NAMES])

    def __sub__(self, other: "Counters") -> "Counters":
        """Subtract each counter; none falls below 0."""
        pairs = zip(_each(self), _each(other), strict=True)
        return Counters(*[a - b if a > b else 0 for a, b in pairs])

    def __add__(self, other: "Counters") -> "Counters":
        """Add each counter."""
        pairs = zip(_each(self), _each(other), strict=True)
        return Counters(*(a + b for a, b in pairs))

    def within(self, other: "Counters") -> bool:
        """Tell whether no counter is above the other's."""
        return all(a <= b for a, b in zip(_each(self), _each(other), strict=True))

    def since(self, before: "Counters", last: "Counters | None" = None) -> "Counters":
        """Return what was used since earlier counters.

        Counters that fell began anew: ``last``, the latest response as the thread counts it, is
        then what was used, or all of them where that is not said.
        """
        used = self - before
        began_anew = (
            self.input_tokens < before.input_tokens
            or self.output_tokens < before.output_tokens
            or used.cached_input_tokens + used.cache_write_input_tokens > used.input_tokens
        )
        if not began_anew:
            return used
        return last if last and last.within(self) else self

    def key(self, thread: str) -> str:
        """Return the id of the usage that brought a thread to these counters.

        It is made of what every version and ``codex exec`` write.
        """
        counted = f"{self.input_tokens}-{self.cached_input_tokens}-{self.output_tokens}"
        return f"codex:{thread}:{counted}"

    def __bool__(self) -> bool:
        """Whether anything was counted."""
        return any(_each(self))

    @property
    def by_name(self) -> dict[str, int]:
        """The counters by name."""
        return dict(zip(_NAMES, _each(self), strict=True))


_NAMES = tuple(field.name for field in fields(Counters))
_each: Callable[[Counters], tuple[int, ...]] = attrgetter(*_NAMES)


def _count(value: object) -> int:
    if type(value) is int and value >= 0:
        return value
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise CountError("a Codex counter is not a whole number")
    return value
