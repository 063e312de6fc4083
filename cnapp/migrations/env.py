"""Alembic on both engines: guards dropped, schema migrated, guards made again at head.

One transaction, whole or not at all.
"""

from alembic import context
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from cnapp.base.database import BUSY_SECONDS, db
from cnapp.domain.guards import guards
from cnapp.domain.tables import METADATA
from cnapp.migrations.rendering import render

config = context.config


def _has_tables(connection: Connection) -> bool:
    return inspect(connection).has_table("presences")


def _drop_guards(connection: Connection) -> None:
    if _has_tables(connection):
        for guard in reversed(guards(connection)):
            connection.exec_driver_sql(guard.drop)


def _make_guards(connection: Connection) -> None:
    head = ScriptDirectory.from_config(config).get_current_head()
    if _has_tables(connection) and context.get_context().get_current_revision() == head:
        for guard in guards(connection):
            connection.exec_driver_sql(guard.create)


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("the migration left rows that point nowhere")


def _give_up_waiting(connection: Connection) -> None:
    """A migration that waits for a table makes everybody wait behind it."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'")


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
        compare_type=True,
        render_item=render,
    )
    with context.begin_transaction():
        _give_up_waiting(connection)
        _drop_guards(connection)
        context.run_migrations()
        _make_guards(connection)
        _check_references(connection)


def run() -> None:
    """Foreign keys are put aside on the driver's connection before any BEGIN: batch migrations copy parent tables."""
    with db.engine.connect() as connection:
        _check_foreign_keys(connection, "OFF")
        try:
            with connection.execution_options(writes=True).begin():
                _migrate(connection)
        finally:
            _check_foreign_keys(connection, "ON")


def _check_foreign_keys(connection: Connection, state: str) -> None:
    driver = connection.connection.driver_connection
    if connection.dialect.name == "sqlite" and driver is not None:
        driver.execute(f"PRAGMA foreign_keys={state}")


run()
