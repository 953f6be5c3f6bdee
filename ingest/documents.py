"""Records of inputs that are not one JSON object a line: JSON documents and CSV."""

import codecs
import csv
import io
import json
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

import orjson

from ingest.records import LONGEST_LINE_BYTES, Line, blocks

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

_BETWEEN = " \t\r\n,[]"
_BLOCK_BYTES = 1024 * 1024
_DECODER = json.JSONDecoder()
_ERRORS = "surrogateescape"


def document_records(stream: BinaryIO) -> Iterator[Line]:
    """Yield the objects of a JSON array, or of objects written one after the other.

    The number of a record is its place in the input, from 1. What cannot be decoded to the
    end of the input becomes one last, broken record.
    """
    blocks_of_text = codecs.iterdecode(blocks(stream, _BLOCK_BYTES), "utf-8-sig", _ERRORS)
    text, at, offset, number = "", 0, 0, 0
    for block in chain(blocks_of_text, [""]):
        text, at = text[at:] + block, 0
        while (end := _end_of_record(text, start := _skip(text, at), last=not block)) is not None:
            number += 1
            offset += start - at
            yield _record(number, offset, text[start:end])
            offset += len(text[start:end].encode("utf-8", _ERRORS))
            at = end
        if len(text) - at > LONGEST_LINE_BYTES:
            break
    start = _skip(text, at)
    if rest := text[start:].rstrip(_BETWEEN):
        yield _record(number + 1, offset + start - at, rest)


def _skip(text: str, at: int) -> int:
    """Return the place of the next character that is part of a record."""
    while at < len(text) and text[at] in _BETWEEN:
        at += 1
    return at


def _end_of_record(text: str, start: int, *, last: bool) -> int | None:
    """Return where the record at ``start`` ends, or None if that is not in the text yet."""
    if start == len(text):
        return None
    try:
        _, end = _DECODER.raw_decode(text, start)
    except (json.JSONDecodeError, RecursionError):
        return None
    return end if last or end < len(text) else None


def _record(number: int, offset: int, text: str) -> Line:
    raw = text.encode("utf-8", _ERRORS)
    content = (
        raw.replace(b"\r", b" ").replace(b"\n", b" ") if len(raw) <= LONGEST_LINE_BYTES else None
    )
    return Line(number, offset, len(raw), content)


def csv_records(stream: BinaryIO) -> Iterator[Line]:
    """Yield each row of a CSV as a JSON object of texts; an empty cell is null.

    The number of a record is the physical line it begins on. A cell that an exporter
    prefixed with an apostrophe against spreadsheet formulas loses the prefix.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
    try:
        yield from _csv_rows(csv.reader(text))
    finally:
        text.detach()


def _csv_rows(reader: "CsvReader") -> Iterator[Line]:
    header = next(reader, [])
    begun = reader.line_num + 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Line(begun, 0, 0, f"CSV: {error}".encode())
        else:
            if cells:
                yield _row(begun, header, cells)
        begun = reader.line_num + 1


def _row(number: int, header: list[str], cells: list[str]) -> Line:
    if len(cells) != len(header):
        text = f"CSV: {len(cells)} cells under {len(header)} column names"
        return Line(number, 0, 0, text.encode())
    record = {name: _cell(cell) for name, cell in zip(header, cells, strict=True)}
    return Line(number, 0, sum(map(len, cells)) + len(cells), orjson.dumps(record))


def _cell(text: str) -> str | None:
    if len(text) > 1 and text[0] == "'" and text[1] in "=+-@":
        return text[1:]
    return text or None


def csv_header(stream: BinaryIO) -> list[str]:
    """Return the column names of a CSV."""
    first = next(blocks(stream, 256 * 1024), b"")
    text = first.decode("utf-8-sig", "replace")
    return next(csv.reader(io.StringIO(text, newline="")), [])
