"""One file, several processes: each waits for the other, and sees whole loads only."""

import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from ingest.warehouse import Warehouse, WarehouseBusyError, WarehouseError
from tests.loaded_logs import chat, events, load, rows, write_lines

ROOT = Path(__file__).parents[1]

HOLDER = """
import sys, time
from pathlib import Path
from ingest.warehouse import Warehouse
warehouse = Warehouse(Path(sys.argv[1]))
with (warehouse.writing() if sys.argv[2] == "writing" else warehouse.reading()):
    print("held", flush=True)
    time.sleep(float(sys.argv[3]))
"""

LOADER = """
import sys
from pathlib import Path
from ingest.warehouse import Warehouse
from tests.loaded_logs import load
for loaded in load(Warehouse(Path(sys.argv[1])), *sys.argv[2:]):
    assert loaded.error is None, loaded.error
"""


def started(code: str, *arguments: object) -> subprocess.Popen:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@contextmanager
def held(warehouse: Warehouse, how: str, seconds: float = 60.0):
    """Let another process hold the file for some seconds, at most as long as the context."""
    with started(HOLDER, warehouse.path, how, seconds) as process:
        assert process.stdout.readline() == "held\n"
        yield
        process.kill()


@contextmanager
def refused(sentence: str):
    """Expect one sentence that says why the database cannot be used."""
    with pytest.raises(WarehouseError, match=sentence) as fault:
        yield
    assert "\n" not in str(fault.value)


@pytest.fixture
def warehouse(tmp_path) -> Warehouse:
    return Warehouse(tmp_path / "usage.duckdb")


@pytest.fixture
def filled(warehouse, tmp_path) -> Warehouse:
    load(warehouse, write_lines(tmp_path / "log.jsonl", chat("a")))
    return warehouse


@pytest.mark.parametrize("how", ["reading", "writing"])
def test_who_comes_while_another_writes_is_told_after_a_while(filled, how):
    with held(filled, "writing"):
        begun = time.monotonic()
        with refused(r"usage\.duckdb is in use by another process"):
            getattr(filled, how)(patience_s=0.3).__enter__()
        assert time.monotonic() - begun >= 0.3


@pytest.mark.parametrize("how", ["reading", "writing"])
def test_who_waits_gets_the_file_when_it_is_free(filled, how):
    with held(filled, "writing", 0.5), getattr(filled, how)(patience_s=20) as con:
        assert con.execute("select count(*) from usage_event").fetchone() == (1,)


def test_a_writer_waits_for_a_reader(filled):
    with held(filled, "reading", 0.5):
        with pytest.raises(WarehouseBusyError), filled.writing(patience_s=0.1):
            pass
        with filled.writing(patience_s=20) as con:
            assert con.execute("select count(*) from usage_event").fetchone() == (1,)


def test_readers_do_not_wait_for_each_other(filled):
    with held(filled, "reading", 0.5), filled.reading(patience_s=0) as con:
        assert con.execute("select count(*) from usage_event").fetchone() == (1,)


def test_within_a_process_they_wait_too(filled):
    with (
        filled.reading(),
        pytest.raises(WarehouseBusyError),
        filled.writing(patience_s=0.1),
    ):
        pass
    with filled.writing(), pytest.raises(WarehouseBusyError), filled.reading(patience_s=0.1):
        pass


def test_a_reader_sees_whole_files_while_a_load_runs(filled, tmp_path):
    folder = tmp_path / "logs"
    for n in range(4):
        lines = [chat(str(k)) for k in range(n * 400, n * 400 + 500)]
        write_lines(folder / f"{n}.jsonl", *lines)
    seen = []

    with started(LOADER, filled.path, folder) as process:
        while process.poll() is None:
            with filled.reading() as con:
                [[manifest]] = con.execute("select sum(events) from ingest_file").fetchall()
                [[stored]] = con.execute("select count(*) from usage_event").fetchall()
            assert manifest == stored
            seen.append(stored)
            time.sleep(0.05)

    assert process.returncode == 0
    assert seen == sorted(seen)
    assert set(seen) <= {1, 501, 901, 1301, 1701}
    assert len(set(seen)) > 2
    assert len(events(filled)) == 1701


def test_two_loads_at_once_give_what_one_gives(warehouse, tmp_path):
    for n in range(3):
        lines = [chat(str(k), completion=n + 1) for k in range(n * 40, n * 40 + 60)]
        write_lines(tmp_path / "logs" / f"{n}.jsonl", *lines, b"broken")
    files = sorted((tmp_path / "logs").iterdir())
    alone = Warehouse(tmp_path / "alone.duckdb")
    load(alone, *files)

    with (
        started(LOADER, warehouse.path, *files) as one,
        started(LOADER, warehouse.path, *reversed(files)) as other,
    ):
        assert (one.wait(), other.wait()) == (0, 0)

    assert events(warehouse) == events(alone)
    sums = "select count(*), sum(lines), sum(events), sum(quarantined) from ingest_file"
    assert rows(warehouse, sums) == [(3, 183, 140, 3)]


def test_there_is_no_database_to_read(warehouse):
    with refused(r"there is no database at .*; load logs with: "), warehouse.reading():
        pass


def test_a_database_of_something_else_is_left_alone(warehouse):
    with duckdb.connect(str(warehouse.path)) as con:
        con.execute("create table theirs as select 1 as a")

    with refused("is a database of something else"), warehouse.writing():
        pass
    with duckdb.connect(str(warehouse.path)) as con:
        assert con.execute("show tables").fetchall() == [("theirs",)]


def test_a_file_that_is_no_database_is_left_alone(warehouse):
    warehouse.path.write_text("a shopping list\n" * 1000)

    with refused(r"usage\.duckdb cannot be opened: "), warehouse.reading():
        pass
    with refused(r"usage\.duckdb cannot be opened: "), warehouse.writing():
        pass
    assert warehouse.path.read_text() == "a shopping list\n" * 1000


def test_a_database_of_a_newer_version_is_left_alone(filled):
    with filled.writing() as con:
        con.execute("update meta set value = '999' where key = 'schema_version'")

    with refused("was written by a newer ratecard; upgrade this one"), filled.writing():
        pass
    with refused("was written by another version of ratecard"), filled.reading():
        pass
