"""What is published: benchmark scores, token ratios, effort, and who said it. Values only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from models.policy.assumptions import Spread

#: How far a figure is trusted, by the confidence of its source.
GRADES = {"high": "H", "medium": "M", "low": "L"}

#: Grade of what no source says.
ASSUMED = "A"

#: Grade of what the user says or has measured.
YOURS = "yours"

#: Units in which a score is a share of tasks, and a logit of it means something.
SHARES = frozenset({"percent"})

_WORD = re.compile(r"\w+")

#: Names of kinds of work done by agents: tasks of many requests.
AGENTIC_WORK = frozenset({"agentic_coding", "tool_orchestration", "computer_use"})


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure stands.

    Attributes:
        published: Day, month or span, as stated.
        kind: ``vendor`` (measured its own models), ``independent``, ``secondary`` (reports
            another's figure) or ``article``.
        confidence: ``high``, ``medium`` or ``low``.
    """

    name: str
    publisher: str
    title: str
    published: str
    kind: str
    confidence: str
    url: str = ""
    retrieved: str = ""
    notes: str = ""

    @property
    def citation(self) -> str:
        """Publisher, title, date and address in one line."""
        return f"{self.publisher}: {self.title} ({self.published})" + (
            f", {self.url}" if self.url else ""
        )

    @property
    def grade(self) -> str:
        """H, M or L."""
        return GRADES[self.confidence]


@dataclass(frozen=True, slots=True)
class Score:
    """One model's result on one benchmark.

    Attributes:
        group: Harness, prompts and version: only scores of one group are compared.
        effort: Reasoning effort; ``unrecorded`` where nobody says.
        context: Prompt sizes the score is of; empty for all.
        n: Tasks; None where nobody says.
        line: Of the table.
    """

    benchmark: str
    group: str
    model: str
    effort: str
    value: Decimal
    unit: str
    source: str
    date: str
    confidence: str
    context: str = ""
    n: int | None = None
    line: int = 0

    @property
    def terms(self) -> tuple[str, str, str, str]:
        """What two scores must share to be compared."""
        return (self.benchmark, self.group, self.effort, self.context)

    @property
    def grade(self) -> str:
        """H, M or L."""
        return GRADES[self.confidence]


@dataclass(frozen=True, slots=True)
class TokenPrior:
    """How many tokens one model takes for the work of another, for requests of a kind.

    Attributes:
        old, new: Models: the ratios are new by old.
        regime: Name of the kind, such as ``2k-10k`` or ``agent_deep``.
        output: Output tokens by output tokens.
        turns: Requests a task takes, by those it took.
        basis: What it was drawn from.
    """

    old: str
    new: str
    regime: str
    output: Spread
    turns: Spread
    grade: str
    basis: str


@dataclass(frozen=True, slots=True)
class Observed:
    """A published ratio of two models' tokens or cost, to look at; no parameter is read from it.

    Attributes:
        what: ``output_tokens`` or ``cost_per_task``.
        where: Prompt size, effort, or task and harness.
        ratio: New by old.
        low, high: 95 % interval; None where nobody says.
        n: Tasks or pairs.
    """

    old: str
    new: str
    what: str
    where: str
    ratio: Decimal
    source: str
    low: Decimal | None = None
    high: Decimal | None = None
    n: int | None = None


@dataclass(frozen=True, slots=True)
class PairedOutcome:
    """Published results of two models on the same tasks.

    Attributes:
        old_only, new_only: Shares of tasks that only one of them solved.
        new_given_old_failed: Share of what the old one failed that the new one solved.
        phi: Correlation of the two outcomes.
    """

    old: str
    new: str
    task: str
    n: int
    old_only: Decimal
    new_only: Decimal
    new_given_old_failed: Decimal
    phi: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of work and the benchmarks that say something about it."""

    name: str
    benchmarks: tuple[str, ...]
    contexts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedRule:
    """A row of the decision matrix that an article published, and what evidence says of it.

    Attributes:
        kind: Kind of work in the article's words.
        works: Kinds of work, by evidence name.
        old, new: Models that the row is about.
        advice: ``upgrade``, ``keep`` or ``consider``.
        published: The article's rule in its words.
        reason: The article's reason.
        evidence: What like-for-like evidence says.
        source: The article.
    """

    kind: str
    works: tuple[str, ...]
    old: str
    new: str
    advice: str
    published: str
    reason: str
    evidence: str
    source: str


@dataclass(frozen=True, slots=True)
class ArticleClaim:
    """A claim in circulation, and what holds. No parameter is ever read from it.

    Attributes:
        works: Kinds of work it concerns; empty for all.
    """

    id: str
    claim: str
    finding: str
    source: str
    works: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EffortLevel:
    """Reasoning tokens at an effort, by those at ``medium``."""

    effort: str
    ratio: Spread
    grade: str
    basis: str


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """What cuts text into tokens, and for which models.

    Attributes:
        prefixes: Beginnings of model names.
        per_o200k: Tokens by those of OpenAI's o200k_base for the same text.
    """

    name: str
    prefixes: tuple[str, ...]
    per_o200k: Spread
    grade: str
    basis: str


@dataclass(frozen=True, slots=True)
class Default:
    """A value for a parameter that no log and no user says."""

    name: str
    spread: Spread
    grade: str
    basis: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known, validated: every source named exists, no score stands twice."""

    sources: Mapping[str, Source]
    scores: tuple[Score, ...]
    priors: tuple[TokenPrior, ...] = ()
    observed: tuple[Observed, ...] = ()
    paired: tuple[PairedOutcome, ...] = ()
    works: Mapping[str, Work] = field(default_factory=dict)
    matrix: tuple[PublishedRule, ...] = ()
    claims: tuple[ArticleClaim, ...] = ()
    efforts: Mapping[str, EffortLevel] = field(default_factory=dict)
    tokenizers: tuple[Tokenizer, ...] = ()
    defaults: Mapping[str, Default] = field(default_factory=dict)

    def cited(self, source: str) -> str:
        """Return the citation of a source."""
        return self.sources[source].citation

    def explained(self, basis: str) -> str:
        """Return what a value was drawn from, each source it names by publisher, title and date."""
        return _WORD.sub(lambda found: self._short(found[0]), basis)

    def _short(self, word: str) -> str:
        source = self.sources.get(word)
        if source is None:
            return word
        return f"{source.publisher}: {source.title}, {source.published}"

    def is_vendor(self, source: str) -> bool:
        """Whether the source measured models it sells."""
        return self.sources[source].kind == "vendor"
