"""The databases that the tests run on: both engines, migrated once, emptied before each test."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from flask_migrate import upgrade
from sqlalchemy import Connection, text

from cnapp import create_app
from cnapp.base.database import Base, db
from cnapp.cli.migration import migrate
from cnapp.config import Settings
from cnapp.web.application import Application
from tests.factories import LINK_KEY
from tests.support import Browser, FrozenClock

POSTGRES = os.environ.get("CNAPP_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432")
ENGINES = ("sqlite", "postgresql")
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Where SQLite's files wait for no disk, although they ask for it as they must; None: where temporary files are."""


def postgres_answers() -> bool:
    try:
        psycopg.connect(f"{POSTGRES}/postgres", connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def new_database(engine: str, name: str, folder: Path) -> str:
    """The address of an empty database."""
    if engine == "sqlite":
        return f"sqlite:///{folder / name}.sqlite"
    drop_database(engine, name)
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{POSTGRES.replace('postgresql://', 'postgresql+psycopg://')}/{name}"


def drop_database(engine: str, name: str) -> None:
    """SQLite's goes with its folder."""
    if engine == "postgresql":
        with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def settings_for(database_url: str, **changes: object) -> Settings:
    values: dict[str, object] = {
        "database_url": database_url,
        "secret_key": "secret-key-of-the-tests-0000000000000000",
        "link_key": LINK_KEY,
        "base_url": "http://127.0.0.1:5000",
        "phone": "+33353010000",
        "phone_hours": "du lundi au vendredi, de 9 h à 17 h",
        "contact_email": "aide.numerique@exemple.fr",
    }
    return Settings(**{**values, **changes})  # type: ignore[arg-type]


def migrated_app(database_url: str, clock: FrozenClock, **changes: object) -> Application:
    app = create_app(settings_for(database_url, **changes), clock=clock)
    app.testing = True
    app.test_client_class = Browser
    app.config["PROPAGATE_EXCEPTIONS"] = False
    migrate.init_app(app)
    file = Path(database_url.removeprefix("sqlite:///"))
    if database_url.startswith("sqlite:///") and not file.exists():
        file.touch(mode=0o600)
        file.write_bytes(_migrated_file())
    else:
        _upgrade(app)
    return app


@cache
def _migrated_file() -> bytes:
    """An SQLite database that has gone through every migration: they run once, what comes after is a copy."""
    with TemporaryDirectory(dir=MEMORY) as folder:
        file = Path(folder) / "migrated.sqlite"
        app = create_app(settings_for(f"sqlite:///{file}"))
        migrate.init_app(app)
        _upgrade(app)
        with app.app_context():
            db.engine.dispose()
        return file.read_bytes()


def _upgrade(app: Application) -> None:
    with app.app_context():
        upgrade()


def empty(app: Application) -> None:
    """Every row gone, whatever the guards say."""
    with app.app_context(), db.engine.connect() as connection:
        tables = _filled(connection)
        if not tables:
            return
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
            emptying = ("SET LOCAL synchronous_commit = off", *(f"DELETE FROM {table}" for table in tables))
            connection.execute(text(";".join(emptying)))
            connection.execute(text("SET session_replication_role = DEFAULT"))
        else:
            connection.connection.driver_connection.executescript(  # type: ignore[union-attr]
                "PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON; "
                + "".join(f"DELETE FROM {table}; " for table in reversed(tables))
                + "PRAGMA foreign_keys=ON; PRAGMA ignore_check_constraints=OFF;"
            )
        connection.commit()


def _filled(connection: Connection) -> list[str]:
    """The tables that hold a row, the ones that others point to first."""
    tables = [table.name for table in Base.metadata.sorted_tables]
    asked = ", ".join(f"EXISTS (SELECT 1 FROM {table})" for table in tables)
    answers = connection.exec_driver_sql(f"SELECT {asked}").one()
    return [table for table, is_filled in zip(tables, answers, strict=True) if is_filled]
