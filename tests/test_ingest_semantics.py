"""What a record means: what is billed, at which tier and region, to whom."""

from itertools import permutations

import pytest

from ingest.warehouse import Warehouse
from tests.loaded_logs import chat, event, events, load, response, rows, spend_log, write_lines

INPUT_METERS = (
    "uncached_input_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "cache_write_long_tokens",
)


@pytest.fixture
def warehouse(tmp_path) -> Warehouse:
    return Warehouse(tmp_path / "usage.duckdb")


@pytest.fixture
def loaded(warehouse, tmp_path):
    """Load lines as one file, and return what became of it."""

    def load_lines(*lines, **options):
        [found] = load(warehouse, write_lines(tmp_path / "log.jsonl", *lines), **options)
        assert found.error is None
        return found.accounting

    return load_lines


def by_key(warehouse: Warehouse, *names: str) -> dict[str, tuple]:
    """Return columns of every event by the part of its id after the last underscore or hyphen."""
    return {
        each["event_id"].replace("-", "_").rsplit("_")[-1]: tuple(each[name] for name in names)
        for each in events(warehouse)
    }


def batch_line(key: str, body: dict | None, status: int = 200, **changes) -> dict:
    answer = {"status_code": status, "request_id": f"request-{key}", "body": body}
    return {"id": f"batch_req_{key}", "custom_id": key, "response": answer, "error": None} | changes


def usage(given: int, out: int = 10, **details: int) -> dict:
    return {
        "input_tokens": given,
        "input_tokens_details": details,
        "output_tokens": out,
        "total_tokens": given + out,
    }


def test_a_batch_line_is_batch_whatever_its_body_says(warehouse, loaded):
    loaded(
        batch_line("a", chat("says-default", service_tier="default")),
        batch_line("b", chat("says-nothing", service_tier=None)),
        batch_line("c", response("says-priority", service_tier="priority")),
    )

    found = {(each["service_tier"], each["service_tier_source"]) for each in events(warehouse)}
    assert found == {("batch", "file_shape")}


def test_a_batch_answer_logged_elsewhere_too_stays_batch(warehouse, tmp_path):
    alone = write_lines(tmp_path / "app.jsonl", chat("same"))
    batch = write_lines(tmp_path / "batch.jsonl", batch_line("a", chat("same")))

    load(warehouse, batch, alone)

    assert [each["service_tier"] for each in events(warehouse)] == ["batch"]


def test_error_and_expired_lines_of_a_batch_are_not_billed(warehouse, loaded):
    expired = {"code": "batch_expired", "message": "Not before the window closed."}
    refused = {"error": {"message": "No such berth.", "code": None}}

    accounting = loaded(
        batch_line("a", chat("answered")),
        batch_line("b", None, response=None, error=expired, id="batch_req_same"),
        batch_line("c", None, response=None, error=expired, id="batch_req_same"),
        batch_line("d", refused, status=400),
        batch_line("e", refused, status=500),
    )

    assert (accounting.events, accounting.not_usage) == (1, 4)
    assert accounting.not_usage_why == {
        "batch request failed with status 400": 1,
        "batch request failed with status 500": 1,
        "batch request not run: batch_expired": 2,
    }


def states(key: str) -> list[dict]:
    """A background response, as it was logged four times."""
    return [
        response(key, status="queued", usage=None, service_tier="auto", completed_at=None),
        response(key, status="in_progress", usage=None, service_tier="auto", completed_at=None),
        response(key, out=40, status="in_progress", service_tier="auto", completed_at=None),
        response(key, out=90),
    ]


ORDERS = {f"order{n}": order for n, order in enumerate(permutations(range(4)))}
LOGGED = {key: [states(key)[n] for n in order] for key, order in ORDERS.items()}
FINISHED = dict.fromkeys(ORDERS, ("completed", 90, "standard"))


def test_the_finished_state_of_a_background_response_wins_in_any_order(warehouse, loaded):
    accounting = loaded(*[line for lines in LOGGED.values() for line in lines])

    assert by_key(warehouse, "status", "output_tokens", "service_tier") == FINISHED
    assert (accounting.events, accounting.duplicates, accounting.not_usage) == (24, 72, 0)


