"""Comparisons are like for like, and success is carried over, never read from a benchmark."""

import math
from decimal import Decimal

import numpy as np
import pytest

from models.evidence.compare import Difference, NotComparable, difference, differences, of_work
from models.evidence.evaluations import Evaluation
from models.evidence.load import shipped
from models.evidence.success import Asked, Rate, Unknown, success_rates
from models.evidence.transfer import BETA, beta_draws, transfer
from models.policy.assumptions import Assumptions, Spread

EVIDENCE = shipped()
N = 4096
UNIFORM = (np.arange(N) + 0.5) / N


class Columns(dict):
    """Uniform numbers for any name, each name its own order."""

    def __missing__(self, name):
        seed = int.from_bytes(name.encode(), "big") % 2**32
        self[name] = np.random.default_rng(seed).permutation(UNIFORM)
        return self[name]


def score(benchmark, model, group, effort="xhigh"):
    [found] = [
        s
        for s in EVIDENCE.scores
        if (s.benchmark, s.model, s.group, s.effort) == (benchmark, model, group, effort)
    ]
    return found


def asked(workload="chat", work="customer_support", **efforts):
    return Asked(workload, work, "gpt-5.4", efforts)


def runs(model, passes, fails, workload="chat"):
    return [
        Evaluation(f"t{k}", model, passed=k < passes, workload=workload)
        for k in range(passes + fails)
    ]


def test_scores_of_two_harnesses_are_never_subtracted():
    # 98.9 with tuned prompts against 98.0 with the original ones: the comparison of an article.
    tuned = score("tau2_bench_telecom", "gpt-5.4", "tau2_telecom@2026-03-tuned")
    original = score("tau2_bench_telecom", "gpt-5.5", "tau2_telecom@original-prompts")
    said = difference(tuned, original, EVIDENCE)

    assert isinstance(said, NotComparable)
    assert "differ in harness, prompts or version" in said.why


def test_the_same_prompts_reverse_the_published_comparison():
    [found] = differences(EVIDENCE, "gpt-5.4", "gpt-5.5", benchmarks=["tau2_bench_telecom"])

    assert found.points == Decimal("5.2")
    assert found.vendor


def test_mcp_atlas_differs_by_4_7_and_not_by_8_1():
    [found] = differences(EVIDENCE, "gpt-5.4", "gpt-5.5", benchmarks=["mcp_atlas"])

    assert found.points == Decimal("4.7")


def test_efforts_and_prompt_sizes_are_kept_apart():
    high = score("aa_tau2_telecom", "gpt-5.5", "aa_tau2_telecom@2026-08", "high")
    low = score("aa_tau2_telecom", "gpt-5.4", "aa_tau2_telecom@2026-08", "low")

    assert "gpt-5.4 was measured at effort low" in difference(low, high, EVIDENCE).why
    for each in differences(EVIDENCE, "gpt-5.4", "gpt-5.5"):
        assert each.old.terms == each.new.terms


def test_articles_are_no_evidence():
    kinds = {
        EVIDENCE.sources[each.source].kind
        for pair in differences(EVIDENCE, "gpt-5.4", "gpt-5.5")
        for each in (pair.old, pair.new)
    }

    assert "article" not in kinds
    assert differences(EVIDENCE, "gpt-5.3-codex", "gpt-5.5") == []


def test_independent_figures_come_first():
    flags = [each.vendor for each in differences(EVIDENCE, "gpt-5.4", "gpt-5.5")]

    assert flags == sorted(flags)


def test_the_effort_asked_for_is_preferred_and_others_stand_in():
    at_low = of_work(EVIDENCE, "customer_support", "gpt-5.4", "gpt-5.5", "low")
    at_max = of_work(EVIDENCE, "customer_support", "gpt-5.4", "gpt-5.5", "max")

    assert [each.new.effort for each in at_low] == ["low"]
    assert {each.new.effort for each in at_max} == {"none", "low", "xhigh"}


def test_why_nothing_can_be_compared_is_said():
    assert (
        "no score of gpt-6.1-sol" in of_work(EVIDENCE, "computer_use", "gpt-5.5", "gpt-6.1-sol").why
    )
    assert (
        "never measured in one harness at one effort"
        in of_work(EVIDENCE, "computer_use", "gpt-5.5", "claude-opus-4-7").why
    )
    assert "'chess'" in of_work(EVIDENCE, "chess", "gpt-5.4", "gpt-5.5").why


