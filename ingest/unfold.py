"""Containers: lines that hold many records, taken apart into one record each."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: Name under which a record finds the outermost object it came from, and the number of its line.
OUTER = "outer"
CONTAINER = "container"

_STEP = re.compile(r"([A-Za-z_][\w-]*)(\[\])?")


@dataclass(frozen=True, slots=True)
class Step:
    """One step down a container: into an object, or into each object of an array (``[]``)."""

    name: str
    each: bool


@dataclass(frozen=True, slots=True, eq=False)
class Unfolding:
    """A way into a container, such as ``data[].results[]``, and which fields are kept.

    A record is an innermost object, with every object around it, without the array it was taken
    from, under the name of its step; the outermost under ``outer``. ``container`` is the number of
    the line.
    """

    steps: tuple[Step, ...]
    kept: Mapping[str, frozenset[str] | None]

    def records(
        self, container: dict[str, Any], number: int = 1
    ) -> Iterator[dict[str, Any]] | None:
        """Yield the container's records, or return None if it has no such array."""
        first = self.steps[0]
        held = container.get(first.name)
        if not isinstance(held, list if first.each else dict):
            return None
        around: dict[str, Any] = {CONTAINER: number} if CONTAINER in self.kept else {}
        if OUTER in self.kept:
            around[OUTER] = self._fields(OUTER, container, first.name)
        return self._down(container, 0, around)

    def _down(
        self, holder: dict[str, Any], depth: int, around: dict[str, Any]
    ) -> Iterator[dict[str, Any]]:
        step = self.steps[depth]
        held = holder.get(step.name)
        members = held if isinstance(held, list) else [held]
        for member in members:
            if not isinstance(member, dict):
                continue
            if depth + 1 == len(self.steps):
                kept = {name: value for name, value in member.items() if name in self.kept}
                yield {**kept, **around}
                continue
            inner = self.steps[depth + 1].name
            if step.name in self.kept:
                around = around | {step.name: self._fields(step.name, member, inner)}
            yield from self._down(member, depth + 1, around)

    def _fields(self, name: str, holder: dict[str, Any], without: str) -> dict[str, Any]:
        wanted = self.kept[name]
        return {
            key: value
            for key, value in holder.items()
            if key != without and (wanted is None or key in wanted)
        }


def parse_unfoldings(text: str, kept: Mapping[str, str]) -> tuple[Unfolding, ...]:
    """Read one way a line.

    Args:
        text: Such as ``resourceSpans[].scopeSpans[].spans[]``.
        kept: Fields a source reads, with the DuckDB type of each.

    Raises:
        ValueError: a line is no such way.
    """
    fields = {name: _struct_fields(kind) for name, kind in kept.items()}
    return tuple(Unfolding(_steps(line), fields) for line in text.splitlines())


def _steps(text: str) -> tuple[Step, ...]:
    steps: list[Step] = []
    for part in text.split("."):
        match = _STEP.fullmatch(part)
        if not match:
            raise ValueError(f"'{text}' is no way into a container; write it like data[].results[]")
        steps.append(Step(match.group(1), bool(match.group(2))))
    return tuple(steps)


def _struct_fields(kind: str) -> frozenset[str] | None:
    """Return the names of a STRUCT's own fields; None for any other type."""
    if not kind.startswith("STRUCT(") or kind.endswith("[]"):
        return None
    names, depth, start = [], 0, True
    for part in re.findall(r'"[^"]*"|\w+|[(),]', kind.removeprefix("STRUCT(")):
        if part == "(":
            depth += 1
        elif part == ")":
            depth -= 1
        elif part == "," and depth == 0:
            start = True
            continue
        elif start:
            names.append(part.strip('"'))
        start = False
    return frozenset(names)


def first_record(
    container: dict[str, Any], unfoldings: Sequence[Unfolding]
) -> Iterator[tuple[Unfolding, dict[str, Any]]]:
    """Yield each way that leads into the container, with the first record it finds there."""
    for unfolding in unfoldings:
        found = unfolding.records(container)
        if found is not None and (first := next(found, None)) is not None:
            yield unfolding, first
