"""`ratecard simulate`, on usage that can be priced by hand."""

import csv
import io
import json
import zlib
from decimal import Decimal

import pytest

from app.cli import run
from tests.upgrade_usage import agents, chats, database, longs

#: Tokens and cache as they are: every ratio is that of prices.
SAME = """
assume:
  output_ratio: 1
  turns_ratio: 1
  cache_kept: 1
"""
MINI = """
scenario: chats to mini
policy:
  rules:
    - name: chats
      when: {workload: chat}
      use: {model: gpt-5.4-mini}
"""
NOTHING = """
scenario: nothing
policy:
  rules:
    - name: nobody
      when: {workload: nowhere}
      use: {model: gpt-5.5}
    - name: as they are
      use: {model: gpt-5.4}
"""
#: Of all requests, so that a frontier has something to stand on.
RATES = """
  success:
    agent: {gpt-5.4: 0.8, gpt-5.5: 0.9, gpt-5.4-mini: 0.6}
    chat: {gpt-5.4: 0.9, gpt-5.5: 0.95, gpt-5.4-mini: 0.8}
    archive: {gpt-5.4: 0.5, gpt-5.5: 0.6}
"""


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    path = tmp_path_factory.mktemp("simulate") / "usage.duckdb"
    return database(path, agents() + chats() + longs())


@pytest.fixture
def scenario(tmp_path_factory):
    """Write a scenario; the same text is the same file."""

    def write(text, name="scenario.yaml"):
        folder = tmp_path_factory.getbasetemp() / f"{zlib.crc32(text.encode()):x}"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text)
        return str(folder / name)

    return write


@pytest.fixture(scope="module")
def asked():
    """What was asked before, with the answer."""
    return {}


@pytest.fixture
def ask(db, capsys, asked):
    def answer(*words, form="json", anew=False):
        if anew or (words, form) not in asked:
            code = run([
                "simulate", *words, "--db", str(db), "--format", form, "--draws", "128",
            ])  # fmt: skip
            out, err = capsys.readouterr()
            assert code == 0, err
            asked[words, form] = out
        out = asked[words, form]
        return json.loads(out) if form == "json" else out

    return answer


@pytest.fixture
def refused(db, capsys):
    def answer(*words):
        code = run(["simulate", *words, "--db", str(db), "--draws", "256"])
        out, err = capsys.readouterr()
        assert (code, out) == (2, "")
        assert len(err.splitlines()) == 1, "one sentence and no traceback"
        return err

    return answer


def named(answer, name):
    return next(each for each in answer["options"] if each["name"] == name)


def baseline(option, key):
    return next(each for each in option["savings"] if each["baseline"] == key)


# ---------------------------------------------------------------- cost


def test_todays_mix_is_the_total_of_a_report(ask, db, capsys):
    today = ask("always:gpt-5.5")["options"][0]

    assert run(["report", "--by", "", "--format", "json", "--db", str(db)]) == 0
    [total] = json.loads(capsys.readouterr().out)
    assert today["cost_usd"] == total["cost_usd"]
    assert today["requests"] == total["requests"]
    assert Decimal(today["cost_usd"]) == (
        120 * Decimal("0.051") + 60 * Decimal("0.009") + 4 * Decimal("1.52025")
    )


def test_a_move_costs_what_its_tokens_cost_at_the_new_price(ask, scenario):
    """A chat of 1,200 and 400 tokens is $0.0027 on mini, and $0.009 on gpt-5.4."""
    found = named(ask(scenario(MINI + SAME)), "chats to mini")

    saved = baseline(found, "today")
    assert Decimal(saved["saving_usd"]) == 60 * (Decimal("0.009") - Decimal("0.0027"))
    assert found["moved_requests"] == 60
    assert saved["p_saves"] == 1.0
    [_, chat] = found["rules"]
    assert (chat["name"], chat["requests"]) == ("chats", 60)
    assert Decimal(chat["cost_usd"]) == 60 * Decimal("0.0027")


def test_a_policy_that_changes_nothing_saves_nothing_and_is_sure_of_it(ask, scenario):
    found = named(ask(scenario(NOTHING)), "nothing")
    saved = baseline(found, "today")

    assert found["moved_requests"] == 0
    assert saved["saving_usd"] == "0"
    assert {saved[f"saving_usd_{p}"] for p in ("p10", "p50", "p90")} == {"0"}
    assert saved["p_saves"] == 0


