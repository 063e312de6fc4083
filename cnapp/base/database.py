"""The database on both engines: columns, transactions, and how its refusals become ours."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVarTuple

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    CursorResult,
    DateTime,
    Delete,
    Dialect,
    Engine,
    Enum,
    ForeignKey,
    Insert,
    Integer,
    MetaData,
    TypeDecorator,
    Update,
    bindparam,
    event,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.sql.selectable import TypedReturnsRows
from sqlalchemy.types import TypeEngine

from cnapp.base.refusals import Refusal

BUSY_SECONDS = 15
Row = TypeVarTuple("Row")


class UtcInstant(TypeDecorator[datetime]):
    """An aware UTC instant: timestamptz on PostgreSQL, whole UTC seconds on SQLite."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind = DateTime(timezone=True) if dialect.name == "postgresql" else BigInteger()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is no instant")
        return value if dialect.name == "postgresql" else int(value.timestamp())

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Straight to the instant: pages read thousands."""
        return _from_postgres if dialect.name == "postgresql" else _from_sqlite


def _from_postgres(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


def _from_sqlite(value: int | None) -> datetime | None:
    return None if value is None else datetime.fromtimestamp(value, UTC)


Key = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)]
Instant = Annotated[datetime, mapped_column(UtcInstant)]


class Base(DeclarativeBase):
    """What every table shares: names for constraints, so that a migration can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)


def refers_to(column: str, *, index: bool = True, primary_key: bool = False) -> Mapped[Any]:
    """A foreign key, indexed so that it can be looked up by."""
    return mapped_column(ForeignKey(column), index=index, primary_key=primary_key)


def one_of(kind: type[StrEnum], name: str, **options: Any) -> Mapped[Any]:
    """A column that holds one value of an enumeration, checked by the database under this name."""
    values = Enum(kind, name=name, native_enum=False, create_constraint=True, length=20, values_callable=list)
    return mapped_column(values, **options)


def minutes_check(rule: str, name: str, *, seconds: str) -> tuple[CheckConstraint, CheckConstraint]:
    """The same CHECK with arithmetic on instants for each engine; `{seconds}` in the rule is replaced.

    `seconds` names the difference as « later - earlier ».
    """
    sqlite = CheckConstraint(rule.format(seconds=f"({seconds})"), name).ddl_if(dialect="sqlite")
    postgres = CheckConstraint(rule.format(seconds=f"EXTRACT(EPOCH FROM ({seconds}))"), name).ddl_if(
        dialect="postgresql"
    )
    return sqlite, postgres


def later(name: str) -> Any:
    """A value that is given under this name when a statement, put together once, is sent."""
    return bindparam(name)


@contextmanager
def transaction(*conseiller_ids: int, survives_power_cut: bool = True) -> Iterator[None]:
    """One write, whole or not at all, with the time of these conseillers held still.

    What was read before is read again after the lock. `survives_power_cut`: whether it waits for the disk, as all
    that anybody was promised must. Raises the Refusal that stands for a broken guard.
    """
    db.session.rollback()
    db.session.expire_all()
    options = {"writes": True, "survives_power_cut": survives_power_cut}
    connection = db.session.connection(execution_options=options)
    try:
        _lock(connection, conseiller_ids)
        yield
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise refusal_of(error) or error from error
    except BaseException:
        db.session.rollback()
        raise


@contextmanager
def attempt() -> Iterator[None]:
    """A part of a transaction that may be refused alone. Raises the Refusal that stands for a broken guard."""
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError as error:
        raise refusal_of(error) or error from error


def _lock(connection: Connection, conseiller_ids: tuple[int, ...]) -> None:
    if connection.dialect.name == "postgresql" and conseiller_ids:
        connection.execute(
            text("SELECT 1 FROM staff WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE"),
            {"ids": sorted(set(conseiller_ids))},
        )


def read(statement: TypedReturnsRows[*Row], values: dict[str, Any] | None = None) -> CursorResult[*Row]:
    """Asks the database for columns: half the work of asking the session, which keeps nothing of them anyway.

    What the session holds is written before it.
    """
    db.session.flush()
    return db.session.connection().execute(statement, values)


def write(statement: Insert | Update | Delete, values: dict[str, Any] | None = None) -> int:
    """Sends a change straight to the database, and says how many rows it touched.

    What the session holds is written before it; objects that were read already do not learn of it.
    """
    db.session.flush()
    return db.session.connection().execute(statement, values).rowcount


def write_new(table: type[Base], rows: Sequence[dict[str, Any]], *, key: str) -> None:
    """All at once, but those whose `key` is taken: somebody else may write the same at this moment."""
    connection = db.session.connection()
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(insert(table).on_conflict_do_nothing(index_elements=[key]), rows)


def lock_keys(*keys: str) -> None:
    """Holds still whatever is counted under these keys, until the transaction ends (SQLite: it is alone already)."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        for key in sorted(set(keys)):
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


def guard_of(error: DBAPIError) -> str | None:
    """The name of the constraint that refused, on either engine."""
    original = error.orig
    diagnosis = getattr(original, "diag", None)
    if diagnosis is not None:
        return diagnosis.constraint_name  # type: ignore[no-any-return]
    message = str(original)
    for prefix in ("CHECK constraint failed: ", "UNIQUE constraint failed: "):
        message = message.removeprefix(prefix)
    return message


def refusal_of(error: DBAPIError) -> Refusal | None:
    return Refusal.of_guard(guard_of(error) or "")


def lost_a_race(error: OperationalError) -> bool:
    """Whether PostgreSQL gave this transaction up for another (deadlock, serialization): it may be run again."""
    return getattr(error.orig, "sqlstate", None) in ("40P01", "40001")


def prepare(engine: Engine) -> None:
    """Makes each connection of an engine as safe as the product promises."""
    if engine.dialect.name == "sqlite":
        if "uri" not in engine.url.query and engine.url.database not in (None, "", ":memory:"):
            event.listen(engine, "do_connect", _make_private_file)
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)


def _make_private_file(_dialect: Dialect, _record: object, arguments: list[Any], _options: object) -> None:
    """A new database is for its owner's eyes only; what SQLite keeps beside it takes its rights.

    One that exists is not opened here: closing it again would drop the locks that SQLite holds on it.
    """
    with suppress(OSError):
        os.close(os.open(arguments[0], os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _open_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Each transaction says anew what it needs of the disk: the one before it may have needed less."""
    options = connection.get_execution_options()
    sqlite: Any = connection.connection.driver_connection
    sqlite.execute(f"PRAGMA synchronous={'FULL' if options.get('survives_power_cut', True) else 'NORMAL'}")
    begin = "BEGIN IMMEDIATE" if options.get("writes") else "BEGIN DEFERRED"
    try:
        sqlite.execute(begin)
    except sqlite3.OperationalError as error:  # others wrote for too long: pages answer 503, as for any such failure
        raise OperationalError(begin, None, error) from error


def _begin_postgresql(connection: Connection) -> None:
    """What only reads asks for no transaction: each of its statements sees the newest state all the same.

    Under READ COMMITTED it would, within one; it saves a page the two journeys of BEGIN and ROLLBACK.
    """
    driver: Any = connection.connection.driver_connection
    driver.autocommit = not connection.get_execution_options().get("writes", False)
