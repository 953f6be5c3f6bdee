"""Each source against its golden sample, and against the samples of the others."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

from ingest.bulk_read import relation_of
from ingest.documents import csv_records
from ingest.envelope import PATHS
from ingest.layout import Layout, claims
from ingest.piece import FilePiece
from ingest.records import Line, lines
from ingest.repair import decoded
from ingest.rewrite import rewriting_of
from ingest.source import all_sources
from ingest.stage import Stager
from ingest.warehouse import Warehouse
from tests.loaded_logs import events, load, rows, write_lines

GOLDEN = Path(__file__).parent / "golden"
SOURCES = {source.name: source for source in all_sources()}
SAMPLES = [path for name in SOURCES for path in sorted((GOLDEN / name).glob("sample.*"))]
WRAPPED = [name for name, each in SOURCES.items() if each.wrapped and not each.by_row]

# An event is shown by what belongs together; what is NULL is left out.
SHOWN = (
    ("event_ts", "rank", "grain", "requests", "billable", "billing", "usage_missing", "status"),
    ("series",),
    ("provider", "gateway", "model_raw", "endpoint"),
    ("service_tier", "service_tier_source", "region"),
    ("input_tokens", "uncached_input_tokens", "cache_read_tokens", "cache_write_tokens",
     "cache_write_long_tokens", "output_tokens", "reasoning_tokens"),
    ("web_search_calls", "file_search_calls", "container_sessions", "other_units",
     "stated_cost_usd", "flags"),
    ("effort", "session"),
    ("project", "team", "user_id", "api_key", "workload", "account", "tags"),
)  # fmt: skip

SHOWN_COST = (
    "cost_key", "amount", "currency", "line_item", "parsed", "service_tier", "model", "modality",
    "meter", "long_context", "quantity", "quantity_unit", "project_id", "organization_id",
    "user_id", "api_key_id",
)  # fmt: skip

NAMELESS = {"model", "rate_id", "event_id", "source", "file_id", "line"}


def sample_id(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def members(path: Path) -> list[Line]:
    """What a file's lines become before its sources see them."""
    with path.open("rb") as stream:
        found = list(csv_records(stream) if path.suffix == ".csv" else lines(stream))
    rewriting = rewriting_of([decoded(line) for line in found], all_sources())
    return list(rewriting.lines(found)) if rewriting else found


def records(path: Path) -> dict[int, dict]:
    return {line.number: decoded(line) if line.content else {} for line in members(path)}


def form(path: Path) -> str:
    return "csv" if path.suffix == ".csv" else "json"


def all_layouts() -> list[Layout]:
    return [
        Layout(source, path)
        for source in SOURCES.values()
        for path in (PATHS if source.wrapped else PATHS[:1])
    ]


def layout_id(layout: Layout) -> str:
    return ".".join((layout.source.name, *layout.path))


@pytest.fixture
def all_samples(tmp_path) -> Path:
    """One log that mixes the samples of all sources."""
    found = [line for path in SAMPLES if form(path) == "json" for line in members(path)]
    return write_lines(tmp_path / "mixed.jsonl", *[line.content for line in found if line.content])


def described(warehouse: Warehouse, path: Path) -> str:
    """Tell what became of every line of a sample."""
    told = defaultdict(list)
    for event in events(warehouse, "*"):
        shown = [f"{event['event_id']} by {event['source']}"]
        for group in SHOWN:
            values = [f"{name} {event[name]}" for name in group if event[name] is not None]
            shown += [f"    {', '.join(values)}"] * bool(values)
        told[event["line"]] = shown
    for cost in rows(warehouse, f"select line, {', '.join(SHOWN_COST)} from provider_cost"):
        values = zip(SHOWN_COST, cost[1:], strict=True)
        told[cost[0]] = [
            ", ".join(f"{name} {value}" for name, value in values if value is not None)
        ]
    for line, reason in rows(warehouse, "select line, reason from quarantine"):
        told[line].append(f"quarantined: {reason}")
    [[lines_, *became, why]] = rows(
        warehouse,
        "select lines, events, duplicates, not_usage, quarantined, not_usage_why from ingest_file",
    )
    text = [path.name]
    for number in records(path):
        first, *rest = told.pop(number, ["a duplicate, or not usage"])
        text += [f"{number}: {first}", *rest]
    assert not told
    names = ("events", "duplicates", "not usage", "quarantined")
    parts = " + ".join(f"{count} {what}" for count, what in zip(became, names, strict=True))
    text.append(f"{lines_} lines = {parts}")
    text += [f"    {count} {reason}" for reason, count in json.loads(why).items()]
    return "\n".join(text)


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_has_a_sample_in_each_of_its_formats(name):
    suffixes = {path.suffix for path in SAMPLES if path.parent.name == name}

    assert {"json": ".jsonl", "csv": ".csv"}.keys() >= set(SOURCES[name].formats)
    assert suffixes == {".jsonl" if each == "json" else ".csv" for each in SOURCES[name].formats}


