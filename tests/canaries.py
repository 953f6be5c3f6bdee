"""Samples in which canaries sing, to see which texts of a log are kept.

A place is the way to a value: ``choices[].message.content``; where a list holds named values, as
attributes of OpenTelemetry are, ``attributes[gen_ai.prompt]``.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

from ingest.layout import claims
from ingest.records import Line, lines
from ingest.repair import decoded
from ingest.rewrite import KnownLine, rewriting_of
from ingest.source import all_sources

CANARY = "canary"
SONG = re.compile(CANARY + r"\W(\d+)\W")

#: Fields that hold what was said, and what no log should show.
SPEECH = (
    "messages", "prompt", "input", "instructions", "output", "completion", "content", "text",
    "arguments", "tools", "headers", "authorization", "file_path", "request_body", "description",
)  # fmt: skip

#: Labels are stored with what a user writes into them.
USERS_OWN = {"tags", "request_tags", "spend_logs_metadata", "properties", "metadata", "dimensions"}

#: Fields that tell what a record is, beside those its source is recognised by.
TELLING = {"kind", "date", "object"}


def song(number: int) -> str:
    """Return what a canary sings, and a key that it flies off with."""
    return f"a {CANARY} {number} sings sk-{CANARY}-{number}-0123456789abcdef, "


def records_of(sample: Path) -> list[dict]:
    """Return the records of a JSON sample as they are logged."""
    with sample.open("rb") as stream:
        return [decoded(line) for line in lines(stream)]


def places(value: object, place: str = "") -> Iterator[tuple[str, object]]:
    """Yield every value with its place."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places(inner, f"{place}.{name}".removeprefix("."))
    elif isinstance(value, list):
        for inner in value:
            yield from places(inner, f"{place}[{_name_of(inner)}]")
    elif value is not None:
        yield place, value


def sung(value: object, songs: dict[str, str], place: str = "") -> object:
    """Put a song before the values of the places that have one."""
    if isinstance(value, dict):
        return {
            name: sung(inner, songs, f"{place}.{name}".removeprefix("."))
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [sung(inner, songs, f"{place}[{_name_of(inner)}]") for inner in value]
    return value if value is None or place not in songs else f"{songs[place]}{value}"


def _words(value: object) -> bool:
    """Tell a text from a number and from a time."""
    return isinstance(value, str) and not re.fullmatch(r"[\d.,:TZe+ -]*", value)


def spoken(value: object, word: str, said: str, name: str = "") -> object:
    """Put a field of speech into every object of a record that has none."""
    if isinstance(value, list):
        return [spoken(inner, word, said, name) for inner in value]
    if not isinstance(value, dict) or name in USERS_OWN:
        return value
    inner = {key: spoken(held, word, said, key) for key, held in value.items()}
    return inner if word in inner or "key" in inner else inner | {word: [said]}


def _name_of(member: object) -> str:
    return str(member.get("key", "")) if isinstance(member, dict) else ""


def sung_csv(sample: Path) -> tuple[list[str], bytes]:
    """Return the columns of a sample, and its rows as they are and with one column sung each."""
    header, *rows = csv.reader(io.StringIO(sample.read_text("utf-8"), newline=""))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([header, *rows])
    for number in range(len(header)):
        writer.writerows(
            [song(number) + cell if k == number and cell else cell for k, cell in enumerate(row)]
            for row in rows
        )
    return header, text.getvalue().encode()


def sung_json(sample: Path) -> tuple[list[str], bytes]:
    """Return the places of a sample, and its records, as sources see them, one place sung each."""
    logged = records_of(sample)
    found = list(dict.fromkeys(place for record in logged for place, _ in places(record)))
    files = [logged]
    files += [[sung(each, {place: song(n)}) for each in logged] for n, place in enumerate(found)]
    for n, word in enumerate(SPEECH, len(found)):
        files.append([spoken(each, word, song(n)) for each in logged])
    seen = [line for records in files for line in rewritten(records)]
    assert not any(CANARY in line.reason for line in seen if isinstance(line, KnownLine))
    return [*found, *SPEECH], b"\n".join(line.content for line in seen if line.content)


def rewritten(records: list[dict]) -> list[Line]:
    """Return what the records of one file become before their sources see them."""
    texts = [json.dumps(record, default=float).encode() for record in records]
    members = [Line(number, 0, len(text), text) for number, text in enumerate(texts, 1)]
    return list(rewriting_of(records, all_sources()).lines(members))


def choir(sample: Path, kept: set[str]) -> list[dict]:
    """Return a sample's records, a canary in every text that is not kept and tells no format."""
    logged = records_of(sample)
    claimed = _claimed(logged)
    told = [each for record in logged for each in places(record)]
    no_words = {place for place, value in told if value and not _words(value)}
    songs = {
        place: song(0)
        for place in dict.fromkeys(place for place, _ in told)
        if place not in no_words | kept
        and place.rpartition(".")[2] not in TELLING
        and _claimed([sung(record, {place: song(0)}) for record in logged]) == claimed
    }
    for word in SPEECH:
        louder = [spoken(record, word, song(0)) for record in logged]
        if _claimed(louder) == claimed:
            logged = louder
    return [sung(record, songs) for record in logged]


def _claimed(records: list[dict]) -> int:
    seen = [line for line in rewritten(records) if line.content]
    return sum(len(claims(decoded(line), all_sources())) == 1 for line in seen)
