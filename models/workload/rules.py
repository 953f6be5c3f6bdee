"""The terms of workload rules, and what follows from a workload's name."""

from dataclasses import dataclass, field

from models.policy.terms import Condition

#: The workload of a request that has no label and meets no rule.
OTHER = "other"


@dataclass(frozen=True, slots=True)
class LabelMeaning:
    """What some of the user's own labels stand for. The label stays the workload's name.

    Attributes:
        labels: As logged; one ending in ``*`` is a prefix.
        evidence: Workload whose evidence is looked up; None for none.
        latency_seconds: How long an answer may take; None is unknown.
        because: Why, for the reader.
    """

    labels: tuple[str, ...]
    evidence: str | None = None
    latency_seconds: int | None = None
    because: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class WorkloadRule:
    """A workload for requests without a label that meet a condition.

    Attributes:
        evidence: Workload whose evidence is looked up; None for none.
        latency_seconds: How long an answer may take; None is unknown.
        because: Why, for the reader.
    """

    name: str
    when: Condition
    evidence: str | None = None
    latency_seconds: int | None = None
    because: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class WorkloadRules:
    """Meanings of labels, and ordered rules for what has none: the first that matches counts."""

    labels: tuple[LabelMeaning, ...] = ()
    rules: tuple[WorkloadRule, ...] = ()

    def evidence_of(self, workload: str) -> str | None:
        """Return the workload whose evidence stands for this one; None where nothing is said.

        A meaning of the label comes first, then the rule of that name.
        """
        found = self.said_of(workload)
        return None if found is None else found.evidence

    def latency_of(self, workload: str) -> int | None:
        """Return how many seconds an answer of a workload may take; None is unknown."""
        found = self.said_of(workload)
        return None if found is None else found.latency_seconds

    def said_of(self, workload: str) -> LabelMeaning | WorkloadRule | None:
        """Return the first meaning of a label, else the first rule of that name, else None."""
        for meaning in self.labels:
            if any(matches(label, workload) for label in meaning.labels):
                return meaning
        return next((rule for rule in self.rules if rule.name == workload), None)


def matches(pattern: str, label: str) -> bool:
    """Whether a label is the one meant, or begins as a pattern that ends in ``*`` does."""
    return label.startswith(pattern[:-1]) if pattern.endswith("*") else label == pattern
