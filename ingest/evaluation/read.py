"""Reads a file of results, CSV or JSONL, and says every line that cannot be used."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from ingest.evaluation.columns import columns_of
from ingest.inputs import InputError

_YES = {"1", "1.0", "true", "yes", "pass", "passed"}
_NO = {"0", "0.0", "false", "no", "fail", "failed"}
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,18})?([eE][-+]?[0-9]{1,2})?", re.ASCII)
_MOST_FAULTS = 20
_PICO = 10**12


class EvaluationError(InputError):
    """A file of results cannot be used; one line says each thing that is wrong, and where."""


@dataclass(frozen=True, slots=True)
class Result:
    """One run of one task, as the table ``evaluation`` keeps it."""

    workload: str
    task: str
    model: str
    effort: str
    run: int
    passed: bool
    score: Decimal | None = None
    attempts: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    turns: int | None = None
    cost_pico: int | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """A file's results, and sentences on how its columns were read."""

    rows: tuple[Result, ...]
    said: tuple[str, ...]


def read_results(
    path: Path,
    *,
    workload: str = "",
    pass_at: Decimal | None = None,
    columns: Mapping[str, str] | None = None,
) -> Results:
    """Read a file of results.

    Args:
        path: CSV with a header, or JSONL with an object a line.
        workload: Of the rows that name none.
        pass_at: A score from here on is a pass, where the file says no more.
        columns: Our name of a column to the file's.

    Raises:
        EvaluationError: anything in it cannot be used; nothing is left out in silence.
    """
    records, header, faults = _records(path)
    if not header and not faults:
        raise EvaluationError(f"{path} is empty")
    names, said, wrong = columns_of(header, columns or {})
    faults += [(1, sentence) for sentence in wrong]
    if "pass" not in names and "score" in names and pass_at is None:
        faults.append((1, "a score needs --pass-at: from which score on is a task solved?"))
    rows: dict[tuple[Any, ...], int] = {}
    results = []
    for line, record in records if not faults else ():
        cells = {name: _text(record.get(column)) for name, column in names.items()}
        try:
            result = _result(cells, workload, pass_at)
        except ValueError as error:
            faults.append((line, str(error)))
            continue
        key = (result.workload, result.task, result.model, result.effort, result.run)
        if key in rows:
            faults.append((line, _twice(result, rows[key], named="run" in names)))
        rows[key] = line
        results.append(result)
    if faults:
        raise EvaluationError(_listed(path, faults))
    return Results(tuple(results), tuple(said))


def with_models(results: Results, names: Mapping[str, str]) -> Results:
    """Return the results with models under other names, where there is one."""
    rows = tuple(replace(row, model=names.get(row.model, row.model)) for row in results.rows)
    return Results(rows, results.said)


Records = list[tuple[int, Mapping[str, Any]]]


def _records(path: Path) -> tuple[Records, list[str], list[tuple[int, str]]]:
    """Return records by line, the names of their columns, and faults."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise EvaluationError(f"{path} is not text in UTF-8; save it as CSV or JSONL") from None
    if text.lstrip().startswith("{"):
        return _json_lines(text.splitlines())
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        rows = [(reader.line_num, dict(zip(header, row, strict=False))) for row in reader if row]
    except csv.Error as error:
        raise EvaluationError(f"{path}:{reader.line_num}: not CSV: {error}") from None
    return list(rows), header, _doubled(header)


def _doubled(header: list[str]) -> list[tuple[int, str]]:
    twice = sorted({name for name in header if header.count(name) > 1})
    return [(1, f"two columns are called {name!r}") for name in twice]


def _json_lines(lines: Iterable[str]) -> tuple[Records, list[str], list[tuple[int, str]]]:
    records: Records = []
    faults = []
    names: dict[str, None] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line, parse_float=str, parse_constant=str)
        except json.JSONDecodeError as error:
            faults.append((number, f"not readable as JSON: {error.msg}"))
            continue
        if not isinstance(record, dict):
            faults.append((number, "expected an object"))
            continue
        records.append((number, record))
        names |= dict.fromkeys(record)
    return records, list(names), faults


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip()


def _result(cells: Mapping[str, str], workload: str, pass_at: Decimal | None) -> Result:
    for name in ("task", "model"):
        if not cells.get(name):
            raise ValueError(f"{name} is empty")
    score = _decimal(cells, "score")
    if score is not None and score > 1:
        raise ValueError(f"score {score} is not between 0 and 1")
    cost = _decimal(cells, "cost_usd")
    run = _whole(cells, "run")
    return Result(
        cells.get("workload") or workload,
        cells["task"],
        cells["model"],
        cells.get("effort", "").lower(),
        1 if run is None else run,
        _passed(cells.get("pass", ""), score, pass_at),
        score=score,
        attempts=_whole(cells, "attempts"),
        input_tokens=_whole(cells, "input_tokens"),
        output_tokens=_whole(cells, "output_tokens"),
        turns=_whole(cells, "turns"),
        cost_pico=None if cost is None else int(cost * _PICO),
    )


def _passed(word: str, score: Decimal | None, pass_at: Decimal | None) -> bool:
    if word.lower() in _YES | _NO:
        return word.lower() in _YES
    if word:
        raise ValueError(f"pass {word!r} is neither 0 nor 1, true nor false")
    if score is None or pass_at is None:
        raise ValueError("neither pass nor score says whether the task was solved")
    return score >= pass_at


def _decimal(cells: Mapping[str, str], name: str) -> Decimal | None:
    word = cells.get(name, "")
    if not word:
        return None
    if not _NUMBER.fullmatch(word):
        raise ValueError(f"{name} {word!r} is no number from 0")
    return Decimal(word)


def _whole(cells: Mapping[str, str], name: str) -> int | None:
    number = _decimal(cells, name)
    if number is None:
        return None
    if number != int(number):
        raise ValueError(f"{name} {number} is no whole number")
    return int(number)


def _twice(result: Result, line: int, *, named: bool) -> str:
    hint = "" if named else "; number the runs of a task in a column `run`"
    return f"task {result.task!r} of {result.model} stands in line {line} already{hint}"


def _listed(path: Path, faults: list[tuple[int, str]]) -> str:
    shown = [f"{path}:{line}: {sentence}" for line, sentence in _by_line(faults)]
    if len(shown) > _MOST_FAULTS:
        shown = [*shown[:_MOST_FAULTS], f"and {len(shown) - _MOST_FAULTS} more"]
    return "\n".join(shown)


def _by_line(faults: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    yield from sorted(faults, key=lambda each: each[0])
