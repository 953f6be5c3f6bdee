"""Proposes a mapping file for a file: what its names and values say, and what they leave open."""

import re
from collections.abc import Iterator
from pathlib import Path

from ingest.inputs import InputError
from ingest.mapping.column import written
from ingest.mapping.evidence import Contained, Written, containment_of, numbers_of, written_of
from ingest.mapping.guess import COSTS, COUNTS, IDS, TEXTS, TIMES, ranked
from ingest.mapping.sample import Sample, Seen, sample_of
from ingest.mapping.words import NOTHING, TIERS, WORDS
from ingest.records import compression_of
from ingest.shape import shape_of
from ingest.source import all_sources

_OPEN = "QUESTION:"
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_ ./-]*[A-Za-z0-9_]|[A-Za-z_]")
_YAML_WORDS = {"yes", "no", "on", "off", "true", "false", "null", "none", "y", "n"}
_VENDORS = {"gpt-": "openai", "o1": "openai", "o3": "openai", "o4": "openai", "claude": "anthropic",
            "gemini": "google"}  # fmt: skip
#: What the frame reads as a tier without a translation.
_KNOWN_TIERS = {*TIERS, "default", "fast"}
_FEW = 12
_FAILED = re.compile(r"err|fail|denied|timeout|abort|cancel|^[45][0-9]{2}$", re.IGNORECASE)


def suggested(path: Path) -> str:
    """Return a mapping file that --map accepts, with a comment for every choice.

    Raises:
        InputError: no column is a time, or none counts tokens.
    """
    return _Proposal(path, sample_of(path)).text()


def already_read_by(path: Path) -> str:
    """Return the sources that claim a file's records without a mapping; empty for none."""
    try:
        return shape_of(path, compression_of(path), all_sources()).source
    except InputError:
        return ""


