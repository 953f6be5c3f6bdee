"""A scenario in YAML: what it means, and what is wrong with it."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from models.policy.assumptions import Assumptions, Spread, of_workload
from models.policy.dump import dump_scenario, dump_workload_rules
from models.policy.known import Known, known_of
from models.policy.load import PolicyError, load_scenario
from models.policy.terms import (
    Action,
    Cascade,
    Condition,
    Policy,
    Predicate,
    Rule,
    Scenario,
    Verification,
    Verifier,
)
from models.workload.load import load_workload_rules
from models.workload.rules import WorkloadRules
from pricing.load import load_price_book
from tests.drawn_policies import KNOWN, rule_sets, scenarios


def scenario(text, known=KNOWN):
    return load_scenario(text, "my.yaml", known)


def faults(text, known=KNOWN):
    with pytest.raises(PolicyError) as error:
        scenario(text, known)
    return str(error.value).splitlines()


def rule(when="", use="{model: gpt-5.5}"):
    return f"scenario: s\npolicy:\n  rules:\n    - name: r\n{when}      use: {use}\n"


def when(text):
    [found] = scenario(rule(f"      when: {text}\n")).policy.rules
    return found.when


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(drawn=scenarios())
def test_what_is_written_reads_back(drawn):
    text = dump_scenario(drawn)

    assert scenario(text) == drawn, text
    assert dump_scenario(scenario(text)) == text


@settings(max_examples=50, suppress_health_check=list(HealthCheck))
@given(rules=rule_sets)
def test_workload_rules_read_back(rules):
    if rules != WorkloadRules():
        assert load_workload_rules(dump_workload_rules(rules), "w.yaml", KNOWN) == rules


def test_a_scenario_with_everything():
    text = """
scenario: all of it
description: Every word once.
policy:
  sticky: session
  seed: 11
  rules:
    - name: hard
      when:
        workload: [agent, "cod*"]
        any:
          - effort: xhigh
          - {input_tokens: ">= 128k", hour: 22-6}
        not: {"tag:env": prod}
      use:
        model: gpt-5.5
        tier: cheapest
        effort: high
        region: eu
        cap: 4_000
        share: .25
        attempts: 3
        verify:
          detects: 0.7
          false_flags: 0.05
          caught_usd: 8
          rework_usd: 1.50
    - name: rest
      use:
        model: gpt-5.4-mini
        cascade:
          to: gpt-5.5
          to_effort: low
          verifier: {accepts_correct: 0.9, accepts_wrong: 0.3, cost_usd: 0.002}
assume:
  output_ratio: {agent: [0.6, 0.7, 0.9], "*": 0.85}
  cache_kept: {p10: 0.5, p50: 0.8, p90: 0.9}
  success: {agent: {gpt-5.4: 0.71}}
  human_repair_usd: 12
  latency_seconds: {chat: 30, extraction: 1d}
  one_off_usd: 5000
  draws: 512
workloads:
  - labels: [agent, "cod*"]
    evidence: agentic_coding
    because: They write code.
  - name: short
    when: {input_tokens: "< 1k"}
    because: A short prompt.
