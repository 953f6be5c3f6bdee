"""`ratecard upgrade`, on usage that can be priced by hand."""

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from app.cli import run
from app.demo import write_demo_logs
from ingest.load import load_paths
from ingest.warehouse import Warehouse
from pricing.load import load_price_book
from tests.upgrade_usage import START, agents, chats, database, longs

UPGRADE = ["upgrade", "--from", "gpt-5.4", "--to", "gpt-5.5"]
CONTRACT = Path(__file__).parents[1] / "docs" / "contracts" / "acme-2026.yaml"
#: Tokens as they are: every ratio is that of prices.
SAME_TOKENS = "assume:\n  output_ratio: 1\n  turns_ratio: 1\n"


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    return database(tmp_path_factory.mktemp("up") / "up.duckdb", agents() + chats() + longs())


@pytest.fixture(scope="module")
def same(tmp_path_factory):
    path = tmp_path_factory.mktemp("assume") / "same.yaml"
    path.write_text(SAME_TOKENS)
    return ["--assume", str(path)]


@pytest.fixture(scope="module")
def asked(db, tmp_path_factory):
    """Answers by the words of the question, each asked once."""
    path = tmp_path_factory.mktemp("asked") / "answer.json"

    @cache
    def answer(*words):
        assert run([*words, "--db", str(db), "--format", "json", "-o", str(path)]) == 0
        return path.read_text(encoding="utf-8")

    return answer


@pytest.fixture
def ask(asked):
    return lambda *words: json.loads(asked(*words))


def rows(answer, target=0):
    found = answer["targets"][target]
    return {row["workload"]: row for row in [*found["workloads"], found["total"]]}


def usd(row, name):
    return Decimal(row[name])


# ---------------------------------------------------------------- cost


def test_at_equal_tokens_everything_costs_twice(ask, same):
    found = rows(ask(*UPGRADE, *same))

    assert set(found) == {"agent", "chat", "archive", "total"}
    for row in found.values():
        assert usd(row, "cost_then_usd") == 2 * usd(row, "cost_now_usd")
        assert row["ratio"]["point"] == 2
    assert usd(found["agent"], "cost_now_usd") == 120 * Decimal("0.051")
    assert usd(found["chat"], "cost_now_usd") == 60 * Decimal("0.009")


def test_break_even_output_is_one_minus_one_by_twice_the_share(ask, same):
    """Of a chat's $0.009 output is $0.006: 1 - 1 / (2 x 2/3) = 0.25."""
    found = rows(ask(*UPGRADE, *same))

    assert found["chat"]["output_share"] == pytest.approx(2 / 3, abs=1e-6)
    assert found["chat"]["output_break_even"]["value"] == pytest.approx(0.25, abs=1e-6)


def test_where_output_is_less_than_half_none_exists_and_it_says_why(ask, same):
    agent = rows(ask(*UPGRADE, *same))["agent"]

    assert agent["output_share"] == pytest.approx(0.0135 / 0.051, abs=1e-6)
    assert agent["output_break_even"] == {
        "value": None,
        "why": "none exists: output is 26% of today's cost, and the input alone comes to 1.47× of"
        " all of it; turns must fall to 0.32×",
    }
    assert agent["turns_break_even"]["value"] == pytest.approx((0.051 - 0.027) / 0.075, abs=1e-6)


def test_long_prompts_are_priced_with_and_without_their_surcharge(ask, same):
    """300,000 tokens at $5 instead of $2.50, 900 at $22.50 instead of $15; twice that then."""
    found = rows(ask(*UPGRADE, *same))
    surcharge = 4 * (Decimal("0.75") + Decimal("0.00675"))

    assert usd(found["archive"], "long_context_now_usd") == surcharge
    assert usd(found["archive"], "long_context_extra_usd") == 2 * surcharge
    assert usd(found["agent"], "long_context_extra_usd") == 0


def test_a_complete_move_keeps_the_cache(ask, same):
    found = rows(ask(*UPGRADE, *same))

    assert usd(found["total"], "lost_cache_extra_usd") == 0


def test_a_model_without_cache_price_loses_it(ask, same):
    """50,000 cached tokens at $30 in place of a tenth of it: $1.35 a request."""
    words = ("upgrade", "--from", "gpt-5.4", "--to", "gpt-5.5-pro", *same)
    found = rows(ask(*words))

    assert usd(found["agent"], "lost_cache_extra_usd") == 120 * Decimal("1.35")


