"""Parquet of a known source, and of a table that a mapping file describes."""

import pytest

from ingest.warehouse import Warehouse
from tests.loaded_logs import chat, events, load, response, rows, spend_log, write_lines
from tests.mapped_logs import counts, load_mapped, write_mapping, write_parquet

KEPT = "* exclude (file_id, line)"


@pytest.fixture
def warehouse(tmp_path) -> Warehouse:
    return Warehouse(tmp_path / "usage.duckdb")


def as_parquet(path, lines):
    reader = f"read_json('{lines}', format = 'newline_delimited', sample_size = -1)"
    return write_parquet(path, f"select * from {reader}")


@pytest.mark.parametrize("record", [chat, response, spend_log], ids=lambda each: each.__name__)
def test_parquet_gives_what_json_lines_give(tmp_path, warehouse, record):
    lines = write_lines(tmp_path / "log.jsonl", *[record(str(n), 100 + n) for n in range(30)])
    parquet = as_parquet(tmp_path / "log.parquet", lines)
    plain = Warehouse(tmp_path / "plain.duckdb")

    [from_parquet], [from_lines] = load(warehouse, parquet), load(plain, lines)

    assert counts(from_parquet) == counts(from_lines) == (30, 0, 0, 0)
    assert events(warehouse, KEPT) == events(plain, KEPT)
    assert rows(warehouse, "select max(line) from usage_event") == [(30,)]


def test_objects_may_be_text_and_rows_may_be_broken(tmp_path, warehouse):
    parquet = write_parquet(
        tmp_path / "rows.parquet",
        """select 'lite-' || k as request_id, 'acompletion' as call_type,
        case when k = 3 then 'nan'::double else 0.5 end as spend, 110.0::double as total_tokens,
        case when k = 4 then 90.5 else 100.0 end as prompt_tokens, 10 as completion_tokens,
        timestamptz '2026-03-01 09:00:00+00' as "startTime", timestamp '2026-03-01 10:00:00' as
        "endTime", 'acme-large' as model, 'acme' as custom_llm_provider, ['env:prod'] as
        request_tags, '{"cost_breakdown": {"service_tier": "flex"}}' as metadata,
        '\\xAB'::blob as noise from range(5) as t(k)""",
    )

    [loaded] = load(warehouse, parquet)

    assert counts(loaded) == (4, 0, 0, 1)
    shown = events(warehouse, "input_tokens, service_tier, tags, cast(event_ts as varchar) as at")
    assert shown == [
        {"input_tokens": 100, "service_tier": "flex", "tags": '{"env":"prod"}',
         "at": "2026-03-01 10:00:00"}
    ] * 4  # fmt: skip
    assert rows(warehouse, "select line, byte_offset, reason from quarantine") == [
        (5, 0, "input tokens are not a whole number")
    ]


def test_the_same_parquet_again_is_a_repetition(tmp_path, warehouse):
    lines = write_lines(tmp_path / "log.jsonl", chat("a"), chat("b"))
    parquet = as_parquet(tmp_path / "log.parquet", lines)

    [first], [again] = load(warehouse, parquet), load(warehouse, tmp_path)[1:]

    assert (counts(first), counts(again), again.repeated) == ((2, 0, 0, 0), (0, 2, 0, 0), True)


MAPPED = """\
format: parquet
id: row
columns:
  time: at
  model: call.model
  input: call.given
  output: out
  stated_cost: cost
constants: {provider: openai, tier: standard}
time: {format: iso, zone: America/New_York}
"""


def test_a_mapping_reads_parquet(tmp_path, warehouse):
    parquet = write_parquet(
        tmp_path / "log.parquet",
        """select timestamp '2026-07-01 12:00:00.5' as at, {'model': 'gpt-5.4', 'given': k * 1.0}
        as call, case when k = 2 then -1 else k end as out, 'nan'::float as cost
        from range(4) as t(k)""",
    )

    [loaded] = load_mapped(warehouse, write_mapping(tmp_path, MAPPED), parquet)

    assert counts(loaded) == (3, 0, 0, 1)
    shown = events(
        warehouse, "input_tokens, line, cast(event_ts as varchar) as at, stated_cost_usd"
    )
    assert [tuple(each.values()) for each in shown] == [
        (k, k + 1, "2026-07-01 16:00:00.5", None) for k in (0, 1, 3)
    ]


def test_a_broken_parquet_and_an_empty_one_say_so(tmp_path, warehouse):
    whole = write_parquet(tmp_path / "1.parquet", "select 1 as a from range(9)").read_bytes()
    (tmp_path / "1.parquet").write_bytes(whole[:-9])
    write_parquet(tmp_path / "2.parquet", "select 1 as a limit 0")
    write_parquet(tmp_path / "3.parquet", "select 1 as a, 2 as b")

    broken, empty, other = load(warehouse, tmp_path)

    assert broken.error.startswith(f"{broken.path} is broken Parquet: ")
    assert "\n" not in broken.error
    assert empty.error == f"{empty.path} has no rows (its columns are a)"
    assert other.error.startswith(f"{other.path}: no source claims its records; it has a, b. ")


def test_a_quarantined_row_of_parquet_can_be_shown(tmp_path, warehouse, capsys):
    from app.cli import run

    parquet = write_parquet(
        tmp_path / "log.parquet",
        "select 'a' as request_id, 'x' as call_type, 'noon' as \"startTime\", 1 as prompt_tokens, "
        "1 as completion_tokens, 'Berth nine.' as answer",
    )
    assert run(["load", str(parquet), "--db", str(warehouse.path)]) == 0
    capsys.readouterr()
    assert run(["load", "--quarantine", "--show", "--db", str(warehouse.path)]) == 0
    said = capsys.readouterr()

    assert "line 1: no readable time" in said.err
    assert '"answer":"Berth nine."' in said.out