def test_ranges_hold_the_point_and_p10_is_below_p90(ask):
    for option in ask("always:gpt-5.5", "preset:tiers")["options"]:
        low, high = Decimal(option["cost_usd_p10"]), Decimal(option["cost_usd_p90"])
        assert low <= Decimal(option["cost_usd"]) * Decimal("1.1")
        assert Decimal("0.9") * Decimal(option["cost_usd"]) <= high
        assert low <= Decimal(option["cost_usd_p50"]) <= high


def test_what_is_assumed_widens_the_range(ask, scenario):
    sure = MINI + SAME
    unsure = sure.replace("output_ratio: 1", "output_ratio: [0.5, 1, 2]").replace(
        "chats to mini", "unsure"
    )
    found = ask(scenario(sure), scenario(unsure, "unsure.yaml"))

    def width(name):
        saved = baseline(named(found, name), "today")
        return Decimal(saved["saving_usd_p90"]) - Decimal(saved["saving_usd_p10"])

    assert named(found, "unsure")["cost_usd"] == named(found, "chats to mini")["cost_usd"]
    assert width("unsure") > width("chats to mini")
    assert found["tornado"]["unsure"][0]["parameter"] == "output_ratio:*"


# ---------------------------------------------------------------- same draws, same bytes


def test_the_same_seed_gives_the_same_bytes(ask, scenario):
    words = (scenario(MINI + SAME + RATES), "preset:tiers", "--budget", "10")

    for form in ("json", "html", "table"):
        assert ask(*words, form=form) == ask(*words, form=form, anew=True)
    assert ask(*words) != ask(*words, "--seed", "8")


def test_the_order_of_scenarios_changes_no_figure_of_any(ask, scenario):
    one, other = scenario(MINI + SAME + RATES), scenario(NOTHING, "nothing.yaml")
    first = ask(one, other, "preset:complexity-router")
    again = ask("preset:complexity-router", other, one)

    assert {each["name"] for each in first["options"]} == {e["name"] for e in again["options"]}
    for option in first["options"]:
        same = named(again, option["name"])
        order = dict(option, savings=None), dict(same, savings=None)
        assert order[0] == order[1]
        assert sorted(map(str, option["savings"])) == sorted(map(str, same["savings"]))
    assert first["tornado"] == again["tornado"]
    assert first["hull"] == again["hull"]


def test_a_scenario_alone_has_the_figures_it_has_beside_others(ask, scenario):
    alone = named(ask(scenario(MINI)), "chats to mini")
    beside = named(ask(scenario(MINI), "preset:batch-what-can-wait"), "chats to mini")

    assert alone == beside


# ---------------------------------------------------------------- baselines


def test_every_saving_names_its_baseline(ask, scenario):
    found = named(ask(scenario(MINI + SAME)), "chats to mini")

    keys = [each["baseline"] for each in found["savings"]]
    assert keys == ["today", "always_cheapest", "always_strongest", "random"]
    assert all(each["against"] for each in found["savings"])


def test_sending_everything_is_no_better_than_doing_so_at_random(ask, scenario):
    """Agents, whose cache a session keeps, are left out: what stays differs from what moves."""
    found = ask("always:gpt-5.5", "--where", "workload=chat")
    saved = baseline(named(found, "always-gpt-5.5"), "random")

    assert saved["saving_usd"] == "0"
    assert saved["p_saves"] == 0


def test_random_choice_takes_as_many_of_each_model(ask, scenario):
    """60 of 184 requests of gpt-5.4 go to mini: at random, that share of all that can move."""
    found = ask(scenario(MINI + SAME))
    mini, today = named(found, "always gpt-5.4-mini (cheapest)"), found["options"][0]
    random = named(found, "random at the rates of chats to mini")
    share = Decimal(60) / (184 - mini["kept_requests"]["over_limit"])

    expected = share * Decimal(mini["cost_usd"]) + (1 - share) * Decimal(today["cost_usd"])
    assert Decimal(random["cost_usd"]) == pytest.approx(expected, abs=Decimal("1e-9"))


