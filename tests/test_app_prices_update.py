"""`ratecard prices update` from end to end, on made-up lists and the made-up table."""

import csv
import io
import json
import shlex
import threading
from contextlib import chdir, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.cli import run
from pricing.feeds import fetch
from pricing.feeds.reading import read_file
from pricing.load import load_price_book

TESTS = Path(__file__).parent
SAMPLES = TESTS / "golden" / "feeds"
TABLE = TESTS / "prices.yaml"

#: A golden file each.
SHOWN = {
    "one_list": "--from litellm.json",
    "two_lists": "--from litellm.json --from genai-prices.json",
    "preferred": "--from litellm.json --from genai-prices.json --prefer genai-prices --format csv",
    "all_json": "--from llm-prices/current-v1.json --all --format json",
    "yaml": "--from litellm.json --from genai-prices.json --format yaml",
    "one_model": "--from models-dev.json --model acme-nova --format yaml",
    "reseller": "--from litellm.json --provider openrouter --model openrouter/acme/acme-large "
    "--format yaml",
    "dated": "--from genai-prices.json --model acme-large --effective-from 2026-04-01 "
    "--format yaml",
    "nothing": "--from llm-prices/acme.json",
}


def update(words, *more):
    with chdir(SAMPLES):
        asked = [*shlex.split(words), "--as-of", "2026-04-15", "--prices", str(TABLE), *more]
        return run(["prices", "update", *asked])


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_shown(name, capsys, golden):
    assert update(SHOWN[name]) == 0
    out, err = capsys.readouterr()
    text = f"$ ratecard prices update {SHOWN[name]}\n{out}--- stderr\n{err}"
    for path in SAMPLES.rglob("*.json"):
        text = text.replace(read_file(path).revision, "REVISION")

    golden(f"feeds/update_{name}.txt", text)


def test_the_entries_are_a_table_that_can_be_laid_over(tmp_path, capsys):
    for name in ("yaml", "reseller", "one_model"):
        assert update(SHOWN[name]) == 0
        path = tmp_path / f"{name}.yaml"
        path.write_text(capsys.readouterr().out)

        load_price_book(TABLE, overlay=path)


def test_an_id_of_a_list_cannot_add_lines_of_its_own(tmp_path, capsys):
    evil = tmp_path / "evil.json"
    name = "acme-x\nmodels: [evil]\x1b[31m"
    keys = {"litellm_provider": "acme", "input_cost_per_token": 1e-06, "output_cost_per_token": 1}
    evil.write_text(json.dumps({name: keys}))
    for form in ("yaml", "table"):
        assert update(f"--from {evil} --format {form}") == 0
        out = capsys.readouterr().out
        assert "\x1b" not in out
        assert "\nmodels: [evil]" not in out


def test_what_is_written_is_what_was_shown(tmp_path, capsys):
    mine = tmp_path / "mine.yaml"
    lists = "--from litellm.json --from genai-prices.json --format yaml"
    assert update(lists, "--write", "--price-overlay", str(mine)) == 0
    out, err = capsys.readouterr()
    shown = "".join(line for line in out.splitlines(True) if not line.startswith("#"))

    assert mine.read_text() == shown
    assert err.endswith(f"entries appended to {mine}\n")

    assert update(lists, "--write", "--price-overlay", str(mine)) == 0
    assert capsys.readouterr().err.endswith("nothing to append\n")
    assert mine.read_text() == shown


def test_nothing_is_written_without_being_asked(tmp_path, capsys):
    mine = tmp_path / "mine.yaml"
    mine.write_text("models: []\n")
    assert update("--from litellm.json", "--price-overlay", str(mine)) == 0

    assert mine.read_text() == "models: []\n"
    assert "--write appends them" in capsys.readouterr().err


