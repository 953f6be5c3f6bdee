"""Reads what stands beside the scores: sources, priors, effort, tokenizers, matrix, claims."""

from decimal import Decimal, InvalidOperation
from typing import Any

from models.evidence.table import (
    GRADES,
    ArticleClaim,
    Default,
    EffortLevel,
    Observed,
    PairedOutcome,
    PublishedRule,
    Source,
    Tokenizer,
    TokenPrior,
    Work,
)
from models.policy.assumptions import Spread
from pricing.load_yaml import Section

#: The sections of the file, all of which must be there.
SECTIONS = (
    "sources", "priors", "no_evidence", "efforts", "tokenizers", "defaults", "observed", "paired",
    "works", "matrix", "claims",
)  # fmt: skip

KINDS = ("vendor", "independent", "secondary", "article")
ADVICE = ("upgrade", "keep", "consider")
_QUANTILES = 3
#: The pair that a figure is about where it names no other.
_OLD, _NEW = "gpt-5.4", "gpt-5.5"


def read_about(root: Section) -> dict[str, Any]:
    """Return the fields of the evidence that are not its scores; the section notes faults."""
    sources = {name: _source(name, at) for name, at in _named(root, "sources").items()}
    defaults = {name: _default(name, at) for name, at in _named(root, "defaults").items()}
    defaults |= {name: _default(name, at) for name, at in _named(root, "no_evidence").items()}
    efforts = {
        name: EffortLevel(name, _spread(at), _grade(at), _text(at, "basis"))
        for name, at in _named(root, "efforts").items()
    }
    works = {
        name: Work(name, _list(at, "benchmarks"), _list(at, "contexts"))
        for name, at in _named(root, "works").items()
    }
    return {
        "sources": sources,
        "priors": tuple(map(_prior, root.sections("priors", _PRIOR))),
        "efforts": efforts,
        "tokenizers": tuple(map(_tokenizer, root.sections("tokenizers", _TOKENIZER))),
        "defaults": defaults,
        "observed": tuple(_observed(at, sources) for at in root.sections("observed", _OBSERVED)),
        "paired": tuple(_paired(at, sources) for at in root.sections("paired", _PAIRED)),
        "works": works,
        "matrix": tuple(_rule(at, works) for at in root.sections("matrix", _RULE)),
        "claims": tuple(_claim(at, sources, works) for at in root.sections("claims", _CLAIM)),
    }


_SOURCE = ("publisher", "title", "url", "published", "retrieved", "kind", "confidence", "notes")
_PRIOR = ("old", "new", "regime", "output", "turns", "grade", "basis")
_TOKENIZER = ("name", "prefixes", "spread", "grade", "basis")
_OBSERVED = ("what", "where", "ratio", "low", "high", "n", "source")
_PAIRED = ("task", "n", "old_only", "new_only", "new_given_old_failed", "phi", "source")
_RULE = ("kind", "works", "old", "new", "advice", "published", "reason", "evidence")
_CLAIM = ("id", "works", "source", "claim", "finding")
_KEYS = {
    "sources": _SOURCE,
    "works": ("benchmarks", "contexts"),
    "defaults": ("spread", "grade", "basis"),
    "no_evidence": ("spread", "basis"),
    "efforts": ("spread", "grade", "basis"),
}


def _named(root: Section, section: str) -> dict[str, Section]:
    inside = root.section(section, None)
    if inside is None:
        return {}
    opened = {name: inside.section(name, _KEYS[section]) for name in inside.nodes}
    return {name: at for name, at in opened.items() if at is not None}


def _source(name: str, at: Section) -> Source:
    return Source(
        name,
        publisher=_text(at, "publisher"),
        title=_text(at, "title"),
        published=_text(at, "published"),
        kind=_word(at, "kind", KINDS),
        confidence=_word(at, "confidence", tuple(GRADES)),
        url=at.peek("url"),
        retrieved=at.peek("retrieved"),
        notes=at.peek("notes"),
    )


