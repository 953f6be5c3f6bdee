"""Logs written and loaded for a test, and what became of them."""

import json
from pathlib import Path

from ingest.append import Declared
from ingest.load import Loaded, Options, load_paths
from ingest.warehouse import Warehouse
from pricing.book import PriceBook
from pricing.load import load_price_book

BOOK = load_price_book(Path(__file__).parent / "prices.yaml")


def chat(key: str, prompt: int = 100, completion: int = 10, **changes) -> dict:
    """Return a Chat Completions body."""
    return {
        "id": f"chatcmpl-{key}",
        "object": "chat.completion",
        "created": 1788256800,
        "model": "gpt-5.4",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Berth nine."}}],
        "service_tier": "default",
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
        },
    } | changes


def response(key: str, given: int = 100, out: int = 10, **changes) -> dict:
    """Return a Responses body."""
    return {
        "id": f"resp_{key}",
        "object": "response",
        "created_at": 1788256800,
        "completed_at": 1788256803,
        "status": "completed",
        "model": "gpt-5.4",
        "output": [{"type": "message", "content": [{"type": "output_text", "text": "Nine."}]}],
        "service_tier": "default",
        "usage": {"input_tokens": given, "output_tokens": out, "total_tokens": given + out},
    } | changes


def spend_log(key: str, prompt: int = 100, completion: int = 10, **changes) -> dict:
    """Return a row of LiteLLM_SpendLogs, of a provider the test book knows."""
    return {
        "request_id": f"lite-{key}",
        "call_type": "acompletion",
        "api_key": "5e" * 32,
        "spend": 0.001,
        "total_tokens": prompt + completion,
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "startTime": "2026-03-01T09:00:00.000Z",
        "endTime": "2026-03-01T09:00:02.000Z",
        "model": "acme-large",
        "custom_llm_provider": "acme",
        "metadata": {"status": "success", "cost_breakdown": {"service_tier": None}},
        "cache_hit": "False",
        "status": "success",
    } | changes


def write_lines(path: Path, *lines: dict | bytes | str) -> Path:
    """Write a record, or a line as it is, per line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(as_bytes(line) + b"\n" for line in lines))
    return path


def as_bytes(line: dict | bytes | str) -> bytes:
    if isinstance(line, bytes):
        return line
    return (line if isinstance(line, str) else json.dumps(line, default=float)).encode()


def load(
    warehouse: Warehouse,
    *paths: Path | str,
    book: PriceBook = BOOK,
    tier: str | None = None,
    account: str | None = None,
    time: str | None = None,
    **options,
) -> list[Loaded]:
    """Load inputs and return what became of each."""
    chosen = Options(declared=Declared(tier, account, time), **options)
    return list(load_paths([str(path) for path in paths], warehouse, book, chosen))


def rows(warehouse: Warehouse, query: str, *params) -> list[tuple]:
    """Ask the database."""
    with warehouse.reading() as con:
        return con.execute(query, params).fetchall()


def events(warehouse: Warehouse, columns: str = "* exclude (file_id, line)") -> list[dict]:
    """Return what is stored of every event, without where it came from, by id."""
    with warehouse.reading() as con:
        found = con.execute(f"select {columns} from usage_event order by event_id")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def event(warehouse: Warehouse, key: str) -> dict:
    """Return one event, by the end of its id, without what it does not report."""
    [found] = [each for each in events(warehouse) if each["event_id"].endswith(key)]
    return {name: value for name, value in found.items() if value is not None}
