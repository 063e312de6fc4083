"""What is ready before the workers part, and gunicorn as the README starts it."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event

from cnapp.base.database import db
from cnapp.config import ROOT
from cnapp.web.application import Application
from cnapp.web.warming import warm_up

ENDS_WITHIN_SECONDS = 45
"""Gunicorn waits 30 for a worker that is asked to end while it begins."""


def is_closed(connection: Any) -> bool:
    try:
        connection.execute("SELECT 1")
    except (sqlite3.ProgrammingError, psycopg.OperationalError):
        return True
    return False


def test_no_connection_is_left_for_processes_to_share(engine_app: Application) -> None:
    opened: list[object] = []
    with engine_app.app_context():
        db.engine.dispose()
        event.listen(db.engine, "connect", lambda connection, _record: opened.append(connection))
    warm_up(engine_app)
    assert opened
    assert all(is_closed(connection) for connection in opened)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Nothing but the product's own settings, a database of its own and a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
    kept = {"PATH": os.environ["PATH"], "PORT": port, "CNAPP_DATABASE_URL": f"sqlite:///{folder}/town.sqlite"}
    settings = {**kept, "CNAPP_SECRET_KEY": "s" * 40, "CNAPP_LINK_KEY": "l" * 40}
    run = {"cwd": ROOT, "env": settings, "stderr": subprocess.DEVNULL}
    subprocess.run([sys.executable, "-m", "flask", "--app", "app", "db", "upgrade"], check=True, **run)
    server = subprocess.Popen([sys.executable, "-m", "gunicorn", "app:app"], **run)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(ENDS_WITHIN_SECONDS)


def answers(address: str) -> int:
    for _ in range(100):
        try:
            return int(urllib.request.urlopen(address, timeout=10).status)
        except OSError:
            time.sleep(0.2)
    return 0


def test_gunicorn_serves_the_product_by_its_own_file(tmp_path: Path) -> None:
    with served(tmp_path) as address:
        assert answers(f"{address}/sante") == 200
        assert [answers(f"{address}{page}") for page in ("/", "/rendez-vous/sujet", "/lieux")] == [200, 200, 200]
