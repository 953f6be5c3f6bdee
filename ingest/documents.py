"""Records of inputs that are not one JSON object a line: JSON documents and CSV."""

import csv
import io
import json
from collections.abc import Iterator
from typing import BinaryIO

import orjson

from ingest.records import LONGEST_LINE_BYTES, Line, blocks

_BETWEEN = " \t\r\n,[]"


def document_records(stream: BinaryIO) -> Iterator[Line]:
    """Yield the objects of a JSON array, or of objects written one after the other.

    The number of a record is its place in the input, from 1. What cannot be decoded to the
    end of the input becomes one last, broken record.
    """
    decoder = json.JSONDecoder()
    reader = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    text, position, offset, number = "", 0, 0, 0
    ended = False
    while True:
        while position < len(text) and text[position] in _BETWEEN:
            position += 1
        if position < len(text):
            try:
                _, end = decoder.raw_decode(text, position)
            except (json.JSONDecodeError, RecursionError):
                end = -1
            if end > 0 and (end < len(text) or ended):
                number += 1
                yield _record(number, offset, text[position:end])
                offset += len(text[position:end].encode("utf-8", "surrogateescape"))
                position = end
                continue
        if ended:
            break
        block = reader.read(1024 * 1024)
        ended = not block
        text, position = text[position:] + block, 0
        if len(text) > LONGEST_LINE_BYTES:
            break
    if rest := text[position:].strip(_BETWEEN):
        yield _record(number + 1, offset, rest)


def _record(number: int, offset: int, text: str) -> Line:
    raw = text.encode("utf-8", "surrogateescape")
    content = (
        raw.replace(b"\r", b" ").replace(b"\n", b" ") if len(raw) <= LONGEST_LINE_BYTES else None
    )
    return Line(number, offset, len(raw), content)


def csv_records(stream: BinaryIO) -> Iterator[Line]:
    """Yield each row of a CSV as a JSON object of texts; an empty cell is null.

    The number of a record is the physical line it begins on. A cell that an exporter
    prefixed with an apostrophe against spreadsheet formulas loses the prefix.
    """
    reader = csv.reader(
        io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
    )
    try:
        header = next(reader)
    except StopIteration:
        return
    begun = reader.line_num + 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Line(begun, 0, 0, f"CSV: {error}".encode())
            begun = reader.line_num + 1
            continue
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
