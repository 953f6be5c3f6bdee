"""Which number says what becomes of tokens: the user's first, then evidence, then an assumption."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from models.evidence.load import shipped
from models.evidence.measured import Measured
from models.policy.assumptions import Assumptions, Spread
from models.replay.factors import factor_model
from models.replay.groups import Group, Parts
from models.replay.priors import effort_spread
from models.replay.translate import UNCHANGED

EVIDENCE = shipped()
GROUP = Group(
    rule=1, workload="chat", team="", model_from="gpt-5.4", model_to="gpt-5.5",
    tier_from="standard", tier_to="standard", effort_from="medium", effort_to="medium",
    regime="2k-10k", agentic=False, band_to="short", week=None, billing="metered", events=1,
    requests=1, input_tokens=1, cached_tokens=0, output_tokens=1, reasoning_tokens=0,
    logged_pico=1,
)  # fmt: skip


def spread(*numbers):
    return Spread(*map(Decimal, numbers)) if len(numbers) > 1 else Spread.exactly(Decimal(*numbers))


def model_of(group=GROUP, assumptions=None, measured=None, kinds=None, **changes):
    return factor_model(
        [replace(group, **changes)], EVIDENCE, assumptions or Assumptions(), measured, kinds
    )


def test_the_same_choices_change_nothing():
    model = model_of(model_to="gpt-5.4")

    assert model.point() == [UNCHANGED]
    assert model.parameters == ()
    assert model.warnings == ()


@pytest.mark.parametrize(
    ("changes", "eps", "nu"),
    [
        ({"regime": "<2k"}, "1.05", "1"),
        ({"regime": "2k-10k"}, "1.35", "1"),
        ({"regime": "10k-64k"}, "0.75", "1"),
        ({"regime": "128k+"}, "0.75", "1"),
        ({"agentic": True, "effort_from": "xhigh", "effort_to": "xhigh"}, "0.68", "1.05"),
        ({"agentic": True}, "0.85", "1.10"),
        ({"agentic": True, "effort_from": "", "effort_to": ""}, "0.85", "1.10"),
        ({"workload": "agentic_coding"}, "0.85", "1.10"),
    ],
)
def test_tokens_of_5_5_by_those_of_5_4(changes, eps, nu):
    [factors] = model_of(**changes).point()

    assert factors.eps == Fraction(eps)
    assert factors.nu == Fraction(nu)
    assert factors.kappa == 1


def test_the_way_back_is_the_same_number_inverted():
    [there] = model_of().point()
    back = model_of(model_from="gpt-5.5", model_to="gpt-5.4")

    assert back.point()[0].eps == 1 / there.eps
    assert {each.name for each in back.parameters} == {each.name for each in model_of().parameters}


def test_a_kind_of_work_named_for_a_label_makes_it_agentic():
    [factors] = model_of(workload="repo-bot", kinds={"repo-bot": "agentic_coding"}).point()

    assert factors.eps == Fraction("0.85")


def test_sources_are_cited_with_a_grade():
    named = model_of().named["output_ratio:gpt-5.4>gpt-5.5:2k-10k"]

    assert named.source.startswith("median completions 1.52, shrunk (OpenRouter: GPT-5.5 price")
    assert named.grade == "A"
    assert named.kind == "ratio"


def test_any_other_pair_has_no_evidence_and_says_so():
    model = model_of(model_from="gpt-5.5", model_to="gpt-6.1-sol")
    named = model.named["output_ratio:gpt-5.5>gpt-6.1-sol"]

    assert model.point()[0].eps == 1
    assert (named.source, named.grade) == ("no evidence: assumption", "A")
    assert float(named.spread.p90) == pytest.approx(1.566)
    assert any("no evidence of how much gpt-6.1-sol writes" in each for each in model.warnings)


def test_the_tokenizer_of_another_vendor_is_uncertain():
    own = model_of(model_to="gpt-5.5-pro")
    other = model_of(model_to="anthropic/claude-opus-4-7")
    named = other.named["input_ratio:claude_4.7>o200k_base"]

    assert own.point()[0].kappa == 1
    assert other.point()[0].kappa == pytest.approx(1.16, abs=0.001)
    assert named.grade == "A"
    assert "1.0 to 1.35 times its predecessor" in named.source
    assert (
        "claude-opus-4-7 may cut the same text into other tokens than gpt-5.4: 0.95 to 1.50 times "
        "as many are assumed"
    ) in other.warnings
    assert model_of(model_from="claude-opus-4-7", model_to="claude-opus-4-8").point()[0].kappa == 1


def test_parameters_are_shown_in_the_direction_of_the_move():
    there = model_of(model_to="claude-opus-4-7")
    back = model_of(model_from="claude-opus-4-7", model_to="gpt-5.4")
    [shown] = [each for each in there.shown if each.name.startswith("input_ratio")]
    [kept] = [each for each in back.shown if each.name.startswith("input_ratio")]

    assert shown.name == "input_ratio:o200k_base>claude_4.7"
    assert list(map(float, (shown.spread.p10, shown.spread.p50, shown.spread.p90))) == (
        pytest.approx([0.95, 1.16, 1.5], rel=1e-3)
    )
    assert kept == back.named["input_ratio:claude_4.7>o200k_base"]
    assert {each.name for each in there.shown} == {
        "input_ratio:o200k_base>claude_4.7", "output_ratio:gpt-5.4>claude-opus-4-7",
        "turns_ratio:gpt-5.4>claude-opus-4-7",
    }  # fmt: skip


def test_what_was_published_for_the_other_direction_says_so():
    back = model_of(model_from="gpt-5.5", model_to="gpt-5.4").shown
    output = next(each for each in back if each.name.startswith("output"))

    assert output.name == "output_ratio:gpt-5.5>gpt-5.4:2k-10k"
    assert float(output.spread.p50) == pytest.approx(1 / 1.35, rel=1e-5)
    assert output.source.startswith("inverse of: median completions 1.52")
    assert not any("inverse" in each.source for each in back if each.name.startswith("turns"))


def test_effort_turned_down_is_shown_turned_down():
    [shown] = model_of(model_to="gpt-5.4", effort_from="xhigh").shown

    assert shown.name == "effort:xhigh>medium"
    assert float(shown.spread.p50) == pytest.approx(1 / 1.9, rel=1e-5)


@pytest.mark.parametrize(
    ("old", "new", "ratio"),
    [
        ("medium", "xhigh", Fraction("1.9")),
        ("xhigh", "medium", 1 / Fraction("1.9")),
        ("none", "low", Fraction(5)),
        ("high", "xhigh", Fraction("1.4074")),
        ("medium", "medium", Fraction(1)),
        ("high", "", Fraction(1)),
        ("", "", Fraction(1)),
        ("", "high", Fraction("1.35")),
        ("medium", "extreme", Fraction(1)),
    ],
)
def test_effort_multiplies_reasoning(old, new, ratio):
    model = model_of(model_to="gpt-5.4", effort_from=old, effort_to=new)

    assert model.point()[0].effort == ratio
    assert model.point()[0].eps == 1


def test_more_effort_never_takes_fewer_tokens_at_any_percentile():
    levels = list(EVIDENCE.efforts)
    for k, low in enumerate(levels):
        for high in levels[k + 1 :]:
            step = effort_spread(EVIDENCE.efforts[low], EVIDENCE.efforts[high], levels)
            assert 1 <= step.p10 <= step.p50 <= step.p90, (low, high)


def test_an_effort_that_was_not_logged_is_warned_of():
    assert any("defaults differ" in each for each in model_of(effort_from="").warnings)
    assert model_of().warnings == ()


def test_cache_and_flex_come_in_only_where_the_tier_is_new():
    batch, flex = model_of(tier_to="batch").point()[0], model_of(tier_to="flex").point()[0]
    stayed = model_of(tier_from="flex", tier_to="flex").point()[0]

    assert (batch.gamma, batch.phi) == (Fraction("0.5"), 0)
    assert (flex.gamma, flex.phi) == (1, Fraction("0.05"))
    assert stayed.phi == 0


def test_writes_are_assumed_where_the_new_model_charges_them():
    assert model_of().point()[0].written == 0
    assert model_of(parts=Parts(write_premium_pico=5)).point()[0].written == Fraction("0.7")


CLAUDE = {
    "model_to": "claude-opus-4-7", "parts": Parts(write_premium_pico=5), "input_tokens": 1_000,
}  # fmt: skip


@pytest.mark.parametrize(
    ("cached", "share"), [(0, "0"), (1, "0.0007"), (50, "0.0368"), (800, "0.7")]
)
def test_an_opt_in_cache_is_written_no_more_than_the_log_reads(cached, share):
    model = model_of(**CLAUDE, cached_tokens=cached)

    assert model.point()[0].written == Fraction(share)
    assert any("caches only what requests mark" in each for each in model.warnings)
    assert all(each.spread.p90 < Decimal(1) for each in model.parameters if each.kind == "share")


def test_what_an_opt_in_cache_reads_is_of_the_whole_workload():
    groups = [
        replace(GROUP, **CLAUDE, cached_tokens=100),
        replace(GROUP, **CLAUDE, cached_tokens=0, regime="<2k"),
        replace(GROUP, **CLAUDE, cached_tokens=0, workload="mail"),
    ]
    points = factor_model(groups, EVIDENCE, Assumptions()).point()

    assert [each.written for each in points] == [Fraction("0.0368"), Fraction("0.0368"), 0]


def test_a_stated_share_of_writes_counts_for_any_cache():
    mine = Assumptions(cache_write_share={"*": spread("0.4")})

    assert model_of(assumptions=mine, **CLAUDE).point()[0].written == Fraction("0.4")


def test_what_the_scenario_states_comes_first():
    mine = Assumptions(
        output_ratio={"chat": spread("0.5"), "*": spread("0.6")},
        turns_ratio={"*": spread("0.8", "0.9", "1.2")},
        cache_kept={"*": spread("0.3")},
        cache_in_batch={"chat": spread("0.2")},
        flex_spill={"*": spread("0.1")},
    )
    model = model_of(assumptions=mine, tier_to="batch")
    [factors] = model.point()

    assert (factors.eps, factors.nu) == (Fraction("0.5"), Fraction("0.9"))
    assert (factors.kept, factors.gamma) == (Fraction("0.3"), Fraction("0.2"))
    assert {each.grade for each in model.parameters} == {"yours"}
    assert {each.source for each in model.parameters} == {"stated in the scenario"}
    assert model_of(assumptions=mine, workload="code").point()[0].eps == Fraction("0.6")
    assert model_of(assumptions=mine, tier_to="flex").point()[0].phi == Fraction("0.1")
    assert model_of(assumptions=mine, model_to="gpt-5.4").point() == [UNCHANGED]


OWN = Measured(
    "chat", "gpt-5.4", "medium", "gpt-5.5", "medium", 80, spread("0.6", "0.7", "0.8"),
    spread("1.0", "1.1", "1.2"), None,
)  # fmt: skip


def test_ones_own_evaluation_replaces_what_is_published():
    model = model_of(measured={"chat": [OWN]})
    [factors] = model.point()

    assert (factors.eps, factors.kappa, factors.nu) == (Fraction("0.7"), Fraction("1.1"), 1)
    assert {each.source for each in model.parameters} == {"your evaluation of 80 tasks"}
    [back] = model_of(model_from="gpt-5.5", model_to="gpt-5.4", measured={"chat": [OWN]}).point()
    assert back.eps == 1 / Fraction("0.7")


def test_an_evaluation_at_one_effort_fits_traffic_that_does_not_say_its_effort():
    [factors] = model_of(measured={"chat": [OWN]}, effort_from="", effort_to="").point()

    assert factors.eps == Fraction("0.7")


def test_a_measured_change_of_effort_is_in_the_measured_ratio():
    own = replace(OWN, effort_new="high")
    fits = model_of(measured={"chat": [own]}, effort_to="high").point()[0]
    other = model_of(measured={"chat": [own]}, effort_to="xhigh").point()[0]

    assert (fits.eps, fits.effort) == (Fraction("0.7"), 1)
    assert (other.eps, other.effort) == (Fraction("1.35"), Fraction("1.9"))


def test_one_model_at_two_efforts_can_be_measured_too():
    own = replace(OWN, new="gpt-5.4", effort_new="high")
    changes = {"model_to": "gpt-5.4", "effort_to": "high"}
    [factors] = model_of(measured={"chat": [own]}, **changes).point()

    assert (factors.eps, factors.effort, factors.kappa) == (Fraction("0.7"), 1, Fraction("1.1"))


def test_a_stated_ratio_comes_before_a_measured_one():
    mine = Assumptions(output_ratio={"*": spread("0.5")}, turns_ratio={"*": spread("2")})
    [factors] = model_of(assumptions=mine, measured={"chat": [OWN]}).point()

    assert (factors.eps, factors.nu, factors.kappa) == (Fraction("0.5"), 2, 1)


def test_parameters_are_named_alike_whatever_else_is_in_a_scenario():
    few = factor_model([GROUP], EVIDENCE, Assumptions())
    many = factor_model([replace(GROUP, tier_to="flex"), GROUP], EVIDENCE, Assumptions())

    assert set(few.named) < set(many.named)
    assert all(many.named[name] == each for name, each in few.named.items())
