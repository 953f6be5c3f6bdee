"""A load that is killed leaves whole files, and the next one completes them."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from ingest.load import load_paths
from ingest.warehouse import Warehouse
from ingest.workspace import workspace
from tests.loaded_logs import BOOK, chat, rows, write_lines

ROOT = Path(__file__).parents[1]

# Loads a folder and tells which file it reads; kills itself before its n-th statement.
LOADER = """
import os, signal, sys
import duckdb

class Watched:
    left = int(sys.argv[3])
    def __init__(self, con):
        self.con = con
    def __getattr__(self, name):
        return getattr(self.con, name)
    def __enter__(self):
        return self
    def __exit__(self, *error):
        self.con.close()
    def execute(self, *statement):
        Watched.left -= 1
        if Watched.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.con.execute(*statement)

connect = duckdb.connect
duckdb.connect = lambda *args, **options: Watched(connect(*args, **options))

from ingest.load import load_paths
from ingest.warehouse import Warehouse
from ingest.workspace import workspace
from pathlib import Path
from tests.loaded_logs import BOOK

for loaded in load_paths([sys.argv[1]], Warehouse(Path(sys.argv[2])), BOOK):
    print(loaded.path, flush=True)
print(-Watched.left)
"""


def start(folder: Path, database: Path, statement: int = 0) -> subprocess.Popen:
    command = [sys.executable, "-c", LOADER, str(folder), str(database), str(statement)]
    left_behind = os.environ | {"TMPDIR": str(database.parent)}
    return subprocess.Popen(command, cwd=ROOT, env=left_behind, stdout=subprocess.PIPE, text=True)


def state(warehouse: Warehouse) -> list[list[tuple]]:
    """Return all that a load leaves, but when it was."""
    return [
        rows(warehouse, "select * exclude (loaded_at) from ingest_file order by file_id"),
        rows(warehouse, "from quarantine order by file_id, line"),
        rows(warehouse, "from usage_event order by event_id"),
        rows(warehouse, "from rates order by rate_id"),
        rows(warehouse, "from model_name order by model_raw"),
        rows(warehouse, "from meta order by key"),
    ]


def assert_whole_files(warehouse: Warehouse, files: dict[str, int]) -> None:
    if not warehouse.exists:
        return
    warehouse.bring_up_to_date()
    found = rows(
        warehouse,
        "select path, lines, events + duplicates + not_usage + quarantined, "
        "events, (select count(*) from usage_event where file_id = ingest_file.file_id), "
        "quarantined, (select count(*) from quarantine where file_id = ingest_file.file_id) "
        "from ingest_file order by file_id",
    )
    for path, lines, accounted, events, stored, quarantined, listed in found:
        assert lines == accounted == files[path]
        assert (stored, listed) == (events, quarantined)
    for table in ("usage_event", "quarantine"):
        stray = (
            f"select count(*) from {table} where file_id not in (select file_id from ingest_file)"
        )
        assert rows(warehouse, stray) == [(0,)]


def logs(folder: Path, *, files: int, lines: int) -> dict[str, int]:
    """Write logs that overlap and hold what must be settled or refused."""
    found = {}
    for n in range(files):
        first = n * lines * 3 // 4
        written = [chat(str(k), k % 90, k % 7) for k in range(first, first + lines)]
        written += [
            chat("settled", completion=n + 1, metadata={"team": f"team {n}"}),
            chat("settled", completion=9 - n),
            {"error": {"message": "No."}},
            b'{"cut": ',
        ]
        path = write_lines(folder / f"{n}.jsonl", *written)
        found[str(path)] = len(written)
    return found


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A folder of logs, what is in it, and what loading it undisturbed leaves."""
    folder = tmp_path_factory.mktemp("small")
    files = logs(folder / "logs", files=3, lines=40)
    with start(folder / "logs", folder / "whole.duckdb") as process:
        told = process.stdout.read().split()
    return folder / "logs", files, state(Warehouse(folder / "whole.duckdb")), int(told[-1])


@pytest.mark.parametrize("seed", range(5))
def test_killed_before_any_statement(small, tmp_path, seed):
    folder, files, whole, statements = small
    drawn = random.Random(seed)
    share = statements // 5
    statement = drawn.randint(max(1, seed * share), (seed + 1) * share)  # all along the load
    warehouse = Warehouse(tmp_path / "usage.duckdb")

    with start(folder, warehouse.path, statement) as process:
        assert process.wait() == -signal.SIGKILL

    assert_whole_files(warehouse, files)
    list(load_paths([str(folder)], warehouse, BOOK))
    assert state(warehouse) == whole


def test_killed_at_any_moment_again_and_again(tmp_path):
    files = logs(tmp_path / "logs", files=6, lines=8_000)
    whole = Warehouse(tmp_path / "whole.duckdb")
    list(load_paths([str(tmp_path / "logs")], whole, BOOK))
    warehouse = Warehouse(tmp_path / "usage.duckdb")
    drawn = random.Random(7)

    for _ in range(3):
        with start(tmp_path / "logs", warehouse.path) as process:
            process.stdout.readline()  # the first file is in, or was before
            time.sleep(drawn.uniform(0.0, 0.6))
            process.kill()
        assert_whole_files(warehouse, files)

    list(load_paths([str(tmp_path / "logs")], warehouse, BOOK))
    assert state(warehouse) == state(whole)
    assert not list(tmp_path.glob("*.wal"))


def test_what_a_killed_load_left_is_swept_away(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left, running = tmp_path / f"ratecard-{ended.pid}-x", tmp_path / f"ratecard-{os.getpid()}-y"
    for folder in (left, running):
        folder.mkdir()

    with workspace() as mine:
        assert mine.is_dir()

    assert not left.exists()
    assert running.exists()
    assert not mine.exists()
