"""A column as a mapping file names it: a header's name, or a way into nested objects."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_PART = re.compile(r'"([^"]+)"|([^."]+)')
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")

Tree = dict[str, "Tree | None"]


@dataclass(frozen=True, slots=True)
class Column:
    """Where a value lies in a record.

    Example:
        usage.input_tokens is ("usage", "input_tokens").
    """

    path: tuple[str, ...]

    @property
    def sql(self) -> str:
        """The value as a field of a record's body."""
        return "body" + "".join(f'."{name}"' for name in self.path)

    def of(self, record: Mapping[str, object]) -> object:
        """Return the value in a decoded record, or None."""
        value: object = record
        for name in self.path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def __str__(self) -> str:
        """Write the column as a mapping of nested records does."""
        return ".".join(f'"{name}"' if "." in name else name for name in self.path)


def column_in(form: str, text: str) -> Column:
    """Read a column's name.

    Args:
        form: In a ``csv`` a name is taken as it stands, unless it begins with a quoted part.
        text: Such as ``usage.input_tokens`` or ``attributes."gen_ai.system"``.

    Raises:
        ValueError: it is not readable, in words.
    """
    if _UNPRINTABLE.search(text):
        raise ValueError(f"not the name of a column: {text!r}")
    if form == "csv" and not text.startswith('"'):
        if '"' in text:
            raise ValueError(f"a name with a double quote cannot be read: {text}")
        return Column((text,))
    parts, at = [], 0
    while match := _PART.match(text, at):
        parts.append(match.group(1) or match.group(2))
        at = match.end()
        if text[at : at + 1] != ".":
            break
        at += 1
    if at != len(text) or text.endswith("."):
        advice = 'write usage.input_tokens, or "with quotes" around a name that has a dot'
        raise ValueError(f"not the name of a column: {text}; {advice}")
    return Column(tuple(parts))


def written(form: str, path: tuple[str, ...]) -> str:
    """Write a column so that ``column_in`` reads it again."""
    if form == "csv" and len(path) == 1:
        return path[0]
    first, *rest = (f'"{name}"' if "." in name else name for name in path)
    if form == "csv":
        first = f'"{path[0]}"'
    return ".".join((first, *rest))


def tree_of(columns: Iterable[Column]) -> Tree:
    """Return the columns as nested names.

    Raises:
        ValueError: one is both a value and an object, or two differ only in case.
    """
    tree: Tree = {}
    for column in columns:
        level = tree
        for depth, name in enumerate(column.path, 1):
            last = depth == len(column.path)
            _check_case(level, name)
            if name not in level:
                level[name] = None if last else {}
            inner = level[name]
            if (inner is None) != last:
                raise ValueError(f"{'.'.join(column.path[:depth])} is both a value and an object")
            level = {} if inner is None else inner
    return tree


def _check_case(level: Tree, name: str) -> None:
    for other in level:
        if other != name and other.lower() == name.lower():
            raise ValueError(f"{other} and {name} differ only in case: only one can be read")


def types_of(tree: Tree) -> dict[str, str]:
    """Return the DuckDB type each top-level name is read as: text, or objects of text."""
    return {name: _type(inner) for name, inner in tree.items()}


def _type(inner: Tree | None) -> str:
    if inner is None:
        return "VARCHAR"
    return "STRUCT(" + ", ".join(f'"{name}" {_type(each)}' for name, each in inner.items()) + ")"
