"""Every way a mapping file can be wrong, or not fit its data, and what is said of it."""

import pytest

from ingest.inputs import InputError
from ingest.mapping.mapping_checks import MappingError
from ingest.mapping.mapping_file import read_mapping
from ingest.mapping.words import WORDS
from ingest.warehouse import Warehouse
from tests.loaded_logs import chat, load, spend_log, write_lines
from tests.mapped_logs import (
    HEADER,
    PLAIN,
    counts,
    load_mapped,
    row,
    write_mapping,
    write_parquet,
    write_table,
)

ID = "name its column under columns, or write `id: row` if none tells rows apart"
BUCKET = "name the columns of its key, such as id: [day, model], so that a later export replaces it"

#: What to replace, by what; the line of the fault, and what it says.
FAULTS = {
    "format": ("format: csv", "format: tsv", 1, "format: 'tsv' is none of csv, json, parquet"),
    "no format": ("format: csv\n", "", 1, "format is missing"),
    "section": ("constants:", "constant:", 8, "unknown key 'constant'; did you mean 'constants'?"),
    "word": ("  input:", "  inptu:", 6, "unknown key 'inptu'; did you mean 'input'?"),
    "no near word": ("  input:", "  zz:", 6, f"unknown key 'zz'; the keys are {', '.join(WORDS)}"),
    "counts": ("input: prompt\n  output", "total: prompt\n  reasoning", 3,
               "name the column of input or output tokens, or of both"),
    "no id": ("  id: request_id\n", "", 1, f"id is missing: {ID}"),
    "two ids": ("format: csv", "format: csv\nid: row", 2,
                "id is also a column: keep one of the two"),
    "id word": ("format: csv", "format: csv\nid: line", 2, "id: 'line' is none of row"),
    "no model": ("  model: model\n", "", 1,
                 "model is missing: name its column under columns, or a value under constants"),
    "no time": ("  time: finished\n", "", 1, "time is missing: name its column under columns"),
    "both": ("{provider:", "{model: m, provider:", 8, "model is both a column and a constant"),
    "tier": ("tier: standard", "tier: cheap", 8,
             "tier: 'cheap' is none of standard, batch, flex, priority, ultrafast, scale, unknown"),
    "constant": ("tier: standard", "output: 3", 8, "unknown key 'output'; the keys are provider, "),
    "no times": ("time: {format: iso, zone: UTC}", "", 1, "time is missing: a section with"),
    "time format": ("format: iso", "format: unix", 9,
                    "microseconds, nanoseconds, nor a pattern such as %d.%m.%Y %H:%M"),
    "pattern without year": ("format: iso", "format: '%d.%m'", 9, "'%d.%m' has no year (%Y)"),
    "pattern": ("format: iso", "format: '%Y %Q'", 9, "has a sign after % that means nothing"),
    "zone": ("zone: UTC", "zone: Europe/Berln", 9,
             "there is no time zone 'Europe/Berln'; write UTC or a name such as Europe/Berlin"),
    "no zone": (", zone: UTC", "", 9, "zone is missing: UTC, or a name such as Europe/Berlin"),
    "zone of numbers": ("iso", "seconds", 9, "zone means nothing for seconds, which count from"),
    "since of texts": ("zone: UTC", "zone: UTC, since: 2026-01-01", 9, "since is for numbers"),
    "since": ("format: iso, zone: UTC", "format: seconds, since: May", 9,
              "since: not a date: 'May'; write 2026-09-01"),
    "cache": ("  output:", "  cache_read: c\n  output:", 6,
              "say so under includes: `input: [cache_read]` or `input: nothing`"),
    "reasoning": ("completion\n", "completion\n  reasoning: r\n", 7,
                  "does output include reasoning? say so under includes"),
    "long writes": ("completion\n", "completion\n  cache_write_long: r\n", 8,
                    "cache_write_long needs cache_write"),
    "contained": ("constants:", "includes: {input: [cached]}\nconstants:", 8,
                  "input: 'cached' is none of cache_read, cache_write, nothing"),
    "contained without column": ("constants:", "includes: {input: [cache_read]}\nconstants:", 8,
                                 "input is said to include cache_read, which has no column"),
    "unit": ("constants:", "units: {input: 1e3}\nconstants:", 8,
             "input: not a factor: '1e3'; write a plain number such as 1000 or 0.01"),
    "unit without column": ("constants:", "units:\n  total: 10\nconstants:", 9,
                            "total has a unit and no column"),
    "unit of a text": ("constants:", "units: {model: 10}\nconstants:", 8, "unknown key 'model'"),
    "numbers": ("constants:", "numbers: 1_000\nconstants:", 8,
                "numbers: '1_000' is none of 1234.5, 1,234.5, 1.234,5, 1234,5, 1 234,5"),
    "values": ("constants:", "values: {region: {a: b}}\nconstants:", 8,
               "region has values and no column"),
    "rule": ("constants:", "skip:\n  - {column: a}\nconstants:", 9,
             "a rule needs one of is, is_not, empty"),
    "two conditions": ("constants:", "skip:\n  - {column: a, is: b, empty: no}\nconstants:", 9,
                       "a rule needs one of is, is_not, empty"),
    "rule without column": ("constants:", "free:\n  - {is: b}\nconstants:", 9, "column is missing"),
    "empty": ("constants:", "skip:\n  - {column: a, empty: perhaps}\nconstants:", 9,
              "empty: 'perhaps' is none of yes, no"),
    "optional": ("constants:", "optional: [zz]\nconstants:", 8, "zz is not among the columns"),
    "grain": ("constants:", "grain: day\nconstants:", 8, "grain: 'day' is none of request, bucket"),
    "bucket": ("constants:", "grain: bucket\nconstants:", 8,
               "a bucket needs the column of its requests"),
    "requests": ("  output:", "  requests: n\n  output:", 7, "requests are for `grain: bucket`"),
    "records": ("constants:", "records: data[]\nconstants:", 8, "records are for json"),
    "way": ("constants:", "records: data[0]\nconstants:", 8, "no way into a container"),
    "name": ("format: csv", "format: csv\nname: My Log", 2,
             "name: 'My Log' is no name: lower-case letters, digits and _, a letter first"),
    "taken name": ("format: csv", "format: csv\nname: openai_chat", 2,
                   "'openai_chat' is the name of a source that is read without a mapping"),
    "column name": ("model: model", "model: 'a\"b'", 5, "a name with a double quote"),
    "two cases": ("output: completion", "output: Prompt", 3, "and Prompt differ only in case"),
}  # fmt: skip


