"""The shipped evidence is sound, and its loader says what is not."""

import csv
import math
import statistics
import time
from collections import defaultdict
from importlib.resources import files

import pytest

from models.evidence.load import COLUMNS, EvidenceError, read_evidence, shipped

FOLDER = files("models.evidence")
ABOUT = (FOLDER / "evidence.yaml").read_text("utf-8")
SCORES = (FOLDER / "scores.csv").read_text("utf-8")


def faults(about=ABOUT, scores=SCORES):
    with pytest.raises(EvidenceError) as raised:
        read_evidence(about, scores)
    return str(raised.value).splitlines()


def value(benchmark, model, effort="xhigh", context="", group=None):
    [found] = [
        score.value
        for score in shipped().scores
        if (score.benchmark, score.model, score.effort, score.context)
        == (benchmark, model, effort, context)
        and group in {None, score.group}
    ]
    return float(found)


def test_what_is_shipped_is_sound_and_quick_to_read():
    start = time.process_time()
    evidence = read_evidence(ABOUT, SCORES)

    assert time.process_time() - start < 0.15
    assert len(evidence.scores) == 355
    assert len({score.benchmark for score in evidence.scores}) > 50
    assert len(evidence.matrix) == 7
    assert {score.source for score in evidence.scores} <= evidence.sources.keys()


def test_every_source_has_a_publisher_a_date_and_but_for_articles_an_address():
    for source in shipped().sources.values():
        assert source.publisher
        assert source.published
        assert source.url.startswith("https://") or source.kind == "article"


@pytest.mark.parametrize("text", [ABOUT, SCORES])
def test_no_personal_log_is_shipped(text):
    assert "codex_log" not in text
    assert "anecdotal" not in text


def test_core_figures_are_those_of_the_tables():
    assert value("terminal_bench_2.0", "gpt-5.5") == 82.7
    assert value("mcp_atlas", "gpt-5.4", group="mcp_atlas@scale-2026-04") == 70.6
    assert value("mrcr_v2_8needle", "gpt-5.4", context="512k-1m") == 36.6
    assert value("aa_tau2_telecom", "gpt-5.4", "none") == 36.0
    assert value("gdpval_wins_or_ties", "gpt-5.5-pro") == 82.3
    assert value("osworld_verified", "gpt-5.4-nano") == 39.0


def test_an_effort_is_only_stated_where_the_page_states_it():
    # The pages of OpenAI state the effort of OpenAI's models alone.
    others = [
        score
        for score in shipped().scores
        if score.source.startswith("oai") and not score.model.startswith("gpt")
    ]

    assert others
    assert {score.effort for score in others} == {"unrecorded"}


def test_published_costs_of_a_task_average_about_the_price_ratio():
    ratios = [float(e.ratio) for e in shipped().observed if e.what == "cost_per_task"]

    assert len(ratios) == 13
    assert statistics.geometric_mean(ratios) == pytest.approx(1.94, abs=0.005)
    assert statistics.stdev(map(math.log, ratios)) == pytest.approx(0.40, abs=0.005)
    assert sum(ratio > 2 for ratio in ratios) == 6


def test_priors_are_lognormal_around_their_medians():
    for prior in shipped().priors:
        for spread in (prior.output, prior.turns):
            below, above = spread.p50 / spread.p10, spread.p90 / spread.p50
            assert float(below / above) == pytest.approx(1, abs=0.01)


def test_priors_name_sources_that_exist():
    evidence = shipped()
    shown = evidence.explained(evidence.priors[0].basis)

    assert "OpenRouter: GPT-5.5 price increase" in shown
    assert "openrouter_cost" not in shown


def test_works_name_benchmarks_that_have_scores():
    evidence = shipped()
    scored = {score.benchmark for score in evidence.scores}

    for work in evidence.works.values():
        assert set(work.benchmarks) <= scored


def test_a_group_and_terms_hold_each_model_once():
    seen = defaultdict(list)
    for row in csv.DictReader(SCORES.splitlines()):
        seen[tuple(row[k] for k in ("benchmark", "group", "model", "effort", "context"))] += [row]

    assert [rows for rows in seen.values() if len(rows) > 1] == []


def test_faults_of_scores_come_with_their_lines():
    good = "b,g@1,m,xhigh,50,percent,aa_api,2026-08,high,,"
    bad = [
        "b,g@1,m,xhigh,150,percent,aa_api,2026-08,high,,",
        "b,g@1,m,huge,50,percent,nobody,2026-08,high,,",
        "b,g@1,m,low,much,percent,aa_api,2026-08,sure,,",
        "b,g@1,m,low,50,percent,aa_api,2026-08,high,,none",
        "b,g@1",
        good,
    ]
    found = faults(scores="\n".join([",".join(COLUMNS), good, *bad]))

    assert found == [
        "scores.csv:3: value 150 is not between 0 and 100 per cent",
        (
            "scores.csv:4: effort 'huge' is none of none, minimal, low, medium, high, xhigh, max, "
            "pro-default, default, unrecorded"
        ),
        "scores.csv:4: source 'nobody' is not in the list of sources",
        "scores.csv:5: confidence 'sure' is none of high, medium, low",
        "scores.csv:5: value 'much' is no number",
        "scores.csv:6: n 'none' is no count of tasks",
        "scores.csv:7: 2 cells where there must be 11",
        "scores.csv:8: stands twice: the same score is in line 2",
    ]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("kind: vendor, confidence: high", "kind: friend, confidence: high", "kind 'friend' is"),
        ("source: openrouter_cost}", "source: nobody}", "'nobody' is not in the list of sources"),
        ("spread: [0.03, 0.10, 0.30]", "spread: [0.03, 0.01, 0.30]", "rising from 0"),
        ("works: [customer_support]", "works: [chatting]", "'chatting' is no kind of work"),
        ("advice: keep", "advice: perhaps", "advice 'perhaps' is none of"),
        ("ratio: 1.066", "ratio: more", "'more' is no number"),
        ("ratio: 1.066", "ratio: -1", "-1 is not a number from 0"),
        ("claims:\n", "claimed:\n", "unknown key 'claimed'"),
    ],
)
def test_faults_beside_the_scores_come_with_their_lines(old, new, sentence):
    line = ABOUT[: ABOUT.index(old)].count("\n") + 1
    found = faults(about=ABOUT.replace(old, new, 1))

    assert any(f"evidence.yaml:{line}: " in each and sentence in each for each in found), found


def test_what_is_not_yaml_or_empty_or_without_header_is_said():
    assert "not YAML" in faults(about="a: [")[0]
    assert "evidence.yaml:1: the file is empty" in faults(about="")
    assert "the header must be" in faults(scores="a,b\n1,2\n")[0]
