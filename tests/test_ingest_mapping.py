"""Mapping files: what the columns of any table become."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.mapping.clock import Clock
from ingest.warehouse import Warehouse
from tests.loaded_logs import chat, event, events, load, rows, write_lines
from tests.mapped_logs import (
    PLAIN,
    counts,
    load_mapped,
    row,
    write_mapping,
    write_parquet,
    write_table,
)

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture
def warehouse(tmp_path) -> Warehouse:
    return Warehouse(tmp_path / "usage.duckdb")


def mapped(tmp_path, warehouse, text: str, table: str, name: str = "log.csv") -> list[dict]:
    """Load a table through a mapping and return its events in the order of its lines."""
    path = tmp_path / name
    path.write_text(table, "utf-8")
    [loaded] = load_mapped(warehouse, write_mapping(tmp_path, text), path)
    assert loaded.error is None, loaded.error
    found = events(warehouse, "*")
    return sorted(found, key=lambda each: each["line"])


# ---------------------------------------------------------------- rows and their ids


def test_a_plain_table_becomes_events(tmp_path, warehouse):
    table = write_table(tmp_path / "log.csv", row("a"), row("b", 7, 0))

    [loaded] = load_mapped(warehouse, write_mapping(tmp_path), table)

    assert (loaded.source, counts(loaded)) == ("usage", (2, 0, 0, 0))
    assert event(warehouse, "b") | {"rate_id": 0} == {
        "event_id": "usage:b", "rank": 10, "event_ts": datetime(2026, 3, 10, 9), "rate_id": 0,
        "provider": "openai", "model_raw": "gpt-5.4", "model": "gpt-5.4", "billable": True,
        "service_tier": "standard", "service_tier_source": "declared", "tier_rank": 10,
        "region": "global", "grain": "request", "requests": 1, "billing": "metered",
        "input_tokens": 7, "uncached_input_tokens": 7, "output_tokens": 0, "source": "usage",
        "usage_missing": False,
    }  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, warehouse, delimiter):
    table = write_table(tmp_path / "log.csv", row("a;,|\t"), delimiter=delimiter)

    [loaded] = load_mapped(warehouse, write_mapping(tmp_path), table)

    assert counts(loaded) == (1, 0, 0, 0)
    assert event(warehouse, "\t")["event_id"] == "usage:a;,|\t"


def test_a_row_that_cannot_be_true_is_quarantined_and_the_rest_is_read(tmp_path, warehouse):
    bad = [
        row("b", "many"),
        row("c", -1),
        row(""),
        ("d", "noon", "gpt-5.4", 1, 1),
        row("e", "", ""),
    ]
    table = write_table(tmp_path / "log.csv", row("a", "100.0"), *bad)

    [loaded] = load_mapped(warehouse, write_mapping(tmp_path), table)

    assert counts(loaded) == (1, 0, 0, 5)
    assert event(warehouse, "a")["input_tokens"] == 100
    assert rows(warehouse, "select line, reason from quarantine order by line") == [
        (3, "input tokens are not a whole number"),
        (4, "negative token count"),
        (5, "no id"),
        (6, "no readable time"),
        (7, "usage without token counts"),
    ]


def test_rows_without_an_id_are_told_apart_by_their_place(tmp_path, warehouse):
    text = PLAIN.replace("  id: request_id\n", "").replace("format: csv", "format: csv\nid: row")
    same = [row("a"), row("a"), row("a", "many"), row("a")]
    first = write_table(tmp_path / "1.csv", *same)
    again = write_table(tmp_path / "2.csv", *same)
    grown = write_table(tmp_path / "3.csv", *same, row("a"))
    mapping = write_mapping(tmp_path, text)

    found = load_mapped(warehouse, mapping, first, again, grown)
    [other_tier] = load_mapped(warehouse, mapping, first, tier="batch")

    assert [counts(each) for each in found] == [(3, 0, 0, 1), (0, 3, 0, 1), (4, 0, 0, 1)]
    assert found[1].repeated
    assert counts(other_tier) == (3, 0, 0, 1)  # read anew, in the place of the first reading
    assert rows(warehouse, "select count(*) from usage_event") == [(7,)]


def test_an_id_that_the_provider_gave_is_the_responses_own(tmp_path, warehouse):
    table = write_table(tmp_path / "log.csv", row("chatcmpl-1", 100, 10), row("req-2"))
    load_mapped(warehouse, write_mapping(tmp_path), table)
    load(warehouse, write_lines(tmp_path / "log.jsonl", chat("1")))

    found = {each["event_id"]: each for each in events(warehouse)}

    assert found.keys() == {"chatcmpl-1", "usage:req-2"}
    assert found["chatcmpl-1"]["source"] == "openai_chat"
    assert found["chatcmpl-1"]["also_in"] == "usage"


def test_a_corrected_mapping_takes_back_what_the_first_gave(tmp_path, warehouse):
    table = write_table(tmp_path / "log.csv", row("a"), row("b"), row("c", "many"))
    mapping = write_mapping(tmp_path)
    load_mapped(warehouse, mapping, table)
    mapping.write_text(PLAIN.replace("id: request_id", "id: [model, request_id]"))
    [corrected] = load_mapped(warehouse, mapping, table)
    mapping.write_text("# a comment\n" + mapping.read_text())
    [again] = load_mapped(warehouse, mapping, table)

    assert counts(corrected) == (2, 0, 0, 1)
    assert (counts(again), again.repeated) == ((0, 2, 0, 1), True)
    assert [each["event_id"] for each in events(warehouse)] == [
        "usage:gpt-5.4:a",
        "usage:gpt-5.4:b",
    ]
    assert rows(warehouse, "select count(*) from ingest_file") == [(1,)]
    assert rows(warehouse, "select count(*) from quarantine") == [(1,)]


# ---------------------------------------------------------------- counts

COUNTED = """\
format: csv
id: row
columns:
  time: at
  input: in
  cache_read: read
  cache_write: write
  cache_write_long: long
  output: out
  reasoning: thought
  total: total
