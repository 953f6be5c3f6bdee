"""Read workload rules from YAML, or list everything that is wrong with them."""

from collections.abc import Sequence

from models.policy.known import Known
from models.policy.load_actions import optional
from models.policy.load_conditions import FIELDS, read_condition
from models.policy.load_words import seconds
from models.workload.rules import LabelMeaning, WorkloadRule, WorkloadRules
from pricing.load import PriceTableError
from pricing.load_words import sentence
from pricing.load_yaml import Faults, Section, open_text

ITEM_KEYS = ("name", "labels", "when", "evidence", "latency_seconds", "because")
#: A workload cannot be told from itself, nor from how long it may wait.
RULE_FIELDS = tuple(name for name in FIELDS if name not in {"workload", "latency_seconds"})


class WorkloadError(PriceTableError):
    """Workload rules cannot be used; `faults` says all that is wrong with them."""


def load_workload_rules(text: str, source: str, known: Known) -> WorkloadRules:
    """Read and validate workload rules: a mapping with one key, `workloads`.

    Raises:
        WorkloadError: with every fault of the text.
    """
    faults = Faults()
    table = open_text(text, source, ("workloads",), faults)
    items = [] if table is None else table.sections("workloads", ITEM_KEYS)
    rules = read_workloads(items, known)
    if faults.found:
        raise WorkloadError(faults.found)
    return rules


def read_workloads(items: Sequence[Section], known: Known) -> WorkloadRules:
    """Read the items of `workloads`; what is wrong is noted and left out."""
    meanings: list[LabelMeaning] = []
    rules: list[WorkloadRule] = []
    for item in items:
        if ("labels" in item) == ("when" in item):
            message = "write either `labels`, what your labels stand for, or `name` and `when`"
            item.faults.add(item.place, message)
        elif "labels" in item:
            meanings += _read_meaning(item)
        else:
            rules += _read_rule(item, known)
    _check_waits(items, rules)
    return WorkloadRules(tuple(meanings), tuple(rules))


def _read_meaning(item: Section) -> list[LabelMeaning]:
    if "name" in item:
        item.faults.add(item.at("name"), "name: a label is its own name; leave it out")
    labels = item.values("labels", sentence)
    evidence = optional(item, "evidence", sentence)
    wait = optional(item, "latency_seconds", seconds)
    because = item.value("because", sentence)
    if not labels or not because:
        return []
    return [LabelMeaning(tuple(labels), evidence, wait, because, item.place.line)]


def _read_rule(item: Section, known: Known) -> list[WorkloadRule]:
    name = item.value("name", sentence)
    inner = item.section("when", None)
    when = None if inner is None else read_condition(inner, known, RULE_FIELDS)
    evidence = optional(item, "evidence", sentence)
    wait = optional(item, "latency_seconds", seconds)
    because = item.value("because", sentence)
    if not name or when is None or not because:
        return []
    return [WorkloadRule(name, when, evidence, wait, because, item.place.line)]


def _check_waits(items: Sequence[Section], rules: Sequence[WorkloadRule]) -> None:
    """Rules of one name say the same of it, or nobody could tell which counts."""
    first: dict[str, WorkloadRule] = {}
    places = {item.place.line: item for item in items}
    for rule in rules:
        other = first.setdefault(rule.name, rule)
        said = (rule.evidence, rule.latency_seconds)
        if said != (other.evidence, other.latency_seconds):
            item = places[rule.line]
            message = (
                f"{rule.name!r} has another evidence or latency_seconds at line {other.line}; "
                "rules of one name share both"
            )
            item.faults.add(item.place, message)
