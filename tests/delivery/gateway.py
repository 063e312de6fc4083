"""A real HTTP server on loopback that stands for an SMS gateway: accepts, refuses, hangs or hangs up, as it is told."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), strict_parsing=True))

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class SmsOffice:
    """It hangs or hangs up before its answer, or cuts it after so many bytes; `raw` is no answer at all."""

    status: int = 202
    raw: bytes | None = None
    hangs: bool = False
    drops: bool = False
    cut_after: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1/messages?account=7"

    @property
    def answer(self) -> bytes:
        if self.raw is not None:
            return self.raw
        headers = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        return f"HTTP/1.1 {self.status} Whatever\r\n{headers}Content-Length: 17\r\n\r\n{{'status': 'noted'".encode()


@contextmanager
def answering(office: SmsOffice, context: ssl.SSLContext | None = None) -> Iterator[SmsOffice]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            office.asked.append(Asked(self.path, dict(self.headers.items()), body))
            self.close_connection = True
            if office.hangs:
                office.released.wait(10)
            elif not office.drops:
                self.wfile.write(office.answer[: office.cut_after])

        do_GET = do_POST

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    office.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield office
    finally:
        office.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
