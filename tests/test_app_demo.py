import gzip
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import zstandard

from app.demo import STORIES, company, write_demo_logs
from app.demo.damage import broken_lines
from app.demo.manifest import LineKind, UsageSum
from app.demo.stream import WINDOW_END, WINDOW_START
from app.demo.volumes import last_days

WINDOW = last_days(90)
TEAMS = {"support", "coding", "documents", "search", "research", "marketing"}


def content(path):
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix == ".zst":
        with path.open("rb") as packed:
            return zstandard.ZstdDecompressor().stream_reader(packed).read()
    return path.read_bytes()


def digest_of(directory):
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def records(directory, pattern):
    for path in sorted(directory.glob(pattern)):
        for line in content(path).splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                continue


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    return write_demo_logs(tmp_path_factory.mktemp("demo"), events=6_000)


# ---------------------------------------------------------------- the same bytes


def test_the_same_arguments_write_the_same_bytes(demo, tmp_path):
    write_demo_logs(tmp_path, events=6_000)

    assert digest_of(tmp_path) == digest_of(demo.directory)


def test_another_seed_writes_other_traffic(demo, tmp_path):
    other = write_demo_logs(tmp_path, events=6_000, seed=8)

    assert other.usage != demo.usage
    assert other.requests == pytest.approx(demo.requests, rel=0.05)


def test_a_shorter_demo_is_the_end_of_the_window(tmp_path):
    week = write_demo_logs(tmp_path, days=7, events=2_000)
    times = [
        datetime.fromtimestamp(line["created_at"], UTC).date()
        for line in records(tmp_path, "coding/*.jsonl")
        if "created_at" in line
    ]

    assert min(times) >= date(2026, 10, 15)
    assert max(times) == date(2026, 10, 21)
    assert week.requests == pytest.approx(2_000, rel=0.05)
    assert week.planted == {}  # every story began earlier
    assert week.total(LineKind.BROKEN) == 7


@pytest.mark.parametrize("days", [0, 91])
def test_days_outside_the_window_are_refused(days, tmp_path):
    with pytest.raises(ValueError, match="days must be 1 to 90"):
        write_demo_logs(tmp_path, days=days)


def test_a_tiny_demo_still_has_every_team(tmp_path):
    tiny = write_demo_logs(tmp_path, events=500)
    teams = {s.team.name for s in company.STREAMS if s.name in tiny.streams}

    assert teams == TEAMS
    assert tiny.planted["runaway key"].requests == 40
    assert tiny.planted["unknown model"].requests == 16
    assert tiny.planted["just above long context"].requests == 6


# ---------------------------------------------------------------- the manifest


def test_the_manifest_counts_the_lines_of_every_file(demo):
    for tally in demo.files:
        text = content(tally.path)
        lines = 1 if tally.path.suffix == ".json" else len(text.split(b"\n"))
        lines -= text.endswith(b"\n") and tally.path.suffix != ".json"
        lines -= ".csv" in tally.path.name  # its header
        assert tally.lines == lines, tally.path


def test_the_manifest_adds_up(demo):
    for tally in demo.files:
        assert tally.lines == (
            tally.events + tally.duplicates + tally.not_usage + tally.quarantined
        )
    assert demo.lines == sum(tally.lines for tally in demo.files)
    assert demo.events == sum(tally.events for tally in demo.files if not tally.same_as)
    by_cell = sum(demo.usage.values(), UsageSum())
    assert by_cell == sum(demo.streams.values(), UsageSum())
    assert by_cell.requests == demo.requests
    assert by_cell.input_tokens == (
        by_cell.uncached_input_tokens + by_cell.cache_read_tokens + by_cell.cache_write_tokens
    )


def test_every_file_is_in_the_manifest(demo):
    on_disk = {path for path in demo.directory.rglob("*") if path.is_file()}

    assert {tally.path for tally in demo.files} == on_disk


def test_events_and_budget_scale(demo):
    assert demo.requests == pytest.approx(6_000, rel=0.05)
    assert demo.budget_usd_per_month == pytest.approx(
        Decimal(60_000 * 6_000) / 37_000_000, rel=Decimal("0.02")
    )


def test_files_are_as_untidy_as_promised(demo):
    assert demo.total(LineKind.DUPLICATE) / demo.requests == pytest.approx(0.015, abs=0.005)
    assert demo.total(LineKind.PARTIAL) / demo.requests == pytest.approx(
        0.003,
        abs=0.0015,  # small coding streams are kept from vanishing
    )
    assert demo.total(LineKind.BROKEN) == 7
    assert len({line.why for line in broken_lines()}) == 7
    for kind in LineKind:
        assert demo.total(kind) > 0, kind


