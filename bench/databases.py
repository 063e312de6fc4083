"""A database that the bench makes for itself, filled by its own application, and drops afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from cnapp.config import Settings

POSTGRES = os.environ.get("CNAPP_BENCH_POSTGRES", "postgresql://postgres@127.0.0.1:5432")
ENGINES = ("sqlite", "postgresql")
SECRET_KEY = "secret-key-of-the-bench-0000000000000000"
LINK_KEY = "link-key-of-the-bench-000000000000000000"


def postgres_answers() -> bool:
    try:
        psycopg.connect(f"{POSTGRES}/postgres", connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def settings_for(database_url: str, base_url: str = "http://127.0.0.1:5000") -> Settings:
    return Settings(database_url, SECRET_KEY, LINK_KEY, base_url, proxies=1)


@contextmanager
def fresh_database(engine: str, folder: Path) -> Iterator[str]:
    """The address of an empty database, gone afterwards."""
    name = f"cnapp_bench_{os.getpid()}"
    if engine == "sqlite":
        yield f"sqlite:///{folder / name}.sqlite"
        for path in folder.glob(f"{name}.sqlite*"):
            path.unlink()
        return
    _administer(f'CREATE DATABASE "{name}"')
    try:
        yield f"{POSTGRES.replace('postgresql://', 'postgresql+psycopg://')}/{name}"
    finally:
        _administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _administer(statement: str) -> None:
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
        connection.execute(statement.encode())
