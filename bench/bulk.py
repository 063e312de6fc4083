"""Writing millions of rows at once: guards and indexes put aside, then made again and statistics taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, Index, Table

from cnapp.domain.commitments import Commitment
from cnapp.domain.guards import guards
from cnapp.domain.presences import Presence

FILLED: tuple[Table, ...] = (Presence.__table__, Commitment.__table__)  # type: ignore[assignment]
_FAST = {
    "sqlite": ("PRAGMA foreign_keys=OFF", "PRAGMA synchronous=OFF", "PRAGMA cache_size=-1000000"),
    "postgresql": (
        "SET session_replication_role = replica",
        "SET synchronous_commit = off",
        "SET maintenance_work_mem = '1GB'",
    ),
}
_SETTLE = {
    "sqlite": ("ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"),
    "postgresql": ("VACUUM ANALYZE", "CHECKPOINT"),
}


@contextmanager
def unguarded(engine: Engine) -> Iterator[Connection]:
    """A connection that nothing holds back. Making the guards again checks every row on PostgreSQL."""
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        _run(driver, _FAST[engine.dialect.name])
        with connection.execution_options(writes=True).begin():
            _put_aside(connection)
        connection.execution_options(writes=True).begin()
        yield connection
        connection.commit()
        with connection.begin():
            _make_again(connection)
        _run(driver, _SETTLE[engine.dialect.name])
        connection.invalidate()
    engine.dispose()


def _run(driver: Any, statements: tuple[str, ...]) -> None:
    """Outside any transaction, on the driver's own connection (SQLite's begins none by itself)."""
    if isinstance(driver, psycopg.Connection):
        driver.autocommit = True
    for statement in statements:
        driver.execute(statement)
    if isinstance(driver, psycopg.Connection):
        driver.autocommit = False


def _put_aside(connection: Connection) -> None:
    for guard in reversed(guards(connection)):
        connection.exec_driver_sql(guard.drop)
    for index in _indexes():
        index.drop(connection)


def _make_again(connection: Connection) -> None:
    for index in _indexes():
        index.create(connection)
    for guard in guards(connection):
        connection.exec_driver_sql(guard.create)


def _indexes() -> list[Index]:
    return sorted((index for table in FILLED for index in table.indexes), key=lambda index: str(index.name))