def test_requests_over_the_limits_stay_and_are_counted(ask, same):
    found = ask("upgrade", "--from", "gpt-5.4", "--to", "gpt-5.4-mini", *same)

    assert found["targets"][0]["total"]["kept_requests"] == {"over_limit": 4}
    assert set(rows(found)) == {"agent", "chat", "total"}
    assert found["targets"][0]["direction"] == "downgrade"


def test_intervals_hold_the_point(ask):
    for row in rows(ask(*UPGRADE)).values():
        assert row["ratio"]["p10"] < row["ratio"]["point"] < row["ratio"]["p90"]


def test_the_same_question_has_the_same_bytes(asked):
    assert asked(*UPGRADE) == asked.__wrapped__(*UPGRADE)


def test_another_seed_draws_otherwise(ask):
    assert ask(*UPGRADE) != ask(*UPGRADE, "--seed", "8")


def test_a_scenario_that_does_the_same_costs_the_same(ask):
    moved = rows(ask(*UPGRADE))["total"]
    options = ask("simulate", "always:gpt-5.5", "--candidates", "gpt-5.5")["options"]
    [always] = [each for each in options if each["kind"] == "scenario"]
    months = ask(*UPGRADE)["days"] * 12 / 365.25

    assert always["cost_usd"] == moved["cost_then_usd"]
    assert float(always["savings"][0]["saving_usd_p90"]) == pytest.approx(
        -float(moved["month_difference_usd"]["p10"]) * months, rel=1e-6
    )


# ---------------------------------------------------------------- success


def test_without_a_success_rate_it_is_cost_only(ask):
    for row in rows(ask(*UPGRADE)).values():
        assert row["verdict"] == "cost only: success unknown"
        assert row["p_pays"] is None
        assert row["success"]["then"] is None


def test_a_benchmark_is_never_the_success_rate(ask):
    agent = rows(ask(*UPGRADE))["agent"]

    assert agent["evidence"]
    assert agent["success"] == {
        "now": None, "then": None, "source": "unknown", "pairs": 0,
        "pairs_needed": 375,
        "pairs_needed_for": "to see a gain of 5.0 p.p. where 12% of tasks are solved by one only",
        "words": "no success rate of gpt-5.4 at agent is known: state one, or import an evaluation",
    }  # fmt: skip


def test_both_rates_stated_give_the_repair_cost_by_hand(ask, same):
    """A session costs 12 x $0.051 more and fails 0.1 less often: h* = $6.12."""
    success = ("--success", "agent=0.7", "--success", "agent:gpt-5.5=0.8")
    agent = rows(ask(*UPGRADE, *same, *success))["agent"]

    assert agent["sessions"] == 10
    assert Decimal(agent["repair_break_even_usd"]) == Decimal("6.12")
    assert agent["verdict"] == "pays if"
    assert agent["sentence"].startswith("pays if a failed session costs more than $6.12 to repair")
    assert agent["success"]["source"] == "user"


@pytest.mark.parametrize(("repair", "word"), [("7", "pays"), ("6", "does not pay")])
def test_a_repair_cost_decides(ask, same, repair, word):
    success = ("--success", "agent=0.7", "--success", "agent:gpt-5.5=0.8")
    agent = rows(ask(*UPGRADE, *same, *success, "--repair-cost", repair))["agent"]

    assert agent["verdict"] == word


def test_a_task_can_be_a_request(ask, same):
    success = ("--success", "agent=0.7", "--success", "agent:gpt-5.5=0.8", "--task", "request")
    agent = rows(ask(*UPGRADE, *same, *success))["agent"]

    assert Decimal(agent["repair_break_even_usd"]) == Decimal("0.51")


def test_one_rate_is_carried_over_by_prior_evidence_and_says_so(ask):
    agent = rows(ask(*UPGRADE, "--success", "agent=0.7", "--repair-cost", "25"))["agent"]

    assert agent["success"]["source"] == "prior"
    assert "prior evidence" in agent["sentence"]
    assert 0 < agent["p_pays"] < 1
    assert any(each["used"] for each in agent["evidence"])
    assert agent["success"]["pairs_needed"] > 100


# ---------------------------------------------------------------- what stands beside


def test_the_matrix_stands_beside_the_result(ask):
    matrix = {row["kind"]: row for row in ask(*UPGRADE)["targets"][0]["matrix"]}

    assert matrix["Agent programming"]["published"] == "Upgrade to 5.5"
    assert matrix["Agent programming"]["workloads"] == ["agent"]
    assert matrix["Agent programming"]["agrees"] is None
    assert matrix["Standard customer support chat"]["own"] == "no such work in this usage"


