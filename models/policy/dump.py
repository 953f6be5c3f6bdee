"""Write a scenario as YAML that reads back as the same scenario."""

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

import yaml

from models.policy.assumptions import ALL, Assumptions, Spread
from models.policy.load_actions import KEEP
from models.policy.terms import Action, Condition, Policy, Predicate, Rule, Scenario, Value
from models.workload.rules import LabelMeaning, WorkloadRule, WorkloadRules

_WIDE = 100


class _Dumper(yaml.SafeDumper):
    """Writes decimals as they are, and lists of single values on one line."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 (the name is PyYAML's)
        """Write a value again where it is used again."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        """Indent the items of a list."""
        super().increase_indent(flow, False)


def _decimal(dumper: yaml.SafeDumper, number: Decimal) -> yaml.Node:
    kind = "int" if number == number.to_integral_value() else "float"
    text = f"{number:.0f}" if kind == "int" else f"{number.normalize():f}"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", text)


def _sequence(dumper: yaml.SafeDumper, items: list[Any]) -> yaml.Node:
    single = not any(isinstance(item, dict | list) for item in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=single)


_Dumper.add_representer(Decimal, _decimal)
_Dumper.add_representer(list, _sequence)


def dump_scenario(scenario: Scenario) -> str:
    """Return YAML that `load_scenario` reads as an equal scenario."""
    policy = scenario.policy
    table: dict[str, Any] = {"scenario": policy.name}
    if policy.description:
        table["description"] = policy.description
    table["policy"] = _policy(policy)
    if assumed := _assumptions(scenario.assumptions):
        table["assume"] = assumed
    if scenario.workloads is not None:
        table["workloads"] = _workloads(scenario.workloads)
    return _text(table)


def dump_workload_rules(rules: WorkloadRules) -> str:
    """Return YAML that `load_workload_rules` reads as equal rules."""
    return _text({"workloads": _workloads(rules)})


def _text(table: dict[str, Any]) -> str:
    return yaml.dump(
        table, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDE,
        default_flow_style=False,
    )  # fmt: skip


def _policy(policy: Policy) -> dict[str, Any]:
    return {
        "sticky": policy.sticky,
        "seed": policy.seed,
        "rules": [_rule(rule) for rule in policy.rules],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    table: dict[str, Any] = {"name": rule.name}
    if rule.when is not None:
        table["when"] = _condition(rule.when)
    table["use"] = _said(rule.use, Action()) or KEEP
    return table


def _said(value: Any, usual: Any = None) -> dict[str, Any]:
    """Return the fields of a term that differ from their defaults; nested terms likewise."""
    table: dict[str, Any] = {}
    for each in fields(value):
        said = getattr(value, each.name)
        if said is None or said == (getattr(usual, each.name) if usual else each.default):
            continue
        nested = hasattr(said, "__dataclass_fields__")
        table[each.name] = _said(said) if nested else said
    return table


def _condition(condition: Condition) -> dict[str, Any]:
    """Return a mapping; `all` becomes its keys where each is there once."""
    entries = [_entry(part) for part in condition.parts]
    if condition.kind == "all":
        merged: dict[str, Any] = {}
        for entry in entries:
            merged |= entry
        return merged if len(merged) == len(entries) else {"all": entries}
    return {condition.kind: entries if condition.kind == "any" else entries[0]}


def _entry(part: Predicate | Condition) -> dict[str, Any]:
    if isinstance(part, Condition):
        return _condition(part)
    if part.op == "is":
        return {part.field: bool(part.values[0])}
    if part.op == "between":
        return {part.field: _range(part.field, *part.values)}
    labels = list(part.values)
    return {part.field: labels[0] if len(labels) == 1 else labels}


def _range(name: str, lo: Value, hi: Value) -> Any:
    if name == "hour":
        return f"{lo}-{hi}"
    shown = ["" if each is None else f"{each}" for each in (lo, hi)]
    if lo is None or hi is None:
        return f">= {shown[0]}" if hi is None else f"< {shown[1]}"
    return "..".join(shown)


def _assumptions(assumptions: Assumptions) -> dict[str, Any]:
    table: dict[str, Any] = {}
    usual = Assumptions()
    for each in fields(assumptions):
        said = getattr(assumptions, each.name)
        if said != getattr(usual, each.name):
            table[each.name] = _assumed(said)
    return table


def _assumed(said: Any) -> Any:
    """Return a value of `assume`; what is for all work alone is written without a mapping."""
    if isinstance(said, Spread):
        return said.p50 if said.is_exact else [said.p10, said.p50, said.p90]
    if not isinstance(said, Mapping):
        return said
    for_all = said.get(ALL)
    if len(said) == 1 and for_all is not None and not isinstance(for_all, Mapping):
        return _assumed(for_all)
    return {name: _assumed_model(value) for name, value in said.items()}


def _assumed_model(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {model: _assumed(spread) for model, spread in value.items()}
    return _assumed(value)


def _workloads(rules: WorkloadRules) -> list[dict[str, Any]]:
    return [_meaning(each) for each in rules.labels] + [_workload(each) for each in rules.rules]


def _meaning(meaning: LabelMeaning) -> dict[str, Any]:
    return {"labels": list(meaning.labels), **_told(meaning)}


def _workload(rule: WorkloadRule) -> dict[str, Any]:
    return {"name": rule.name, "when": _condition(rule.when), **_told(rule)}


def _told(item: LabelMeaning | WorkloadRule) -> dict[str, Any]:
    said = {
        "evidence": item.evidence,
        "latency_seconds": item.latency_seconds,
        "because": item.because,
    }
    return {key: value for key, value in said.items() if value is not None}