def test_the_finished_state_wins_across_files_in_any_order(warehouse, tmp_path):
    for n in range(4):
        lines = [lines[n] for lines in LOGGED.values()]
        load(warehouse, write_lines(tmp_path / f"{n}.jsonl", *lines))

    assert by_key(warehouse, "status", "output_tokens", "service_tier") == FINISHED
    files = "select sum(events), sum(duplicates), sum(not_usage) from ingest_file"
    assert rows(warehouse, files) == [(24, 72, 0)]


def test_a_response_cut_off_is_billed_and_a_failed_one_is_not(warehouse, loaded):
    accounting = loaded(
        response("cut-off", status="incomplete", completed_at=None),
        response("failed", status="failed", usage=None, completed_at=None),
        response("cancelled", status="cancelled", usage=None, completed_at=None),
        {"error": {"message": "No.", "type": "server_error"}},
    )

    billed = {each["event_id"]: each["billable"] for each in events(warehouse)}
    assert billed == {"resp_cut-off": True, "resp_failed": False, "resp_cancelled": False}
    assert accounting.not_usage == 1


def test_a_stream_is_counted_once(warehouse, loaded):
    chunk = chat("streamed", object="chat.completion.chunk", usage=None)
    last = chat("streamed", 300, 40, object="chat.completion.chunk", choices=[])
    missing = {key: value for key, value in chunk.items() if key != "usage"}

    accounting = loaded(chunk, missing, chunk, last)

    assert (accounting.events, accounting.duplicates) == (1, 3)
    assert event(warehouse, "streamed")["output_tokens"] == 40


def test_an_attempt_that_was_billed_counts_tokens_and_no_request(warehouse, loaded):
    loaded(
        spend_log("tried-attempt-1", 500, 20, status="failure"),
        spend_log("tried-attempt-2", 500, 25, status="failure"),
        spend_log("tried", 500, 30),
    )

    sums = "select count(*), sum(requests), sum(input_tokens), sum(output_tokens) from usage_event"
    assert rows(warehouse, sums) == [(3, 1, 1500, 75)]
    grains = "select grain, count(*) from usage_event group by grain order by grain"
    assert rows(warehouse, grains) == [("attempt", 2), ("request", 1)]


def test_what_a_gateway_charged_for_is_not_lost(warehouse, loaded):
    nothing = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}

    accounting = loaded(
        spend_log("failed after some tokens", status="failure"),
        spend_log("failed", **nothing, spend=0.0, status="failure"),
        spend_log("speech", **nothing, spend=0.015),
    )

    assert [each["event_id"] for each in events(warehouse)] == ["lite-failed after some tokens"]
    assert accounting.not_usage_why == {"failed request without tokens": 1}
    assert rows(warehouse, "select line, reason from quarantine") == [
        (3, "spend without tokens: billed in another unit")
    ]


def test_an_answer_from_the_gateways_cache_is_kept_and_costs_nothing(warehouse, loaded):
    loaded(
        spend_log("answered"),
        spend_log("answered_cache_hit1788253200.5", cache_hit="True", spend=0.0),
    )

    rated = "select event_id, billable, rate_id, cost_pico, unpriced_reason from rated_usage"
    [paid, free] = sorted(rows(warehouse, rated))
    assert paid[1:3] != (False, 0)
    assert paid[3] == 100 * 2_500_000 + 10 * 15_000_000  # acme-large, standard, in January
    assert free[1:] == (False, 0, 0, None)


def test_cached_and_written_tokens_lie_within_the_input(warehouse, loaded):
    loaded(
        response("both", usage=usage(2600, cached_tokens=2000, cache_write_tokens=400)),
        response("written", usage=usage(2600, cached_tokens=0, cache_write_tokens=2600)),
        response("unsaid", usage=usage(2600)),
        response("nothing", usage=usage(0, cached_tokens=0)),
        chat("chat", usage={"prompt_tokens": 90, "completion_tokens": 1}),
    )

    assert by_key(warehouse, *INPUT_METERS, "input_tokens") == {
        "both": (200, 2000, 400, None, 2600),
        "written": (0, 0, 2600, None, 2600),
        "unsaid": (2600, None, None, None, 2600),
        "nothing": (0, 0, None, None, 0),
        "chat": (90, None, None, None, 90),
    }


