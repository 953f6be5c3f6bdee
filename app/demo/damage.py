"""The seven broken lines, each broken in its own way, and where they lie."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.demo import company
from app.demo.stream import WINDOW_END, Stream
from app.demo.traffic import Request
from app.demo.writers.batch import BatchOutput
from app.demo.writers.chat import chat_body
from app.demo.writers.line import encode, envelope
from app.demo.writers.responses import response_body
from app.demo.writers.spend_logs import spend_row

NOON = 12 * 3_600


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that must be set aside when it is loaded.

    Args:
        log: Name of the log it is in.
        days_before_end: On which day, counted back from the last one.
        torn: The last line of the last file, which was never ended.
    """

    why: str
    log: str
    days_before_end: int
    content: bytes
    torn: bool = False

    def lies_on(self, day: date, days: int) -> bool:
        """Say whether the line is on ``day`` of a demo of so many days."""
        back = min(self.days_before_end, days - 1)
        return day == WINDOW_END - timedelta(days=1 + back)


def broken_lines() -> tuple[Broken, ...]:
    """Return the seven lines."""
    return (
        Broken("invalid UTF-8", "support", 1, _not_utf8()),
        Broken("negative count", "support", 5, _negative()),
        Broken("binary", "coding", 8, _binary()),
        Broken("truncated JSON", "coding", 0, _truncated(), torn=True),
        Broken("text for a number", "batches", 2, _spelled_out()),
        Broken("contradicting total", "search", 3, _wrong_total()),
        Broken("not an object", "marketing", 4, b'"logger restarted"'),
    )


def _sample(stream: Stream, ident: str) -> Request:
    end = datetime(WINDOW_END.year, WINDOW_END.month, WINDOW_END.day, tzinfo=UTC)
    at = int((end - timedelta(days=1)).timestamp()) + NOON
    team = stream.team
    names = (f"{ident:x<29}", f"{team.name}-01", team.keys[0])
    return Request(stream, at, *names, 1_200, 0, 0, 300, 0, 0)


def _chat(ident: str, **usage: Any) -> dict[str, Any]:
    request = _sample(company.CHAT[-1], ident)
    body = chat_body(request)
    body["usage"] |= usage
    return envelope(request, body)


def _not_utf8() -> bytes:
    return encode(_chat("NotUtf8") | {"user": "m?ller"}).replace(b"m?", b"m\xfc")


def _negative() -> bytes:
    return encode(_chat("Negative", completion_tokens=-300, total_tokens=900))


def _binary() -> bytes:
    return bytes(n for n in range(256) if n not in b"\r\n")


def _truncated() -> bytes:
    line = encode(response_body(_sample(company.AGENT[-1], "Truncated")))
    return line[: len(line) * 2 // 3]


def _spelled_out() -> bytes:
    [(_, line)] = BatchOutput().lines(_sample(company.EXTRACTION_BATCH, "SpelledOut"))
    return line.replace(b'"prompt_tokens":1200', b'"prompt_tokens":"twelve hundred"')


def _wrong_total() -> bytes:
    row = spend_row(_sample(company.RERANK[0], "WrongTotal"))
    return encode(row | {"total_tokens": 15_000})
