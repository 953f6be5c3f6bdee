"""Which workload a request is, in plain Python. This file is the specification of ``sql``."""

from typing import NamedTuple

from models.policy.evaluate import Request, holds
from models.policy.terms import NONE
from models.workload.rules import OTHER, WorkloadRules


class Told(NamedTuple):
    """A workload, by what it was told, and the number of the rule, from 1; 0 without one."""

    workload: str
    by: str
    rule: int


def workload_of(rules: WorkloadRules, request: Request) -> Told:
    """Return the workload of a request: its label, else its first rule, else ``other``."""
    label = request.get("workload")
    if label not in {None, "", NONE}:
        return Told(str(label), "label", 0)
    for number, rule in enumerate(rules.rules, start=1):
        if holds(rule.when, request):
            return Told(rule.name, "rule", number)
    return Told(OTHER, "none", 0)
