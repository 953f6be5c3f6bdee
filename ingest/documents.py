"""Records of inputs that are not one JSON object a line: JSON documents and CSV."""

import codecs
import csv
import io
import json
from collections.abc import Container, Iterator
from itertools import chain
from typing import BinaryIO

import orjson

from ingest.records import LONGEST_LINE_BYTES, Line, blocks
from ingest.repair import UnreadableLine

_BYTE_ORDER_MARK = "\ufeff"
_BETWEEN = " \t\r\n,[]"
_BLOCK_BYTES = 1024 * 1024
_DECODER = json.JSONDecoder()
_ERRORS = "surrogateescape"

#: What may separate the cells of a CSV.
DELIMITERS = (",", ";", "\t", "|")

csv.field_size_limit(LONGEST_LINE_BYTES)  # a logged prompt is one cell


def document_records(stream: BinaryIO) -> Iterator[Line]:
    """Yield the objects of a JSON array, or of objects written one after the other.

    The number of a record is its place in the input, from 1. What cannot be decoded to the
    end of the input becomes one last, broken record.
    """
    blocks_of_text = codecs.iterdecode(blocks(stream, _BLOCK_BYTES), "utf-8", _ERRORS)
    first = next(blocks_of_text, "")
    text = first.removeprefix(_BYTE_ORDER_MARK)
    at, number = 0, 0
    offset = 0 if text == first else len(_BYTE_ORDER_MARK.encode())
    waiting: list[str] = []
    missing = 0
    for block in chain(blocks_of_text, [""]):
        waiting.append(block)
        missing -= len(block)
        if block and missing > 0:
            continue
        text, at = "".join([text[at:], *waiting]), 0
        waiting.clear()
        while (end := _end_of_record(text, start := _skip(text, at), last=not block)) is not None:
            number += 1
            offset += start - at
            yield _record(number, offset, text[start:end])
            offset += len(text[start:end].encode("utf-8", _ERRORS))
            at = end
        # A long record is tried again when there is twice as much of it.
        missing = len(text) - at
        if missing > LONGEST_LINE_BYTES:
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


def csv_records(
    stream: BinaryIO, delimiter: str = ",", rows: Container[int] | None = None
) -> Iterator[Line]:
    """Yield each row of a CSV as a JSON object of its cells; an empty cell is null.

    The number of a record is the physical line it begins on. A cell that an exporter
    prefixed with an apostrophe against spreadsheet formulas loses the prefix, and a cell
    that holds JSON is read as JSON.

    Args:
        stream: The bytes of the file.
        delimiter: What separates cells.
        rows: 0-based places of the records wanted; None for all.
    """
    header: list[str] = []
    for place, (line, cells) in enumerate(_csv_rows(stream, delimiter), start=-1):
        if place < 0 and cells is not None:
            header = [name.strip() for name in cells]
        elif rows is None or max(place, 0) in rows:
            yield line if cells is None else _row(line, header, cells)


def csv_numbers(stream: BinaryIO, delimiter: str = ",") -> Iterator[int]:
    """Yield the physical line that each record of a CSV begins on, and look at no cell."""
    for place, (line, cells) in enumerate(_csv_rows(stream, delimiter)):
        if place or cells is None:
            yield line.number


def _csv_rows(stream: BinaryIO, delimiter: str) -> Iterator[tuple[Line, list[str] | None]]:
    """Yield where each row is, and its cells; none of a row that cannot be read. The header first.

    Rows without a cell are left out, and nothing follows a header that cannot be read.
    """
    text = _CsvText(stream)
    reader = csv.reader(text, delimiter=delimiter)
    named = False
    while True:
        number, offset = text.lines + 1, text.offset
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield UnreadableLine(number, offset, text.since(offset), None, _fault(error)), None
            if not named:
                return
            continue
        if not named:
            named = True
            yield Line(number, offset, text.since(offset), None), cells or []
        elif cells is None:
            return
        elif text.ended:
            reason = "broken CSV: a quote that is never closed"
            yield UnreadableLine(number, offset, text.since(offset), None, reason), None
            return
        elif cells:
            yield Line(number, offset, text.since(offset), None), cells


class _CsvText:
    """The physical lines of a CSV, and how many lines and bytes of it were taken."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.lines = 0
        self.offset = 0
        self.ended = False  # a row that is not complete before the end has an open quote
        self._ending = 0

    def __iter__(self) -> Iterator[str]:
        for line in self.stream:
            self.lines += 1
            self.offset += len(line)
            self._ending = len(line) - len(line.rstrip(b"\r\n"))
            text = line.decode("utf-8", _ERRORS)
            yield text.removeprefix(_BYTE_ORDER_MARK) if self.lines == 1 else text
        self.ended = True

    def since(self, offset: int) -> int:
        """Return how many bytes were taken since an offset, without the last line ending."""
        return self.offset - self._ending - offset


def _fault(error: csv.Error) -> str:
    told = str(error)
    if told.startswith("new-line"):
        told = "a carriage return outside quotes"
    if told.startswith("field larger"):
        told = f"a cell longer than {LONGEST_LINE_BYTES // 1024 // 1024} MB"
    return f"broken CSV: {told}"


def _row(place: Line, header: list[str], cells: list[str]) -> Line:
    number, offset, length = place.number, place.offset, place.length
    if len(cells) != len(header):
        reason = f"broken CSV: {len(cells)} cells under {len(header)} column names"
        return UnreadableLine(number, offset, length, None, reason)
    # Most cells are as they stand, and of those nothing more is asked.
    values = [(cell if cell[0] not in _MARKED else _cell(cell)) if cell else None for cell in cells]
    try:
        return Line(number, offset, length, orjson.dumps(dict(zip(header, values, strict=True))))
    except TypeError:
        return UnreadableLine(number, offset, length, None, "not UTF-8")


#: How a cell begins that is not simply text.
_MARKED = "'{["


def _cell(text: str) -> str | orjson.Fragment:
    if text[0] == "'":
        return text[1:] if len(text) > 1 and text[1] in "=+-@" else text
    return _json_cell(text)


def _json_cell(text: str) -> str | orjson.Fragment:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return orjson.Fragment(text.replace("\r", " ").replace("\n", " "))


def csv_header(stream: BinaryIO, delimiter: str = ",") -> list[str]:
    """Return the column names of a CSV, without spaces around them."""
    first = next(blocks(stream, 256 * 1024), b"")
    text = first.decode("utf-8-sig", "replace")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return [name.strip() for name in next(rows, [])]
    except csv.Error:
        return []
