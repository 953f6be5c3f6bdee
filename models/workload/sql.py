"""Workload rules as SQL over events. Twin of ``evaluate``."""

from typing import NamedTuple

from models.policy.conditions_sql import Columns, condition_sql, literal, predicates
from models.policy.sql import Cut, cuts_of, labels_of
from models.policy.terms import NONE
from models.workload.rules import OTHER, WorkloadRules


class WorkloadSql(NamedTuple):
    """Expressions over an event, and what cells must keep apart for them.

    Attributes:
        workload: The user's label, else the name of the first rule that it meets, else ``other``.
        workload_by: ``label``, ``rule`` or ``none``: where that is from.
        rule: Number of the rule, from 1; 0 where none was asked or met.
    """

    workload: str
    workload_by: str
    rule: str
    cuts: tuple[Cut, ...]
    labels: tuple[str, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that the rules ask for."""
        return (*self.labels, *(cut.field for cut in self.cuts))


def workload_sql(rules: WorkloadRules, columns: Columns) -> WorkloadSql:
    """Compile workload rules.

    Args:
        rules: The rules.
        columns: An SQL expression for each field they ask for, and as `workload` the label as
            logged.

    Raises:
        KeyError: a field has no expression.
    """
    label = f"nullif(nullif({columns['workload']}, ''), {literal(NONE)})"
    numbered = [
        (number, rule.name, condition_sql(rule.when, columns))
        for number, rule in enumerate(rules.rules, start=1)
    ]
    met = " ".join(f"when {when} then {number}" for number, _, when in numbered)
    rule = f"case when {label} is not null then 0 {met} else 0 end"
    names = " ".join(f"when {when} then {literal(name)}" for _, name, when in numbered)
    by = " ".join(f"when {when} then 'rule'" for _, _, when in numbered)
    every = [each for rule in rules.rules for each in predicates(rule.when)]
    return WorkloadSql(
        f"case when {label} is not null then {label} {names} else {literal(OTHER)} end",
        f"case when {label} is not null then 'label' {by} else 'none' end",
        rule,
        cuts_of(every),
        labels_of(every),
    )
