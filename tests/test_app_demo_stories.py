"""Every planted story, found again in the loaded and priced database."""

import json
from dataclasses import astuple
from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.cli import run
from app.demo import STORIES, company, write_demo_logs
from app.demo.manifest import LineKind
from app.demo.stream import WINDOW_END, WINDOW_START
from ingest.load import load_paths
from ingest.warehouse import Warehouse
from pricing.load import load_price_book

EVENTS = 60_000
TEN_PERCENT = Decimal("0.10")


class Loaded:
    """The demo's manifest, what the loader said, and the database to ask."""

    def __init__(self, manifest, files, warehouse):
        self.manifest = manifest
        self.files = {one.path: one for one in files}
        self.warehouse = warehouse
        self.planted = manifest.planted

    def ask(self, query, **values):
        with self.warehouse.reading() as con:
            return con.execute(query, values).fetchall()

    def value(self, query, **values):
        [[found]] = self.ask(query, **values)
        return found

    def usd(self, where, **values):
        pico = self.value(f"select sum(cost_pico) from rated_usage where {where}", **values)
        return Decimal(pico or 0).scaleb(-12)

    def mean(self, column, where, **values):
        query = f"select sum({column}) / count(*) from rated_usage where {where}"
        return float(self.value(query, **values))


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("meridian")
    manifest = write_demo_logs(folder / "logs", events=EVENTS)
    warehouse = Warehouse(folder / "demo.duckdb")
    files = list(load_paths([str(folder / "logs")], warehouse, load_price_book()))
    return Loaded(manifest, files, warehouse)


def within_ten_percent(amount):
    return pytest.approx(amount, rel=TEN_PERCENT)


# ---------------------------------------------------------------- untidy files


def test_every_line_is_accounted_for(demo):
    for tally in demo.manifest.once:
        found = demo.files[str(tally.path)].accounting

        assert (
            found.lines,
            found.events,
            found.duplicates,
            found.not_usage,
            found.quarantined,
        ) == (
            tally.lines,
            tally.events,
            tally.duplicates,
            tally.not_usage,
            tally.quarantined,
        ), tally.path


def test_every_file_is_recognised(demo):
    assert {path: one.source for path, one in demo.files.items()} == {
        str(tally.path): tally.source for tally in demo.manifest.files
    }


def test_the_copied_file_adds_nothing(demo):
    [copy] = [tally for tally in demo.manifest.files if tally.same_as]
    # Whichever of the two comes first is loaded; the other repeats it.
    pair = [demo.files[str(path)] for path in (copy.path, copy.same_as)]

    assert sorted(one.repeated for one in pair) == [False, True]
    assert sum(one.accounting.events for one in pair) == copy.events


def test_seven_broken_lines_are_set_aside(demo):
    assert demo.value("select count(*) from quarantine") == 7
    assert demo.manifest.total(LineKind.BROKEN) == 7


def test_every_token_is_there_once(demo):
    found = demo.ask(
        """
        select model, service_tier, strftime(event_ts, '%Y-%m'),
            sum(requests), sum(input_tokens), sum(uncached_input_tokens),
            sum(cache_read_tokens), coalesce(sum(cache_write_tokens), 0),
            sum(output_tokens), sum(reasoning_tokens),
            coalesce(sum(web_search_calls), 0)
        from usage_event where billable group by all
        """
    )

    assert {tuple(row[:3]): tuple(row[3:]) for row in found} == {
        cell: astuple(usage) for cell, usage in demo.manifest.usage.items()
    }


def test_partial_states_and_duplicates_leave_one_event_each(demo):
    events = "select count(*), count(distinct event_id) from usage_event"

    assert demo.ask(events) == [(demo.manifest.events, demo.manifest.events)]
    assert demo.value("select count(*) from usage_event where status = 'queued'") == 0
    unfinished = "select count(*) from usage_event where status = 'in_progress'"
    assert demo.value(unfinished) == 0


def test_what_the_gateway_answered_costs_nothing(demo):
    hits = demo.manifest.total(LineKind.CACHE_HIT)

    free = "not billable and status is distinct from 'failed'"
    assert demo.value(f"select count(*) from usage_event where {free}") == hits
    assert demo.usd("not billable") == 0


def test_a_billed_attempt_is_paid_and_is_no_request(demo):
    attempts = "grain = 'attempt'"

    assert demo.value(f"select count(*) from usage_event where {attempts}") == demo.manifest.total(
        LineKind.ATTEMPT
    )
    assert demo.value(f"select sum(requests) from usage_event where {attempts}") == 0
    assert demo.usd(attempts) > 0


def test_the_gateway_states_what_the_book_says(demo):
    stated, computed = demo.ask(
        """
        select sum(stated_cost_usd), sum(cost_pico)
        from rated_usage where gateway = 'litellm' and team = 'search'
        """
    )[0]

    assert Decimal(computed).scaleb(-12) == stated


# ---------------------------------------------------------------- the company