"""
    found = scenario(text)
    hard, rest = found.policy.rules

    assert (found.policy.name, found.policy.sticky, found.policy.seed) == (
        "all of it",
        "session",
        11,
    )
    assert hard.when == Condition(
        "all",
        (
            Predicate("workload", "in", ("agent", "cod*")),
            Condition(
                "any",
                (
                    Predicate("effort", "in", ("xhigh",)),
                    Condition(
                        "all",
                        (
                            Predicate("input_tokens", "between", (128_000, None)),
                            Predicate("hour", "between", (22, 6)),
                        ),
                    ),
                ),
            ),
            Condition("not", (Predicate("tag:env", "in", ("prod",)),)),
        ),
    )
    assert hard.use == Action(
        "gpt-5.5", "cheapest", "high", "eu", 4000, Decimal("0.25"), 3, None,
        Verification(
            Decimal("0.7"), Decimal("0.05"), caught_usd=Decimal(8), rework_usd=Decimal("1.5")
        ),
    )  # fmt: skip
    assert (hard.line, rest.line) == (8, 28)
    verifier = Verifier(Decimal("0.9"), Decimal("0.3"), cost_usd=Decimal("0.002"))
    assert rest.use == Action("gpt-5.4-mini", cascade=Cascade("gpt-5.5", verifier, "low"))

    assumed = found.assumptions
    assert of_workload(assumed.output_ratio, "chat") == Spread.exactly(Decimal("0.85"))
    assert of_workload(assumed.output_ratio, "agent").p90 == Decimal("0.9")
    assert of_workload(assumed.cache_kept, "any").p50 == Decimal("0.8")
    assert of_workload(assumed.turns_ratio, "any") is None
    assert assumed.success == {"agent": {"gpt-5.4": Spread.exactly(Decimal("0.71"))}}
    assert assumed.latency_seconds == {"chat": 30, "extraction": 86_400}
    assert found.workloads.evidence_of("coder") == "agentic_coding"


def test_the_smallest_scenario_keeps_everything():
    assert scenario("scenario: as logged") == Scenario(Policy("as logged", ()), Assumptions())
    assert scenario("scenario: s\npolicy: {rules: []}").policy.rules == ()
    assert scenario(rule(use="keep")).policy.rules == (Rule("r", None, Action()),)


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        (">= 10000", (10_000, None)),
        ("> 10k", (10_001, None)),
        ("< 2_000", (None, 2000)),
        ("<= 2000", (None, 2001)),
        ("10000..50000", (10_000, 50_000)),
        ("1M..", (1_000_000, None)),
        ("..5", (None, 5)),
        ("7", (7, 8)),
    ],
)
def test_numbers_are_half_open(text, bounds):
    found = Condition("all", (Predicate("input_tokens", "between", bounds),))
    assert when(f'{{input_tokens: "{text}"}}') == found


def test_values_of_other_fields():
    def only(text):
        [part] = when(text).parts
        return part.values

    assert only("{latency_seconds: '>= 24h'}") == (86_400, None)
    assert only("{latency_seconds: 15min..1d}") == (900, 86_400)
    assert only("{cached_share: 0.2..0.8}") == (Decimal("0.2"), Decimal("0.8"))
    assert only("{hour: 8-18}") == (8, 18)
    assert only("{hour: 9}") == (9, 10)
    assert only("{hour: 22-0}") == (22, 24)
    assert only("{weekday: mon-fri}") == ("mon", "tue", "wed", "thu", "fri")
    assert only("{weekday: [sat-mon, wed]}") == ("sat", "sun", "mon", "wed")
    assert only("{tools: no}") == (0,)
    assert only("{effort: [none, (none)]}") == ("none", "(none)")


def test_a_list_of_ranges_is_any_of_them():
    assert when('{input_tokens: ["< 1k", ">= 50k"]}') == Condition(
        "any",
        (
            Predicate("input_tokens", "between", (None, 1000)),
            Predicate("input_tokens", "between", (50_000, None)),
        ),
    )


def test_an_alias_is_read_as_the_model():
    known = Known(models={"gpt-5.5": "gpt-5.5", "gpt-5.5-2026-04-23": "gpt-5.5"})
    text = rule("      when: {model: gpt-5.5-2026-04-23}\n", "{model: gpt-5.5-2026-04-23}")
    [found] = scenario(text, known).policy.rules

    assert found.use.model == "gpt-5.5"
    assert found.when.parts[0].values == ("gpt-5.5",)


def test_all_faults_are_found_in_one_run():
    text = """scenario: broken
policy:
  sticky: sesion
  rules:
    - name: one
      when: {modle: gpt-5.5, input_tokens: "10..5", effort: hihg, hour: 25}
      use: {model: gpt-55, teir: batch}
    - name: one
      use: {share: 2, tier: bach, cap: 0}
    - name: three
      use: {}
assume:
  output_ratio: [0.5, 0.4, 0.9]
  success: {chat: {gpt-5.9: 0.5}}
  draws: many
