"""Every page, full and empty, run without a browser."""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from app.charts.amounts import count_full, usd_short
from app.commands.app import _configuration
from app.dashboard import answers
from app.dashboard.basis import Asked
from app.dashboard.prices import at_prices, basis, book
from app.dashboard.store import keep, snapshot
from app.demo import write_demo_logs
from app.ledger import Question, answer
from ingest.load import load_paths
from ingest.warehouse import Warehouse, WarehouseBusyError
from pricing.load import load_price_book

SCRIPT = Path(__file__).parents[1] / "app/dashboard/script/ratecard_dashboard.py"
PAGES = ("Overview", "Explore", "Upgrade", "Scenarios", "Data")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A database of two months of the demo company."""
    folder = tmp_path_factory.mktemp("demo")
    write_demo_logs(folder / "logs", days=60, events=12_000)
    warehouse = Warehouse(folder / "usage.duckdb")
    for loaded in load_paths([str(folder / "logs")], warehouse, load_price_book()):
        assert loaded.error is None
    with warehouse.writing() as con:
        con.execute("insert or replace into meta values ('demo', 'Meridian Freight')")
    return warehouse.path


@pytest.fixture
def run(monkeypatch, demo):
    """Run a page of the dashboard on a database, with URL parameters."""
    monkeypatch.delenv("RATECARD_PRICES", raising=False)
    monkeypatch.delenv("RATECARD_PRICE_OVERLAY", raising=False)

    def page(title, path=demo, zone="UTC", **query):
        monkeypatch.setenv("RATECARD_DB", str(path))
        monkeypatch.setenv("RATECARD_TZ", zone)
        app = AppTest.from_file(str(SCRIPT), default_timeout=180)
        for name, value in query.items():
            app.query_params[name] = value
        if title != PAGES[0]:
            app._page_hash = calc_hash(title.lower())
        app.run()
        assert not app.exception
        return app

    return page


def texts(app):
    return "\n".join(
        [each.value for kind in (app.markdown, app.caption, app.code) for each in kind]
        + [f"{each.label} {each.value} {each.delta}" for each in app.metric]
        + [each.label for each in app.button]
    )


def cost(path, **of):
    with Warehouse(path).reading() as con:
        return answer(con, load_price_book(), Question(**of)).total("cost_pico")


@pytest.mark.parametrize("title", PAGES)
def test_a_page_shows_its_figures_without_an_error(run, title):
    app = run(title)

    assert not app.error
    assert f"#### {title}" in texts(app)
    assert "list prices as billed, book " in texts(app)
    assert not re.search(r"\bNone\b(?! of)", texts(app))


@pytest.mark.parametrize("title", PAGES)
def test_a_page_without_a_database_says_how_to_get_one(run, tmp_path, title):
    app = run(title, tmp_path / "ratecard.duckdb")

    assert [code.value for code in app.code] == ["ratecard load PATH", "ratecard demo --app"]
    assert not app.metric


def test_an_empty_database_is_as_none(run, tmp_path):
    path = tmp_path / "other.duckdb"
    with Warehouse(path).writing():
        pass

    assert run("Overview", path).code[0].value == f"ratecard load PATH --db {path}"


def test_a_file_that_is_no_database_is_said_to_be_none(run, tmp_path):
    path = tmp_path / "ratecard.duckdb"
    path.write_text("not a database")

    assert "cannot be opened" in run("Overview", path).error[0].value


def test_the_spend_of_all_logs_is_the_ledgers(run, demo):
    spend = run("Overview", period="Range").metric[0]

    assert spend.label == "Spend, 23 Aug – 21 Oct, at least"
    assert spend.value == usd_short(cost(demo))


def test_a_month_is_compared_with_the_one_before(run):
    spend, requests, cached, unpriced = run("Overview").metric

    assert spend.label == "Spend, 1–21 Oct, at least"
    assert " vs $" in spend.delta
    assert requests.delta.startswith(("+", "−"))
    assert "p.p. vs" in cached.delta
    assert (unpriced.value != "0", unpriced.delta) == (True, "gpt-5.6-luna-preview")


def test_where_logs_do_not_reach_back_nothing_is_compared(run):
    spend = run("Overview", period="Last month").metric[0]

    assert spend.label == "Spend, September"
    assert spend.delta == "no logs before 23 Aug"


def test_the_url_filters(run, demo):
    app = run("Overview", period="Range", team="coding")

    assert app.metric[0].value == usd_short(cost(demo, where=(("team", ("coding",)),)))
    assert app.multiselect(key="team").value == ["coding"]


def test_a_value_the_database_does_not_know_is_dropped(run, demo):
    app = run("Overview", period="Range", team="nobody")

    assert app.metric[0].value == usd_short(cost(demo))


def test_filters_that_leave_nothing_can_be_cleared(run):
    app = run("Overview", team="coding", model="gpt-5.4-nano")
    assert "The filters leave nothing" in texts(app)

    app.button[-1].click().run()
    assert app.metric[0].value != "–"


def test_days_without_usage_offer_days_with(run, tmp_path, demo):
    september = run("Overview", period="Last month", team="coding")
    assert september.metric  # there is usage

    logs = tmp_path / "one.jsonl"
    logs.write_text(
        '{"id": "chatcmpl-1", "object": "chat.completion", "created": 1790000000, '
        '"model": "gpt-5.4-2026-03-05", "service_tier": "default", '
        '"usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}}\n'
    )
    path = tmp_path / "one.duckdb"
    list(load_paths([str(logs)], Warehouse(path), load_price_book()))
    app = run("Overview", path, period="Last month")
    assert "No usage in August" in texts(app)

    app.button[-1].click().run()
    assert app.metric[0].value == usd_short(cost(path)) == "$0.00040"


def test_days_are_of_the_readers_zone(run, demo):
    utc, tokyo = (run("Overview", zone=zone) for zone in ("UTC", "Asia/Tokyo"))

    assert "days in Asia/Tokyo" in texts(tokyo)
    assert utc.metric[1].value != tokyo.metric[1].value


def test_engineering_puts_its_cards_first_and_leaves_none_out(run):
    finance, engineering = (
        findings(run("Overview", view=view)) for view in ("Finance", "Engineering")
    )

    assert sorted(finance) == sorted(engineering)
    assert finance[:2] == engineering[2:4]
    assert "cached share fell from 62% to 11% on 6 October" in engineering[1]


def findings(app):
    bold = [each.value for each in app.markdown if each.value.startswith("**")]
    return [text.strip("*") for text in bold if text.endswith("**")]


@pytest.mark.parametrize("measure", ["Cost", "Tokens", "Requests", "$/request", "Cached share"])
@pytest.mark.parametrize("by", ["Total", "Day", "Week"])
def test_every_measure_explores(run, measure, by):
    app = run("Explore", measure=measure, by=by, rows="Workload", split="Service tier")

    assert not app.error
    assert len(findings(app)) == 2


def test_rows_beyond_the_cube_are_read_when_asked_for(run):
    app = run("Explore", rows="User", split="none")

    assert not app.error
    assert app.dataframe[0].value.shape[0] > 10


def test_presets_set_rows_measure_and_filters(run):
    app = run("Explore")
    menu = app.menu_button(key="preset")
    menu.click("Unpriced: which, and why").run()

    assert not app.error
    assert app.dataframe[0].value["Model"].to_list() == ["gpt-5.6-luna-preview"]
    assert app.dataframe[0].value["Cost"].to_list() == ["–"]


def test_data_accounts_for_every_line(run):
    table = run("Data").dataframe[0].value
    parts = table[["Events", "Duplicates", "Not usage", "Quarantined"]].sum(axis=1)

    assert table["Lines"].to_list() == parts.to_list()


def test_a_card_that_fails_leaves_the_others(run, monkeypatch):
    def fail(*_):
        raise ValueError("boom")

    monkeypatch.setattr("app.charts.cached_share.finding", fail)
    app = run("Overview")

    assert [error.proto.title for error in app.error] == ["Could not show cached share"]
    assert len(findings(app)) == 5


def test_while_a_load_holds_the_database_the_last_answer_serves(run, demo, monkeypatch):
    before = run("Overview").metric[0].value
    busy(monkeypatch)
    demo.touch()
    app = run("Overview")

    assert app.metric[0].value == before
    assert any("a load is running" in each.value for each in app.markdown)


def test_a_database_that_was_never_read_is_waited_for(run, tmp_path, monkeypatch):
    path = tmp_path / "new.duckdb"
    with Warehouse(path).writing():
        pass
    busy(monkeypatch)

    assert run("Overview", path).info[0].proto.title == "A load is running"


def busy(monkeypatch):
    def refuse(*_, **__):
        raise WarehouseBusyError("in use")

    monkeypatch.setattr(Warehouse, "reading", refuse)


def test_requests_of_a_selection_come_dearest_first_and_are_explained(run, demo, monkeypatch):
    monkeypatch.setenv("RATECARD_DB", str(demo))
    found = answers.dearest(Question(where=(("team", ("coding",)),)), book())
    costs = found["cost_pico"].to_list()

    assert costs == sorted(costs, reverse=True)
    assert found.height == min(answers.DEAREST, found.height)
    explained = answers.explained(found["event_id"][0], basis())
    assert explained.rated is not None
    assert explained.rated.cost_pico == costs[0]


def test_the_explain_dialog_writes_the_sum():
    from app.views.explain import charge_table, sentence
    from pricing.rate import rate
    from pricing.usage import Usage

    price = load_price_book().find(
        "openai", "gpt-5.5", "standard", at=datetime(2026, 9, 20, tzinfo=UTC), input_tokens=62_000
    )
    rated = rate(Usage(uncached_input=8_680, cache_read=53_320, output=760), price)

    assert rated.cost_usd == Decimal("0.09286")
    assert sentence(rated) == ("$0.09286 = 8,680 × $5.00 + 53,320 × $0.50 + 760 × $30.00 per 1M")
    assert charge_table(rated)["Amount"].to_list() == ["$0.0434", "$0.02666", "$0.0228", "$0.09286"]


# ---------------------------------------------------------------- logs and buckets


def bodies(path, tokens):
    path.write_text(
        '{"id": "chatcmpl-1", "object": "chat.completion", "created": 1790000000, '
        '"model": "gpt-5.4-2026-03-05", "service_tier": "default", "usage": {'
        f'"prompt_tokens": {tokens}, "completion_tokens": 0, "total_tokens": {tokens}}}}}\n'
    )
    return path


def buckets(path, tokens, day=1789948800):
    result = {
        "object": "organization.usage.completions.result",
        "model": "gpt-5.4-2026-03-05",
        "batch": False,
        "service_tier": "default",
        "input_tokens": tokens,
        "input_uncached_tokens": tokens,
        "output_tokens": 0,
        "num_model_requests": 7,
    }
    sums = {"object": "bucket", "start_time": day, "end_time": day + 86400, "results": [result]}
    path.write_text(json.dumps({"object": "page", "data": [sums], "has_more": False}))
    return path


@pytest.fixture
def mixed(tmp_path):
    """A day of logs, and the buckets of everybody's requests on that day."""
    path = tmp_path / "mixed.duckdb"
    files = [bodies(tmp_path / "one.jsonl", 1000), buckets(tmp_path / "page.json", 10_000_000)]
    for loaded in load_paths([str(file) for file in files], Warehouse(path), load_price_book()):
        assert loaded.error is None
        assert loaded.accounting.events == 1
    return path


