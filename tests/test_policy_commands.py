"""``ratecard policy``: list, show, check."""

import json

import pytest

from app.cli import run
from models.policy.presets import presets


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_preset_is_listed_shown_and_valid(here, capsys):
    assert run(["policy", "list", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [row["preset"] for row in listed] == list(presets())

    for row in listed:
        assert run(["policy", "show", row["preset"], "-o", f"{row['preset']}.yaml"]) == 0
    capsys.readouterr()
    assert run(["policy", "check", *(f"{row['preset']}.yaml" for row in listed)]) == 0
    said = capsys.readouterr().out.splitlines()

    assert len(said) == len(listed)
    assert "tiers.yaml: valid: tiers, 6 rules, decided once a session" in said


def test_a_preset_is_shown_with_other_models(capsys):
    assert run(["policy", "show", "preset:always:gpt-6.1-sol"]) == 0
    assert "use: {model: gpt-6.1-sol}" in capsys.readouterr().out


def test_every_fault_of_every_file_is_shown(here, capsys):
    (here / "one.yaml").write_text("scenario: one\npolicy: {rules: [{name: a, use: {teir: x}}]}\n")
    (here / "two.yaml").write_text("scenario: two\nassume: {detection: 3}\n")
    (here / "good.yaml").write_text("scenario: good\n")

    assert run(["policy", "check", "one.yaml", "good.yaml", "two.yaml"]) == 2
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "one.yaml:2: unknown key 'teir'; did you mean 'tier'?",
        "good.yaml: valid: good, 0 rules",
        "two.yaml:2: detection: 3 is more than 1; write a share such as 0.3 for 30 percent",
    ]
    assert said.err == "ratecard: 2 of 3 not valid; mend what is listed above\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "tierz"], "did you mean 'tiers'?"),
        (["check", "absent.yaml"], "absent.yaml is not a file"),
        (["check"], "Missing argument 'FILE...'"),
    ],
)
def test_a_mistake_is_one_sentence(capsys, words, said):
    assert run(["policy", *words]) == 2
    assert said in capsys.readouterr().err
