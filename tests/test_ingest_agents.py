"""Coding agents' sessions and vendors' streams: one usage, however often it is written."""

import io
import json
from itertools import permutations
from pathlib import Path

import pytest

from ingest.warehouse import Warehouse
from tests.loaded_logs import events, load, response, rows, write_lines

GOLDEN = Path(__file__).parent / "golden"

PARENT = "019f1000-0000-7000-8000-000000000001"
CHILD = "019f2000-0000-7000-8000-000000000002"
GRANDCHILD = "019f3000-0000-7000-8000-000000000003"
OTHER = "019f1000-0000-7000-8000-000000000009"


def at(moment: str, kind: str, payload: dict, **more) -> dict:
    return {"timestamp": f"2026-09-03T{moment}.000Z", "type": kind, "payload": payload} | more


def began(thread: str, moment: str, **more) -> dict:
    meta = {"id": thread, "timestamp": f"2026-09-03T{moment}.000Z", "model_provider": "openai"}
    return at(moment, "session_meta", meta | more)


def turn(moment: str, number: str | None = None) -> dict:
    return at(moment, "turn_context", {"model": "gpt-5.4", "turn_id": number})


def counters(tokens: int) -> dict:
    """Counters of a thread that used so many input tokens, and a tenth of them as output."""
    return {
        "input_tokens": tokens,
        "cached_input_tokens": tokens // 2,
        "output_tokens": tokens // 10,
        "reasoning_output_tokens": 0,
        "total_tokens": tokens + tokens // 10,
    }


def counted(moment: str, total: int, last: int, **more) -> dict:
    info = {"total_token_usage": counters(total), "last_token_usage": counters(last)}
    return at(moment, "event_msg", {"type": "token_count", "info": info}, **more)


def recorded(moment: str, thread: str, key: str, used: int, **more) -> dict:
    payload = {"thread_id": thread, "response_id": key, "usage": counters(used)}
    return at(moment, "token_usage_record", payload, **more)


def restamped(lines: list[dict], moment: str) -> list[dict]:
    """Lines as a fork writes them: as if they had happened when it began."""
    return [line | {"timestamp": f"2026-09-03T{moment}.000Z"} for line in lines]


PARENT_LINES = [
    began(PARENT, "08:00:00"),
    turn("08:00:01"),
    counted("08:00:10", 1000, 1000),
    counted("08:05:10", 3000, 2000),
]
#: What the parent did after it was forked.
LATER = [counted("11:00:00", 7000, 4000)]


def fork(thread: str, of: str, history: list[dict], moment: str) -> list[dict]:
    own = began(thread, moment, forked_from_id=of)
    return [own, *restamped(history, moment)]


CHILD_LINES = [*fork(CHILD, PARENT, PARENT_LINES, "09:00:00"), counted("09:10:00", 3500, 500)]
GRANDCHILD_LINES = [
    *fork(GRANDCHILD, CHILD, CHILD_LINES, "10:00:00"),
    counted("10:10:00", 3800, 300),
]


def stored(tmp_path: Path, *files: list[dict] | Path) -> Warehouse:
    """Load files one after the other into a database."""
    paths = [
        each
        if isinstance(each, Path)
        else write_lines(tmp_path / f"rollout-{n}-{len(each)}.jsonl", *each)
        for n, each in enumerate(files)
    ]
    warehouse = Warehouse(tmp_path / f"{len(list(tmp_path.iterdir()))}.duckdb")
    for path in paths:
        [found] = load(warehouse, path)
        assert found.error is None
    return warehouse


def used(warehouse: Warehouse) -> list[tuple]:
    """Return hour and input tokens of every event."""
    found = rows(warehouse, "select hour(event_ts), input_tokens from usage_event order by all")
    return [tuple(row) for row in found]


def test_a_fork_does_not_count_its_parent_twice_in_any_order(tmp_path):
    files = [[*PARENT_LINES, *LATER], CHILD_LINES, GRANDCHILD_LINES]
    for number, order in enumerate(permutations(files)):
        folder = tmp_path / str(number)
        folder.mkdir()

        assert used(stored(folder, *order)) == [
            (8, 1000),
            (8, 2000),
            (9, 500),
            (10, 300),
            (11, 4000),
        ]


def test_a_fork_whose_parent_is_not_there_counts_what_it_copied_once(tmp_path):
    warehouse = stored(tmp_path, CHILD_LINES, GRANDCHILD_LINES)

    assert sorted(tokens for _, tokens in used(warehouse)) == [300, 500, 1000, 2000]


