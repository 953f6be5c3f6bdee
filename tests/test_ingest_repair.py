import json

import orjson
import pytest

from ingest.records import Line
from ingest.repair import UnreadableError, decoded, excerpt, plain_line


def line(content: bytes | None) -> Line:
    return Line(1, 0, 0 if content is None else len(content), content)


def plain(text: str, reads: dict[str, str] | None = None, path: tuple[str, ...] = ()):
    return orjson.loads(plain_line(decoded(line(text.encode())), reads or {}, path))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"id": "resp_1", "us', "broken JSON at character 18: Unterminated string"),
        (b'{"a": 1} {"b": 2}', "broken JSON at character 10: Extra data"),
        (b'{"a": "\xff"}', "not UTF-8 at byte 7 of the line"),
        (b'{"a": "\x00"}', "broken JSON at character 8: Invalid control character"),
        (b'{"a": NaN}', "broken JSON: NaN is not a number"),
        (b'{"a": -Infinity}', "broken JSON: -Infinity is not a number"),
        (b"[" * 100_000, "JSON nested too deeply"),
        (b"[{}]", "not a JSON object but an array"),
        (b"12", "not a JSON object but a number"),
        (b"1.5", "not a JSON object but a number"),
        (b"true", "not a JSON object but a boolean"),
        (b'"text"', "not a JSON object but a text"),
        (b"null", "not a JSON object but null"),
        (None, "line longer than 100 MB"),
    ],
)
def test_what_is_no_object_says_why(content, reason):
    with pytest.raises(UnreadableError) as fault:
        decoded(line(content))

    assert str(fault.value) == reason


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("12", 12),
        ("12.0", 12),
        ("-0.0", 0),
        ("1e3", 1000),
        ("0.000225", 0.000225),
        ("1766000070.07935", 1766000070.07935),
        ("9223372036854775807", 9223372036854775807),
        ("9223372036854775808", "9223372036854775808"),
        ("1e400", "1E+400"),
        ("1e99999999999999999999", "1e99999999999999999999"),
        ('"12"', "12"),
    ],
)
def test_numbers_keep_their_value(written, read):
    assert plain(f'{{"a": {written}}}') == {"a": read}


def test_of_a_repeated_key_the_first_is_read_as_in_bulk():
    twice = '{"id": "first", "id": "second", "usage": {"input_tokens": 1, "input_tokens": 2}}'

    assert decoded(line(twice.encode())) == {"id": "first", "usage": {"input_tokens": 1}}


def test_a_text_cut_within_an_emoji_does_not_spoil_the_line():
    assert plain(r'{"id": "resp_1", "\ud83d": "cut \ud83d"}') == {"id": "resp_1", "?": "cut ?"}


@pytest.mark.parametrize("depth", [60, 300, 600, 900])
def test_what_lies_too_deep_to_be_written_is_left_out(depth):
    nested = "[" * depth + "]" * depth

    assert plain(f'{{"id": "resp_1", "output": {nested}}}')["id"] == "resp_1"


def test_json_kept_as_text_is_unfolded_where_an_object_is_expected():
    reads = {"metadata": "STRUCT(a VARCHAR)", "messages": "VARCHAR", "items": "STRUCT(a VARCHAR)[]"}
    record = {"metadata": '{"a": 12.0}', "messages": '{"a": 1}', "items": '{"a": 1}'}

    assert plain(json.dumps(record), reads) == record | {"metadata": {"a": 12}}
    assert plain(json.dumps({"row": record}), reads, ("row",))["row"]["metadata"] == {"a": 12}


@pytest.mark.parametrize("text", ['{"a": ', '{"a": NaN}', '{"a":' * 100_000])
def test_a_text_that_does_not_unfold_is_a_reason(text):
    with pytest.raises(UnreadableError, match="the text in 'metadata' is broken JSON"):
        plain(json.dumps({"metadata": text}), {"metadata": "STRUCT(a VARCHAR)"})


def test_an_absent_object_becomes_an_empty_one():
    assert plain("{}", {"metadata": "STRUCT(a VARCHAR)"}) == {"metadata": {}}
    assert plain('{"metadata": null}', {"metadata": "STRUCT(a VARCHAR)"}) == {"metadata": {}}


def test_an_excerpt_shows_keys_and_numbers_and_no_text():
    record = {
        "id": "resp_1",
        "output": [{"content": "a secret"}],
        "usage": {"input_tokens": -1, "details": {"a": {"b": "a secret"}}},
        "spend": 0.25,
        "stream": True,
    }

    assert json.loads(excerpt(line(json.dumps(record).encode()))) == {
        "id": "text(6)",
        "output": "[1]",
        "usage": {"input_tokens": -1, "details": {"a": "{}"}},
        "spend": 0.25,
        "stream": True,
    }


def test_an_excerpt_of_what_cannot_be_decoded_is_empty():
    assert excerpt(line(b'{"a secret')) == ""


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("1000000000000000000", "1000000000000000000"),
        ("18446744073709551616", '"18446744073709551616"'),
        ("1e400", '"1E+400"'),
    ],
)
def test_an_excerpt_shows_numbers_of_any_size(written, shown):
    assert excerpt(line(f'{{"tokens": {written}}}'.encode())) == f'{{"tokens":{shown}}}'


def test_an_excerpt_is_short():
    wide = {f"{n} {'key' * 100}": "a secret" for n in range(1000)}

    assert len(excerpt(line(json.dumps(wide).encode()))) == 500
