"""The documents cannot lie: what they show exists, and every command is shown."""

import re
import shlex
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DOCUMENTS = [path for path in (README,) if path.exists()]
DOCUMENTS += sorted((ROOT / "docs").glob("**/*.md"))

Words = tuple[str, ...]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def found(path: Path, pattern: str) -> list[str]:
    return re.findall(pattern, path.read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def commands() -> dict[Words, set[str]]:
    """Every command of ``ratecard``, with the options it understands."""
    from app.cli import ratecard

    def walk(command: click.Command, words: Words):
        options = {o for p in command.params for o in (*p.opts, *p.secondary_opts)}
        yield words, options | {"--help"}
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                yield from walk(command.get_command(context, name), (*words, name))

    return dict(walk(ratecard, ()))


def invocations(path: Path) -> list[list[str]]:
    """Return the words after ``ratecard`` on each line of the fenced blocks."""
    fenced = "".join(found(path, r"^```[^\n]*\n(.*?)^```")).replace("\\\n", " ")
    shown = [
        re.match(r"(?:\$ )?(?:\S*/)?ratecard(?= |$)([^|>]*)", line) for line in fenced.splitlines()
    ]
    return [shlex.split(line[1], comments=True) for line in shown if line]


@pytest.mark.skipif(not README.exists(), reason="no README yet")
def test_the_readme_names_every_command(commands):
    text = README.read_text("utf-8")

    assert [w for w in commands if " ".join(("ratecard", *w)) not in text] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_documents_show_commands_that_exist(path, commands):
    for words in invocations(path):
        command: Words = ()
        for word in words:
            if (*command, word) in commands:
                command = (*command, word)
        options = {word.partition("=")[0] for word in words if word.startswith("--")}

        assert command or not words or options, f"no such command: {words}"
        assert options <= commands[command] | commands[()], words


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_documents_show_make_targets_that_exist(path):
    targets = found(ROOT / "Makefile", r"^([a-z]+):")
    shown = found(path, r"(?:^|`)make ([a-z]+)\b")

    assert set(shown) <= set(targets)
