"""Rules of a mapping file that choose rows: no usage, or usage that nobody was billed for."""

from collections.abc import Callable

from ingest.mapping.column import Column
from ingest.mapping.described import Rule
from pricing.load_words import yes_no
from pricing.load_yaml import Section

KEYS = ("column", "is", "is_not", "empty", "because")
_CONDITIONS = ("is", "is_not", "empty")


def read_rules(root: Section, key: str, column: Callable[[str], Column]) -> tuple[Rule, ...]:
    """Read the list of rules under a key; faults are noted.

    Args:
        root: The mapping file.
        key: Which list.
        column: Reads the name of a column.
    """
    if key not in root:
        return ()
    found = (_rule(each, column) for each in root.sections(key, KEYS))
    return tuple(rule for rule in found if rule)


def _rule(section: Section, column: Callable[[str], Column]) -> Rule | None:
    if not section.readable:
        return None
    place = section.value("column", column)
    given = [key for key in _CONDITIONS if key in section]
    if len(given) != 1:
        section.faults.add(section.place, f"a rule needs one of {', '.join(_CONDITIONS)}")
        return None
    because = section.value("because", _line) if "because" in section else None
    [condition] = given
    if condition == "empty":
        empty = section.value("empty", yes_no)
        if place is None or empty is None:
            return None
        said = f"{place} is empty" if empty else f"{place} is not empty"
        return Rule(place, (None,), not empty, because or f"{said}, says the mapping")
    values = section.values(condition, _line)
    if place is None or values is None:
        return None
    others = condition == "is_not"
    said = f"{place} is {'not ' if others else ''}{' or '.join(values)}"
    return Rule(place, tuple(values), others, because or f"{said}, says the mapping")


def _line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("expected one line of text")
    return text
