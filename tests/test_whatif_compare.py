"""Options of a comparison by hand: operators, judges, baselines, draws."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from app.cli import run
from models.compare.facts import shared_facts, with_facts
from models.compare.option import Interval, Option, Part, Success
from models.compare.parameter_words import unit_of, words_of
from models.compare.quality import frontier, hull, measured
from models.compare.summary import cost_per_success, interval, payback_months, saving, total_saving
from models.policy.assumptions import Assumptions, Spread
from tests.upgrade_usage import CHAT, START, agents, chats, database

#: 60 chats of 1,200 and 400 tokens: $0.009 on gpt-5.4, $0.018 on gpt-5.5, $0.0027 on mini.
CHATS, MINI, STRONG = 60, Decimal("0.0027"), Decimal("0.018")
HEAD = """
scenario: tried
assume:
  output_ratio: 1
  turns_ratio: 1
  cache_kept: 1
  success: {chat: {gpt-5.4: 0.9, gpt-5.4-mini: 0.8, gpt-5.5: 0.9}}
"""


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    return database(tmp_path_factory.mktemp("compare") / "usage.duckdb", chats(CHATS))


@pytest.fixture
def ask(db, tmp_path, capsys):
    def answer(text, *words, db=db):
        path = tmp_path / "tried.yaml"
        path.write_text(text)
        code = run([
            "simulate", str(path), "--db", str(db), "--format", "json", "--draws", "64", *words,
        ])  # fmt: skip
        out, err = capsys.readouterr()
        assert code == 0, err
        return json.loads(out)

    return answer


def tried(answer):
    return next(each for each in answer["options"] if each["name"] == "tried")


def cost(answer):
    return Decimal(tried(answer)["cost_usd"])


def close(amount, within="1e-9"):
    return pytest.approx(Decimal(amount), abs=Decimal(within))


# ---------------------------------------------------------------- operators


def test_a_second_attempt_is_paid_where_the_first_is_seen_to_fail(ask):
    """With independent attempts one in five is tried again: 1.2 calls, 0.96 right."""
    found = ask(f"""{HEAD}
  attempts_icc: 0
policy:
  rules: [{{name: all, use: {{model: gpt-5.4-mini, attempts: 2}}}}]
""")

    assert cost(found) == close(CHATS * MINI * Decimal("1.2"))
    assert tried(found)["success"]["point"] == pytest.approx(0.96)


def test_a_failure_that_nobody_sees_is_not_tried_again(ask):
    found = ask(f"""{HEAD}
  attempts_icc: 0
  detection: 0
policy:
  rules: [{{name: all, use: {{model: gpt-5.4-mini, attempts: 2}}}}]
""")

    assert cost(found) == close(CHATS * MINI)
    assert tried(found)["success"]["point"] == pytest.approx(0.8)


def test_a_cascade_pays_for_both_models_and_the_verifier(ask):
    """Accepted: 0.8 x 0.9 + 0.2 x 0.25 = 0.77. A verdict is stated to cost a cent."""
    found = ask(f"""{HEAD}
policy:
  rules:
    - name: all
      use:
        model: gpt-5.4-mini
        cascade:
          to: gpt-5.5
          verifier: {{cost_usd: 0.01, accepts_correct: 0.9, accepts_wrong: 0.25}}
""")

    each = MINI + Decimal("0.01") + Decimal("0.23") * STRONG
    assert cost(found) == close(CHATS * each)
    # 5.5 after a failure is 0.5, the least that its 0.9 allows: 0.72 + 0.08 x 1 + 0.15 x 0.5
    assert tried(found)["success"]["point"] == pytest.approx(0.72 + 0.08 + 0.15 * 0.5)


def test_a_verifier_reads_prompt_and_answer_and_writes_a_verdict(ask):
    """Nano: 1,600 tokens at $0.20 and 100 at $1.25 per million."""
    found = ask(f"""{HEAD}
policy:
  rules:
    - name: all
      use:
        model: gpt-5.4-mini
        cascade:
          to: gpt-5.5
          verifier:
            model: gpt-5.4-nano
            accepts_correct: 1
            accepts_wrong: 0
            output_tokens: 100
""")

    verdict = (1600 * Decimal("0.2") + 100 * Decimal("1.25")) / 10**6
    assert cost(found) == close(CHATS * (MINI + verdict + Decimal("0.2") * STRONG))


def test_a_final_check_is_paid_for_every_answer(ask):
    """Pro reads 1,600 tokens at $30 and writes 1,500 at $180 per million."""
    found = ask(f"""{HEAD}
  human_repair_usd: 1
  escaped_error_usd: 10
