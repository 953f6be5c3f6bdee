"""A price table as text with line numbers, and the faults found in it.

YAML would read 0.13 as a float and nan as a number. Here every scalar stays the
text that was written, so a rate never passes through a float.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml

T = TypeVar("T")

# The C parser is much faster and not everywhere installed.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Fault(NamedTuple):
    """Something wrong in a price table, and where."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        """Return `file:line: message`."""
        return f"{self.path}:{self.line}: {self.message}"


class Place(NamedTuple):
    """A line of a price table."""

    path: Path
    line: int


@dataclass(slots=True)
class Faults:
    """Collects every fault of a run, so that one run shows them all."""

    found: list[Fault] = field(default_factory=list)

    def add(self, place: Place, message: str) -> None:
        """Note a fault."""
        self.found.append(Fault(*place, message))


class Section:
    """One mapping of the table. Reading a key notes what is wrong with it.

    A reader that cannot give a value notes the fault and returns None.
    """

    def __init__(
        self, node: yaml.Node, path: Path, faults: Faults, keys: Iterable[str] | None
    ) -> None:
        """Read the keys of a node; those not among `keys` are faults."""
        self.path = path
        self.faults = faults
        self.place = Place(path, node.start_mark.line + 1)
        self.nodes: dict[str, yaml.Node] = {}
        self.readable = isinstance(node, yaml.MappingNode)
        if not isinstance(node, yaml.MappingNode):
            faults.add(self.place, "expected `key: value` pairs here")
            return
        known = None if keys is None else list(keys)
        for key, value in node.value:
            self._take(key, value, known)

    def _take(self, key: yaml.Node, value: yaml.Node, keys: list[str] | None) -> None:
        name = key.value if isinstance(key, yaml.ScalarNode) else "[...]"
        place = Place(self.path, key.start_mark.line + 1)
        if keys is not None and name not in keys:
            near = get_close_matches(name, keys, n=1)
            known = f"the keys are {', '.join(keys)}"
            hint = f"; did you mean {near[0]!r}?" if near else f"; {known}"
            self.faults.add(place, f"unknown key {name!r}{hint}")
        elif name in self.nodes:
            self.faults.add(place, f"{name!r} is given twice")
        else:
            self.nodes[name] = value

    def __contains__(self, key: str) -> bool:
        """Whether the key was written."""
        return key in self.nodes

    def at(self, key: str) -> Place:
        """Return the line of a key's value, or of the section without one."""
        node = self.nodes.get(key)
        return self.place if node is None else Place(self.path, node.start_mark.line + 1)

    def peek(self, key: str) -> str:
        """Return a key's text, "" without one, and note nothing."""
        node = self.nodes.get(key)
        return str(node.value).strip() if isinstance(node, yaml.ScalarNode) else ""

    def value(self, key: str, read: Callable[[str], T]) -> T | None:
        """Read a scalar with a function that raises ValueError on a bad text."""
        text = self._text(key)
        if text is None:
            return None
        try:
            return read(text)
        except ValueError as error:
            self.faults.add(self.at(key), f"{key}: {error}")
            return None

    def values(self, key: str, read: Callable[[str], T]) -> list[T] | None:
        """Read a list of scalars, or a single one; an empty list is a fault."""
        node = self._node(key)
        if not isinstance(node, yaml.SequenceNode):
            single = self.value(key, read) if node is not None else None
            return None if single is None else [single]
        if not node.value:
            self.faults.add(self.at(key), f"{key}: the list is empty")
            return None
        items = [self._item(key, item, read) for item in node.value]
        good = [item for item in items if item is not None]
        return good if len(good) == len(items) else None

    def section(self, key: str, keys: Iterable[str] | None) -> "Section | None":
        """Open the mapping under a key."""
        node = self._node(key)
        return None if node is None else Section(node, self.path, self.faults, keys)

    def sections(self, key: str, keys: Iterable[str] | None) -> "list[Section]":
        """Open each mapping of the list under a key."""
        node = self._node(key)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.faults.add(self.at(key), f"{key}: expected a list")
            return []
        return [Section(item, self.path, self.faults, keys) for item in node.value]

    def _node(self, key: str) -> yaml.Node | None:
        if key not in self.nodes and self.readable:
            self.faults.add(self.place, f"{key} is missing")
        return self.nodes.get(key)

    def _text(self, key: str) -> str | None:
        node = self._node(key)
        if node is None:
            return None
        if isinstance(node, yaml.ScalarNode) and (text := str(node.value).strip()):
            return text
        expected = "is empty" if isinstance(node, yaml.ScalarNode) else "expected one value"
        self.faults.add(self.at(key), f"{key}: {expected}")
        return None

    def _item(self, key: str, node: yaml.Node, read: Callable[[str], T]) -> T | None:
        place = Place(self.path, node.start_mark.line + 1)
        if not isinstance(node, yaml.ScalarNode):
            self.faults.add(place, f"{key}: expected a list of single values")
            return None
        try:
            return read(node.value.strip())
        except ValueError as error:
            self.faults.add(place, f"{key}: {error}")
            return None


def open_table(path: Path, keys: Iterable[str], faults: Faults) -> Section | None:
    """Parse a file; None, and one fault, when it cannot be read at all."""
    try:
        content = path.read_bytes()
    except OSError as error:
        faults.add(Place(path, 0), f"cannot be read: {error.strerror}")
        return None
    return open_text(content, path, keys, faults)


def open_text(
    text: bytes | str, source: Path | str, keys: Iterable[str], faults: Faults
) -> Section | None:
    """Parse a text; None, and one fault, when it is no YAML. `source` is what faults call it."""
    path = Path(source)
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 0 if mark is None else mark.line + 1
        faults.add(Place(path, line), f"not readable as YAML: {error.problem}")
        return None
    except yaml.YAMLError as error:
        summary = str(error).splitlines()[0]
        faults.add(Place(path, 0), f"not readable as YAML: {summary}")
        return None
    if root is None:
        faults.add(Place(path, 1), "the file is empty")
        return None
    return Section(root, path, faults, keys)