def test_a_write_that_overlaps_the_read_is_cut_and_flagged(warehouse, loaded):
    overlapping = {"whole": (2161, 2161), "fits": (2161, 7), "full": (2168, 1)}
    loaded(
        *[
            response(key, usage=usage(2168, cached_tokens=read, cache_write_tokens=written))
            for key, (read, written) in overlapping.items()
        ]
    )

    assert by_key(warehouse, *INPUT_METERS[:3], "flags") == {
        "whole": (0, 2161, 7, "cache_overlap"),
        "fits": (0, 2161, 7, None),
        "full": (0, 2168, 0, "cache_overlap"),
    }


def test_writes_kept_for_twelve_hours_are_a_meter_of_their_own(warehouse, loaded):
    cases = {  # what was asked for, what was reported: written short, long
        "short": ("30m", None, 400, None),
        "long": ("12h", None, 0, 400),
        "both": ("30m", {"ttl_30m_tokens": 100, "ttl_12h_tokens": 300}, 100, 300),
        "detailed": ("12h", {"ttl_30m_tokens": 400, "ttl_12h_tokens": 0}, 400, 0),
        "unsaid": (None, None, 400, None),
    }
    lines = []
    for key, (ttl, details, *_) in cases.items():
        reported = usage(1000, cached_tokens=0, cache_write_tokens=400)
        reported["input_tokens_details"]["cache_write_tokens_details"] = details
        options = {"usage": reported, "prompt_cache_options": {"ttl": ttl}}
        lines += [response(key, **options), batch_line(key, response(f"{key}batch", **options))]
    loaded(*lines)

    expected = {key: tuple(case[2:]) for key, case in cases.items()}
    found = by_key(warehouse, "cache_write_tokens", "cache_write_long_tokens")
    assert found == expected | {f"{key}batch": written for key, written in expected.items()}


def searches(*actions: str | None) -> list[dict]:
    return [
        {"type": "web_search_call", **({"action": {"type": action}} if action else {})}
        for action in actions
    ]


def test_searches_are_counted_by_the_provider_else_from_the_output(warehouse, loaded):
    cases = {  # counted, put out, calls
        "counted": (3, searches("search", "open_page"), 3),
        "zero": (0, searches("search"), 0),
        "older": (None, searches("search", "open_page", "find", "search"), 2),
        "oldest": (None, searches(None), 1),
        "opened": (None, searches("open_page"), None),
        "none": (None, [], None),
    }
    lines = []
    for key, (counted, output, _) in cases.items():
        tools = {"web_search": {"num_requests": counted}} if counted is not None else None
        body = {"output": output, "tool_usage": tools}
        lines += [response(key, **body), batch_line(key, response(f"{key}batch", **body))]
    loaded(*lines)

    expected = {key: (case[2],) for key, case in cases.items()}
    found = by_key(warehouse, "web_search_calls")
    assert found == expected | {f"{key}batch": calls for key, calls in expected.items()}


def test_file_searches_are_counted_from_the_output(warehouse, loaded):
    loaded(response("two", output=[{"type": "file_search_call"}] * 2), response("none"))

    assert by_key(warehouse, "file_search_calls") == {"two": (2,), "none": (None,)}


def test_the_tier_is_the_one_that_served(warehouse, loaded):
    tiers = {
        "default": "standard",
        "flex": "flex",
        "priority": "priority",
        "fast": "priority",
        "scale": "scale",
        "ultrafast": "ultrafast",
        "auto": "unknown",
        "new": "unknown",
    }
    loaded(
        *[
            {"request": {"service_tier": "priority"}, "response": response(tier, service_tier=tier)}
            for tier in tiers
        ],
        {"request": {"service_tier": "priority"}, "response": chat("null", service_tier=None)},
    )

    served = {tier: (name,) for tier, name in tiers.items()}
    assert by_key(warehouse, "service_tier") == served | {"null": ("unknown",)}