policy:
  rules:
    - name: all
      use: {{verify: {{model: gpt-5.5-pro, detects: 0.5, false_flags: 0.1, caught_usd: 2, rework_usd: 1}}}}
""")  # noqa: E501

    check = (1600 * Decimal(30) + 1500 * Decimal(180)) / 10**6
    assert cost(found) == close(CHATS * (Decimal("0.009") + check))
    # 0.1 wrong: half is caught at $2, half escapes at $10; 0.9 right: a tenth is worked on again
    people = CHATS * (0.05 * 2 + 0.05 * 10 + 0.09 * 1)
    assert float(tried(found)["people_usd"]) == pytest.approx(people)


def test_a_cascade_of_unknown_success_costs_what_an_assumption_says_and_is_told(ask):
    found = ask("""
scenario: tried
policy:
  rules:
    - name: all
      use:
        model: gpt-5.4-mini
        cascade:
          to: gpt-5.5
          verifier: {cost_usd: 0, accepts_correct: 1, accepts_wrong: 0}
assume: {output_ratio: 1, turns_ratio: 1, cache_kept: 1}
""")

    assert cost(found) == close(CHATS * (MINI + Decimal("0.25") * STRONG))
    assert tried(found)["success"] is None
    [stands_in] = [p for p in tried(found)["parameters"] if p["name"].startswith("assumed")]
    assert (stands_in["p10"], stands_in["p90"], stands_in["grade"]) == (0.5, 0.92, "A")


def test_a_share_moves_about_that_part(ask):
    found = ask(f"""{HEAD}
policy:
  rules: [{{name: half, use: {{model: gpt-5.4-mini, share: 0.5}}}}]
""")

    moved = tried(found)["moved_requests"]
    assert 15 < moved < 45
    assert cost(found) == close(moved * MINI + (CHATS - moved) * Decimal("0.009"))


def test_an_effort_that_changes_is_a_parameter(ask):
    found = ask("""
scenario: tried
policy:
  rules: [{name: less, use: {effort: low}}]
""")

    assert any(p["name"].startswith("effort:low>") for p in tried(found)["parameters"])


def test_less_effort_is_not_free_where_success_is_stated(tmp_path, ask):
    """The stated rate is that of the logged effort; at another it is carried over, or unknown."""
    found = ask(
        """
scenario: tried
assume:
  success: {agent: {gpt-5.4: 0.6}}
policy:
  rules: [{name: less, use: {effort: low}}]
""",
        db=database(tmp_path / "agents.duckdb", agents()),
    )
    today, option = found["options"][0], tried(found)

    assert today["success"]["point"] == pytest.approx(0.6)
    assert option["success"] is None or option["success"]["point"] < 0.59


def test_an_assumption_about_no_workload_is_told(ask):
    found = ask(HEAD.replace("chat:", "caht:"))

    assert any("caht" in each and "the log has chat" in each for each in found["warnings"])


CHECKED = """
policy:
  rules:
    - name: all
      use: {verify: {model: gpt-5.5-pro, detects: 0.6, false_flags: 0.05, caught_usd: 8, rework_usd: 1.5}}
