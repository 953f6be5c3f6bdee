"""Stores of objects for tests: a web server, the least of Google's and of Azure's, and moto."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape

BUCKET = "harbour"
EPOCH = formatdate(0, usegmt=True)
SIGNED = "AWS4-HMAC-SHA256 Credential=pier/20260301/us-east-1/s3/aws4_request, Signature=0"


class Store(ThreadingHTTPServer):
    """Serves ``objects``, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.objects: dict[str, bytes] = {}
        self.asked: list[str] = []

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def below(self, prefix: str, delimiter: str) -> tuple[list[str], list[str]]:
        """Return the names below a prefix, and the folders among them."""
        names, folders = [], set()
        for name in sorted(self.objects):
            rest = name.removeprefix(prefix)
            if not name.startswith(prefix):
                continue
            if delimiter and delimiter in rest:
                folders.add(prefix + rest.partition(delimiter)[0] + delimiter)
            else:
                names.append(name)
        return names, sorted(folders)


@contextmanager
def serving(handler) -> Iterator[Store]:
    with Store(handler) as store:
        threading.Thread(target=store.serve_forever, args=(0.01,), daemon=True).start()
        yield store
        store.shutdown()


class Handler(BaseHTTPRequestHandler):
    """What the three have in common."""

    server: Store

    def log_message(self, *_):
        """Be quiet."""

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        self.server.asked.append(f"{self.command} {self.path}")
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.answer(unquote(parts.path), asked)

    def send(self, status: int, body: bytes = b"", **headers):
        self.send_response(status)
        for name, value in ({"Content_Length": len(body)} | headers).items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class Web(Handler):
    """A web server. A name tells how it misbehaves: with 503, or by hanging up half-way."""

    def answer(self, path, _):
        body = self.server.objects.get(path)
        if body is None:
            self.send(503 if "busy" in path else 403 if "mine" in path else 404)
        elif "torn" in path and self.command == "GET":
            self.send(200, body[: len(body) // 2], Content_Length=len(body))
        else:
            self.send(200, body, ETag=f'"{hash(body)}"')


class Google(Handler):
    """Google Cloud Storage: metadata, listing and content, as its JSON interface tells them."""

    def answer(self, path, asked):
        bucket, _, name = path.rpartition("/b/")[2].partition("/o")
        name = name.removeprefix("/")
        if bucket != BUCKET or (name and name not in self.server.objects):
            return self.tell(404, {"error": {"code": 404, "message": "No such object"}})
        if asked.get("alt") == "media":
            return self.send(200, self.server.objects[name])
        if name:
            return self.tell(200, self.about(name))
        names, folders = self.server.below(asked.get("prefix", ""), asked.get("delimiter", ""))
        items = [self.about(each) for each in names]
        return self.tell(200, {"items": items, "prefixes": folders})

    def about(self, name):
        body = self.server.objects[name]
        link = f"http://{self.server.place}/download/storage/v1/b/{BUCKET}/o/{quote(name, safe='')}"
        return {
            "name": name, "bucket": BUCKET, "size": str(len(body)), "etag": str(hash(body)),
            "mediaLink": f"{link}?alt=media", "updated": "2026-03-01T09:00:00Z",
            "timeCreated": "2026-03-01T09:00:00Z",
        }  # fmt: skip

    def tell(self, status, about):
        self.send(status, json.dumps(about).encode(), Content_Type="application/json")


class Azure(Handler):
    """Azure Blob Storage, of an account called pier: properties, listing and content."""

    def answer(self, path, asked):
        container, _, name = path.removeprefix("/pier/").partition("/")
        missing = "Container" if container != BUCKET else "Blob"
        if asked.get("comp") == "list" and container == BUCKET:
            return self.send(200, self.listing(asked), Content_Type="application/xml")
        if container != BUCKET or name not in self.server.objects:
            return self.send(404, x_ms_error_code=f"{missing}NotFound")
        body = self.server.objects[name]
        about = {"Last_Modified": EPOCH, "ETag": f'"{hash(body)}"', "x_ms_blob_type": "BlockBlob"}
        about["x_ms_creation_time"] = EPOCH
        if self.command == "HEAD":
            return self.send(200, body, **about)
        about["Content_Range"] = f"bytes 0-{len(body) - 1}/{len(body)}"
        return self.send(206, body, **about)

    def listing(self, asked):
        names, folders = self.server.below(asked.get("prefix", ""), asked.get("delimiter", ""))
        blobs = "".join(map(self.blob, names))
        blobs += "".join(
            f"<BlobPrefix><Name>{escape(each)}</Name></BlobPrefix>" for each in folders
        )
        around = f'ContainerName="{BUCKET}"'
        return (
            f'<?xml version="1.0" encoding="utf-8"?><EnumerationResults {around}>'
            f"<Blobs>{blobs}</Blobs><NextMarker/></EnumerationResults>"
        ).encode()

    def blob(self, name):
        body = self.server.objects[name]
        return (
            f"<Blob><Name>{escape(name)}</Name><Properties><Last-Modified>{EPOCH}</Last-Modified>"
            f"<Etag>{hash(body)}</Etag><Content-Length>{len(body)}</Content-Length>"
            "<BlobType>BlockBlob</BlobType></Properties></Blob>"
        )


class Bucket:
    """A bucket of a moto server, which speaks S3."""

    def __init__(self, port: int):
        self.url = f"http://127.0.0.1:{port}"

    def put(self, name: str, body: bytes = b"") -> None:
        """Store an object, or make the bucket when the name is empty."""
        self.ask("PUT", f"/{BUCKET}/{quote(name)}", body)

    def empty(self) -> None:
        self.ask("POST", "/moto-api/reset")
        self.put("")

    def ask(self, method: str, path: str, body: bytes = b"") -> None:
        headers = {"Content-Type": "application/octet-stream", "Authorization": SIGNED}
        request = urllib.request.Request(self.url + path, body, headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            answer.read()


@contextmanager
def s3() -> Iterator[Bucket]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    environment = {**os.environ, "AWS_EC2_METADATA_DISABLED": "true"}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        for _ in range(600):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield Bucket(port)
        process.terminate()
