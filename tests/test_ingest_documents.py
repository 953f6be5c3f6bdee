import csv
import io
import json

import pytest

from ingest import documents
from ingest.documents import csv_header, csv_records, document_records
from ingest.repair import UnreadableError, decoded

OBJECTS = [
    {"id": "one", "text": "ünï"},
    {"id": "two", "nested": [[1], {"a": "]"}]},
    {"id": "three"},
]
BOM = b"\xef\xbb\xbf"


def records(content: bytes):
    return list(document_records(io.BytesIO(content)))


def rows(content: bytes):
    return list(csv_records(io.BytesIO(content)))


def bytes_of(line, content: bytes) -> bytes:
    return content[line.offset : line.offset + line.length]


def table(*cells: list[str], ending: str = "\n") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=ending).writerows(cells)
    return text.getvalue().encode()


DOCUMENTS = {
    "an array": json.dumps(OBJECTS),
    "an indented array": json.dumps(OBJECTS, indent=2, ensure_ascii=False),
    "an array of an object a line": "[\n" + ",\n".join(map(json.dumps, OBJECTS)) + "\n]\n",
    "indented objects": "\r\n".join(json.dumps(each, indent=4) for each in OBJECTS),
    "objects on one line": " ".join(map(json.dumps, OBJECTS)),
    "objects without a space": "".join(map(json.dumps, OBJECTS)),
    "arrays in an array": json.dumps([OBJECTS[:2], OBJECTS[2:]]),
}


@pytest.mark.parametrize("mark", [b"", BOM], ids=["", "with a byte-order mark"])
@pytest.mark.parametrize("block", [1, 7, 1 << 20])
@pytest.mark.parametrize("text", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_document_is_its_objects(monkeypatch, text, block, mark):
    monkeypatch.setattr(documents, "_BLOCK_BYTES", block)
    content = mark + text.encode()

    found = records(content)

    assert [decoded(each) for each in found] == OBJECTS
    assert [each.number for each in found] == [1, 2, 3]
    assert [json.loads(bytes_of(each, content)) for each in found] == OBJECTS


def test_what_breaks_off_is_one_last_record():
    content = json.dumps(OBJECTS).encode()[:-5]

    found = records(content)

    assert [decoded(each) for each in found[:2]] == OBJECTS[:2]
    assert bytes_of(found[2], content) == b'{"id": "thr'
    with pytest.raises(UnreadableError, match="broken JSON"):
        decoded(found[2])


def test_what_is_no_object_is_a_record_too():
    found = records(b'[1, {"a": 1}, "text", null]')

    assert [each.content for each in found] == [b"1", b'{"a": 1}', b'"text"', b"null"]


def test_bytes_that_are_no_text_are_kept_as_they_are():
    [first, second] = records(b'[{"id": "\xff"}, {"id": "two"}]')

    with pytest.raises(UnreadableError, match="not UTF-8"):
        decoded(first)
    assert (second.offset, decoded(second)) == (14, {"id": "two"})


@pytest.mark.parametrize("content", [b"", b"[]", b" [ ]\n", BOM])
def test_an_empty_document_has_no_records(content):
    assert records(content) == []


def test_csv_rows_know_their_line_and_their_bytes():
    content = table(["id", "note"], ["one", "a"], ["two", 'b\n"c",\r\nd'], [], ["three", ""])

    found = rows(content)

    assert [decoded(each) for each in found] == [
        {"id": "one", "note": "a"},
        {"id": "two", "note": 'b\n"c",\r\nd'},
        {"id": "three", "note": None},
    ]
    assert [each.number for each in found] == [2, 3, 7]
    assert [bytes_of(each, content) for each in found] == [
        b"one,a",
        b'two,"b\n""c"",\r\nd"',
        b"three,",
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", BOM])
def test_csv_endings_and_a_byte_order_mark_change_nothing(mark, ending):
    content = mark + table(["id", "note"], ["one", "ü"], ["two", "b"], ending=ending)

    found = rows(content)

    assert [decoded(each)["id"] for each in found] == ["one", "two"]
    assert [bytes_of(each, content) for each in found] == ["one,ü".encode(), b"two,b"]
    assert csv_header(io.BytesIO(content)) == ["id", "note"]


def test_a_cell_loses_the_apostrophe_against_formulas_and_no_other():
    [row] = rows(table(list("abcdef"), ["'=1+1", "'+a", "'-a", "'@a", "'quoted'", "'"]))

    assert list(decoded(row).values()) == ["=1+1", "+a", "-a", "@a", "'quoted'", "'"]


def test_a_cell_that_holds_json_is_read_as_json():
    [row] = rows(table(list("abcd"), ['{"a":\n 12.5}', '["x"]', "{broken", "[x]"]))

    read = decoded(row)

    assert {**read, "a": float(read["a"]["a"])} == {
        "a": 12.5,
        "b": ["x"],
        "c": "{broken",
        "d": "[x]",
    }
    assert b"\n" not in row.content


def test_a_cell_may_be_as_long_as_a_prompt():
    [row] = rows(table(["id", "messages"], ["one", "x" * 1_000_000]))

    assert decoded(row)["id"] == "one"


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (b"one\n", "broken CSV: 1 cells under 2 column names"),
        (b"one,two,three\n", "broken CSV: 3 cells under 2 column names"),
        (b"one,\xff\n", "not UTF-8"),
        (b"one,two\rthree,four\n", "broken CSV: a carriage return outside quotes"),
    ],
)
def test_a_broken_row_is_a_reason_and_the_next_is_read(broken, reason):
    content = b"id,note\n" + broken + b"good,row\n"

    bad, good = rows(content)

    assert (bad.number, bytes_of(bad, content)) == (2, broken.rstrip())
    with pytest.raises(UnreadableError, match=reason):
        decoded(bad)
    assert (good.number, decoded(good)) == (3, {"id": "good", "note": "row"})
