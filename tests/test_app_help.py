"""Help that works: every example runs, and shells complete."""

import gzip
import inspect
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from app.cli import run
from models.policy.presets import preset_text
from models.workload.shipped import shipped_rules_text
from pricing.load import shipped_table
from tests.admin_pages import bucket, cost, page
from tests.command_tree import walk
from tests.loaded_logs import write_lines
from tests.mapped_logs import row, write_mapping, write_table

ROOT = Path(__file__).parents[1]
RATECARD = Path(sys.executable).with_name("ratecard")
LOGS = Path(__file__).parent / "golden" / "cli" / "logs"

#: What the examples ask for by name.
LOGGED = (
    '{"id": "resp_026af6d2", "object": "response", "created_at": 1788600000, "status": "completed",'
    ' "model": "gpt-5.5", "service_tier": "default", "usage": {"input_tokens": 900,'
    ' "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0}, "output_tokens": 100,'
    ' "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 1000}}\n'
)
#: Of a model that could be moved, in a month that no bill is of.
MOVABLE = (
    LOGGED.replace("gpt-5.5", "gpt-5.4")
    .replace("resp_026af6d2", "resp_54")
    .replace("1788600000", "1791158400")
)
LABELLED = MOVABLE.replace("resp_54", "resp_labelled").replace(
    '{"id"', '{"team": "support", "workload": "coding", "id"'
)
WAITING = LABELLED.replace("resp_labelled", "resp_waiting").replace("coding", "rerank")
INVOICE = (
    "period: {from: 2026-09-01, to: 2026-10-01}\n"
    "lines:\n"
    '  - {description: "gpt-5.5, input", quantity: 900, amount: 0.0045}\n'
    '  - {description: "gpt-5.5, output", quantity: 100, amount: 0.0030}\n'
)
ENTRIES = "sources:\n  ours: {what: our contract, locator: a drawer, kind: contract}\n"

RESULTS = (
    "task,model,effort,solved\n"
    "a,gpt-5.4,high,1\na,gpt-5.5,high,1\nb,gpt-5.4,high,0\nb,gpt-5.5,high,1\n"
)

#: A budget and its limits have something to go by.
KNOWN_SUCCESS = 'assume: {success: {"*": {gpt-5.4: 0.82, gpt-5.5: 0.9}}}\n'

RATES = '{success: {"*": {gpt-5.4: 0.8, gpt-5.5: 0.9}}}'

PUBLIC = (
    '{"gpt-5.5": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 5e-06,'
    ' "cache_read_input_token_cost": 6e-07, "output_cost_per_token": 3e-05}}\n'
)

#: They serve, ask a server, or write as much as the README's tour, which runs them: here they are
#: only parsed.
PARSED = {"app", "demo", "pull"}
#: What an example needs that may not be installed.
ELSEWHERE = ("://", "--from litellm")


COMMANDS = dict(walk())


def examples(command):
    """Return the lines below ``Examples:`` in the help of a command."""
    _, _, below = inspect.cleandoc(command.help).partition("\nExamples:\n")
    return [line.strip() for line in below.splitlines() if line.startswith("  ")]


