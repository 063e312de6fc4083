"""Breaking a database on purpose: guards dropped, rows written past the foreign keys, and all made good again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from cnapp.base.database import db
from cnapp.domain.guards import guards
from cnapp.web.application import Application
from tests.engines import empty


@contextmanager
def guards_dropped(app: Application, *names: str) -> Iterator[None]:
    """All of them, or those named; at the end the tables are empty and the guards stand again."""
    change_guards("drop", *names)
    try:
        yield
    finally:
        db.session.remove()
        empty(app)
        change_guards("drop")
        change_guards("create")


def change_guards(how: str, *names: str) -> None:
    """On a new connection: one that dropped a trigger that was not there keeps, in its cache, a drop of nothing."""
    db.session.remove()
    db.engine.dispose()
    with db.engine.begin() as connection:
        wanted = [guard for guard in guards(connection) if not names or guard.name in names]
        for guard in wanted if how == "create" else reversed(wanted):
            connection.exec_driver_sql(getattr(guard, how))


def plant(*statements: str) -> None:
    """Raw rows, whatever they point to."""
    db.session.remove()
    with db.engine.connect() as connection:
        _check_foreign_keys(connection, on=False)
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()
        _check_foreign_keys(connection, on=True)


def _check_foreign_keys(connection: Connection, *, on: bool) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET session_replication_role = {'DEFAULT' if on else 'replica'}")
        connection.commit()
    else:
        connection.connection.driver_connection.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")  # type: ignore[union-attr]