def test_a_rollout_that_moved_to_the_archive_is_the_same(tmp_path):
    live = write_lines(tmp_path / "sessions/rollout.jsonl", *PARENT_LINES)
    archived = write_lines(tmp_path / "archived_sessions/rollout.jsonl", *PARENT_LINES, *LATER)

    assert used(stored(tmp_path, live, archived)) == [(8, 1000), (8, 2000), (11, 4000)]


def test_two_sessions_that_began_alike_are_two(tmp_path):
    other = [began(OTHER, "08:00:00"), *PARENT_LINES[1:]]

    assert used(stored(tmp_path, PARENT_LINES, other)) == [(8, 1000)] * 2 + [(8, 2000)] * 2


SPAWNED = {"source": {"subagent": {"thread_spawn": {"parent_thread_id": PARENT}}}}


@pytest.mark.parametrize(
    "inherited",
    [
        # With its own times, earlier than the agent.
        PARENT_LINES,
        # Under new times, in turns that began before the agent did.
        restamped(
            [PARENT_LINES[0], turn("08:00:01", PARENT), *PARENT_LINES[2:]],
            "09:00:00",
        ),
    ],
    ids=["times", "turns"],
)
def test_a_spawned_agent_leaves_its_history_to_the_parent(tmp_path, inherited):
    agent = [
        began(CHILD, "09:00:00", **SPAWNED),
        *inherited,
        turn("09:00:05", GRANDCHILD),
        counted("09:01:00", 3400, 400),
    ]
    alone, both = stored(tmp_path, agent), stored(tmp_path, agent, PARENT_LINES)

    assert used(alone) == [(9, 400)]
    assert used(both) == [(8, 1000), (8, 2000), (9, 400)]


def test_a_history_that_says_where_it_ends_needs_no_times(tmp_path):
    """The parent's usage records are not copied, its counters are."""
    parent = [
        began(PARENT, "08:00:00"),
        turn("08:00:01"),
        recorded("08:00:10", PARENT, "resp_one", 1000, ordinal=2),
        counted("08:00:11", 1000, 1000, ordinal=3),
    ]
    agent = [
        began(CHILD, "09:00:00", **SPAWNED, subagent_history_start_ordinal=4),
        PARENT_LINES[0] | {"ordinal": 1},
        counted("09:00:00", 1000, 1000, ordinal=3),
        recorded("09:00:10", CHILD, "resp_two", 200, ordinal=5),
        counted("09:00:11", 1200, 200, ordinal=6),
    ]

    for order in ([parent, agent], [agent, parent]):
        warehouse = stored(tmp_path, *order)
        assert [each["event_id"] for each in events(warehouse)] == ["resp_one", "resp_two"]
        assert used(warehouse) == [(8, 1000), (9, 200)]


def test_a_usage_record_is_the_response_that_a_gateway_logged(tmp_path):
    rollout = [began(PARENT, "08:00:00"), recorded("08:00:10", PARENT, "resp_one", 1000)]
    body = response("one", 1000, 100)

    for order in ([rollout, [body]], [[body], rollout]):
        [event] = events(stored(tmp_path, *order))
        assert (event["source"], event["also_in"]) == ("openai_responses", "codex_rollout")
        assert event["billing"] == "metered"


def test_a_session_resumed_with_a_later_version_goes_on_from_its_counters(tmp_path):
    lines = [
        *PARENT_LINES,
        # The record of a response that was counted before there were records.
        recorded("08:05:10", PARENT, "resp_two", 2000),
        recorded("08:06:00", PARENT, "resp_three", 100),
        counted("08:06:01", 3100, 100),
    ]
    lines[-3]["payload"]["thread_token_usage"] = counters(3000)

    assert used(stored(tmp_path, lines)) == [(8, 100), (8, 1000), (8, 2000)]


def test_a_file_that_begins_in_the_middle_counts_its_own_part(tmp_path):
    """Its first counters hold what another file, or a lost one, told."""
    warehouse = stored(tmp_path, [began(PARENT, "08:00:00"), counted("08:05:10", 3000, 2000)])

    assert used(warehouse) == [(8, 2000)]


def test_a_compaction_that_counts_no_component_is_no_usage(tmp_path):
    nothing = counters(0) | {"total_tokens": 5075}
    compaction = counted("08:06:00", 3000, 0)
    compaction["payload"]["info"]["last_token_usage"] = nothing
    emptied = counted("08:07:00", 0, 0)
    emptied["payload"]["info"]["total_token_usage"] = nothing
    warehouse = stored(tmp_path, [*PARENT_LINES, compaction, emptied])

    assert used(warehouse) == [(8, 1000), (8, 2000)]