def test_one_file_lies_there_twice(demo):
    [copy] = [tally for tally in demo.files if tally.same_as]

    assert copy.path.read_bytes() == copy.same_as.read_bytes()


def test_every_story_is_told_in_words(demo):
    assert set(demo.planted) == {story.name for story in STORIES}
    for story in STORIES:
        assert story.words.endswith(".")
        assert WINDOW_START <= story.since < story.until <= WINDOW_END


# ---------------------------------------------------------------- real shapes


def test_chat_lines_have_the_shape_of_real_ones(demo):
    line = next(records(demo.directory, "support/*.jsonl"))

    assert set(line) >= {"timestamp", "team", "project", "user", "api_key", "tags"}
    body = line["response"]
    assert body["id"].startswith("chatcmpl-")
    assert body["object"] == "chat.completion"
    assert body["service_tier"] == "default"
    assert isinstance(body["created"], int)
    assert body["choices"][0]["message"]["content"] == ""
    usage = body["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert set(usage["prompt_tokens_details"]) == {"cached_tokens", "audio_tokens"}


def test_responses_come_bare_and_in_an_envelope(demo):
    lines = list(records(demo.directory, "coding/*.jsonl"))
    bare = [line for line in lines if line.get("object") == "response"]
    wrapped = [line for line in lines if "response" in line]

    assert len(bare) == pytest.approx(len(wrapped), rel=0.6)
    states = {line["status"] for line in bare}
    assert states >= {"completed", "queued", "in_progress"}
    for body in bare:
        assert body["id"].startswith("resp_")
        assert body["output"] == []
        assert body["metadata"]["team"] == "coding"


def test_the_last_state_of_a_response_is_the_fullest(demo):
    output = {}
    final = {}
    for line in records(demo.directory, "coding/*.jsonl"):
        body = line.get("response", line)
        if not body.get("usage"):
            continue
        tokens = body["usage"]["output_tokens"]
        if body["status"] == "in_progress":
            output[body["id"]] = tokens
        else:
            final[body["id"]] = tokens

    assert output
    assert all(tokens < final[one] for one, tokens in output.items())


def test_batch_lines_say_default_although_they_are_batch(demo):
    lines = list(records(demo.directory, "documents/batches/*_output.jsonl"))

    for line in lines:
        assert set(line) == {"id", "custom_id", "response", "error"}
    assert {line["response"]["body"]["service_tier"] for line in lines} == {"default"}
    errors = list(records(demo.directory, "documents/batches/*_error.jsonl"))
    assert errors
    for line in errors:
        assert line["response"] is None or line["response"]["status_code"] == 400


def test_spend_rows_come_as_json_and_as_csv(demo):
    [path] = demo.directory.glob("search/*.csv.gz")
    header = content(path).splitlines()[0].decode().split(",")
    rows = list(records(demo.directory, "search/*.jsonl"))

    assert list(rows[0]) == header
    assert {row["cache_hit"] for row in rows} == {"True", "False"}
    assert {row["status"] for row in rows} == {"success", "failure"}
    assert all(isinstance(row["spend"], float) for row in rows)


def test_the_gateway_payload_is_one_object(demo):
    [path] = demo.directory.glob("research/*.json")
    payload = json.loads(path.read_text("utf-8"))

    assert payload["call_type"] == "acompletion"
    assert isinstance(payload["startTime"], float)
    assert payload["response"]["object"] == "chat.completion"


def test_a_response_id_is_used_once(demo):
    paid = [
        line["response"]["id"]
        for pattern in ("support/*", "marketing/*", "documents/*.gz")
        for line in records(demo.directory, pattern)
        if isinstance(line, dict) and "id" in line.get("response", {})
    ]
    logs = [tally for tally in demo.once if tally.source == "openai_chat"]
    damaged = sum(line.log in {"support", "marketing"} for line in broken_lines())
    readable = damaged - 2  # one is not UTF-8, one is no object

    assert len(set(paid)) - readable == sum(t.kinds[LineKind.PAID] for t in logs)


def test_no_line_holds_text_or_a_true_key(demo):
    bodies = 0
    for line in records(demo.directory, "**/*.jsonl*"):
        if not isinstance(line, dict):
            continue
        body = line.get("response") or line
        body = body.get("body", body)
        for choice in body.get("choices", ()):
            assert choice["message"]["content"] == ""
            bodies += 1
        assert line.get("api_key", "sk-demo-").startswith("sk-demo-") or (
            len(line["api_key"]) == 64  # the gateway keeps a hash
        )
    assert bodies > 1_000