"""  # noqa: E501


def test_a_check_is_held_against_a_today_that_needs_one(ask):
    """It saves (1 - P) T (h_escaped - h_caught) - P F w - the check, a request."""
    found = ask(f"{HEAD}\n  human_repair_usd: 2\n  escaped_error_usd: 20\n{CHECKED}")
    today = found["options"][0]
    check = (1600 * 30 + 1500 * 180) / 10**6
    benefit = CHATS * (0.1 * 0.6 * (20 - 8) - 0.9 * 0.05 * 1.5 - check)
    saved = next(each for each in tried(found)["savings"] if each["baseline"] == "today")

    assert float(today["people_usd"]) == pytest.approx(CHATS * 0.1 * 20)
    assert float(saved["with_people_usd_p50"]) == pytest.approx(benefit, abs=1e-5)
    [noticed] = [p for p in tried(found)["parameters"] if p["name"] == "detection (*)"]
    assert (noticed["p50"], noticed["grade"]) == (0, "A")
    assert "tried checks answers" in noticed["source"]


def test_a_stated_escaped_error_is_charged_today_too(ask):
    rule = "policy: {rules: [{name: all, use: {model: gpt-5.5}}]}"
    found = ask(f"{HEAD}\n  human_repair_usd: 2\n  escaped_error_usd: 20\n{rule}\n")

    assert float(found["options"][0]["people_usd"]) == pytest.approx(CHATS * 0.1 * 20)


def test_a_fact_of_another_scenario_is_told(ask, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text("scenario: other\nassume: {detection: 1}\npolicy: {rules: []}\n")
    found = ask(f"{HEAD}\n  human_repair_usd: 2\n{CHECKED}", str(other))

    assert any("tried states none of its own and takes detection 100% from other" in each
               for each in found["warnings"])  # fmt: skip
    [noticed] = [p for p in tried(found)["parameters"] if p["name"] == "detection (*)"]
    assert (noticed["p50"], noticed["source"]) == (1, "stated in other")


def test_where_nobody_says_what_may_wait_it_is_told(ask):
    waiting = (
        "policy: {rules: [{name: wait, when: {latency_seconds: '>= 24h'}, use: {tier: batch}}]}"
    )
    found = ask(f"scenario: tried\n{waiting}\n")
    said = ask(f"scenario: tried\n{waiting}\nassume: {{latency_seconds: {{chat: 24h}}}}\n")

    assert tried(found)["moved_requests"] == 0
    assert any("no workload has `latency_seconds`" in each for each in found["warnings"])
    assert tried(said)["moved_requests"] == CHATS
    assert not any("no workload has" in each for each in said["warnings"])


def test_an_answer_that_is_cut_off_has_failed(ask):
    found = ask(f"{HEAD}\npolicy: {{rules: [{{name: all, use: {{cap: 100}}}}]}}\n")

    assert tried(found)["success"]["point"] == 0
    assert any(f"cuts off {CHATS} of {CHATS} answers" in each for each in found["warnings"])


def test_the_name_of_the_logged_usage_is_taken(db, tmp_path, capsys):
    path = tmp_path / "today.yaml"
    path.write_text(f'scenario: "today\'s mix"\n{ALL_STRONG}\n')

    assert run(["simulate", str(path), "--db", str(db)]) == 2
    assert "as the logged usage is" in capsys.readouterr().err


def test_a_stated_cache_is_told_as_stated(ask, tmp_path):
    path = database(tmp_path / "agents.duckdb", agents(3))
    found = ask(f"{HEAD}\n{ALL_STRONG}\n", db=path)

    assert tried(found)["cache_method_requests"] == {"stated": 36}


def test_kept_are_counted_in_requests(ask, tmp_path):
    nothing = {"requests": 0, "uncached_input_tokens": 0, "output_tokens": 0}
    path = database(tmp_path / "none.duckdb", chats(9) + chats(2, **nothing))
    found = ask(f"{HEAD}\n{ALL_STRONG}\n", db=path)

    assert tried(found)["kept_requests"] == {}
    assert tried(found)["moved_requests"] == tried(found)["requests"] == 9


def test_attempts_at_what_nobody_notices_are_told(ask):
    found = ask(
        f"{HEAD}\n  escaped_error_usd: 20\n"
        """
policy:
  rules: [{name: all, use: {model: gpt-5.4-mini, attempts: 2}}]
"""
    )

    assert cost(found) == close(CHATS * MINI)
    assert any("none is repeated" in each for each in found["warnings"])


# ---------------------------------------------------------------- baselines

ALL_STRONG = "policy: {rules: [{name: all, use: {model: gpt-5.5}}]}"


def nothing_saved(saving):
    names = ("saving_usd", "saving_usd_p10", "saving_usd_p90", "p_saves")
    return [float(saving[name]) for name in names] == [0, 0, 0, 0]


def test_a_scenario_saves_nothing_against_itself(ask):
    found = ask(f"{HEAD}\n{ALL_STRONG}\n")
    same = [s for s in tried(found)["savings"] if s["baseline"] in {"always_strongest", "random"}]

    assert [each["against"] for each in same if not nothing_saved(each)] == []
    assert len(same) == 2


def test_a_scenario_of_other_tokens_has_baselines_of_its_own(ask, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text(f"scenario: other\nassume: {{output_ratio: 3}}\n{ALL_STRONG}\n")
    found = ask(f"{HEAD}\n{ALL_STRONG}\n", str(other))
    both = [each for each in found["options"] if each["kind"] == "scenario"]

    for each in both:
        [same] = [s for s in each["savings"] if s["baseline"] == "always_strongest"]
        assert same["against"].endswith(f"as {each['name']} assumes")
        assert nothing_saved(same)
    assert any("tried has its own output_ratio" in each for each in found["warnings"])


def test_rounding_is_no_saving():
    one = option("one", 10)
    other = replace(one, name="other", cost_usd=one.cost_usd + 1e-12)

    assert saving(one, other).probability == 0
    assert saving(one, other).usd == Interval(0, 0, 0)


# ---------------------------------------------------------------- evaluations


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory):
    """40 tasks: 5.4 solves 32, mini 24 of these and none besides."""
    folder = tmp_path_factory.mktemp("evaluated")
    path = database(folder / "usage.duckdb", chats(CHATS))
    rows = ["task,model,pass,workload"]
    for k in range(40):
        rows += [f"t{k},gpt-5.4,{int(k < 32)},chat", f"t{k},gpt-5.4-mini,{int(k < 24)},chat"]
    (folder / "runs.csv").write_text("\n".join(rows) + "\n")
    assert run(["evidence", "import", str(folder / "runs.csv"), "--db", str(path)]) == 0
    return path


def test_evaluations_come_first_and_give_an_oracle(ask, evaluated, capsys):
    capsys.readouterr()
    text = """
