"""The worked examples: their commands are run, and print what is shown.

``pytest --update-golden tests/test_examples.py`` writes the blocks anew; the sentences around them
are for a person to bring up to date, and the figures in them are looked up in what was printed.
"""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from app.cli import run
from tests.console import assert_shows, renew, shown_in

FOLDER = Path(__file__).parents[1] / "docs" / "examples"
EXAMPLES = sorted(FOLDER.glob("*.md"))

_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_AMOUNT = re.compile(rf"[−+]?\${_NUMBER}|\b{_NUMBER}(?: ?%|×| p\.p\.)")


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """What `ratecard demo` writes and says, by its options; the examples share it."""
    made = {}

    def of(words, capsys):
        if words not in made:
            folder = tmp_path_factory.mktemp("company")
            with pytest.MonkeyPatch.context() as patch:
                patch.chdir(folder)
                assert run(list(words)) == 0
            made[words] = folder / "ratecard-demo", "".join(capsys.readouterr())
        return made[words]

    return of


@pytest.fixture
def printed(tmp_path, monkeypatch, capsys, company):
    """Run the commands of an example, and return what each prints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RATECARD_DB", raising=False)

    def one(command):
        words = shlex.split(command)
        if words[0] == "export":
            monkeypatch.setenv(*words[1].split("=", 1))
            return ""
        assert words[0] == "ratecard", command
        if words[1] == "demo":
            folder, said = company(tuple(words[1:]), capsys)
            shutil.copytree(folder, "ratecard-demo")
            return said
        assert run(words[1:]) == 0, command
        return "".join(capsys.readouterr())

    def all_of(path):
        shutil.copytree(FOLDER, "docs/examples")
        return [one(shown.command) for shown in shown_in(path)]

    return all_of


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_shows_what_happens(path, printed, request):
    written = printed(path)
    if request.config.getoption("--update-golden"):
        renew(path, written)

    for shown, said in zip(shown_in(path), written, strict=True):
        assert_shows(shown, said)
    assert sorted(figures_in(path) - known_figures(written)) == []


def figures_in(path):
    """Return the amounts, percentages and ratios in the sentences of an example."""
    prose = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    return {figure(found) for found in _AMOUNT.findall(prose)}


def known_figures(written):
    """Return the figures that were printed, and the amounts that the scenarios state."""
    stated = [each.read_text("utf-8") for each in FOLDER.glob("*.yaml")]
    amounts = {f"${number}" for text in stated for number in re.findall(r"\d+(?:\.\d+)?", text)}
    return amounts | {figure(found) for text in written for found in _AMOUNT.findall(text)}


def figure(text):
    """Return a figure without what differs between a sentence and a table: sign and space."""
    return text.replace(" ", "").lstrip("+−")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_scenario_of_an_example_has_no_fault(path, capsys):
    assert run(["policy", "check", str(path)]) == 0


def test_what_lies_beside_the_examples_is_used():
    shown = " ".join(each.command for path in EXAMPLES for each in shown_in(path))
    for path in FOLDER.iterdir():
        assert path in EXAMPLES or f"docs/examples/{path.name}" in shown, path.name
