"""`ratecard pull openai`, from the command line to the tables, against a server that is there."""

import json
from collections import deque
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.cli import run
from ingest.pull.patience import Clock
from tests.usage_server import DAY, KEY, NOW, Organisation, refuse, serving

TODAY = NOW - NOW % DAY


def day(back):
    return f"{datetime.fromtimestamp(TODAY - back * DAY, UTC):%Y-%m-%d}"


@pytest.fixture
def organisation(tmp_path, monkeypatch):
    """An organisation whose server the environment names, and whose clock is ours."""
    here = Organisation()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RATECARD_DB", str(tmp_path / "usage.duckdb"))
    monkeypatch.setenv("OPENAI_ADMIN_KEY", KEY)
    moment = Clock(now=lambda: datetime.fromtimestamp(here.now, UTC), sleep=lambda _: None)
    monkeypatch.setattr("ingest.pull.client.Clock", lambda: moment)
    with serving(here) as base:
        monkeypatch.setenv("OPENAI_BASE_URL", base)
        yield here


@pytest.fixture
def pulled(capsys):
    """Run the command and return the rows of its table, by endpoint, and what it said."""

    def rows(*words, code=0):
        capsys.readouterr()
        assert run(["pull", "openai", "--format", "json", *words]) == code
        out, err = capsys.readouterr()
        assert KEY not in out + err
        return {row.pop("endpoint"): row for row in json.loads(out or "[]")}, err

    return rows


def report(capsys, *words):
    """Return the rows of a report."""
    capsys.readouterr()
    assert run(["report", "--format", "json", *words]) == 0
    return json.loads(capsys.readouterr().out)


def requests(capsys):
    return sum(row["requests"] for row in report(capsys))


def test_a_pull_ends_in_a_report(organisation, pulled, capsys):
    rows, said = pulled("--since", day(9))

    assert rows["completions"] == {
        "pages": 1, "buckets": 10, "results": 16, "loaded": 16, "duplicates": 0, "not_usage": 0,
        "quarantined": 0,
    }  # fmt: skip
    assert rows["costs"] == rows["completions"] | {"results": 8, "loaded": 8}
    assert rows["images"]["results"] == 0
    assert "asking http://127.0.0.1" in said
    assert requests(capsys) == 16 * 3


def test_a_growing_bucket_counts_once(organisation, pulled, capsys):
    pulled("--since", day(9))
    before = report(capsys, "--by", "day")
    organisation.now += 3600
    organisation.growth = 500
    rows, _ = pulled()

    assert rows["completions"]["buckets"] == 4
    after = report(capsys, "--by", "day")
    grown = [b["input_tokens"] - a["input_tokens"] for a, b in zip(before, after, strict=True)]
    assert sum(grown) == 500 * len([each for each in grown if each])
    assert requests(capsys) == 16 * 3


def test_what_was_pulled_loads_again(organisation, pulled, capsys, tmp_path):
    pulled("--since", day(9))
    expected = report(capsys, "--by", "day,model,project,service_tier")
    again = str(tmp_path / "again.duckdb")

    assert run(["load", "ratecard-pull", "--db", again, "-o", "loaded.txt"]) == 0
    assert report(capsys, "--by", "day,model,project,service_tier", "--db", again) == expected


def test_pages_that_are_not_loaded_yet_are_loaded_by_the_next_pull(organisation, pulled, capsys):
    rows, _ = pulled("--since", day(9), "--endpoint", "completions", "--no-load")
    assert rows["completions"]["loaded"] is None
    rows, _ = pulled("--endpoint", "completions")

    assert rows["completions"]["results"] < rows["completions"]["loaded"]
    assert requests(capsys) == 16 * 3


def test_an_interrupted_pull_says_where_it_stands(organisation, capsys, monkeypatch):
    organisation.page_buckets = 4
    waits = []

    def interrupted(_):
        waits.append(1)
        raise KeyboardInterrupt

    moment = Clock(now=lambda: datetime.fromtimestamp(NOW, UTC), sleep=interrupted)
    monkeypatch.setattr("ingest.pull.client.Clock", lambda: moment)
    organisation.faults = deque([None, None, refuse(429)])

    assert run(["pull", "openai", "--since", day(9)]) == 2
    said = capsys.readouterr().err
    assert waits == [1]
    assert "answers 429 too many requests; again in" in said
    assert "2 pages are saved in" in said
    assert said.strip().endswith("ratecard: stopped")


def test_without_a_key_nothing_is_asked(organisation, pulled, monkeypatch):
    monkeypatch.delenv("OPENAI_ADMIN_KEY")
    rows, said = pulled(code=2)

    assert rows == {}
    assert said.startswith("ratecard: the environment has no OPENAI_ADMIN_KEY")
    assert organisation.asked == []


def test_a_key_that_is_refused(organisation, pulled, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-admin-wrong")
    rows, said = pulled("--since", day(1), code=2)

    assert rows == {}
    assert "does not know the key in OPENAI_ADMIN_KEY (401)" in said
    assert not (tmp_path / "usage.duckdb").exists()


def test_an_endpoint_the_server_lacks_is_left_out(organisation, pulled):
    organisation.lacks = {"decisions"}
    rows, said = pulled("--since", day(1))
    assert rows["completions"]["pages"] == 1
    assert "left out: 127.0.0.1" in said

    _, said = pulled("--endpoint", "decisions", code=2)
    assert "does not offer organization/usage/decisions (404)" in said


def test_a_wrong_address_is_an_error(organisation, pulled):
    organisation.faults = deque([refuse(404)] * 20)
    _, said = pulled("--since", day(1), code=2)

    assert said.count("does not offer") == 5
    assert "not all could be pulled and loaded; see above and 7 more" in said


def test_what_was_pulled_before_a_fault_is_loaded(organisation, pulled, capsys):
    organisation.page_buckets = 4
    bad = replace(refuse(200), body=b"[]")
    organisation.faults = deque([None, None, bad])
    rows, said = pulled("--since", day(9), code=2)

    assert rows["completions"]["pages"] == 2
    assert rows["completions"]["loaded"] == rows["completions"]["results"]
    assert "no page of buckets" in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--since", "yesterday"], "'yesterday' is not a date"),
        (["--since", "2999-01-01"], "--since 2999-01-01 is yet to come"),
        (["--since", "2026-10-02", "--until", "2026-10-02"], "is not before --until 2026-10-02"),
        (["--bucket", "1w"], "'1w' is not one of"),
    ],
)
def test_what_cannot_be_meant(organisation, pulled, words, told):
    _, said = pulled(*words, code=2)

    assert told in said
    assert organisation.asked == []


def test_neither_key_nor_answer_is_left_behind(organisation, pulled, tmp_path):
    organisation.faults = deque([refuse(500, KEY)])
    pulled("--since", day(30))

    for path in tmp_path.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes()