"""
    found = faults(text)

    assert [line.partition(":")[2].partition(":")[0] for line in found] == (
        ["3", "6", "6", "6", "6", "7", "7", "8", "9", "9", "9", "11", "13", "14", "15"]
    )
    assert found[0] == (
        "my.yaml:3: sticky: 'sesion' is none of session, request; did you mean 'session'?"
    )
    assert "there is no field 'modle'; use workload, model, service_tier" in found[1]
    assert found[1].endswith("did you mean 'model'?")
    assert found[2].endswith("10..5: nothing lies in it; the second number is outside the range")
    assert "'hihg' is none of none, minimal, low, medium, high, xhigh, max" in found[3]
    assert found[3].endswith("did you mean 'high'?")
    [unknown] = [line for line in found if "'gpt-55'" in line]
    assert "no model 'gpt-55'; `ratecard prices list` shows them; did you mean" in unknown
    assert any("'one' is the name of the rule at line 5 already" in line for line in found)
    assert any("did you mean 'batch'?" in line for line in found)
    assert any("the percentiles p10, p50, p90 must not fall" in line for line in found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("scenario: [", "not readable as YAML"),
        ("policy: {rules: []}", "scenario is missing"),
        ("scenario: s\npolicy: {}", "rules is missing"),
        ("scenario: s\npolicy: {rules: {a: 1}}", "rules: expected a list"),
        ("scenario: s\nrules: []", "unknown key 'rules'"),
        (rule("      when: {}\n"), "no condition; leave `when` out to take everything"),
        (rule("      when: [a]\n"), "expected `key: value` pairs here"),
        (rule("      when: {any: []}\n"), "any: expected a list of conditions"),
        (rule("      when: {not: x}\n"), "expected `key: value` pairs here"),
        (rule("      when: &a {not: *a}\n"), "conditions are nested too deeply"),
        (rule("      when: {team: []}\n"), "team: the list is empty"),
        (rule("      when: {team: ''}\n"), "team: is empty"),
        (rule("      when: {model: 'claude*'}\n"), "no model of the price book begins with"),
        (rule("      when: {tools: maybe}\n"), "'maybe' is none of true, yes, false, no"),
        (rule("      when: {weekday: monday}\n"), "'monday' is none of mon, tue"),
        (rule("      when: {input_tokens: 1.5}\n"), "not a whole number: '1.5'"),
        (rule("      when: {input_tokens: '< 0'}\n"), "nothing is below 0"),
        (rule("      when: {cached_share: '>= 50'}\n"), "50 is more than 1"),
        (rule("      when: {cached_share: '0.5'}\n"), "not a range of shares"),
        (rule("      when: {latency_seconds: soon}\n"), "not a whole number: 'soon'"),
        (rule(use="{share: 0}"), "must be more than 0"),
        (rule(use="{attempts: 21}"), "write 1 to 20"),
        (rule(use="{region: mars}"), "'mars' is none of global, eu"),
        (
            rule(use="{verify: {detects: 0.5}}"),
            "false_flags is missing",
        ),
        (
            rule(use="{cascade: {to: o3, verifier: {accepts_correct: 1, accepts_wrong: 0}}}"),
            "write either the verifier's model or its cost_usd",
        ),
        (
            rule(
                use="{attempts: 2, cascade: {to: o3, verifier: "
                "{accepts_correct: 1, accepts_wrong: 0, model: o3}}}"
            ),
            "a cascade has one attempt at each of its models",
        ),
        ("scenario: s\nassume: {cache_kept: [0, 0.5, 0.9]}", "p10 must be more than 0"),
        ("scenario: s\nassume: {cache_kept: [0.1, 0.5, 1]}", "p90 must be less than 1"),
        ("scenario: s\nassume: {output_ratio: [1, 2]}", "write one number, or three"),
        ("scenario: s\nassume: {beta: 2}", "write 0 to 1.2"),
        ("scenario: s\nassume: {draws: 15}", "write 16 to 65,536"),
        ("scenario: s\nassume: {draws: 99999999}", "write 16 to 65,536"),
        ("scenario: s\nassume: {flex_spill: 5}", "5 is more than 1"),
        ("scenario: s\nassume: {latency_seconds: {a: soon}}", "not a duration: 'soon'"),
        ("scenario: s\nassume: {human_repair: 5}", "did you mean 'human_repair_usd'?"),
        ("scenario: s\nworkloads: [{name: a, because: b}]", "write either `labels`"),
        (
            "scenario: s\nworkloads: [{name: a, when: {workload: b}, because: c}]",
            "there is no field 'workload'",
        ),
        ("scenario: s\nworkloads: [{name: a, when: {tools: yes}}]", "because is missing"),
    ],
)
def test_what_cannot_be_is_refused_in_words(text, said):
    found = faults(text)

    assert any(said in line for line in found), found
    assert all(line.startswith("my.yaml:") for line in found)


def rules(*items):
    listed = "".join(f"    - {item}\n" for item in items)
    return f"scenario: s\npolicy:\n  rules:\n{listed}"


def test_a_rule_that_no_request_reaches_is_a_fault():
    always = "{name: a, use: {model: o3}}"
    red = "{name: b, when: {team: red}, use: {model: o3}}"
    again = "{name: c, when: {team: [red]}, use: {model: gpt-5.5}}"

    assert faults(rules(always, red)) == [
        "my.yaml:5: rule 'b' is never reached: 'a' (line 4) takes every request before; move it up"
    ]
    assert "rule 'c' is never reached" in faults(rules(red, again))[0]
    assert len(scenario(rules(red, always)).policy.rules) == 2


def test_shares_of_the_same_requests_cannot_exceed_all_of_them():
    def split(share):
        return f"{{name: s{share}, use: {{share: {share}}}}}"

    assert faults(rules(split("0.7"), split("0.5"))) == [
        "my.yaml:5: share: the rules above take 0.7 of these requests, so at most 0.3 is left"
    ]
    assert "never reached" in faults(rules(split("0.7"), split("0.3"), "{name: x, use: keep}"))[0]
    assert len(scenario(rules(split("0.7"), split("0.3"))).policy.rules) == 2


def test_workloads_are_checked_where_their_names_are_given():
    known = Known(models=KNOWN.models, workloads=("chat", "coding"))
    text = rule("      when: {workload: codign}\n")

    assert "did you mean 'coding'?" in faults(text, known)[0]
    assert scenario(text)
    assert scenario(rule("      when: {workload: 'cod*'}\n"), known)


def test_the_price_book_says_what_is_sold():
    known = known_of(load_price_book())
    found = faults(rule(use="{model: gpt-5.5-pro, tier: priority}"), known)

    assert "tier: gpt-5.5-pro is not sold at priority, but at standard" in found[0]
    assert "eu" in known.regions
    assert known.models["gpt-5.4"] == "gpt-5.4"


def test_rules_of_one_name_say_the_same():
    text = (
        "scenario: s\nworkloads:\n"
        "  - {name: a, when: {tools: yes}, evidence: x, because: b}\n"
        "  - {name: a, when: {team: red}, evidence: y, because: b}\n"
    )

    assert faults(text)[0].startswith("my.yaml:4: 'a' has another evidence or latency_seconds")
