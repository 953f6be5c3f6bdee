"""Workloads: the label first, else rules, and what both stand for."""

import json

import duckdb
import pytest

from app.cli import run
from app.whatif.cells_fields import event_fields
from models.policy.assumptions import Assumptions
from models.policy.known import known_of
from models.policy.terms import FLAG_FIELDS, LABEL_FIELDS, NUMBER_FIELDS
from models.workload.evaluate import workload_of
from models.workload.latency import latency_of, latency_sql
from models.workload.load import WorkloadError, load_workload_rules
from models.workload.rules import WorkloadRules
from models.workload.shipped import shipped_rules, shipped_rules_text
from pricing.load import load_price_book

KNOWN = known_of(load_price_book())
SHIPPED = shipped_rules(KNOWN)
PLAIN = {"input_tokens": 900, "output_tokens": 100, "effort": None, "tools": False}


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ({"workload": "chat"}, ("chat", "label")),
        ({"workload": ""}, ("other", "none")),
        ({"source": "codex_rollout"}, ("agentic_coding", "rule")),
        ({"source": "claude_code", "workload": "mine"}, ("mine", "label")),
        ({"endpoint": "embeddings"}, ("embeddings", "rule")),
        ({"model": "text-embedding-3-small"}, ("embeddings", "rule")),
        ({"input_tokens": 256_000}, ("long_context", "rule")),
        ({"input_tokens": 255_999}, ("other", "none")),
        ({"tools": True}, ("tool_orchestration", "rule")),
        ({"input_tokens": 5000, "service_tier": "batch"}, ("summarise_classify_extract", "rule")),
        ({"input_tokens": 5000, "service_tier": "standard"}, ("other", "none")),
    ],
)
def test_shipped_rules_say_little_and_say_why(request_, told):
    assert workload_of(SHIPPED, PLAIN | request_)[:2] == told


@pytest.mark.parametrize(
    ("label", "evidence"),
    [
        ("agent", "agentic_coding"),
        ("coding-agent", "agentic_coding"),
        ("support-web", "customer_support"),
        ("extraction", "summarise_classify_extract"),
        ("chat", None),
        ("drafting", None),
        ("long_context", "long_context_over_256k"),
    ],
)
def test_a_label_keeps_its_name_and_stands_for_evidence(label, evidence):
    assert SHIPPED.evidence_of(label) == evidence


def test_every_shipped_rule_says_why():
    assert all(each.because for each in (*SHIPPED.labels, *SHIPPED.rules))


def test_all_faults_of_rules_are_found_in_one_run():
    text = (
        "workloads:\n"
        "  - {name: a, when: {tolls: yes}, because: b}\n"
        "  - {labels: [], evidence: x}\n"
        "  - {name: c, labels: [x], because: y}\n"
        "  - {name: d, when: {latency_seconds: '>= 1h'}, because: y}\n"
    )
    with pytest.raises(WorkloadError) as error:
        load_workload_rules(text, "w.yaml", KNOWN)
    lines = str(error.value).splitlines()

    assert [line.split(":")[1] for line in lines] == ["2", "3", "3", "4", "5"]
    assert "did you mean 'tools'?" in lines[0]


RULES = load_workload_rules(
    """
workloads:
  - {labels: ["night*"], latency_seconds: 1d, because: They run at night.}
  - {labels: [chat], because: Nothing is known.}
  - {name: short, when: {input_tokens: "< 1k"}, latency_seconds: 15min, because: They are short.}
""",
    "w.yaml",
    KNOWN,
)


@pytest.mark.parametrize(
    "assumed", [{}, {"chat": 5, "nightly": 7}, {"*": 60}, {"*": 60, "o'chat": 1, "chat": 2}]
)
def test_a_wait_in_sql_is_that_of_the_rules(assumed):
    assumptions = Assumptions(latency_seconds=assumed)
    for workload in ("nightly", "night", "chat", "short", "other", "o'chat"):
        with duckdb.connect() as con:
            query = f"select {latency_sql('w', assumptions, RULES)} from (select ? as w)"
            [found] = con.execute(query, [workload]).fetchone()

        assert found == latency_of(workload, assumptions, RULES), workload