def test_the_matrix_is_contradicted_where_the_figures_do(ask):
    success = ("--success", "agent=0.8", "--success", "agent:gpt-5.5=0.8")
    matrix = {row["kind"]: row for row in ask(*UPGRADE, *success)["targets"][0]["matrix"]}

    assert matrix["Agent programming"]["agrees"] is False
    assert "differs" in matrix["Agent programming"]["why"]


def test_the_matrix_is_only_of_its_two_models(ask):
    assert ask("upgrade", "--from", "gpt-5.4", "--to", "gpt-6.1-sol")["targets"][0]["matrix"] == []


def test_claims_stand_with_the_work_they_concern(ask):
    found = rows(ask(*UPGRADE))

    assert "long_context_surcharge" in {note["id"] for note in found["archive"]["notes"]}
    assert "verifier_loop" in {note["id"] for note in found["agent"]["notes"]}
    assert "same_price" in {note["id"] for note in found["total"]["notes"]}


def test_the_evidence_table_shows_the_same_comparisons_either_way(tmp_path, capsys):
    """The one at the highest effort of each benchmark, whichever model is the old one."""
    events = [*agents(), *agents(model_raw="gpt-5.5")]
    both = database(tmp_path / "both.duckdb", events)
    shown = []
    for old, new in (("gpt-5.4", "gpt-5.5"), ("gpt-5.5", "gpt-5.4")):
        words = ("upgrade", "--from", old, "--to", new, "--success", "agent=0.7")
        assert run([*words, "--db", str(both)]) == 0
        table = capsys.readouterr().out.partition("Prior evidence: ")[2].partition("\n\n")[0]
        shown.append([line.split()[1:3] for line in table.splitlines() if line[:5] == "agent"])
        assert "comparisons; what is carried over rests on" in " ".join(table.split())

    assert sorted(shown[0]) == sorted(shown[1])


def test_an_effort_that_is_not_logged_is_told(ask):
    found = rows(ask(*UPGRADE))

    assert found["agent"]["effort_note"] is None
    assert "gpt-5.5: medium" in found["chat"]["effort_note"]
    assert "--effort" in found["chat"]["effort_note"]


