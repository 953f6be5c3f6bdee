"""A proposed mapping file: what is chosen, what is asked, and that --map takes it."""

import json
from datetime import datetime, timedelta

import pytest

from ingest.inputs import InputError
from ingest.mapping.mapping_file import read_mapping
from ingest.mapping.suggest import already_read_by, suggested
from ingest.warehouse import Warehouse
from tests.loaded_logs import chat, event, events, write_lines
from tests.mapped_logs import counts, load_mapped, write_mapping, write_parquet, write_table

STARTS = datetime(2026, 5, 1, 9)


def calls(reads: str = "inside", rows: int = 50) -> list[dict]:
    """Return rows of usage; ``reads`` says where those of the cache are counted."""
    found = []
    for n in range(rows):
        cached, given, out = (n % 5) * 100, 1000 + n, 50 + n
        found.append(
            {
                "requestId": f"req-{n}",
                "Created At": f"{STARTS + timedelta(minutes=n):%Y-%m-%d %H:%M:%S}",
                "finished_at": f"{STARTS + timedelta(minutes=n, seconds=5):%Y-%m-%d %H:%M:%S}",
                "Model ID": "gpt-5.4",
                "promptTokens": given - (cached if reads == "outside" else 0),
                "cached_tokens": cached,
                "completion_tokens": out,
                "Total Tokens": given + out,
                "prompt": "Berth nine.",
                "cost": "0.0012",
                "department": "docs",
                "status": "failed" if n == 7 else "ok",
                "latency_ms": 900 + n,
            }
        )
    return found


def table(path, records, delimiter=","):
    cells = [tuple(record.values()) for record in records]
    return write_table(path, *cells, header=tuple(records[0]), delimiter=delimiter)


def told(path) -> list[str]:
    return suggested(path).splitlines()


