"""Containers are taken apart, stateful formats rewritten; nothing is lost on the way."""

import json
from collections.abc import Iterator

import pytest

from ingest.records import KnownLine, lines
from ingest.repair import UnreadableError, decoded
from ingest.rewrite import rewriting_of
from ingest.source import SourceFileError, parse_source
from ingest.unfold import parse_unfoldings

HEADER = """-- tides: what a tide gauge wrote.
--
-- recognised:
--   has height_cm
-- formats: json
-- wrapped: no
-- unfolds: ports[].gauges[].readings[]
-- reads:
--   height_cm   VARCHAR
--   at          VARCHAR
--   gauges      STRUCT("name" VARCHAR, place STRUCT(lat VARCHAR, lon VARCHAR))
--   outer       STRUCT(station VARCHAR)
--   container   BIGINT
-- key: none
-- counts: none
-- tier: none
-- traps: none
select 1
"""

TIDES = parse_source("tides", HEADER)


class Stream:
    """Bytes read as from a file."""

    def __init__(self, *records: object) -> None:
        self.left = b"\n".join(
            each if isinstance(each, bytes) else json.dumps(each).encode() for each in records
        )

    def read(self, size: int = -1, /) -> bytes:
        taken, self.left = self.left[:size], self.left[size:]
        return taken


def readings(*heights: int, **changes) -> dict:
    return {"readings": [{"height_cm": height, "secret": "x"} for height in heights]} | changes


def tides(*gauges: dict, station: str = "Rotterdam") -> dict:
    return {"station": station, "note": "x", "ports": [{"name": "Waal", "gauges": list(gauges)}]}


def rewritten(*records: object) -> list:
    members = list(lines(Stream(*records)))
    sample = [decoded(line) for line in members if b"broken" not in line.content]
    found = []
    for line in rewriting_of(sample, [TIDES]).lines(members):
        try:
            found.append((line.number, line.offset, decoded(line)))
        except UnreadableError as error:
            found.append((line.number, line.offset, str(error)))
    return found


def test_a_container_becomes_a_record_for_each_innermost_object():
    gauge = {"name": "Noord", "place": {"lat": 1, "lon": 2, "note": "x"}, "password": "x"}
    [one, two, three] = rewritten(tides(readings(10, 20, **gauge), readings(30, name="Zuid")))

    outer = {"container": 1, "outer": {"station": "Rotterdam"}}
    noord = {"gauges": {"name": "Noord", "place": {"lat": 1, "lon": 2}}}
    assert one == (1, 0, {"height_cm": 10, **outer, **noord})
    assert two == (2, 0, {"height_cm": 20, **outer, **noord})
    assert three == (3, 0, {"height_cm": 30, **outer, "gauges": {"name": "Zuid"}})


def test_records_are_numbered_through_the_file_and_keep_their_line():
    found = rewritten(tides(readings(1, 2)), {"other": 1}, b"{broken", tides(readings(3)))

    assert [number for number, _, _ in found] == [1, 2, 3, 4, 5]
    assert [offset for _, offset, _ in found][1:3] == [0, found[2][1]]
    assert found[2][2] == {"other": 1}
    assert "broken JSON" in found[3][2]
    assert found[4][2]["container"] == 4


def test_a_container_of_other_things_is_left_alone():
    other = {"ports": [{"gauges": [{"readings": [{"salinity": 3}]}]}]}

    assert rewriting_of([other, {"ports": 3}, {"ports": []}], [TIDES]).unfoldings == ()


@pytest.mark.parametrize("members", [[1, None, "x"], [[], {}], []])
def test_what_is_no_object_in_an_array_is_no_record(members):
    holder = tides(readings(7))
    holder["ports"][0]["gauges"] += members

    assert [record["height_cm"] for _, _, record in rewritten(holder)] == [7]


def test_a_record_may_lie_in_an_object():
    [way] = parse_unfoldings("data", {"height_cm": "VARCHAR"})

    assert list(way.records({"data": {"height_cm": 4, "secret": "x"}})) == [{"height_cm": 4}]
    assert way.records({"data": [{"height_cm": 4}]}) is None


@pytest.mark.parametrize("way", ["[]", "ports[]gauges[]", "a.b.[]"])
def test_a_way_that_cannot_be_read_is_refused(way):
    with pytest.raises(ValueError, match="container"):
        parse_unfoldings(way, {})


def test_a_header_without_a_field_is_refused():
    with pytest.raises(SourceFileError, match="lacks 'key:'"):
        parse_source("tides", HEADER.replace("-- key: none\n", ""))


class Odometer:
    """Rewrites what a counter says into what was driven; a service stop is no drive."""

    def opens(self, record: dict) -> bool:
        return "odometer" in record

    def rewrite(self, records) -> Iterator:
        before = 0
        for line, record in records:
            if "service" in record:
                yield line, {"not_usage": "a service stop"}
            elif "odometer" in record:
                driven, before = record["odometer"] - before, record["odometer"]
                yield line, {"driven": driven}
            else:
                yield line, record


def test_a_state_runs_through_the_lines_of_a_file():
    source = parse_source("tides", HEADER.replace("-- unfolds: ports[].gauges[].readings[]\n", ""))
    cars = type(source)(
        **{name: getattr(source, name) for name in source.__slots__ if name != "rewriter"},
        rewriter=Odometer(),
    )
    told = [{"odometer": 5}, b"{broken", {"other": "kept"}, {"service": 1}, {"odometer": 9}]
    members = list(lines(Stream(*told)))
    found = list(rewriting_of([{"odometer": 5}], [cars]).lines(members))

    assert [line.number for line in found] == [1, 2, 3, 4, 5]
    assert found[1] is members[1]
    assert found[2] is members[2]  # what is not changed is not written again
    assert isinstance(found[3], KnownLine)
    assert found[3].reason == "a service stop"
    assert [decoded(found[k]) for k in (0, 4)] == [{"driven": 5}, {"driven": 4}]