def test_a_table_of_the_users_own_can_be_written_to(tmp_path, capsys):
    table = tmp_path / "table.yaml"
    table.write_bytes(TABLE.read_bytes())
    words = ["--from", str(SAMPLES / "litellm.json"), "--as-of", "2026-04-15", "--write"]
    assert run(["prices", "update", *words, "--prices", str(table)]) == 0

    assert "acme-nova" in {model for _, model in load_price_book(table).models}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--from", "nowhere.json"], "nowhere.json: no such file or directory; name a price list"),
        (["--from", "litellm.txt"], "litellm.txt is not readable as JSON"),
        (["--from", "ftp://acme.example/x.json"], "is not an http or https address; download it"),
        (
            ["--from", "litellm.json", "--prefer", "portkey"],
            "--prefer portkey is none of the lists",
        ),
        (["--from", "litellm.json", "--model", "acme-larg"], "leave --model out to see all"),
        (["--from", "litellm.json", "--as-of", "2199-01-01"], "has not come yet; leave it out"),
        (["--from", "litellm.json", "--as-of", "soon"], "'soon' is not a date"),
        (["--from", "litellm.json", "--effective-from", "soon"], "'soon' is not a date"),
        (["--from", "litellm.json", "--write"], "--write needs the file to append to; name it"),
        (["--from", "litellm.json", "--price-overlay", "none.yaml"], "none.yaml is not a file"),
        ([], "Missing option '--from'"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(capsys, words, says):
    with chdir(SAMPLES):
        assert run(["prices", "update", *words]) == 2
    out, err = capsys.readouterr()

    assert out == ""
    assert says in err
    assert err.startswith("ratecard: ")
    assert err.count("\n") == 1


def test_the_installed_packages_are_named_in_place_of_a_file(capsys):
    pytest.importorskip("genai_prices")
    words = ["--from", "litellm", "--from", "genai-prices", "--model", "gpt-5.4", "--all"]
    assert run(["prices", "update", *words, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    verdicts = {row["verdict"] for row in rows}

    assert {row["feed"].partition("@")[0] for row in rows} == {"litellm", "genai-prices"}
    assert "agrees" in verdicts
    assert "differs" not in verdicts  # two lists and our table agree on gpt-5.4


# ------------------------------------------------------------------ addresses


@contextmanager
def serving(answers):
    """Serve answers by path: a body, or a status with headers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, headers, body = answers[self.path]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            for piece in body:
                self.wfile.write(piece)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def test_a_list_is_read_from_an_address(tmp_path, capsys):
    body = (SAMPLES / "litellm.json").read_bytes()
    answers = {
        "/prices.json": (200, {}, [body]),
        "/moved": (302, {"Location": "/prices.json"}, []),
    }
    mine = tmp_path / "mine.yaml"
    with serving(answers) as base:
        words = f"--from {base}/moved --model acme-nova --write"
        assert update(words, "--price-overlay", str(mine)) == 0

    assert load_price_book(TABLE, overlay=mine).sources["litellm"].locator == f"{base}/moved"


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/gone", "answers 404; check the address, or download the list"),
        ("/page", "is not readable as JSON"),
        ("/huge", "has more than 64 MB"),
        ("/loop", "cannot be read (TooManyRedirects)"),
        ("/elsewhere", "cannot be read (UnsupportedProtocol)"),
    ],
)
def test_an_address_without_a_list_is_refused(capsys, path, says, monkeypatch):
    monkeypatch.setattr(fetch, "MOST_BYTES", 10_000)
    monkeypatch.setattr("pricing.feeds.reading.MOST_BYTES", 10_000)
    answers = {
        "/gone": (404, {}, [b"{}"]),
        "/page": (200, {}, [b"<html>"]),
        "/huge": (200, {}, [b" " * 1000] * 40),
        "/loop": (302, {"Location": "/loop"}, []),
        "/elsewhere": (302, {"Location": "file:///etc/hosts"}, []),
    }
    with serving(answers) as base:
        assert update(f"--from {base}{path}") == 2
    out, err = capsys.readouterr()

    assert out == ""
    assert says in err


def test_nobody_at_an_address_is_said(capsys):
    with serving({}) as base:
        pass
    assert update(f"--from {base}/prices.json") == 2

    assert "cannot be read (ConnectError); check the address and the network" in (
        capsys.readouterr().err
    )


def test_an_address_that_is_none_is_said(capsys):
    assert update("--from http://[/x.json") == 2
    assert "cannot be read" in capsys.readouterr().err


def test_json_holds_what_csv_holds(capsys):
    assert update("--from litellm.json --format json") == 0
    objects = json.loads(capsys.readouterr().out)
    assert update("--from litellm.json --format csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))

    assert [each["raw_key"] for each in objects] == [each["raw_key"] for each in rows]
    assert list(objects[0]) == list(rows[0])