@pytest.mark.parametrize(
    ("choice", "grain", "requests"),
    [("Auto", "auto", 1), ("Logs", "request", 1), ("Buckets", "bucket", 7)],
)
@pytest.mark.parametrize("title", PAGES)
def test_every_page_counts_logs_or_buckets_and_says_which(
    run, mixed, title, choice, grain, requests
):
    app = run(title, mixed, grain=choice, period="Range")
    control = next(each for each in app.button_group if each.key == "grain")
    words = "the logs hold under 0.1% of the buckets' tokens"

    assert not app.error
    assert control.value == choice
    assert words in texts(app)
    if title == "Overview":
        assert app.metric[0].value == usd_short(cost(mixed, grain=grain))
        assert app.metric[1].value == str(requests)


def test_switching_to_buckets_counts_them(run, mixed):
    app = run("Overview", mixed, period="Range")
    control = next(each for each in app.button_group if each.key == "grain")
    control.set_value("Buckets").run()

    assert app.metric[0].value == usd_short(cost(mixed, grain="bucket"))


def test_without_a_choice_there_is_no_control_and_nothing_to_note(run):
    app = run("Data")

    assert all(each.key != "grain" for each in app.button_group)
    assert "buckets" not in texts(app)


def test_logs_alone_where_there_are_none_can_be_undone(run, tmp_path):
    path = tmp_path / "buckets.duckdb"
    list(
        load_paths(
            [str(buckets(tmp_path / "page.json", 10_000_000))], Warehouse(path), load_price_book()
        )
    )
    app = run("Overview", path, grain="Logs", period="Range")
    assert "No request logs" in texts(app)

    app.button[-1].click().run()
    assert app.metric[0].value == usd_short(cost(path))


