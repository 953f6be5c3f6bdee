"""Reads a mapping file, or lists everything that is wrong with it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from ingest.mapping.clock import EPOCH, Clock, form_in, zone_in
from ingest.mapping.column import Column, column_in
from ingest.mapping.described import Described
from ingest.mapping.mapping_checks import MappingError, check
from ingest.mapping.rules import read_rules
from ingest.mapping.words import (
    BY_ROW,
    CONTAINMENT,
    FORMATS,
    GRAINS,
    ISO,
    NOTHING,
    NUMBERS,
    WORDS,
    Kind,
)
from ingest.source import all_sources
from ingest.unfold import parse_unfoldings
from pricing.load_words import one_of
from pricing.load_yaml import Faults, Section, open_table

T = TypeVar("T")

KEYS = (
    "name", "title", "format", "records", "id", "grain", "columns", "constants", "tags", "time",
    "includes", "units", "values", "numbers", "skip", "free", "optional",
)  # fmt: skip
CONSTANTS = tuple(word for word, each in WORDS.items() if each.kind is Kind.TEXT)
UNITED = tuple(word for word, each in WORDS.items() if each.kind in {Kind.COUNT, Kind.MONEY})

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_FACTOR = re.compile(r"[0-9]{1,8}(\.[0-9]{1,8})?", re.ASCII)


def read_mapping(path: Path) -> Described:
    """Read and validate a mapping file.

    Raises:
        MappingError: with every fault.
    """
    faults = Faults()
    root = open_table(path, KEYS, faults)
    if root is None or not root.readable:
        raise MappingError(faults.found)
    described = _Reader(root).read()
    check(described, root)
    if faults.found:
        raise MappingError(faults.found)
    return described


class _Reader:
    """Reads one section after the other; what is at fault is noted and left out."""

    def __init__(self, root: Section) -> None:
        self.root = root
        self.form = root.value("format", one_of(FORMATS)) or FORMATS[0]

    def read(self) -> Described:
        default = re.sub(r"[^a-z0-9]+", "_", self.root.path.stem.lower()).strip("_")
        return Described(
            path=self.root.path,
            name=self._given("name", _name) or _usable(default),
            title=self._given("title", _line) or f"as {self.root.path.name} describes it",
            form=self.form,
            records=self._given("records", _way) or "",
            by_row=bool(self._given("id", one_of((BY_ROW,)))),
            grain=self._given("grain", one_of(GRAINS)) or GRAINS[0],
            columns=self._columns(),
            constants=self._constants(),
            tags=self._tags(),
            clock=self._clock(),
            includes=self._includes(),
            units=self._units(),
            values=self._values(),
            numbers=self._given("numbers", one_of(NUMBERS)) or next(iter(NUMBERS)),
            skip=read_rules(self.root, "skip", self._column),
            free=read_rules(self.root, "free", self._column),
            optional=frozenset(self._list(self.root, "optional")),
        )

    def _given(self, key: str, read: Callable[[str], T]) -> T | None:
        """Read a key that may be left out."""
        return self.root.value(key, read) if key in self.root else None

    def _section(self, key: str, keys: tuple[str, ...] | None) -> Section | None:
        section = self.root.section(key, keys) if key in self.root else None
        return section if section and section.readable else None

    def _column(self, text: str) -> Column:
        return column_in(self.form, text)

    def _list(self, section: Section, key: str) -> list[Column]:
        return (section.values(key, self._column) or []) if key in section else []

    def _columns(self) -> dict[str, tuple[Column, ...]]:
        self.root.at("columns")
        section = self.root.section("columns", tuple(WORDS))
        words = section.nodes if section and section.readable else {}
        return {
            word: tuple(found) for word in words if section and (found := self._list(section, word))
        }

    def _constants(self) -> dict[str, str]:
        section = self._section("constants", CONSTANTS)
        found = {}
        for word in section.nodes if section else ():
            read = one_of(WORDS[word].allowed) if WORDS[word].allowed else _line
            if section and (value := section.value(word, read)) is not None:
                found[word] = value
        return found

    def _tags(self) -> dict[str, Column]:
        section = self._section("tags", None)
        names = section.nodes if section else ()
        found = {name: section.value(name, self._column) for name in names if section}
        return {name: column for name, column in found.items() if column}

    def _clock(self) -> Clock:
        section = self._section("time", ("format", "zone", "since"))
        if section is None:
            return Clock("")
        form = section.value("format", form_in) or ISO
        zone = section.value("zone", zone_in) if "zone" in section else None
        since = section.value("since", _instant) if "since" in section else None
        return Clock(form, zone, since or EPOCH)

    def _includes(self) -> dict[str, tuple[str, ...]]:
        section = self._section("includes", tuple(CONTAINMENT))
        found: dict[str, tuple[str, ...]] = {}
        for word in section.nodes if section else ():
            parts = section and section.values(word, one_of((*CONTAINMENT[word], NOTHING)))
            if parts:
                found[word] = tuple(part for part in parts if part != NOTHING)
        return found

    def _units(self) -> dict[str, Decimal]:
        section = self._section("units", UNITED)
        words = section.nodes if section else ()
        found = {word: section.value(word, _factor) for word in words if section}
        return {word: factor for word, factor in found.items() if factor}

    def _values(self) -> dict[str, dict[str, str]]:
        section = self._section("values", CONSTANTS)
        found: dict[str, dict[str, str]] = {}
        for word in section.nodes if section else ():
            pairs = section and section.section(word, None)
            read = one_of(WORDS[word].allowed) if WORDS[word].allowed else _line
            for cell in pairs.nodes if pairs and pairs.readable else ():
                if pairs and (value := pairs.value(cell, read)) is not None:
                    found.setdefault(word, {})[cell] = value
        return found


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError(f"{text!r} is no name: lower-case letters, digits and _, a letter first")
    if text in {source.name for source in all_sources()}:
        raise ValueError(f"{text!r} is the name of a source that is read without a mapping")
    return text


def _usable(name: str) -> str:
    try:
        return _name(name)
    except ValueError:
        return f"mapped_{name}"[:60]


def _instant(text: str) -> datetime:
    advice = f"not a date: {text!r}; write 2026-09-01 or 2026-09-01T12:00:00Z"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(advice) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _way(text: str) -> str:
    parse_unfoldings(text, {})
    return text


def _line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("expected one line of text")
    return text


def _factor(text: str) -> Decimal:
    if not _FACTOR.fullmatch(text) or not Decimal(text):
        raise ValueError(f"not a factor: {text!r}; write a plain number such as 1000 or 0.01")
    return Decimal(text)
