"""What docs/policies.md shows is read, and it describes every word there is."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from models.policy.assumptions import Assumptions
from models.policy.dump import dump_workload_rules
from models.policy.known import EFFORTS, known_of
from models.policy.load import RULE_KEYS, SCENARIO_KEYS, load_scenario
from models.policy.load_actions import USE_KEYS
from models.policy.load_assumptions import ASSUME_KEYS
from models.policy.load_conditions import FIELDS
from models.policy.presets import presets
from models.policy.terms import TIER_WAITS
from models.workload.load import load_workload_rules
from models.workload.shipped import shipped_rules
from pricing.load import load_price_book

TEXT = (Path(__file__).parents[1] / "docs" / "policies.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", TEXT, re.DOTALL | re.MULTILINE))
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
KNOWN = known_of(load_price_book())


def described(section):
    return re.findall(r"^\| `([^`]+)` \| .", SECTIONS[section], re.MULTILINE)


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.splitlines()[0])
def test_every_example_is_read(text):
    assert load_scenario(text, "policies.md", KNOWN)


def test_every_word_is_described():
    assert described("A scenario") == list(SCENARIO_KEYS)
    assert described("Rules") == list(RULE_KEYS)
    assert sorted(described("Conditions")) == sorted([*FIELDS, "tag:NAME"])
    assert described("What a rule does") == list(USE_KEYS)
    assert sorted(described("Assumptions")) == sorted(ASSUME_KEYS)
    assert set(ASSUME_KEYS) == {each.name for each in fields(Assumptions)}
    assert described("Shipped policies") == list(presets())


def test_every_way_to_write_a_value_is_read():
    shown = re.findall(r"^\| `(\w+)` \|.*\| ([^|]*`.*) \|$", SECTIONS["Conditions"], re.MULTILINE)
    numbers = SECTIONS["Conditions"].partition("**Numbers** are ")[2].partition(" or")[0]
    values = [
        (field, value)
        for field, words in [*shown, ("input_tokens", numbers)]
        for value in re.findall(r"`([^`]+)`", words)
    ]
    assert len(values) > 15
    for field, value in values:
        rule = f"{{name: a, when: {{{field}: {value}}}, use: keep}}"
        assert load_scenario(f"scenario: s\npolicy: {{rules: [{rule}]}}", "policies.md", KNOWN)


def test_the_waits_and_efforts_are_those_of_the_program():
    said = SECTIONS["What a rule does"]

    assert f"wait {TIER_WAITS['batch']:,} seconds, to flex only if {TIER_WAITS['flex']:,}" in said
    assert f"{', '.join(EFFORTS[:-1])} or {EFFORTS[-1]}" in said


def test_every_kind_of_evidence_is_named():
    rules = shipped_rules(KNOWN)
    kinds = {each.evidence for each in (*rules.labels, *rules.rules)} - {None}

    assert all(f"`{kind}`" in SECTIONS["Workloads"] for kind in kinds)
    assert load_workload_rules(dump_workload_rules(rules), "x", KNOWN) == rules