def test_while_a_load_runs_the_last_notes_serve(run, mixed, monkeypatch):
    before = texts(run("Data", mixed, period="Range"))
    busy(monkeypatch)
    mixed.touch()

    assert "request logs are counted" in before
    assert "request logs are counted" in texts(run("Data", mixed, period="Range"))


# ---------------------------------------------------------------- which prices

OLD = {"prices_on": "2026-08-01"}
CHOICES = [
    (OLD, "list prices of 1 Aug 2026"),
    ({"prices_as_of": "2026-08-01"}, "list prices as billed, as known on 1 Aug 2026"),
    ({"assume_tier": "batch"}, "list prices as billed, unknown tiers taken as batch"),
    (
        OLD | {"prices_as_of": "2026-09-02", "assume_tier": "flex"},
        "list prices of 1 Aug 2026, as known on 2 Sep 2026, unknown tiers taken as flex",
    ),
]


def asked(prices_on=None, prices_as_of=None, assume_tier=None):
    days = [date.fromisoformat(day) if day else None for day in (prices_on, prices_as_of)]
    return Asked(*days, assume_tier)


@pytest.mark.parametrize(("query", "words"), CHOICES)
@pytest.mark.parametrize("title", PAGES)
def test_every_page_follows_the_prices_asked_for_and_says_so(run, title, query, words):
    app = run(title, **query)

    assert not app.error
    assert words in texts(app)
    assert f"book {load_price_book().digest[:8]} of " in texts(app)