def faults_of(path) -> list[tuple[int, str]]:
    with pytest.raises(MappingError) as refused:
        read_mapping(path)
    assert all(str(path) in line for line in str(refused.value).splitlines())
    return [(fault.line, fault.message) for fault in refused.value.faults]


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_its_line(tmp_path, name):
    old, new, line, message = FAULTS[name]
    assert PLAIN.count(old) == 1 or name == "zone of numbers"
    found = faults_of(write_mapping(tmp_path, PLAIN.replace(old, new)))

    assert [each for each, said in found if message in said] == [line], found


def test_all_faults_are_named_in_one_run(tmp_path):
    text = (
        PLAIN.replace("csv", "tsv").replace("zone: UTC", "zone: X/Y").replace("model:", "modell:")
    )
    found = faults_of(write_mapping(tmp_path, text))

    assert [line for line, _ in found] == [1, 1, 5, 9]


def test_a_bucket_by_row_is_refused(tmp_path):
    text = PLAIN.replace("  id: request_id\n", "  requests: n\n")
    [(line, message)] = faults_of(write_mapping(tmp_path, f"grain: bucket\nid: row\n{text}"))

    assert (line, message) == (2, f"a bucket has no id by row: {BUCKET}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("a: [", "not readable as YAML"),
        ("- a\n", "expected `key: value`"),
    ],
)
def test_a_file_that_is_no_mapping(tmp_path, text, message):
    [(_, said)] = faults_of(write_mapping(tmp_path, text))

    assert message in said


def test_a_value_that_is_no_tier(tmp_path):
    text = PLAIN.replace("  output:", "  tier: kind\n  output:").replace(", tier: standard", "")
    path = write_mapping(tmp_path, text + "values:\n  tier:\n    a: batch\n    b: nightly\n")
    [(line, message)] = faults_of(path)

    assert line == 14
    assert message.startswith("b: 'nightly' is none of standard, batch")


@pytest.mark.parametrize(
    ("form", "text", "path"),
    [
        ("csv", "a.b", ("a.b",)),
        ("csv", '"a.b".c', ("a.b", "c")),
        ("json", "a.b", ("a", "b")),
        ("json", 'a."b.c".d', ("a", "b.c", "d")),
        ("parquet", "größe %", ("größe %",)),
    ],
)
def test_a_column_is_written_as_it_is_read(form, text, path):
    from ingest.mapping.column import column_in, written

    assert column_in(form, text).path == path
    assert column_in(form, written(form, path)).path == path