scenario: tried
policy:
  rules: [{name: all, use: {model: gpt-5.4-mini}}]
assume: {output_ratio: 1, turns_ratio: 1, cache_kept: 1}
"""
    found = ask(text, db=evaluated)
    success = tried(found)["success"]
    oracle = next(each for each in found["options"] if each["baseline"] == "oracle")

    assert success["source"] == "evaluations"
    assert success["words"] == "your evaluation of 40 tasks"
    assert success["point"] == pytest.approx(0.6, abs=0.05)
    assert success["p10"] < success["point"] < success["p90"]
    assert oracle["success"]["point"] == pytest.approx(0.8)
    # 24 tasks by mini, 8 by 5.4, and the 8 that none solves by the cheapest
    single = {
        each["model"]: Decimal(each["cost_usd"]) for each in found["options"] if each["model"]
    }
    expected = Decimal("0.8") * single["gpt-5.4-mini"] + Decimal("0.2") * single["gpt-5.4"]
    assert Decimal(oracle["cost_usd"]) == close(expected)


# ---------------------------------------------------------------- weeks


def test_weeks_that_differ_widen_todays_range(ask, tmp_path):
    busy = [CHAT | {"event_ts": START + timedelta(days=7 * k)} for k in (0, 1, 2, 3)]
    busy += [CHAT | {"event_ts": START + timedelta(days=21, minutes=k)} for k in range(20)]
    path = database(tmp_path / "weeks.duckdb", busy)
    found = ask(f"{HEAD}\npolicy: {{rules: [{{name: all, use: {{model: gpt-5.4}}}}]}}\n", db=path)

    today = found["options"][0]
    assert Decimal(today["cost_usd_p10"]) < Decimal(today["cost_usd"])
    assert Decimal(today["cost_usd_p90"]) > Decimal(today["cost_usd"])
    assert tried(found)["savings"][0]["saving_usd_p90"] == "0"


def test_too_few_weeks_are_told(ask):
    found = ask(f"{HEAD}\npolicy: {{rules: [{{name: all, use: {{model: gpt-5.5}}}}]}}\n")

    assert any("weeks: ranges say nothing of how weeks differ" in w for w in found["warnings"])


def test_a_month_made_of_a_day_is_told(db, tmp_path, capsys):
    words = ["simulate", "always:gpt-5.5", "--db", str(db), "--draws", "64"]
    assert run([*words, "--to", "2026-08-04"]) == 0
    assert "The usage is of one day: a month here is that 30 times over" in (
        " ".join(capsys.readouterr().out.split())
    )
    assert run(words) == 0
    assert "a month here is" not in capsys.readouterr().out


def test_a_month_is_of_whole_days(ask):
    found = ask(f"{HEAD}\npolicy: {{rules: [{{name: all, use: {{model: gpt-5.5}}}}]}}\n")

    assert found["period"]["from"] == datetime(2026, 8, 3).isoformat() + "Z"
    assert found["period"]["to"] == datetime(2026, 8, 11).isoformat() + "Z"
    assert found["period"]["days"] == 8
    today = found["options"][0]
    assert float(today["cost_usd_per_month"]) == pytest.approx(0.54 / 8 * 365.25 / 12, abs=1e-5)


def test_a_contract_prices_both_sides(ask, tmp_path):
    path = database(tmp_path / "contract.duckdb", chats(CHATS) + agents(2))
    contract = tmp_path / "contract.yaml"
    contract.write_text("""