constants: {provider: openai, model: gpt-5.4, tier: standard}
time: {format: iso, zone: UTC}
includes:
  input: INPUT
  output: OUTPUT
  cache_write: WRITE
"""
DISJOINT = (
    "uncached_input_tokens, cache_read_tokens, cache_write_tokens, cache_write_long_tokens, "
    "output_tokens, reasoning_tokens"
)


@pytest.mark.parametrize(
    ("included", "counted"),
    [
        (
            ("[cache_read, cache_write]", "[reasoning]", "[cache_write_long]"),
            (1000, 700, 170, 1170),
        ),
        (("nothing", "[reasoning]", "[cache_write_long]"), (100, 700, 170, 1170)),
        (("nothing", "nothing", "nothing"), (100, 700, 100, 1170)),
        (("[cache_write]", "nothing", "[cache_write_long]"), (300, 700, 170, 1170)),
        (("[cache_read]", "[reasoning]", "nothing"), (800, 700, 100, 1170)),
    ],
    ids=["all", "nothing of input", "nothing at all", "writes only", "reads only"],
)
def test_what_a_count_contains_is_as_the_file_says(tmp_path, warehouse, included, counted):
    """The same request, logged in five ways."""
    given, read, _, total = counted
    names = dict(zip(("INPUT", "OUTPUT", "WRITE"), included, strict=True))
    text = COUNTED
    for name, words in names.items():
        text = text.replace(name, words)
    writes = 100 if names["WRITE"] == "nothing" else 200
    out = 70 if names["OUTPUT"] == "nothing" else 170
    cells = f"{given},{read},{writes},100,{out},100,{total}"
    table = f"at,in,read,write,long,out,thought,total\n2026-05-01,{cells}\n"

    [found] = mapped(tmp_path, warehouse, text, table)

    assert [found[name.strip()] for name in DISJOINT.split(",")] == [100, 700, 100, 100, 170, 100]
    assert found["input_tokens"] == 1000


def test_a_total_that_contradicts_the_file_is_refused(tmp_path, warehouse):
    text = COUNTED.replace("INPUT", "nothing").replace("OUTPUT", "nothing")
    text = text.replace("WRITE", "nothing")
    table = "at,in,read,write,long,out,thought,total\n2026-05-01,100,700,,,70,,170\n"

    assert mapped(tmp_path, warehouse, text, table) == []
    assert rows(warehouse, "select reason from quarantine") == [
        ("total tokens contradict input plus output",)
    ]


def test_several_columns_are_added_joined_or_looked_at_in_turn(tmp_path, warehouse):
    text = (
        PLAIN.replace("request_id", "[request_id, model]")
        .replace("input: prompt", "input: [prompt, completion]")
        .replace("time: finished", "time: [day, hour]\n  team: [squad, department]")
    )
    table = (
        "request_id,day,hour,model,prompt,completion,squad,department\n"
        "a,2026-03-10,09:00,m,1,2,,IT\nb,2026-03-10,09:00,m,,2,x,IT\nb,2026-03-10,09:00,m,1.5,2,,\n"
    )

    one, two = mapped(tmp_path, warehouse, text, table)

    assert (one["event_id"], one["input_tokens"], one["team"]) == ("usage:a:m", 3, "IT")
    assert (two["event_id"], two["input_tokens"], two["team"]) == ("usage:b:m", 2, "x")
    assert one["event_ts"] == datetime(2026, 3, 10, 9)


@pytest.mark.parametrize(
    ("numbers", "given", "cost"),
    [
        ("1234.5", "1234567", "0.5"),
        ("1,234.5", "1,234,567", "0.5"),
        ("1.234,5", "1.234.567", "0,5"),
        ("1234,5", "1234567,0", "0,5"),
        ("1 234,5", "1 234\u202f567", "0,5"),
    ],
)
def test_numbers_as_people_write_them(tmp_path, warehouse, numbers, given, cost):
    text = PLAIN.replace("input: prompt", "input: prompt\n  stated_cost: cost")
    table = f'request_id;finished;model;prompt;completion;cost\na;2026-03-10;m;"{given}";1;{cost}\n'

    [found] = mapped(tmp_path, warehouse, f"{text}numbers: {numbers}\n", table)

    assert (found["input_tokens"], found["stated_cost_usd"]) == (1234567, Decimal("0.5"))


def test_units_are_exact(tmp_path, warehouse):
    text = PLAIN.replace("input: prompt", "input: prompt\n  stated_cost: cost")
    text += "units: {input: 1000, stated_cost: 0.01}\n"
    table = (
        "request_id,finished,model,prompt,completion,cost\n"
        "a,2026-03-10,m,1.234,1,0.1\nb,2026-03-10,m,1.2345,1,\nc,2026-03-10,m,9e30,1,\n"
        "d,2026-03-10,m,,1,1e-7\n"
    )

    one, four = mapped(tmp_path, warehouse, text, table)

    assert (one["input_tokens"], one["stated_cost_usd"]) == (1234, Decimal("0.001"))
    assert (four["input_tokens"], four["stated_cost_usd"]) == (None, Decimal("0.000000001"))
    assert rows(warehouse, "select line, reason from quarantine order by line") == [
        (3, "input tokens are not a whole number"),
        (4, "input tokens are not a whole number"),
    ]


def test_buckets_are_replaced_by_a_later_export(tmp_path, warehouse):
    text = (
        PLAIN.replace("id: request_id", "id: [finished, model]\n  requests: n")
        .replace("format: csv", "format: csv\ngrain: bucket", 1)
    )  # fmt: skip
    mapping = write_mapping(tmp_path, text)
    header = ("finished", "model", "prompt", "completion", "n")
    partial = write_table(tmp_path / "1.csv", ("2026-03-10", "m", 10, 1, 2), header=header)
    whole = write_table(
        tmp_path / "2.csv", ("2026-03-10", "m", 50, 5, 9), ("2026-03-11", "m", 1, 1, ""),
        header=header,
    )  # fmt: skip

    found = load_mapped(warehouse, mapping, partial, whole)

    assert [counts(each) for each in found] == [(1, 0, 0, 0), (1, 0, 0, 1)]
    [bucket] = events(warehouse)
    assert (bucket["grain"], bucket["series"], bucket["requests"]) == ("bucket", "usage", 9)
    assert (bucket["uncached_input_tokens"], bucket["output_tokens"]) == (50, 5)


# ---------------------------------------------------------------- texts, labels, rules


def test_values_are_translated_and_labels_kept(tmp_path, warehouse):
    text = (
        PLAIN.replace("model: model", "model: model\n  tier: kind\n  api_key: key\n  workload: job")
        .replace(", tier: standard", ", gateway: 'o''hara'")
    )  # fmt: skip
    text += 'values:\n  tier: {night: batch, "": standard}\n  model: {big: gpt-5.4}\n'
    text += "tags: {it's: ticket}\n"
    table = (
        "request_id,finished,model,prompt,completion,kind,key,job,ticket,user,team\n"
        "a,2026-03-10,big,1,1,night,sk-secret0123456789abcdef,etl,T1,ann,red\n"
        "b,2026-03-10,big,1,1,,,,,,\nc,2026-03-10,big,1,1,odd,,,,,\n"
    )

    one, two, three = mapped(tmp_path, warehouse, text, table)

    assert (one["model_raw"], one["service_tier"], one["workload"]) == ("gpt-5.4", "batch", "etl")
    assert one["api_key"].startswith("key-")
    assert one["gateway"] == "o'hara"
    assert json.loads(one["tags"]) == {"it's": "T1"}
    assert (one["user_id"], one["team"]) == (None, None)  # not named in the file, so not read
    assert (two["service_tier"], two["tags"]) == ("standard", None)
    assert (three["service_tier"], three["service_tier_source"]) == ("unknown", "none")


def test_rows_may_be_left_out_or_be_free(tmp_path, warehouse):
    text = PLAIN + (
        "skip:\n  - {column: state, is: [failed, lost], because: a failed request}\n"
        "  - {column: kind, is_not: chat}\n  - {column: prompt, empty: yes}\n"
        "free:\n  - {column: cache, is: hit}\n"
    )
    table = (
        "request_id,finished,model,prompt,completion,state,kind,cache\n"
        "a,2026-03-10,m,1,1,ok,chat,hit\nb,2026-03-10,m,,1,lost,chat,\n"
        "c,2026-03-10,m,1,1,ok,,\nd,2026-03-10,m,,1,ok,chat,\n"
    )

    [found] = mapped(tmp_path, warehouse, text, table)

    assert (found["event_id"], found["billable"]) == ("usage:a", False)
    [[why]] = rows(warehouse, "select not_usage_why from ingest_file")
    assert json.loads(why) == {
        "a failed request": 1,
        "kind is not chat, says the mapping": 1,
        "prompt is empty, says the mapping": 1,
    }


ODD_NAMES = ("line", "body", "envelope", "record", "it's", "a.b", "Größe %", "named", "time")


def test_a_column_may_have_any_name(tmp_path, warehouse):
    text = (
        "format: csv\ncolumns:\n  id: envelope\n  time: record\n  model: body\n  input: it's\n"
        "  output: a.b\n  project: line\n  team: named\n  user: Größe %\n"
        "constants: {provider: openai}\ntags: {note: time}\ntime: {format: iso, zone: UTC}\n"
    )
    cells = ("L", "m", "r1", "2026-05-01", 1, 2, "G", "N", "T")
    write_table(tmp_path / "log.csv", cells, header=ODD_NAMES)

    [found] = mapped(tmp_path, warehouse, text, (tmp_path / "log.csv").read_text("utf-8"))

    assert (found["event_id"], found["project"], found["team"]) == ("usage:r1", "L", "N")
    assert (found["user_id"], found["tags"]) == ("G", '{"note":"T"}')


def test_a_cell_may_hold_json(tmp_path, warehouse):
    text = PLAIN + "tags: {env: '\"meta\".env.name'}\n"
    table = (
        "request_id,finished,model,prompt,completion,meta\n"
        'a,2026-03-10,m,1,1,"{""env"": {""name"": ""prod""}}"\nb,2026-03-10,m,1,1,no json\n'
    )

    one, two = mapped(tmp_path, warehouse, text, table)

    assert (one["tags"], two["tags"]) == ('{"env":"prod"}', None)


# ---------------------------------------------------------------- JSON

NESTED = """\
format: json
columns:
  id: call.request id
  time: call.at
  model: call.model
  input: 'usage."tokens.in"'
  cache_read: usage.cached
  output: usage.out
