"""One measured piece of work in a process of its own, so that its memory is its own."""

import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Work:
    """What a piece of work took.

    Attributes:
        wall: Seconds, imports left out.
        cpu: Seconds of all threads, imports left out.
        peak_mb: Largest memory of the whole process, in millions of bytes.
        result: What the work says of itself.
    """

    wall: float
    cpu: float
    peak_mb: float
    result: dict[str, object]


def measured(name: str, *arguments: object) -> Work:
    """Run one of ``WORKS`` in a fresh interpreter."""
    command = [sys.executable, "-m", "benchmarks.child", name, *map(str, arguments)]
    root = Path(__file__).parents[1]
    done = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    return Work(**json.loads(done.stdout))


def load(log: str, database: str) -> Callable[[], dict[str, object]]:
    """Load a log into a database, as ``ratecard load`` does."""
    from ingest.load import load_paths
    from ingest.warehouse import Warehouse
    from pricing.load import load_price_book

    book = load_price_book()

    def run() -> dict[str, object]:
        [loaded] = load_paths([log], Warehouse(Path(database)), book)
        if loaded.accounting is None:
            raise RuntimeError(loaded.error)
        return asdict(loaded.accounting)

    return run


def parse(log: str, parquet: str) -> Callable[[], dict[str, object]]:
    """Parse a log to Parquet with nothing but DuckDB."""
    import duckdb

    query = (files("benchmarks") / "sql" / "bare_parse.sql").read_text("utf-8")
    query = query.replace("$path", f"'{log}'")
    con = duckdb.connect()

    def run() -> dict[str, object]:
        options = "(format parquet, compression zstd)"
        rows = con.execute(f"copy ({query}) to '{parquet}' {options}").fetchall()
        return {"lines": rows[0][0]}

    return run


def report(database: str) -> Callable[[], dict[str, object]]:
    """Answer one report by day, model and tier."""
    from app.ledger import answer
    from benchmarks.rating import QUESTION
    from ingest.warehouse import Warehouse
    from pricing.load import load_price_book

    book = load_price_book()

    def run() -> dict[str, object]:
        with Warehouse(Path(database)).reading() as con:
            return {"groups": len(answer(con, book, QUESTION).rows)}

    return run


WORKS: dict[str, Callable[..., Callable[[], dict[str, object]]]] = {
    "load": load,
    "parse": parse,
    "report": report,
}


def main(name: str, *arguments: str) -> None:
    """Do the work and print what it took."""
    run = WORKS[name](*arguments)
    wall, cpu = time.perf_counter(), time.process_time()
    result = run()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps(asdict(Work(wall, cpu, _peak_bytes() / 1e6, result))))


def _peak_bytes() -> int:
    """Return this process's largest memory, without what its parent had."""
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text("ascii"))
        if found:
            return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main(*sys.argv[1:])