@pytest.mark.parametrize("name", SOURCES)
def test_a_sample_becomes_what_was_read_in_review(name, tmp_path, golden):
    texts = []
    for path in SAMPLES:
        if path.parent.name == name:
            warehouse = Warehouse(tmp_path / f"{path.suffix}.duckdb")
            load(warehouse, path)
            texts.append(described(warehouse, path))

    golden(f"{name}/expected.txt", "\n\n".join(texts) + "\n")


def test_the_samples_show_every_column_a_source_can_report():
    shown = {name for group in SHOWN for name in group}
    texts = "".join((GOLDEN / name / "expected.txt").read_text("utf-8") for name in SOURCES)

    # An account is declared by the user.
    missing = {name for name in shown if f"{name} " not in texts}
    assert missing == {"account"}


@pytest.mark.parametrize("path", SAMPLES, ids=sample_id)
def test_a_sample_is_claimed_by_its_source_alone(path):
    name = path.parent.name
    found = {
        number: [layout.source.name for layout in claims(record, all_sources(), form(path))]
        for number, record in records(path).items()
    }

    assert set(map(tuple, found.values())) <= {(name,), ()}
    assert [name] in found.values()


@pytest.mark.parametrize("layout", all_layouts(), ids=layout_id)
def test_in_bulk_a_layout_takes_the_lines_it_claims_and_no_other(layout, all_samples, tmp_path):
    stager = Stager(tmp_path, all_sources())
    piece = FilePiece(all_samples, "none", "json", lambda: -1)
    part = stager.writer.write(piece, layout).path
    taken = stager.con.execute(
        "select file_row_number + 1, problem from read_parquet(?, file_row_number = true) "
        "where claimed",
        [str(part)],
    ).fetchall()
    stager.close()
    in_bulk = {line for line, _ in taken}
    at_fault = {line for line, problem in taken if problem}
    one_by_one = {
        line
        for line, record in records(all_samples).items()
        if claims(record, all_sources()) == [layout]
    }

    # SQL cannot tell a key that is null from one that is missing; a line it finds at
    # fault is read again.
    assert in_bulk >= one_by_one
    assert in_bulk - one_by_one <= at_fault


@pytest.mark.parametrize("layout", all_layouts(), ids=layout_id)
def test_in_bulk_rows_stay_in_the_order_of_their_lines(layout, all_samples, tmp_path):
    """A row is its line by its place; a join, or any other copy than this, would mix them up."""
    stager = Stager(tmp_path, all_sources())
    piece = FilePiece(all_samples, "none", "json", lambda: -1)
    with relation_of(piece, layout.columns(), 1_000_000) as relation:
        copied = f"copy ({layout.select(stager.con, relation)}) to '{tmp_path / 'x'}'"
        [[_, plan]] = stager.con.execute(f"explain {copied} (format parquet)").fetchall()
    stager.close()

    assert "batch copy to file" in plan.lower().replace("_", " ")


def test_reading_line_by_line_gives_what_reading_in_bulk_gives(all_samples, tmp_path):
    """Lines of no source hide the others from the look at the file's beginning."""
    bulk, single = Warehouse(tmp_path / "bulk.duckdb"), Warehouse(tmp_path / "single.duckdb")
    hidden = write_lines(
        tmp_path / "hidden.jsonl",
        *[{"object": "file", "id": f"file-{n}"} for n in range(401)],
        all_samples.read_bytes().strip(),
    )
    load(bulk, all_samples)
    load(single, hidden)

    # What has no id of its own is told apart by its place in the file.
    by_row = ", ".join(f"'{name}'" for name, each in SOURCES.items() if each.by_row)
    own = f"case when source not in ({by_row}) then event_id end as event_id"
    in_bulk, one_by_one = (
        sorted(events(each, f"* exclude (file_id, line) replace ({own})"), key=repr)
        for each in (bulk, single)
    )
    assert len(in_bulk) > 80
    assert one_by_one == in_bulk
    reasons = "select reason from quarantine order by line"
    assert rows(single, reasons) == rows(bulk, reasons)


def test_csv_rows_and_json_lines_give_the_same_events(tmp_path):
    bulk, single = Warehouse(tmp_path / "bulk.duckdb"), Warehouse(tmp_path / "single.duckdb")
    csv = GOLDEN / "litellm_spend_logs" / "sample.csv"
    load(bulk, csv)
    load(single, write_lines(tmp_path / "rows.jsonl", *records(csv).values()))

    assert events(single) == events(bulk)


@pytest.mark.parametrize("name", WRAPPED)
def test_a_record_is_the_same_event_wherever_it_lies(name, tmp_path):
    sample = records(GOLDEN / name / "sample.jsonl").values()
    bare = [record for record in sample if SOURCES[name].recognises(record)]
    found = []
    for path in PATHS:
        wrapped = bare
        for key in reversed(path):
            wrapped = [{key: record, "status_code": 200} for record in wrapped]
        warehouse = Warehouse(tmp_path / f"{'.'.join(path)}.duckdb")
        load(warehouse, write_lines(tmp_path / "log.jsonl", *wrapped))
        labels = "team, api_key, tags"  # a bare record carries them itself
        found.append(events(warehouse, f"* exclude (file_id, line, {labels})"))

    assert len(found[0]) > 10
    assert found[1:] == found[:1] * 3