@pytest.mark.parametrize("text", ["a..b", "a.", 'a."b', "a\tb", '"a"b'])
def test_a_column_that_is_none(text):
    from ingest.mapping.column import column_in

    with pytest.raises(ValueError, match="not the name of a column"):
        column_in("json", text)


# ---------------------------------------------------------------- files that do not fit


@pytest.fixture
def warehouse(tmp_path) -> Warehouse:
    return Warehouse(tmp_path / "usage.duckdb")


def refusal(warehouse, mapping, path) -> str:
    [loaded] = load_mapped(warehouse, mapping, path)
    assert loaded.accounting is None
    return loaded.error.replace(f"{path.parent}/", "")


def test_a_column_that_the_file_lacks_is_named_with_those_it_has(tmp_path, warehouse):
    header = ("request_id", "Finished", "model", "prompt", "out")
    table = write_table(tmp_path / "log.csv", row("a"), header=header)

    assert refusal(warehouse, write_mapping(tmp_path), table) == (
        "log.csv has no columns finished, completion, which usage.yaml names; it has request_id, "
        "Finished, model, prompt, out. Correct the names, or list them under `optional`"
    )


def test_a_column_may_be_optional(tmp_path, warehouse):
    table = write_table(tmp_path / "log.csv", row("a")[:4], header=HEADER[:4])
    mapping = write_mapping(tmp_path, PLAIN + "optional: [completion]\n")

    assert [counts(each) for each in load_mapped(warehouse, mapping, table)] == [(1, 0, 0, 0)]


def test_a_file_of_another_format_is_refused(tmp_path, warehouse):
    mapping = write_mapping(tmp_path)
    lines = write_lines(tmp_path / "log.jsonl", {"request_id": "a"})
    parquet = write_parquet(tmp_path / "log.parquet", "select 1 as request_id")
    for_parquet = write_mapping(tmp_path, PLAIN.replace("csv", "parquet"), "other.yaml")
    table = write_table(tmp_path / "log.csv", row("a"))

    assert refusal(warehouse, mapping, lines) == (
        "log.jsonl is read as JSON lines, and usage.yaml describes csv"
    )
    assert refusal(warehouse, mapping, parquet) == (
        "log.parquet is read as Parquet, and usage.yaml describes csv"
    )
    assert refusal(warehouse, for_parquet, table) == (
        "log.csv is read as a CSV, and other.yaml describes parquet"
    )


# ---------------------------------------------------------------- no claim, two claims


def test_records_of_nobody_name_who_is_near_and_what_to_do(tmp_path, warehouse):
    log = write_lines(tmp_path / "log.jsonl", {**spend_log("a"), "startTime": None})
    [loaded] = load(warehouse, log)

    assert loaded.error.startswith(f"{log}: no source claims its records; it has request_id, ")
    assert "; litellm_spend_logs would need: has startTime" in loaded.error
    assert loaded.error.endswith(
        "See `ratecard sources`, or describe the columns in a file for --map "
        f"(`ratecard load --suggest-map {log}` proposes one)"
    )


def test_records_of_two_name_both_and_the_flag(tmp_path, warehouse):
    both = spend_log("a") | {"object": "chat.completion", "usage": {}}
    [lines, table] = load(
        warehouse,
        write_lines(tmp_path / "log.jsonl", both),
        write_table(tmp_path / "log.csv", tuple(spend_log("a").values()),
                    header=tuple(spend_log("a"))),
    )  # fmt: skip

    assert lines.error == (
        f"{lines.path}: its records are claimed by litellm_spend_logs and openai_chat; choose with "
        "--source litellm_spend_logs or --source openai_chat"
    )
    assert table.error is None


def test_records_of_another_than_the_source_asked_for(tmp_path, warehouse):
    log = write_lines(tmp_path / "log.jsonl", chat("a"))
    [loaded] = load(warehouse, log, source="litellm_spend_logs")

    assert loaded.error.startswith(
        f"{log}: no record is of litellm_spend_logs, recognised by: has request_id, has call_type, "
        "has startTime; it has id, object, "
    )
    with pytest.raises(InputError, match="there is no source 'nobody'"):
        load(warehouse, log, source="nobody")
