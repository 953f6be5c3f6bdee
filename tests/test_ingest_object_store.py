"""Logs in buckets and behind web addresses: found, fetched, loaded as files are."""

import gzip
import importlib
import json
import sys

import pytest

from app.cli import run
from ingest.object_store import find_objects, is_object_url, public_url
from ingest.object_store_faults import told
from ingest.warehouse import Warehouse
from tests.loaded_logs import as_bytes, chat, events, load, rows, spend_log
from tests.object_stores import BUCKET, Azure, Google, Web, s3, serving


def log(*keys: str) -> bytes:
    return b"".join(as_bytes(chat(key)) + b"\n" for key in keys)


@pytest.fixture(scope="session")
def moto():
    with s3() as server:
        yield server


@pytest.fixture
def bucket(moto, monkeypatch):
    """An empty bucket that s3:// leads to."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "pier")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nine")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    moto.empty()
    return moto


@pytest.fixture
def web():
    with serving(Web) as server:
        yield server


@pytest.fixture
def warehouse(tmp_path):
    return Warehouse(tmp_path / "usage.duckdb")


def ids(warehouse):
    return {each["event_id"].removeprefix("chatcmpl-") for each in events(warehouse, "event_id")}


# ---------------------------------------------------------------- what a URL stands for


def is_log(name):
    return name.lower().endswith((".json", ".jsonl", ".jsonl.gz", ".log"))


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("", ["four.log", "logs/2026/three.jsonl.gz", "logs/one.jsonl", "logs/two.JSON"]),
        ("/", ["four.log", "logs/2026/three.jsonl.gz", "logs/one.jsonl", "logs/two.JSON"]),
        ("/logs", ["logs/2026/three.jsonl.gz", "logs/one.jsonl", "logs/two.JSON"]),
        ("/logs/", ["logs/2026/three.jsonl.gz", "logs/one.jsonl", "logs/two.JSON"]),
        ("/logs/one.jsonl", ["logs/one.jsonl"]),
        ("/logs/*.jsonl", ["logs/one.jsonl"]),
        ("/logs/**/*.gz", ["logs/2026/three.jsonl.gz"]),
        ("/logs/t[uw]o*", ["logs/two.JSON"]),
        ("/l*s", ["logs/2026/three.jsonl.gz", "logs/one.jsonl", "logs/two.JSON"]),
        ("/named otherwise", ["named otherwise"]),
        ("/day[1].jsonl", ["day[1].jsonl"]),
    ],
)
def test_an_object_a_prefix_or_a_pattern(bucket, url, found):
    for name in ("logs/one.jsonl", "logs/two.JSON", "logs/2026/three.jsonl.gz", "four.log"):
        bucket.put(name, log("a"))
    bucket.put("day[1].jsonl" if "day" in url else "named otherwise", log("b"))
    bucket.put("logs/readme.txt", b"not a log")

    objects = find_objects(f"s3://{BUCKET}{url}", is_log)

    assert [each.url for each in objects] == [f"s3://{BUCKET}/{name}" for name in found]


def test_objects_are_loaded_as_files_are(bucket, warehouse, tmp_path):
    table = "request_id,call_type,startTime,total_tokens\nlite-9,x,2026-03-01T09:00:00Z,0\n"
    bodies = {
        "a.jsonl": log("a", "b") + b"{broken\n",
        "b.json": json.dumps([chat("b"), chat("c")]).encode(),
        "c.csv.gz": gzip.compress(table.encode()),
        "d.jsonl": as_bytes(spend_log("d")),
    }
    for name, body in bodies.items():
        bucket.put(f"logs/{name}", body)
        (tmp_path / "logs").mkdir(exist_ok=True)
        (tmp_path / "logs" / name).write_bytes(body)
    local = Warehouse(tmp_path / "local.duckdb")

    fetched = load(warehouse, f"s3://{BUCKET}/logs")

    assert [(each.source, each.accounting) for each in fetched] == [
        (each.source, each.accounting) for each in load(local, tmp_path / "logs")
    ]
    assert events(warehouse) == events(local)
    assert rows(warehouse, "select path from ingest_file order by file_id") == [
        (f"s3://{BUCKET}/logs/{name}",) for name in bodies
    ]


AZURE = (
    "DefaultEndpointsProtocol=http;AccountName=pier;AccountKey=bmluZQ==;"
    "BlobEndpoint=http://{place}/pier;"
)


@pytest.mark.parametrize(
    ("handler", "scheme", "variable", "value"),
    [
        (Google, "gs", "STORAGE_EMULATOR_HOST", "http://{place}"),
        (Azure, "az", "AZURE_STORAGE_CONNECTION_STRING", AZURE),
    ],
    ids=["gs", "az"],
)
def test_other_stores(warehouse, monkeypatch, handler, scheme, variable, value):
    with serving(handler) as store:
        monkeypatch.setenv(variable, value.format(place=store.place))
        store.objects = {
            "logs/one.jsonl": log("a"),
            "logs/2026/two.jsonl": log("b"),
            "readme": b"not a log",
        }

        for again in (False, True):
            done = load(warehouse, f"{scheme}://{BUCKET}/logs/", f"{scheme}://{BUCKET}/logs/o*")
            assert [each.path for each in done] == [
                f"{scheme}://{BUCKET}/logs/2026/two.jsonl",
                f"{scheme}://{BUCKET}/logs/one.jsonl",
            ]
            assert {each.repeated for each in done} == {again}
        [missing] = load(warehouse, f"{scheme}://{BUCKET}/logs/nine.jsonl")

    assert ids(warehouse) == {"a", "b"}
    assert missing.error == f"{scheme}://{BUCKET}/logs/nine.jsonl does not exist"


def test_a_web_address_is_shown_without_what_opens_it(web, warehouse):
    web.objects["/export/day.jsonl"] = log("a")
    url = f"http://clerk:s3cret@{web.place}/export/day.jsonl?signature=s3cret"

    [done] = load(warehouse, url)

    assert done.error is None
    assert done.path == f"http://{web.place}/export/day.jsonl"
    assert any("signature=s3cret" in each for each in web.asked)
    assert b"s3cret" not in warehouse.path.read_bytes()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://host/a/b.jsonl?sig=1&x=2#part", "https://host/a/b.jsonl"),
        ("https://user:word@host:8443/a", "https://host:8443/a"),
        ("s3://key:word@bucket/a", "s3://bucket/a"),
        ("abfss://box@pier.dfs.core.windows.net/a", "abfss://box@pier.dfs.core.windows.net/a"),
        ("gs://bucket/a?b", "gs://bucket/a?b"),
    ],
)
def test_what_is_shown_of_a_url(url, shown):
    assert is_object_url(url)
    assert public_url(url) == shown


@pytest.mark.parametrize("name", ["logs/a.jsonl", "C:/logs", "ftp://host/a", "-", "s3:/logs"])
def test_what_is_no_url(name):
    assert not is_object_url(name)


# ---------------------------------------------------------------- again


def test_an_object_that_did_not_change_is_not_fetched_again(web, warehouse):
    web.objects["/a.jsonl"] = log("a")
    load(warehouse, f"http://{web.place}/a.jsonl?signature=1")
    web.asked.clear()

    [again] = load(warehouse, f"http://{web.place}/a.jsonl?signature=2")

    assert again.repeated
    assert again.source == "openai_chat"
    assert (again.accounting.lines, again.accounting.duplicates) == (1, 1)
    assert {each.split()[0] for each in web.asked} == {"HEAD"}


def test_an_object_that_changed_is_fetched_again(bucket, warehouse):
    bucket.put("a.jsonl", log("a"))
    load(warehouse, f"s3://{BUCKET}/a.jsonl")
    bucket.put("a.jsonl", log("b"))

    [again] = load(warehouse, f"s3://{BUCKET}/a.jsonl")

    assert not again.repeated
    assert ids(warehouse) == {"a", "b"}


def test_an_object_read_in_another_way_is_fetched_again(bucket, warehouse):
    bucket.put("a.jsonl", log("a"))
    load(warehouse, f"s3://{BUCKET}/")

    [again] = load(warehouse, f"s3://{BUCKET}/", account="north")

    assert not again.repeated
    assert events(warehouse, "account") == [{"account": "north"}]


def test_the_same_content_under_two_urls_is_loaded_once(bucket, warehouse):
    bucket.put("a.jsonl", log("a"))
    bucket.put("b.jsonl", log("a"))

    first = load(warehouse, f"s3://{BUCKET}/")
    again = load(warehouse, f"s3://{BUCKET}/")

    assert [each.repeated for each in (*first, *again)] == [False, True, True, True]


def test_a_trial_fetches_and_remembers_nothing(bucket, warehouse):
    bucket.put("a.jsonl", log("a"))

    for _ in range(2):
        [trial] = load(warehouse, f"s3://{BUCKET}/a.jsonl", dry_run=True)
        assert (trial.accounting.events, trial.repeated) == (1, False)

    assert not warehouse.exists


def test_one_object_at_a_time_is_on_disk(bucket, warehouse, tmp_path, monkeypatch):
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    for name in "abc":
        bucket.put(f"{name}.jsonl", log(name))
    seen = []
    store = importlib.import_module("ingest.object_store").StoredObject
    fetch = store.fetch

    def watched(self, folder, before):
        for found in fetch(self, folder, before):
            seen.append(sorted(path.name for path in place.rglob("*.jsonl")))
            yield found

    monkeypatch.setattr(store, "fetch", watched)
    load(warehouse, f"s3://{BUCKET}/")

    assert [len(names) for names in seen] == [1, 1, 1]
    assert list(place.iterdir()) == []


# ---------------------------------------------------------------- what goes wrong


WRONG = [
    ("s3://harbour/nine.jsonl", "s3://harbour/nine.jsonl does not exist"),
    ("s3://harbour/nine/", "s3://harbour/nine/ does not exist"),
    ("s3://harbour/nine*", "s3://harbour/nine* does not exist"),
    ("s3://harbour/texts/", "s3://harbour/texts/ holds no .jsonl"),
    ("s3://nowhere/a.jsonl", "s3://nowhere/a.jsonl does not exist: there is no such bucket"),
    ("s3://nowhere/", "s3://nowhere/ does not exist: there is no such bucket"),
    ("http://{web}/none.jsonl?key=s3cret", "http://{web}/none.jsonl does not exist"),
    ("http://{web}/mine.jsonl?key=s3cret", "the server answered 403 Forbidden"),
    ("http://{web}/busy.jsonl", "the server answered 503 Service Unavailable"),
    ("http://{web}/torn.jsonl", "the connection broke off; load it again"),
    ("http://{web}/empty.jsonl", "http://{web}/empty.jsonl is empty"),
    ("http://{web}/", "http://{web}/ is no file; name one"),
    ("http://127.0.0.1:9/a.jsonl", "http://127.0.0.1:9/a.jsonl cannot be reached"),
]


def test_one_sentence_says_why_and_the_rest_is_loaded(bucket, web, warehouse, capfd):
    bucket.put("texts/a.txt", b"text")
    web.objects = {"/torn.jsonl": log("b"), "/empty.jsonl": b"", "/a.jsonl": log("a")}
    urls = [url.format(web=web.place) for url, _ in WRONG]

    *failed, last = load(warehouse, *urls, f"http://{web.place}/a.jsonl")

    assert len(failed) == len(WRONG)
    for done, (_, sentence) in zip(failed, WRONG, strict=True):
        assert sentence.format(web=web.place) in done.error
        assert "s3cret" not in done.error
        assert "\n" not in done.error
    assert last.error is None
    assert ids(warehouse) == {"a"}
    assert capfd.readouterr().err == ""


def test_without_credentials_the_variables_are_named(bucket, warehouse, monkeypatch, tmp_path):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))

    [done] = load(warehouse, f"s3://{BUCKET}/a.jsonl")

    assert "no valid credentials; set AWS_PROFILE" in done.error


@pytest.mark.parametrize(
    ("raised", "sentence"),
    [
        (PermissionError("Forbidden"), "access is refused"),
        (OSError(28, "No space left on device"), "no space left on device"),
        (ValueError("unable to connect: Must provide account_name"), "AZURE_STORAGE_ACCOUNT_NAME"),
        (ValueError("odd: az://box/a?s3cret\nmore"), "cannot be read: odd: az://box/a"),
        (TimeoutError(), "az://box/a cannot be reached"),
        (KeyError(), "cannot be read: KeyError"),
    ],
)
def test_whatever_a_library_raises_becomes_a_sentence(raised, sentence):
    said = told(raised, "az://box/a", "az://box/a?s3cret")

    assert sentence in said
    assert "s3cret" not in said
    assert "\n" not in said


@pytest.mark.parametrize("package", ["fsspec", "s3fs"])
def test_without_the_extra_its_name_is_said(bucket, warehouse, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, "fsspec.core", raising=False)

    [done] = load(warehouse, f"s3://{BUCKET}/a.jsonl")

    assert done.error.startswith("reading s3:// needs the package")
    assert done.error.endswith("install it with: make extras, or pip install '.[cloud]'")


def test_an_object_that_is_overwritten_while_it_is_read_is_refused(bucket, warehouse, monkeypatch):
    bucket.put("a.jsonl", log("a"))
    [found] = find_objects(f"s3://{BUCKET}/a.jsonl", lambda _: True)
    bucket.put("a.jsonl", log("a", "b"))
    monkeypatch.setattr("ingest.elsewhere.find_objects", lambda *_: [found])

    [done] = load(warehouse, f"s3://{BUCKET}/a.jsonl")

    assert done.error == f"s3://{BUCKET}/a.jsonl changed while it was read; load it again"


# ---------------------------------------------------------------- the command


def test_the_command_loads_the_rest_and_exits_2(bucket, web, tmp_path, capsys):
    web.objects["/a.jsonl"] = log("a")
    words = ["load", f"http://{web.place}/a.jsonl?s3cret", f"s3://{BUCKET}/none.jsonl"]

    code = run([*words, "--db", str(tmp_path / "usage.duckdb"), "--format", "csv"])

    said = capsys.readouterr()
    assert code == 2
    assert f"http://{web.place}/a.jsonl,openai_chat,1,1,0,0,0,false" in said.out
    assert f"ratecard: s3://{BUCKET}/none.jsonl does not exist" in said.err
    assert "s3cret" not in said.out + said.err