@pytest.mark.parametrize(
    ("team", "usd", "month"),
    [
        ("support", 10_500, "2026-08"),
        ("support", 11_000, "2026-09"),
        ("documents", 20_000, "2026-08"),
        ("documents", 14_900, "2026-09"),
        ("search", 2_150, "2026-09"),
        ("marketing", 4_350, "2026-08"),
        ("marketing", 3_700, "2026-09"),
    ],
)
def test_teams_spend_what_the_company_spends(demo, team, usd, month):
    spent = demo.usd(
        "team = $team and strftime(event_ts, '%Y-%m') = $month", team=team, month=month
    )

    assert spent == within_ten_percent(usd * Decimal(demo.manifest.scale))


def test_every_tier_and_both_bands_are_used(demo):
    found = demo.ask(
        "select distinct service_tier, context_band from rated_usage "
        "where billable and unpriced_reason is null"
    )

    assert {tier for tier, _ in found} == {"standard", "batch", "flex", "priority"}
    assert {band for _, band in found} == {"short", "long"}
    assert ("priority", "long") not in found


def test_labels_say_who_and_what_for(demo):
    teams = {s.team.name: s.team.project for s in company.STREAMS}
    workloads = {(s.team.name, s.team.workload) for s in company.STREAMS}

    found = demo.ask("select distinct team, project, workload from usage_event")
    assert {(team, project) for team, project, _ in found} == set(teams.items())
    assert {(team, workload) for team, _, workload in found} == workloads


# ---------------------------------------------------------------- the stories


def test_the_vendor_cut_a_price(demo):
    saved = demo.value(
        """
        select sum(usage.uncached_input_tokens
                * (before.uncached_input_pico - after.uncached_input_pico)
            + usage.cache_read_tokens
                * (before.cache_read_pico - after.cache_read_pico)
            + coalesce(usage.cache_write_tokens, 0)
                * (before.cache_write_pico - after.cache_write_pico)
            + usage.output_tokens * (before.output_pico - after.output_pico))
        from usage_event as usage
        join rates as after using (rate_id)
        join rates as before
            on before.model = after.model
            and before.service_tier = after.service_tier
            and before.context_band = after.context_band
            and before.region = after.region
            and before.effective_from <= timestamp '2026-08-20'
            and before.effective_until > timestamp '2026-08-20'
            and before.unpriced_reason is null
        where usage.model = 'gpt-5.6-sol'
            and usage.event_ts >= timestamp '2026-09-01'
            and usage.event_ts < timestamp '2026-10-01'
        """
    )
    before, after = (
        demo.mean("cost_pico", f"model = 'gpt-5.6-sol' and event_ts {side} date '2026-08-21'")
        for side in ("<", ">=")
    )

    assert Decimal(saved).scaleb(-12) == within_ten_percent(demo.planted["price cut"].usd)
    assert after / before == pytest.approx(0.70, abs=0.03)


def test_coding_moved_to_a_dearer_model(demo):
    agent = "workload = 'agent' and service_tier = 'standard' and context_band = 'short'"
    old, new = f"{agent} and model = 'gpt-5.4'", f"{agent} and model = 'gpt-5.5'"

    for where, since, until in (
        (old, WINDOW_START, company.UPGRADE),
        (new, company.UPGRADE, WINDOW_END),
    ):
        [[first, last]] = demo.ask(
            f"select min(event_ts), max(event_ts) from rated_usage where {where}"
        )
        assert since <= first.date() <= last.date() < until
    assert demo.mean("cost_pico", new) / demo.mean("cost_pico", old) == (
        pytest.approx(1.91, rel=0.03)
    )
    assert demo.mean("output_tokens", old) == pytest.approx(900, rel=0.02)
    assert demo.mean("output_tokens", new) == pytest.approx(760, rel=0.02)
    before, after = (
        demo.value(
            "select sum(requests) from usage_event where workload = 'agent' "
            "and event_ts >= $since and event_ts < $until",
            since=since,
            until=until,
        )
        for since, until in (
            (date(2026, 8, 25), date(2026, 9, 8)),
            (date(2026, 9, 8), date(2026, 9, 22)),
        )
    )
    grown = 1.05 ** (14 / 30.4)
    assert after / before == pytest.approx(0.92 * grown, rel=0.05)


def test_documents_moved_to_batch(demo):
    # At half the price, what batch costs is what it saves.
    october = "service_tier = 'batch' and event_ts >= date '2026-10-01'"
    september = "service_tier = 'batch' and event_ts < date '2026-10-01'"

    assert demo.usd(october) == within_ten_percent(demo.planted["batch move"].usd)
    assert demo.usd(september) == within_ten_percent(5_500 * Decimal(demo.manifest.scale))
    assert demo.ask(
        "select service_tier, service_tier_source, min(event_ts) >= '2026-09-15' "
        "from usage_event where team = 'documents' group by all order by all"
    ) == [("batch", "file_shape", True), ("standard", "response", False)]


