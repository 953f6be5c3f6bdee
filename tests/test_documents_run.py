"""What the documents show is run, and gives what they show."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from app.cli import run
from pricing.load import load_price_book
from pricing.names import meaning
from tests.console import assert_shows, renew, shown_in

ROOT = Path(__file__).parents[1]
RATECARD = Path(sys.executable).with_name("ratecard")
README = ROOT / "README.md"
SCHEMA = ROOT / "docs" / "schema.md"
PRICES = ROOT / "docs" / "prices.md"
DOCUMENTS = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("**/*.md"))]

LOGS = Path(__file__).parent / "golden" / "cli" / "logs"
PREVIEW = (
    '{"id": "c1", "object": "chat.completion", "created": 1792000000, "service_tier": "default",'
    ' "model": "gpt-5.6-luna-preview", "usage": {"prompt_tokens": 1000, "completion_tokens": 1000,'
    ' "total_tokens": 2000}}\n'
)


def blocks(path, language):
    """Return the fenced blocks of a language."""
    fenced = r"^```(\w*)\n(.*?)^```"
    found = re.findall(fenced, path.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return [block for marked, block in found if marked == language]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """A small database with something in every table."""
    path = tmp_path_factory.mktemp("documents") / "usage.duckdb"
    words = ["load", str(LOGS), "--db", str(path), "--prices", str(LOGS.with_name("prices.yaml"))]
    assert run([*words, "-o", str(path.with_suffix(".txt"))]) == 0
    return path


# ---------------------------------------------------------------- the tour


@pytest.mark.slow
def test_the_tour_shows_what_happens(tmp_path, monkeypatch, capsys, request):
    """As large as ``make demo`` makes it: these are the numbers that a reader gets."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RATECARD_DB", raising=False)
    written = []
    for words in (shlex.split(shown.command) for shown in shown_in(README)):
        if words == ["make", "demo"]:
            demo = [RATECARD, "demo"]
            written.append(subprocess.check_output(demo, stderr=subprocess.STDOUT, text=True))
        elif words[0] == "ratecard":
            assert run(words[1:]) == 0
            written.append("".join(capsys.readouterr()))
        else:
            assert words[0] == "export" or words == [".", ".venv/bin/activate"]
            if words[0] == "export":
                monkeypatch.setenv(*words[1].split("=", 1))
            written.append("")
    if request.config.getoption("--update-golden"):
        renew(README, written)

    for shown, said in zip(shown_in(README), written, strict=True):
        assert_shows(shown, said)
    assert any("ratecard simulate" in shown.command for shown in shown_in(README))


# ---------------------------------------------------------------- the database


def described():
    """Return the columns that the document describes, by table."""
    tables, table = {}, ""
    for line in SCHEMA.read_text("utf-8").splitlines():
        if line.startswith("## "):
            table = line.removeprefix("## ")
        elif row := re.fullmatch(r"\| `(\w+)` \| ([A-Z]\S*) \| (.+) \|", line):
            tables.setdefault(table, []).append((row[1], row[2]))
            assert row[3].strip()
    return tables


def test_every_table_and_column_is_described(database):
    with duckdb.connect(database, read_only=True) as con:
        found = con.execute(
            "select table_name, column_name, data_type from information_schema.columns "
            "order by table_name, ordinal_position"
        ).fetchall()
    tables = {}
    for table, column, kind in found:
        tables.setdefault(table, []).append((column, kind))
    of_an_event = tables["usage_event"]
    ours = [column for column in tables["rated_usage"] if column not in of_an_event]

    assert described() == {**tables, "rated_usage": ours}


@pytest.mark.parametrize("query", blocks(SCHEMA, "sql"), ids=lambda text: text.split()[1])
def test_queries_by_hand_run(database, query):
    with duckdb.connect(database, read_only=True) as con:
        rows = con.execute(query).fetchall()
        names = [column[0] for column in con.description]
        kinds = [str(column[1]) for column in con.description]

    if "<>" not in query:  # what looks for a difference finds none here
        assert rows
    for name, kind in zip(names, kinds, strict=True):
        assert not (name.endswith("usd") and kind in {"DOUBLE", "FLOAT"}), "a float of money"


# ---------------------------------------------------------------- the price book


def test_the_overlay_of_the_document_prices_the_preview(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("RATECARD_DB", "usage.duckdb")
    monkeypatch.chdir(tmp_path)
    Path("log.jsonl").write_text(PREVIEW)
    assert run(["load", "log.jsonl"]) == 0
    assert "1 unknown_model" in capsys.readouterr().err
    [overlay] = blocks(PRICES, "yaml")
    Path("my-entries.yaml").write_text(overlay, "utf-8")
    [commands] = blocks(PRICES, "")
    for line in commands.splitlines():
        assert run(shlex.split(line)[1:]) == 0, line
    said = capsys.readouterr()

    assert "0.0052" in said.out.splitlines()[-1]  # 1,000 * 0.75 + 1,000 * 4.50, per million
    assert "have no price" not in said.err


def test_every_reason_is_explained():
    from pricing.vocabulary import UnpricedReason

    rows = re.findall(r"^\| `(\w+)` \| .", PRICES.read_text("utf-8"), re.MULTILINE)

    assert rows == [reason.value for reason in UnpricedReason]


# ---------------------------------------------------------------- links and names


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+)", path.read_text("utf-8")):
        if not target.startswith("https://"):
            assert (path.parent / target).exists(), target


def test_the_walk_has_ten_steps_and_names_what_is_there():
    text = README.read_text("utf-8")
    walk = text[text.index("## One record") : text.index("## What it does not")]
    steps = re.findall(r"^(\d+)\. (.*)", walk, re.MULTILINE)

    assert [number for number, _ in steps] == [str(k) for k in range(1, 11)]
    for _, step in steps:
        code = "".join(
            (ROOT / target).read_text("utf-8") for target in re.findall(r"\]\(([^)]+)\)", step)
        )
        assert code
        for name in re.findall(r"`([a-z_]+|[A-Z][A-Za-z]+)`", step):
            assert re.search(rf"\b(def|class) {name}\b|^{name} = ", code, re.MULTILINE), name


def test_nothing_is_promised_that_another_says_is_missing():
    """A command of the design that does not exist yet is not in the documents."""
    absent = (
        "project",
        "bridge",
        "anomalies",
        "budget",
    )
    for path in DOCUMENTS:
        for command in absent:
            assert f"ratecard {command}" not in path.read_text("utf-8")


def test_the_names_of_the_document_are_read(tmp_path):
    [names] = blocks(PRICES, "yml")
    overlay = tmp_path / "names.yaml"
    overlay.write_text(names, "utf-8")
    book = load_price_book(overlay=overlay)

    assert meaning("azure", "prod-chat-east", book) == ("openai", "gpt-5.4")
    assert meaning("litellm", "acme/best", book) == ("openai", "gpt-5.5-pro")


def test_the_comparisons_of_the_document_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    looked_at = [
        line for block in blocks(PRICES, "sh") for line in block.splitlines()
        if re.match(r"ratecard prices (diff|check|claims)", line)
    ]  # fmt: skip
    assert len(looked_at) == 4
    for line in looked_at:
        assert run(shlex.split(line)[1:]) == 0, line
        assert capsys.readouterr().out