def test_the_strongest_says_by_whose_figures(ask, scenario):
    by_evidence = ask("always:gpt-5.5")
    by_rates = ask(scenario(MINI + SAME + RATES), "--where", "workload=chat")

    assert "always gpt-5.5 (strongest by prior evidence)" in str(by_evidence["options"])
    assert "always gpt-5.4 (strongest by your figures)" in str(by_rates["options"])


def test_an_oracle_needs_evaluations(ask):
    assert all(each["baseline"] != "oracle" for each in ask("always:gpt-5.5")["options"])


# ---------------------------------------------------------------- success


def test_without_a_success_rate_options_are_compared_on_cost_only(ask):
    found = ask("always:gpt-5.5")

    assert all(each["success"] is None for each in found["options"])
    assert found["frontier"] == []
    assert "cost only" in found["why_no_quality"]
    assert "A benchmark is no success rate of yours" in found["why_no_quality"]


def test_success_is_weighted_by_tasks(ask, scenario):
    """Ten sessions of an agent, 60 chats, 4 long prompts: 8 + 54 + 2 of 74; then chats have 0.8."""
    found = ask(scenario(MINI + SAME + RATES))
    today, then = found["options"][0], named(found, "chats to mini")

    assert today["success"]["point"] == pytest.approx(64 / 74, abs=1e-6)
    assert then["success"]["point"] == pytest.approx(58 / 74, abs=1e-6)
    assert then["success"]["source"] == "scenario"
    saved = baseline(then, "today")
    assert saved["success_difference"] == pytest.approx(-6 / 74, abs=2e-6)
    each = Decimal(then["cost_usd"]) / 58
    assert Decimal(then["cost_per_success_usd"]) == pytest.approx(each, abs=Decimal("1e-6"))


def test_a_rate_is_carried_over_by_published_differences_only_if_one_is_given(ask, scenario):
    text = MINI + SAME + "  success: {agent: {gpt-5.4: 0.8}}\n"
    found = ask(scenario(text), "always:gpt-5.5")
    strong = named(found, "always-gpt-5.5")
    [agent] = [each for each in strong["workloads"] if each["workload"] == "agent"]

    assert agent["success"]["source"] == "evidence"
    assert "prior evidence" in agent["success"]["words"]
    assert 0.8 < agent["success"]["point"] < 0.95
    assert strong["success"] is None


def test_the_frontier_leaves_out_what_is_beaten(ask, scenario):
    found = ask(scenario(MINI + SAME + RATES))
    points = {each["option"]: each for each in found["frontier"]}

    assert points["today's mix"]["on_frontier"]
    assert points["chats to mini"]["non_dominated"] <= 1
    hull = [(Decimal(each["cost_usd"]), each["success"]) for each in found["hull"]]
    assert hull == sorted(hull)


def test_a_budget_has_a_shadow_price_in_words(ask, scenario):
    words = (scenario(MINI + SAME + RATES), "--candidates", "gpt-5.4,gpt-5.4-mini,gpt-5.5")
    found = ask(*words, "--budget", "15")["budget"]

    assert Decimal(found["cost_usd"]) == pytest.approx(Decimal(15), abs=Decimal("1e-5"))
    assert found["successes_per_usd"] > 0
    assert "one more dollar buys" in found["words"]
    assert sum(each["share"] for each in found["choices"]) == pytest.approx(3, abs=1e-5)
    dearer = ask(*words, "--budget", "16")["budget"]
    gained = dearer["successes"] - found["successes"]
    assert 0 < gained <= found["successes_per_usd"] + 1e-3


def test_a_budget_for_a_month_is_that_of_the_period_by_its_months(ask, scenario):
    words = scenario(MINI + SAME + RATES)
    found = ask(words, "--budget", "40/month")

    months = found["period"]["months"]
    assert Decimal(found["budget"]["budget_usd"]) == pytest.approx(
        Decimal(40 * months), abs=Decimal("1e-3")
    )