EXAMPLES = [line for command in COMMANDS.values() for line in examples(command)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with everything that the examples name."""
    here = tmp_path_factory.mktemp("examples")
    shutil.copytree(LOGS, here / "logs")
    (here / "logs" / "one.jsonl").write_text(LOGGED + MOVABLE + LABELLED + WAITING)
    packed = gzip.compress((LOGS / "chat.jsonl").read_bytes())
    (here / "day.jsonl.gz").write_bytes(packed)
    (here / "logs" / "day.jsonl.gz").write_bytes(packed)
    (here / "my-prices.yaml").write_bytes(shipped_table().read_bytes())
    (here / "my-entries.yaml").write_text(ENTRIES)
    (here / "results.csv").write_text(RESULTS)
    (here / "router.yaml").write_text(preset_text("complexity-router"))
    mine = preset_text("always:gpt-5.5").replace("always-", "mine-")
    (here / "mine.yaml").write_text(mine + KNOWN_SUCCESS)
    (here / "rules.yaml").write_text(shipped_rules_text())
    (here / "public-prices.json").write_text(PUBLIC)
    shutil.copy(ROOT / "docs" / "contracts" / "acme-2026.yaml", here)
    items = (cost(0.0045, "gpt-5.5, input"), cost(0.003, "gpt-5.5, output"))
    for place in (here, here / "logs"):
        write_lines(place / "costs.json", page(bucket(4, *items)))
    (here / "invoice.yaml").write_text(INVOICE)
    write_table(here / "usage.csv", row("a"))
    write_mapping(here)
    (here / ".config" / "fish" / "completions").mkdir(parents=True)
    load = ["load", str(here / "logs"), "--db", str(here / "ratecard.duckdb")]
    assert run([*load, "-o", str(here / "loaded.txt")]) == 0
    return here


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_says_what_it_does_and_gives_examples(words, capsys):
    assert run([*words, "--help"]) == 0
    shown = capsys.readouterr().out

    assert len(COMMANDS[words].help.strip().splitlines()[0]) > len("Do a thing.")
    assert f"    ratecard {' '.join(words)}".rstrip() in shown
    if words:
        assert "\n  Examples:\n" in shown
        assert f"Usage: ratecard {' '.join(words)}" in re.sub(
            r"Usage: \S+", "Usage: ratecard", shown
        )


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_option_is_explained(words):
    options = [each for each in COMMANDS[words].params if isinstance(each, click.Option)]

    assert [each.name for each in options if not each.help] == []


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_example_runs(folder, tmp_path, monkeypatch, line):
    monkeypatch.chdir(folder)
    monkeypatch.delenv("RATECARD_DB", raising=False)
    words = shlex.split(line)
    if words[0] == "ratecard" and (words[1] in PARSED or any(each in line for each in ELSEWHERE)):
        named = max((each for each in COMMANDS if tuple(words[1:])[: len(each)] == each), key=len)
        COMMANDS[named].make_context(words[1], words[1 + len(named) :]).close()
        return
    env = {**os.environ, "HOME": str(folder), "PATH": f"{RATECARD.parent}:{os.environ['PATH']}"}
    if words[0] == "ratecard" and not {"|", ">"} & set(words):
        assert run(words[1:]) == 0
    else:
        done = subprocess.run(
            ["bash", "-c", f"set -e -o pipefail; {line}"],
            env=env, cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


def completed(shell, *words):
    """Return what a shell would offer for the last word, asking as its script does."""
    line = " ".join(words)
    asked = {
        "bash": {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)},
        "zsh": {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)},
        "fish": {"COMP_WORDS": line, "COMP_CWORD": words[-1]},
    }[shell]
    env = {**os.environ, **asked, "_RATECARD_COMPLETE": f"{shell}_complete"}
    return subprocess.check_output([RATECARD], env=env, text=True)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands_and_options(shell):
    assert "report" in completed(shell, "ratecard", "rep")
    assert "check" in completed(shell, "ratecard", "prices", "ch")
    assert "--prices-on" in completed(shell, "ratecard", "report", "--prices-")
    assert "parquet" in completed(shell, "ratecard", "report", "--format", "pa")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_is_for_that_shell(shell, capsys):
    assert run(["completion", shell]) == 0
    script = capsys.readouterr().out

    assert "_RATECARD_COMPLETE" in script
    assert f"{shell}_complete" in script
    if checker := shutil.which(shell):
        subprocess.run([checker, "-n"], input=script, text=True, check=True)


def test_bash_completes_after_evaluating_the_script():
    script = (
        'eval "$(ratecard completion bash)"\n'
        "COMP_WORDS=(ratecard exp); COMP_CWORD=1; _ratecard_completion ratecard exp ratecard\n"
        'echo "${COMPREPLY[@]}"\n'
    )
    env = {**os.environ, "PATH": f"{RATECARD.parent}:{os.environ['PATH']}"}
    out = subprocess.check_output(["bash", "-c", script], env=env, text=True)

    assert out.split() == ["explain", "export"]
