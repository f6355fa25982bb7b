"""A server on loopback that serves files as the real ones do, and breaks as they do."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from geo_app.storage.opendata.asking import Patience

QUICK = Patience(attempts=4, pause_s=0.01, connect_s=2, read_s=2)


@dataclass
class Scripted:
    """
    What the server does.

    `files` are bodies by path; `troubles` are taken one per request to a path: an HTTP code (429
    and 503 with Retry-After), "cut" (half of what was promised), "stall" (nothing comes), "plain"
    (ranges are ignored). `asked` are the requests as (path, Range).
    """

    files: dict[str, bytes] = field(default_factory=dict)
    troubles: dict[str, list[object]] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    retry_after: str = "0"
    etags: bool = True
    address: str = ""


class _Handler(BaseHTTPRequestHandler):
    scripted: Scripted
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        body = self.scripted.files.get(self.path.split("?")[0])
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.send_header("Accept-Ranges", "bytes")
        self.end_headers()

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        asked_range = self.headers.get("Range")
        self.scripted.asked.append((path, asked_range))
        self.scripted.agents.add(self.headers.get("User-Agent", ""))
        troubles = self.scripted.troubles.get(path, [])
        trouble = troubles.pop(0) if troubles else None
        if isinstance(trouble, int):
            self._answer(trouble, b"", {"Retry-After": self.scripted.retry_after})
        elif path not in self.scripted.files:
            self._answer(404, b"")
        else:
            self._file(self.scripted.files[path], asked_range, trouble)

    def _file(self, body: bytes, asked_range: str | None, trouble: object) -> None:
        etag = f'"{hashlib.md5(body).hexdigest()}"'
        headers = {"Accept-Ranges": "bytes", "Last-Modified": "Tue, 31 Mar 2026 00:00:00 GMT"}
        headers |= {"ETag": etag} if self.scripted.etags else {}
        if self.headers.get("If-None-Match") == etag:
            self._answer(304, b"", headers)
            return
        current = self.headers.get("If-Range") in (None, etag, headers["Last-Modified"])
        code = 200
        if asked_range and current and trouble != "plain":
            first, _, last = asked_range.removeprefix("bytes=").partition("-")
            if int(first) >= len(body):
                self._answer(416, b"", headers)
                return
            end = min(int(last or len(body) - 1), len(body) - 1)
            headers["Content-Range"] = f"bytes {first}-{end}/{len(body)}"
            code, body = 206, body[int(first) : end + 1]
        self._answer(code, body, headers, cut=trouble == "cut")

    def _answer(
        self, code: int, body: bytes, headers: dict[str, str] | None = None, *, cut: bool = False
    ) -> None:
        self.send_response(code)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            self.wfile.flush()
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[Scripted]:
    """Serve on a free port until the block ends."""
    scripted = Scripted()
    handler = type("Handler", (_Handler,), {"scripted": scripted})
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    scripted.address = f"http://127.0.0.1:{http.server_port}"
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    try:
        yield scripted
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
