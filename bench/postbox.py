"""A mail server on this machine that takes every letter at once, and notes when it had come."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_ANSWERS = {b"DATA": b"354 Go on", b"QUIT": b"221 Bye"}


class Postbox(socketserver.ThreadingTCPServer):
    """`came_at` holds instants as time.perf_counter counts."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.came_at: list[float] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def wait_for(self, letters: int, *, seconds: float) -> None:
        until = time.perf_counter() + seconds
        while len(self.came_at) < letters:
            if time.perf_counter() > until:
                raise TimeoutError(f"{len(self.came_at)} letters of {letters} have come")
            time.sleep(0.002)


class _Conversation(socketserver.StreamRequestHandler):
    server: Postbox

    def handle(self) -> None:
        self._say(b"220 bench")
        for line in self.rfile:
            command = line[:4].upper()
            self._say(_ANSWERS.get(command, b"250 OK"))
            if command == b"DATA":
                self._take()
            if command == b"QUIT":
                return

    def _take(self) -> None:
        for line in self.rfile:
            if line == b".\r\n":
                break
        self._say(b"250 OK")
        self.server.came_at.append(time.perf_counter())

    def _say(self, words: bytes) -> None:
        self.wfile.write(words + b"\r\n")


@contextmanager
def postbox() -> Iterator[Postbox]:
    with Postbox() as box:
        threading.Thread(target=box.serve_forever, daemon=True).start()
        yield box
        box.shutdown()