def test_a_key_ran_away(demo):
    key = "api_key = 'ci-eval-04'"
    planted = demo.planted["runaway key"]

    assert demo.usd(key) == within_ten_percent(planted.usd)
    assert demo.ask(
        "select sum(requests), sum(cache_read_tokens), "
        f"min(event_ts)::date, max(event_ts)::date from usage_event where {key}"
    ) == [(planted.requests, 0, date(2026, 9, 23), date(2026, 9, 24))]


def test_the_cache_of_support_broke(demo):
    support = "team = 'support' and event_ts {} date '2026-10-06'"
    before, after = support.format("<"), support.format(">=")
    cached = "sum(cache_read_tokens) / sum(input_tokens)"
    shares = [
        demo.value(f"select {cached} from usage_event where {side}") for side in (before, after)
    ]
    each = [demo.mean("cost_pico", side) for side in (before, after)]
    requests = demo.value(f"select count(*) from usage_event where {after}")
    more = Decimal((each[1] - each[0]) * requests).scaleb(-12)

    assert shares == [pytest.approx(0.62, abs=0.005), pytest.approx(0.11, abs=0.005)]
    assert each[1] / each[0] == pytest.approx(1.47, rel=0.10)
    assert more == within_ten_percent(demo.planted["broken cache"].usd)


def test_a_preview_model_has_no_price(demo):
    planted = demo.planted["unknown model"]

    assert demo.ask(
        "select model, unpriced_reason, sum(requests), min(event_ts)::date "
        "from rated_usage where cost_pico is null group by all"
    ) == [(company.PREVIEW_MODEL, "unknown_model", planted.requests, date(2026, 10, 14))]


def test_the_preview_model_is_not_in_the_book():
    assert company.PREVIEW_MODEL not in load_price_book().models


def test_some_prompts_are_just_too_long(demo):
    planted = demo.planted["just above long context"]
    just_above = "model = 'gpt-5.5' and input_tokens > 272000 and input_tokens <= 285600"
    at_short_rates = demo.value(
        f"""
        select sum(uncached_input_tokens * 5000000 + cache_read_tokens * 500000
            + output_tokens * 30000000) from usage_event where {just_above}
        """
    )
    paid = demo.usd(just_above)

    assert demo.value(f"select sum(requests) from rated_usage where {just_above}") == (
        planted.requests
    )
    assert paid == within_ten_percent(planted.usd)
    assert Decimal(at_short_rates).scaleb(-12) / paid == pytest.approx(
        Decimal("0.5"), abs=Decimal("0.03")
    )


def test_a_source_fell_silent(demo):
    by_day = dict(
        demo.ask(
            """
            select event_ts::date, count(*) from usage_event
            where team = 'support' and dayofweek(event_ts) = 6
                and hour(event_ts) >= 9 and hour(event_ts) < 15
            group by all
            """
        )
    )

    assert date(2026, 10, 3) not in by_day
    assert len(by_day) == 12  # the other Saturdays
    assert min(by_day.values()) > 10


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_the_command_of_a_story_shows_something(demo, story, capsys):
    code = run([*story.command.split(), "--db", str(demo.warehouse.path)])

    assert code == 0
    assert len(capsys.readouterr().out.splitlines()) > 2


# ---------------------------------------------------------------- sessions and effort


def test_teams_say_how_hard_their_models_think(demo):
    found = demo.ask("select distinct workload, effort from usage_event where workload <> 'rerank'")

    assert dict(found) == {
        stream.team.workload: stream.team.effort
        for stream in company.STREAMS
        if stream.team.workload != "rerank"
    }
    assert len(found) == len(dict(found))
    untold = "select distinct effort from usage_event where workload = 'rerank'"
    assert demo.ask(untold) == [(None,)]


def test_an_agents_session_is_one_user_within_a_day(demo):
    sessions = demo.ask(
        """
        select count(*), count(distinct user_id), max(event_ts) - min(event_ts)
        from usage_event where workload = 'agent' and model = 'gpt-5.4'
            and service_tier = 'standard' and input_tokens <= 272000 and billable
        group by session
        """
    )

    assert all(users == 1 and took < timedelta(hours=5) for _, users, took in sessions)
    assert max(requests for requests, _, _ in sessions) > 8
    alone = "select count(*) from usage_event where workload = 'agent' and session is null"
    assert demo.value(alone) == 0


def test_usage_is_asked_by_effort_and_by_session(demo, capsys):
    for words in ("--by effort", "--by session --where effort=high --where workload=agent"):
        assert run(["report", *words.split(), "--db", str(demo.warehouse.path)]) == 0
        table = capsys.readouterr().out.splitlines()
        assert len(table) > 4

    words = ["report", "--by", "effort", "--format", "json"]
    assert run([*words, "--db", str(demo.warehouse.path)]) == 0
    groups = json.loads(capsys.readouterr().out)
    assert {group["effort"] for group in groups} == {"(none)", "none", "low", "high", "xhigh"}
