"""The product as it is served: gunicorn with two workers on a free port of this machine; what it costs."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.databases import LINK_KEY, SECRET_KEY

ROOT = Path(__file__).resolve().parent.parent
STARTS_WITHIN_SECONDS = 120
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Memory:
    """Megabytes. Shared pages are counted once in `whole`, wholly in each worker's `largest_worker`."""

    whole: float
    largest_worker: float


@dataclass(frozen=True)
class Server:
    """A gunicorn that answers; `pid` is its master's."""

    port: int
    pid: int
    database_url: str

    @property
    def workers(self) -> list[int]:
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def cpu_seconds(self) -> float:
        """Spent by the workers so far, in user and system time."""
        return sum(_cpu_seconds(pid) for pid in self.workers)

    def memory(self) -> Memory:
        whole = sum(_kilobytes(pid, "Pss") for pid in (self.pid, *self.workers))
        return Memory(whole / 1024, max(_kilobytes(pid, "Rss") for pid in self.workers) / 1024)


@contextmanager
def served(database_url: str, log: Path) -> Iterator[Server]:
    port = _free_port()
    with log.open("ab") as lines:
        process = subprocess.Popen(_command(port), cwd=ROOT, env=environment(database_url, port), stderr=lines)
        try:
            _wait_until_it_answers(port, process, log)
            yield Server(port, process.pid, database_url)
        finally:
            process.terminate()
            process.wait(30)


def _command(port: int) -> list[str]:
    """As `make run` serves it: gunicorn reads its own file."""
    gunicorn = [sys.executable, "-m", "gunicorn", "--log-level", "warning"]
    return [*gunicorn, "--bind", f"127.0.0.1:{port}", "app:app"]


def environment(database_url: str, port: int) -> dict[str, str]:
    """Each client has its own address behind one proxy, since holds and tries are limited for each."""
    return {
        **os.environ,
        "CNAPP_DATABASE_URL": database_url,
        "CNAPP_SECRET_KEY": SECRET_KEY,
        "CNAPP_LINK_KEY": LINK_KEY,
        "CNAPP_BASE_URL": f"http://127.0.0.1:{port}",
        "CNAPP_PROXIES": "1",
    }


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait_until_it_answers(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(STARTS_WITHIN_SECONDS * 5):
        if process.poll() is not None:
            raise RuntimeError(f"gunicorn ended with status {process.returncode}: {log.read_text()[-1500:]}")
        if _is_healthy(port):
            return
        time.sleep(0.2)
    raise RuntimeError("the server does not answer on /sante")


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/sante")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _kilobytes(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
