"""Parts of the documents that are written from the program: compare them, or write them anew.

``pytest --update-golden tests/test_documents_generated.py`` writes them.
"""

import inspect
import re
from pathlib import Path

import click
import pytest

from app.commands.sources import formats_of, recognised_by
from ingest.mapping.words import TIERS, WORDS
from ingest.source import all_sources
from tests.command_tree import walk

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"

ABOUT_CLI = """\
# The command line

Written from the help of each command by `pytest --update-golden`. `ratecard COMMAND --help` says \
the same.

stdout is data, stderr is talk: `ratecard report --format csv > report.csv` holds rows and nothing \
else. Exit codes: 0 done; 1 done, and a check that was asked for failed (`--strict`); 2 could not, \
with one sentence on stderr that says what to do.
"""


@pytest.fixture
def written(request):
    """Compare a document with a text, or write it."""

    def check(path, text):
        if request.config.getoption("--update-golden"):
            path.write_text(text, "utf-8")
        assert path.read_text("utf-8") == text, f"{path.name}: pytest --update-golden writes it"

    return check


def reference(words, command):
    """Return the section of a command: its help, examples and options."""
    context = click.Context(command, info_name=" ".join(words))
    usage = " ".join([*words, *command.collect_usage_pieces(context)])
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    parts = [f"## {' '.join(words)}", f"`{usage}`"]
    for paragraph in paragraphs:
        if paragraph.startswith("\b"):
            head, *lines = paragraph.removeprefix("\b\n").splitlines()
            shown = [re.sub(" {2,}", "  # ", line.strip()) for line in lines]
            parts.append(f"{head}\n\n```\n" + "\n".join(shown) + "\n```")
        else:
            parts.append(" ".join(paragraph.split()))
    options = [param for param in command.params if isinstance(param, click.Option)]
    if options:
        rows = [f"| {spelt(option)} | {meaning(option)} |" for option in options]
        parts.append("\n".join(["| option | what it does |", "|---|---|", *rows]))
    return "\n\n".join(parts)


def spelt(option):
    if isinstance(option.type, click.Choice):
        value = " " + " / ".join(option.type.choices)
    else:
        value = "" if option.is_flag else f" {option.metavar or 'N'}"
    return f"`{', '.join(option.opts)}{value}`"


def meaning(option):
    shown = option.show_default and not option.is_flag
    return f"{option.help}{f' Default: `{option.default}`.' if shown else ''}"


def test_the_reference_of_the_command_line(written):
    sections = [reference(("ratecard", *words), command) for words, command in walk()]

    written(ROOT / "docs" / "cli.md", "\n\n".join([ABOUT_CLI.strip(), *sections]) + "\n")


def source_table():
    rows = [f"| `{source.name}` | {source.title.rstrip('.')} |" for source in all_sources()]
    return "\n".join(["| source | what it reads |", "|---|---|", *rows])


def test_the_readme_lists_the_sources(written):
    text = README.read_text("utf-8")
    marked = r"(<!-- sources: [^>]*-->\n).*(<!-- end of sources -->)"

    assert re.search(marked, text, re.DOTALL)
    table = source_table()
    written(README, re.sub(marked, lambda m: f"{m[1]}\n{table}\n\n{m[2]}", text, flags=re.DOTALL))


ABOUT_SOURCES = """\
# Logs that are read

Written from the headers of `ingest/sources` by `pytest --update-golden`. `ratecard sources NAME` \
says the same.

A record that meets every condition of one source is that source's. If several claim a file, \
`ratecard load` names them, and `--source NAME` chooses. What none claims can be described in a \
mapping file: [mapping.md](mapping.md). Files may be plain, gzip or zstd.
"""


def section(source):
    """Return what a source's header says."""
    lies = "bare, or in an envelope: `response.body`, `response`, `body`"
    rows = {
        "read from": ", ".join(formats_of(source).split()),
        "recognised by": "<br>".join(map(code_of, recognised_by(source))),
        "a record lies": lies if source.wrapped else "bare",
        "key": source.notes["key"],
        "counts": source.notes["counts"],
        "service tier": source.notes["tier"],
    }
    table = [f"| {what} | {cell(text)} |" for what, text in rows.items()]
    traps = " ".join(source.notes["traps"].split("\n"))
    head = f"## {source.name}\n\n{source.title}\n\n| | |\n|---|---|\n"
    return head + "\n".join(table) + f"\n\nTraps: {traps}"


def code_of(condition):
    words = condition.split(", ")
    known = all(re.match(r"(has|lacks) \S+$|\S+ = ", word) for word in words)
    return ", ".join(f"`{word}`" for word in words) if known else condition


def cell(text):
    return text.replace("\n", " ").replace("|", "\\|")


def test_the_reference_of_the_sources(written):
    sections = [section(source) for source in all_sources()]

    written(ROOT / "docs" / "sources.md", "\n\n".join([ABOUT_SOURCES.strip(), *sections]) + "\n")


def word_table():
    rows = [f"| `{word}` | {each.kind} | {each.meaning} |" for word, each in WORDS.items()]
    tiers = f"Tiers: {', '.join(f'`{tier}`' for tier in TIERS)}."
    return "\n".join(["| word | is | what it holds |", "|---|---|---|", *rows, "", tiers])


def test_the_words_of_a_mapping_file(written):
    path = ROOT / "docs" / "mapping.md"
    marked = r"(<!-- words: [^>]*-->\n).*(<!-- end of words -->)"
    text = path.read_text("utf-8")

    assert re.search(marked, text, re.DOTALL)
    fresh = re.sub(marked, lambda m: f"{m[1]}\n{word_table()}\n\n{m[2]}", text, flags=re.DOTALL)
    written(path, fresh)


def test_the_readme_table_of_commands_says_nothing_twice():
    text = README.read_text("utf-8")
    for words, _ in walk():
        row = rf"^\| `ratecard {' '.join(words)}` \|"
        assert len(re.findall(row, text, re.MULTILINE)) == (1 if words else 0)
