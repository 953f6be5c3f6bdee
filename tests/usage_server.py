"""An administration API on this machine: an organisation's buckets, and faults in any order.

Buckets are clipped to what is asked, as OpenAI clips them: the open one ends now. Run as a
program, it serves until it is stopped.
"""

import json
import sys
import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

KEY = "sk-admin-fake-0123456789abcdef"
DAY = 86_400
#: 20 November 2026, 12:00 UTC.
NOW = 1_795_176_000
WIDTHS = {"1m": 60, "1h": 3600, "1d": DAY}


@dataclass(frozen=True)
class Fault:
    """What a request gets in place of a page."""

    kind: str
    status: int = 200
    headers: dict = field(default_factory=dict)
    body: bytes = b'{"error": {"message": "not now"}}'


def refuse(status, message="not now", **headers):
    body = json.dumps({"error": {"message": message}}).encode()
    return Fault("status", status, {k.replace("_", "-"): v for k, v in headers.items()}, body)


@dataclass
class Organisation:
    """What the server knows, and what it was asked.

    Attributes:
        now: The moment, in Unix seconds.
        growth: Added to the tokens of buckets of the last three days.
        page_buckets: Fewer buckets a page than asked for, if smaller.
        faults: Given one to a request, until there are none; None is a page.
        lacks: Endpoints it does not have.
        asked: (path, parameters) of every request.
    """

    now: int = NOW
    growth: int = 0
    page_buckets: int = 1000
    name: str | None = "org-harbour"
    faults: deque = field(default_factory=deque)
    lacks: set = field(default_factory=set)
    asked: list = field(default_factory=list)
    keys: set = field(default_factory=set)
    delay_s: float = 0.0

    def page(self, endpoint, asked):
        """Return a page of buckets for the parameters of a request."""
        width = WIDTHS[asked.get("bucket_width", ["1d"])[0]]
        start = int(asked["start_time"][0])
        end = min(int(asked.get("end_time", [self.now])[0]), self.now)
        limit = min(int(asked.get("limit", ["7"])[0]), self.page_buckets)
        at = int(asked["page"][0].removeprefix("page_")) if "page" in asked else start
        buckets = []
        while at < end and len(buckets) < limit:
            following = at - at % width + width
            closes = following if endpoint == "costs" else min(following, end)
            results = self.results(endpoint, at, asked.get("group_by", []))
            bucket = {"object": "bucket", "start_time": at, "end_time": closes}
            buckets.append(bucket | {"results": results})
            at = following
        more = at < end
        return {
            "object": "page",
            "data": buckets,
            "has_more": more,
            "next_page": f"page_{at}" if more else None,
        }

    def results(self, endpoint, start, group_by):
        """Return results of a bucket: every fifth day is idle, and some endpoints are unused."""
        day = start // DAY
        if day % 5 == 0:
            return []
        by = {name: {"batch": False}.get(name, f"{name}-one") for name in group_by}
        by |= {"model": "gpt-5.4"} if "model" in by else {}
        by |= {"service_tier": "default"} if "service_tier" in by else {}
        if endpoint == "costs":
            money = {"value": f"0.0{day % 7}0000000000000000123", "currency": "usd"}
            costs = {"object": "organization.costs.result", "amount": money, **by}
            return [costs | {"line_item": "gpt-5.4, input", "quantity": None}]
        if endpoint != "completions":
            return []
        grown = self.growth if self.now - start < 3 * DAY else 0
        usage = {
            "object": "organization.usage.completions.result",
            "input_tokens": 1000 + grown,
            "input_cached_tokens": 200,
            "input_uncached_tokens": 800 + grown,
            "output_tokens": 50,
            "num_model_requests": 3,
            **by,
        }
        return [usage, usage | {"input_tokens": 7, "input_cached_tokens": 0,
                                "input_uncached_tokens": 7, "project_id": None}]  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    organisation: Organisation

    def do_GET(self):
        here = self.organisation
        parts = urlsplit(self.path)
        asked = parse_qs(parts.query)
        endpoint = parts.path.rsplit("/", 1)[1]
        here.asked.append((parts.path, asked))
        here.keys.add(self.headers.get("authorization"))
        time.sleep(here.delay_s)
        fault = here.faults.popleft() if here.faults else None
        if fault is None and endpoint in here.lacks:
            fault = refuse(404, "Unknown request URL")
        if fault is None and self.headers.get("authorization") != f"Bearer {KEY}":
            fault = refuse(401, f"Incorrect API key provided: {KEY}.")
        if fault is None:
            self.send(200, json.dumps(here.page(endpoint, asked), indent=1).encode())
        elif fault.kind == "status":
            self.send(fault.status, fault.body, fault.headers)
        else:
            page = json.dumps(here.page(endpoint, asked)).encode()
            getattr(self, fault.kind)(page)

    def send(self, status, body, headers=()):
        self.send_response(status)
        said = {"Content-Type": "application/json"} | dict(headers)
        if self.organisation.name:
            said["openai-organization"] = self.organisation.name
        for name, value in said.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def truncated(self, page):
        """Promise a page and send half."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page[: len(page) // 2])
        self.close_connection = True

    def unpromised(self, page):
        """Send half a page and let it look like the whole."""
        self.send(200, page[: len(page) // 2])

    def slow(self, page):
        """Send a page byte by byte."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        for byte in page:
            self.wfile.write(bytes([byte]))
            time.sleep(0.02)

    def silent(self, page):
        """Promise a page and say nothing."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        time.sleep(1)
        self.close_connection = True

    def dropped(self, _):
        """Hang up."""
        self.close_connection = True

    def log_message(self, *words):
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that has gone is what some tests are about."""


@contextmanager
def serving(organisation, port=0):
    """Serve an organisation's usage; yield the base address."""
    handler = type("Bound", (Handler,), {"organisation": organisation})
    server = Server(("127.0.0.1", port), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    shown = Organisation(now=int(time.time()), delay_s=float(sys.argv[2]), page_buckets=5)
    with serving(shown, int(sys.argv[1])) as base:
        sys.stdout.write(f"{base}\n")
        sys.stdout.flush()
        threading.Event().wait()
