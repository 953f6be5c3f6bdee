"""The pages Upgrade and Scenarios, run without a browser."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from app.demo import write_demo_logs
from ingest.load import load_paths
from ingest.warehouse import Warehouse
from pricing.load import load_price_book

SCRIPT = Path(__file__).parents[1] / "app/dashboard/script/ratecard_dashboard.py"
CONTRACT = """\
contract: acme-2026
parties: {customer: Acme, vendor: OpenAI}
providers: [openai]
list_of: openai
currency: USD
period: {from: 2026-08-01, to: 2027-08-01}
rates:
  - {name: everything, percent_off: 10}
commitments:
  - {name: all, amount: 100000, period: month}
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A database of two months of the demo company."""
    folder = tmp_path_factory.mktemp("demo")
    write_demo_logs(folder / "logs", days=60, events=3_000)
    warehouse = Warehouse(folder / "usage.duckdb")
    for loaded in load_paths([str(folder / "logs")], warehouse, load_price_book()):
        assert loaded.error is None
    return warehouse.path


@pytest.fixture
def run(monkeypatch, demo):
    """Run a page of the dashboard, with URL parameters."""
    for name in ("RATECARD_PRICES", "RATECARD_PRICE_OVERLAY", "RATECARD_CONTRACT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RATECARD_DB", str(demo))
    monkeypatch.setenv("RATECARD_TZ", "UTC")

    def page(title, **query):
        app = AppTest.from_file(str(SCRIPT), default_timeout=180)
        for name, value in {"period": "Range", **query}.items():
            app.query_params[name] = value
        app._page_hash = calc_hash(title.lower())
        app.run()
        assert not app.exception
        assert not app.error
        return app

    return page


def tiles(app):
    return {each.label: each.value for each in app.metric}


def findings(app):
    return [
        each.value.strip("*").replace("\\", "")
        for each in app.markdown
        if each.value.startswith("**") and each.value.endswith("**")
    ]


def test_upgrade_judges_each_workload_of_the_dearest_pair(run):
    app = run("Upgrade")

    [verdicts, *_] = [each.value for each in app.dataframe]
    assert [app.selectbox(key=key).value for key in ("old", "new")] == ["gpt-5.4", "gpt-5.5"]
    assert list(verdicts["Workload"])[-1] == "total"
    assert set(verdicts["Verdict"]) == {"cost only"}
    assert set(verdicts["Success"]) == {"–"}
    assert findings(app)[0].startswith("Measure ")
    assert "success unknown" in findings(app)[1]


def test_upgrade_with_a_success_rate_of_ones_own_says_when_it_pays(run):
    app = run("Upgrade")
    key = "known_gpt-5.4_gpt-5.5_all work_{}"
    app.number_input(key=key.format(0)).set_value(40.0)
    app.number_input(key=key.format(1)).set_value(95.0)
    app.number_input(key=key.format(2)).set_value(500.0)
    [apply] = [each for each in app.button if each.label == "Apply"]
    apply.click().run()

    verdicts = app.dataframe[0].value
    assert set(verdicts["Verdict"]) == {"pays"}
    assert findings(app)[0].startswith("Move ")


def test_upgrade_takes_its_pair_from_the_link(run):
    app = run("Upgrade", old="gpt-5.4-mini", new="gpt-5.4-nano")

    assert "gpt-5.4-nano" in findings(app)[0]


def test_upgrade_without_usage_of_a_known_model_says_so(run):
    app = run("Upgrade", model="gpt-5.6-luna-preview")

    assert not app.metric
    assert app.selectbox.values == [] or all(each.key != "old" for each in app.selectbox)


def test_scenarios_names_its_baseline_and_its_range(run):
    app = run("Scenarios")

    assert list(tiles(app)) == [
        "Cost a month, at least", "Saves vs today's mix", "Saving, 80% interval", "P(saves)",
    ]  # fmt: skip
    assert findings(app)[0].startswith("complexity-router costs $")


def test_a_slider_counts_when_run_is_pressed(run):
    app = run("Scenarios", policy="always")
    before = tiles(app)

    app.select_slider(key="by_hand_output").set_value("3.0×").run()
    assert tiles(app) == before
    assert any("Inputs changed" in each.value for each in app.markdown)

    [press] = [each for each in app.button if each.label == "Run"]
    press.click().run()
    assert tiles(app) != before
    assert not any("Inputs changed" in each.value for each in app.markdown)


def test_another_preset_counts_at_once(run):
    app = run("Scenarios")
    before = tiles(app)

    app.selectbox(key="policy").set_value("tiers").run()

    assert tiles(app) != before
    assert findings(app)[0].startswith("tiers costs $")


def test_success_of_ones_own_draws_a_frontier(run):
    app = run("Scenarios", tab="Frontier", policy="always")
    assert findings(app) == ["No frontier: success is unknown"]

    for key in ("gpt-5.4", "gpt-5.5", "gpt-5.4-mini", "gpt-5.4-nano"):
        app.select_slider(key=f"by_hand_success_{key}").set_value("80%")
    [press] = [each for each in app.button if each.label == "Run"]
    press.click().run()

    assert findings(app)[0] != "No frontier: success is unknown"
    assert not app.error


@pytest.mark.parametrize(
    ("tab", "words"),
    [("Sensitivity", "hangs most on"), ("Levers", "save"), ("Contracts", "No contract")],
)
def test_a_tab_opens_from_the_link(run, tab, words):
    app = run("Scenarios", tab=tab)

    assert words in findings(app)[0]


def test_a_contract_locks_what_is_saved_below_its_commitment(run, monkeypatch, tmp_path):
    path = tmp_path / "contract.yaml"
    path.write_text(CONTRACT)
    start = run("Scenarios")
    assert start
    monkeypatch.setenv("RATECARD_CONTRACT", str(path))

    app = AppTest.from_file(str(SCRIPT), default_timeout=180)
    app.query_params.update(period="Range", tab="Contracts", policy="batch-what-can-wait")
    app._page_hash = calc_hash("scenarios")
    app.run()

    assert not app.error
    said = findings(app)[0]
    assert "saves nothing" in said or "counts before the renewal on 1 Aug 2027" in said


def test_faults_of_a_policy_are_shown_with_their_lines(run):
    app = run("Scenarios")
    [edit] = [each for each in app.button if each.label == "Edit or upload YAML"]
    edit.click().run()
    app.text_area(key="policy_text").set_value("scenario: mine\npolicy:\n  rules:\n    - nmae: x\n")
    [use] = [each for each in app.button if each.label == "Use this policy"]
    use.click().run()

    assert "policy.yaml:4" in app.session_state["policy_faults"][0]
    assert tiles(app)


def test_what_has_no_price_is_not_said_to_cost_nothing(run):
    app = run("Scenarios", prices_as_of="2025-09-01")

    assert not app.metric
    assert "has a price at these prices" in app.info[0].value