def test_a_turn_of_codex_exec_gives_way_to_its_rollout(tmp_path):
    usage = {name: n for name, n in counters(3000).items() if name != "total_tokens"}
    run = [
        {"type": "thread.started", "thread_id": PARENT},
        {"type": "turn.completed", "usage": usage},
    ]
    [alone] = events(stored(tmp_path, run))

    assert (alone["input_tokens"], alone["model_raw"]) == (3000, "")
    for order in ([run, PARENT_LINES], [PARENT_LINES, run]):
        assert used(stored(tmp_path, *order)) == [(8, 1000), (8, 2000)]


@pytest.mark.parametrize(
    ("provider", "billing", "tier"),
    [("openai", "notional", "standard"), ("ollama", "notional", "standard"),
     ("azure", "metered", "unknown")],
)  # fmt: skip
def test_who_pays_for_a_codex_session(tmp_path, provider, billing, tier):
    meta = began(PARENT, "08:00:00", model_provider=provider)
    [event, _] = events(stored(tmp_path, [meta, *PARENT_LINES[1:]]))

    assert (event["provider"], event["billing"], event["service_tier"]) == (provider, billing, tier)


def answer(key: str, out: int, session: str = "one", **more) -> dict:
    usage = {"input_tokens": 3, "cache_read_input_tokens": 500, "output_tokens": out}
    return {
        "type": "assistant",
        "uuid": f"u-{key}-{out}",
        "parentUuid": None,
        "sessionId": session,
        "isSidechain": False,
        "timestamp": "2026-09-03T08:00:00.000Z",
        "requestId": f"req_{session}",
        "message": {"id": f"msg_{key:0>24}", "model": "claude-opus-5", "usage": usage},
    } | more


def test_a_claude_code_message_counts_once_in_any_order(tmp_path):
    files = [
        [answer("1", 1), answer("1", 20), answer("2", 7)],
        # A resumed session begins with what was before.
        [answer("1", 20, "two"), answer("3", 9, "two")],
        # A side conversation says more of a message that is not its own.
        [answer("1", 999, "three", isSidechain=True)],
    ]
    for number, order in enumerate(permutations(files)):
        folder = tmp_path / str(number)
        folder.mkdir()
        found = events(stored(folder, *order))

        assert [each["output_tokens"] for each in found] == [20, 7, 9]
        assert {each["billing"] for each in found} == {"notional"}


def test_a_claude_code_message_that_went_through_a_gateway_is_metered(tmp_path):
    body = {
        "id": "msg_" + "1".zfill(24),
        "type": "message",
        "role": "assistant",
        "model": "claude-opus-5",
        "usage": {"input_tokens": 3, "cache_read_input_tokens": 500, "output_tokens": 20},
        "timestamp": "2026-09-03T08:00:00Z",
    }
    for order in ([[answer("1", 20)], [body]], [[body], [answer("1", 20)]]):
        [event] = events(stored(tmp_path, *order))

        assert (event["source"], event["billing"]) == ("anthropic_messages", "metered")
        assert json.loads(event["tags"]) == {"session": "one"}


def started(key: str, **more) -> dict:
    usage = {"input_tokens": 300, "output_tokens": 1, "service_tier": "standard"}
    message = {"id": f"msg_{key}", "model": "claude-sonnet-5", "usage": usage}
    return {"type": "message_start", "message": message} | more


def ended(out: int, **more) -> dict:
    stop = {"stop_reason": "end_turn"}
    return {"type": "message_delta", "delta": stop, "usage": {"output_tokens": out}} | more


TIME = {"timestamp": "2026-09-03T08:00:00Z"}


def test_a_message_stream_that_broke_off_is_a_paid_call_without_usage(tmp_path):
    [event] = events(stored(tmp_path, [started("a", **TIME)]))

    assert event["usage_missing"]
    assert event["input_tokens"] is None
    assert event["service_tier"] == "standard"


def test_the_body_of_a_message_stands_for_its_broken_stream(tmp_path):
    body = started("a")["message"] | {"type": "message", "role": "assistant"} | TIME
    for order in ([[started("a", **TIME)], [body]], [[body], [started("a", **TIME)]]):
        [event] = events(stored(tmp_path, *order))

        assert (event["usage_missing"], event["input_tokens"]) == (False, 300)


