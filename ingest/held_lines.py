"""Lines held back until a later one has told what to say of them."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.records import Line

#: Lines held back at most.
_PATIENCE = 10_000


@dataclass(slots=True, eq=False)
class Held:
    """A line and what is told of it, which may change while it waits."""

    line: Line
    told: dict[str, Any]
    waits: bool = False

    def settle(self, told: dict[str, Any] | None = None) -> None:
        """Wait no longer; tell something else, if given."""
        self.waits = False
        self.told = self.told if told is None else told


@dataclass(slots=True)
class HeldLines:
    """Lines in their order, from the first that waits on."""

    held: deque[Held] = field(default_factory=deque)

    def put(self, line: Held) -> Iterator[tuple[Line, dict[str, Any]]]:
        """Add a line; yield what waits for nothing."""
        if not self.held and not line.waits:
            yield line.line, line.told
            return
        self.held.append(line)
        while self.held and (not self.held[0].waits or len(self.held) > _PATIENCE):
            done = self.held.popleft()
            yield done.line, done.told

    def rest(self) -> Iterator[tuple[Line, dict[str, Any]]]:
        """Yield what still waits: nothing more comes."""
        while self.held:
            done = self.held.popleft()
            yield done.line, done.told