def _prior(at: Section) -> TokenPrior:
    return TokenPrior(
        _text(at, "old"), _text(at, "new"), _text(at, "regime"),
        output=_spread(at, "output"), turns=_spread(at, "turns"),
        grade=_grade(at), basis=_text(at, "basis"),
    )  # fmt: skip


def _tokenizer(at: Section) -> Tokenizer:
    prefixes = tuple(at.values("prefixes", str) or ())
    return Tokenizer(_text(at, "name"), prefixes, _spread(at), _grade(at), _text(at, "basis"))


def _default(name: str, at: Section) -> Default:
    return Default(name, _spread(at), at.peek("grade") or "A", _text(at, "basis"))


def _observed(at: Section, sources: dict[str, Source]) -> Observed:
    optional = {key: _number(at, key) for key in ("low", "high") if key in at}
    return Observed(
        _OLD, _NEW, _text(at, "what"), _text(at, "where"), _number(at, "ratio"),
        _known(at, "source", sources), n=_count(at) if "n" in at else None, **optional,
    )  # fmt: skip


def _paired(at: Section, sources: dict[str, Source]) -> PairedOutcome:
    return PairedOutcome(
        _OLD, _NEW, _text(at, "task"), _count(at),
        _number(at, "old_only"), _number(at, "new_only"), _number(at, "new_given_old_failed"),
        _number(at, "phi"), _known(at, "source", sources),
    )  # fmt: skip


def _rule(at: Section, works: dict[str, Work]) -> PublishedRule:
    return PublishedRule(
        kind=_text(at, "kind"),
        works=_works(at, works),
        old=at.peek("old") or _OLD,
        new=_text(at, "new"),
        advice=_word(at, "advice", ADVICE),
        published=_text(at, "published"),
        reason=_text(at, "reason"),
        evidence=_text(at, "evidence"),
        source="article0",
    )


def _claim(at: Section, sources: dict[str, Source], works: dict[str, Work]) -> ArticleClaim:
    return ArticleClaim(
        _text(at, "id"), _text(at, "claim"), _text(at, "finding"), _known(at, "source", sources),
        _works(at, works) if "works" in at else (),
    )  # fmt: skip


def _works(at: Section, works: dict[str, Work]) -> tuple[str, ...]:
    found = _list(at, "works")
    for work in found:
        if work not in works:
            at.faults.add(at.at("works"), f"{work!r} is no kind of work of this file")
    return found


def _text(at: Section, key: str) -> str:
    return at.value(key, str) or ""


def _list(at: Section, key: str) -> tuple[str, ...]:
    return tuple(at.values(key, str) or ()) if key in at else ()


def _word(at: Section, key: str, words: tuple[str, ...]) -> str:
    word = _text(at, key)
    if word and word not in words:
        at.faults.add(at.at(key), f"{key} {word!r} is none of {', '.join(words)}")
    return word


def _known(at: Section, key: str, sources: dict[str, Source]) -> str:
    name = _text(at, key)
    if name and name not in sources:
        at.faults.add(at.at(key), f"{name!r} is not in the list of sources")
    return name


def _grade(at: Section) -> str:
    return _word(at, "grade", (*GRADES.values(), "A"))


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is no number") from None
    if not number.is_finite() or number < 0:
        raise ValueError(f"{text} is not a number from 0")
    return number


def _number(at: Section, key: str) -> Decimal:
    return at.value(key, _decimal) or Decimal(0)


def _count(at: Section) -> int:
    return int(_number(at, "n"))


def _spread(at: Section, key: str = "spread") -> Spread:
    numbers = at.values(key, _decimal) or []
    if len(numbers) != _QUANTILES or sorted(numbers) != numbers or not numbers[0]:
        at.faults.add(at.at(key), f"{key}: give the 10th, 50th and 90th percentile, rising from 0")
        return Spread.exactly(Decimal(1))
    return Spread(*numbers)
