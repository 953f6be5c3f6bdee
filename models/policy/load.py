"""Read a scenario from YAML text, or list everything that is wrong with it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from models.policy.assumptions import Assumptions
from models.policy.known import Known
from models.policy.load_actions import optional, read_action
from models.policy.load_assumptions import ASSUME_KEYS, read_assumptions
from models.policy.load_conditions import read_condition
from models.policy.load_words import whole
from models.policy.terms import Policy, Rule, Scenario
from models.workload.load import ITEM_KEYS, read_workloads
from pricing.load import PriceTableError
from pricing.load_words import sentence
from pricing.load_yaml import Faults, Section, open_text

SCENARIO_KEYS = ("scenario", "description", "policy", "assume", "workloads")
POLICY_KEYS = ("sticky", "seed", "rules")
RULE_KEYS = ("name", "when", "use")
STICKY = ("session", "request")


class PolicyError(PriceTableError):
    """A scenario cannot be used; `faults` says all that is wrong with it."""


def load_scenario(text: str, source: str, known: Known) -> Scenario:
    """Read and validate a scenario.

    Args:
        text: YAML.
        source: The file or preset it is from; faults name it.
        known: The words that are allowed.

    Raises:
        PolicyError: with every fault of the text.
    """
    faults = Faults()
    table = open_text(text, source, SCENARIO_KEYS, faults)
    scenario = None if table is None else _read(table, source, known)
    if faults.found or scenario is None:
        raise PolicyError(faults.found)
    return scenario


def _read(table: Section, source: str, known: Known) -> Scenario:
    name = table.value("scenario", sentence) or ""
    description = optional(table, "description", sentence) or ""
    sections = (
        table.section(key, keys) if key in table else None
        for key, keys in (("policy", POLICY_KEYS), ("assume", ASSUME_KEYS))
    )
    policy, assume = sections
    return Scenario(
        _read_policy(policy, name, description, known),
        Assumptions() if assume is None else read_assumptions(assume, known),
        read_workloads(table.sections("workloads", ITEM_KEYS), known)
        if "workloads" in table
        else None,
        source,
    )


def _read_policy(section: Section | None, name: str, description: str, known: Known) -> Policy:
    if section is None:
        return Policy(name, (), description)
    seed = optional(section, "seed", whole)
    sticky: Literal["session", "request"] = (
        "session"
        if optional(section, "sticky", lambda text: known.word(text, STICKY)) == "session"
        else "request"
    )
    items = section.sections("rules", RULE_KEYS)
    found = [(item, _read_rule(item, known)) for item in items]
    rules = [(item, rule) for item, rule in found if rule is not None]
    _check_names(items)
    _check_reach(rules)
    return Policy(
        name,
        tuple(rule for _, rule in rules),
        description,
        sticky,
        Policy(name, ()).seed if seed is None else seed,
    )


def _read_rule(item: Section, known: Known) -> Rule | None:
    name = item.value("name", sentence)
    inner = item.section("when", None) if "when" in item else None
    when = None if inner is None else read_condition(inner, known)
    action = read_action(item, known)
    if name is None or action is None or (inner is not None and when is None):
        return None
    return Rule(name, when, action, item.place.line)


def _check_names(items: Sequence[Section]) -> None:
    lines: dict[str, int] = {}
    for item in items:
        name = item.peek("name")
        if name in lines:
            message = f"name: {name!r} is the name of the rule at line {lines[name]} already"
            item.faults.add(item.at("name"), message)
        elif name:
            lines[name] = item.place.line


def _check_reach(rules: Sequence[tuple[Section, Rule]]) -> None:
    """Note rules that no request can reach, and shares of the same requests above one."""
    for k, (item, rule) in enumerate(rules):
        earlier = [each for _, each in rules[:k] if each.when in {None, rule.when}]
        whole_taker = next((each for each in earlier if each.use.share is None), None)
        taken = sum((each.use.share or Decimal(0) for each in earlier), Decimal(0))
        if whole_taker is not None:
            message = (
                f"rule {rule.name!r} is never reached: {whole_taker.name!r} (line "
                f"{whole_taker.line}) takes every request before; move it up"
            )
            item.faults.add(item.place, message)
        elif taken and taken + (rule.use.share or Decimal(0)) > 1:
            message = (
                f"share: the rules above take {taken:f} of these requests, so at most "
                f"{1 - taken:f} is left"
            )
            item.faults.add(item.place, message)
        elif taken == 1:
            item.faults.add(item.place, f"rule {rule.name!r} is never reached: nothing is left")