def test_a_change_of_effort_is_told_apart_from_the_model(ask, same, tmp_path, capsys):
    agent = rows(ask(*UPGRADE, *same, "--effort", "xhigh"))["agent"]

    assert agent["ratio_same_effort"] == 2
    assert agent["ratio"]["point"] > 2
    assert "2.00× without the change of effort" in agent["sentence"]
    assert rows(ask(*UPGRADE, *same))["agent"]["ratio_same_effort"] is None
    none = database(tmp_path / "none.duckdb", chats(effort="none", reasoning_tokens=0))
    assert run([*UPGRADE, "--effort", "medium", "--db", str(none)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "no reasoning is logged at effort none, so what medium adds" in said


def test_a_model_newer_than_the_logs_is_priced_on_its_first_day(ask):
    found = ask("upgrade", "--from", "gpt-5.4", "--to", "gpt-6.1-terra")

    assert "list prices of 26 Oct 2026" in found["words"]
    assert "both models are priced as on 26 Oct 2026" in found["targets"][0]["warnings"][0]


def test_several_targets_stand_below_each_other(ask):
    found = ask("upgrade", "--from", "gpt-5.4", "--to", "gpt-5.5,gpt-5.4-mini")

    assert [each["to_model"] for each in found["targets"]] == ["gpt-5.5", "gpt-5.4-mini"]


def test_a_target_that_cannot_be_answered_does_not_hinder_the_others(ask, db, capsys):
    words = ("upgrade", "--from", "gpt-5.4", "--to", "gpt-5.5,gpt-5.5-pro", "--effort", "low")
    why = "gpt-5.5-pro does not take effort low; it takes medium, high, xhigh"
    found = ask(*words)

    assert [each["to_model"] for each in found["targets"]] == ["gpt-5.5"]
    assert found["not_answered"] == [{"to_model": "gpt-5.5-pro", "why": why}]
    capsys.readouterr()
    assert run([*words, "--db", str(db)]) == 0
    assert f"Not answered\n- {why}." in capsys.readouterr().out
    assert run([*words, "--db", str(db), "--format", "csv"]) == 0
    assert why in capsys.readouterr().err


def test_traffic_of_the_new_model_is_counted_and_not_replayed(tmp_path, capsys):
    events = agents() + chats(30, model_raw="gpt-5.5")
    both = database(tmp_path / "both.duckdb", events)
    assert run([*UPGRADE, "--db", str(both), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)

    assert found["targets"][0]["already_requests"] == 30
    assert found["targets"][0]["already_usd"] == "0.54"
    assert found["spend_share"] == pytest.approx(6.12 / 6.66, abs=1e-6)


def test_a_one_off_cost_is_paid_back(ask, same):
    words = ("upgrade", "--from", "gpt-5.4", "--to", "gpt-5.4-mini", *same, "--one-off", "10")
    target = ask(*words)["targets"][0]
    saved = -float(target["total"]["month_more_usd"])

    assert target["one_off_usd"] == "10"
    assert target["payback_months"] == pytest.approx(10 / saved, rel=1e-4)
    assert target["payback_of"] == "API cost alone"


def test_a_one_off_cost_is_not_paid_back_by_a_move_that_does_not_pay(ask, same):
    words = ("upgrade", "--from", "gpt-5.4", "--to", "gpt-5.4-mini", *same, "--one-off", "10")
    success = ("--success", "*=0.9", "--success", "*:gpt-5.4-mini=0.5", "--repair-cost", "50")
    target = ask(*words, *success)["targets"][0]

    assert target["total"]["verdict"] == "does not pay"
    assert target["payback_months"] is None
    assert target["payback_of"] == "API cost and repairs"


def test_an_assumption_of_work_that_is_not_there_is_told(ask, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("assume:\n  output_ratio: {nosuch: 2, chat: 1}\n")
    target = ask(*UPGRADE, "--assume", str(path))["targets"][0]

    assert (
        "No request is of workload nosuch, of which something is assumed; the log has agent, chat, "
        "archive."
    ) in target["warnings"]


def test_a_log_of_days_says_what_its_month_is(db, capsys):
    assert run([*UPGRADE, "--until", "2026-08-04", "--db", str(db)]) == 0
    said = capsys.readouterr().out

    assert "The log holds 1 day: a month is taken to be all such days." in said
    assert "The log holds 1 week: ranges" in said


def test_a_commitment_and_a_renewal_are_told(ask):
    contract = str(CONTRACT)
    words = ("upgrade", "--from", "gpt-5.4", "--to", "gpt-5.4-mini", "--contract", contract)
    target = ask(*words)["targets"][0]

    assert "the commitment “annual” promises" in target["contract"][0]
    assert "locked" in target["contract"][0]


def test_nothing_is_locked_where_the_move_begins_after_the_renewal(ask):
    words = ("upgrade", "--from", "gpt-5.4", "--to", "gpt-5.4-mini", "--contract", str(CONTRACT))
    before = ask(*words, "--start", "2027-04-30")["targets"][0]["contract"][0]
    after = ask(*words, "--start", "2027-06-01")["targets"][0]["contract"][0]

    assert "is locked" in before
    assert "nothing is locked" in after


def test_a_start_is_named(ask):
    found = ask(*UPGRADE, "--start", "2027-01-01")

    assert "1 Jan 2027" in found["targets"][0]["recommendation"]["start"]


def test_days_are_since_and_until(ask):
    found = rows(ask(*UPGRADE, "--until", str((START + timedelta(days=1)).date())))

    assert found["chat"]["requests"] == 5


def test_parameters_stand_in_the_direction_of_the_move(ask):
    target = ask("upgrade", "--from", "gpt-5.4", "--to", "claude-opus-4-7")["targets"][0]
    named = {each["name"]: each for each in target["parameters"]}

    assert named["input_ratio:o200k_base>claude_4.7"]["p50"] == pytest.approx(1.16, rel=1e-3)
    assert "output_ratio:gpt-5.4>claude-opus-4-7" in named
    assert not any(">gpt-5.4" in name for name in named)


def test_an_opt_in_cache_is_not_written_where_nothing_is_read_again(ask):
    """Archive and chats read no cache; agents read five tokens of six, and write some of one."""
    target = ask("upgrade", "--from", "gpt-5.4", "--to", "claude-opus-4-7")["targets"][0]
    named = {each["name"] for each in target["parameters"]}

    assert {name for name in named if name.startswith("cache_write_share")} == {
        "cache_write_share:agent:gpt-5.4>claude-opus-4-7"
    }
    assert any("caches only what requests mark" in each for each in target["warnings"])


# ---------------------------------------------------------------- forms


def test_table(db, capsys, golden):
    words = ("--success", "agent=0.75", "--repair-cost", "25")
    assert run([*UPGRADE, *words, "--db", str(db)]) == 0
    shown = capsys.readouterr()

    golden("upgrade/table.txt", shown.out)
    assert max(map(len, shown.out.splitlines())) <= 120


def test_csv_has_a_row_for_each_workload_and_the_total(db, capsys):
    assert run([*UPGRADE, "--db", str(db), "--format", "csv"]) == 0
    found = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))

    assert {row["workload"] for row in found} == {"agent", "chat", "archive", "total"}
    assert found[-1]["workload"] == "total"


def test_html_draws_and_needs_no_network(db, tmp_path):
    path = tmp_path / "up.html"
    assert run([*UPGRADE, "--db", str(db), "--format", "html", "-o", str(path)]) == 0
    page = path.read_text(encoding="utf-8")

    assert "What a request costs on gpt-5.4" in page
    assert "default-src 'none'" in page
    assert "The published decision matrix beside your own result" in page


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--from", "gpt-5.1", "--to", "gpt-5.5"], "there is no usage of gpt-5.1; the log holds"),
        (["--from", "gpt-5.4", "--to", "gpt-5.4"], "both name gpt-5.4"),
        (["--from", "gpt-5.4", "--to", "gpt-6.1"], "there are gpt-6.1-sol, gpt-6.1-terra"),
        (["--from", "gpt-5.4", "--to", ","], "--to names no model"),
        (["--from", "gpt-5.4", "--to", "gpt-5.5", "--success", "agent"], "write WORKLOAD=P"),
        (["--from", "gpt-5.4", "--to", "gpt-5.5", "--success", "agent=1"], "between 0 and 1"),
        (["--from", "gpt-5.4", "--to", "gpt-5.5", "--success", "a:b=0.5"], "no model 'b'"),
        (["--from", "gpt-5.4", "--to", "gpt-5.5", "--repair-cost", "x"], "is not a number"),
        (["--from", "gpt-5.4", "--to", "gpt-5.5", "--repair-cost", "-1"], "not below 0"),
        (
            ["--from", "gpt-5.4", "--to", "gpt-5.5", "--success", "agnt=0.5"],
            "no workload 'agnt'; it has agent, chat, archive, and * stands for all; did you mean",
        ),
        (
            ["--from", "gpt-5.4", "--to", "gpt-5.5-pro", "--effort", "low"],
            "gpt-5.5-pro does not take effort low; it takes medium, high, xhigh",
        ),
        (
            ["--from", "gpt-5.4", "--to", "gpt-5.5", "--since", "2030-01-01"],
            "widen --since, --until and --where",
        ),
        (["--from", "gpt-5.4", "--to", "gpt-5.5", "--assume", "no.yaml"], "is not a file"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(db, capsys, words, sentence):
    assert run(["upgrade", *words, "--db", str(db)]) == 2
    said = capsys.readouterr().err

    assert sentence in said
    assert said.count("\n") == 1


def test_where_nothing_can_move_the_reason_is_told(tmp_path, capsys):
    path = database(tmp_path / "long.duckdb", longs())

    assert run(["upgrade", "--from", "gpt-5.4", "--to", "gpt-5.4-mini", "--db", str(path)]) == 2
    said = capsys.readouterr().err
    assert "no request of gpt-5.4 can move to gpt-5.4-mini (4: " in said


def test_faults_of_an_assume_file_have_their_line(db, tmp_path, capsys):
    path = tmp_path / "bad.yaml"
    path.write_text("assume:\n  output_ratio: many\n")

    assert run([*UPGRADE, "--assume", str(path), "--db", str(db)]) == 2
    assert "bad.yaml:2" in capsys.readouterr().err


# ---------------------------------------------------------------- the demo company


def test_before_the_demo_company_moved_the_outcome_is_within_the_range(tmp_path, capsys):
    """Its agents' requests then cost 1.91 times as much."""
    warehouse = Warehouse(tmp_path / "demo.duckdb")
    write_demo_logs(tmp_path / "logs", events=30_000)
    list(load_paths([str(tmp_path / "logs")], warehouse, load_price_book()))
    words = ("--until", "2026-09-08", "--where", "workload=agent")
    assert run([*UPGRADE, *words, "--db", str(warehouse.path), "--format", "json"]) == 0
    agent = rows(json.loads(capsys.readouterr().out))["agent"]

    assert agent["ratio"]["p10"] < 1.91 < agent["ratio"]["p90"]