contract: ten-off
parties: {customer: Acme Freight, vendor: OpenAI}
providers: [openai]
currency: USD
period: {from: 2026-01-01, to: 2027-01-01}
rates: [{name: everything, percent_off: 10}]
""")
    words = ("--contract", str(contract))
    text = f"{HEAD}\npolicy: {{rules: [{{name: all, use: {{model: gpt-5.4-mini}}}}]}}\n"
    plain, off = ask(text, db=path), ask(text, *words, db=path)

    for at in (0, 1):
        full = Decimal(plain["options"][at]["cost_usd"])
        assert Decimal(off["options"][at]["cost_usd"]) == close(full * Decimal("0.9"), "1e-6")
    assert off["prices"] == "list prices as billed; rates of contract ten-off"


# ---------------------------------------------------------------- parts


def spread(*values) -> Spread:
    return Spread(*map(Decimal, values))


def test_facts_that_agree_are_shared_and_one_stays_with_its_own():
    one = Assumptions(success={"chat": {"a": spread(".1", ".2", ".3")}}, beta=spread(0, 0, 0))
    other = Assumptions(human_repair_usd={"*": spread(1, 1, 1)})
    shared, contradictions = shared_facts([one, other])

    assert contradictions == ()
    assert with_facts(other, shared).success == one.success
    assert with_facts(other, shared).beta == one.beta
    assert with_facts(one, shared).human_repair_usd == other.human_repair_usd


def test_facts_that_contradict_are_shared_by_nobody():
    one = Assumptions(review_rate={"*": spread(0, 0, 0)}, beta=spread(0, 0, 0))
    other = Assumptions(review_rate={"*": spread(1, 1, 1)}, beta=spread(1, 1, 1))
    shared, contradictions = shared_facts([one, other])

    assert shared.review_rate == {}
    assert shared.beta is None
    assert [each.split(":")[0] for each in contradictions] == [
        "The scenarios state different values for beta",
        "The scenarios state different values for review rate of *",
    ]
    assert with_facts(one, shared) == one


def option(name, cost_usd, success=None, **more):
    draws = np.full(4, float(cost_usd))
    rate = None if success is None else Success(success, np.full(4, success), "scenario", "")
    part = Part("chat", 10, 0, cost_usd * 10**12, draws, rate)
    kind = more.pop("kind", "scenario")
    return Option(name, kind, 10, 0, cost_usd * 10**12, draws, (part,),
                  success=rate, **more)  # fmt: skip


def test_an_option_that_costs_more_and_succeeds_less_is_beaten():
    today, good, bad = option("today", 10, 0.8), option("good", 5, 0.9), option("bad", 12, 0.5)
    found = frontier(measured([today, good, bad]))

    assert [each.on_frontier for each in found] == [False, True, False]
    assert [each.non_dominated for each in found] == [0, 1, 0]


def test_an_oracle_is_shown_and_beats_nobody():
    today, oracle = option("today", 10, 0.8), option("oracle", 1, 1.0, baseline_of="oracle")
    found = frontier(measured([today, oracle]))

    assert [(each.on_frontier, each.is_bound) for each in found] == [(True, False), (False, True)]
    assert found[0].non_dominated == 1


def test_the_hull_starts_at_the_cheapest_and_ends_at_the_best():
    options = [option("today", 10, 0.8), option("a", 5, 0.6), option("b", 20, 0.9)]
    points = hull(measured(options))

    assert [(p.cost_usd, pytest.approx(p.success)) for p in points] == [
        (5, 0.6), (10, 0.8), (20, 0.9),
    ]  # fmt: skip


def test_payback_is_the_one_off_cost_by_the_monthly_saving():
    today, half = option("today", 10), option("half", 4, one_off_usd=9.0)

    assert payback_months(half, today, 2.0) == pytest.approx(3.0)
    assert payback_months(today, today, 2.0) is None


def test_cost_per_success_needs_success():
    assert cost_per_success(option("a", 8, 0.8)) == pytest.approx(1.0)
    assert cost_per_success(option("a", 8)) is None
    assert cost_per_success(option("a", 8, 0.0)) is None


def test_a_saving_against_nothing_has_no_share():
    found = saving(option("a", 8), option("free", 0))

    assert found.share is None
    assert found.pico == -8 * 10**12
    assert total_saving(option("a", 8), option("free", 0)) is None
    assert interval(np.array([1.0, 1.0])) == Interval(1, 1, 1)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("output_ratio:gpt-5.4>gpt-5.5:2k-10k", "Output tokens, gpt-5.4 → gpt-5.5, 2k-10k"),
        ("output_ratio:*", "Output tokens"),
        ("human_repair_usd (chat)", "A person's repair of a failed task, chat"),
        ("human_repair_usd (*)", "A person's repair of a failed task"),
        ("something_new:x", "something new, x"),
    ],
)
def test_parameters_in_words(name, words):
    assert words_of(name) == words


def test_units_of_parameters():
    assert unit_of("human_repair_usd (chat)", "ratio") == "USD"
    assert unit_of("flex_spill", "share") == "share"
