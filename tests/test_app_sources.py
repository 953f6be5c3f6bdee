"""The commands that say what is read, and read what is described."""

import json

import pytest

from app.cli import run
from ingest.source import all_sources
from tests.mapped_logs import PLAIN, row, write_mapping, write_table

SOURCES = {source.name: source for source in all_sources()}


def said(capsys, *words) -> tuple[str, str]:
    assert run([str(word) for word in words]) == 0
    return tuple(capsys.readouterr())


def refused(capsys, *words) -> str:
    assert run([str(word) for word in words]) == 2
    return capsys.readouterr().err


def test_every_source_is_listed_with_how_it_is_recognised(capsys):
    out, _ = said(capsys, "sources")
    found = {head: body for head, _, body in (part.partition(" (") for part in out.split("\n\n"))}

    assert found.keys() == SOURCES.keys()
    for name, source in SOURCES.items():
        assert source.title in found[name]
        assert all(str(clause) in found[name] for clause in source.clauses)


@pytest.mark.parametrize("name", SOURCES)
def test_all_that_is_known_of_a_source_is_told(capsys, name):
    out, _ = said(capsys, "sources", name)

    for note in SOURCES[name].notes.values():
        assert all(line in out for line in note.splitlines())


def test_machines_get_the_same(capsys):
    found = json.loads(said(capsys, "sources", "--format", "json")[0])
    [one] = json.loads(said(capsys, "sources", "litellm_spend_logs", "--format", "json")[0])

    assert [each["name"] for each in found] == sorted(SOURCES)
    assert one in found
    assert one["formats"] == "json csv parquet"
    assert one["recognised"] == "has request_id, has call_type, has startTime"


def test_a_source_that_is_none(capsys):
    assert refused(capsys, "sources", "openai_cat") == (
        "ratecard: there is no source 'openai_cat'; did you mean openai_chat? "
        "(ratecard sources lists them)\n"
    )


# ---------------------------------------------------------------- mapping files


@pytest.fixture
def log(tmp_path):
    return write_table(tmp_path / "usage.csv", *[row(f"r{n}") for n in range(3)])


def test_a_table_is_proposed_for_loaded_and_reported(tmp_path, monkeypatch, capsys, log):
    monkeypatch.setenv("RATECARD_DB", str(tmp_path / "usage.duckdb"))
    mapping = tmp_path / "usage.yaml"
    proposed, _ = said(capsys, "load", "--suggest-map", log)
    mapping.write_text(proposed.replace("# tier: standard", "tier: standard"), "utf-8")

    loaded = json.loads(said(capsys, "load", log, "--map", mapping, "--format", "json")[0])
    report = json.loads(said(capsys, "report", "--by", "source", "--format", "json")[0])

    assert [(each["source"], each["events"]) for each in loaded] == [("usage", 3)]
    assert [(each["source"], each["requests"], each["cost_usd"]) for each in report] == [
        ("usage", 3, "0.0012")  # 3 x (100 x 2.50 + 10 x 15.00) per million
    ]


def test_a_proposal_goes_to_a_file(tmp_path, capsys, log):
    target = tmp_path / "proposed.yaml"
    out, _ = said(capsys, "load", "--suggest-map", log, "-o", target)

    assert out == ""
    assert target.read_text("utf-8").startswith("# Proposed for usage.csv from 3 rows.")


def test_faults_of_a_mapping_are_told_line_by_line(tmp_path, capsys, log):
    bad = write_mapping(tmp_path, PLAIN.replace("csv", "tsv").replace("UTC", "X/Y"))
    err = refused(capsys, "load", log, "--map", bad)

    assert err.splitlines()[0] == f"ratecard: {bad}:1: format: 'tsv' is none of csv, json, parquet"
    assert err.splitlines()[1].startswith(f"{bad}:9: zone: there is no time zone 'X/Y'")


def test_a_mapping_is_a_source_of_its_own(tmp_path, capsys, log):
    mapping = write_mapping(tmp_path)
    err = refused(capsys, "load", log, "--map", mapping, "--source", "openai_chat")

    assert err == "ratecard: --map describes a source of its own; leave out --source\n"
    assert "does not exist" in refused(capsys, "load", log, "--map", tmp_path / "none.yaml")


def test_standard_input_is_lines_of_json(tmp_path, capsys, monkeypatch, log):
    with log.open("r") as stream:
        monkeypatch.setattr("sys.stdin", stream)
        words = ("load", "-", "--map", write_mapping(tmp_path), "--db", tmp_path / "usage.duckdb")
        err = refused(capsys, *words)

    assert "standard input is not JSON lines; load it from a file" in err
