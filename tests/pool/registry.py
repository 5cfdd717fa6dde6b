"""A registry of images for one test: as much of the protocol (version 2) as engines speak."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PATH = re.compile(r"/v2/(?P<name>.+)/(?P<kind>blobs/uploads|blobs|manifests)/(?P<reference>[^/]*)$")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Registry"

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        found = PATH.match(urlsplit(self.path).path)
        if not found:
            return self._answer(200)  # "/v2/": it speaks this version
        kept = self.server.kept.get((found["kind"], found["reference"]))
        if kept is None:
            return self._answer(404)
        data, kind = kept
        digest = f"sha256:{sha256(data).hexdigest()}"
        return self._answer(200, data, {"Content-Type": kind, "Docker-Content-Digest": digest})

    do_HEAD = do_GET  # noqa: N815

    def do_POST(self) -> None:
        self.server.uploads += 1
        self._location(f"{self.path.rstrip('/')}/{self.server.uploads}")

    def do_PATCH(self) -> None:
        held = self.server.parts.setdefault(self.path, bytearray())
        held.extend(self._body())
        self._location(self.path, len(held))

    def do_PUT(self) -> None:
        address = urlsplit(self.path)
        found = PATH.match(address.path)
        assert found
        if found["kind"] == "manifests":
            self._keep("manifests", self._body(), self.headers["Content-Type"], found["reference"])
        else:
            data = bytes(self.server.parts.pop(address.path, b"")) + self._body()
            assert parse_qs(address.query)["digest"] == [f"sha256:{sha256(data).hexdigest()}"]
            self._keep("blobs", data, "application/octet-stream")

    def _keep(self, kind: str, data: bytes, type_: str, tag: str = "") -> None:
        digest = f"sha256:{sha256(data).hexdigest()}"
        for name in (digest, tag):
            self.server.kept[kind, name] = data, type_
        self._answer(201, headers={"Docker-Content-Digest": digest, "Location": self.path})

    def _location(self, path: str, held: int = 0) -> None:
        upload, until = path.rpartition("/")[2], max(0, held - 1)
        self._answer(202, headers={"Location": path, "Docker-Upload-UUID": upload, "Range": f"0-{until}"})

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        data = bytearray()
        while size := int(self.rfile.readline(), 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return bytes(data)

    def _answer(self, status: int, data: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Docker-Distribution-Api-Version": "registry/2.0", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


class _Registry(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("0.0.0.0", 0), _Handler)
        self.kept: dict[tuple[str, str], tuple[bytes, str]] = {}
        self.parts: dict[str, bytearray] = {}
        self.uploads = 0


@contextmanager
def registry() -> Iterator[int]:
    """The port on which it listens, empty."""
    with _Registry() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()