def test_what_has_no_price_is_in_no_rate(tmp_path, scenario, capsys):
    nobody = {"model_raw": "gpt-5.9-secret", "workload": "trial"}
    path = database(tmp_path / "more.duckdb", agents() + chats() + longs() + chats(9, **nobody))
    words = ["simulate", scenario(MINI + SAME + RATES), "--db", str(path), "--format", "json"]
    assert run([*words, "--draws", "64"]) == 0
    found = json.loads(capsys.readouterr().out)

    assert found["options"][0]["unpriced_requests"] == 9
    assert found["options"][0]["success"]["point"] == pytest.approx(64 / 74, abs=1e-6)
    assert found["why_no_quality"] is None
    assert any("9 requests have no price" in each for each in found["warnings"])


def test_limits_are_kept_and_have_no_shadow_price(ask, scenario):
    found = ask(
        scenario(MINI + SAME + RATES),
        "--candidates",
        "gpt-5.4,gpt-5.5",
        "--min-success",
        "chat=0.93",
        "--max-share",
        "gpt-5.5=50%",
    )["budget"]
    chat = [each for each in found["choices"] if each["workload"] == "chat"]

    assert found["successes_per_usd"] is None
    assert sum(each["share"] for each in chat if "gpt-5.5" in each["option"]) == pytest.approx(
        0.6, abs=1e-5
    )


def test_repair_by_people_is_beside_the_api_cost(ask, scenario):
    """10 of 74 tasks fail today, 16 then; each is repaired for $2."""
    text = MINI + SAME + RATES + "  human_repair_usd: 2\n"
    found = ask(scenario(text))

    today, then = found["options"][0], named(found, "chats to mini")
    assert Decimal(today["people_usd"]) == pytest.approx(2 * (74 - 64))
    assert Decimal(then["people_usd"]) == pytest.approx(2 * (74 - 58))
    assert Decimal(baseline(then, "today")["with_people_usd_p50"]) < 0


def test_a_request_can_be_a_task(ask, scenario):
    """Today: (120 x 0.8 + 60 x 0.9 + 4 x 0.5) / 184."""
    found = ask(scenario(MINI + SAME + RATES + "  human_repair_usd: 2\n"), "--task", "request")

    today = found["options"][0]
    assert today["success"]["point"] == pytest.approx(152 / 184, abs=1e-6)
    assert Decimal(today["people_usd"]) == pytest.approx(2 * (184 - 152))
    assert {each["task"] for each in today["workloads"]} == {"request"}


def test_simulate_and_upgrade_agree_on_what_people_cost(ask, scenario, db, capsys):
    """Ten sessions that succeed in 8, then 9 of ten cases: one repair of $25 less."""
    text = "scenario: all\npolicy: {rules: [{name: all, use: {model: gpt-5.5}}]}\n" + SAME + RATES
    path = scenario(text + "  human_repair_usd: 25\n")
    found = ask(path, "--where", "workload=agent")
    words = ["upgrade", "--from", "gpt-5.4", "--to", "gpt-5.5", "--assume", path, "--db", str(db)]
    assert run([*words, "--where", "workload=agent", "--format", "json", "--draws", "128"]) == 0
    [row] = json.loads(capsys.readouterr().out)["targets"][0]["workloads"]
    today, then = found["options"][0], named(found, "all")

    assert row["sessions"] == 10
    assert (today["workloads"][0]["task"], today["workloads"][0]["tasks"]) == ("session", 10)
    assert Decimal(today["people_usd"]) - Decimal(then["people_usd"]) == pytest.approx(25)
    api = Decimal(then["cost_usd"]) - Decimal(today["cost_usd"])
    assert api == Decimal(row["cost_then_usd"]) - Decimal(row["cost_now_usd"])
    saved = float(baseline(then, "today")["with_people_usd_p50"])
    assert saved == pytest.approx(25 - float(api), abs=1e-5)
    assert row["p_pays"] == (1 if saved > 0 else 0)
    each = float(then["cost_usd"]) / (10 * 0.9)
    assert float(then["cost_per_success_usd"]) == pytest.approx(each, abs=1e-5)


def test_facts_of_one_scenario_hold_for_all(ask, scenario):
    plain = "preset:batch-what-can-wait"
    found = ask(scenario(MINI + SAME + RATES), plain)

    assert named(found, "batch-what-can-wait")["success"]["point"] == pytest.approx(
        64 / 74, abs=1e-6
    )


