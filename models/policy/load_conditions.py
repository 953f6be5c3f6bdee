"""The `when` of a rule: a mapping of fields, and `all`, `any`, `not`."""

from collections.abc import Callable
from typing import Literal

from models.policy.known import EFFORTS, Known, nearest
from models.policy.load_words import Bounds, days, flag, hours, share_range, wait_range, whole_range
from models.policy.terms import (
    FLAG_FIELDS,
    LABEL_FIELDS,
    NONE,
    NUMBER_FIELDS,
    TAG,
    Condition,
    Predicate,
)
from pricing.load_yaml import Section
from pricing.vocabulary import ServiceTier

FIELDS = (*LABEL_FIELDS, *NUMBER_FIELDS, *FLAG_FIELDS)
TREE = ("all", "any", "not")
_DEEPEST = 20

_RANGES: dict[str, Callable[[str], Bounds]] = {
    "cached_share": share_range,
    "hour": hours,
    "latency_seconds": wait_range,
}

Part = Predicate | Condition


def read_condition(
    section: Section, known: Known, fields: tuple[str, ...] = FIELDS
) -> Condition | None:
    """Read a mapping of conditions, all of which must hold.

    Args:
        section: The mapping, opened without a list of keys.
        known: The words that are allowed.
        fields: That may be asked for; tags always may.

    Returns:
        The condition in its simplest form; None, and faults, when something is wrong.
    """
    part = _Reader(known, fields).mapping(section, 0)
    return part if part is None or isinstance(part, Condition) else Condition("all", (part,))


def joined(kind: Literal["all", "any"], parts: list[Part]) -> Part:
    """Return parts taken together in their simplest form: no part of its own kind, none alone."""
    flat: list[Part] = []
    for part in parts:
        same = isinstance(part, Condition) and (part.kind == kind or len(part.parts) == 1)
        if isinstance(part, Condition) and same and part.kind != "not":
            flat += part.parts
        else:
            flat.append(part)
    return flat[0] if len(flat) == 1 else Condition(kind, tuple(flat))


def denied(part: Part) -> Part:
    """Return the opposite of a part; the opposite of an opposite is the part itself."""
    if isinstance(part, Condition) and part.kind == "not":
        return part.parts[0]
    return Condition("not", (part,))


class _Reader:
    """Reads the tree of one rule."""

    def __init__(self, known: Known, fields: tuple[str, ...]) -> None:
        self.known = known
        self.fields = fields

    def mapping(self, section: Section, depth: int) -> Part | None:
        """Read a mapping; all of it must hold."""
        if depth > _DEEPEST:
            section.faults.add(section.place, "conditions are nested too deeply")
            return None
        if section.readable and not section.nodes:
            section.faults.add(section.place, "no condition; leave `when` out to take everything")
        parts = [self._entry(section, key, depth) for key in section.nodes]
        good = [part for part in parts if part is not None]
        return joined("all", good) if good and len(good) == len(parts) else None

    def _entry(self, section: Section, key: str, depth: int) -> Part | None:
        if key == "not":
            inner = section.section("not", None)
            part = None if inner is None else self.mapping(inner, depth + 1)
            return None if part is None else denied(part)
        if key in {"all", "any"}:
            inners = section.sections(key, None)
            parts = [self.mapping(inner, depth + 1) for inner in inners]
            good = [part for part in parts if part is not None]
            if not inners:
                section.faults.add(section.at(key), f"{key}: expected a list of conditions")
            kind: Literal["all", "any"] = "all" if key == "all" else "any"
            return joined(kind, good) if good and len(good) == len(parts) else None
        return self._predicate(section, key)

    def _predicate(self, section: Section, name: str) -> Part | None:
        tagged = name.startswith(TAG) and len(name) > len(TAG)
        if name not in self.fields and not tagged:
            listed = ", ".join((*self.fields, "tag:NAME", *TREE))
            near = nearest(name, (*self.fields, *TREE), one=True)
            message = f"there is no field {name!r}; use {listed}{near}"
            section.faults.add(section.at(name), message)
            return None
        if name in FLAG_FIELDS:
            said = section.value(name, flag)
            return None if said is None else Predicate(name, "is", (int(said),))
        if name in NUMBER_FIELDS:
            found = section.values(name, _RANGES.get(name, whole_range))
            return _between(name, found) if found else None
        labels = section.values(name, self._label(name))
        if not labels:
            return None
        return Predicate(name, "in", tuple(dict.fromkeys(sum(labels, ()))))

    def _label(self, name: str) -> Callable[[str], tuple[str, ...]]:
        if name == "weekday":
            return days
        words: dict[str, Callable[[str], str]] = {
            "model": self._model,
            "workload": self._workload,
            "service_tier": lambda text: self.known.word(text, ServiceTier),
            "effort": lambda text: self.known.word(text, (*EFFORTS, NONE)),
        }
        check = words.get(name)

        def read(text: str) -> tuple[str, ...]:
            if not text:
                raise ValueError(f"an empty label; write {NONE} for requests without one")
            return (text if check is None or text in {NONE, "*"} else check(text),)

        return read

    def _workload(self, text: str) -> str:
        begins = text.endswith("*") and any(
            each.startswith(text[:-1]) for each in self.known.workloads
        )
        return text if begins else self.known.workload(text)

    def _model(self, text: str) -> str:
        if not text.endswith("*"):
            return self.known.model(text)
        if not any(each.startswith(text[:-1]) for each in self.known.models.values()):
            raise ValueError(f"no model of the price book begins with {text[:-1]!r}")
        return text


def _between(name: str, found: list[Bounds]) -> Part:
    return joined("any", [Predicate(name, "between", bounds) for bounds in found])