def accepted(tmp_path, path):
    return read_mapping(write_mapping(tmp_path, suggested(path), "proposed.yaml"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_are_chosen_by_name_and_value(tmp_path, delimiter):
    log = table(tmp_path / "log.csv", calls(), delimiter)
    found = accepted(tmp_path, log)

    assert {word: str(column) for word, (column, *_) in found.columns.items()} == {
        "id": "requestId", "time": "finished_at", "model": "Model ID", "input": "promptTokens",
        "cache_read": "cached_tokens", "output": "completion_tokens", "total": "Total Tokens",
        "stated_cost": "cost", "team": "department", "status": "status",
    }  # fmt: skip
    assert found.constants == {"provider": "openai"}
    assert "# Not read: Created At, prompt, latency_ms" in told(log)


def test_what_input_contains_is_asked_with_the_evidence(tmp_path):
    inside = told(table(tmp_path / "inside.csv", calls()))
    outside = told(table(tmp_path / "outside.csv", calls("outside")))

    asked = inside.index("  # QUESTION: does input include cache_read?")
    assert inside[asked + 1 : asked + 5] == [
        "  #   cache_read is never larger than input in 40 rows that have it",
        "  #   total = input + output in 40 of 40 rows",
        "  #   total = input + output + cache_read in 0 of 40 rows",
        "  input: [cache_read]  # as the rows show",
    ]
    assert "  #   total = input + output + cache_read in 40 of 40 rows" in outside
    assert "  input: nothing  # as the rows show" in outside


def test_without_a_total_it_stays_open(tmp_path):
    records = [
        {name: cell for name, cell in each.items() if name != "Total Tokens"} for each in calls()
    ]
    lines = told(table(tmp_path / "log.csv", records))

    assert "  input: [cache_read]  # not proven" in lines
    records[0]["cached_tokens"] = 5000
    lines = told(table(tmp_path / "log.csv", records))
    assert "  #   cache_read is larger than input in 1 of 41 rows that have it" in lines
    assert "  input: nothing  # not proven" in lines


def test_whose_clock_and_which_tier_are_asked(tmp_path):
    lines = told(table(tmp_path / "log.csv", calls()))

    assert "  zone: UTC  # QUESTION: whose clock is it? UTC, Europe/Berlin, ..." in lines
    [tier] = [line for line in lines if "tier" in line]
    assert tier == (
        "  # tier: standard  # QUESTION: no column names the service tier; which was it?"
    )
    assert "#   - {column: status, is: [failed], because: a failed request}" in lines


def test_words_that_are_no_tier_are_asked(tmp_path):
    records = [each | {"service_tier": "nightly" if n else "default"} for n, each in
               enumerate(calls())]  # fmt: skip
    lines = told(table(tmp_path / "log.csv", records))

    assert "    nightly: unknown" in lines
    assert not any("default:" in line for line in lines)


@pytest.mark.parametrize(
    ("times", "form", "asked"),
    [
        (["2026-05-01T09:00:00Z", "2026-05-01T09:00:00+02:00"], "iso", None),
        (["1788256800", "1788256801.5"], "seconds", None),
        (["1788256800123", "1788256800124"], "milliseconds", None),
        (["1788256800123000", "1788256800124000"], "microseconds", None),
        (["1788256800123000000", "1788256800124000000"], "nanoseconds", None),
        (["0", "27482"], "milliseconds", "or seconds?"),
        (["31.12.2026 09:00", "01.02.2026 09:00"], "%d.%m.%Y %H:%M", None),
        (["12/31/2026 09:00:00", "01/02/2026 09:00:00"], "%m/%d/%Y %H:%M:%S", None),
        (["01/02/2026 09:00:00", "01/03/2026 09:00:00"], "%m/%d/%Y %H:%M:%S",
         "or %d/%m/%Y %H:%M:%S?"),
        (["01/Jul/2026:12:00:00 +0200"] * 2, "%d/%b/%Y:%H:%M:%S %z", None),
    ],
)  # fmt: skip
def test_times_are_read_as_they_look(tmp_path, times, form, asked):
    log = table(
        tmp_path / "log.csv",
        [{"id": str(n), "time": time, "tokens_in": 1, "tokens_out": 1}
         for n, time in enumerate(times)],
    )  # fmt: skip
    [line] = [line for line in told(log) if line.startswith("  format:")]

    assert accepted(tmp_path, log).clock.form == form
    assert ("QUESTION" in line) == (asked is not None)
    assert asked is None or asked in line


def test_an_id_that_repeats_is_none(tmp_path):
    records = [each | {"requestId": f"req-{n // 2}"} for n, each in enumerate(calls())]
    found = accepted(tmp_path, table(tmp_path / "log.csv", records))
    lines = told(tmp_path / "log.csv")

    assert found.by_row
    assert lines[3].startswith(
        "id: row  # no column tells rows apart; requestId has 25 values in 50 rows, so it is none"
    )


def test_numbers_as_people_write_them(tmp_path):
    records = [each | {"promptTokens": "1.234.567", "cached_tokens": "1.000",
                       "Total Tokens": "1.234.617"} for each in calls()]  # fmt: skip
    found = accepted(tmp_path, table(tmp_path / "log.csv", records, ";"))

    assert found.numbers == "1.234,5"


def test_rows_that_sum_requests_are_buckets(tmp_path):
    records = [
        {"day": f"2026-05-{n + 1:02}", "model": "gpt-5.4", "num_requests": 3, "input_tokens": 10,
         "output_tokens": 1, "project": "docs"}
        for n in range(9)
    ]  # fmt: skip
    found = accepted(tmp_path, table(tmp_path / "log.csv", records))

    assert found.grain == "bucket"
    assert [str(column) for column in found.columns["id"]] == ["day", "model", "project"]


def nested() -> list[dict]:
    return [
        {"meta": {"trace.id": f"t{n}", "at": 1788256800 + n, "note": "Berth nine."},
         "usage": {"input_tokens": 10, "output_tokens": n}, "tags": ["a"]}
        for n in range(9)
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["lines", "array", "container", "parquet"])
def test_any_form_is_looked_at_and_what_is_proposed_loads(tmp_path, form):
    log = tmp_path / f"log.{'parquet' if form == 'parquet' else 'json'}"
    if form == "parquet":
        source = write_lines(tmp_path / "lines.jsonl", *nested())
        write_parquet(log, f"select * from read_json('{source}', format = 'newline_delimited')")
    elif form == "lines":
        write_lines(log, *nested())
    else:
        log.write_text(json.dumps(nested() if form == "array" else {"rows": nested()}, indent=1))
    mapping = write_mapping(tmp_path, suggested(log), "proposed.yaml")
    warehouse = Warehouse(tmp_path / "usage.duckdb")

    [loaded] = load_mapped(warehouse, mapping, log)

    assert counts(loaded) == (9, 0, 0, 0)
    assert event(warehouse, ":t3")["output_tokens"] == 3
    assert "Berth" not in mapping.read_text()


def test_what_is_proposed_for_a_table_loads(tmp_path):
    log = table(tmp_path / "log.csv", calls())
    warehouse = Warehouse(tmp_path / "usage.duckdb")

    [loaded] = load_mapped(warehouse, write_mapping(tmp_path, suggested(log), "own.yaml"), log)

    assert counts(loaded) == (50, 0, 0, 0)
    assert sum(each["uncached_input_tokens"] for each in events(warehouse)) == 41225


def test_a_file_without_times_or_tokens_is_refused(tmp_path):
    no_tokens = table(tmp_path / "1.csv", [{"time": "2026-05-01", "amount": 1}])
    no_times = table(tmp_path / "2.csv", [{"input_tokens": 1, "output_tokens": 1}])
    empty = tmp_path / "3.csv"
    empty.write_text("")

    with pytest.raises(InputError, match=r"no column of .* looks like input or output tokens"):
        suggested(no_tokens)
    with pytest.raises(InputError, match=r"no column of .* looks like a time; it has input_tokens"):
        suggested(no_times)
    with pytest.raises(InputError, match="holds no records to look at"):
        suggested(empty)


def test_a_file_that_needs_no_mapping_is_known(tmp_path):
    assert already_read_by(write_lines(tmp_path / "a.jsonl", chat("a"))) == "openai_chat"
    assert already_read_by(table(tmp_path / "b.csv", calls())) == ""