def test_a_declared_tier_is_for_lines_that_state_none(warehouse, loaded):
    loaded(chat("stated"), chat("unstated", service_tier=None), tier="flex", account="emea")

    found = {
        each["event_id"]: (each["service_tier"], each["service_tier_source"], each["account"])
        for each in events(warehouse)
    }
    assert found == {
        "chatcmpl-stated": ("standard", "response", "emea"),
        "chatcmpl-unstated": ("flex", "declared", "emea"),
    }


def test_the_region_is_the_host_that_was_called(warehouse, loaded):
    beside = [
        ({}, "global"),
        ({"base_url": "https://api.openai.com/v1"}, "global"),
        ({"base_url": "https://eu.api.openai.com/v1"}, "eu"),
        ({"url": "https://us.api.openai.com/v1/responses"}, "us"),
        ({"api_base": "https://eu.api.openai.com/v1"}, "eu"),
        ({"base_url": "https://eu.example.com/v1"}, "global"),
        ({"region": "EU"}, "eu"),
        ({"region": "", "url": "https://eu.api.openai.com/v1"}, "eu"),
    ]
    loaded(
        *[{"response": {"body": response(str(n))}, **said} for n, (said, _) in enumerate(beside)]
    )

    assert by_key(warehouse, "region") == {str(n): (name,) for n, (_, name) in enumerate(beside)}


LABELS = {"team": "logistics", "project": "harbour", "user_id": "ana", "workload": "manifest"}


PEOPLE = LABELS | {"user": "ana"}


def test_labels_come_from_wherever_they_stand(warehouse, loaded):
    lines = [
        {"response": chat("0"), **LABELS},
        {"response": chat("1"), "metadata": PEOPLE},
        {"response": chat("2"), "tags": PEOPLE},
        {"body": chat("3", metadata=PEOPLE)},
        {
            "response": {"body": chat("4", metadata={"workload": "manifest"})},
            "metadata": {"user": "ana"},
            "team_alias": "logistics",
            "project_id": "harbour",
        },
        {
            "body": chat("5"),
            "tags": ["team: logistics", "project:harbour", "user:ana", "workload:manifest"],
        },
        {"body": chat("6"), "team_id": "logistics", "project": "harbour", "feature": "manifest"}
        | {"user": "ana", "team": "", "user_id": None},
        spend_log(
            "7",
            metadata={
                "user_api_key_team_alias": "logistics",
                "user_api_key_project_alias": "harbour",
                "spend_logs_metadata": {"workload": "manifest"},
            },
            user="ana",
        ),
    ]
    loaded(*lines)

    assert by_key(warehouse, *LABELS) == {str(n): tuple(LABELS.values()) for n in range(8)}


def test_tags_become_one_object(warehouse, loaded):
    cases = [
        ({"tags": ["b", "a:1", "b"]}, '{"a":"1","b":"true"}'),
        ({"tags": ["a:2", "a:1"]}, '{"a":"1, 2"}'),
        ({"tags": '["a:1"]'}, '{"a":"1"}'),
        ({"tags": {"a": 1}, "metadata": {"b": {"c": 2}}}, '{"a":1,"b":{"c":2}}'),
        ({"tags": ["a:1"], "metadata": {"b": "2"}}, '{"a":"1","b":"2"}'),
        ({"tags": []}, None),
        ({"metadata": {}}, None),
        ({"metadata": "not an object"}, None),
        ({"tags": None}, None),
    ]
    loaded(*[{"response": chat(str(n)), **labels} for n, (labels, _) in enumerate(cases)])

    assert by_key(warehouse, "tags") == {str(n): (tags,) for n, (_, tags) in enumerate(cases)}


def test_a_label_that_any_record_of_an_event_carries_is_kept(warehouse, tmp_path):
    bare = write_lines(tmp_path / "bare.jsonl", chat("same"))
    told = write_lines(tmp_path / "told.jsonl", {"response": chat("same"), "team": "logistics"})

    load(warehouse, bare, told)

    assert event(warehouse, "same")["team"] == "logistics"
    files = "select events, duplicates from ingest_file order by file_id"
    assert sorted(rows(warehouse, files)) == [(0, 1), (1, 0)]
