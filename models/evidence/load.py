"""Reads the published evidence and checks it: faults come with file and line, all at once."""

import csv
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from models.evidence.load_about import SECTIONS, read_about
from models.evidence.table import GRADES, SHARES, Evidence, Score, Source
from pricing.load_yaml import Fault, Faults, Place, Section

#: Columns of the scores, in order.
COLUMNS = (
    "benchmark", "group", "model", "effort", "value", "unit", "source", "date", "confidence",
    "context", "n",
)  # fmt: skip

UNITS = (*SHARES, "percent_lower_better", "index", "elo")
EFFORTS = (
    "none", "minimal", "low", "medium", "high", "xhigh", "max", "pro-default", "default",
    "unrecorded",
)  # fmt: skip

_HUNDRED = Decimal(100)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class EvidenceError(ValueError):
    """The evidence has faults; the message has one a line, each with file and line."""

    def __init__(self, faults: list[Fault]) -> None:
        """Take all that was found."""
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, faults)))


@lru_cache(maxsize=1)
def shipped() -> Evidence:
    """Return the evidence that comes with the program.

    Raises:
        EvidenceError: it has faults.
    """
    folder = files("models.evidence")
    return read_evidence(
        (folder / "evidence.yaml").read_text(encoding="utf-8"),
        (folder / "scores.csv").read_text(encoding="utf-8"),
    )


def read_evidence(
    about: str, scores: str, names: tuple[str, str] = ("evidence.yaml", "scores.csv")
) -> Evidence:
    """Read evidence from the texts of its two files.

    Args:
        about: Sources, priors, matrix and claims, in YAML.
        scores: Benchmark scores, in CSV with the header ``COLUMNS``.
        names: Of the files, for faults.

    Raises:
        EvidenceError: either has faults; the error holds them all.
    """
    faults = Faults()
    path: Any = names[0]
    root = _composed(about, path, faults)
    told: dict[str, Any] = {}
    if root is not None:
        told = read_about(Section(root, path, faults, SECTIONS))
    rows = tuple(_scores(scores, names[1], told.get("sources", {}), faults))
    if faults.found:
        raise EvidenceError(faults.found)
    return Evidence(scores=rows, **told)


def _composed(text: str, path: Any, faults: Faults) -> yaml.Node | None:
    try:
        root: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        faults.add(Place(path, mark.line + 1 if mark else 0), f"not YAML: {error.problem}")
        return None
    if root is None:
        faults.add(Place(path, 1), "the file is empty")
    return root


def _scores(text: str, name: Any, sources: dict[str, Source], faults: Faults) -> Iterator[Score]:
    reader = csv.reader(text.splitlines())
    if tuple(next(reader, ())) != COLUMNS:
        faults.add(Place(name, 1), f"the header must be {','.join(COLUMNS)}")
        return
    seen: dict[tuple[str, ...], int] = {}
    for cells in reader:
        place = Place(name, reader.line_num)
        if len(cells) != len(COLUMNS):
            faults.add(place, f"{len(cells)} cells where there must be {len(COLUMNS)}")
            continue
        row = dict(zip(COLUMNS, cells, strict=True))
        if wrong := list(_wrong(row, sources)):
            for sentence in wrong:
                faults.add(place, sentence)
            continue
        score = _score(row, place.line)
        key = (*score.terms, score.model)
        if key in seen:
            faults.add(place, f"stands twice: the same score is in line {seen[key]}")
            continue
        seen[key] = place.line
        yield score


def _score(row: dict[str, str], line: int) -> Score:
    value, n = Decimal(row.pop("value")), row.pop("n")
    return Score(value=value, n=int(n) if n else None, line=line, **row)


def _wrong(row: dict[str, str], sources: dict[str, Source]) -> Iterator[str]:
    """Say what is wrong with a row, a sentence each."""
    for column in ("benchmark", "group", "model", "date"):
        if not row[column]:
            yield f"{column} is empty"
    for column, words in (("unit", UNITS), ("effort", EFFORTS), ("confidence", tuple(GRADES))):
        if row[column] not in words:
            yield f"{column} {row[column]!r} is none of {', '.join(words)}"
    if row["source"] not in sources:
        yield f"source {row['source']!r} is not in the list of sources"
    if row["n"] and not (row["n"].isdecimal() and int(row["n"])):
        yield f"n {row['n']!r} is no count of tasks"
    try:
        value = Decimal(row["value"])
    except InvalidOperation:
        yield f"value {row['value']!r} is no number"
        return
    if not value.is_finite():
        yield f"value {value} is no number"
    elif row["unit"].startswith("percent") and not 0 <= value <= _HUNDRED:
        yield f"value {value} is not between 0 and 100 per cent"
