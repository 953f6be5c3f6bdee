"""The workload rules that come with the program."""

from importlib.resources import files

from models.policy.known import Known
from models.workload.load import load_workload_rules
from models.workload.rules import WorkloadRules

_NAME = "default_rules.yaml"


def shipped_rules_text() -> str:
    """Return the shipped rules as YAML, ready to edit."""
    return (files("models.workload") / _NAME).read_text(encoding="utf-8")


def shipped_rules(known: Known) -> WorkloadRules:
    """Return the shipped rules.

    Raises:
        WorkloadError: the price book in use lacks a model that they name.
    """
    return load_workload_rules(shipped_rules_text(), _NAME, known)