def test_a_transfer_averages_the_logits_of_benchmarks():
    found = of_work(EVIDENCE, "computer_use", "gpt-5.4", "gpt-5.5")
    step = transfer("computer_use", found, EVIDENCE)
    expected = math.log(0.787 / 0.213) - math.log(0.75 / 0.25)

    assert step.mean == pytest.approx(expected)
    assert step.sd == 0.35
    assert step.point(0.8) == pytest.approx(1 / (1 + math.exp(-(math.log(4) + 0.5 * expected))))


def test_a_benchmark_counts_once_and_a_vendors_half():
    found = of_work(EVIDENCE, "customer_support", "gpt-5.4", "gpt-5.5")
    mean = {}
    for each in found:
        mean.setdefault(each.new.benchmark, []).append(each.logit)
    vendor = np.mean(mean["tau2_bench_telecom"])
    independent = np.mean(mean["aa_tau2_telecom"])

    step = transfer("customer_support", found, EVIDENCE)
    assert len(mean["aa_tau2_telecom"]) == 3
    assert step.mean == pytest.approx((independent + vendor / 2) / 1.5)


def test_beta_is_a_normal_cut_off_at_0_and_1_2():
    drawn = beta_draws(UNIFORM)

    assert 0 <= drawn.min() <= drawn.max() <= 1.2
    assert drawn.mean() == pytest.approx(0.5, abs=0.02)
    assert np.all(beta_draws(UNIFORM, Spread.exactly(Decimal("0.3"))) == 0.3)


def test_the_error_of_a_transfer_has_its_floor():
    step = transfer("x", of_work(EVIDENCE, "computer_use", "gpt-5.4", "gpt-5.5"), EVIDENCE)
    drawn = step.draws(np.zeros(N), Columns(), Spread.exactly(Decimal("0.5")))
    logits = np.log(drawn / (1 - drawn))

    assert logits.std() == pytest.approx(0.35, rel=0.02)
    assert logits.mean() == pytest.approx(0.5 * step.mean, abs=0.02)


def test_without_a_rate_of_ones_own_nothing_is_known():
    rates = success_rates(asked(), ["gpt-5.4", "gpt-5.5"], EVIDENCE, Assumptions())

    for rate in rates.values():
        assert isinstance(rate, Unknown)
        assert "state one, or import an evaluation" in rate.why


def test_a_stated_rate_is_kept_and_carried_over():
    stated = {"chat": {"gpt-5.4": Spread(Decimal("0.7"), Decimal("0.8"), Decimal("0.87"))}}
    rates = success_rates(asked(), ["gpt-5.4", "gpt-5.5"], EVIDENCE, Assumptions(success=stated))
    now, then = rates["gpt-5.4"], rates["gpt-5.5"]
    columns = Columns()

    assert (now.source, then.source) == ("scenario", "evidence")
    assert np.percentile(now.draws(columns), [10, 50, 90]) == pytest.approx(
        [0.7, 0.8, 0.87], abs=0.005
    )
    assert now.point == 0.8 < then.point < 0.95
    assert then.words.startswith("prior evidence: 2 benchmarks of Artificial Analysis, OpenAI")
    assert BETA in then.names
    assert np.array_equal(then.draws(columns), then.draws(columns))


def test_no_pair_of_scores_is_cost_only_with_the_reason():
    stated = {"*": {"gpt-5.4": Spread.exactly(Decimal("0.8"))}}
    mine = Assumptions(success=stated)
    rates = success_rates(asked(), ["gpt-5.4", "gpt-6.1-sol"], EVIDENCE, mine)
    unnamed = success_rates(asked(work=None), ["gpt-5.5"], EVIDENCE, mine)

    assert "no score of gpt-6.1-sol" in rates["gpt-6.1-sol"].why
    assert np.all(rates["gpt-5.4"].draws(Columns()) == 0.8)
    assert "no kind of published evidence" in unnamed["gpt-5.5"].why