def test_what_is_assumed_comes_before_what_rules_say():
    assert latency_of("nightly", Assumptions(), RULES) == 86_400
    assert latency_of("nightly", Assumptions(latency_seconds={"nightly": 60}), RULES) == 60
    assert latency_of("nightly", Assumptions(latency_seconds={"*": 60}), RULES) == 60
    assert latency_of("other", Assumptions(), RULES) is None
    assert WorkloadRules().latency_of("x") is None


def test_every_field_of_a_rule_is_read_from_an_event():
    assert {*LABEL_FIELDS, *NUMBER_FIELDS, *FLAG_FIELDS} - {"cached_share"} <= set(event_fields(()))
    assert {"event_id", "event_ts", "session", "cached_tokens"} <= set(event_fields(()))


# ---------------------------------------------------------------- the command

LOG = [
    {"id": "a", "prompt": 5000, "workload": "chat"},
    {"id": "b", "prompt": 300_000, "workload": None},
    {"id": "c", "prompt": 10, "workload": None},
    {"id": "d", "prompt": 10, "workload": None},
]


@pytest.fixture
def loaded(tmp_path, monkeypatch):
    """Two requests without a label that no rule knows, one of a rule, one with a label."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RATECARD_DB", "usage.duckdb")
    lines = [
        {
            "id": each["id"],
            "object": "chat.completion",
            "created": 1_790_000_000,
            "model": "gpt-5.5",
            "service_tier": "default",
            "metadata": {"workload": each["workload"]} if each["workload"] else {},
            "usage": {
                "prompt_tokens": each["prompt"],
                "completion_tokens": 10,
                "total_tokens": each["prompt"] + 10,
            },
        }
        for each in LOG
    ]
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert run(["load", "log.jsonl"]) == 0
    return tmp_path


def shares(capsys, *words):
    capsys.readouterr()
    assert run(["workloads", "--format", "json", *words]) == 0
    said = capsys.readouterr()
    return {row["workload"]: row for row in json.loads(said.out)}, said.err


def test_shares_add_up_and_say_by_what(loaded, capsys):
    rows, said = shares(capsys)

    assert {name: (row["by"], row["requests"]) for name, row in rows.items()} == {
        "chat": ("label", 1), "long_context": ("rule", 1), "other": ("none", 2),
    }  # fmt: skip
    assert rows["other"]["requests_share"] == "0.5000"
    # 300,000 tokens at 10 USD per million and 10 at 45: a long prompt
    assert rows["long_context"]["cost_usd"] == "3.00045"
    assert rows["long_context"]["evidence"] == "long_context_over_256k"
    assert "25.0 % of the requests are told by rule, not by label, and 50.0 % not at all" in said


def test_rules_of_ones_own_take_the_place_of_the_shipped(loaded, capsys):
    (loaded / "mine.yaml").write_text(
        "workloads:\n"
        "  - {name: tiny, when: {input_tokens: '< 100', session_requests: '>= 1'}, because: b}\n"
        "  - {name: tiny, when: {input_tokens: '< 100', hour: 0-24}, because: Small.}\n"
    )
    rows, _ = shares(capsys, "--rules", "mine.yaml", "--where", "model=gpt-5.5")

    assert {name: row["requests"] for name, row in rows.items()} == {
        "tiny": 2, "chat": 1, "other": 1,
    }  # fmt: skip
    assert rows["tiny"]["because"] == "Small."


def test_the_shipped_rules_are_printed_to_edit(loaded, capsys):
    capsys.readouterr()
    assert run(["workloads", "--show-rules"]) == 0
    assert capsys.readouterr().out == shipped_rules_text()
    assert run(["workloads", "--show-rules", "-o", "rules.yaml"]) == 0
    assert shares(capsys, "--rules", "rules.yaml") == shares(capsys)


def test_the_table_is_for_people(loaded, capsys):
    capsys.readouterr()
    assert run(["workloads"]) == 0
    lines = capsys.readouterr().out.splitlines()

    assert lines[0].split()[:4] == ["workload", "by", "evidence", "requests"]
    assert "50.0 %" in lines[2]


def test_nothing_found_is_said(loaded, capsys):
    capsys.readouterr()
    assert run(["workloads", "--from", "2030-01-01"]) == 0
    assert "no usage matches" in capsys.readouterr().err
