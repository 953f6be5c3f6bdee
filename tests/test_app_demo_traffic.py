from datetime import date
from itertools import pairwise
from statistics import fmean, stdev

import pytest

from app.demo import STORIES, company, traffic
from app.demo.sizes import CELLS, Sizes, lognormal
from app.demo.stream import LONG_CONTEXT_ABOVE
from app.demo.traffic import Traffic
from app.demo.volumes import at_full_scale, last_days, noise

WINDOW = last_days(90)


def requests_of(stream, scale=0.01):
    traffic = Traffic(stream, scale, WINDOW, seed=7)
    return [request for day in WINDOW for request in traffic.on(day)]


# ---------------------------------------------------------------- the company's table


@pytest.mark.parametrize("stream", company.STREAMS, ids=lambda stream: stream.name)
def test_streams_are_as_the_table_says(stream):
    requests = requests_of(stream)
    n = len(requests)
    slack = 0.01 + 2 / n  # what may still be owed is about two requests
    inputs = sum(request.input_tokens for request in requests)

    assert inputs / n == pytest.approx(stream.input_tokens, rel=slack)
    outputs = sum(request.output_tokens for request in requests)
    assert outputs / n == pytest.approx(stream.output_tokens, rel=slack)
    cached = sum(request.cached_tokens for request in requests)
    assert cached / inputs == pytest.approx(stream.cached_share, abs=slack)
    written = sum(request.written_tokens for request in requests)
    assert written / inputs == pytest.approx(stream.written_share, abs=slack)


@pytest.mark.parametrize("stream", company.STREAMS, ids=lambda stream: stream.name)
def test_requests_are_possible(stream):
    for request in requests_of(stream, scale=0.002):
        assert request.cached_tokens + request.written_tokens <= request.input_tokens
        assert request.cached_tokens % 128 == 0
        assert request.reasoning_tokens <= request.output_tokens
        assert stream.shortest <= request.input_tokens <= stream.longest


def test_the_agents_mean_prompt_includes_long_context():
    agents = [s for s in company.AGENT if s.model == "gpt-5.4"]
    requests = [request for stream in agents for request in requests_of(stream)]
    prompts = [request.input_tokens for request in requests]
    long_context = [prompt for prompt in prompts if prompt > LONG_CONTEXT_ABOVE]

    assert sum(prompts) / len(prompts) == pytest.approx(62_000, rel=0.01)
    assert len(long_context) / len(prompts) == pytest.approx(0.04, abs=0.002)
    assert not [prompt for prompt in prompts if 272_000 < prompt <= 285_600]


def test_weekends_are_quiet_and_months_grow():
    [search] = [stream for stream in company.STREAMS if stream.name == "search"]
    friday, saturday = date(2026, 7, 24), date(2026, 7, 25)

    assert at_full_scale(search, friday) == 300_000 * 0.90
    assert at_full_scale(search, saturday) == pytest.approx(
        at_full_scale(search, friday) * 0.70, rel=0.005
    )
    assert at_full_scale(search, date(2026, 8, 28)) == pytest.approx(
        at_full_scale(search, friday) * 1.05 ** (35 / 30.4), rel=0.001
    )


def test_days_are_noisy_and_a_workload_is_noisy_as_one():
    draws = [noise(stream, day, 7) for stream in company.STREAMS for day in WINDOW]
    chat = [noise(company.CHAT[0], day, 7) for day in WINDOW]

    assert stdev(chat) == pytest.approx(0.05, abs=0.01)
    assert fmean(draws) == pytest.approx(1.0, abs=0.01)
    assert chat == [noise(company.CHAT[1], day, 7) for day in WINDOW]


