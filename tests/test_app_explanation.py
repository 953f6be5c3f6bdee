"""What is said of one event beside its charges: who bills it, and why it has no price."""

import json

import pytest

from app.cli import run
from app.explanation import explain
from tests.stored_usage import BOOK, store, warehouse_of


def explained(event):
    with warehouse_of([]) as con:
        con.execute(
            "insert into ingest_file values "
            "(1, 'log', '', 0, '', '', current_date, 0, 0, 0, 0, 0, '')"
        )
        store(con, [{"uncached_input_tokens": 5, **event}])
        return explain(con, BOOK, "e0")


def test_a_resellers_request_says_whose_list_price_it_has(tmp_path, capsys):
    body = {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1789000000,
        "model": "gpt-4o-2024-11-20", "prompt_filter_results": [],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100},
    }  # fmt: skip
    logs = tmp_path / "logs.jsonl"
    logs.write_text(json.dumps(body) + "\n")
    db = ["--db", str(tmp_path / "usage.duckdb")]

    assert run(["load", str(logs), "--tier", "standard", *db]) == 0
    capsys.readouterr()
    assert run(["explain", "chatcmpl-1", *db]) == 0
    assert "billed by     azure, taken at the list price of openai\n" in capsys.readouterr().out
    assert explained({}).peculiarities == {}


def test_what_no_meter_covers_is_named():
    found = explained({"other_units": '{"images": 3, "server_tool_calls": 1200}'})

    assert found.reason == "meter_without_rate"
    assert found.peculiarities == {"other units": "3 images, 1,200 server_tool_calls"}
    assert found.detail == (
        "No meter covers 3 images, 1,200 server_tool_calls, "
        "so no price table can have a rate for it."
    )


def test_a_request_without_a_model_asks_for_no_entry_of_the_price_table():
    found = explained({"model_raw": ""})

    assert found.reason == "unknown_model"
    assert found.detail == "The log names no model: load one of the same requests that does."


@pytest.mark.parametrize(("lines", "have"), [(1, "1 line has"), (2, "2 lines have")])
def test_lines_that_lack_the_time_alone_ask_for_a_date(lines, have, tmp_path, capsys):
    body = {
        "type": "message", "role": "assistant", "model": "acme-small",
        "usage": {"input_tokens": 5, "output_tokens": 7},
    }  # fmt: skip
    logs = tmp_path / "logs.jsonl"
    logs.write_text("".join(json.dumps({"id": f"msg_{k}"} | body) + "\n" for k in range(lines)))
    words = ["load", str(logs), "--db", str(tmp_path / "usage.duckdb")]
    asked = f"{have} no readable time; if the log states none, say when it was served with --date"

    assert run(words) == 0
    assert asked in capsys.readouterr().err
    assert run([*words, "--date", "2026-10-15", "--tier", "standard"]) == 0
    assert "no readable time" not in capsys.readouterr().err
