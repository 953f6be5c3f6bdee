"""Recorded logs of the real world, where a folder of them is at hand."""

import os
from pathlib import Path

import pytest

from ingest.inputs import find_inputs
from ingest.warehouse import Warehouse
from tests.loaded_logs import load, rows

FOLDER = os.environ.get("RATECARD_SAMPLES")

pytestmark = pytest.mark.skipif(
    not FOLDER, reason="RATECARD_SAMPLES names no folder of recorded logs"
)


def test_every_recorded_line_is_accounted_for(tmp_path):
    warehouse = Warehouse(tmp_path / "usage.duckdb")

    found = load(warehouse, Path(FOLDER))

    assert len(found) == len(find_inputs([FOLDER]))
    read = [each.accounting for each in found if each.accounting]
    assert read
    for counts in read:
        became = counts.events + counts.duplicates + counts.not_usage + counts.quarantined
        assert counts.lines == became
    assert all("\n" not in each.error for each in found if each.error)
    # A record that a later file says better is that file's event, and a duplicate in the other.
    kept = (
        "select sum(events), sum(events + duplicates + not_usage + quarantined) = sum(lines) "
        "from ingest_file"
    )
    [(events, adds_up)] = rows(warehouse, kept)
    assert adds_up
    stored = "select count(*), count(distinct event_id) from usage_event"
    assert rows(warehouse, stored) == [(events, events)]
    meters = (
        "select count(*) from usage_event where input_tokens <> uncached_input_tokens "
        "+ coalesce(cache_read_tokens, 0) + coalesce(cache_write_tokens, 0) "
        "+ coalesce(cache_write_long_tokens, 0) and grain <> 'bucket'"
    )
    assert rows(warehouse, meters) == [(0,)]


def test_a_second_load_finds_nothing_new(tmp_path):
    warehouse = Warehouse(tmp_path / "usage.duckdb")
    first = [each for each in load(warehouse, Path(FOLDER)) if each.accounting]

    again = [each for each in load(warehouse, Path(FOLDER)) if each.accounting]

    assert len(again) == len(first)
    assert all(each.repeated and each.accounting.events == 0 for each in again)
