"""Pulls from the usage endpoints: what a bucket pulled again counts, and what a pull says."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.warehouse import Warehouse
from tests.admin_pages import DAY_S, FIRST_DAY, bucket, completions, cost, page, pulled
from tests.loaded_logs import events, load, rows, spend_log, write_lines

EXAMPLES = settings.default.max_examples // 16

TOTALS = (
    "select endpoint, sum(requests), sum(uncached_input_tokens), sum(cache_read_tokens), "
    "sum(output_tokens), sum(cast(other_units ->> 'images' as bigint)), "
    "sum(cast(other_units ->> 'audio_seconds' as decimal(18, 3))) "
    "from usage_event group by endpoint order by endpoint"
)


@pytest.fixture
def warehouse(tmp_path):
    return Warehouse(tmp_path / "usage.duckdb")


def keys(warehouse):
    return [each["event_id"].removeprefix("openai_usage:") for each in events(warehouse)]


# ---------------------------------------------------------------- pulled again

KEYS = st.fixed_dictionaries(
    {"model": st.sampled_from(["gpt-5.4", "gpt-5.4-mini"]), "user_id": st.none() | st.just("ada")}
)
GROWN = st.tuples(*(st.integers(0, 40) for _ in range(4)))


@st.composite
def pulls(draw):
    """Return the same buckets as pulled again and again: every row only grows, in any order."""
    grown = [
        (draw(KEYS), draw(st.integers(0, 1)), draw(st.sampled_from(["done", "drawn", "heard"])))
        for _ in range(draw(st.integers(1, 6)))
    ]
    sizes = [(1, 0, 0, 0)] * len(grown)
    snapshots = []
    for _ in range(draw(st.integers(1, 3))):
        sizes = [tuple(map(sum, zip(size, draw(GROWN), strict=True))) for size in sizes]
        members = [(*row, size) for row, size in zip(grown, sizes, strict=True)]
        snapshots.append(draw(st.permutations(members)))
    return snapshots


def result(key, kind, size):
    requests, given_, cached, out = size
    if kind == "drawn":
        units = {"images": given_ + 1}
    elif kind == "heard":
        units = {"seconds": given_ + 0.5}
    else:
        units = {
            "input_tokens": given_ + cached,
            "input_cached_tokens": cached,
            "output_tokens": out,
        }
    endpoint = {"done": "completions", "drawn": "images", "heard": "audio_transcriptions"}[kind]
    name = {"object": f"organization.usage.{endpoint}.result"}
    return name | units | {"num_model_requests": requests} | key


def as_pages(snapshot):
    by = {"pulled_at": "2026-09-09T00:00:00Z", "request": {"group_by": ["model", "user_id"]}}
    return [
        page(
            *(
                bucket(
                    day, *(result(key, kind, size) for key, on, kind, size in members if on == day)
                )
                for day in (0, 1)
            ),
            **by,
        )
        for kind in ("done", "drawn", "heard")
        if (members := [row for row in snapshot if row[2] == kind])
    ]


@settings(max_examples=EXAMPLES)
@given(pulls(), st.randoms(use_true_random=False))
def test_a_bucket_pulled_again_replaces_itself_in_any_order(snapshots, chance):
    written = [page for snapshot in snapshots for page in as_pages(snapshot)]
    written += chance.sample(written, chance.randint(0, len(written)))
    chance.shuffle(written)
    with TemporaryDirectory() as folder:
        last, all_ = Warehouse(Path(folder) / "last.duckdb"), Warehouse(Path(folder) / "all.duckdb")
        load(last, write_lines(Path(folder) / "last.jsonl", *as_pages(snapshots[-1])))
        while written:
            some = [written.pop() for _ in range(chance.randint(1, len(written)))]
            name = f"pull-{len(written)}.jsonl"
            load(all_, write_lines(Path(folder) / name, *some))

        assert rows(all_, TOTALS) == rows(last, TOTALS)


def test_rows_of_one_key_in_one_pull_add_up_and_meet_themselves_when_they_grow(warehouse, tmp_path):
    by = ["model"]
    a, b = completions(100, 5, model="gpt-5.4"), completions(90, 50, model="gpt-5.4")
    more = completions(110, 55, model="gpt-5.4")
    load(warehouse, write_lines(tmp_path / "1.jsonl", pulled("2026-09-02", by, bucket(0, a, b))))
    load(warehouse, write_lines(tmp_path / "2.jsonl", pulled("2026-09-03", by, bucket(0, more, a))))

    [[given_, out]] = rows(
        warehouse, "select sum(uncached_input_tokens), sum(output_tokens) from usage_event"
    )
    assert (given_, out) == (210, 60)


def test_a_bucket_that_was_cut_off_is_the_same_bucket(warehouse, tmp_path):
    cut = {"start_time": FIRST_DAY + 600, "end_time": FIRST_DAY + 43_200}
    whole = [bucket(0, completions(50, 5, model="gpt-5.4")), bucket(1, completions(1, 1))]
    first = page(bucket(0, completions(10, 1, model="gpt-5.4"), **cut), whole[1])
    load(warehouse, write_lines(tmp_path / "log.jsonl", page(*whole), first))

    assert keys(warehouse) == [
        "completions:1d:1788220800:model=gpt-5.4",
        "completions:1d:1788307200:model=",
    ]
    assert [each["output_tokens"] for each in events(warehouse)] == [5, 1]


def test_a_row_with_a_key_of_its_own_that_comes_again_is_the_same_row(warehouse, tmp_path):
    batch = spend_log("tide_batch_cost", 900, 40)
    day = {
        "date": "2026-09-01",
        "endpoint_id": "endpoint-1",
        "model_permaslug": "openai/gpt-5.4",
        "requests": 3,
        "prompt_tokens": 500,
        "completion_tokens": 60,
    }
    grown = day | {"requests": 4, "completion_tokens": 70}
    load(warehouse, write_lines(tmp_path / "log.jsonl", batch, day, batch, grown, day))

    totals = (
        "select source, count(*), sum(output_tokens) from usage_event group by source order by 1"
    )
    assert rows(warehouse, totals) == [
        ("litellm_spend_logs", 1, 40),
        ("openrouter_activity", 1, 70),
    ]


# ---------------------------------------------------------------- what a pull says


def test_a_user_that_is_null_in_some_rows_was_still_grouped_by(warehouse, tmp_path):
    known, unknown = (completions(10, 1, model="gpt-5.4", user_id=who) for who in ("ada", None))
    log = [
        page(bucket(0, unknown), has_more=True),
        page(bucket(1, known)),
        page(bucket(0, unknown)),
    ]
    load(warehouse, write_lines(tmp_path / "log.jsonl", *log))

    assert rows(warehouse, "select event_id, series from usage_event order by 1") == [
        (f"openai_usage:completions:1d:{start}:{key}", f"openai_usage completions 1d by {by}")
        for start, key, by in (
            (FIRST_DAY, "model=gpt-5.4", "model"),
            (FIRST_DAY, "model=gpt-5.4,user_id=", "model,user_id"),
            (FIRST_DAY + DAY_S, "model=gpt-5.4,user_id=ada", "model,user_id"),
        )
    ]


def test_what_was_asked_for_is_believed_before_what_shows(warehouse, tmp_path):
    half_an_hour = {"end_time": FIRST_DAY + 1800}
    asked = pulled(
        "2026-09-01T00:30:00Z",
        ["model", "project_id"],
        bucket(0, completions(10, 1, model="gpt-5.4"), **half_an_hour),
    )
    load(warehouse, write_lines(tmp_path / "log.jsonl", asked))

    assert keys(warehouse) == ["completions:1d:1788220800:model=gpt-5.4,project_id="]


def test_an_export_and_a_pull_of_the_same_bucket_are_one(warehouse, tmp_path):
    export = (Path(__file__).parent / "golden" / "openai_usage" / "sample.csv").read_text()
    head, first, *_ = export.splitlines()
    (tmp_path / "export.csv").write_text(f"{head}\n{first}\n")
    named = dict(zip(head.split(","), first.split(","), strict=True))
    same = {name: named[name] for name in ("project_id", "user_id", "api_key_id", "model")}
    more = {"batch": False, "service_tier": "default", "api_source": "unlabeled"}
    load(warehouse, tmp_path / "export.csv")
    pull = page(bucket(0, completions(59200, 10646, input_cached_tokens=5760, **same, **more)))
    load(warehouse, write_lines(tmp_path / "pull.jsonl", pull))

    [[count, out]] = rows(warehouse, "select count(*), sum(output_tokens) from usage_event")
    assert (count, out) == (1, 10646)


@pytest.mark.parametrize(
    ("says", "tier"),
    [
        ({}, "unknown"),
        ({"batch": False}, "unknown"),
        ({"batch": True}, "batch"),
        ({"batch": True, "service_tier": "default"}, "batch"),
        ({"batch": False, "service_tier": "default"}, "standard"),
        ({"service_tier": "default"}, "unknown"),  # batch requests are said to be default, too
        ({"service_tier": "flex"}, "flex"),
        ({"batch": False, "service_tier": "priority"}, "priority"),
        ({"batch": False, "service_tier": "scale"}, "scale"),
    ],
)
def test_the_tier_is_what_the_bucket_proves(says, tier, warehouse, tmp_path):
    load(warehouse, write_lines(tmp_path / "log.jsonl", page(bucket(0, completions(1, 1, **says)))))

    assert [each["service_tier"] for each in events(warehouse)] == [tier]


# ---------------------------------------------------------------- forms of a file

SOME = page(bucket(0, completions(10, 1, model="gpt-5.4")), bucket(1))
MONEY = page(bucket(0, cost(0.06, "gpt-5.4, output")))


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(SOME),
        json.dumps(SOME, indent=2),
        json.dumps([SOME, page()], indent=2),
        json.dumps(SOME["data"][0]),
        json.dumps(MONEY) + "\n" + json.dumps(SOME),
        json.dumps(SOME) + "\n" + json.dumps(MONEY),
        "\n" + json.dumps(page(bucket(5))) + "\n\n" + json.dumps(SOME) + "\nrubbish\n",
    ],
    ids=["a line", "a document", "an array", "a bucket", "after money", "before money", "broken"],
)
def test_a_page_is_read_in_any_form(text, warehouse, tmp_path):
    (tmp_path / "usage.json").write_text(text)
    [loaded] = load(warehouse, tmp_path / "usage.json")

    assert keys(warehouse) == ["completions:1d:1788220800:model=gpt-5.4"]
    [[count]] = rows(warehouse, "select count(*) from provider_cost")
    assert count == text.count("costs.result")
    assert loaded.accounting.quarantined == text.count("rubbish")


EXPORT_OF_TIMES = """\
start_time,end_time,start_time_iso,end_time_iso
1788220800,1788307200,2026-09-01T00:00:00+00:00,2026-09-02T00:00:00+00:00
"""


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(page()),
        json.dumps(page(bucket(0), bucket(1)), indent=1),
        EXPORT_OF_TIMES,
    ],
    ids=["no bucket", "empty buckets", "an export of times"],
)
def test_what_has_no_usage_is_counted_as_such(text, warehouse, tmp_path):
    path = tmp_path / ("usage.csv" if text.startswith("start") else "usage.json")
    path.write_text(text)
    [loaded] = load(warehouse, path)

    assert loaded.accounting.not_usage_why == {"empty bucket": 1}
    assert events(warehouse) == []


def test_results_of_an_endpoint_that_is_not_known_are_quarantined(warehouse, tmp_path):
    tides = {"object": "organization.usage.tides.result", "num_tides": 3}
    [loaded] = load(
        warehouse, write_lines(tmp_path / "log.jsonl", SOME, page(bucket(0, tides, tides)))
    )

    assert (loaded.accounting.events, loaded.accounting.quarantined) == (1, 2)