constants: {provider: openai, tier: standard}
time: {format: milliseconds}
includes: {input: [cache_read]}
optional: [usage.cached]
skip:
  - {column: usage.out, empty: yes, because: nothing came out}
"""


def nested(key: str, **usage) -> dict:
    call = {"request id": key, "at": 1788256800123, "model": "gpt-5.4", "text": "Berth nine."}
    return {"call": call, "usage": {"tokens.in": 100, "out": 10} | usage}


def test_objects_are_looked_into(tmp_path, warehouse):
    text_inside = nested("d") | {"usage": json.dumps(nested("d", cached=40)["usage"])}
    log = write_lines(
        tmp_path / "log.jsonl",
        nested("a", cached=60), nested("b"), b'{"cut": ', text_inside, nested("e", out=None),
        {"level": "info"}, nested("c", out=10.0), {"call": {}, "usage": {}},
    )  # fmt: skip

    [loaded] = load_mapped(warehouse, write_mapping(tmp_path, NESTED), log)

    assert counts(loaded) == (4, 0, 1, 3)
    shown = events(warehouse, "event_id, uncached_input_tokens, cache_read_tokens, event_ts")
    assert [tuple(each.values())[:3] for each in shown] == [
        ("usage:a", 40, 60), ("usage:b", 100, None), ("usage:c", 100, None), ("usage:d", 60, 40),
    ]  # fmt: skip
    assert shown[0]["event_ts"] == datetime(2026, 9, 1, 10, 0, 0, 123000)
    reasons = rows(warehouse, "select line, reason from quarantine order by line")
    assert [line for line, _ in reasons] == [3, 6, 8]
    assert reasons[1][1] == "none of the mapped columns has a value"


def test_lines_a_document_and_a_container_give_the_same_events(tmp_path):
    records = [nested(str(n), cached=n) for n in range(5)]
    forms = {
        "lines.jsonl": "\n".join(map(json.dumps, records)),
        "array.json": json.dumps(records, indent=1),
        "container.json": json.dumps({"object": "page", "data": records}, indent=1),
    }
    found = []
    for name, content in forms.items():
        warehouse = Warehouse(tmp_path / f"{name}.duckdb")
        way = "records: data[]\n" if name.startswith("container") else ""
        found.append(mapped(tmp_path, warehouse, NESTED + way, content, name))

    kept = [[each | {"line": 0} for each in events] for events in found]
    assert len(kept[0]) == 5
    assert kept[0] == kept[1] == kept[2]


def test_what_the_file_does_not_name_is_not_read(tmp_path, warehouse):
    """Labels that the frame knows are left alone, too: the file says all that counts."""
    log = write_lines(
        tmp_path / "log.jsonl",
        nested("a") | {"team": "secret", "timestamp": 1700000000, "metadata": {"project": "x"}},
        nested("b") | {"call": nested("b")["call"] | {"at": None}, "timestamp": 1788256800},
    )

    [loaded] = load_mapped(warehouse, write_mapping(tmp_path, NESTED), log)

    assert counts(loaded) == (1, 0, 0, 1)
    found = event(warehouse, "a")
    assert {"team", "project", "tags"} & found.keys() == set()


CANARY = "canary-3f9c"


def test_no_text_of_a_log_is_kept(tmp_path, warehouse):
    noisy = {"prompt": CANARY, "messages": [{"content": CANARY}], "arguments": {"city": CANARY}}
    bad = nested("b", out="many") | noisy
    log = write_lines(tmp_path / "log.jsonl", nested("a") | noisy, bad)

    [loaded] = load_mapped(warehouse, write_mapping(tmp_path, NESTED), log)

    assert counts(loaded) == (1, 0, 0, 1)
    assert CANARY.encode() not in (tmp_path / "usage.duckdb").read_bytes()


# ---------------------------------------------------------------- times

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
         "Africa/Casablanca", "America/Sao_Paulo", "Pacific/Apia")  # fmt: skip
LOCAL = st.datetimes(datetime(2018, 1, 2), datetime(2037, 12, 31))
#: Minutes around changes of the clock, where an off-by-one hides.
EDGES = st.builds(
    lambda day, minutes: day + timedelta(minutes=minutes),
    st.sampled_from(
        [datetime(2026, 3, 29, 2), datetime(2026, 10, 25, 2), datetime(2026, 3, 8, 2),
         datetime(2026, 11, 1, 1), datetime(2025, 10, 5, 2), datetime(2027, 4, 4, 1, 30)]
    ),
    st.integers(-90, 90),
)  # fmt: skip


@given(st.lists(LOCAL | EDGES, min_size=1, max_size=20), st.sampled_from(ZONES))
def test_a_clock_is_read_as_its_zone_says(times, name):
    zone = ZoneInfo(name)
    clock = Clock("iso", zone)
    texts = [f"{time:%Y-%m-%dT%H:%M:%S}" for time in times]
    read = clock.read("text")
    sql = clock.shifted("text", f"try_cast({read} as timestamp)") if name != "UTC" else read
    with duckdb.connect() as con:
        found = con.execute(
            f"select cast({sql} as timestamp) from (select unnest(?) as text)", [texts]
        ).fetchall()

    naive = [time.replace(microsecond=0) for time in times]
    utc = [time.replace(tzinfo=zone, fold=0).astimezone(UTC).replace(tzinfo=None) for time in naive]
    assert [row[0] for row in found] == utc


@pytest.mark.parametrize(
    ("section", "text", "expected"),
    [
        ("{format: iso, zone: Europe/Berlin}", "2026-07-01 12:00", datetime(2026, 7, 1, 10)),
        ("{format: iso, zone: Europe/Berlin}", "2026-07-01T12:00:00Z", datetime(2026, 7, 1, 12)),
        ("{format: iso, zone: Europe/Berlin}", "2026-07-01T12:00-05:00", datetime(2026, 7, 1, 17)),
        ("{format: iso, zone: Europe/Berlin}", "2026-10-25 02:30", datetime(2026, 10, 25, 0, 30)),
        ("{format: iso, zone: UTC}", "2026-07-01", datetime(2026, 7, 1)),
        ("{format: '%d.%m.%Y %H:%M', zone: Europe/Berlin}", "1.2.2026 00:30",
         datetime(2026, 1, 31, 23, 30)),
        ("{format: '%d/%b/%Y:%H:%M:%S %z'}", "01/Jul/2026:12:00:00 +0200",
         datetime(2026, 7, 1, 10)),
        ("{format: seconds}", "1788256800.25", datetime(2026, 9, 1, 10, 0, 0, 250000)),
        ("{format: milliseconds}", "1788256800250", datetime(2026, 9, 1, 10, 0, 0, 250000)),
        ("{format: microseconds}", "1788256800250000", datetime(2026, 9, 1, 10, 0, 0, 250000)),
        ("{format: nanoseconds}", "1788256800250000000", datetime(2026, 9, 1, 10, 0, 0, 250000)),
        ("{format: days, since: 1899-12-30}", "46266.5", datetime(2026, 9, 1, 12)),
        ("{format: milliseconds, since: 2026-09-01}", "1500",
         datetime(2026, 9, 1, 0, 0, 1, 500000)),
    ],
)  # fmt: skip
def test_a_time_is_read_as_it_is_written(tmp_path, warehouse, section, text, expected):
    mapping = PLAIN.replace("{format: iso, zone: UTC}", section)
    table = f'request_id,finished,model,prompt,completion\na,"{text}",m,1,1\nb,9e99,m,1,1\n'

    [found] = mapped(tmp_path, warehouse, mapping, table)

    assert found["event_ts"] == expected
    assert rows(warehouse, "select line, reason from quarantine") == [(3, "no readable time")]


# ---------------------------------------------------------------- the files of the documents

SAMPLES = {
    "azure_llm_2023": (
        "log.csv",
        (
            "TIMESTAMP,ContextTokens,GeneratedTokens\n"
            "2026-05-16 18:17:03.9799600,4808,10\n2026-05-16 18:17:03.9799600,4808,10\n"
        ),
        [(4808, 4808, None, 10, "gpt-5.4", "standard")] * 2,
    ),
    "mooncake": (
        "log.jsonl",
        '{"timestamp": 27482, "input_length": 6955, "output_length": 52, "hash_ids": [46, 47]}\n',
        [(6955, 6955, None, 52, "gpt-5.4", "standard")],
    ),
    "semicolons": (
        "log.csv",
        (
            "Datum;Uhrzeit;Modell;Eingabe;davon Cache;Ausgabe;Kosten (US-Cent);Abteilung;Status\n"
            "29.03.2026;01:30:00;groß;1.234;1.000;56;0,25;Hilfe;ok\n"
            "29.03.2026;03:30:00;klein;;;;;Hilfe;Fehler\n"
        ),
        [(1234, 234, 1000, 56, "gpt-5.4", "standard")],
    ),
    "nested": (
        "log.json",
        json.dumps({"data": [{
            "response": {"id": "msg_1", "model": "acme-large", "tier": "nightly"},
            "usage": {"input": 10, "cache": {"read": 90, "write": 5}, "output": 7},
            "attributes": {"gen_ai.system": "acme", "end.time": 1778256800, "user": "ann",
                           "environment": "prod"},
        }]}, indent=2),
        [(105, 10, 90, 7, "acme-large", "batch")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_the_example_files_read_what_they_describe(tmp_path, warehouse, name):
    file_name, content, expected = SAMPLES[name]
    log = tmp_path / file_name
    log.write_text(content, "utf-8")

    [loaded] = load_mapped(warehouse, DOCS / "mappings" / f"{name}.yaml", log)

    assert loaded.error is None
    found = events(
        warehouse, "input_tokens, uncached_input_tokens, cache_read_tokens, output_tokens, "
        "model_raw, service_tier",
    )  # fmt: skip
    assert [tuple(each.values()) for each in found] == expected


def test_the_example_of_daily_sums(tmp_path, warehouse):
    log = write_parquet(
        tmp_path / "sums.parquet",
        "select date '2026-05-01' as day, 'gpt-5.4' as model, 'docs' as project, 12 as calls, "
        "1.5::decimal(9, 3) as kilotokens_in, 0.25 as kilotokens_out",
    )

    [loaded] = load_mapped(warehouse, DOCS / "mappings" / "daily_sums.yaml", log)

    assert counts(loaded) == (1, 0, 0, 0)
    found = event(warehouse, "docs")
    assert found["event_id"] == "daily_sums:2026-05-01:gpt-5.4:docs"
    assert (found["uncached_input_tokens"], found["output_tokens"]) == (1500, 250)


def test_every_example_file_is_tested():
    assert {path.stem for path in (DOCS / "mappings").glob("*")} == {*SAMPLES, "daily_sums"}