def test_mixed_message_streams_without_names_are_not_guessed_at(tmp_path):
    warehouse = stored(tmp_path, [started("a", **TIME), started("b", **TIME), ended(70), ended(80)])

    assert [each["usage_missing"] for each in events(warehouse)] == [True, False]
    assert rows(warehouse, "select line, reason from quarantine") == [
        (4, "message_delta of no open stream: nothing says whose usage this is")
    ]


def test_mixed_message_streams_with_names_are_told_apart(tmp_path):
    lines = [
        started("a", request_id="1", **TIME),
        started("b", request_id="2", **TIME),
        ended(70, request_id="1"),
        ended(80, request_id="2"),
    ]

    assert [each["output_tokens"] for each in events(stored(tmp_path, lines))] == [70, 80]


def chunk(kind: str = "chat.completion.chunk", usage: dict | None = None) -> dict:
    return {
        "id": "chatcmpl-stream",
        "object": kind,
        "created": 1788256800,
        "model": "gpt-5.4",
        "choices": [],
        "usage": usage,
    }


@pytest.mark.parametrize("kind", ["chat.completion.chunk", "text_completion"])
def test_a_chat_stream_is_one_event_with_or_without_usage(tmp_path, kind):
    told = chunk(kind, {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110})
    [untold] = events(stored(tmp_path, [chunk(kind)] * 3))
    pieces = [[chunk(kind), chunk(kind)], [told, chunk(kind)]]

    assert (untold["usage_missing"], untold["input_tokens"]) == (True, None)
    for order in (pieces, pieces[::-1]):
        [event] = events(stored(tmp_path, *order))
        assert (event["usage_missing"], event["input_tokens"]) == (False, 100)


@pytest.mark.parametrize(
    ("last", "missing", "billable"),
    [
        ({}, False, True),
        ({"status": "incomplete"}, False, True),
        ({"status": "failed", "usage": None}, False, False),
        ({"status": "in_progress", "usage": None}, True, True),
    ],
    ids=["completed", "cut off", "failed", "never ended"],
)
def test_a_response_is_what_its_last_state_says(tmp_path, last, missing, billable):
    begun = response("b", status="in_progress", usage=None, completed_at=None)
    states = [[begun | {"status": "queued"}, begun], [response("b", **last)]]
    for order in (states, states[::-1]):
        [event] = events(stored(tmp_path, *order))

        assert (event["usage_missing"], event["billable"]) == (missing, billable)
        assert event["requests"] == int(billable)


NAMES = ("anthropic_batch", "anthropic_messages", "anthropic_stream", "claude_code", "codex_exec",
         "codex_rollout", "google_batch", "google_generate", "vertex_batch")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_was_said_is_kept(tmp_path, name):
    sample = GOLDEN / name / "sample.jsonl"
    warehouse = stored(tmp_path, sample)
    kept = warehouse.path.read_bytes()

    assert b"erth" in sample.read_bytes()
    assert b"Berth" not in kept
    assert b"Which berth" not in kept


def as_events(*records: dict) -> bytes:
    """A stream as the API sends it."""
    sent = [f"event: {each.get('type', 'message')}\ndata: {json.dumps(each)}\n" for each in records]
    return "\n".join([": keep-alive\n", *sent, "data: [DONE]\n", ""]).encode()


@pytest.mark.parametrize(
    ("records", "source"),
    [
        (
            [chunk(), chunk(usage={"prompt_tokens": 9, "completion_tokens": 1})],
            "openai_chat",
        ),
        (
            [
                {
                    "type": "response.created",
                    "response": response("a", status="queued", usage=None),
                },
                {"type": "response.output_text.delta", "delta": "Berth"},
                {"type": "response.completed", "response": response("a", 9, 1)},
            ],
            "openai_responses",
        ),
        ([started("a", **TIME), {"type": "ping"}, ended(1)], "anthropic_stream"),
    ],
    ids=["chat", "responses", "messages"],
)
def test_a_stream_kept_as_it_was_sent_is_read(tmp_path, monkeypatch, records, source):
    log = tmp_path / "stream.log"
    log.write_bytes(as_events(*records))
    warehouse = Warehouse(tmp_path / "usage.duckdb")
    [found] = load(warehouse, log)
    [event] = events(warehouse, "*")

    assert (found.source, event["source"], event["usage_missing"]) == (source, source, False)
    assert event["line"] == 3 * len(records) + 1
    assert found.accounting.quarantined == 0
    assert found.accounting.lines == 2 * len(records) + 2

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(log.read_bytes())))
    piped = Warehouse(tmp_path / "piped.duckdb")
    load(piped, "-")
    assert events(piped) == events(warehouse)