def test_office_hours_peak_and_batches_run_at_night():
    hours = [request.at // 3_600 % 24 for request in requests_of(company.CHAT[0])]
    peak = sum(10 <= hour < 16 for hour in hours) / 6
    dead = sum(hour < 5 for hour in hours) / 5

    assert dead / peak == pytest.approx(0.08, abs=0.01)
    batch = requests_of(company.EXTRACTION_BATCH)
    assert {request.at // 3_600 % 24 for request in batch} == {2}


def test_the_planted_numbers_are_exact_at_full_scale():
    steady = {stream.name: stream for stream in company.STREAMS if stream.steady}
    near = steady["coding on 5.5, just above the threshold"]

    assert len(requests_of(near, scale=1.0)) == 412
    expected = {story.name: story.requests for story in STORIES if story.requests}
    assert expected == {
        "runaway key": 114_000,
        "unknown model": 24_800,
        "just above long context": 412,
    }


# ---------------------------------------------------------------- sizes


@pytest.mark.parametrize(("mean", "sigma"), [(40, 0.6), (3_200, 0.5), (62_000, 0.6)])
def test_a_size_table_has_its_mean_exactly(mean, sigma):
    assert sum(lognormal(mean, sigma)) == mean * CELLS


def test_a_cut_size_table_keeps_mean_and_limits():
    sizes = lognormal(278_000, 0.6, 272_001, 285_600)

    assert sum(sizes) == 278_000 * CELLS
    assert sizes[0] >= 272_001
    assert sizes[-1] <= 285_600


def test_what_a_draw_misses_is_made_up_for():
    sizes = Sizes(1_000, 0.5)
    drawn = [sizes.draw(0.9) for _ in range(100)]  # always a large one

    assert sum(drawn) / 100 == pytest.approx(1_000, rel=0.05)


# ---------------------------------------------------------------- sessions


def sessions_of(stream, scale=0.2):
    found = {}
    for request in requests_of(stream, scale):
        found.setdefault(request.session, []).append(request)
    return found


def test_an_agent_works_in_sessions():
    sessions = sessions_of(company.AGENT[0])
    whole = [each for each in sessions.values() if len(each) > 1]

    assert "" not in sessions
    assert all(8 <= len(each) <= 40 for each in sessions.values())
    assert fmean(map(len, whole)) == pytest.approx(24, abs=2)
    for each in whole:
        prompts = [request.input_tokens for request in each]
        pauses = [after.at - before.at for before, after in pairwise(each)]
        assert len({(request.user, request.key, request.at // 86_400) for request in each}) == 1
        assert prompts == sorted(prompts)
        assert all(20 <= pause <= 240 for pause in pauses)


def test_the_first_request_of_an_agent_finds_little_in_the_cache():
    sessions = sessions_of(company.AGENT[0]).values()
    first = [each[0] for each in sessions]
    later = [request for each in sessions for request in each[1:]]

    cached, prompts = (
        sum(getattr(request, name) for request in first)
        for name in ("cached_tokens", "input_tokens")
    )
    assert cached / prompts < 0.1
    assert all(request.cached_tokens <= request.input_tokens for request in later)


def test_a_chat_has_turns_and_a_document_has_none():
    turns = [len(each) for each in sessions_of(company.CHAT[0], 0.01).values()]

    assert set(turns) <= set(range(1, 9))
    assert fmean(turns) == pytest.approx(5.5, abs=0.5)
    assert set(sessions_of(company.EXTRACTION, 0.01)) == {""}


def test_dealing_out_sessions_moves_requests_within_a_day_only(monkeypatch):
    stream = company.AGENT[0]
    dealt = requests_of(stream)
    monkeypatch.setattr(traffic, "in_sessions", lambda requests, *_: requests)
    plain = requests_of(stream)

    before, after = (
        sorted((request.at // 86_400, request.ident, request.input_tokens) for request in requests)
        for requests in (plain, dealt)
    )
    assert after == before
    for name in ("cached_tokens", "output_tokens"):
        assert sum(getattr(each, name) for each in dealt) == sum(
            getattr(each, name) for each in plain
        )