def test_contradicting_facts_are_told_and_no_baseline_takes_them(ask, scenario):
    other = (MINI + SAME + RATES).replace("chats to mini", "other").replace("0.8,", "0.7,")
    found = ask(scenario(MINI + SAME + RATES), scenario(other, "other.yaml"))

    assert any("state different values for success at agent" in w for w in found["warnings"])
    [agent] = [e for e in found["options"][0]["workloads"] if e["workload"] == "agent"]
    assert agent["success"] is None or agent["success"]["source"] != "scenario"


# ---------------------------------------------------------------- output


def test_csv_is_a_row_for_each_option(ask):
    found = list(csv.DictReader(io.StringIO(ask("always:gpt-5.5", form="csv"))))

    assert [row["option"] for row in found][:2] == ["today's mix", "always-gpt-5.5"]
    assert Decimal(found[0]["cost_usd"]) == Decimal("12.741")
    assert found[0]["saving_usd"] == ""


def test_html_goes_to_a_file(db, tmp_path, capsys):
    path = tmp_path / "report.html"
    words = ["simulate", "always:gpt-5.5", "--db", str(db), "--format", "html", "-o", str(path)]

    assert run([*words, "--draws", "64"]) == 0
    assert capsys.readouterr().out == ""
    page = path.read_text()
    assert page.startswith("<!doctype html>")
    assert "Routing scenarios side by side" in page


def test_the_table_reads_as_before(ask, scenario, golden):
    text = ask(scenario(MINI + SAME + RATES), "preset:tiers", "--budget", "13", form="table")

    golden("simulate/table.txt", text)


def keys_of(value, path=""):
    """Return the paths of all keys, lists as one."""
    if isinstance(value, dict):
        for key, held in value.items():
            yield f"{path}.{key}".lstrip(".")
            yield from keys_of(held, f"{path}.{key}")
    elif isinstance(value, list):
        for held in value:
            yield from keys_of(held, f"{path}[]")


def test_keys_of_the_json_are_stable(ask, scenario, golden):
    found = ask(scenario(MINI + SAME + RATES), "preset:tiers", "--budget", "13")
    plain = {"tornado": {"NAME": found.pop("tornado")["tiers"]}}
    for option in found["options"]:
        for name in ("kept_requests", "cache_method_requests", "requests_by_model"):
            option[name] = {"NAME": 1}
    keys = dict.fromkeys([*keys_of(found), *keys_of(plain)])

    golden("simulate/keys.txt", "\n".join(keys) + "\n")


# ---------------------------------------------------------------- what cannot be answered


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere.yaml"], "nowhere.yaml is not a file"),
        (["tiers"], "did you mean preset:tiers?"),
        (["preset:tires"], "there is no preset 'tires'; use always, batch-what-can-wait"),
        (["always:gpt-9"], "the price book has no model 'gpt-9'"),
        (["preset:tiers", "preset:tiers"], "are both called 'tiers'"),
        (["preset:tiers", "--candidates", "gpt-9"], "--candidates: the price book has no model"),
        (["preset:tiers", "--budget", "much"], "--budget much: 'much' is not a number"),
        (["preset:tiers", "--budget", "5/year"], "write USD for the period, or USD/month"),
        (["preset:tiers", "--budget", "0"], "a budget is more than nothing"),
        (["preset:tiers", "--min-success", "chat"], "write WORKLOAD=SHARE"),
        (["preset:tiers", "--max-share", "gpt-5.5=2"], "a share lies between 0 and 1"),
        (["preset:tiers", "--budget", "5"], "needs success rates"),
        (["preset:tiers", "--from", "2030-01-01"], "no usage matches"),
        (["preset:tiers", "--workloads", "none.yaml"], "none.yaml is not a file"),
        (["preset:tiers", "--where", "team"], "write KEY=VALUE"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(refused, words, told):
    assert told in refused(*words)


def test_faults_of_a_scenario_name_file_and_line(refused, scenario):
    path = scenario(MINI.replace("gpt-5.4-mini", "gpt-5.4-miny"))

    told = refused(path)
    assert f"{path}:7" in told
    assert "gpt-5.4-mini" in told


def test_a_budget_that_is_too_small_says_what_the_least_is(refused, scenario):
    assert "more than the budget" in refused(scenario(MINI + SAME + RATES), "--budget", "0.01")
