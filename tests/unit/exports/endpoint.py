"""A local HTTP endpoint that keeps lists, told how to behave; it dedupes by the idempotency key.

Belongs here: the server. Does not belong here: assertions.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = tuple[int, Any]


@dataclass
class Request:
    key: str
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Endpoint:
    """What arrived, and the list that it keeps.

    Args:
        reply: Answer to the n-th request (from 1); None: take it.
    """

    url: str = ""
    reply: Callable[[int, Request], Reply | None] = lambda _n, _request: None
    requests: list[Request] = field(default_factory=list)
    values: list[str] = field(default_factory=list)  # a list, to see a double
    done: set[str] = field(default_factory=set)

    def take(self, request: Request) -> Reply:
        self.requests.append(request)
        answer = self.reply(len(self.requests), request)
        status, body = answer or (200, {"ok": True})
        refused = (body or {}).get("errors") if isinstance(body, dict) else None
        if status < 300 or isinstance(refused, list):
            self._apply(request, refused or [None] * len(request.said["people"]))
        return status, body

    def _apply(self, request: Request, refused: list[Any]) -> None:
        if request.key in self.done:
            return
        self.done.add(request.key)
        for person, error in zip(request.said["people"], refused, strict=True):
            if error is not None:
                continue
            value = person[request.said["id_type"]]
            if request.said["event"] == "added":
                self.values.append(value)
            else:
                self.values.remove(value)


@contextmanager
def serving() -> Iterator[Endpoint]:
    """An endpoint on a free port of this machine."""
    found = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, said = found.take(
                Request(self.headers.get("Idempotency-Key", ""), dict(self.headers), body)
            )
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}/lists"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