@pytest.mark.parametrize(("query", "_words"), CHOICES)
def test_the_spend_is_the_ledgers_at_the_prices_asked_for(run, demo, query, _words):
    used = basis(asked(**query))
    with Warehouse(demo).reading() as con:
        question = at_prices(Question(), used)
        expected = answer(con, used.book, question).total("cost_pico")
    app = run("Overview", period="Range", **query)

    assert app.metric[0].value == usd_short(expected)
    if "assume_tier" not in query:
        assert expected > cost(demo)  # before the price cut of 21 August


def test_at_the_prices_of_one_day_no_price_changes(run):
    billed, old = (run("Overview", period="Range", **query) for query in ({}, OLD))
    versions = [app.dataframe[-1].value["Price version"].to_list() for app in (billed, old)]

    assert "openai/gpt-5.6-sol/standard/short@2026-08-21" in versions[0]
    assert "openai/gpt-5.6-sol/standard/short@2026-07-09" in versions[1]
    assert "on 1 Aug; most spent first" in texts(old)


def test_choosing_prices_sets_days_and_choosing_as_billed_clears_them(run):
    app = run("Overview")
    days = [app.date_input(key=key) for key in ("prices_on", "prices_as_of")]
    assert [day.value for day in days] == [None, None]

    app.radio(key="prices_choice").set_value("As known on a day").run()
    assert app.date_input(key="prices_as_of").value == date(2026, 10, 21)
    assert "as known on 21 Oct 2026" in texts(app)

    app.radio(key="prices_choice").set_value("All at the prices of a day").run()
    assert app.date_input(key="prices_on").value == datetime.now(UTC).date()
    assert app.date_input(key="prices_as_of").value is None

    app.radio(key="prices_choice").set_value("As billed").run()
    assert app.date_input(key="prices_on").value is None
    assert "list prices as billed, book " in texts(app)


