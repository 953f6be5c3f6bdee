"""Tables and mapping files written for a test, and loaded."""

import csv
import io
from pathlib import Path

import duckdb

from ingest.load import Loaded
from ingest.mapping.compiled import source_of
from ingest.mapping.mapping_file import read_mapping
from ingest.warehouse import Warehouse
from tests.loaded_logs import load

#: A table that needs nothing special.
PLAIN = """\
format: csv
columns:
  id: request_id
  time: finished
  model: model
  input: prompt
  output: completion
constants: {provider: openai, tier: standard}
time: {format: iso, zone: UTC}
"""
HEADER = ("request_id", "finished", "model", "prompt", "completion")


def row(key: str, prompt: object = 100, completion: object = 10) -> tuple:
    """Return a row of the plain table."""
    return (key, "2026-03-10T09:00:00Z", "gpt-5.4", prompt, completion)


def write_mapping(folder: Path, text: str = PLAIN, name: str = "usage.yaml") -> Path:
    """Write a mapping file."""
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def write_table(path: Path, *rows: tuple, header: tuple = HEADER, delimiter: str = ",") -> Path:
    """Write a CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows([header, *rows])
    path.write_text(text.getvalue(), "utf-8")
    return path


def write_parquet(path: Path, select: str) -> Path:
    """Write what a query yields as Parquet."""
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute(f"copy ({select}) to '{path}' (format parquet)")
    return path


def load_mapped(warehouse: Warehouse, mapping: Path, *paths: Path, **options) -> list[Loaded]:
    """Load files as a mapping file describes them."""
    return load(warehouse, *paths, mapping=source_of(read_mapping(mapping)), **options)


def counts(loaded: Loaded) -> tuple[int, int, int, int]:
    """Return events, duplicates, not usage and quarantined, which add up to the lines."""
    found = loaded.accounting
    assert found, loaded.error
    assert found.lines == found.events + found.duplicates + found.not_usage + found.quarantined
    return (found.events, found.duplicates, found.not_usage, found.quarantined)
