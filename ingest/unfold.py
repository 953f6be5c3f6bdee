"""Containers: lines that hold many records, taken apart into one record each."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: Name under which a record finds the outermost object it came from, and the number of its line.
OUTER = "outer"
CONTAINER = "container"

#: Fields that are kept of an object; of each either all (None) or again some.
Kept = Mapping[str, "Kept | None"]

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
    kept: Kept

    def __str__(self) -> str:
        """Write the way as a source's header does."""
        return ".".join(f"{step.name}[]" if step.each else step.name for step in self.steps)

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
                yield {**_only(member, self.kept), **around}
                continue
            inner = self.steps[depth + 1].name
            if step.name in self.kept:
                around = around | {step.name: self._fields(step.name, member, inner)}
            yield from self._down(member, depth + 1, around)

    def _fields(self, name: str, holder: dict[str, Any], without: str) -> Any:
        inner = {key: value for key, value in holder.items() if key != without}
        return _only(inner, self.kept[name])


def _only(value: Any, kept: Kept | None) -> Any:
    """Return of an object what is kept of it, all the way down."""
    if kept is None or not isinstance(value, dict):
        return value
    return {
        name: _only(value[name], inner) if inner else value[name]
        for name, inner in kept.items()
        if name in value
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


def _struct_fields(kind: str) -> Kept | None:
    """Return the names of a STRUCT's fields, with those of each; None for any other type."""
    if not kind.upper().startswith("STRUCT(") or kind.endswith("[]"):
        return None
    fields: dict[str, Kept | None] = {}
    for member in _members(kind[len("STRUCT(") : -1]):
        name, _, inner = member.strip().partition(" ")
        fields[name.strip('"')] = _struct_fields(inner.strip())
    return fields


def _members(text: str) -> Iterator[str]:
    depth, start = 0, 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            yield text[start:place]
            start = place + 1
    yield text[start:]


def first_record(
    container: dict[str, Any], unfoldings: Sequence[Unfolding]
) -> Iterator[tuple[Unfolding, dict[str, Any]]]:
    """Yield each way that leads into the container, with the first record it finds there."""
    for unfolding in unfoldings:
        found = unfolding.records(container)
        if found is not None and (first := next(found, None)) is not None:
            yield unfolding, first