def test_a_day_alone_is_a_choice_of_prices(run):
    app = run("Overview")
    app.date_input(key="prices_on").set_value(date(2026, 8, 1)).run()

    assert app.radio(key="prices_choice").value == "All at the prices of a day"
    assert "list prices of 1 Aug 2026" in texts(app)


@pytest.mark.parametrize("day", ["soon", "2199-01-01", "1999-01-01", ""])
def test_a_day_without_prices_is_dropped(run, day):
    app = run("Overview", prices_on=day, prices_as_of=day, assume_tier="first class")

    assert "list prices as billed, book " in texts(app)


def test_requests_and_their_charges_are_at_the_prices_asked_for(run, demo, monkeypatch):
    monkeypatch.setenv("RATECARD_DB", str(demo))
    used = basis(asked(**OLD))
    sol = Question(where=(("model", ("gpt-5.6-sol",)),), since=datetime(2026, 9, 1))
    old = answers.dearest(at_prices(sol, used), used.book)
    event, cost_pico = old["event_id"][0], old["cost_pico"][0]
    explained = answers.explained(event, used).rated

    assert explained.cost_pico == cost_pico
    assert explained.price.price_version.endswith("@2026-07-09")
    assert answers.explained(event, basis()).rated.cost_pico < cost_pico


def test_no_choice_of_prices_recolours_a_model(demo, monkeypatch):
    monkeypatch.setenv("RATECARD_DB", str(demo))
    billed, old = (snapshot(asked=each) for each in (Asked(), asked(**OLD)))

    assert answers.spent_models(old) == answers.spent_models(billed)
    assert "gpt-5.6-sol" in answers.spent_models(old)


def test_a_few_answers_are_kept_the_newest_longest():
    held = {}
    for key in (1, 2, 3, 1, 4):
        keep(held, key, str(key), 3)

    assert list(held) == [3, 1, 4]


@pytest.fixture
def untold(tmp_path):
    """Requests of a retired model, and one whose tier nobody stated."""
    path = tmp_path / "untold.duckdb"
    body = json.loads(bodies(tmp_path / "one.jsonl", 1_000_000).read_text())
    late = body | {"id": "chatcmpl-2", "model": "gpt-4.5-preview", "service_tier": "default"}
    untold = {k: v for k, v in body.items() if k != "service_tier"} | {"id": "chatcmpl-3"}
    logs = tmp_path / "logs.jsonl"
    logs.write_text("".join(json.dumps(each) + "\n" for each in (body, late, untold)))
    for loaded in load_paths([str(logs)], Warehouse(path), load_price_book()):
        assert (loaded.error, loaded.accounting.events) == (None, 3)
    return path


def test_a_tier_nobody_stated_can_be_assumed(run, untold):
    left, batch = (run("Overview", untold, **tier) for tier in ({}, {"assume_tier": "batch"}))
    missing = [app.metric[3].value for app in (left, batch)]

    assert missing == ["1", "0"]
    assert batch.metric[0].value == usd_short(cost(untold, assume_tier="batch"))


def test_a_filter_that_other_prices_leave_nothing_of_stays(run, untold):
    app = run("Explore", untold, tier="unknown")
    app.selectbox(key="assume_tier").set_value("standard").run()

    assert app.multiselect(key="tier").value == ["unknown"]
    assert "The filters leave nothing" in texts(app)


def test_data_names_the_price_book_and_what_looks_odd_in_it(run, untold):
    app = run("Data", untold)
    [said] = [text for text in findings(app) if "shutdown" in text]
    late, _ = [table.value for table in app.dataframe if "Where" in table.value]

    assert said.startswith("gpt-4.5-preview was used past its shutdown")
    assert late["Where"].to_list()[0] == "openai/gpt-4.5-preview"
    assert late["Requests"].to_list()[0] == 1
    assert f"Price book {load_price_book().digest[:8]} of " in texts(app)


def test_streamlit_is_told_to_keep_to_itself():
    options = _configuration()

    assert options["browser_gatherUsageStats"] is False
    assert options["client_showErrorLinks"] is False
    assert options["theme_dark_primaryColor"] == "#7BB8FF"
    assert count_full(24_800) == "24,800"