def test_ones_own_evaluation_comes_before_published_evidence():
    mine = [*runs("gpt-5.4", 70, 30), *runs("gpt-5.5", 72, 28)]
    rates = success_rates(asked(), ["gpt-5.4", "gpt-5.5"], EVIDENCE, Assumptions(), mine)
    now, then = rates["gpt-5.4"], rates["gpt-5.5"]

    assert now.point == pytest.approx(70.5 / 101)
    prior = transfer(
        "customer_support", of_work(EVIDENCE, "customer_support", "gpt-5.4", "gpt-5.5"), EVIDENCE
    ).point(now.point)
    assert then.point == pytest.approx((10 * prior + 72) / 110)
    assert then.words == "your evaluation of 100 tasks"
    assert then.tasks == 100


def test_rates_of_the_same_tasks_are_drawn_as_closely_as_they_go_together():
    # All that gpt-5.4 solves gpt-5.5 solves too: phi is high.
    mine = [*runs("gpt-5.4", 70, 30), *runs("gpt-5.5", 75, 25)]
    rates = success_rates(asked(), ["gpt-5.4", "gpt-5.5"], EVIDENCE, Assumptions(), mine)
    columns = Columns()
    now, then = (rates[m].draws(columns) for m in ("gpt-5.4", "gpt-5.5"))
    phi = 0.7 * 0.25 / math.sqrt(0.7 * 0.3 * 0.75 * 0.25)

    assert np.corrcoef(now, then)[0, 1] == pytest.approx(phi, abs=0.03)


def test_evaluations_of_no_workload_stand_for_all_but_give_way_to_its_own():
    of_all, own = runs("gpt-5.4", 5, 5, workload=""), runs("gpt-5.4", 9, 1)
    both = success_rates(asked(), ["gpt-5.4"], EVIDENCE, Assumptions(), [*of_all, *own])
    other = success_rates(asked("code"), ["gpt-5.4"], EVIDENCE, Assumptions(), [*of_all, *own])

    assert both["gpt-5.4"].point == pytest.approx(9.5 / 11)
    assert other["gpt-5.4"].point == pytest.approx(5.5 / 11)


def test_what_a_scenario_states_comes_before_an_evaluation():
    stated = Assumptions(success={"chat": {"gpt-5.4": Spread.exactly(Decimal("0.9"))}})
    [rate] = success_rates(asked(), ["gpt-5.4"], EVIDENCE, stated, runs("gpt-5.4", 1, 9)).values()

    assert isinstance(rate, Rate)
    assert rate.point == 0.9
    assert isinstance(of_work(EVIDENCE, "customer_support", "gpt-5.4", "gpt-5.5")[0], Difference)


def test_less_effort_is_not_free():
    mine = [
        Evaluation(f"t{k}", "gpt-5.5", passed=k < 90, effort="high", workload="chat")
        for k in range(100)
    ]
    at = {
        effort: success_rates(
            Asked("chat", "customer_support", "gpt-5.5", {"gpt-5.5": effort} if effort else {}),
            ["gpt-5.5"], EVIDENCE, Assumptions(), mine,
        )["gpt-5.5"]
        for effort in ("", "high", "none", "xhigh")
    }  # fmt: skip
    step = math.log(0.693 / 0.307) - math.log(0.93 / 0.07)

    assert at[""].point == at["high"].point == pytest.approx(90.5 / 101)
    assert at["none"].point == pytest.approx(
        1 / (1 + math.exp(-(math.log(90.5 / 10.5) + 0.5 * step)))
    )
    assert at["none"].point < at["high"].point < at["xhigh"].point
    assert "effort none in place of high" in at["none"].words
    assert at["none"].draws(Columns()).std() > at["high"].draws(Columns()).std()


def test_a_stated_rate_is_of_todays_effort_where_that_is_said():
    stated = Assumptions(success={"chat": {"gpt-5.4": Spread.exactly(Decimal("0.8"))}})

    def rate(now, to, work="customer_support"):
        question = Asked("chat", work, "gpt-5.4", {"gpt-5.4": to}, effort_now=now)
        return success_rates(question, ["gpt-5.4"], EVIDENCE, stated)["gpt-5.4"]

    assert rate("", "none").point == 0.8
    assert rate("low", "low").point == 0.8
    assert rate("low", "xhigh").point > 0.8
    # GPT-5.4 was not measured at high; what it is worth to others stands in.
    assert 0.8 < rate("low", "high").point < rate("none", "high").point
    assert "no model was measured at both low and max" in rate("low", "max").why
    assert "known at effort low only" in rate("low", "high", work=None).why