class _Proposal:
    """A mapping file in the making."""

    def __init__(self, path: Path, sample: Sample) -> None:
        self.path = path
        self.sample = sample
        self.chosen: dict[str, Seen] = {}
        self.why: dict[str, str] = {}
        self.time = self._choose_time()
        self.numbers = self._choose_counts()
        self._choose_texts()
        self.is_bucket = "requests" in self.chosen
        self.id = self._choose_id()

    def text(self) -> str:
        parts = (
            self._head(), self._columns(), self._constants(), self._clock(), self._containment(),
            self._values(), self._rest(),
        )  # fmt: skip
        return "\n".join(line for part in parts for line in part) + "\n"

    # ---------------------------------------------------------------- choices

    def _choose_time(self) -> Written:
        for column in ranked(self.sample.columns, TIMES):
            if (found := written_of(column)) is not None:
                self._take("time", column, f"read as {found.form}")
                return found
        raise InputError(
            f"no column of {self.path} looks like a time; it has {self._listed()}. "
            "docs/mapping.md says how to write the file by hand"
        )

    def _choose_counts(self) -> str:
        likely = {word: ranked(self.sample.columns, names) for word, names in COUNTS.items()}
        numbers = numbers_of([each for found in likely.values() for each in found[:1]])
        for word, found in likely.items():
            whole = [
                each
                for each in found
                if each.counts(numbers) is not None and each not in self.chosen.values()
            ]
            if whole:
                others = ", ".join(self._name(each) for each in whole[1:3])
                also = f"; also possible: {others}" if others else ""
                self._take(word, whole[0], f"by its name, and whole numbers{also}")
        if not {"input", "output"} & self.chosen.keys():
            raise InputError(
                f"no column of {self.path} looks like input or output tokens; it has "
                f"{self._listed()}. docs/mapping.md says how to write the file by hand"
            )
        if "cache_write_long" in self.chosen and "cache_write" not in self.chosen:
            del self.chosen["cache_write_long"]
        return numbers

    def _choose_texts(self) -> None:
        for word, names in TEXTS.items():
            for column in ranked(self.sample.columns, names):
                if column.filled and column not in self.chosen.values():
                    self._take(word, column, "by its name")
                    break
        for column in ranked(self.sample.columns, COSTS):
            plain = column.filled and column not in self.chosen.values()
            if plain and all(re.fullmatch(r"[-0-9.,eE ]+", text) for text in column.filled):
                self._take("stated_cost", column, f"{_OPEN} are these US dollars?")
                break

    def _choose_id(self) -> tuple[str, str]:
        if self.is_bucket:
            keys = [word for word in ("time", *TEXTS) if word in self.chosen]
            listed = ", ".join(_quoted(self._name(self.chosen[word])) for word in keys)
            return f"[{listed}]", f"{_OPEN} is a bucket told apart by all of these, and no others?"
        repeated = ""
        for column in ranked(self.sample.columns, IDS):
            rows = len(column.values)
            if len(column.distinct) == rows and column not in self.chosen.values():
                return _quoted(self._name(column)), f"different in each of {rows} rows seen"
            if not repeated:
                shown = f"{len(column.distinct)} values in {rows} rows"
                repeated = f"; {self._name(column)} has {shown}, so it is none"
        return "", f"no column tells rows apart{repeated}"

    def _take(self, word: str, column: Seen, why: str) -> None:
        self.chosen[word], self.why[word] = column, why

    # ---------------------------------------------------------------- writing

    def _head(self) -> Iterator[str]:
        seen = f"{self.sample.rows} row{'s' if self.sample.rows > 1 else ''}"
        yield f"# Proposed for {self.path.name} from {seen}. Answer what says"
        yield f"# {_OPEN[:-1]}, then: ratecard load --map THIS-FILE {self.path.name}"
        yield f"format: {self.sample.form}"
        if self.sample.records:
            yield f"records: {self.sample.records}  # each record holds others"
        if self.is_bucket:
            yield "grain: bucket  # rows sum several requests"
        if not self.id[0]:
            yield f"id: row  # {self.id[1]}; a row that lies in two files counts twice"
        if self.numbers != "1234.5":
            yield f"numbers: {_quoted(self.numbers)}  # by the look of the counts"
        yield ""

    def _columns(self) -> Iterator[str]:
        yield "columns:"
        if self.id[0]:
            yield f"  id: {self.id[0]}  # {self.id[1]}"
        for word in sorted(self.chosen, key=list(WORDS).index):
            yield f"  {word}: {_quoted(self._name(self.chosen[word]))}  # {self.why[word]}"
        yield ""

    def _constants(self) -> Iterator[str]:
        given = []
        if "provider" not in self.chosen:
            given.append(f"  provider: {self._vendor()}")
        if "model" not in self.chosen:
            given.append(f"  model: unknown  # {_OPEN} no column names the model; which was it?")
        if given:
            yield "constants:"
        yield from given
        if "tier" not in self.chosen:
            start = "  # tier: standard" if given else "# constants: {tier: standard}"
            yield f"{start}  # {_OPEN} no column names the service tier; which was it?"
        yield ""

    def _vendor(self) -> str:
        models = self.chosen["model"].distinct if "model" in self.chosen else []
        vendors = {
            next((name for start, name in _VENDORS.items() if model.startswith(start)), "")
            for model in models
        }
        if len(vendors) == 1 and (vendor := vendors.pop()):
            return f"{vendor}  # by the names of the models; {_OPEN} who sends the bill?"
        return f"unknown  # {_OPEN} who sends the bill? openai, azure, anthropic, google, ..."

    def _clock(self) -> Iterator[str]:
        yield "time:"
        others = [form for form in self.time.others if "%" in form or self.time.counts_from_zero]
        doubt = f"  # {_OPEN} or {' or '.join(others)}?" if others else ""
        yield f"  format: {_quoted(self.time.form)}{doubt}"
        if self.time.counts_from_zero:
            yield f"  since: 2026-01-01T00:00:00Z  # {_OPEN} the numbers start near zero; when?"
        elif self.time.form == "iso" or "%" in self.time.form:
            if self.time.offsets:
                yield "  zone: UTC  # every time says its own offset, which counts"
            else:
                yield f"  zone: UTC  # {_OPEN} whose clock is it? UTC, Europe/Berlin, ..."
        yield ""

    def _containment(self) -> Iterator[str]:
        counts = {
            word: found
            for word in COUNTS
            if word in self.chosen and (found := self.chosen[word].counts(self.numbers))
        }
        weighed = list(containment_of(counts))
        if weighed:
            yield "includes:"
            for each in weighed:
                yield from _asked(each)
            yield ""

    def _values(self) -> Iterator[str]:
        if "tier" not in self.chosen:
            return
        strange = [
            text for text in self.chosen["tier"].distinct if text.lower() not in _KNOWN_TIERS
        ]
        if strange:
            yield "values:"
            yield f"  tier:  # {_OPEN} which tiers are these? {', '.join(TIERS)}"
            yield from (f"    {_quoted(text)}: unknown" for text in strange[:_FEW])
            yield ""

    def _rest(self) -> Iterator[str]:
        if status := self.chosen.get("status"):
            failed = [text for text in status.distinct if _FAILED.search(text)][:_FEW]
            if failed:
                listed = ", ".join(map(_quoted, failed))
                yield f"# {_OPEN} are rows with this status no usage? Then:"
                yield "# skip:"
                name = _quoted(self._name(status))
                yield f"#   - {{column: {name}, is: [{listed}], because: a failed request}}"
        used = {id(each) for each in self.chosen.values()}
        names = [self._name(each) for each in self.sample.columns if id(each) not in used]
        unused = [name for name in names if _quoted(name) != self.id[0]]
        lists = [f"{name} (a list)" for name in self.sample.lists]
        if unused or lists:
            yield f"# Not read: {', '.join([*unused, *lists])}"

    def _name(self, column: Seen) -> str:
        return written(self.sample.form, column.path)

    def _listed(self) -> str:
        names = [self._name(each) for each in self.sample.columns]
        return ", ".join(names[:_FEW]) + (" and more" if len(names) > _FEW else "")


def _asked(each: Contained) -> Iterator[str]:
    parts = " and ".join(each.parts)
    yield f"  # {_OPEN} does {each.word} include {parts}?"
    yield from (f"  #   {found}" for found in each.evidence)
    said = f"[{', '.join(each.parts)}]" if each.included else NOTHING
    yield f"  {each.word}: {said}  # {'as the rows show' if each.proven else 'not proven'}"


def _quoted(text: str) -> str:
    """Write a text as YAML."""
    if _PLAIN.fullmatch(text) and text.lower() not in _YAML_WORDS:
        return text
    return "'" + text.replace("'", "''") + "'"
