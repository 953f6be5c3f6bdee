"""Upgrade and Scenarios: the figures of the commands, without a second look at the database."""

import json
from datetime import date, datetime
from decimal import Decimal

import pytest

from app.cli import run
from app.dashboard import what_ifs
from app.dashboard.basis import AS_BILLED, Asked
from app.dashboard.cube import between, where
from app.dashboard.filters import Selection
from app.dashboard.period import Period
from app.dashboard.prices import basis, book
from app.dashboard.store import snapshot
from app.demo import write_demo_logs
from app.errors import UserError
from app.views.upgrade_inputs import assumptions_of, logged_models
from app.whatif.by_hand import ByHand, laid_over
from app.whatif.compare_json import json_of
from app.whatif.upgrade_json import json_of as upgrade_json
from ingest.load import load_paths
from ingest.warehouse import Warehouse
from models.policy.assumptions import ALL, Assumptions, Spread
from models.policy.dump import dump_scenario
from models.policy.known import known_of
from models.policy.load import load_scenario
from models.policy.presets import preset, presets
from pricing.load import load_price_book

FIRST, LAST = date(2026, 9, 1), date(2026, 9, 30)
SEPTEMBER = ("2026-09-01", "2026-10-01")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A database of two months of the demo company."""
    folder = tmp_path_factory.mktemp("demo")
    write_demo_logs(folder / "logs", days=60, events=6_000)
    warehouse = Warehouse(folder / "usage.duckdb")
    for loaded in load_paths([str(folder / "logs")], warehouse, load_price_book()):
        assert loaded.error is None
    return warehouse.path


@pytest.fixture
def selected(monkeypatch, demo):
    """Return what a page is given, for September of the demo company."""
    for name in ("RATECARD_PRICES", "RATECARD_PRICE_OVERLAY", "RATECARD_TZ", "RATECARD_CONTRACT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RATECARD_DB", str(demo))
    what_ifs._readings.clear()
    what_ifs._compared.clear()
    what_ifs._upgraded.clear()

    def selection(asked=AS_BILLED, **filters):
        read = snapshot(asked=asked)
        chosen = {name: tuple(values) for name, values in filters.items()}
        now = where(between(read.cube, FIRST, LAST), chosen)
        period = Period(FIRST, LAST, 2026)
        return Selection(read, period, None, now, None, chosen, "Finance", period)

    return selection


@pytest.fixture
def read(monkeypatch):
    """Count how often the usage is read."""
    times = []

    def counting(con, whatif, scenarios):
        times.append(whatif)
        return real(con, whatif, scenarios)

    real = what_ifs.prepare
    monkeypatch.setattr(what_ifs, "prepare", counting)
    return times


@pytest.fixture
def told(tmp_path):
    """Return what a command writes as JSON."""

    def tell(*arguments):
        path = tmp_path / "told.json"
        words = [*map(str, arguments), "--format", "json", "-o", str(path)]
        assert run(words) == 0
        return json.loads(path.read_text(encoding="utf-8"))

    return tell


def known():
    return known_of(book())


@pytest.mark.parametrize("filters", [{}, {"team": ["coding"]}], ids=["all", "one team"])
def test_an_upgrade_is_that_of_the_command(selected, demo, told, filters):
    said = assumptions_of({ALL: (80.0, None, 25.0)}, ("gpt-5.4", "gpt-5.5"))

    found = what_ifs.upgraded(selected(**filters), ("gpt-5.4", "gpt-5.5"), "low", said)

    asked = [f"--where={name}={value}" for name, values in filters.items() for value in values]
    expected = told(
        "upgrade", "--from", "gpt-5.4", "--to", "gpt-5.5", "--effort", "low", "--success", "*=0.8",
        "--repair-cost", "25", "--since", SEPTEMBER[0], "--until", SEPTEMBER[1], "--db", demo,
        *asked,
    )  # fmt: skip
    assert json.loads(json.dumps(upgrade_json([found]))) == expected


@pytest.mark.parametrize("name", ["complexity-router", "batch-what-can-wait"])
def test_what_is_saved_gives_the_command_the_same_answer(selected, demo, told, tmp_path, name):
    by_hand = ByHand(
        output_ratio=Decimal("0.7"), cache_kept=Decimal("0.4"), repair_usd=Decimal(5),
        success={"gpt-5.4": Decimal("0.8")}, waits={"extraction": True},
    )  # fmt: skip
    scenario = laid_over(preset(name, known()), by_hand)
    saved = tmp_path / "saved.yaml"
    saved.write_text(dump_scenario(scenario), encoding="utf-8")

    prepared, comparison = what_ifs.compared(selected(), [scenario])

    expected = told(
        "simulate", saved, "--from", SEPTEMBER[0], "--to", SEPTEMBER[1], "--db", demo,
    )  # fmt: skip
    assert json.loads(json.dumps(json_of(comparison, prepared))) == expected


def test_other_prices_are_those_of_the_command(selected, demo, told, read):
    scenario = preset("always:gpt-5.4-mini", known())
    what_ifs.compared(selected(), [scenario])

    day = selected(Asked(prices_on=date(2026, 8, 1)))
    prepared, comparison = what_ifs.compared(day, [scenario])

    expected = told(
        "simulate", "always:gpt-5.4-mini", "--from", SEPTEMBER[0], "--to", SEPTEMBER[1],
        "--prices-on", "2026-08-01", "--db", demo,
    )  # fmt: skip
    assert json.loads(json.dumps(json_of(comparison, prepared))) == expected
    assert len(read) == 1


def test_no_preset_no_slider_and_no_move_reads_the_usage_again(selected, read):
    shown = selected()
    what_ifs.usage_in_short(shown)

    for name in presets():
        scenario = laid_over(preset(name, known()), ByHand(output_ratio=Decimal("0.5")))
        what_ifs.compared(shown, [scenario])
    what_ifs.upgraded(shown, ("gpt-5.4", "gpt-5.5-pro"), None, Assumptions())
    what_ifs.upgraded(shown, ("gpt-5.5", "gpt-5.4-nano"), "high", Assumptions())

    assert len(read) == 1


def test_a_policy_that_asks_for_something_else_reads_it_once_more(selected, read):
    shown = selected()
    what_ifs.usage_in_short(shown)
    own = load_scenario(
        "scenario: own\npolicy:\n  rules:\n    - name: night\n      when: {hour: 22-6}\n"
        "      use: {model: gpt-5.4-mini}\n",
        "own.yaml",
        known(),
    )

    for _ in range(2):
        what_ifs.compared(shown, [own])

    assert len(read) == 2


def test_an_answer_is_worked_out_once(selected, monkeypatch):
    shown, scenario = selected(), preset("tiers", known())
    _, first = what_ifs.compared(shown, [scenario])

    assert what_ifs.compared(shown, [scenario])[1] is first


def test_a_model_that_is_not_there_is_said_to_be_missing(selected):
    with pytest.raises(UserError, match=r"no usage of gpt-5\.5-pro; the log holds"):
        what_ifs.upgraded(
            selected(team=["support"]), ("gpt-5.5-pro", "gpt-5.5"), None, Assumptions()
        )


def test_models_of_the_logs_are_those_with_a_price_the_dearest_first(selected):
    found = logged_models(selected(), known())

    assert found[0] in {"gpt-5.5", "gpt-5.4"}
    assert "gpt-5.6-luna-preview" not in found


def test_what_the_reader_knows_is_assumed_as_typed():
    found = assumptions_of(
        {ALL: (80.5, None, 0.1), "chat": (None, 99.0, None), "agent": (None, None, None)},
        ("old", "new"),
    )

    assert found.success == {
        ALL: {"old": Spread.exactly(Decimal("0.805"))},
        "chat": {"new": Spread.exactly(Decimal("0.99"))},
    }
    assert found.human_repair_usd == {ALL: Spread.exactly(Decimal("0.1"))}


def test_a_replay_is_kept_and_other_choices_are_replayed(selected):
    from app.whatif.replay import replay

    prepared = what_ifs.usage_in_short(selected())
    scenario = preset("batch-what-can-wait", known())
    first = replay(prepared.cells, book(), scenario, basis())
    waits = laid_over(scenario, ByHand(waits={"chat": True}))
    dearer = laid_over(scenario, ByHand(repair_usd=Decimal(9)))

    assert replay(prepared.cells, book(), dearer, basis()) is first
    assert replay(prepared.cells, book(), waits, basis()) is not first
    assert basis(Asked(prices_on=date(2026, 8, 1))).prices_on == datetime(2026, 8, 1)
    assert replay(prepared.cells, book(), scenario, basis(Asked(prices_on=date(2026, 8, 1)))) \
        is not first  # fmt: skip
