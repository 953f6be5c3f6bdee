"""One paid request in the logs of many: in any order, split and number it counts once."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.warehouse import Warehouse
from tests.admin_pages import bucket, completions, pulled
from tests.loaded_logs import chat, events, load, rows, spend_log, write_lines
from tests.test_ingest_agents import CHILD_LINES, GRANDCHILD_LINES, LATER, PARENT_LINES

# A load takes a good part of a second; an example holds many lines instead.
EXAMPLES = settings.default.max_examples // 16

#: A line of no source lets any file be read.
FILE_OBJECT = {"object": "file", "id": "file-1"}

#: Files whose lines belong together.
SESSIONS = [[*PARENT_LINES, *LATER], CHILD_LINES, GRANDCHILD_LINES]


@dataclass(frozen=True)
class Said:
    """What one logger says of a request."""

    key: str
    given: int
    out: int
    tier: str | None
    team: str | None
    cost: float | None


says = st.builds(
    Said,
    st.sampled_from("abc"),
    st.sampled_from([7, 100]),
    st.sampled_from([3, 40]),
    st.sampled_from(["default", "flex", None]),
    st.sampled_from(["one", "two", None]),
    st.sampled_from([0.001, 0.25, None]),
)


def body(said: Said) -> dict:
    return chat(said.key, said.given, said.out, service_tier=said.tier)


def logged_body(said: Said) -> dict:
    return {"response": body(said), "team": said.team}


def batch_line(said: Said) -> dict:
    answer = {"status_code": 200, "body": body(said)}
    return {"id": f"batch_req_{said.key}", "custom_id": "x", "response": answer, "error": None}


def litellm_row(said: Said) -> dict:
    basis = {"cost_breakdown": {"service_tier": said.tier, "input_cost": 1}}
    return spend_log(
        said.key, said.given, said.out, request_id=f"chatcmpl-{said.key}", spend=said.cost or 0.0,
        custom_llm_provider="openai", model="gpt-5.4", team_id=said.team, metadata=basis,
    )  # fmt: skip


def helicone_row(said: Said) -> dict:
    return {
        "request_id": f"7d0b4a1e-{said.key}", "request_created_at": "2026-09-01T09:00:01.250Z",
        "response_created_at": "2026-09-01T09:00:01.900Z", "response_status": 200,
        "response_model": "gpt-5.4", "model": "gpt-5.4", "provider": "OPENAI",
        "target_url": "https://api.openai.com/v1/chat/completions",
        "request_path": "https://api.openai.com/v1/chat/completions", "costUSD": said.cost,
        "prompt_tokens": said.given, "completion_tokens": said.out,
        "total_tokens": said.given + said.out, "delay_ms": 650, "request_user_id": said.team or "",
        "cache_reference_id": "00000000-0000-0000-0000-000000000000", "response_body": body(said),
    }  # fmt: skip


def attribute(name: str, value: object) -> dict:
    kind = "intValue" if isinstance(value, int) else "stringValue"
    return {"key": name, "value": {kind: str(value)}}


def span(said: Said) -> dict:
    told = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.response.model": "gpt-5.4",
        "gen_ai.response.id": f"chatcmpl-{said.key}",
        "gen_ai.usage.input_tokens": said.given,
        "gen_ai.usage.output_tokens": said.out,
        "openai.response.service_tier": said.tier,
        "user.id": said.team,
    }
    return {
        "traceId": f"trace-{said.key}",
        "spanId": f"span-{said.key}",
        "startTimeUnixNano": "1788256800000000000",
        "endTimeUnixNano": "1788256803000000000",
        "attributes": [attribute(name, value) for name, value in told.items() if value is not None],
    }


def export(said: list[Said]) -> dict:
    resource = {"attributes": [attribute("service.name", "berths")]}
    scopes = [{"scope": {"name": "opentelemetry"}, "spans": [span(each) for each in said]}]
    return {"resourceSpans": [{"resource": resource, "scopeSpans": scopes}]}


def langfuse_trace(said: list[Said]) -> dict:
    observations = [
        {
            "id": f"observation-{each.key}", "type": "GENERATION", "projectId": "harbour",
            "startTime": "2026-09-01T10:00:00.000Z", "endTime": "2026-09-01T10:00:03.000Z",
            "model": "gpt-5.4", "totalCost": each.cost,
            "metadata": {"attributes": {"gen_ai.response.id": f"chatcmpl-{each.key}"}},
            "usageDetails": {"input": each.given, "output": each.out},
        }
        for each in said
    ]  # fmt: skip
    return {"id": "trace-1", "name": "berths", "observations": observations}


def openrouter_body(said: Said) -> dict:
    answer = chat(said.key, said.given, said.out, service_tier=said.tier, provider="OpenAI")
    answer["usage"] |= {"cost": said.cost or 0.5, "is_byok": False}
    return answer | {"id": f"gen-{said.key}", "model": "openai/gpt-5.4"}


def openrouter_generation(said: Said) -> dict:
    return {
        "id": f"gen-{said.key}", "created_at": "2026-09-01T10:00:00.433273+00:00",
        "model": "openai/gpt-5.4", "provider_name": "OpenAI", "streamed": True,
        "cancelled": False, "generation_time": 1200, "finish_reason": "stop",
        "tokens_prompt": said.given, "tokens_completion": said.out,
        "native_tokens_prompt": said.given, "native_tokens_completion": said.out,
        "native_tokens_reasoning": 0, "native_tokens_cached": 0, "usage": said.cost or 0.5,
        "total_cost": said.cost or 0.5, "is_byok": False, "external_user": said.team,
        "api_type": "completions", "upstream_id": None,
    }  # fmt: skip


def usage_page(said: list[Said]) -> dict:
    """A pull of one day; each key of the bucket once, as OpenAI writes them."""
    models = {each.key: each for each in said}
    results = [
        completions(each.given, each.out, model=f"gpt-{key}") for key, each in models.items()
    ]
    return pulled("2026-09-09T00:00:00Z", ["model"], bucket(0, *results))


ALONE = (
    body, logged_body, batch_line, litellm_row, helicone_row, openrouter_body,
    openrouter_generation,
)  # fmt: skip
TOGETHER = (export, langfuse_trace, usage_page)

lines = st.one_of(
    st.builds(lambda write, said: write(said), st.sampled_from(ALONE), says),
    st.builds(
        lambda write, said: write(said),
        st.sampled_from(TOGETHER),
        st.lists(says, min_size=1, max_size=3),
    ),
    st.just({"error": {"message": "No.", "type": "server_error"}}),
    st.just({"resourceMetrics": []}),
)
logs = st.lists(lines, min_size=8, max_size=25)


@st.composite
def arrangements(draw) -> tuple[list[dict], list[list[dict]]]:
    """A log, and its lines in another order, some again, over files among those of sessions."""
    drawn = draw(logs)
    again = draw(st.lists(st.sampled_from(drawn), max_size=6))
    mixed = draw(st.permutations([*drawn, *again]))
    cuts = sorted(draw(st.lists(st.integers(0, len(mixed)), min_size=1, max_size=2)))
    pieces = [mixed[a:b] for a, b in zip([0, *cuts], [*cuts, len(mixed)], strict=True)]
    repeated = draw(st.sampled_from(SESSIONS))
    files = [[FILE_OBJECT, *piece] for piece in pieces]
    return drawn, draw(st.permutations([*files, *SESSIONS, [FILE_OBJECT, *repeated]]))


@pytest.mark.parametrize("write", [*ALONE, *TOGETHER], ids=lambda write: write.__name__)
def test_every_log_here_is_usage(write, tmp_path):
    said = Said("a", 100, 40, "default", "one", 0.25)
    warehouse = Warehouse(tmp_path / "usage.duckdb")

    load(
        warehouse, write_lines(tmp_path / "log.jsonl", write([said] if write in TOGETHER else said))
    )

    [found] = events(warehouse)
    assert (found["uncached_input_tokens"], found["output_tokens"]) == (100, 40)


@settings(max_examples=EXAMPLES)
@given(arrangements())
def test_order_split_and_repetition_across_sources_change_nothing(arranged):
    drawn, files = arranged
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        once, split = Warehouse(folder / "once.duckdb"), Warehouse(folder / "split.duckdb")
        load(once, write_lines(folder / "once" / "log.jsonl", FILE_OBJECT, *drawn))
        for n, session in enumerate(SESSIONS):
            load(once, write_lines(folder / "once" / f"{n}.jsonl", *session))
        for n, file in enumerate(files):
            [loaded] = load(split, write_lines(folder / "split" / f"{n}.jsonl", *file))
            assert loaded.accounting.quarantined == 0
        again = load(split, folder / "split")

        assert events(split) == events(once)
        accounted = rows(
            split,
            "select lines - duplicates - not_usage - quarantined, events, (select count(*) "
            "from usage_event where usage_event.file_id = ingest_file.file_id) from ingest_file",
        )

    assert all(each.repeated for each in again)
    assert all(len(set(row)) == 1 for row in accounted)


@settings(max_examples=EXAMPLES)
@given(st.lists(says, min_size=2, max_size=6), st.data())
def test_of_all_who_log_a_request_the_highest_rank_counts_and_the_rest_are_named(said, data):
    """Whoever counted otherwise: the batch's result is the bill, then the provider's own body."""
    writers = data.draw(st.permutations([body, batch_line, litellm_row, helicone_row]))
    lines_ = [write(each) for each in said for write in writers]
    with tempfile.TemporaryDirectory() as name:
        warehouse = Warehouse(Path(name) / "usage.duckdb")
        for n, line in enumerate(data.draw(st.permutations(lines_))):
            if n % 3 == 0:
                load(warehouse, write_lines(Path(name) / f"{n}.jsonl", FILE_OBJECT, line))
                lines_.remove(line)
        load(warehouse, write_lines(Path(name) / "rest.jsonl", FILE_OBJECT, *lines_))
        found = events(warehouse)

    keys = {each.key for each in said}
    assert {each["event_id"] for each in found} == {f"chatcmpl-{key}" for key in keys}
    for each in found:
        claims = [one for one in said if each["event_id"].endswith(one.key)]
        assert (each["source"], each["service_tier"]) == ("openai_batch", "batch")
        assert each["also_in"] == "helicone,litellm_spend_logs,openai_chat"
        assert each["output_tokens"] == max(one.out for one in claims)
        assert each["gateway"] == "helicone"
        assert float(each["stated_cost_usd"]) == max(one.cost or 0.0 for one in claims)


def test_a_request_that_thousands_of_records_disagree_about(tmp_path):
    """What they say is not put together for each of them anew."""
    write_lines(tmp_path / "log.jsonl", *(spend_log("a", spend=n / 1e6) for n in range(20_000)))
    warehouse = Warehouse(tmp_path / "usage.duckdb")

    [loaded] = load(warehouse, tmp_path / "log.jsonl")

    assert (loaded.accounting.events, loaded.accounting.duplicates) == (1, 19_999)
