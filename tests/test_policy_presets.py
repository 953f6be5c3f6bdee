"""The shipped policies: valid, of any models, and taking the requests they say."""

import pytest

from models.policy.dump import dump_scenario
from models.policy.evaluate import rule_of
from models.policy.known import known_of
from models.policy.load import PolicyError, load_scenario
from models.policy.presets import PresetError, preset, preset_text, presets
from pricing.load import load_price_book

KNOWN = known_of(load_price_book())
PRESETS = presets()


def test_the_policies_of_the_published_articles_are_there():
    assert set(PRESETS) == {
        "always", "batch-what-can-wait", "cascade-mini-first", "complexity-router",
        "pro-final-check", "tiers",
    }  # fmt: skip


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_valid_and_reads_back(name):
    scenario = preset(name, KNOWN)

    assert load_scenario(dump_scenario(scenario), "x", KNOWN) == scenario
    assert scenario.policy.description
    assert scenario.source == name
    assert len(PRESETS[name].summary) < 100


@pytest.mark.parametrize("name", PRESETS)
def test_every_model_of_a_preset_can_be_replaced(name):
    others = dict.fromkeys(PRESETS[name].roles, "gpt-6.1-sol")
    text = preset_text(f"{name}:{','.join(f'{r}={m}' for r, m in others.items())}")

    assert all(model not in text for model in PRESETS[name].roles.values())
    assert preset(name, KNOWN, **others)
    assert "$" not in text
    assert "roles:" not in text


def test_one_model_needs_no_role():
    [_, everything] = preset("always:gpt-6.1-sol", KNOWN).policy.rules

    assert everything.use.model == "gpt-6.1-sol"
    assert preset("always:gpt-6.1-sol", KNOWN).policy.name == "always-gpt-6.1-sol"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("tierz", "did you mean 'tiers'?"),
        ("always:model=", "write always with model=MODEL"),
        ("tiers:gpt-5.5", "write tiers with nano=MODEL, mini=MODEL"),
        ("tiers:big=gpt-5.5", "write tiers with nano=MODEL"),
        ("batch-what-can-wait:gpt-5.5", "no model to replace"),
    ],
)
def test_what_is_no_preset_is_refused_in_words(words, said):
    with pytest.raises(PresetError) as error:
        preset_text(words)
    assert said in str(error.value)


def test_a_model_that_is_not_sold_is_a_fault():
    with pytest.raises(PolicyError, match="no model 'gpt-9'"):
        preset("always:gpt-9", KNOWN)


EASY = {
    "event_id": "e", "event_ts": 0, "input_tokens": 900, "effort": None, "tools": False,
    "workload": "chat", "endpoint": "chat",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "changes", "rule"),
    [
        ("complexity-router", {}, "easy"),
        ("complexity-router", {"latency_seconds": 86_400}, "easy, can wait"),
        ("complexity-router", {"effort": "xhigh"}, "hard"),
        ("complexity-router", {"workload": "agent"}, "hard"),
        ("complexity-router", {"input_tokens": 200_000}, "hard"),
        ("complexity-router", {"input_tokens": 20_000}, "medium"),
        ("complexity-router", {"tools": True}, "medium"),
        ("complexity-router", {"effort": "medium"}, "medium"),
        ("complexity-router", {"model": "gpt-5.4-nano"}, "small already"),
        ("complexity-router", {"model": "gpt-5.4-nano", "tools": True}, "small already"),
        (
            "complexity-router",
            {"model": "gpt-5.4-nano", "latency_seconds": 86_400},
            "small already, can wait",
        ),
        ("complexity-router", {"model": "gpt-5.4-nano", "effort": "xhigh"}, "hard"),
        ("complexity-router", {"model": "gpt-5.4-mini"}, "easy"),
        ("complexity-router", {"model": "gpt-5.4-mini", "tools": True}, None),
        ("complexity-router", {"model": "gpt-5.5", "tools": True}, "medium"),
        ("tiers", {}, "low cost"),
        ("tiers", {"workload": "extraction"}, "preprocessing"),
        ("tiers", {"workload": "legal-review"}, "final validation"),
        ("tiers", {"workload": "coding"}, "high value"),
        ("tiers", {"tools": True}, "default"),
        ("always", {}, "everything"),
        ("always", {"endpoint": "embeddings"}, "not text"),
        ("cascade-mini-first", {}, "small first"),
        ("cascade-mini-first", {"input_tokens": 80_000}, None),
        ("batch-what-can-wait", {}, None),
        ("batch-what-can-wait", {"latency_seconds": 86_400}, "waits a day"),
        ("batch-what-can-wait", {"latency_seconds": 86_399}, "waits minutes"),
        ("batch-what-can-wait", {"latency_seconds": 899}, None),
    ],
)
def test_which_rule_takes_which_request(name, changes, rule):
    rules = preset(name, KNOWN).policy.rules
    number = rule_of(preset(name, KNOWN).policy, EASY | changes)

    assert (rules[number - 1].name if number else None) == rule
