"""`ratecard evidence`: what is published, and the user's own results in and out."""

import json

import pytest

from app.cli import run
from app.evaluations import stored_evaluations
from ingest.warehouse import Warehouse

RESULTS = """instance_id,model,reasoning_effort,solved,tokens_out,cost,note
a,gpt-5.4,high,1,100,0.5,x
b,gpt-5.4,high,0,200,0.5,y
a,gpt-5.5-2026-04-23,high,1,80,1.0,
b,gpt-5.5-2026-04-23,high,true,150,1.0,
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RATECARD_DB", str(tmp_path / "own.duckdb"))
    return tmp_path


@pytest.fixture
def ratecard(here, capsys):
    def call(*words):
        code = run(["evidence", *words])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def stored(here):
    with Warehouse(here / "own.duckdb").reading() as con:
        return stored_evaluations(con)


def refused(ratecard, here, text, *options):
    (here / "bad.csv").write_text(text)
    code, out, err = ratecard("import", "bad.csv", *options)
    assert (code, out) == (2, "")
    return err.removeprefix("ratecard: ").splitlines()


def test_import_says_what_it_takes_for_what(ratecard, here):
    (here / "results.csv").write_text(RESULTS)
    code, out, err = ratecard("import", "results.csv", "--workload", "coding", "--format", "json")
    [pair] = json.loads(out)

    assert code == 0
    assert "'instance_id' is read as task\n" in err
    assert "'solved' is read as pass\n" in err
    assert "left out: note\n" in err
    assert "model 'gpt-5.5-2026-04-23' is gpt-5.5\n" in err
    assert "4 results new, 0 replaced\n" in err
    assert "+50.0 points" in err
    assert pair["workload"] == "coding"
    assert pair["gain"] == 0.5
    assert pair["output_ratio"] == round(230 / 300, 6)
    assert pair["repair_break_even_usd"] == "1.0000"


def test_importing_again_replaces(ratecard, here):
    (here / "results.csv").write_text(RESULTS)
    assert ratecard("import", "results.csv")[0] == 0
    (here / "results.csv").write_text(RESULTS.replace("b,gpt-5.4,high,0", "b,gpt-5.4,high,1"))
    _, _, err = ratecard("import", "results.csv")

    assert "0 results new, 4 replaced\n" in err
    assert len(stored(here)) == 4
    assert all(each.passed for each in stored(here))


def test_what_is_stored_is_what_was_written(ratecard, here):
    (here / "r.jsonl").write_text(
        '{"task": "a", "model": "m", "run": 2, "score": 0.8, "attempts": 3, "input_tokens": 5,'
        ' "turns": 4, "cost_usd": 0.000123, "workload": "w"}\n\n{"task": "b", "model": "m",'
        ' "score": 0.1, "pass": null}\n'
    )
    assert ratecard("import", "r.jsonl", "--pass-at", "0.8")[0] == 0
    second, first = stored(here)

    assert (first.task, first.run, first.passed, first.attempts) == ("a", 2, True, 3)
    assert (first.input_tokens, first.output_tokens, first.turns) == (5, None, 4)
    assert (str(first.cost_usd), first.workload) == ("0.000123000000", "w")
    assert (second.task, second.run, second.passed, second.effort) == ("b", 1, False, "")


def test_every_line_that_cannot_be_used_is_said(ratecard, here):
    text = "task,model,pass,cost\na,m,1,2\na,m,1,2\n,m,1,2\nb,m,maybe,2\nc,m,1,-2\nd,m,,2\n"

    assert refused(ratecard, here, text) == [
        (
            "bad.csv:3: task 'a' of m stands in line 2 already; "
            "number the runs of a task in a column `run`"
        ),
        "bad.csv:4: task is empty",
        "bad.csv:5: pass 'maybe' is neither 0 nor 1, true nor false",
        "bad.csv:6: cost_usd '-2' is no number from 0",
        "bad.csv:7: neither pass nor score says whether the task was solved",
    ]
    assert not (here / "own.duckdb").exists()


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        ("", (), "is empty"),
        ("task,model\na,m\n", (), "no column says whether a task was solved"),
        ("case,model,pass\na,m,1\n", (), "no column is 'task'"),
        ("task,model,score\na,m,1\n", (), "a score needs --pass-at"),
        ("task,model,score\na,m,7\n", ("--pass-at", "1"), "score 7 is not between 0 and 1"),
        ("task,model,pass,solved\na,m,1,0\n", (), "'pass' and 'solved' may both be 'pass'"),
        ("task,model,pass,pass\na,m,1,0\n", (), "two columns are called 'pass'"),
        ("task,model,pass,run\na,m,1,1.5\n", (), "run 1.5 is no whole number"),
        ("task,model,pass\na,m,1\n", ("--column", "pass=won"), "there is no column 'won'"),
        ("task,model,pass\na,m,1\n", ("--column", "what=pass"), "'what' is no column of an"),
        ("task,model,pass\na,m,1\n", ("--column", "pass"), "--column takes NAME=COLUMN"),
        ("task,model,pass\na,m,1\n", ("--pass-at", "2"), "--pass-at takes a score between 0"),
        ('{"task": "a"\n', (), "bad.csv:1: not readable as JSON"),
        ('{"task": "a", "model": "m", "pass": 1}\n[]\n', (), "bad.csv:2: expected an object"),
        ('task,model,pass\n"a,m,1\n', (), "not CSV"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence_a_fault(
    ratecard, here, text, options, sentence
):
    assert any(sentence in line for line in refused(ratecard, here, text, *options))


def test_bytes_that_are_no_text_are_refused(ratecard, here):
    (here / "bad.csv").write_bytes(b"PAR1\xff\xfe\x00")
    code, _, err = ratecard("import", "bad.csv")

    assert code == 2
    assert "is not text in UTF-8" in err


def test_a_missing_file_and_a_missing_database_are_said(ratecard, here):
    assert ratecard("import", "none.csv")[0] == 2
    code, _, err = ratecard("show", "evaluations")

    assert code == 2
    assert "there is no database" in err


def test_pairs_are_shown_again(ratecard, here):
    (here / "results.csv").write_text(RESULTS)
    ratecard("import", "results.csv")
    code, out, _ = ratecard("show", "evaluations")

    assert code == 0
    assert "gpt-5.4 (high)" in out


def test_two_models_are_listed_side_by_side(ratecard):
    code, out, _ = ratecard(
        "list", "--models", "gpt-5.4,gpt-5.5", "--workload", "tool_orchestration",
        "--format", "json",
    )  # fmt: skip
    rows = {row["benchmark"]: row for row in json.loads(out)}

    assert code == 0
    assert rows["mcp_atlas"]["difference"] == "4.7"
    assert rows["mcp_atlas"]["by"] == "vendor"


def test_what_cannot_be_compared_is_said(ratecard):
    code, out, err = ratecard(
        "list", "--models", "gpt-5.5,claude-opus-4-7", "--workload", "tool_orchestration",
        "--format", "json",
    )  # fmt: skip

    assert (code, json.loads(out)) == (0, [])
    assert "not comparable: mcp_atlas: gpt-5.5 was measured at effort xhigh" in err


@pytest.mark.parametrize(
    "part", ["matrix", "claims", "tokens", "paired", "priors", "sources", "mcp_atlas"]
)
def test_every_part_can_be_shown(ratecard, part):
    code, out, _ = ratecard("show", part)

    assert code == 0
    assert len(out.splitlines()) > 5


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("show", "mcp_atla"), "did you mean mcp_atlas or"),
        (("list", "--models", "gpt-9"), "no score of 'gpt-9'"),
        (("list", "--workload", "chess"), "there is no kind of work 'chess'"),
        (("need", "--gain", "0.2", "--discordant", "0.1"), "--gain is 0.2, --discordant 0.1"),
    ],
)
def test_what_is_not_there_is_one_sentence(ratecard, words, sentence):
    code, out, err = ratecard(*words)

    assert (code, out) == (2, "")
    assert sentence in err


def test_the_sample_size_is_printed(ratecard):
    assert ratecard("need", "--gain", "0.05", "--discordant", "0.12")[1].startswith("375 tasks")
